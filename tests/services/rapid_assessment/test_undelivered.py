"""How many notices reached nobody, as operators are told: waiting too long, or refused by a carrier."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.kernel.keys import KeyStore
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Registry
from services.kernel.time_source import HeldTime
from services.kernel.undelivered import DELIVERED_WITHIN, count_of
from services.kernel.views import Views
from services.rapid_assessment.notice.events import (
    NOTICE_EVENTS,
    NoticeAcknowledged,
    NoticeFailed,
    NoticeRequested,
    NoticeSent,
)
from services.rapid_assessment.views.undelivered import UNDELIVERED
from tests.kernel.toy import Kernel, eventually, job, kernel, origin
from tests.support.running_service import NOON
from tests.support.servers import Database

Event = NoticeRequested | NoticeSent | NoticeFailed | NoticeAcknowledged


class Board:
    """The view over a log of its own."""

    def __init__(self, parts: Kernel, time: HeldTime) -> None:
        self._parts = parts
        self._time = time
        keys = KeyStore(parts.pool, parts.wrapping)
        self._store = EventStore(parts.recorder, parts.log, Registry.of(NOTICE_EVENTS), keys)
        self.views = Views([UNDELIVERED], parts.pool, parts.log, self._store, parts.recorder.appended, parts.conninfo)

    async def add(self, *events: Event) -> None:
        """Each in a stream of its own."""
        changes = Changes([Change(uuid4(), 0, [event]) for event in events])
        await self._store.append(changes, origin(), self._time.now())

    async def told(self) -> float:
        """The number, once all that is stored counts in it."""

        async def all_of_it() -> bool:
            return await self.views.position(UNDELIVERED.name) >= await self._parts.log.last_position()

        await eventually(all_of_it)
        return (await count_of(self.views, self._time, "to roles").read())[()]


@asynccontextmanager
async def board_of(database: Database, folder: Path, time: HeldTime) -> AsyncIterator[Board]:
    async with kernel(database, folder, time) as parts:
        board = Board(parts, time)
        async with job(board.views.run()):
            yield board


def requested(notice: UUID) -> NoticeRequested:
    return NoticeRequested(notice=notice, tip=uuid4(), role="r", why="w", rule="C06", citation="", empty_seats=())


ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([requested(ONE)], 1),
        ([requested(ONE), NoticeSent(notice=ONE, carriers=("board",))], 0),
        ([requested(ONE), NoticeSent(notice=ONE, carriers=("board", "mailto"))], 0),
        ([requested(ONE), NoticeSent(notice=ONE, carriers=("board",)), NoticeFailed(notice=ONE, carriers=("m",))], 1),
        (
            [
                *(
                    requested(ONE),
                    NoticeSent(notice=ONE, carriers=("board",)),
                    NoticeFailed(notice=ONE, carriers=("m",)),
                ),
                NoticeAcknowledged(notice=ONE, account=uuid4()),
            ],
            0,
        ),
        (
            [
                *(
                    requested(ONE),
                    NoticeSent(notice=ONE, carriers=("board",)),
                    NoticeFailed(notice=ONE, carriers=("m",)),
                ),
                *(requested(TWO), NoticeSent(notice=TWO, carriers=("board", "mailto"))),
            ],
            0,
        ),
    ],
    ids=["never sent", "on the board", "sent by mail", "refused", "refused and seen", "refused, the next one taken"],
)
async def test_what_waits_or_was_refused_counts_until_it_is_delivered(
    database: Database, tmp_path: Path, events: Sequence[Event], expected: int
) -> None:
    time = HeldTime(NOON)
    async with board_of(database, tmp_path, time) as board:
        await board.add(*events)
        time.turn(DELIVERED_WITHIN + timedelta(seconds=1))
        assert await board.told() == expected


async def test_what_was_asked_for_just_now_is_not_late(database: Database, tmp_path: Path) -> None:
    time = HeldTime(NOON)
    async with board_of(database, tmp_path, time) as board:
        await board.add(requested(ONE))
        assert await board.told() == 0
