"""Which state it is, its clocks on the wall, and its holidays."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from contracts.jurisdictions.marks import Confidence, Loaded


class State(Loaded, frozen=True, kw_only=True):
    """The state itself. `code` marks its own offences; `zone` is a name of the time zone database."""

    state: str
    code: str
    zone: str

    @property
    def clocks(self) -> ZoneInfo:
        """Days of this state begin and end by it."""
        return ZoneInfo(self.zone)


class Holiday(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day that does not count where the law leaves out state holidays."""

    day: date
    name: str
    citation: str
    source: str
    as_of: str
    confidence: Confidence
    note: str | None


class Holidays(msgspec.Struct, frozen=True, kw_only=True):
    """The state holidays on file. A year of which no day is on file is not known, which is not a year without any."""

    days: Mapping[date, Holiday]

    @property
    def years(self) -> frozenset[int]:
        """Those on file."""
        return frozenset(day.year for day in self.days)

    def on(self, day: date) -> Holiday | None:
        """None for a day that is not on file as a holiday."""
        return self.days.get(day)
