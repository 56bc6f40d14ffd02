"""What a service leaves behind while a test runs: the events it stored, and the lines it logged."""

import logging
from collections.abc import Sequence
from typing import Self
from uuid import UUID

import psycopg

from services.kernel.logs import JsonLines

# The test's own HTTP client runs in this process too, and logs each URL.
OWN_CLIENT = ("httpx", "httpcore")


class WholeLog:
    """Reads a log again and again by one connection: to make one takes longer than to read."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.Connection | None = None

    def rows(self) -> Sequence[tuple[UUID, int, str, bytes]]:
        """In order: stream, version, name, state."""
        try:
            return self._rows()
        except psycopg.OperationalError:
            # A test may have ended every connection, or the server. Else this raises again.
            self.close()
            return self._rows()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _rows(self) -> Sequence[tuple[UUID, int, str, bytes]]:
        if self._connection is None:
            self._connection = psycopg.connect(self._conninfo, autocommit=True)
        return self._connection.execute(
            "SELECT originator_id, originator_version, topic, state FROM stored_events ORDER BY notification_id"
        ).fetchall()


class LogLines(logging.Handler):
    """Keeps every line any logger writes, at every level, in the form the service writes it."""

    def __init__(self, service: str) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonLines(service))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(OWN_CLIENT):
            return
        self.lines.append(self.format(record))

    def __enter__(self) -> Self:
        root = logging.getLogger()
        self._level = root.level
        root.addHandler(self)
        root.setLevel(logging.INFO)
        return self

    def __exit__(self, *_: object) -> None:
        root = logging.getLogger()
        root.removeHandler(self)
        root.setLevel(self._level)
