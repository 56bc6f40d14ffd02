"""How an event lies in the log: the stored form, final from the first event on.

The library's two tables hold it; `state` is plain JSON, so its stock transcoder decodes every row. `recorded_at` is
the last member and is added under the append lock, when the rest is long encoded.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import msgspec
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from contracts.language import Event

E = TypeVar("E", bound=Event)


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Who caused an event, and why: the same for every event of one command."""

    actor: str
    agency: str
    command_id: UUID
    causation_id: UUID | None
    correlation_id: UUID
    policy: str


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One event on its way into a stream, or as it was read back (then with `position` and `recorded_at`)."""

    stream: UUID
    version: int
    event_id: UUID
    happened_at: datetime
    origin: Origin
    event: Event
    position: int = 0
    recorded_at: datetime | None = None

    @property
    def originator_id(self) -> UUID:
        """The stream, in the library's word."""
        return self.stream

    @property
    def originator_version(self) -> int:
        """The version, in the library's word."""
        return self.version


class Logged(msgspec.Struct, frozen=True, gc=False):
    """A row of the log: the library's `Notification` by the same names, which takes twelve times as long to make."""

    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    id: int


class _State(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: int
    event_id: UUID
    happened_at: datetime
    actor: str
    agency: str
    command_id: UUID
    causation_id: UUID | None
    correlation_id: UUID
    policy: str
    data: msgspec.Raw
    recorded_at: datetime | msgspec.UnsetType = msgspec.UNSET


class _Told(msgspec.Struct, Generic[E], frozen=True):
    """Of a state what is folded; the rest of it is passed over."""

    version: int
    data: E


class UnreadableEvent(Exception):
    """A stored event this code must not interpret. The message carries no data of the event."""


class UnknownName(UnreadableEvent):
    """No event of that name is known here."""


class OtherVersion(UnreadableEvent):
    """The event is of a version this code does not know: newer code wrote it."""


class BadState(UnreadableEvent):
    """The bytes are not the stored form."""


class Sealer(Protocol):
    """Seals the personal fields of an event; `event_id` and the field's path are bound into each seal."""

    def __call__(self, event: Event, event_id: UUID) -> Event: ...


@dataclass(frozen=True)
class Registry:
    """The closed list of events one service knows, by stored name."""

    events: Mapping[str, type[Event]]

    @classmethod
    def of(cls, *kinds: Iterable[type[Event]]) -> "Registry":
        """Raises ValueError when two types claim one name."""
        events: dict[str, type[Event]] = {}
        for kind in kinds:
            for event in kind:
                if events.setdefault(event.NAME, event) is not event:
                    raise ValueError(f"Two events are named {event.NAME}.")
        return cls(events)

    def type_for(self, name: str, version: int) -> type[Event]:
        """Raises `UnknownName` or `OtherVersion`."""
        event = self.events.get(name)
        if event is None:
            raise UnknownName(f"No event is named {name!r} here.")
        if event.VERSION != version:
            raise OtherVersion(f"{name} is stored in version {version}; this code knows version {event.VERSION}.")
        return event


def _plain(value: Any) -> Any:
    raise TypeError(f"{type(value).__name__} has no stored form.")


def stream_of(stored: StoredEvent | Logged) -> UUID:
    """The library allows text for it. To write out and read again what is one already takes a third of a mapping."""
    stream = stored.originator_id
    return stream if isinstance(stream, UUID) else UUID(stream)


class StructMapper(Mapper[UUID]):
    """Maps msgspec events, which the stock mapper cannot build. A name or version not known is refused."""

    def __init__(self, registry: Registry, seal: Sealer) -> None:
        super().__init__(transcoder=JSONTranscoder())
        self._registry = registry
        self._seal = seal
        self._encoder = msgspec.json.Encoder(enc_hook=_plain)
        self._state = msgspec.json.Decoder(_State)
        self._told: dict[str, msgspec.json.Decoder[_Told[Event]]] = {}

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Seals personal fields and encodes all but `recorded_at`."""
        happening: Happening = domain_event
        event = happening.event
        self._registry.type_for(event.NAME, event.VERSION)
        origin = happening.origin
        state = _State(
            version=event.VERSION,
            event_id=happening.event_id,
            happened_at=happening.happened_at.astimezone(UTC),
            actor=origin.actor,
            agency=origin.agency,
            command_id=origin.command_id,
            causation_id=origin.causation_id,
            correlation_id=origin.correlation_id,
            policy=origin.policy,
            data=msgspec.Raw(self._encoder.encode(self._seal(event, happening.event_id))),
        )
        return StoredEvent(happening.stream, happening.version, event.NAME, self._encoder.encode(state))

    def to_domain_event(self, stored_event: StoredEvent | Logged) -> Happening:
        """Raises `UnreadableEvent` for a name or version not known, or bytes that do not fit."""
        state = self._decode(stored_event)
        event_type = self._registry.type_for(stored_event.topic, state.version)
        try:
            event = msgspec.json.decode(state.data, type=event_type)
        except msgspec.MsgspecError as error:
            # The message would quote the data; the path alone says enough.
            raise BadState(f"The data of a {stored_event.topic} do not fit its type.") from error
        return Happening(
            stream=stream_of(stored_event),
            version=stored_event.originator_version,
            event_id=state.event_id,
            happened_at=state.happened_at,
            origin=Origin(
                actor=state.actor,
                agency=state.agency,
                command_id=state.command_id,
                causation_id=state.causation_id,
                correlation_id=state.correlation_id,
                policy=state.policy,
            ),
            event=event,
            position=getattr(stored_event, "id", 0),
            recorded_at=None if state.recorded_at is msgspec.UNSET else state.recorded_at,
        )

    def event_of(self, stored: StoredEvent | Logged) -> Event:
        """What happened, as `to_domain_event` reads it, for a third of the time: what surrounds it is passed over."""
        decoder = self._told.get(stored.topic) or self._told_of(stored.topic)
        try:
            told = decoder.decode(stored.state)
        except msgspec.MsgspecError:
            told = None
        if told is not None and told.version == told.data.VERSION:
            return told.data
        # What is wrong with it is said by the one that reads the whole.
        return self.to_domain_event(stored).event

    def _told_of(self, name: str) -> "msgspec.json.Decoder[_Told[Event]]":
        event = self._registry.events.get(name)
        if event is None:
            raise UnknownName(f"No event is named {name!r} here.")
        return self._told.setdefault(name, msgspec.json.Decoder(_Told[event]))  # type: ignore[valid-type]

    def _decode(self, stored_event: StoredEvent | Logged) -> _State:
        try:
            return self._state.decode(stored_event.state)
        except msgspec.MsgspecError as error:
            raise BadState(f"The state of a {stored_event.topic} is not the stored form.") from error


Stamp = Callable[[bytes, datetime], bytes]


def stamp_recorded_at(state: bytes, recorded_at: datetime) -> bytes:
    """Adds `recorded_at` as the last member of an encoded state."""
    if not state.endswith(b"}"):
        raise BadState("An encoded state ends with a brace.")
    moment = recorded_at.astimezone(UTC).isoformat().encode()
    return state[:-1] + b',"recorded_at":"' + moment + b'"}'


class _RecordedAt(msgspec.Struct):
    recorded_at: datetime | None = None


def recorded_at_of(state: bytes) -> datetime | None:
    """When a stored state was recorded; None for a row that is not of this form."""
    try:
        return msgspec.json.decode(state, type=_RecordedAt).recorded_at
    except msgspec.MsgspecError:
        return None
