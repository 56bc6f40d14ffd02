"""A duty that the law wants done at once is told to whoever acts, when it arises and again while it is not done.

After how many minutes is on file with the rule: recommended practice, never a due time. What came long ago, typed in
late, is told once, and so is what came due again and again while the service stood still.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from contracts.events.tips import DutyPressing
from contracts.jurisdictions import DutyRule
from services.kernel.due import DueMoment, Fired
from services.kernel.due_moments import at
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.tips.duty.duties import DUTY, Duties
from services.tips.duty.events import DutyArose
from services.tips.duty.owing import rule_of
from services.tips.duty.state import Duty

ALERT = "alert"
"""The kind of the moment at which somebody is told again."""


class PressDuties:
    """Reacts to duties that arise; told on a stream of its own, since nobody decides on it."""

    def __init__(self, duties: Duties) -> None:
        self._duties = duties

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, DutyArose) or event.due_at is not None:
            return None
        duty = (await self._duties.store.load(DUTY, happening.stream)).state
        rule = pressed(duty, self._duties)
        if rule is None:
            return None
        now = self._duties.time.now()
        again = [at(happening.stream, ALERT, moment) for moment in _moments(event.since, rule) if moment > now]
        return Changes([_told(duty, rule, happening.event_id)], again)


class PressAgain:
    """The timer for moments of the kind `alert`; state decides whether one still matters."""

    def __init__(self, duties: Duties) -> None:
        self._duties = duties

    async def __call__(self, due: DueMoment, now: datetime) -> Fired | None:
        loaded = await self._duties.store.load(DUTY, due.clock)
        rule = pressed(loaded.state, self._duties)
        if rule is None or loaded.state.since is None:
            return None
        if any(due.due_at < later <= now for later in _moments(loaded.state.since, rule)):
            return None
        told = _told(loaded.state, rule, uuid5(due.clock, due.due_at.isoformat()))
        # The moment comes again where the service died between telling and removing it.
        if await self._duties.store.happenings(told.stream):
            return None
        return Fired(loaded, Changes([told]), due.due_at)


def pressed(duty: Duty, duties: Duties) -> DutyRule | None:
    """The rule that presses now: of a duty that is not done, where somebody is to be told."""
    if duty.standing != "open":
        return None
    rule = rule_of(duty, duties.jurisdiction)
    return rule if isinstance(rule, DutyRule) and rule.alert_minutes and rule.who_acts else None


def _moments(since: datetime, rule: DutyRule) -> list[datetime]:
    """At which it is told again."""
    return [since + timedelta(minutes=minutes) for minutes in rule.alert_minutes]


def _told(duty: Duty, rule: DutyRule, cause: UUID) -> Change:
    pressing = DutyPressing(
        tip=duty.tip, rule=rule.rule, citation=rule.citation, told=(rule.who_acts,) if rule.who_acts else ()
    )
    return Change(uuid5(cause, DutyPressing.NAME), 0, [pressing])
