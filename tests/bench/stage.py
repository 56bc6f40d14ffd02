"""What measures stand on: servers of their own, as durable as those of a house, and whole houses with people in."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self

import psycopg

from services.kernel.time_source import FileTime, TimeFile
from tests.bench.durable import require_durable, require_durable_house, require_synced
from tests.bench.sizes import Size
from tests.end_to_end.town import Town, started
from tests.soak.memory import Memory, look, whole
from tests.support.running_service import NOON
from tests.support.servers import Database, Servers, fresh_database, running_servers, temporary_folder


class House(NamedTuple):
    """A house whose time goes as fast as the machine's."""

    town: Town
    time: FileTime

    def told(self) -> datetime:
        """The time in the house."""
        return self.time.now()

    def memory(self) -> Memory:
        """Of all its parts, now."""
        return whole(look(self.town.stack.folder.run))

    def events(self) -> int:
        """In the logs of all its services."""
        return sum(self.answer(service, "SELECT count(*) FROM stored_events") for service in self.logs())

    def logs(self) -> Sequence[str]:
        """The services that keep one."""
        return [each.name for each in self.town.stack.services if each.name != "console"]

    def answer(self, service: str, statement: str) -> int:
        """What a statement of the superuser answers."""
        with psycopg.connect(self.town.stack.admin_conninfo(service)) as connection:
            row = connection.execute(statement.encode()).fetchone()
        return int(row[0]) if row else 0


class Stage:
    """Of one run of the program. Its servers stand until the end: they take nothing while nobody asks them."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @cached_property
    def folder(self) -> Path:
        """Where houses have their data, and where copies of programs are kept."""
        return self._stack.enter_context(temporary_folder())

    @cached_property
    def servers(self) -> Servers:
        """Both servers, by themselves."""
        servers = self._stack.enter_context(running_servers(durable=True))
        with fresh_database(servers) as database:
            require_durable(database.login)
        require_synced(servers.nats)
        return servers

    @contextmanager
    def database(self) -> Iterator[Database]:
        """With the kernel's tables."""
        with fresh_database(self.servers) as database:
            yield database

    @contextmanager
    def house(self, name: str) -> Iterator[House]:
        """For one measure: a house that stood beside others would take from them."""
        time = TimeFile("scaled", told=NOON, real=datetime.now(UTC), rate=1.0)
        with started(self.folder / name, time) as town:
            require_durable_house(town.stack)
            yield House(town, FileTime(town.stack.folder.time_file))
