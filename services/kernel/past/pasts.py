"""A service at a past moment: wired by its own `wire`, of parts that know what was known then, and change nothing.

So what is shown of a moment is shown by the routes, the states and the views that show the present: it cannot tell
another story.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from contracts.language import InvalidValue
from services.kernel.definition import Definition, Parts, given_to_routes
from services.kernel.http.commands import Commands
from services.kernel.http.gate import Gate
from services.kernel.http.reading import Reader
from services.kernel.http.reenacting import Reenacting, Standing, gate_of
from services.kernel.past.fixed import NoPool, NothingAppended, StaysSealed
from services.kernel.past.log import AsOf, By, LogOfThePast, last_recorded_by, recorded_moment_of
from services.kernel.past.shut_out import ShutOut
from services.kernel.past.views import PastTables, ViewsOfThePast
from services.kernel.policies import POLICY_SETS, policies_of
from services.kernel.store import EventStore
from services.kernel.stored_form import Registry
from services.kernel.time_source import HeldTime
from services.kernel.views import View

KEPT = 16
"""Moments whose wiring is kept, for whoever steps to and fro; of tables, see `PastTables`."""


@dataclass(frozen=True)
class Asked:
    """A moment, or the position in this log that is to be the last; how it is looked at, and by which account.

    `standing` is the role that is re-enacted, within what the account itself may see.
    """

    at: datetime | int
    by: By
    account: UUID
    standing: Standing | None = None


class _Key(NamedTuple):
    as_of: AsOf
    end: int | None
    standing: Standing | None


@dataclass(frozen=True)
class _Past:
    log: LogOfThePast
    given: Mapping[str, object]


class Pasts:
    """The past moments of one running service."""

    def __init__(self, definition: Definition, present: Parts, views: Sequence[View], registry: Registry) -> None:
        self._definition = definition
        self._present = present
        self._views = views
        self._registry = registry
        self._shut_out = ShutOut(definition.shuts_out, present.events, present.store)
        self._tables = PastTables(present.settings.database.conninfo)
        self._pool = NoPool()
        self._kept: OrderedDict[_Key, _Past] = OrderedDict()
        self._gates: dict[str, Gate] = {}

    async def given(self, asked: Asked) -> Mapping[str, object]:
        """What its routes are handed, by name, as of the moment. Raises `InvalidValue`, `NoPoliciesThen`."""
        last = await self._present.events.last_position()
        moment, end = await self._found(asked, last)
        # As of now, however long ago the moment: whoever is shut out today is shut out of all that was.
        without = await self._shut_out.cases_closed_to(asked.account, last)
        as_of = AsOf(moment, asked.by, without)
        key = _Key(as_of, end if asked.by == "recorded" else None, asked.standing)
        past = self._kept.get(key)
        if past is None:
            past = self._kept[key] = await self._made(as_of, end, asked.standing)
        past.log.go_on_to(end)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return past.given

    async def close(self) -> None:
        """Drops what is kept."""
        self._kept.clear()
        await self._tables.close()

    async def _found(self, asked: Asked, last: int) -> tuple[datetime, int]:
        """The moment, and the last position that can be of it."""
        events = self._present.events
        match asked.at:
            case int(position):
                rows = await events.between(position, position, 1)
                if not rows:
                    raise InvalidValue("at_position", "This log does not have this position.")
                return recorded_moment_of(rows[0]), position
            case moment:
                return moment, last if asked.by == "happened" else await last_recorded_by(events, moment, last)

    async def _made(self, as_of: AsOf, end: int, standing: Standing | None) -> _Past:
        present = self._present
        log, keys, time = LogOfThePast(present.pool, as_of, end), StaysSealed(), HeldTime(as_of.moment)
        store = EventStore(NothingAppended(), log, self._registry, keys)
        gate = await self._reenacting(standing, store) if standing else present.gate
        parts = Parts(
            settings=present.settings,
            time=time,
            pool=self._pool,
            events=log,
            store=store,
            views=ViewsOfThePast(self._views, self._tables, log, store),
            commands=Commands(store, log, present.digester, time, gate),
            gate=gate,
            digester=present.digester,
            keys=keys,
            # That somebody was shown the past is put on record in the present, before they are.
            reader=Reader(present.store, keys, present.time, gate, of=told_of(as_of, standing)),
        )
        # Reading a state's tables takes a while, in which the process has others to answer.
        wiring = await asyncio.to_thread(self._definition.wire, parts)
        return _Past(log, given_to_routes(parts, wiring))

    async def _reenacting(self, standing: Standing, store: EventStore) -> Gate:
        """By the policies that were in force as the log ends. Each text is parsed once."""
        sets = (await store.load(POLICY_SETS, policies_of(self._definition.name))).state
        if sets.last not in self._gates:
            self._gates[sets.last] = gate_of(sets.texts.get(sets.last, ""))
        return Reenacting(self._present.gate, self._gates[sets.last], standing)


def told_of(as_of: AsOf, standing: Standing | None = None) -> str:
    """How the record of a read says of which moment it was, and what role was re-enacted."""
    moment = f"as {as_of.by} by {as_of.moment.astimezone(UTC).isoformat()}"
    return f"{moment}, {standing.told}" if standing else moment
