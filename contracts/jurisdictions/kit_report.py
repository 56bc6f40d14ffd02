"""What is reported of evidence kits each year: the fields, and the bands in which their age is told."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.marks import Confidence, Loaded

FILE = "kit_report.json"

Field = Literal[
    "untested", "choice", "reported_on", "picked_up_on", "submitted_on", "received_on", "reason_not_submitted"
]


class ReportField(Loaded, frozen=True, kw_only=True):
    """One field of the list, in the words of its source."""

    field: Field
    words: str


class AgeBand(Loaded, frozen=True, kw_only=True):
    """Days since collection from which a band begins; it ends where the next begins."""

    band: str
    from_days: int


class KitReportRules(Loaded, frozen=True, kw_only=True):
    """`due` is the day of the year, as 09-01; `citation` is `None` while no law in force was read that asks for it."""

    version: int
    in_force_from: date
    due: str
    to: str
    citation: str | None
    source: str
    confidence: Confidence
    note: str | None
    fields: tuple[ReportField, ...]
    bands: tuple[AgeBand, ...]

    def band(self, days: int) -> str:
        """In which band a kit of so many days is."""
        return next(each.band for each in reversed(self.bands) if each.from_days <= days)


def refuse_report(rules: KitReportRules) -> None:
    """Raises `DataRefused` for bands that leave an age out, or that are not in order."""
    begins = [each.from_days for each in rules.bands]
    if not begins or begins[0] != 0 or begins != sorted(set(begins)):
        raise DataRefused(FILE, "", "bands", "they begin at 0 days and each later than the one before.")
    _refuse_twice(each.field for each in rules.fields)
    _refuse_twice(each.band for each in rules.bands)


def _refuse_twice(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DataRefused(FILE, name, "", "it is there twice.")
        seen.add(name)
