"""Answers built from the log. A rebuilt view grows beside the old one and takes its place when it has caught up.

A view is a table and a pure function from an event to statements; it has no side effects and may be built at any time.
"""

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.abc import Params, QueryNoTemplate
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from services.kernel.batch import Effect
from services.kernel.bell import Bell, set_within, until_next_look
from services.kernel.connections import reading
from services.kernel.lease import Leases
from services.kernel.store import EventStore
from services.kernel.stored_form import Happening
from services.kernel.tail import READ_LIMIT, Tail

LOOK_AGAIN_SECONDS = 1.0
FRESH_WITHIN_SECONDS = 5.0

_BEGIN = """
    INSERT INTO view_generations (view, generation, fingerprint)
    SELECT %s, coalesce(max(generation), 0) + 1, %s FROM view_generations WHERE view = %s
"""

_CLAIM = """
    UPDATE view_generations AS standing SET position = %s FROM unnest(%s::text[], %s::integer[]) AS moved (view, number)
    WHERE standing.view = moved.view AND standing.generation = moved.number AND standing.position = %s
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class View:
    """One question a service answers.

    `columns` is the body of CREATE TABLE; `project` answers statements in which `{table}` stands for the table. Both
    together decide the fingerprint: a changed view is built anew by itself. `revision` is raised when only the
    function changed.
    """

    name: str
    columns: str
    project: Callable[[Happening], Sequence[Effect]]
    revision: int = 1

    @property
    def fingerprint(self) -> str:
        """Tells one form of the view from another."""
        return hashlib.sha256(f"{self.revision}\n{self.columns}".encode()).hexdigest()[:16]


class NotFreshEnough(Exception):
    """The view has not come as far as the reader asked for."""


class UnknownView(Exception):
    """No view of that name."""


class Views:
    """The views of one service: builds them, keeps them current, answers from them."""

    def __init__(
        self,
        views: Sequence[View],
        pool: AsyncConnectionPool,
        tail: Tail,
        store: EventStore,
        leases: Leases,
    ) -> None:
        self._views = {view.name: view for view in views}
        self._pool = pool
        self._store = store
        self._tail = tail
        self._leases = leases
        self._moved = Bell()
        self._failing: dict[str, str] = {}

    @property
    def names(self) -> Sequence[str]:
        """What can be asked and rebuilt."""
        return tuple(self._views)

    @property
    def failing(self) -> Sequence[str]:
        """Views that cannot be built at present."""
        return tuple(self._failing)

    async def run(self) -> None:
        """Keeps every view current, for ever; one instance at a time."""
        async with self._leases.lease("views") as held:
            await self._prepare()
            while True:
                appended = self._tail.next()
                if not await self._all_move_on():
                    await set_within(appended, until_next_look(LOOK_AGAIN_SECONDS))
                    await held.check()

    def rebuilding(self, name: str) -> Effect:
        """Begins a new generation when it commits; the present one answers until the new has caught up.

        Raises `UnknownView`.
        """
        if name not in self._views:
            raise UnknownView(name)
        return Effect(_BEGIN, (name, self._views[name].fingerprint, name))

    async def position(self, name: str) -> int:
        """How far in the log the answering generation of the present form has come; -1 while there is none."""
        found = await self._found(name)
        return int(found["position"]) if found else -1

    async def query(
        self, name: str, statement: str, values: dict[str, Any], *, at_least: int = 0, current: bool = False
    ) -> Sequence[DictRow]:
        """Rows of a SELECT in which `{table}` stands for the view's table.

        Waits until the view has reached position `at_least`; raises `NotFreshEnough` when it does not in time. With
        `current` it is not behind the log as it stood when it was asked. A list that hides something from somebody
        must be: rather no answer than a case shown to someone who was shut out a moment ago.
        """
        if name not in self._views:
            raise UnknownView(name)
        fresh = max(at_least, await self._tail.last_position()) if current else at_least
        try:
            return await self._rows(_on(name, await self._answering(name, fresh), statement), values)
        except psycopg.errors.UndefinedTable:
            # A switch in between dropped the table that was chosen: the new one answers. No snapshot prevents that,
            # since dropping a table is seen at once by everyone who has not opened it yet.
            return await self._rows(_on(name, await self._answering(name, fresh), statement), values)

    async def _answering(self, name: str, at_least: int) -> int:
        """The generation that answers, once it has come so far. Raises `NotFreshEnough`."""
        deadline = asyncio.get_running_loop().time() + FRESH_WITHIN_SECONDS
        while True:
            moved = self._moved.next()
            found = await self._found(name)
            if found and found["position"] >= at_least:
                return int(found["generation"])
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                raise NotFreshEnough(name)
            await set_within(moved, min(left, 0.1))

    async def _prepare(self) -> None:
        for view in self._views.values():
            rows = await self._rows(
                "SELECT generation FROM view_generations WHERE view = %s AND fingerprint = %s",
                (view.name, view.fingerprint),
            )
            if not rows:
                async with self._pool.connection() as connection:
                    await connection.execute(_BEGIN, (view.name, view.fingerprint, view.name))

    async def _all_move_on(self) -> bool:
        """Takes every view further, as far as may be together: a commit for each would be most of what appends cost.

        Answers whether to look again at once; what is appended meanwhile rings.
        """
        together = {at: those for at, those in (await self._equally_far()).items() if len(those) > 1}
        moved = [await self._move_on_together(at, those) for at, those in together.items()]
        alone = self._views.keys() - {name for those in together.values() for name in those}
        moved += [await self._try_to_move_on(view) for name, view in self._views.items() if name in alone]
        return any(moved)

    async def _equally_far(self) -> Mapping[int, Mapping[str, int]]:
        """By position: views of which one generation stands, and answers. One that is being built goes by itself."""
        rows = await self._rows(
            "SELECT view, generation, fingerprint, position, answering FROM view_generations WHERE view = ANY(%s)",
            (list(self._views),),
        )
        own = [row for row in rows if row["fingerprint"] == self._views[row["view"]].fingerprint]
        standing = Counter(row["view"] for row in own)
        found: dict[int, dict[str, int]] = {}
        for row in own:
            if row["answering"] and standing[row["view"]] == 1 and row["position"] > 0:
                found.setdefault(row["position"], {})[row["view"]] = row["generation"]
        return found

    async def _move_on_together(self, position: int, generations: Mapping[str, int]) -> bool:
        try:
            more = await self._extend(generations, position) >= READ_LIMIT
        except psycopg.OperationalError:
            raise
        except Exception:  # noqa: BLE001  # whatever a projection raises: whose it was is found when each goes by itself
            return any([await self._try_to_move_on(self._views[name]) for name in generations])
        for name in generations:
            self._failing.pop(name, None)
        return more

    async def _try_to_move_on(self, view: View) -> bool:
        """One view that cannot be built must not keep the others from being current."""
        try:
            moved = await self._move_on(view)
        except psycopg.OperationalError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever a projection raises
            # The class alone: a message may quote what must not be logged.
            self._failing[view.name] = type(error).__name__
            log.error("view not built", extra={"view": view.name, "why": type(error).__name__})  # noqa: TRY400
            return False
        self._failing.pop(view.name, None)
        return moved

    async def _move_on(self, view: View) -> bool:
        """Takes each generation of a view a batch further; switches to the newest once it has caught up."""
        rows = await self._rows(
            "SELECT generation, position, answering FROM view_generations"
            " WHERE view = %s AND fingerprint = %s ORDER BY generation",
            (view.name, view.fingerprint),
        )
        moved, read = False, 0
        for row in rows:
            if row["position"] == 0:
                await self._make_table(view, row["generation"])
            read = await self._extend({view.name: row["generation"]}, row["position"])
            moved = moved or read > 0
        # The newest is extended last. A batch that was not full took it to the end of the log, even of one that grows.
        if rows and not rows[-1]["answering"] and read < READ_LIMIT:
            await self._switch(view, rows[-1]["generation"])
            return True
        return moved

    async def _extend(self, generations: Mapping[str, int], position: int) -> int:
        """Takes one generation of each of these views a batch further in one commit; answers how many events that were.

        All have come to `position`.
        """
        events = await self._tail.after(position)
        if not events:
            return 0
        async with self._pool.connection() as connection:
            claimed = await connection.execute(
                _CLAIM, (events[-1].id, list(generations), list(generations.values()), position)
            )
            if claimed.rowcount != len(generations):
                # Another instance moved one: as if a full batch had been read, so nothing is switched on this look.
                await connection.rollback()
                return READ_LIMIT
            # In a pipeline: waiting for the answer to each statement would take most of the time.
            async with connection.pipeline():
                for happening in map(self._store.read, events):
                    for name, generation in generations.items():
                        for effect in self._views[name].project(happening):
                            await connection.execute(_on(name, generation, effect.statement), effect.parameters)
        self._moved.ring()
        return len(events)

    async def _make_table(self, view: View, generation: int) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(
                _on(view.name, generation, f"CREATE TABLE IF NOT EXISTS {{table}} ({view.columns})")
            )

    async def _switch(self, view: View, generation: int) -> None:
        async with self._pool.connection() as connection:
            await connection.execute("UPDATE view_generations SET answering = false WHERE view = %s", (view.name,))
            await connection.execute(
                "UPDATE view_generations SET answering = true WHERE view = %s AND generation = %s",
                (view.name, generation),
            )
            old = await connection.execute(
                "DELETE FROM view_generations WHERE view = %s AND generation < %s RETURNING generation",
                (view.name, generation),
            )
            for (number,) in await old.fetchall():
                await connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(_table(view.name, number)))
        log.info("view switched", extra={"view": view.name, "generation": generation})
        self._moved.ring()

    async def _found(self, name: str) -> DictRow | None:
        rows = await self._rows(
            "SELECT generation, position FROM view_generations WHERE view = %s AND answering AND fingerprint = %s",
            (name, self._views[name].fingerprint),
        )
        return rows[0] if rows else None

    async def _rows(self, statement: QueryNoTemplate, values: Params) -> Sequence[DictRow]:
        async with reading(self._pool) as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(statement, values)
            return await cursor.fetchall()


def _table(name: str, generation: int) -> sql.Identifier:
    return sql.Identifier("views", f"{name}_{generation}")


def _on(name: str, generation: int, statement: str) -> sql.Composed:
    """The statement with its table named. The text is a view's own constant, never input."""
    return sql.SQL(statement).format(table=_table(name, generation))
