"""That a service's database was put back on purpose: who declared it, who confirmed it, and what its log lost."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid5

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import Parameter
from psycopg_pool import AsyncConnectionPool

from contracts.language import InvalidValue
from services.audit.copy.kept import Copy
from services.audit.finding.book import FINDINGS, findings_of
from services.audit.replay.reading import kept_from
from services.audit.replay.words import KeepsOut
from services.audit.restore import decisions
from services.audit.restore.clearing import cleared, rolled_back
from services.audit.restore.state import Restore, Restores, evolve
from services.kernel.batch import Effect
from services.kernel.connections import reading
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of
from services.kernel.http.gate import Gate, Record
from services.kernel.http.operator import Reason
from services.kernel.http.problems import NotFound
from services.kernel.proof.leaves import without_sealed
from services.kernel.store import Change, Changes, EventStore, Kind, Loaded
from services.kernel.stored_form import Happening

RESTORES = Kind("restores", Restores(), evolve)
PAGE_LIMIT = 500
_HOUSE = UUID("6d757374-6572-4a75-8472-000000000000")
_KEEP = "INSERT INTO declared_restores (source, first, last) VALUES (%s, %s, %s)"
_LOST = """
    SELECT position, stream, version, topic, correlation, recorded_at, state FROM copied_events
    WHERE source = %s AND position > %s AND position <= %s AND correlation <> ALL(%s::uuid[]) ORDER BY position LIMIT %s
"""


def restores_of(source: str) -> UUID:
    """One stream a service."""
    return uuid5(_HOUSE, source)


class Declare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The log of `source` ended at `kept` after the restore, and at `known` before it. Name nobody in the reason."""

    source: str
    kept: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    known: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    reason: Reason


