"""One command from the request to the log: the key, the version it was decided on, the decision, the answer."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID, uuid4

import msgspec
from litestar import Request, Response
from litestar.params import HeaderParameter

from contracts.language import Event
from services.kernel.batch import AlreadyDone, CommandKey, Effect, KeyRow, KeyUsedOtherwise, StaleVersion, Stored
from services.kernel.http.caller import PUBLIC, Caller
from services.kernel.http.gate import Gate
from services.kernel.http.problems import Malformed, NotFound, Stale
from services.kernel.keys import Digester
from services.kernel.log import Log
from services.kernel.store import Change, Changes, EventStore, Loaded
from services.kernel.stored_form import Origin
from services.kernel.time_source import TimeSource
from services.kernel.traces import OFF, Traces

S = TypeVar("S")

KEY_LENGTHS = range(8, 201)
# Of a version or position in a header: the database counts in 64 bits.
LONGEST_NUMBER = 18
DECIDE_AGAIN_TIMES = 20
# What is wrong with one of them is said below in a sentence, so the framework is asked to check nothing.
KeyHeader = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        description="New for each thing you do; sent again with it, a command is done once.",
        schema_extra={"minLength": KEY_LENGTHS[0], "maxLength": KEY_LENGTHS[-1]},
    ),
]
Seen = Annotated[
    str,
    HeaderParameter(
        name="If-Match",
        description="The ETag you read, for a command on what exists already.",
        schema_extra={"pattern": '^(W/)?"?[0-9]{1,18}"?$'},
    ),
]
POSITION_HEADER = "Muster-Position"
AT_LEAST_HEADER = "Muster-At-Least"


class Intent(msgspec.Struct, frozen=True):
    """A command as it arrived. `digest` is over caller, route and body: what the key is claimed for."""

    caller: Caller
    key: str
    request: bytes
    expected: int | None
    command_id: UUID

    def expect(self, loaded: Loaded[S]) -> Loaded[S]:
        """The aggregate, if it exists and stands where the caller read it.

        Raises `NotFound`, `Malformed` when no If-Match came, `Stale`.
        """
        if not loaded.exists:
            raise NotFound
        if self.expected is None:
            raise Malformed('Say which version you decided on: send If-Match with the ETag you read, for example "3".')
        if self.expected != loaded.version:
            raise Stale
        return loaded


@dataclass(frozen=True)
class Decided:
    """What a command leads to. `reference` and `version` name the aggregate it was about, after it."""

    changes: Changes
    reference: UUID
    version: int
    case: UUID
    happened_at: datetime
    causation: UUID | None = None
    status: int = 200


def decided_on(
    loaded: Loaded[Any],
    events: Sequence[Event],
    happened_at: datetime,
    *also: Change,
    effects: Sequence[Effect] = (),
    rests_on: Sequence[Loaded[Any]] = (),
    case: UUID | None = None,
    status: int = 200,
) -> Decided:
    """A command on one aggregate, in its own case unless another is given; `also` changes with it or not at all."""
    changes = Changes([Change(loaded.id, loaded.version, events), *also], effects, rests_on)
    version = loaded.version + len(events)
    return Decided(changes, loaded.id, version, case or loaded.case or loaded.id, happened_at, status=status)


class Done(msgspec.Struct, frozen=True):
    """The answer to a command. `position` is where the log stood; ask a view to be at least as fresh."""

    reference: UUID
    version: int
    position: int


Decide = Callable[[datetime], Awaitable[Decided]]


class Commands:
    """Runs commands against one service's store."""

    def __init__(
        self,
        store: EventStore,
        events: Log,
        digester: Digester,
        time: TimeSource,
        gate: Gate,
        traces: Traces = OFF,
    ) -> None:
        self._store = store
        self._events = events
        self._digester = digester
        self._time = time
        self._gate = gate
        self._traces = traces

    async def run(self, intent: Intent, decide: Decide) -> Response[Done]:
        """Decides and stores, or answers what the same request was answered before.

        `decide` may be called again when another command came between; it loads what it decides on each time.
        """
        done, status = await self.perform(intent, decide)
        headers = {"ETag": f'"{done.version}"', POSITION_HEADER: str(done.position)}
        return Response(done, status_code=status, headers=headers)

    async def perform(self, intent: Intent, decide: Decide) -> tuple[Done, int]:
        """Like `run`, for a route that adds to the answer what can be made again from the reference."""
        key_digest = self._digester.digest("key", intent.key.encode())
        before = await self._events.command_key(key_digest)
        if before is not None:
            return _again(before, intent)
        for _ in range(DECIDE_AGAIN_TIMES):
            try:
                with self._traces.step("decide"):
                    decided = await decide(self._time.now())
            except Exception:
                # The same request may have been stored since we looked; then its own effect is what refuses it now.
                before = await self._events.command_key(key_digest)
                if before is not None:
                    return _again(before, intent)
                raise
            command = CommandKey(key_digest, intent.request, decided.reference, decided.version, decided.status)
            try:
                # Shielded: a caller who hangs up does not undo what is being stored.
                stored: Stored = await asyncio.shield(
                    self._store.append(
                        decided.changes, self._origin(intent, decided), decided.happened_at, command=command
                    )
                )
            except StaleVersion:
                continue
            except AlreadyDone as done:
                return _again(done.row, intent)
            return Done(decided.reference, decided.version, stored.position), decided.status
        raise Stale

    def _origin(self, intent: Intent, decided: Decided) -> Origin:
        return Origin(
            actor=intent.caller.actor,
            agency=intent.caller.agency,
            command_id=intent.command_id,
            causation_id=decided.causation or intent.command_id,
            correlation_id=decided.case,
            policy=self._gate.version,
        )


def _again(row: KeyRow, intent: Intent) -> tuple[Done, int]:
    if row.request_digest != intent.request:
        raise KeyUsedOtherwise
    return Done(row.reference, row.version, row.position), row.status


def caller_of(request: Request[Any, Any, Any]) -> Caller:
    """The caller the guard let in."""
    caller: Caller = getattr(request.state, "caller", PUBLIC)
    return caller


async def read_intent(
    request: Request[Any, Any, Any], digester: Digester, idempotency_key: KeyHeader = "", if_match: Seen = ""
) -> Intent:
    """What a request to change something asks for; for the framework, which hands it to routes. Raises `Malformed`."""
    caller = caller_of(request)
    if len(idempotency_key) not in KEY_LENGTHS:
        raise Malformed("Send an Idempotency-Key of 8 to 200 characters, new for each thing you do.")
    body = await request.body()
    # Not of the whole URL: its host is whatever the sender wrote, and need not be one.
    route = f"{request.method} {request.scope['path']}"
    digest = digester.digest("request", caller.actor.encode(), route.encode(), if_match.encode(), body)
    return Intent(caller, idempotency_key, digest, _version_in(if_match), uuid4())


def _version_in(if_match: str) -> int | None:
    if not if_match:
        return None
    text = if_match.removeprefix("W/").strip('"')
    if not _is_number(text):
        raise Malformed('If-Match must be the ETag you read, for example "3".')
    return int(text)


def at_least_in(request: Request[Any, Any, Any]) -> int:
    """How fresh the reader asks the answer to be: a log position, 0 when it does not matter."""
    text = request.headers.get(AT_LEAST_HEADER.lower(), "0")
    if not _is_number(text):
        raise Malformed(f"{AT_LEAST_HEADER} must be a log position, a whole number.")
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
