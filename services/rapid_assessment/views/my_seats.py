"""What am I asked for now, and on which teams do I sit? What is asked comes first, each by what is due first."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.views import Views
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.views.open_case_rows import OPEN_CASES, OWN, team_in

PAGE = 200

# Whose seats they are is for the policies to say; the gate has the last word on each row.
SEATS = """
    SELECT * FROM {table} WHERE phase IN ('open', 'formed') AND {scope}
    ORDER BY phase = 'open' DESC, contact_open DESC, due_at, team LIMIT %(page)s
"""


class MySeat(msgspec.Struct, frozen=True, kw_only=True):
    """A seat I am asked for or hold, since when; until when the team must stand, and the child be seen.

    `awaits_until`: until then I am to say that I am on my way, or the seat opens again.
    """

    team: UUID
    tip: UUID
    seat: str
    asked: bool
    since: datetime
    phase: str
    county: str
    received_at: datetime
    due_at: datetime
    contact_open: bool
    contact_due_at: datetime | None
    awaits_until: datetime | None = None


SEATS_LISTED = Listed("my seats", MySeat, records=("team",))


class MySeatsController(Controller):
    """One's own alone, whatever else one may see."""

    path = "/mine/seats"
    tags = ["Teams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_own_cases"})
    async def seats(self, views: Views, cases: Cases, request: Request[Any, Any, Any]) -> list[MySeat]:
        """What is asked first. Nothing of a case one is kept out of."""
        return await my_seats(views, cases, request, PAGE)

    @post("/export", opt={"action": "list_own_cases"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(self, views: Views, cases: Cases, exports: Exports, request: Request[Any, Any, Any]) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(request, SEATS_LISTED, lambda: my_seats(views, cases, request, ASKED_FOR))


async def my_seats(views: Views, cases: Cases, request: Request[Any, Any, Any], page: int) -> list[MySeat]:
    """Those of the caller."""
    caller = caller_of(request)
    scope = cases.gate.scope(caller, "list_own_cases", OWN)
    rows = await views.query(
        OPEN_CASES.name,
        scope.into(SEATS),
        {"page": page, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    shown = await cases.gate.shown(caller, "list_own_cases", rows, lambda row: team_in(row, cases.time.now()))
    mine = [seat for row in shown for seat in _mine(row, str(caller.account))]
    found = [seat if seat.asked else await _awaited(cases, seat, caller.account) for seat in mine]
    return sorted(found, key=lambda each: not each.asked)


async def _awaited(cases: Cases, seat: MySeat, me: UUID | None) -> MySeat:
    """With until when I am to say that I am on my way, while I have not, and the child was not seen."""
    ladder = (await cases.ladder(seat.team, seat.seat)).state
    if ladder.awaits != me or not seat.contact_open or (await cases.team(seat.team)).state.seat(seat.seat).under_way:
        return seat
    return msgspec.structs.replace(seat, awaits_until=ladder.awaits_until)


def _mine(row: dict[str, Any], me: str) -> list[MySeat]:
    values = {name: row[name] for name in MySeat.__struct_fields__ if name in row}
    found = []
    for name, seat in row["seats"].items():
        asked, held = seat.get("proposed") == me, seat.get("held_by") == me
        if asked or held:
            since = seat["asked_at" if asked else "accepted_at"]
            found.append(msgspec.convert(values | {"seat": name, "asked": asked, "since": since}, MySeat))
    return found