class Refuse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it is not so. Name nobody."""

    reason: Reason


class RestoreShown(msgspec.Struct, frozen=True, kw_only=True):
    """Where a declaration stands, and by whom; `answered_at` and `answered_by` are None while it waits."""

    source: str
    number: int
    first: int
    last: int
    reason: str
    phase: str
    declared_by: str
    declared_at: datetime
    answered_by: str | None
    answered_at: datetime | None


class LostRow(msgspec.Struct, frozen=True, kw_only=True):
    """What stood at a position, as the copy has it. What it said is told by the replay of its case, and who did it.

    `digest` is SHA-256 of its state as a leaf has it, without what was sealed.
    """

    position: int
    name: str
    case: UUID
    stream: UUID
    version: int
    recorded_at: datetime
    digest: str


@dataclass(frozen=True)
class Restoring:
    """What the routes work with."""

    store: EventStore
    pool: AsyncConnectionPool
    copies: Mapping[str, Copy]
    gate: Gate
    keeps_out: KeepsOut

    async def load(self, source: str) -> Loaded[Restores]:
        """Raises `InvalidValue` for a service whose log is not copied here: nobody could say what it lost."""
        if source not in self.copies:
            raise InvalidValue("source", f"Name one of these services: {', '.join(self.copies)}.")
        return await self.store.load(RESTORES, restores_of(source))

    async def one(self, source: str, number: int) -> tuple[Loaded[Restores], Restore]:
        """Raises `NotFound`."""
        if source not in self.copies:
            raise NotFound
        loaded = await self.load(source)
        found = loaded.state.numbered(number)
        if found is None:
            raise NotFound
        return loaded, found

    async def hidden(self, caller: Caller) -> Sequence[UUID]:
        """The cases the caller is told nothing of."""
        if caller.account is None:
            raise NotFound
        everything = Record("Case", UUID(int=0), accounts={"kept_out": [caller.account]})
        if self.gate.may_touch(caller, "list_cases", everything):
            return []
        async with self.pool.connection() as connection:
            return await kept_from(connection, caller.account, self.keeps_out)

    async def happenings(self, source: str, number: int) -> Sequence[Happening]:
        """That are about one declaration, the declaration first."""
        told = await self.store.happenings(restores_of(source))
        return [each for each in told if getattr(each.event, "number", 0) == number]


class RestoreController(Controller):
    """Two people: whoever keeps the machines, and an auditor."""

    path = "/restores"
    tags = ["Restores"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_restores"})
    async def restores(self, restoring: Restoring) -> list[RestoreShown]:
        """All there ever were, by service."""
        found = []
        for source in restoring.copies:
            loaded = await restoring.load(source)
            found += [
                _shown(source, each, await restoring.happenings(source, each.number)) for each in loaded.state.every
            ]
        return found

    @post("/", opt={"action": "declare_restore"})
    async def declare(self, data: Declare, intent: Intent, commands: Commands, restoring: Restoring) -> Response[Done]:
        """Says that the rollback that was found was ordered. Nothing is cleared before a second person confirms it."""

        async def decide(now: datetime) -> Decided:
            loaded = await restoring.load(data.source)
            findings = await restoring.store.load(FINDINGS, findings_of(data.source))
            events = decisions.declare(
                loaded.state, rolled_back(findings.state), data.source, data.kept, data.known, data.reason
            )
            changes = Changes([Change(loaded.id, loaded.version, events)], rests_on=[findings])
            return Decided(changes, loaded.id, loaded.version + 1, loaded.id, now)

        return await commands.run(intent, decide)

    @post("/{source:str}/{number:int}/confirmation", opt={"action": "confirm_restore"}, status_code=200)
    async def confirm(
        self, source: str, number: int, intent: Intent, commands: Commands, restoring: Restoring
    ) -> Response[Done]:
        """The log is no longer accused of that rollback, and goes on. What else was found of it stands."""

        async def decide(now: datetime) -> Decided:
            loaded, restore = await restoring.one(source, number)
            declared_by = (await restoring.happenings(source, number))[0].origin.actor
            events = decisions.confirm(restore, declared_by, intent.caller.actor, source)
            findings = await restoring.store.load(FINDINGS, findings_of(source))
            resolved = cleared(findings.state, restore, source)
            changes = Changes(
                [
                    Change(loaded.id, loaded.version, events),
                    *([Change(findings.id, findings.version, resolved)] if resolved else []),
                ],
                [Effect(_KEEP, (source, restore.first, restore.last))],
            )
            return Decided(changes, loaded.id, loaded.version + 1, loaded.id, now)

        return await commands.run(intent, decide)

    @post("/{source:str}/{number:int}/refusal", opt={"action": "confirm_restore"}, status_code=200)
    async def refuse(
        self, source: str, number: int, data: Refuse, intent: Intent, commands: Commands, restoring: Restoring
    ) -> Response[Done]:
        """It was not ordered, or not so: the finding stands."""

        async def decide(now: datetime) -> Decided:
            loaded, restore = await restoring.one(source, number)
            changes = Changes([Change(loaded.id, loaded.version, decisions.refuse(restore, data.reason, source))])
            return Decided(changes, loaded.id, loaded.version + 1, loaded.id, now)

        return await commands.run(intent, decide)

    @get("/{source:str}/{number:int}/lost", opt={"action": "read_rows"})
    async def lost(
        self,
        source: str,
        number: int,
        restoring: Restoring,
        request: Request[Any, Any, Any],
        after: Annotated[int, Parameter(ge=0, le=2**53)] = 0,
    ) -> list[LostRow]:
        """What the log lost, from the copy, in order: for whoever types it in again. `after` pages on.

        Cases you are kept out of are not told of.
        """
        _, restore = await restoring.one(source, number)
        hidden = await restoring.hidden(caller_of(request))
        async with reading(restoring.pool) as connection:
            values = (source, max(after, restore.first - 1), restore.last, hidden, PAGE_LIMIT)
            rows = await (await connection.execute(_LOST.encode(), values)).fetchall()
        return [_lost(row) for row in rows]


def _lost(row: tuple[int, UUID, int, str, UUID, datetime, bytes]) -> LostRow:
    position, stream, version, name, case, recorded_at, state = row
    return LostRow(
        position=position,
        name=name,
        case=case,
        stream=stream,
        version=version,
        recorded_at=recorded_at,
        digest=hashlib.sha256(without_sealed(bytes(state))).hexdigest(),
    )


def _shown(source: str, restore: Restore, happenings: Sequence[Happening]) -> RestoreShown:
    declared, *answered = happenings
    return RestoreShown(
        source=source,
        number=restore.number,
        first=restore.first,
        last=restore.last,
        reason=restore.reason,
        phase=restore.phase,
        declared_by=declared.origin.actor,
        declared_at=declared.recorded_at or declared.happened_at,
        answered_by=answered[0].origin.actor if answered else None,
        answered_at=(answered[0].recorded_at or answered[0].happened_at) if answered else None,
    )
