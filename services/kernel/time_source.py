"""The one source of time. Every process of a data folder tells the same time; SQL's now() decides nothing."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import msgspec

from services.kernel.bell import set_within

# A held or scaled time may be turned while someone sleeps: sleepers look again this often.
LOOK_AGAIN_SECONDS = 0.1


# Checkable, because the framework checks what a route is handed.
@runtime_checkable
class TimeSource(Protocol):
    """Tells the time, always with a zone (UTC)."""

    def now(self) -> datetime:
        """The present moment."""

    def lasting(self, span: timedelta) -> datetime:
        """The moment told when `span` of the machine's time has passed; `span` later where time is held."""

    async def sleep_until(self, moment: datetime, woken: asyncio.Event) -> None:
        """Returns when `moment` has come or `woken` is set, whichever is first."""


class RealTime:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def lasting(self, span: timedelta) -> datetime:
        return self.now() + span

    async def sleep_until(self, moment: datetime, woken: asyncio.Event) -> None:
        # In slices: a suspended machine or a stepped clock must not oversleep a deadline.
        while (left := (moment - self.now()).total_seconds()) > 0:
            if await set_within(woken, min(left, 1.0)):
                return


class TimeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The demonstration's time: `told` at the real moment `real`, running `rate` times as fast; held is rate 0."""

    kind: Literal["scaled", "held"]
    told: datetime
    real: datetime | None = None
    rate: float = 0.0

    def at(self, real: datetime) -> datetime:
        """The told time at a real moment, in UTC."""
        if self.kind == "held" or self.real is None:
            return self.told.astimezone(UTC)
        return (self.told + (real - self.real) * self.rate).astimezone(UTC)


class FileTime:
    """Time as a demonstration folder tells it. The file is read again when it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = self._read()

    def now(self) -> datetime:
        return self._told().at(datetime.now(UTC))

    def lasting(self, span: timedelta) -> datetime:
        told, now = self._told(), self.now()
        return now + span * told.rate if told.kind == "scaled" else now + span

    async def sleep_until(self, moment: datetime, woken: asyncio.Event) -> None:
        while self.now() < moment:
            if await set_within(woken, LOOK_AGAIN_SECONDS):
                return

    def _told(self) -> TimeFile:
        stamp, told = self._known
        if self._stamp() != stamp:
            # As one value: guards run in threads, and one that read before the other must not undo what that found.
            stamp, told = self._known = self._read()
        return told

    def _stamp(self) -> tuple[int, int]:
        # Two writes may fall on one tick of the file system; a replaced file is another file all the same.
        found = self._path.stat()
        return found.st_mtime_ns, found.st_ino

    def _read(self) -> tuple[tuple[int, int], TimeFile]:
        stamp = self._stamp()
        return stamp, msgspec.json.decode(self._path.read_bytes(), type=TimeFile)


class HeldTime:
    """Time turned by hand, for tests in one process."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def lasting(self, span: timedelta) -> datetime:
        return self._moment + span

    def turn(self, by: timedelta) -> datetime:
        """Moves time on (or back) and answers the new moment."""
        self._moment += by
        return self._moment

    async def sleep_until(self, moment: datetime, woken: asyncio.Event) -> None:
        while self._moment < moment:
            if await set_within(woken, LOOK_AGAIN_SECONDS):
                return


def write_time_file(path: Path, told: TimeFile) -> None:
    """Replaces the file in one step, so no process reads half of it."""
    beside = path.with_suffix(".new")
    beside.write_bytes(msgspec.json.encode(told))
    beside.replace(path)


def time_source(time_file: Path | None) -> TimeSource:
    """Real time, unless the folder is a demonstration with a time file."""
    return RealTime() if time_file is None else FileTime(time_file)
