"""What is to be done about tips, and how long has it waited? To screen, to read what was added, to decide of two alike.

For those who take tips in. A reporting duty that is open stands on the duties' own board.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream

from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.tips.views.tip_list import ALIKE, TIP_LIST

PAGE = 200
Only = Literal["unscreened", "added_to", "alike"]
KINDS = get_args(Only)

SCOPE = Columns("Tip", accounts={"named": "named"})

# A pair is told at the tip that was received later. Of tips that came more than thirty days ago nobody is reminded:
# the page of a tip tells of them all the same. Whom the caller may not see is like nothing, and is left out before
# anything is counted; the gate has the last word on each row.
TO_DO = """
    WITH seen AS NOT MATERIALIZED (SELECT * FROM {table} WHERE received_at IS NOT NULL AND {scope}),
    recent AS MATERIALIZED (SELECT * FROM seen WHERE received_at > %(now)s - interval '37 days'),
    told AS (
        SELECT o.*, cardinality(o.added) - o.looked_at AS additions, o.added[o.looked_at + 1] AS added_since,
            (SELECT count(*) FROM recent AS t
                WHERE o.received_at > %(now)s - interval '30 days'
                    AND (t.received_at, t.tip) < (o.received_at, o.tip) AND {alike}) AS alike
        FROM seen AS o
    )
    SELECT *, count(*) OVER () AS total FROM told
    WHERE ('unscreened' = ANY(%(kinds)s::text[]) AND NOT screened)
        OR ('added_to' = ANY(%(kinds)s::text[]) AND additions > 0)
        OR ('alike' = ANY(%(kinds)s::text[]) AND alike > 0)
    ORDER BY CASE WHEN %(kinds)s::text[] = '{{added_to}}' THEN added_since ELSE received_at END, tip
    LIMIT %(limit)s OFFSET %(skip)s
""".replace("{alike}", ALIKE)


class ToDoRow(msgspec.Struct, frozen=True, kw_only=True):
    """A tip that somebody must do something about.

    `additions` were told later and nobody has looked at them, the first of them `added_since`; `alike` are earlier tips
    that may be about the same person.
    """

    tip: UUID
    received_at: datetime
    channel: str
    county: str
    age: str
    screened: bool
    additions: int
    added_since: datetime | None
    alike: int


class ToDo(msgspec.Struct, frozen=True, kw_only=True):
    """Those that have waited longest, and the number of all the caller sees."""

    tips: list[ToDoRow]
    total: int


TIPS_TO_DO = Listed("tips to do", ToDoRow, ("tip",))


class ToDoController(Controller):
    """For the hotline and the coordinator, filtered by the gate record by record."""

    path = "/tips/to-do"
    tags = ["Tips"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_to_do"})
    async def to_do(
        self,
        views: Views,
        gate: Gate,
        time: TimeSource,
        request: Request[Any, Any, Any],
        only: Only | None = None,
        limit: Annotated[int, Parameter(ge=1, le=PAGE)] = PAGE,
        skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
    ) -> ToDo:
        """All of it, or `only` one kind; what has waited longest comes first."""
        return await to_do_seen(views, gate, time, request, only, limit, skip)

    @post("/export", opt={"action": "list_to_do"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        gate: Gate,
        time: TimeSource,
        exports: Exports,
        request: Request[Any, Any, Any],
        only: Only | None = None,
    ) -> Stream:
        """All of it as a file. That you took it is put on record before you have it."""

        async def read() -> list[ToDoRow]:
            return (await to_do_seen(views, gate, time, request, only, ASKED_FOR, 0)).tips

        return await exports.take(request, TIPS_TO_DO, read, only=only)


async def to_do_seen(
    views: Views,
    gate: Gate,
    time: TimeSource,
    request: Request[Any, Any, Any],
    only: Only | None,
    limit: int,
    skip: int,
) -> ToDo:
    """What the caller may see, and the number of all of it."""
    caller = caller_of(request)
    scope = gate.scope(caller, "list_to_do", SCOPE)
    rows = await views.query(
        TIP_LIST.name,
        scope.into(TO_DO),
        {"kinds": [only] if only else list(KINDS), "limit": limit, "skip": skip, "now": time.now(), **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    shown = await gate.shown(caller, "list_to_do", rows, _record)
    tips = [msgspec.convert({name: row[name] for name in ToDoRow.__struct_fields__}, ToDoRow) for row in shown]
    return ToDo(tips=tips, total=rows[0]["total"] if rows else 0)


def _record(row: Mapping[str, Any]) -> Record:
    return Record("Tip", row["tip"], accounts={"named": row["named"]})
