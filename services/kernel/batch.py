"""What one commit of many appends does: the pure part of the recorder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError, StoredEvent, Tracking

from services.kernel.stored_form import stream_of


@dataclass(frozen=True)
class CommandKey:
    """A command's claim on its Idempotency-Key; only keyed digests are kept."""

    key_digest: bytes
    request_digest: bytes
    reference: UUID
    version: int
    status: int


@dataclass(frozen=True)
class Effect:
    """A statement that commits or fails with the events: a due moment, a reservation, a row of a copy."""

    statement: str
    parameters: Sequence[Any] | Mapping[str, Any] = ()


@dataclass(frozen=True)
class Append:
    """What one caller wants stored, all or nothing.

    `rests_on` are streams it was decided on and leaves as they are, each with its version: refused as stale when one
    of them has moved on. It is recorded `not_before` a moment, if one is given, even where the clock went back.
    """

    events: Sequence[StoredEvent] = ()
    tracking: Tracking | None = None
    command: CommandKey | None = None
    effects: Sequence[Effect] = ()
    rests_on: Sequence["Pair"] = ()
    not_before: datetime | None = None


@dataclass(frozen=True)
class Stored:
    """An append that stands. `position` is that of its last event, 0 when it had none.

    `together` is how many appends its commit held.
    """

    ids: Sequence[int]
    recorded_at: datetime | None
    together: int = field(default=1, compare=False)

    @property
    def position(self) -> int:
        return self.ids[-1] if self.ids else 0


@dataclass(frozen=True)
class KeyRow:
    """What a command key was used for."""

    request_digest: bytes
    reference: UUID
    version: int
    position: int
    status: int


class AlreadyDone(Exception):
    """The same request under the same key stands already."""

    def __init__(self, row: KeyRow) -> None:
        super().__init__("The command was done before.")
        self.row = row


class KeyUsedOtherwise(Exception):
    """The key belongs to another request, caller or route."""


class StaleVersion(IntegrityError):
    """Another append took this place in the stream first."""


class PeriodTaken(StaleVersion):
    """Another append took an overlapping period first: it was free when this was decided."""


class AlreadyProcessed(IntegrityError):
    """The tracking position does not move forward."""


class EffectRefused(IntegrityError):
    """The database refused an effect: what was to be reserved is taken."""


Pair = tuple[UUID, int]


@dataclass
class Ground:
    """What the database held when the append lock was taken."""

    last_id: int
    last_recorded_at: datetime | None
    states: Mapping[Pair, tuple[int, bytes]] = field(default_factory=dict)
    tracking: Mapping[str, int] = field(default_factory=dict)
    keys: Mapping[bytes, KeyRow] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One row of stored_events to insert."""

    stream: UUID
    version: int
    topic: str
    state: bytes
    id: int


Verdict = Stored | Exception
Stamp = Callable[[bytes, datetime], bytes]


@dataclass
class Decision:
    """The rows of one commit, and what each append is told once it is durable."""

    rows: list[Row] = field(default_factory=list)
    accepted: list[tuple[Append, Stored]] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    def left(self, before: Ground) -> Ground:
        """How the log ends once this is stored on what it held before."""
        for _, stored in reversed(self.accepted):
            if stored.ids:
                return Ground(stored.position, stored.recorded_at)
        return Ground(before.last_id, before.last_recorded_at)


def decide_batch(
    appends: Sequence[Append],
    ground: Ground,
    now: datetime,
    stamp: Stamp | None,
    lost: Mapping[int, Sequence[bytes]],
) -> Decision:
    """Accepts each append or refuses it alone; ids are contiguous, `recorded_at` never before its predecessor's.

    `lost` holds, by index, the states an earlier attempt stamped before its connection died with the outcome
    unknown: an append that stands with exactly those bytes is done, not refused.
    """
    recorded_at = now if ground.last_recorded_at is None else max(now, ground.last_recorded_at)
    decision = Decision()
    taken: set[Pair] = set()
    tracked = dict(ground.tracking)
    keys: dict[bytes, KeyRow] = dict(ground.keys)
    next_id = ground.last_id + 1
    for index, append in enumerate(appends):
        verdict = _done_before(append, ground, lost.get(index)) or _refusal(append, ground, taken, tracked, keys)
        if verdict is None:
            recorded_at = max(recorded_at, append.not_before or recorded_at)
            rows = [
                Row(
                    stream_of(event),
                    event.originator_version,
                    event.topic,
                    stamp(event.state, recorded_at) if stamp else event.state,
                    next_id + place,
                )
                for place, event in enumerate(append.events)
            ]
            next_id += len(rows)
            taken.update((row.stream, row.version) for row in rows)
            verdict = Stored([row.id for row in rows], recorded_at if rows else None, len(appends))
            if append.tracking is not None:
                tracked[append.tracking.application_name] = append.tracking.notification_id
            if append.command is not None:
                command = append.command
                keys[command.key_digest] = KeyRow(
                    command.request_digest, command.reference, command.version, verdict.position, command.status
                )
            decision.rows.extend(rows)
            decision.accepted.append((append, verdict))
        decision.verdicts.append(verdict)
    return decision


def _done_before(append: Append, ground: Ground, stamped: Sequence[bytes] | None) -> Stored | None:
    if stamped is None:
        return None
    ids = []
    for event, state in zip(append.events, stamped, strict=True):
        found = ground.states.get((stream_of(event), event.originator_version))
        if found is None or found[1] != state:
            return None
        ids.append(found[0])
    if ids:
        return Stored(ids, None)
    tracking = append.tracking
    if tracking is not None and ground.tracking.get(tracking.application_name) == tracking.notification_id:
        return Stored([], None)
    return None


def _refusal(
    append: Append,
    ground: Ground,
    taken: set[Pair],
    tracked: Mapping[str, int],
    keys: Mapping[bytes, KeyRow],
) -> Exception | None:
    command = append.command
    if command is not None and (row := keys.get(command.key_digest)) is not None:
        return AlreadyDone(row) if row.request_digest == command.request_digest else KeyUsedOtherwise()
    own: set[Pair] = set()
    for event in append.events:
        pair = (stream_of(event), event.originator_version)
        if pair in ground.states or pair in taken or pair in own:
            return StaleVersion(f"Version {pair[1]} of the stream stands already.")
        own.add(pair)
    for stream, version in append.rests_on:
        if (stream, version + 1) in ground.states or (stream, version + 1) in taken:
            return StaleVersion("A stream that this rests on has moved on.")
    tracking = append.tracking
    if tracking is not None and tracked.get(tracking.application_name, -1) >= tracking.notification_id:
        return AlreadyProcessed(f"{tracking.application_name} is past {tracking.notification_id}.")
    return None
