"""The clocks of an accused explained."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.events.prosecution import OutcomeRecorded
from contracts.jurisdictions.explaining import Explained, explained
from contracts.jurisdictions.ruling import RuleOn, allowed
from contracts.language import Event, Personal, Refused
from services.kernel import clock as clocks
from services.kernel.clock import Ruling
from services.kernel.http.clocks import ClockName, ClocksOf, Numbered, clocks_told, courses_shown
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.reading import Reader
from services.kernel.store import Loaded
from services.kernel.time_source import TimeSource
from services.prosecution.case.decisions import CaseRefusal
from services.prosecution.case.events import (
    ContinuanceEnteredInError,
    ContinuanceGranted,
    HearingDemanded,
    HearingHeld,
    StageEntered,
)
from services.prosecution.case.proceedings import Rule
from services.prosecution.case.state import Case
from services.prosecution.case.trial_days import trial_days
from services.prosecution.cases import Cases, accused_in, clock_of

BEGIN: tuple[type[Event], ...] = (
    HearingDemanded,
    HearingHeld,
    StageEntered,
    OutcomeRecorded,
    ContinuanceGranted,
    ContinuanceEnteredInError,
)
"""What a clock begins with."""


class AccusedClockController(Controller):
    """For whoever reads the case. That they were shown it is put on record first."""

    path = "/cases/{case:uuid}/accused/{accused:uuid}/clocks"
    tags = ["Course"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_case"})
    async def clocks(
        self, case: UUID, accused: UUID, cases: Cases, reader: Reader, time: TimeSource, request: Request[Any, Any, Any]
    ) -> list[Explained]:
        """Every clock there was: rule and law, what it began with, the arithmetic in steps, and what became of it.

        The time for trial says of each count which days count toward it, and which do not and on whose motion.
        """
        return await _shown(cases, reader, request, (case, accused), None, time.now())

    @get("/{clock:str}", opt={"action": "read_case"})
    async def clock(
        self,
        case: UUID,
        accused: UUID,
        clock: ClockName,
        cases: Cases,
        reader: Reader,
        time: TimeSource,
        request: Request[Any, Any, Any],
    ) -> Explained:
        """One of them: `C35-2` is the second of its rule, `C35` the last."""
        return (await _shown(cases, reader, request, (case, accused), clock, time.now()))[0]

    @post("/{clock:str}/rulings", opt={"action": "record_course"}, status_code=200)
    async def rule_on(
        self,
        case: UUID,
        accused: UUID,
        clock: ClockName,
        data: RuleOn,
        intent: Intent,
        commands: Commands,
        cases: Cases,
    ) -> Response[Done]:
        """Excuses or finds met, where its rule allows it and on an authority it lists. `If-Match`: the clock's."""

        async def decide(now: datetime) -> Decided:
            stands = await cases.visible(intent.caller, "record_course", case)
            of = await _of(cases, stands, accused)
            (told,) = await clocks_told(cases.store, of.among, of.begun, clock)
            loaded = intent.expect(told.loaded)
            rule = cases.jurisdiction.clock_rule(loaded.state.rule, version=loaded.state.rule_version)
            lawful = allowed(rule, data, now)
            if data.what == "extended":
                raise Refused(
                    CaseRefusal.AS_CONTINUANCE, "Enter the continuance itself, with its ground.", rule=rule.rule
                )
            paper = Personal(person=stands.state.person, text=data.document)
            ruling = Ruling(
                what=data.what, authority=data.authority, citation=lawful.citation or "", at=data.at, document=paper
            )
            events = clocks.rule_on(loaded.state, ruling, now)
            return decided_on(loaded, events, now, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)


async def _shown(
    cases: Cases,
    reader: Reader,
    request: Request[Any, Any, Any],
    of: tuple[UUID, UUID],
    name: str | None,
    now: datetime,
) -> list[Explained]:
    (case, accused), caller = of, caller_of(request)
    loaded = await cases.visible(caller, "read_case", case)
    shown = await courses_shown(cases.store, reader, caller, await _of(cases, loaded, accused), name)
    told = [explained(cases.jurisdiction, *each) for each in shown]
    today = cases.jurisdiction.day_of(now)
    return [
        msgspec.structs.replace(
            each, trial_days=trial_days(loaded.state, accused, each.rule, cases.jurisdiction, today)
        )
        if each.rule.rule == Rule.TRIAL
        else each
        for each in told
    ]


async def _of(cases: Cases, loaded: Loaded[Case], accused: UUID) -> ClocksOf:
    """Raises `NotFound` for an accused there is not."""
    known = accused_in(loaded.state, accused)
    among = [
        Numbered(rule, each, clock_of(accused, rule, each))
        for rule, last in known.clocks.items()
        for each in range(1, last + 1)
    ]
    begun = [each for each in await cases.store.happenings(loaded.id) if isinstance(each.event, BEGIN)]
    return ClocksOf("clocks of an accused", loaded, among, begun)
