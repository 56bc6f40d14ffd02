"""Which tips may be about the same person as this one, why, and by what score? Without names; those likest first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get

from contracts.jurisdictions.tip import LikenessRules
from services.kernel.http.commands import caller_of
from services.kernel.http.gate import Gate
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.tips.likeness.decisions import Plain, open_clauses
from services.tips.tip.tips import Tips
from services.tips.views.tip_list import ALIKE, SCOPE, TIP_LIST, alike_values, record_of_row

# What the caller may not see is left out before anything is compared; the gate has the last word on each row.
LIKE_IT = """
    WITH seen AS NOT MATERIALIZED (SELECT * FROM {table} WHERE received_at IS NOT NULL AND {scope})
    SELECT t.*, o.likes -> t.tip::text AS found FROM seen AS t JOIN seen AS o ON o.tip = %(alike)s
    WHERE {alike} ORDER BY t.received_at DESC, t.tip LIMIT 50
""".replace("{alike}", ALIKE)


class AlikeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of them. `clauses` are those of the state's file that hold; `score` is of all of them together."""

    tip: UUID
    received_at: datetime
    channel: str
    county: str
    age: str
    clauses: tuple[str, ...]
    score: int


class AlikeController(Controller):
    """For those who decide whether two tips are about one person."""

    path = "/tips/{tip:uuid}/alike"
    tags = ["Tips"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "decide_duplicate"})
    async def alike(
        self,
        tip: UUID,
        tips: Tips,
        views: Views,
        gate: Gate,
        time: TimeSource,
        likeness: LikenessRules,
        request: Request[Any, Any, Any],
    ) -> list[AlikeRow]:
        """Those of which nobody has decided yet, fifty at most. What is sealed was compared when it came in."""
        caller = caller_of(request)
        loaded = await tips.visible(caller, "decide_duplicate", tip)
        scope, now = gate.scope(caller, "list_tips", SCOPE), time.now()
        rows = await views.query(
            TIP_LIST.name,
            scope.into(LIKE_IT),
            {"alike": tip, "now": now, **alike_values(likeness), **scope.values},
            current=True,
        )
        shown = await gate.shown(caller, "list_tips", rows, lambda row: record_of_row(row, now))
        state = loaded.state
        mine = Plain(state.received_at or now, state.county, state.age)
        return sorted((_row(mine, row, likeness) for row in shown), key=lambda each: -each.score)


def _row(mine: Plain, row: Mapping[str, Any], rules: LikenessRules) -> AlikeRow:
    found = row["found"] or {"clauses": (), "score": 0}
    plain = open_clauses(mine, Plain(row["received_at"], row["county"], row["age"]), rules)
    told = {name: row[name] for name in ("tip", "received_at", "channel", "county", "age")}
    # What was found was scored by the rules of that day.
    score = found["score"] + rules.score(plain)
    return AlikeRow(**told, clauses=(*found["clauses"], *plain), score=score)
