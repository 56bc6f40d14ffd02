"""The demonstration's time, told to every process by the folder's time file: runs, waits, leaps, never goes back."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from services.kernel.time_source import TimeFile, write_time_file


class ToldTime:
    """Stands at `start` until it is let run at `rate` told seconds in a real one."""

    def __init__(self, path: Path, start: datetime, rate: float) -> None:
        self._path = path
        self._rate = rate
        self._told = TimeFile("held", told=start)

    def now(self) -> datetime:
        """The told moment, in UTC."""
        return self._told.at(datetime.now(UTC))

    def run(self) -> None:
        """From the moment it stands at."""
        self._tell(TimeFile("scaled", told=self.now(), real=datetime.now(UTC), rate=self._rate))

    def keep_pace(self) -> None:
        """From the moment it stands at, as fast as the machine's."""
        self._tell(TimeFile("scaled", told=self.now(), real=datetime.now(UTC), rate=1.0))

    def wait(self) -> None:
        """Stands where it is, for a machine that does not keep up."""
        self._tell(TimeFile("held", told=self.now()))

    def leap(self, to: datetime) -> None:
        """Stands at `to` until it is let run; to a moment that has come already it does not go back."""
        self._tell(TimeFile("held", told=max(to, self.now())))

    async def until(self, moment: datetime) -> None:
        """Returns when the told moment has come, never before; time must be running."""
        # A sleep may end a hair early, and what is said to have happened at the moment would lie ahead.
        while (left := (moment - self.now()).total_seconds() / self._rate) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left)

    def _tell(self, told: TimeFile) -> None:
        self._told = told
        write_time_file(self._path, told)
