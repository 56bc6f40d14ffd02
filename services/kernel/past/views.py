"""The views of a service at past moments: built by their own functions from the log of the moment, when asked for.

What it costs. A view of a moment is built once, as fast as any view is (some ten thousand events a second), unless a
view of an earlier moment is still kept: then it begins with a copy of that, and reads only what lies between. Whoever
steps to the next event waits for a copy of one table. A build that takes longer than `BUILD_WITHIN_SECONDS` is answered
with `NotFreshEnough`, and goes on from there when it is asked for again.

The tables are temporary ones on one connection: no other connection sees them, none of them has the name of a view of
the present, and they end with the process, however that ends.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.rows import DictRow, dict_row

from services.kernel.batch import Effect
from services.kernel.past.fixed import NotOfThePast
from services.kernel.past.log import Alike, LogOfThePast
from services.kernel.store import EventStore
from services.kernel.views import READ_LIMIT, NotFreshEnough, UnknownView, View, Views

MOST = 40
"""Tables kept. Of more, those asked for longest ago are dropped."""

BUILD_WITHIN_SECONDS = 10.0
SCHEMA = "pg_temp"


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
    """For all past moments of one service. One question is answered after the other."""

    def __init__(
        self, conninfo: Callable[[], str], most: int = MOST, build_within: float = BUILD_WITHIN_SECONDS
    ) -> None:
        self._conninfo = conninfo
        self._most = most
        self._build_within = build_within
        self._connection: AsyncConnection | None = None
        self._tables: OrderedDict[_Key, _Table] = OrderedDict()
        self._made = 0
        self._one_at_a_time = asyncio.Lock()

    async def rows(
        self, view: View, log: LogOfThePast, store: EventStore, statement: str, values: dict[str, Any]
    ) -> Sequence[DictRow]:
        """Rows of a SELECT in which `{table}` stands for the view's table, at the end of the log.

        Raises `NotFreshEnough` while it is being built.
        """
        # Whoever hangs up must not leave a table of which nobody knows how far it came.
        return await asyncio.shield(self._rows(view, log, store, statement, values))

    async def _rows(
        self, view: View, log: LogOfThePast, store: EventStore, statement: str, values: dict[str, Any]
    ) -> Sequence[DictRow]:
        async with self._one_at_a_time:
            connection = await self._connected()
            table = await self._ready(connection, view, log, store)
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(_on(table, statement), values)
            return await cursor.fetchall()

    async def close(self) -> None:
        """Drops all of them."""
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
        return self._connection

    async def _ready(self, connection: AsyncConnection, view: View, log: LogOfThePast, store: EventStore) -> _Table:
        # What had happened by a moment grows while things are typed in later; what was known at it does not.
        moment, _ = log.alike
        key = _Key(view.name, log.alike, log.end if moment is None else None)
        table = self._tables.get(key)
        if table is None:
            table = self._tables[key] = await self._begun(connection, view, key)
        self._tables.move_to_end(key)
        await self._forget(connection)
        await self._extend(connection, table, view, log, store)
        return table

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

    async def _extend(
        self, connection: AsyncConnection, table: _Table, view: View, log: LogOfThePast, store: EventStore
    ) -> None:
        told = asyncio.get_running_loop().time
        until = told() + self._build_within
        while table.position < log.end:
            end = log.end
            events = await log.after(table.position, READ_LIMIT)
            effects = [effect for event in events for effect in view.project(store.read(event))]
            if effects:
                await _apply(connection, table, effects)
            table.position = events[-1].id if len(events) == READ_LIMIT else end
            if table.position < end and told() >= until:
                raise NotFreshEnough(view.name)

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


def _on(table: _Table, statement: str) -> sql.Composed:
    """The statement with its table named. The text is a view's own constant, never input."""
    return sql.SQL(statement).format(table=table.name)
