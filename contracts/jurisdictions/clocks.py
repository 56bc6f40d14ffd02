"""What the law, a standard or a protocol wants done by when: with a number, without one, or not yet kept by anybody."""

from datetime import date, timedelta
from typing import Literal

from contracts.jurisdictions.marks import Confidence, Loaded, RuleKind

Calendar = Literal["elapsed", "excluding_weekends_and_holidays", "business_days", "calendar_days", "court_days"]
"""What of the time counts. `elapsed`: every hour. `business_days`: whole days, from the one after the event.

`calendar_days`: every day from the one after the event, the last to its end. `court_days`: as these, and a last day
that is a Saturday, a Sunday or a state holiday is carried over to the end of the next day that is none.
"""

WHOLE_DAYS: frozenset[Calendar] = frozenset({"calendar_days", "court_days"})
"""Those that count every day from the one after the event."""

Standing = Literal["on", "advisory", "off"]
"""`on`: a clock runs. `advisory`: people read it, no clock runs. `off`: it is on file and asks nothing."""

Ruled = Literal["extended", "excused", "found_met"]
"""What somebody may decide about a clock: that it ends later, that its duty fell away, that it was done in time."""


class Lawful(Loaded, frozen=True, kw_only=True):
    """What may be decided about a clock of the rule, and on what authority; whatever is not listed may not be.

    `citation` is `None` where no law says it in so many words.
    """

    what: Ruled
    authority: str
    words: str
    citation: str | None
    confidence: Confidence
    note: str | None


# From so many on people think in days.
DAYS_FROM = 7


class ClockRule(Loaded, frozen=True, kw_only=True):
    """A deadline with a number, measured on its calendar from the start of the clock: in hours, or in days.

    `confidence` is of the duty, `period_confidence` of the number. `who_acts` is `None` where it is anyone's duty.
    """

    rule: str
    version: int
    in_force_from: date
    in_force_until: date | None
    review_by: date | None
    name: str
    kind: RuleKind
    standing: Standing
    calendar: Calendar
    period_hours: int | None = None
    warning_hours: tuple[int, ...] | None = None
    period_business_days: int | None = None
    warning_business_days: tuple[int, ...] | None = None
    period_days: int | None = None
    warning_days: tuple[int, ...] | None = None
    starts_when: str
    met_by: str
    who_acts: str | None
    told_at_warning: tuple[str, ...]
    told_at_miss: tuple[str, ...]
    when_missed: str
    citation: str
    source: str
    confidence: Confidence
    period_confidence: Confidence
    note: str | None
    lawfully: tuple[Lawful, ...] = ()

    def lawful(self, what: Ruled, authority: str) -> Lawful | None:
        """None where the rule does not allow it."""
        return next((each for each in self.lawfully if (each.what, each.authority) == (what, authority)), None)

    @property
    def period(self) -> timedelta:
        """So many hours that count, or so many days."""
        return timedelta(hours=self.period_hours or 0, days=self.period_business_days or self.period_days or 0)

    @property
    def warnings(self) -> tuple[timedelta, ...]:
        """As `period`."""
        hours = (timedelta(hours=each) for each in self.warning_hours or ())
        return (*hours, *(timedelta(days=each) for each in self.warning_business_days or self.warning_days or ()))

    @property
    def within(self) -> str:
        """The period in words."""
        if self.calendar == "business_days":
            return f"within {self.period_business_days} business day{'s' if self.period_business_days != 1 else ''}"
        if self.calendar in WHOLE_DAYS:
            days = f"within {self.period_days} days; the day it counts from does not count"
            carried = ", a last day that is a Saturday, a Sunday or a state holiday is carried over"
            return days + (carried if self.calendar == "court_days" else "")
        hours = f"{self.period_hours} hour{'s' if self.period_hours != 1 else ''}"
        if self.calendar != "elapsed":
            return f"within {hours}; Saturdays, Sundays and state holidays do not count"
        whole, rest = divmod(self.period, timedelta(days=1))
        return f"within {whole} days ({hours})" if whole >= DAYS_FROM and not rest else f"within {hours}"


class DutyRule(Loaded, frozen=True, kw_only=True):
    """A duty the law gives no number for. Record how long it took; never judge it against a due time.

    `follows` is `None` where nothing comes before it, `who_acts` where it is anyone's duty. What is to be so `for_good`
    never comes due. `alert_minutes` after it arose somebody is told once more: recommended practice that an agency may
    change, never a due time.
    """

    rule: str
    version: int
    in_force_from: date
    in_force_until: date | None
    review_by: date | None
    name: str
    kind: RuleKind
    standing: Standing
    follows: str | None
    arises_when: str
    due: Literal["immediately", "as_soon_as_possible", "as_soon_as_practicable", "before_it", "with_C03", "for_good"]
    alert_minutes: tuple[int, ...] = ()
    met_by: str
    who_acts: str | None
    told: tuple[str, ...]
    until_met: str
    citation: str
    source: str
    confidence: Confidence
    note: str | None


class WaitingRule(Loaded, frozen=True, kw_only=True):
    """A rule kept in words, until a part of the house owns it: a next version then has its numbers."""

    rule: str
    version: int
    in_force_from: date
    in_force_until: date | None
    review_by: date | None
    name: str
    kind: RuleKind
    starts_when: str
    due: str
    met_by: str
    who_acts: str
    when_missed: str
    citation: str
    source: str
    confidence: Confidence
    note: str | None


AnyRule = ClockRule | DutyRule | WaitingRule
