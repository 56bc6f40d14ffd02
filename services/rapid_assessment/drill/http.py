"""Starting and ending a drill, and answering its page by the code in it, without signing in."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, post

from contracts.jurisdictions import County
from contracts.language import InvalidValue
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.kernel.http.gate import Record
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.periods import Periods, release, take
from services.kernel.store import Loaded
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.rapid_assessment.ask.http import AskDoor, ByCode
from services.rapid_assessment.cases import DRILL, DRILL_PAGE, Cases
from services.rapid_assessment.drill import drill as drills
from services.rapid_assessment.drill.drill import LASTS, Answer, Drill, Page
from services.rapid_assessment.drill.events import CalledForSeat
from services.rapid_assessment.ranking import Place
from services.rapid_assessment.seat_order import pool_of
from services.rapid_assessment.views.drills import drill_goes_on
from services.rapid_assessment.views.finding import found_in


class StartDrill(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For a county: whoever is on call for it now is paged."""

    county: str


class AnswerDrill(ByCode, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether you would have come."""

    answer: Answer


class DrillAsked(msgspec.Struct, frozen=True):
    """All that the code of a drill shows."""

    seat: str
    until: datetime


class DrillTaken(msgspec.Struct, frozen=True):
    """All that the answer to an answer tells."""

    answer: Answer


class DrillController(Controller):
    """For the coordinator."""

    path = "/drills"
    tags = ["Drills"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "start_drill"}, status_code=201)
    async def start(
        self, data: StartDrill, intent: Intent, commands: Commands, cases: Cases, views: Views, periods: Periods
    ) -> Response[Done]:
        """Pages, for each seat, who is on call by the rotas that hold the county, as `GET /finding` tells them."""
        county, by = cases.jurisdiction.counties.get(data.county), intent.caller.account
        if county is None:
            raise InvalidValue("county", "There is no county of this name. Choose one of the list.")
        if by is None:
            raise NeverAllowed

        async def decide(now: datetime) -> Decided:
            loaded = await cases.store.load(DRILL, uuid4())
            place, until = drills.taken_by_drills(county.county), now + LASTS
            before = [each.holder for each in await periods.taken([place], now, until)]
            goes_on = [await drill_goes_on(views, each, now) for each in before]
            called = await _called(views, county, cases, now)
            events = drills.start(loaded.id, county.county, by, called, now, goes_on=any(goes_on))
            # What everybody has answered already is over before its time, and holds nobody up.
            effects = [*(release(each) for each in before), take(loaded.id, place, now, until)]
            return decided_on(loaded, events, now, effects=effects, status=201)

        return await commands.run(intent, decide)

    @post("/{drill:uuid}/end", opt={"action": "end_drill"}, status_code=200)
    async def end(self, drill: UUID, intent: Intent, commands: Commands, cases: Cases) -> Response[Done]:
        """Nobody is waited for any more; the codes that went out are good for nothing."""

        async def decide(now: datetime) -> Decided:
            loaded = await cases.store.load(DRILL, drill)
            if not loaded.exists:
                raise NotFound
            cases.gate.require(intent.caller, "end_drill", Record("Drill", drill))
            loaded = intent.expect(loaded)
            return decided_on(loaded, drills.end(loaded.state, now), now, effects=[release(drill)])

        return await commands.run(intent, decide)


class DrillPageController(Controller):
    """Open to whoever holds a code. One that is unknown, over or used is answered alike, with equal work."""

    path = "/drills/page"
    tags = ["Drills"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/look", opt={"action": "answer_by_code"}, status_code=200)
    async def look(
        self, data: ByCode, cases: Cases, drill_door: AskDoor, time: TimeSource, request: Request[Any, Any, Any]
    ) -> DrillAsked:
        """Changes nothing."""
        page, drill = await _paged(drill_door.opened(data.code, request), cases, time.now())
        if drill.until is None:
            raise NotFound
        return DrillAsked(page.state.seat, drill.until)

    @post("/answer", opt={"action": "answer_by_code"}, status_code=200)
    async def answer(
        self,
        data: AnswerDrill,
        intent: Intent,
        commands: Commands,
        cases: Cases,
        drill_door: AskDoor,
        request: Request[Any, Any, Any],
    ) -> DrillTaken:
        """Yes or no, once. No seat of a case is taken by it, and nobody else is asked."""
        reference = drill_door.opened(data.code, request)

        async def decide(now: datetime) -> Decided:
            return await answer_page(reference, data.answer, cases, now)

        who = (await cases.store.load(DRILL_PAGE, reference)).state.responder
        caller = Caller(who, await cases.agency_of(who))
        await commands.perform(msgspec.structs.replace(intent, caller=caller), decide)
        return DrillTaken(data.answer)


async def answer_page(reference: UUID, said: Answer, cases: Cases, now: datetime) -> Decided:
    """Whether they would have come, however they said so. Raises `NotFound`."""
    page, _ = await _paged(reference, cases, now)
    return decided_on(page, drills.answer(page.state, said, now), now, case=page.state.drill)


async def _called(views: Views, county: County, cases: Cases, now: datetime) -> list[CalledForSeat]:
    """By the rotas alone: whoever is on call, then the others in their order. Stated hours are no rota."""
    found = found_in(await pool_of(views, current=True), county, cases.jurisdiction, now)
    on_rota = (Place.ON_CALL, Place.NEXT)
    return [
        CalledForSeat(seat=seat.seat, responders=tuple(each.account for each in seat.people if each.place in on_rota))
        for seat in found.seats
    ]


async def _paged(reference: UUID, cases: Cases, now: datetime) -> tuple[Loaded[Page], Drill]:
    """Raises `NotFound`. A code that was never given is looked up as one that was."""
    page = await cases.store.load(DRILL_PAGE, reference)
    drill = (await cases.store.load(DRILL, page.state.drill)).state
    if not page.state.answers(drill, now):
        raise NotFound
    return page, drill
