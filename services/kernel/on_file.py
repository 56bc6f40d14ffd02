"""A file of an operator's, read again when it changes: what is set up at night ends no service."""

import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

V = TypeVar("V")

log = logging.getLogger(__name__)


class OnFile(Mapping[str, V]):
    """As `read` reads it. What cannot be read as it stands changes nothing, and the log says so; at a start it raises.

    Several questions about one state are asked of a copy.
    """

    def __init__(self, file: Path, read: Callable[[Path], Mapping[str, V]]) -> None:
        self._file = file
        self._read = read
        self._stood = self._stamp()
        self._known = read(file)

    def __getitem__(self, kind: str) -> V:
        return self._now()[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def _now(self) -> Mapping[str, V]:
        stamp = self._stamp()
        if stamp != self._stood:
            self._stood = stamp
            try:
                self._known = self._read(self._file)
            except (OSError, ValueError, msgspec.MsgspecError):
                log.error("a file cannot be read; what it said before still counts", extra={"file": self._file.name})  # noqa: TRY400  # a trace would quote it
        return self._known

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino
