"""The end of a log, read once for all who follow it: nobody misses what is appended, whoever reads."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from services.kernel.bell import set_within
from services.kernel.stored_form import Logged
from tests.kernel.toy import Counted, Kernel, Opened, kernel
from tests.support.servers import Database


@pytest.fixture
async def running(database: Database, tmp_path: Path) -> AsyncIterator[Kernel]:
    async with kernel(database, tmp_path) as parts:
        yield parts


def counted(running: Kernel, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The positions after which the log is read from now on."""
    read: list[int] = []
    after = running.log.after

    async def noted(position: int, limit: int) -> Sequence[Logged]:
        read.append(position)
        return await after(position, limit)

    monkeypatch.setattr(running.log, "after", noted)
    return read


def positions(found: Sequence[Logged]) -> list[int]:
    return [each.id for each in found]


async def test_who_asks_together_is_answered_by_one_reading(running: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    await running.add(uuid4(), 0, Opened(colour="red"), Counted(things=1))
    read, tail = counted(running, monkeypatch), running.tail()
    answers = await asyncio.gather(*(tail.after(position) for position in (0, 0, 0, 0, 1, 1)))
    assert [positions(each) for each in answers] == [[1, 2]] * 4 + [[2]] * 2
    assert read == [0, 1]
    assert list(await asyncio.gather(*(tail.after(2) for _ in range(5)))) == [[]] * 5
    assert read == [0, 1, 2, 2], "whoever asked when the first look was on its way shares the second"
    await tail.after(2)
    assert read == [0, 1, 2, 2, 2], "and who asks later looks again"


async def test_what_was_appended_before_the_asking_is_in_the_answer(running: Kernel) -> None:
    box, tail = uuid4(), running.tail()
    await running.add(box, 0, Opened(colour="red"))
    assert positions(await tail.after(0)) == [1]
    await running.add(box, 1, Counted(things=1))
    assert positions(await tail.after(0)) == [1, 2]


async def test_what_another_instance_appends_is_found_by_looking_again(
    running: Kernel, database: Database, tmp_path: Path
) -> None:
    tail = running.tail()
    await running.add(uuid4(), 0, Opened(colour="red"))
    async with kernel(database, tmp_path) as other:
        for already in (1, 2):
            assert positions(await tail.after(already)) == []
            await other.add(uuid4(), 0, Opened(colour="blue"))
            assert positions(await tail.after(already)) == [already + 1]


async def test_a_reader_that_is_ended_or_fails_leaves_nothing_wrong_behind(
    running: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await running.add(uuid4(), 0, Opened(colour="red"))
    after, tail, gate = running.log.after, running.tail(), asyncio.Event()

    async def waits(position: int, limit: int) -> Sequence[Logged]:
        await gate.wait()
        return await after(position, limit)

    monkeypatch.setattr(running.log, "after", waits)
    first, second = asyncio.create_task(tail.after(0)), asyncio.create_task(tail.after(0))
    await asyncio.sleep(0)
    first.cancel()
    gate.set()
    assert positions(await second) == [1]

    async def fails(_position: int, _limit: int) -> Sequence[Logged]:
        raise ConnectionError

    monkeypatch.setattr(running.log, "after", fails)
    with pytest.raises(ConnectionError):
        await tail.after(1)
    monkeypatch.setattr(running.log, "after", after)
    assert positions(await tail.after(0)) == [1]


async def test_whoever_follows_while_many_append_misses_nothing_and_sees_nothing_twice(running: Kernel) -> None:
    tail, wanted = running.tail(), 120

    async def follow(pause: float) -> list[int]:
        seen: list[int] = []
        while len(seen) < wanted:
            appended = tail.next()
            found = await tail.after(seen[-1] if seen else 0)
            seen += positions(found)
            await asyncio.sleep(pause)
            if not found:
                assert await set_within(appended, 5.0), "an append rang for nobody"
        return seen

    async def append() -> None:
        for _ in range(wanted // 4):
            await running.add(uuid4(), 0, Opened(colour="red"))

    followed = asyncio.gather(*(follow(pause) for pause in (0.0, 0.0, 0.001, 0.003)))
    await asyncio.gather(*(append() for _ in range(4)))
    assert await followed == [list(range(1, wanted + 1))] * 4
