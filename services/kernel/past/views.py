"""The views of a service at past moments: built by their own functions from the log of the moment, when asked for.

What it costs. A view of a moment is built once, as fast as any view is (some thousands of events a second), unless a
view of an earlier moment is still kept: then it begins with a copy of that, and reads only what lies between. Whoever
steps to the next event waits for a copy of one table. A build that takes longer than `BUILD_WITHIN_SECONDS` is answered
with `NotFreshEnough`, and goes on meanwhile: whoever asks again finds it further on, or ready.

The tables are temporary ones on one connection: no other connection sees them, none of them has the name of a view of
the present, and they end with the process, however that ends.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.rows import DictRow, dict_row

from services.kernel.background import end
from services.kernel.batch import Effect
from services.kernel.past.fixed import NotOfThePast
from services.kernel.past.log import Alike, LogOfThePast
from services.kernel.store import EventStore
from services.kernel.tail import READ_LIMIT
from services.kernel.views import NotFreshEnough, UnknownView, View, Views

MOST = 40
"""Tables kept. Of more, those asked for longest ago are dropped."""

BUILD_WITHIN_SECONDS = 8.0
"""Shorter than the console waits for an answer."""

SCHEMA = "pg_temp"
BUFFERS = "64MB"
"""Of memory for all of them, at the most: what does not fit is read from files again and again."""

logger = logging.getLogger(__name__)


class _Key(NamedTuple):
    view: str
    alike: Alike
    end: int | None


@dataclass
class _Table:
    """`position` is how far in its log it has come."""

    name: sql.Identifier
    position: int = 0


class PastTables:
    """For all past moments of one service. One thing is done after the other on their one connection."""

    def __init__(
        self, conninfo: Callable[[], str], most: int = MOST, build_within: float = BUILD_WITHIN_SECONDS
    ) -> None:
        self._conninfo = conninfo
        self._most = most
        self._build_within = build_within
        self._connection: AsyncConnection | None = None
        self._tables: OrderedDict[_Key, _Table] = OrderedDict()
        self._building: dict[_Key, asyncio.Task[None]] = {}
        self._made = 0
        self._one_at_a_time = asyncio.Lock()

    async def rows(
        self, view: View, log: LogOfThePast, store: EventStore, statement: str, values: dict[str, Any]
    ) -> Sequence[DictRow]:
        """Rows of a SELECT in which `{table}` stands for the view's table, at the end of the log.

        Raises `NotFreshEnough` while it is being built, which goes on whether or not anybody asks again.
        """
        told = asyncio.get_running_loop().time
        until, key = told() + self._build_within, _key_of(view, log)
        while True:
            # Whoever hangs up must not leave the connection in the middle of an answer.
            found = await asyncio.shield(self._rows(key, log, statement, values))
            if found is not None:
                return found
            building = self._building_of(key, view, log, store)
            await asyncio.wait({building}, timeout=until - told())
            if not building.done():
                raise NotFreshEnough(view.name)
            building.result()

    async def _rows(
        self, key: _Key, log: LogOfThePast, statement: str, values: dict[str, Any]
    ) -> Sequence[DictRow] | None:
        """None where the table has not come so far."""
        async with self._one_at_a_time:
            connection = await self._connected()
            table = self._tables.get(key)
            if table is None or table.position < log.end:
                return None
            self._tables.move_to_end(key)
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(_on(table, statement), values)
            return await cursor.fetchall()

    def _building_of(self, key: _Key, view: View, log: LogOfThePast, store: EventStore) -> "asyncio.Task[None]":
        """The one that goes on, or a new one."""
        if key not in self._building:
            building = self._building[key] = asyncio.create_task(self._build(key, view, log, store))
            building.add_done_callback(lambda done: self._built(key, done))
        return self._building[key]

    def _built(self, key: _Key, done: "asyncio.Task[None]") -> None:
        del self._building[key]
        if not done.cancelled() and (error := done.exception()):
            # Those who wait for it are told; often nobody does any more.
            logger.warning("a view of the past was not built", extra={"view": key.view, "error": type(error).__name__})

    async def _build(self, key: _Key, view: View, log: LogOfThePast, store: EventStore) -> None:
        """Some events at a time: whoever asks for another moment meanwhile has their turn between."""
        while not await self._read_on(key, view, log, store):
            pass

    async def _read_on(self, key: _Key, view: View, log: LogOfThePast, store: EventStore) -> bool:
        """True once the table has come to the end of its log."""
        async with self._one_at_a_time:
            connection = await self._connected()
            table = self._tables.get(key)
            if table is None:
                table = self._tables[key] = await self._begun(connection, view, key)
            self._tables.move_to_end(key)
            await self._forget(connection)
            last = log.end
            events = await log.after(table.position, READ_LIMIT)
            effects = [effect for event in events for effect in view.project(store.read(event))]
            if effects:
                await _apply(connection, table, effects)
                # Nothing else does: the server's own cleaning never sees temporary tables, and a table that keeps every
                # row as it ever was is read through at each further event.
                await connection.execute(_on(table, "VACUUM {table}"))
            table.position = events[-1].id if len(events) == READ_LIMIT else last
            return table.position >= last

    async def close(self) -> None:
        """Drops all of them."""
        await end(list(self._building.values()))
        async with self._one_at_a_time:
            self._tables.clear()
            if self._connection is not None:
                await self._connection.close()

    async def _connected(self) -> AsyncConnection:
        if self._connection is not None and not await _answers(self._connection):
            self._connection = None
        if self._connection is None:
            # The tables went with the connection they were on.
            self._tables.clear()
            self._connection = await AsyncConnection.connect(self._conninfo(), autocommit=True, connect_timeout=5)
            await self._connection.execute(sql.SQL("SET temp_buffers = {}").format(BUFFERS))
        return self._connection

    async def _begun(self, connection: AsyncConnection, view: View, key: _Key) -> _Table:
        """A copy of the latest table that stands before it, else an empty one."""
        self._made += 1
        table = _Table(sql.Identifier(SCHEMA, f"{view.name}_{self._made}"))
        before = self._before(key)
        if before is None:
            await connection.execute(_on(table, f"CREATE TEMPORARY TABLE {{table}} ({view.columns})"))
            return table
        copy = sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {} INCLUDING ALL)").format(table.name, before.name)
        await connection.execute(copy)
        await connection.execute(sql.SQL("INSERT INTO {} SELECT * FROM {}").format(table.name, before.name))
        table.position = before.position
        return table

    def _before(self, key: _Key) -> _Table | None:
        if key.end is None:
            return None
        alike = [
            table
            for other, table in self._tables.items()
            if (other.view, other.alike) == (key.view, key.alike) and table.position <= key.end
        ]
        return max(alike, key=lambda table: table.position, default=None)

    async def _forget(self, connection: AsyncConnection) -> None:
        while len(self._tables) > self._most:
            _, table = self._tables.popitem(last=False)
            await connection.execute(_on(table, "DROP TABLE {table}"))


class ViewsOfThePast(Views):
    """A service's views at one moment."""

    def __init__(self, views: Sequence[View], tables: PastTables, log: LogOfThePast, store: EventStore) -> None:
        """Nothing keeps them current: the moment stands."""
        self._views = {view.name: view for view in views}
        self._past = tables
        self._log = log
        self._of = store

    async def run(self) -> None:
        """Raises `NotOfThePast`."""
        raise NotOfThePast

    def rebuilding(self, name: str) -> Effect:  # as views have it
        """Raises `NotOfThePast`."""
        raise NotOfThePast

    async def position(self, name: str) -> int:
        """Where the log of the moment ends: a table is taken there before it answers."""
        return self._log.end

    async def query(
        self, name: str, statement: str, values: dict[str, Any], *, at_least: int = 0, current: bool = False
    ) -> Sequence[DictRow]:
        """As of the moment, however fresh it was asked to be. Raises `UnknownView`, `NotFreshEnough`."""
        if name not in self._views:
            raise UnknownView(name)
        return await self._past.rows(self._views[name], self._log, self._of, statement, values)


async def _apply(connection: AsyncConnection, table: _Table, effects: Sequence[Effect]) -> None:
    async with connection.transaction(), connection.pipeline():
        for effect in effects:
            await connection.execute(_on(table, effect.statement), effect.parameters)


async def _answers(connection: AsyncConnection) -> bool:
    """False where the server has ended it, or was started again."""
    try:
        await connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _key_of(view: View, log: LogOfThePast) -> _Key:
    # What had happened by a moment grows while things are typed in later; what was known at it does not.
    moment, _ = log.alike
    return _Key(view.name, log.alike, log.end if moment is None else None)


def _on(table: _Table, statement: str) -> sql.Composed:
    """The statement with its table named. The text is a view's own constant, never input."""
    return sql.SQL(statement).format(table=table.name)
