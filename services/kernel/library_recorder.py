"""The library's synchronous recorder interface over ours, so that its own test cases and programs can use it."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from typing import Any, TypeVar
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
)

from services.kernel.batch import Append
from services.kernel.bell import set_within
from services.kernel.log import Log
from services.kernel.recorder import Recorder

T = TypeVar("T")
LOOK_AGAIN_SECONDS = 0.5


class LibraryRecorder(ProcessRecorder):
    """Calls are made from any thread but the loop's own; each blocks until its append is durable."""

    def __init__(self, recorder: Recorder, log: Log, loop: asyncio.AbstractEventLoop) -> None:
        self._recorder = recorder
        self._log = log
        self._loop = loop

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        return self._run(self._recorder.append(Append(stored_events, kwargs.get("tracking")))).ids

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        stream = UUID(str(originator_id))
        found = self._run(self._log.stream(stream, gt=gt, lte=lte, desc=desc, limit=limit))
        return [StoredEvent(row.originator_id, row.originator_version, row.topic, row.state) for row in found]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        first = 1 if start is None else start if inclusive_of_start else start + 1
        found = self._run(self._log.between(first, stop, limit, topics))
        return [
            Notification(row.originator_id, row.originator_version, row.topic, row.state, id=row.id) for row in found
        ]

    def max_notification_id(self) -> int | None:
        return self._run(self._log.last_position()) or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "LogSubscription":
        return LogSubscription(self, gt, topics)

    def insert_tracking(self, tracking: Tracking) -> None:
        self._run(self._recorder.append(Append(tracking=tracking)))

    def max_tracking_id(self, application_name: str) -> int | None:
        return self._run(self._log.tracked(application_name))

    async def next_appended(self) -> None:
        """Returns at the next append, or after a moment: another instance may append too."""
        await set_within(self._recorder.appended.next(), LOOK_AGAIN_SECONDS)

    def wait_for_append(self) -> None:
        """Blocks the calling thread until there may be more to read."""
        self._run(self.next_appended())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class LogSubscription(Subscription[ApplicationRecorder]):
    """Every event after a position, blocking at the end of the log until there is more."""

    def __init__(self, recorder: LibraryRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._reader = recorder
        self._after = gt or 0
        self._read: Iterator[Notification] = iter(())

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            for notification in self._read:
                self._after = notification.id
                return notification
            found = self._reader.select_notifications(self._after, 100, None, self._topics, inclusive_of_start=False)
            self._read = iter(found)
            if not found:
                self._reader.wait_for_append()
        raise StopIteration
