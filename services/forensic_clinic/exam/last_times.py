"""When the last time passes at which an exam would still lose no evidence by waiting. Pure.

A patient who lives an hour away must set out an hour before, so that is when it passes.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from contracts.jurisdictions import ExamRules
from contracts.periods import Period
from services.forensic_clinic.exam.ground import Examiner
from services.forensic_clinic.exam.hours import busiest_day
from services.forensic_clinic.exam.no_slot import Why
from services.forensic_clinic.exam.offers import Site, Taken, Wanted, both_free
from services.forensic_clinic.exam.windows import Window, lost_from, sure_until

MINUTE = timedelta(minutes=1)
"""Times of exams are told by the minute: the last before a window closes begins a minute before."""


class Last(msgspec.Struct, frozen=True, kw_only=True):
    """By when one must set out for the last time before any evidence may be lost (`sure`), and before any surely is
    (`in_time`); None where there is no such time. Of `windows` as they stand at the moment `at`.
    """

    windows: tuple[Window, ...]
    at: datetime
    sure: datetime | None
    in_time: datetime | None

    @property
    def passes(self) -> datetime | None:
        """When to look again by the passing of time alone. None where nothing more can be lost by it."""
        return self.in_time if self.sure is None else self.sure

    @property
    def unmet(self) -> Why | None:
        """Whether every time there is comes too late for evidence still to be found."""
        if lost_from(self.windows, self.at) is None:
            return None
        if self.in_time is None:
            return Why.NO_SLOT
        if sure_until(self.windows, self.at) is None or self.sure is not None:
            return None
        return Why.NO_SURE_SLOT


def last_times(wanted: Wanted, sites: Sequence[Site], taken: Taken, rules: ExamRules, *, passing: bool = False) -> Last:
    """Over all clinics, as of the beginning of `wanted.within`. What is `passing` at that moment is not counted."""
    at = wanted.within.since.astimezone(UTC)
    lost = lost_from(wanted.windows, at)
    may_be_lost = sure_until(wanted.windows, at)
    in_time = _last_before(lost, wanted, sites, taken, rules)
    sure = None if lost is None or may_be_lost is None else min(lost, may_be_lost)
    found = (_last_before(sure, wanted, sites, taken, rules), in_time)
    left = [None if passing and each is not None and each <= at else each for each in found]
    return Last(windows=wanted.windows, at=at, sure=left[0], in_time=left[1])


def _last_before(
    closes: datetime | None, wanted: Wanted, sites: Sequence[Site], taken: Taken, rules: ExamRules
) -> datetime | None:
    """When one must set out for the last exam that begins before then."""
    if closes is None:
        return None
    found: list[datetime] = []
    for site in sites:
        travel = site.travel or timedelta()
        since, until = wanted.within.since.astimezone(UTC) + travel, closes - MINUTE + wanted.length
        if since + wanted.length <= until:
            there = Period(since, until)
            begins = (_last_begin(nurse, site, wanted, taken, there, rules) for nurse in site.nurses)
            found += [each - travel for each in begins if each is not None]
    return max(found, default=None)


def _last_begin(
    nurse: Examiner, site: Site, wanted: Wanted, taken: Taken, there: Period, rules: ExamRules
) -> datetime | None:
    step, most = timedelta(minutes=rules.step_minutes), timedelta(hours=rules.planning.most_hours_a_day)
    hers = [each.in_utc for each in taken.get(nurse.account, ())]
    length, last = wanted.length, None
    for _, both in both_free(nurse, site.rooms, wanted.patient, wanted.band, taken, there, length, rules):
        since = both.until - length
        while since >= both.since and busiest_day(Period(since, since + length), hers) > most:
            since -= step
        if since >= both.since and (last is None or since > last):
            last = since
    return last
