"""The moments of a case: when what kind of event came, and nothing of what it says. For stepping through it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get
from psycopg_pool import AsyncConnectionPool

from services.audit.replay.http import Replays, record_replay
from services.audit.replay.reading import STORY, cases_linked, links_of, positions_of, rows_of
from services.audit.replay.telling import CopiedRow, in_order, read
from services.audit.replay.words import KeepsOut
from services.audit.sources import NAMES
from services.kernel.http.commands import caller_of
from services.kernel.http.gate import Record
from services.kernel.http.problems import NotFound
from services.kernel.operations import RecordShown

CLOCK = "clock."


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One event: its `number` in the whole story, its `name`, and its `position` in the log of its service.

    Of a clock's event `clock` is which, `rule` its rule, and `due_at` when it is due by this event, where that says so.
    """

    number: int
    recorded_at: datetime
    happened_at: datetime
    service: str
    position: int
    name: str
    clock: UUID | None = None
    rule: str = ""
    due_at: datetime | None = None


class Moments(msgspec.Struct, frozen=True, kw_only=True):
    """All that are known, whatever moment is looked at: of the case and those linked with it."""

    case: UUID
    cases: list[UUID]
    moments: list[Moment]


class MomentsController(Controller):
    """For pages that go from one moment of a case to the next."""

    path = "/cases"
    tags = ["Replay"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/{case:uuid}/moments", opt={"action": "replay_case"})
    async def moments(self, case: UUID, request: Request[Any, Any, Any], replays: Replays) -> Moments:
        """In the order of the story, with its numbers. That you were told them is put on record."""
        caller, now = caller_of(request), replays.time.now()

        def may_see(kept_out: frozenset[UUID]) -> bool:
            record = Record("Case", case, accounts={"kept_out": sorted(kept_out)})
            return replays.gate.may_touch(caller, "replay_case", record)

        found = await moments_of(replays.pool, case, replays.words.keeps_out, may_see)
        if found is None:
            raise NotFound
        cases, rows, positions = found
        told = Moments(case=case, cases=sorted(cases), moments=list(moments_in(rows)))
        await record_replay(replays, caller, case, told.cases, now, "recorded", positions, sentences=0)
        return told


async def moments_of(
    pool: AsyncConnectionPool, case: UUID, keeps_out: KeepsOut, may_see: Callable[[frozenset[UUID]], bool]
) -> tuple[frozenset[UUID], Sequence[CopiedRow], dict[str, int]] | None:
    """The case and those linked with it, their rows, and how far the copies had come.

    None when no tip began the case, or it is hidden.
    """
    async with pool.connection() as connection, connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        links = await links_of(connection, case, keeps_out, may_see)
        if links is None:
            return None
        cases = cases_linked(case, links)
        rows = await rows_of(connection, STORY, {"cases": list(cases), "shown": RecordShown.NAME})
        return cases, rows, await positions_of(connection)


def moments_in(rows: Sequence[CopiedRow]) -> Sequence[Moment]:
    """Pure: the same rows have the same moments for ever."""
    found = []
    for number, event in enumerate(in_order(map(read, rows), NAMES), 1):
        of_clock = event.name.startswith(CLOCK)
        due_at = event.data.get("due_at") if of_clock else None
        found.append(
            Moment(
                number=number,
                recorded_at=event.recorded_at,
                happened_at=event.happened_at,
                service=event.source,
                position=event.position,
                name=event.name,
                clock=event.stream if of_clock else None,
                rule=str(event.data.get("rule", "")) if of_clock else "",
                due_at=datetime.fromisoformat(due_at) if due_at else None,
            )
        )
    return found
