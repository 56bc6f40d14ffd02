"""Until when something can still be found, or care still be given, and how sure that is. Pure.

Of an assault known only as a range a window may be closed from the earliest bound on, and is closed surely by the
latest. A window that has closed orders offers and refuses nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from contracts.jurisdictions import EvidenceWindow, Jurisdiction
from contracts.periods import Period

Standing = Literal["open", "may_be_closed", "closed", "not_known"]
NOT_CLOSED = frozenset({"open", "may_be_closed"})


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A window of one exam. `sure_until`: open before it. `closed_by`: closed from it on. None: nobody knows when."""

    window: str
    rule: str
    purpose: str
    sure_until: datetime | None
    closed_by: datetime | None

    def at(self, moment: datetime) -> Standing:
        """How it stands for an exam that begins then."""
        if self.sure_until is None or self.closed_by is None:
            return "not_known"
        if moment < self.sure_until:
            return "open"
        return "may_be_closed" if moment < self.closed_by else "closed"


def windows(tables: Jurisdiction, band: str, assault: Period | None, now: datetime) -> tuple[Window, ...]:
    """Those for patients of the band, the soonest to close first."""
    found = [window_of(each, assault) for each in tables.evidence_windows_at(now, band)]
    return tuple(sorted(found, key=lambda each: (each.purpose != "evidence", each.sure_until or now, each.window)))


def sure_until(those: Sequence[Window], now: datetime) -> datetime | None:
    """When the first window of evidence that is surely open now may close. None where none is known to be open."""
    ends = [
        each.sure_until
        for each in those
        if each.purpose == "evidence" and each.sure_until is not None and each.at(now) == "open"
    ]
    return min(ends, default=None)


def lost_from(those: Sequence[Window], now: datetime) -> datetime | None:
    """When the first window of evidence that is not surely closed now closes surely. None where there is none."""
    ends = [each.closed_by for each in those if each.purpose == "evidence" and each.at(now) in NOT_CLOSED]
    return min((each for each in ends if each is not None), default=None)


def last_chance(those: Sequence[Window], now: datetime) -> datetime | None:
    """When the last window of evidence that is not surely closed now closes surely. None where there is none."""
    ends = [each.closed_by for each in those if each.purpose == "evidence" and each.at(now) in NOT_CLOSED]
    return max((each for each in ends if each is not None), default=None)


def window_of(row: EvidenceWindow, assault: Period | None) -> Window:
    """For an assault known as a range, or not at all."""
    # In UTC: hours that pass are meant, whatever the clock faces show on a night when the clocks change.
    earliest, latest = assault.in_utc if assault else (None, None)
    return Window(
        window=row.window,
        rule=row.rule,
        purpose=row.purpose,
        sure_until=earliest + timedelta(hours=row.hours) if earliest else None,
        closed_by=latest + timedelta(hours=row.hours_at_most) if latest else None,
    )
