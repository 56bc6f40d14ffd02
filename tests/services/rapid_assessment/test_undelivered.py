"""How many notices reached nobody, as operators are told: waiting too long, or refused by a carrier."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from contracts.language import Event
from services.kernel.batch import Effect
from services.kernel.keys import KeyStore
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Registry
from services.kernel.time_source import HeldTime
from services.kernel.tries import TRIES, again
from services.kernel.undelivered import DELIVERED_WITHIN, TRIED_NO_MORE, Lost, count_of, lost
from services.kernel.views import Views
from services.rapid_assessment.notice.events import (
    NOTICE_EVENTS,
    NoticeAcknowledged,
    NoticeDropped,
    NoticeFailed,
    NoticeRequested,
    NoticeSent,
    NoticeTriedAgain,
)
from services.rapid_assessment.views.undelivered import UNDELIVERED
from tests.kernel.toy import Kernel, eventually, job, kernel, origin
from tests.support.running_service import NOON
from tests.support.servers import Database


class Board:
    """The view over a log of its own."""

    def __init__(self, parts: Kernel, time: HeldTime) -> None:
        self._parts = parts
        self._time = time
        keys = KeyStore(parts.pool, parts.wrapping)
        self._store = EventStore(parts.recorder, parts.log, Registry.of(NOTICE_EVENTS), keys)
        self.views = Views([UNDELIVERED], parts.pool, parts.tail(), self._store, parts.leases())

    async def add(self, *events: Event, beside: Sequence[Effect] = ()) -> None:
        """Each in a stream of its own."""
        changes = Changes([Change(uuid4(), 0, [event]) for event in events], beside)
        await self._store.append(changes, origin(), self._time.now())

    async def told(self) -> Lost:
        """What is said once all that is stored counts in it; the number is the one that is scraped."""

        async def all_of_it() -> bool:
            return await self.views.position(UNDELIVERED.name) >= await self._parts.log.last_position()

        await eventually(all_of_it)
        told = await lost(self.views, self._time)
        assert await count_of(self.views, self._time, "to roles").read() == {(): told.notices}
        return told


@asynccontextmanager
async def board_of(database: Database, folder: Path, time: HeldTime) -> AsyncIterator[Board]:
    async with kernel(database, folder, time) as parts:
        board = Board(parts, time)
        async with job(board.views.run()):
            yield board


def requested(notice: UUID) -> NoticeRequested:
    return NoticeRequested(notice=notice, tip=uuid4(), role="r", why="w", rule="C06", citation="", empty_seats=())


ONE, TWO = UUID(int=1), UUID(int=2)
ON_THE_BOARD, BY_MAIL = (NoticeSent(notice=ONE, carriers=carriers) for carriers in (("board",), ("board", "mailto")))
REFUSED = (requested(ONE), ON_THE_BOARD, NoticeFailed(notice=ONE, carriers=("mailto",)))
AGAIN, LAST = (NoticeTriedAgain(notice=ONE, nth=nth) for nth in (2, TRIES))
SEEN = NoticeAcknowledged(notice=ONE, account=uuid4())
NEXT_ONE = (requested(TWO), NoticeSent(notice=TWO, carriers=("board", "mailto")))


# What happened, how many notices reached nobody then, and whether one was tried for a day.
CASES: Mapping[str, tuple[Sequence[Event], int, bool]] = {
    "never sent": ([requested(ONE)], 1, False),
    "on the board": ([requested(ONE), ON_THE_BOARD], 0, False),
    "sent by mail": ([requested(ONE), BY_MAIL], 0, False),
    "refused": (REFUSED, 1, False),
    "refused and seen": ([*REFUSED, SEEN], 0, False),
    "refused and over": ([*REFUSED, NoticeDropped(notice=ONE)], 0, False),
    "refused, the next one taken": ([*REFUSED, *NEXT_ONE], 1, False),
    "being tried again": ([*REFUSED, AGAIN], 1, False),
    "refused again": ([*REFUSED, AGAIN, REFUSED[-1]], 1, False),
    "taken at the second try": ([*REFUSED, AGAIN, NoticeSent(notice=ONE, carriers=("mailto",))], 0, False),
    "being tried for the last time": ([*REFUSED, LAST], 1, False),
    "refused for a day": ([*REFUSED, LAST, REFUSED[-1]], 1, True),
}


async def test_what_waits_or_was_refused_counts_until_it_is_delivered(database: Database, tmp_path: Path) -> None:
    time = HeldTime(NOON)
    async with board_of(database, tmp_path, time) as board:
        for case, (events, notices, given_up) in CASES.items():
            await board.add(*events)
            time.turn(DELIVERED_WITHIN + timedelta(seconds=1))
            assert await board.told() == Lost(notices=notices, next_try=None, given_up=given_up), case
            await board.add(SEEN, NoticeAcknowledged(notice=TWO, account=uuid4()))
        await board.add(*REFUSED)
        time.turn(TRIED_NO_MORE + timedelta(seconds=1))
        assert (await board.told()).notices == 1
        await board.add(*NEXT_ONE)
        assert (await board.told()).notices == 0


async def test_what_was_asked_for_just_now_is_not_late_and_the_first_next_try_of_what_was_refused_is_told(
    database: Database, tmp_path: Path
) -> None:
    time = HeldTime(NOON)
    async with board_of(database, tmp_path, time) as board:
        await board.add(requested(TWO), beside=again(TWO, 1, NOON))
        assert await board.told() == Lost(notices=0, next_try=None, given_up=False)
        await board.add(*REFUSED, beside=[*again(ONE, 2, NOON), *again(ONE, 3, NOON)])
        assert await board.told() == Lost(notices=1, next_try=NOON + timedelta(minutes=5), given_up=False)
