"""Tables of past moments: begun from what is kept, bounded in number and time, and gone with their process."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import psycopg
import pytest

from services.kernel.batch import Effect
from services.kernel.past import views as past_views
from services.kernel.past.log import AsOf, LogOfThePast
from services.kernel.past.views import PastTables
from services.kernel.stored_form import Happening
from services.kernel.views import NotFreshEnough, View
from tests.kernel.test_views import ALL, BOXES, fill
from tests.kernel.toy import Kernel, eventually, kernel, moment
from tests.support.servers import Database


@pytest.fixture
async def running(database: Database, tmp_path: Path) -> AsyncIterator[Kernel]:
    async with kernel(database, tmp_path) as parts:
        yield parts


class Counting:
    """The view of boxes, and how many events were read for it."""

    def __init__(self) -> None:
        self.read = 0

    def project(self, happening: Happening) -> Sequence[Effect]:
        self.read += 1
        return BOXES.project(happening)


def tables(running: Kernel) -> int:
    """How many temporary ones there are, of anybody."""
    with psycopg.connect(running.database.admin) as connection:
        (found,) = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'"
        ).fetchone() or (0,)
    return int(found)


async def are_left(running: Kernel, many: int) -> bool:
    """PostgreSQL drops them a moment after it has said goodbye."""
    return tables(running) == many


async def shown(past: PastTables, running: Kernel, end: int, counting: Counting) -> Sequence[tuple[object, ...]]:
    log = LogOfThePast(running.pool, AsOf(moment("12:00"), "recorded"), end)
    view = View(BOXES.name, BOXES.columns, counting.project)
    return [tuple(row.values()) for row in await past.rows(view, log, running.store, ALL, {})]


async def test_a_step_forward_begins_with_a_copy_and_a_step_back_finds_what_is_kept(running: Kernel) -> None:
    last = await fill(running, 4)
    past, counting, alone = PastTables(running.conninfo, most=3), Counting(), PastTables(running.conninfo)
    asked = [last - 3, last - 2, last - 1, last - 2, last - 3, last]
    read = []
    for end in asked:
        rows = await shown(past, running, end, counting)
        read.append(counting.read)
        assert rows == await shown(alone, running, end, Counting()), end
    assert read == [last - 3, last - 2, last - 1, last - 1, last - 1, last]
    await alone.close()
    await eventually(lambda: are_left(running, 3))
    # Of the three kept, that of last - 1 was asked for longest ago.
    await shown(past, running, last - 1, counting)
    assert counting.read == last + 1
    await past.close()
    await eventually(lambda: are_left(running, 0))


async def test_a_build_that_takes_too_long_goes_on_though_nobody_asks(
    running: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_views, "READ_LIMIT", 5)
    last = await fill(running, 4)
    past, counting = PastTables(running.conninfo, build_within=0), Counting()
    for _ in range(2):
        with pytest.raises(NotFreshEnough):
            await shown(past, running, last, counting)

    async def all_read() -> bool:
        return counting.read == last

    await eventually(all_read)
    assert len(await shown(past, running, last, counting)) == 4
    assert counting.read == last, "by one build, however often it was asked for"
    await past.close()


async def test_whoever_asks_for_less_has_their_turn_while_more_is_built(
    running: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_views, "READ_LIMIT", 1)
    last = await fill(running, 8)
    past, counting = PastTables(running.conninfo), Counting()
    long = asyncio.create_task(shown(past, running, last, counting))
    await asyncio.sleep(0)
    await shown(past, running, 2, Counting())
    assert counting.read < last
    assert len(await long) == 8
    await past.close()


async def test_what_is_being_built_ends_with_the_process(running: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past_views, "READ_LIMIT", 1)
    last = await fill(running, 4)
    past, counting = PastTables(running.conninfo, build_within=0), Counting()
    with pytest.raises(NotFreshEnough):
        await shown(past, running, last, counting)
    await past.close()
    read = counting.read
    assert read < last
    await eventually(lambda: are_left(running, 0))
    assert counting.read == read


async def test_tables_whose_connection_was_ended_are_built_again(running: Kernel) -> None:
    last = await fill(running, 2)
    past, counting = PastTables(running.conninfo), Counting()
    before = await shown(past, running, last, counting)
    with psycopg.connect(running.database.admin, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = %s AND query LIKE %s AND pid <> pg_backend_pid()",
            (running.database.name, "%pg_temp%"),
        )
    assert tables(running) == 0
    assert await shown(past, running, last, counting) == before
    assert counting.read == 2 * last
    await past.close()
