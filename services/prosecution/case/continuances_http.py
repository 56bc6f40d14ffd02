"""Continuances of a trial over HTTP: each moves the trial's clock, and one entered in error gives its days back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, post
from litestar.params import Parameter

from contracts.language import Event, Refused
from services.kernel import clock as clocks
from services.kernel.clock import Clock, ClockRuled
from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.kernel.http.problems import NotFound
from services.kernel.store import Loaded
from services.prosecution.case import continuances
from services.prosecution.case.continuances import GrantContinuance, TrialTime
from services.prosecution.case.decisions import CaseRefusal
from services.prosecution.case.events import ClockBegun
from services.prosecution.case.proceedings import Rule
from services.prosecution.case.state import Case, Continuance, evolve
from services.prosecution.cases import Cases, MovingClock, accused_in

CONTINUANCE = "continuance"
IN_ERROR = "corrected_continuance"


class EnteredInError(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the continuance was none: a code of the list."""

    reason: str


class ContinuanceController(Controller):
    """The court puts the trial of an accused off."""

    path = "/cases/{case:uuid}/accused/{accused:uuid}/continuances"
    tags = ["Course"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "record_course"}, status_code=200)
    async def grant_continuance(
        self, case: UUID, accused: UUID, data: GrantContinuance, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The trial is put off for good cause: its clock is extended by those of the days that count still."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            return await _granted(cases, loaded, accused, data, intent, now)

        return await commands.run(intent, decide)

    @post("/{number:int}/correction", opt={"action": "record_course"}, status_code=200)
    async def correct(
        self,
        case: UUID,
        accused: UUID,
        number: Annotated[int, Parameter(ge=1)],
        data: EnteredInError,
        intent: Intent,
        commands: Commands,
        cases: Cases,
    ) -> Response[Done]:
        """It was entered in error: its days count again, in a clock that takes the place of the one that runs."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            return await _corrected(cases, loaded, accused, number, data.reason, intent, now)

        return await commands.run(intent, decide)


async def _granted(
    cases: Cases, loaded: Loaded[Case], accused: UUID, data: GrantContinuance, intent: Intent, now: datetime
) -> Decided:
    """Extends the running trial clock. Granted in time but typed in after the miss, it excuses that clock and another
    runs from the arraignment, with the longer period.
    """
    known = accused_in(loaded.state, accused)
    clock = await _trial_clock(cases, loaded.state, accused, now)
    state = clock.state
    if state.phase not in {"running", "missed"} or state.found:
        raise Refused(CaseRefusal.NO_TRIAL_CLOCK, "No time for trial is running for this accused.", rule=Rule.TRIAL)
    trial = _trial_time(cases, state)
    events = continuances.grant(loaded.state, known, data, trial, cases.charging, now)
    due_at = trial.put_off(_after(loaded.state, events, accused))
    reason = f"continuance_{data.ground}"
    ruled = _on_authority(cases, state)
    if state.phase == "running":
        clock.events.extend([ruled("extended"), *clocks.extend(state, due_at, reason, now)])
        return decided_on(loaded, events, data.at, clock.change)
    clock.events.extend([ruled("excused"), *clocks.excuse(state, reason, now)])
    other, begun = await _in_its_place(cases, loaded, state, (due_at, reason), intent, now)
    return decided_on(loaded, [*events, begun], data.at, clock.change, other.change)


async def _corrected(
    cases: Cases, loaded: Loaded[Case], accused: UUID, number: int, reason: str, intent: Intent, now: datetime
) -> Decided:
    """A clock's due time comes earlier by no event of its own: it is excused, and another runs from the arraignment."""
    known = accused_in(loaded.state, accused)
    if number > len(known.continuances):
        raise NotFound
    clock = await _trial_clock(cases, loaded.state, accused, now)
    state = clock.state
    if state.phase != "running":
        sentence = "The time for trial has ended on record, so a continuance of it is not taken back any more."
        raise Refused(CaseRefusal.NO_TRIAL_CLOCK, sentence, rule=Rule.TRIAL)
    events = continuances.enter_in_error(loaded.state, known, number, reason, cases.charging)
    granted = _after(loaded.state, events, accused)
    due_at = _trial_time(cases, state).put_off(granted)
    if due_at == state.due_at:
        return decided_on(loaded, events, now)
    clock.events.extend(clocks.excuse(state, IN_ERROR, now))
    reason = next((f"continuance_{each.ground}" for each in reversed(granted) if not each.in_error), IN_ERROR)
    other, begun = await _in_its_place(cases, loaded, state, (due_at, reason), intent, now)
    return decided_on(loaded, [*events, begun], now, clock.change, other.change)


async def _trial_clock(cases: Cases, case: Case, accused: UUID, now: datetime) -> MovingClock:
    """The latest, missed if its time is over."""
    clock = MovingClock(await cases.clock(accused, Rule.TRIAL, accused_in(case, accused).clocks.get(Rule.TRIAL, 0)))
    clock.events.extend(clocks.expire(clock.state, now))
    return clock


def _trial_time(cases: Cases, clock: Clock) -> TrialTime:
    rule = cases.jurisdiction.clock_rule(Rule.TRIAL, version=clock.rule_version)
    due_at = cases.jurisdiction.terms_by(rule, clock.started_at).due_at
    return TrialTime(rule, clock.started_at, due_at, cases.jurisdiction.state)


def _after(case: Case, events: list[Event], accused: UUID) -> Sequence[Continuance]:
    for event in events:
        case = evolve(case, event)
    return case.accused[accused].continuances


async def _in_its_place(
    cases: Cases, loaded: Loaded[Case], before: Clock, due: tuple[datetime, str], intent: Intent, now: datetime
) -> tuple[MovingClock, ClockBegun]:
    """A clock from the same moment by the same version, due at another time for a reason: as its rule has it and then
    extended, unless the rule's time is over by now, which would miss it.
    """
    (due_at, reason), accused = due, before.subject
    number = accused_in(loaded.state, accused).clocks[Rule.TRIAL] + 1
    other = MovingClock(await cases.clock(accused, Rule.TRIAL, number))
    rule = cases.jurisdiction.clock_rule(Rule.TRIAL, version=before.rule_version)
    terms = cases.jurisdiction.terms_by(rule, before.started_at)
    over = terms.due_at <= now
    if over:
        arithmetic = f"{terms.arithmetic}\n{reason}: due {due_at.isoformat()}"
        terms = msgspec.structs.replace(terms, due_at=due_at, arithmetic=arithmetic)
    other.events.extend(clocks.start(other.state, terms, accused, intent.command_id, now))
    if not over and due_at > terms.due_at:
        ruled = _on_authority(cases, other.state)
        other.events.extend([ruled("extended"), *clocks.extend(other.state, due_at, reason, now)])
    return other, ClockBegun(case=loaded.id, accused=accused, rule=Rule.TRIAL, number=number)


def _on_authority(cases: Cases, clock: Clock) -> Callable[[str], ClockRuled]:
    """A continuance is what the rule of the trial lists to extend it by. Raises `Refused` where it does not."""
    rule = cases.jurisdiction.clock_rule(clock.rule, version=clock.rule_version)
    lawful = rule.lawful("extended", CONTINUANCE)
    if lawful is None:
        raise Refused(CaseRefusal.NO_TRIAL_CLOCK, "By its rule no continuance moves this time.", rule=clock.rule)

    def ruled(what: str) -> ClockRuled:
        return ClockRuled(
            rule=clock.rule,
            subject=clock.subject,
            what=what,
            authority=CONTINUANCE,
            citation=lawful.citation or "",
            document=None,
        )

    return ruled
