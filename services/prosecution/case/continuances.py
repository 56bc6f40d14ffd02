"""Continuances of a trial: granted for good cause, each with its ground, its days and by whose motion. Pure.

The days of a granted continuance do not count toward the time for trial (Miss. Code 99-17-1). A day counts off once,
however many continuances hold for it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple

import msgspec

from contracts.jurisdictions import Charging
from contracts.jurisdictions.clocks import ClockRule
from contracts.jurisdictions.reckoning import later_by_days
from contracts.jurisdictions.state import State
from contracts.jurisdictions.trial_days import DAY, PutOff, days_put_off
from contracts.language import Event, InvalidValue, Refused, not_in_future
from services.prosecution.case import proceedings
from services.prosecution.case.decisions import CaseRefusal
from services.prosecution.case.events import ContinuanceEnteredInError, ContinuancePlaced
from services.prosecution.case.proceedings import Rule
from services.prosecution.case.state import Accused, Case, Continuance

MOST_DAYS = 730
# A ground that says by itself by whose motion it was.
SAID_BY_GROUND: Mapping[str, str] = {"defence_motion": "defence", "state_motion": "state", "agreed": "both"}

At = Annotated[datetime, msgspec.Meta(tz=True)]


class GrantContinuance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the court granted: the ground, by whose motion, and which days do not count, the first and last included.

    Without `since` they begin on the day it was granted. Either `until` or `days` says how many they are.
    """

    ground: str
    at: At
    motion: str = ""
    since: date | None = None
    until: date | None = None
    days: Annotated[int, msgspec.Meta(ge=1, le=MOST_DAYS)] | None = None


class TrialTime(NamedTuple):
    """The time for trial of an accused by its rule alone, without any continuance; days are those of `state`."""

    rule: ClockRule
    since: datetime
    due_at: datetime
    state: State

    @property
    def arraigned_on(self) -> date:
        return self.since.astimezone(self.state.clocks).date()

    @property
    def last_day(self) -> date:
        """The last on which something may still be in time."""
        return (self.due_at - timedelta(microseconds=1)).astimezone(self.state.clocks).date()

    def days_of(self, granted: Sequence[Continuance]) -> int:
        """By how many days these continuances put it off."""
        return days_put_off(holding(granted, self.arraigned_on, self.state), self.last_day)

    def put_off(self, granted: Sequence[Continuance]) -> datetime:
        """When it is due with these continuances."""
        return later_by_days(self.rule, self.due_at, self.days_of(granted), self.state.clocks)


def holding(granted: Sequence[Continuance], arraigned_on: date, state: State) -> list[PutOff]:
    """Those that hold for who was arraigned then, in the order they came on record; of an earlier trial's none does."""
    found = []
    for each in granted:
        last_on = each.until or each.granted_at.astimezone(state.clocks).date() + each.days * DAY
        if not each.in_error and last_on > arraigned_on:
            since = max(each.since, arraigned_on + DAY) if each.since else None
            found.append(PutOff(each.days, each.motion, each.ground, since, each.until))
    return found


def grant(
    case: Case, accused: Accused, wanted: GrantContinuance, trial: TrialTime, charging: Charging, now: datetime
) -> list[Event]:
    """The trial is put off by those of the days that count still.

    Raises `InvalidValue`; and `Refused` where none does, or where the time for trial ends before the first of them.
    """
    not_in_future("at", wanted.at, now)
    motion = _motion(wanted, charging)
    since, until = _days(wanted, trial)
    granted = accused.continuances
    last_day = trial.last_day + trial.days_of(granted) * DAY
    new = Continuance(wanted.ground, 0, wanted.at, "", since, until, motion)
    before, after = trial.put_off(granted), trial.put_off((*granted, new))
    days = trial.days_of((*granted, new)) - trial.days_of(granted)
    # Whether it was granted in time is asked first: of one that came too late, its days are of no interest.
    events = proceedings.grant_continuance(
        case, accused.accused, wanted.ground, days, wanted.at, (before, after), charging, now
    )
    if since > last_day:
        sentence = (
            f"The time for trial ends with {last_day.isoformat()}, before the first of these days: they do not move it."
        )
        raise Refused(CaseRefusal.NO_TRIAL_CLOCK, sentence, rule=Rule.TRIAL)
    if not days:
        sentence = "None of these days counts any more: a continuance on record holds for each of them."
        raise Refused(CaseRefusal.NOTHING_CHANGES, sentence, rule=Rule.TRIAL)
    at = ContinuancePlaced(
        case=case.case,
        accused=accused.accused,
        number=len(granted) + 1,
        since_on=since.isoformat(),
        until_on=until.isoformat(),
        motion=motion,
    )
    return [*events, at]


def enter_in_error(case: Case, accused: Accused, number: int, reason: str, charging: Charging) -> list[Event]:
    """A continuance on record was none: it stays on record, and its days count. Numbers begin at 1."""
    if reason not in charging.reasons.continuance_error:
        raise InvalidValue("reason", f"The reasons are {', '.join(charging.reasons.continuance_error)}.")
    if accused.continuances[number - 1].in_error:
        raise Refused(CaseRefusal.NOTHING_CHANGES, "This continuance stands as entered in error already.")
    return [ContinuanceEnteredInError(case=case.case, accused=accused.accused, number=number, reason=reason)]


def _motion(wanted: GrantContinuance, charging: Charging) -> str:
    said = SAID_BY_GROUND.get(wanted.ground, "")
    if wanted.motion and wanted.motion not in charging.reasons.motion:
        raise InvalidValue("motion", f"It is the motion of {', '.join(charging.reasons.motion)}.")
    if said and wanted.motion not in {"", said}:
        raise InvalidValue("motion", "The ground says that it was another's motion.")
    return wanted.motion or said


def _days(wanted: GrantContinuance, trial: TrialTime) -> tuple[date, date]:
    """The first and the last. The day of the arraignment does not count anyway."""
    granted_on = wanted.at.astimezone(trial.state.clocks).date()
    earliest = max(granted_on, trial.arraigned_on + DAY)
    since = wanted.since or earliest
    if since < granted_on:
        raise InvalidValue("since", "Days put off begin on the day the court granted it, or later.")
    if since > granted_on + MOST_DAYS * DAY:
        raise InvalidValue("since", "This date cannot be right. Check the year.")
    since = max(since, earliest)
    if (wanted.until is None) == (wanted.days is None):
        raise InvalidValue("until", "Give either the last of the days, or how many they are.")
    until = wanted.until or since + ((wanted.days or 1) - 1) * DAY
    if not since <= until < since + MOST_DAYS * DAY:
        raise InvalidValue("until", "The last day lies before the first, or too far ahead. Check the year.")
    return since, until
