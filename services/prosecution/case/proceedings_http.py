"""Stages, outcomes, hearings and what moves a clock, over HTTP. What happened earlier may be typed in later."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, post

from contracts.language import Refused
from services.kernel import clock as clocks
from services.kernel.clock import Clock, ClockRuled
from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.kernel.store import Loaded
from services.prosecution.case import proceedings
from services.prosecution.case.charges_http import with_clocks
from services.prosecution.case.decisions import CaseRefusal
from services.prosecution.case.events import ClockBegun
from services.prosecution.case.proceedings import Rule, SetHearing
from services.prosecution.case.state import Case
from services.prosecution.cases import Cases, MovingClock, accused_in, count_in, hearing_in
from services.prosecution.victim.rights import Rights

CONTINUANCE = "continuance"

At = Annotated[datetime, msgspec.Meta(tz=True)]


class Proceed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stage came, for the counts named; with none named, for all open counts of the accused that may go there."""

    stage: str
    at: At
    counts: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=50)] = ()


class RecordOutcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of the count, and when."""

    outcome: str
    at: At


class Happened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When it happened, with its zone."""

    at: At


class GrantContinuance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the court granted: the ground, and for how many days."""

    ground: str
    days: Annotated[int, msgspec.Meta(ge=1, le=730)]
    at: At


class MoveHearing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The new time, and why."""

    set_for: At
    reason: str


class VacateHearing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why it does not take place."""

    reason: str


class CourseController(Controller):
    """The way of each count through the courts."""

    path = "/cases"
    tags = ["Course"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/{case:uuid}/accused/{accused:uuid}/stages", opt={"action": "record_course"}, status_code=200)
    async def proceed(
        self, case: UUID, accused: UUID, data: Proceed, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Arrest, indictment served and the other stages. Clocks start and end by them."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            accused_in(loaded.state, accused)
            named = [count_in(loaded.state, count) for count in dict.fromkeys(data.counts)] or None
            events = proceedings.proceed(loaded.state, accused, data.stage, named, data.at, cases.charging, now)
            return await with_clocks(cases, loaded, events, data.at, intent, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/counts/{count:uuid}/outcomes", opt={"action": "record_course"}, status_code=200)
    async def record_outcome(
        self,
        case: UUID,
        count: UUID,
        data: RecordOutcome,
        intent: Intent,
        commands: Commands,
        cases: Cases,
        rights: Rights,
    ) -> Response[Done]:
        """What came of one count at its stage. Of a plea, a nolle prosequi and their like its victim is heard first."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            found = count_in(loaded.state, count)
            events = proceedings.record_outcome(loaded.state, found, data.outcome, data.at, cases.charging, now)
            heard = await rights.heard(loaded.state, found, data.outcome, data.at)
            return await with_clocks(cases, loaded, events, data.at, intent, now, *heard)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/accused/{accused:uuid}/hearing-demands", opt={"action": "record_course"}, status_code=200)
    async def demand_hearing(
        self, case: UUID, accused: UUID, data: Happened, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The accused demands a preliminary hearing."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            accused_in(loaded.state, accused)
            events = proceedings.demand_hearing(loaded.state, accused, data.at, cases.charging, now)
            return await with_clocks(cases, loaded, events, data.at, intent, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/accused/{accused:uuid}/releases", opt={"action": "record_course"}, status_code=200)
    async def release(
        self, case: UUID, accused: UUID, data: Happened, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The accused is out of custody."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            accused_in(loaded.state, accused)
            events = proceedings.release(loaded.state, accused, data.at, now)
            return await with_clocks(cases, loaded, events, data.at, intent, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/accused/{accused:uuid}/continuances", opt={"action": "record_course"}, status_code=200)
    async def grant_continuance(
        self, case: UUID, accused: UUID, data: GrantContinuance, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The trial is put off for good cause: its clock is extended, with the ground on record."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            return await _continued(cases, loaded, accused, data, intent, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/hearings", opt={"action": "record_course"}, status_code=200)
    async def set_hearing(
        self, case: UUID, data: SetHearing, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """A court set a hearing."""
        hearing = uuid4()

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            return decided_on(loaded, proceedings.set_hearing(loaded.state, hearing, data, cases.charging, now), now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/hearings/{hearing:uuid}/moves", opt={"action": "record_course"}, status_code=200)
    async def move_hearing(
        self, case: UUID, hearing: UUID, data: MoveHearing, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Puts a hearing to another time."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            found = hearing_in(loaded.state, hearing)
            events = proceedings.move_hearing(loaded.state, found, data.set_for, data.reason, cases.charging, now)
            return decided_on(loaded, events, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/hearings/{hearing:uuid}/holding", opt={"action": "record_course"}, status_code=200)
    async def hold_hearing(
        self, case: UUID, hearing: UUID, data: Happened, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The hearing began: its counts come to its stage, and the clock it was owed by is met."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            found = hearing_in(loaded.state, hearing)
            events = proceedings.hold_hearing(loaded.state, found, data.at, cases.charging, now)
            return await with_clocks(cases, loaded, events, data.at, intent, now)

        return await commands.run(intent, decide)

    @post("/{case:uuid}/hearings/{hearing:uuid}/vacation", opt={"action": "record_course"}, status_code=200)
    async def vacate_hearing(
        self, case: UUID, hearing: UUID, data: VacateHearing, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """The hearing does not take place."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "record_course", case))
            found = hearing_in(loaded.state, hearing)
            return decided_on(loaded, proceedings.vacate_hearing(loaded.state, found, data.reason, cases.charging), now)

        return await commands.run(intent, decide)


async def _continued(
    cases: Cases, loaded: Loaded[Case], accused: UUID, data: GrantContinuance, intent: Intent, now: datetime
) -> Decided:
    """Extends the running trial clock. Granted in time but typed in after the miss, it excuses that clock and another
    runs from the arraignment, with the longer period.
    """
    known = accused_in(loaded.state, accused)
    number = known.clocks.get(Rule.TRIAL, 0)
    clock = MovingClock(await cases.clock(accused, Rule.TRIAL, number))
    clock.events.extend(clocks.expire(clock.state, now))
    state = clock.state
    if state.phase not in {"running", "missed"} or state.found:
        raise Refused(CaseRefusal.NO_TRIAL_CLOCK, "No time for trial is running for this accused.", rule=Rule.TRIAL)
    due_at = state.due_at + timedelta(days=data.days)
    events = proceedings.grant_continuance(
        loaded.state, accused, data.ground, data.days, data.at, (state.due_at, due_at), cases.charging, now
    )
    reason = f"continuance_{data.ground}"
    ruled = _on_authority(cases, state)
    if state.phase == "running":
        clock.events.extend([ruled("extended"), *clocks.extend(state, due_at, reason, now)])
        return decided_on(loaded, events, data.at, clock.change)
    clock.events.extend([ruled("excused"), *clocks.excuse(state, reason, now)])
    longer = MovingClock(await cases.clock(accused, Rule.TRIAL, number + 1))
    rule = cases.jurisdiction.clock_rule(Rule.TRIAL, version=state.rule_version)
    terms = cases.jurisdiction.terms_by(rule, state.started_at)
    terms = msgspec.structs.replace(
        terms, due_at=due_at, arithmetic=f"{terms.arithmetic}\n{reason}: due {due_at.isoformat()}"
    )
    longer.events.extend(clocks.start(longer.state, terms, accused, intent.command_id, now))
    events.append(ClockBegun(case=loaded.id, accused=accused, rule=Rule.TRIAL, number=number + 1))
    return decided_on(loaded, events, data.at, clock.change, longer.change)


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
