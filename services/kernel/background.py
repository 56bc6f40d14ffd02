"""The jobs a service does by itself: each is started again when it fails, with a growing pause, and health knows."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
STEADY_AFTER_SECONDS = 30.0
RECOVERED_AFTER_SECONDS = 1.0
CANCEL_AGAIN_SECONDS = 0.1

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]


class Background:
    """Runs named jobs until closed."""

    def __init__(self, jobs: Mapping[str, Job]) -> None:
        self._jobs = dict(jobs)
        self._tasks: list[asyncio.Task[None]] = []
        self._failing: dict[str, str] = {}

    @property
    def names(self) -> Collection[str]:
        """Every job."""
        return self._jobs.keys()

    @property
    def failing(self) -> Mapping[str, str]:
        """Which jobs are pausing after a failure, with the failure's class."""
        return dict(self._failing)

    def start(self) -> None:
        """Begins every job."""
        self._tasks = [asyncio.create_task(self._keep(name, job), name=name) for name, job in self._jobs.items()]

    async def close(self) -> None:
        """Cancels every job and waits for its end."""
        await end(self._tasks)

    async def _keep(self, name: str, job: Job) -> None:
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = loop.time()
            recovered = loop.call_later(RECOVERED_AFTER_SECONDS, self._failing.pop, name, None)
            try:
                await job()
            except Exception as error:  # noqa: BLE001  # whatever a job raises, it is started again
                # The class alone: a message may quote what must not be logged.
                self._failing[name] = type(error).__name__
                log.warning("job failed", extra={"job": name, "why": type(error).__name__})
            finally:
                recovered.cancel()
            pause = FIRST_PAUSE_SECONDS if loop.time() - began > STEADY_AFTER_SECONDS else pause
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancels tasks and returns when all have ended."""
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        # Again soon: client libraries lose a cancellation that comes together with what they waited for.
        _, left = await asyncio.wait(left, timeout=CANCEL_AGAIN_SECONDS)
