"""What is to be done about tips, how long has it waited, and who has it in hand?

To screen, to read what was added, to take what was handed over or put back, to decide of two alike. For those who take
tips in. A reporting duty that is open stands on the duties' own board.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream

from contracts.jurisdictions.tip import LikenessRules
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.tips.views.tip_list import ALIKE, TIP_LIST, alike_values

PAGE = 200
Only = Literal["unscreened", "added_to", "let_go", "alike", "nobodys", "mine"]
KINDS = get_args(Only)

REMINDED = timedelta(days=30)
SCOPE = Columns("Tip", accounts={"named": "named"})

# A pair is told at the tip that was received later. Of tips that came more than thirty days ago nobody is reminded:
# the page of a tip tells of them all the same. Whoever came to be kept out of a case has it in hand no more: it waits
# since they took it. Whom the caller may not see is like nothing, and is left out before anything is counted; the gate
# has the last word on each row. Tips alike are counted last, of those alone that are asked for: that is what costs.
TO_DO = """
    WITH seen AS NOT MATERIALIZED (SELECT * FROM {table} WHERE received_at IS NOT NULL AND {scope}),
    recent AS MATERIALIZED (SELECT * FROM seen WHERE received_at > %(now)s - %(reach)s::interval),
    told AS (
        SELECT o.*, CASE WHEN o.holder <> ALL (o.named) THEN o.holder END AS has_it,
            coalesce(o.let_go_at, CASE WHEN o.holder = ANY (o.named) THEN o.held_since END) AS waits_since,
            cardinality(o.added) - o.looked_at AS additions, o.added[o.looked_at + 1] AS added_since
        FROM seen AS o
    ),
    plain AS (
        SELECT *, ARRAY_REMOVE(ARRAY[
                CASE WHEN NOT screened THEN 'unscreened' END,
                CASE WHEN additions > 0 THEN 'added_to' END,
                CASE WHEN waits_since IS NOT NULL THEN 'let_go' END
            ], NULL) AS by_itself
        FROM told
    ),
    asked AS MATERIALIZED (
        SELECT * FROM plain WHERE by_itself && %(kinds)s::text[] OR %(kinds)s::text[] && '{{alike,nobodys,mine}}'
    ),
    sorted AS (
        SELECT o.*, alike, by_itself || CASE WHEN alike > 0 THEN ARRAY['alike'] ELSE '{{}}' END AS work
        FROM asked AS o CROSS JOIN LATERAL (
            SELECT count(*) AS alike FROM recent AS t
            WHERE o.received_at > %(now)s - interval '30 days'
                AND (t.received_at, t.tip) < (o.received_at, o.tip) AND {alike}
        ) AS earlier
    )
    SELECT *, count(*) OVER () AS total FROM sorted
    WHERE work && %(kinds)s::text[]
        OR ('nobodys' = ANY (%(kinds)s::text[]) AND has_it IS NULL AND work <> '{{}}')
        OR ('mine' = ANY (%(kinds)s::text[]) AND (has_it = %(me)s::uuid OR offered_to = %(me)s::uuid))
    ORDER BY CASE %(kinds)s::text[] WHEN '{{added_to}}' THEN added_since WHEN '{{let_go}}' THEN waits_since
            WHEN '{{mine}}' THEN coalesce(held_since, waits_since) ELSE received_at END, tip
    LIMIT %(limit)s OFFSET %(skip)s
""".replace("{alike}", ALIKE)


class ToDoRow(msgspec.Struct, frozen=True, kw_only=True):
    """A tip that somebody must do something about.

    `additions` were told later and nobody has looked at them, the first of them `added_since`; `alike` are earlier tips
    that may be about the same person. `holder` has it in hand since `held_since`; `offered_to` was handed it, and it
    waits since `waits_since` for them or anyone to take it. `work` is what of it waits, by kind.
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
    work: list[str]
    holder: UUID | None
    held_since: datetime | None
    offered_to: UUID | None
    waits_since: datetime | None


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
        likeness: LikenessRules,
        request: Request[Any, Any, Any],
        only: Only | None = None,
        limit: Annotated[int, Parameter(ge=1, le=PAGE)] = PAGE,
        skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
    ) -> ToDo:
        """All of it, or `only` one kind; what has waited longest comes first."""
        return await to_do_seen(views, gate, time, likeness, request, only, limit, skip)

    @post("/export", opt={"action": "list_to_do"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        gate: Gate,
        time: TimeSource,
        likeness: LikenessRules,
        exports: Exports,
        request: Request[Any, Any, Any],
        only: Only | None = None,
    ) -> Stream:
        """All of it as a file. That you took it is put on record before you have it."""

        async def read() -> list[ToDoRow]:
            return (await to_do_seen(views, gate, time, likeness, request, only, ASKED_FOR, 0)).tips

        return await exports.take(request, TIPS_TO_DO, read, only=only)


async def to_do_seen(
    views: Views,
    gate: Gate,
    time: TimeSource,
    likeness: LikenessRules,
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
        {
            "kinds": [only] if only else list(KINDS),
            "limit": limit,
            "skip": skip,
            "now": time.now(),
            "me": caller.account,
            "reach": REMINDED + likeness.window,
            **alike_values(likeness),
            **scope.values,
        },
        at_least=at_least_in(request),
        current=True,
    )
    shown = await gate.shown(caller, "list_to_do", rows, _record)
    tips = [_row(row) for row in shown]
    return ToDo(tips=tips, total=rows[0]["total"] if rows else 0)


def _record(row: Mapping[str, Any]) -> Record:
    return Record("Tip", row["tip"], accounts={"named": row["named"]})


def _row(row: Mapping[str, Any]) -> ToDoRow:
    has_it = {"holder": row["has_it"], "held_since": row["held_since"] if row["has_it"] else None}
    return msgspec.convert({name: row[name] for name in ToDoRow.__struct_fields__} | has_it, ToDoRow)
