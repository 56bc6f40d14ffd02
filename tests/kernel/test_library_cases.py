"""The eventsourcing library's own recorder test cases, unchanged, through the thin façade over our recorder."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.tests import persistence as library
from psycopg_pool import AsyncConnectionPool

from services.kernel.library_recorder import LibraryRecorder
from services.kernel.log import Log
from services.kernel.recorder import Recorder
from services.kernel.time_source import RealTime
from tests.support.servers import Database

START_SECONDS = 30


class OnLoop:
    """An event loop in a thread of its own, with the recorder that lives there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ready: Future[LibraryRecorder] = Future()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="recorder loop")

    def start(self) -> LibraryRecorder:
        """The façade, ready for calls from the test's threads."""
        self._thread.start()
        return self._ready.result(START_SECONDS)

    def stop(self) -> None:
        """Closes the recorder and ends the thread."""
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(START_SECONDS)
        assert not self._thread.is_alive()

    async def _live(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        pool = AsyncConnectionPool(self._database.login, min_size=1, max_size=6, open=False)
        try:
            async with pool, Recorder(lambda: self._database.login, RealTime().now, stamp=None) as recorder:
                self._ready.set_result(LibraryRecorder(recorder, Log(pool), self._loop))
                await self._stop.wait()
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(error)
            raise


class OverOurRecorder:
    """What every library case asks for: a recorder over a fresh database, and random stream ids."""

    recorder: LibraryRecorder

    @pytest.fixture(autouse=True)
    def _fresh_recorder(self, database: Database) -> Iterator[None]:
        loop = OnLoop(database)
        self.recorder = loop.start()
        yield
        loop.stop()

    def create_recorder(self) -> LibraryRecorder:
        """The library's hook."""
        return self.recorder

    def new_originator_id(self) -> UUID:
        """The library's hook."""
        return uuid4()


class TestApplicationRecorder(OverOurRecorder, library.ApplicationRecorderTestCase[Any]):
    """Ids without gaps, whatever was refused."""

    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = True

    def test_insert_subscribe(self) -> None:
        """Optional in the library, promised here."""
        self.optional_test_insert_subscribe()


class TestProcessRecorder(OverOurRecorder, library.ProcessRecorderTestCase):
    """An event and how far a follower has come, in one commit."""


class TestTrackingRecorder(OverOurRecorder, library.TrackingRecorderTestCase):
    """Positions move forward only."""


class TestNonInterleaving(OverOurRecorder, library.NonInterleavingNotificationIDsBaseCase):
    """Two large appends at once do not mix."""


def test_the_facade_stores_nothing_of_an_append_that_repeats_a_version(database: Database) -> None:
    loop = OnLoop(database)
    try:
        recorder = loop.start()
        stream = uuid4()
        twice = [StoredEvent(stream, 1, "toy.raw", b"{}"), StoredEvent(stream, 1, "toy.raw", b"{}")]
        with pytest.raises(IntegrityError):
            recorder.insert_events(twice)
        assert recorder.max_notification_id() is None
    finally:
        loop.stop()
