"""Which drills were there, and who would have come for each seat, after how long? Newest first.

They stand in a view of their own: no board, list, clock or figure looks at it, and this one looks at nothing else.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.response import Stream

from contracts.language import Event
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Record
from services.kernel.http.problems import NotFound
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.kernel.views import View, Views
from services.rapid_assessment.cases import DRILL, Cases
from services.rapid_assessment.drill.events import (
    DRILL_EVENTS,
    DrillAnswered,
    DrillEnded,
    DrillNotPaged,
    DrillPaged,
    DrillStarted,
)
from services.rapid_assessment.team.withheld import withheld_from

PAGE = 50
COLUMNS = "drill uuid PRIMARY KEY, county text NOT NULL, started_at timestamptz NOT NULL, told jsonb NOT NULL"
_START = "INSERT INTO {table} (drill, county, started_at, told) VALUES (%s, %s, %s, jsonb_build_array(%s::jsonb))"
_MORE = "UPDATE {table} SET told = told || jsonb_build_array(%s::jsonb) WHERE drill = %s"
_LIST = "SELECT * FROM {table} ORDER BY started_at DESC, drill LIMIT %(limit)s"
_ONE = "SELECT * FROM {table} WHERE drill = %(drill)s"
_SINCE = "SELECT * FROM {table} WHERE started_at > %(since)s"
_BY_NAME: Mapping[str, type[Event]] = {each.NAME: each for each in DRILL_EVENTS}


class Told(msgspec.Struct, frozen=True):
    """An event as the view keeps it."""

    name: str
    data: msgspec.Raw


def project(happening: Happening) -> Sequence[Effect]:
    """Each event of a drill and its pages, in order."""
    event = happening.event
    if not isinstance(event, DRILL_EVENTS):
        return ()
    told = msgspec.json.encode({"name": event.NAME, "data": event}).decode()
    if isinstance(event, DrillStarted):
        return [Effect(_START, (event.drill, event.county, happening.happened_at, told))]
    return [Effect(_MORE, (told, getattr(event, "drill")))]  # noqa: B009  # every one of them names its drill


DRILLS = View("drills", COLUMNS, project)


class Standing(StrEnum):
    """What came of a seat: the closed list."""

    NOBODY = "nobody"
    PAGING = "paging"
    UNREACHED = "unreached"
    WAITING = "waiting"
    COMES = "comes"
    CANNOT = "cannot"
    NO_ANSWER = "no_answer"


class SeatTried(msgspec.Struct, frozen=True, kw_only=True):
    """A seat of a drill. `responder` is whom the page reached, after nothing reached the `missed`.

    `seconds`: from the start to their answer, whatever it was.
    """

    seat: str
    standing: Standing
    responder: UUID | None = None
    carrier: str = ""
    missed: list[UUID] = []
    answered_at: datetime | None = None
    seconds: int | None = None


class DrillRow(msgspec.Struct, frozen=True, kw_only=True):
    """A drill. It goes on until all have answered whom it reached, somebody ended it, or `until` has come."""

    drill: UUID
    county: str
    by: UUID
    started_at: datetime
    until: datetime
    ended_at: datetime | None
    goes_on: bool
    seats: list[SeatTried]


class DrillShown(msgspec.Struct, frozen=True, kw_only=True):
    """With its version, for ending it."""

    version: int
    drill: DrillRow


LISTED = Listed("drills", DrillRow, ("drill",))


class DrillsController(Controller):
    """For who starts them."""

    path = "/drills"
    tags = ["Drills"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_drills"})
    async def drills(
        self, views: Views, cases: Cases, time: TimeSource, request: Request[Any, Any, Any]
    ) -> list[DrillRow]:
        """The last 50. `Muster-At-Least` makes it as fresh as a position."""
        withheld = withheld_from(cases, caller_of(request)).otherwise
        return await _listed(views, time.now(), PAGE, at_least_in(request), withheld)

    @post("/export", opt={"action": "list_drills"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, cases: Cases, time: TimeSource, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        withheld = withheld_from(cases, caller_of(request)).otherwise
        return await exports.take(
            request, LISTED, lambda: _listed(views, time.now(), ASKED_FOR, at_least_in(request), withheld)
        )

    @get("/{drill:uuid}", opt={"action": "read_drill"})
    async def one(
        self, drill: UUID, views: Views, cases: Cases, time: TimeSource, request: Request[Any, Any, Any]
    ) -> Response[DrillShown]:
        """Whom it paged for each seat, and after how long they answered."""
        loaded = await cases.store.load(DRILL, drill)
        rows = await views.query(DRILLS.name, _ONE, {"drill": drill}, at_least=at_least_in(request), current=True)
        if not loaded.exists or not rows:
            raise NotFound
        cases.gate.require(caller_of(request), "read_drill", Record("Drill", drill))
        withheld = withheld_from(cases, caller_of(request)).otherwise
        shown = DrillShown(version=loaded.version, drill=_without(row_of(rows[0], time.now()), withheld))
        return Response(shown, headers={"ETag": f'"{loaded.version}"'})


async def drill_goes_on(views: Views, drill: UUID, now: datetime) -> bool:
    """Whether it does, by what is on record now."""
    rows = await views.query(DRILLS.name, _ONE, {"drill": drill}, current=True)
    return any(row_of(row, now).goes_on for row in rows)


async def paged_since(views: Views, since: datetime) -> list[DrillPaged]:
    """Whom drills that were started since then reached, and by what, as is on record now."""
    rows = await views.query(DRILLS.name, _SINCE, {"since": since}, current=True)
    told = [each for row in rows for each in row["told"] if each["name"] == DrillPaged.NAME]
    return [msgspec.convert(each["data"], DrillPaged, strict=False) for each in told]


async def _listed(views: Views, now: datetime, limit: int, at_least: int, withheld: Collection[str]) -> list[DrillRow]:
    rows = await views.query(DRILLS.name, _LIST, {"limit": limit}, at_least=at_least, current=True)
    return [_without(row_of(row, now), withheld) for row in rows]


def _without(row: DrillRow, withheld: Collection[str]) -> DrillRow:
    """Who was on call for a `withheld` seat is not told: with the hours of a case it tells who held that seat."""
    change = msgspec.structs.replace
    seats = [
        change(each, responder=None, carrier="", missed=[]) if each.seat in withheld else each for each in row.seats
    ]
    return change(row, seats=seats)


def row_of(row: Mapping[str, Any], now: datetime) -> DrillRow:
    """As its events tell it. Pure."""
    told = [msgspec.convert(each["data"], _BY_NAME[each["name"]], strict=False) for each in row["told"]]
    started = next(each for each in told if isinstance(each, DrillStarted))
    ended_at = next((each.ended_at for each in told if isinstance(each, DrillEnded)), None)
    over = ended_at is not None or now >= started.until
    seats = [_seat(each.seat, bool(each.responders), told, row["started_at"], over=over) for each in started.called]
    return DrillRow(
        drill=started.drill,
        county=started.county,
        by=started.by,
        started_at=row["started_at"],
        until=started.until,
        ended_at=ended_at,
        goes_on=not over and any(each.standing in {Standing.PAGING, Standing.WAITING} for each in seats),
        seats=seats,
    )


def _seat(seat: str, called: bool, told: Sequence[Event], started_at: datetime, *, over: bool) -> SeatTried:  # noqa: FBT001  # as the drill has it
    paged = next((each for each in told if isinstance(each, DrillPaged) and each.seat == seat), None)
    missed = [each.responder for each in told if isinstance(each, DrillNotPaged) and each.seat == seat]
    answer = next((each for each in told if isinstance(each, DrillAnswered) and each.seat == seat), None)
    if answer is not None:
        standing = Standing(answer.answer)
    elif paged is not None:
        standing = Standing.NO_ANSWER if over else Standing.WAITING
    elif missed:
        standing = Standing.UNREACHED
    elif called and not over:
        standing = Standing.PAGING
    else:
        standing = Standing.UNREACHED if called else Standing.NOBODY
    return SeatTried(
        seat=seat,
        standing=standing,
        responder=paged.responder if paged else None,
        carrier=paged.carrier if paged else "",
        missed=missed,
        answered_at=answer.answered_at if answer else None,
        seconds=round((answer.answered_at - started_at).total_seconds()) if answer else None,
    )
