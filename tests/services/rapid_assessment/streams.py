"""Streams in memory, for tests of reactions: what a reaction decided is appended, and it may be asked again."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

from contracts.events.tips import TipCorrected, TipLinked, TipReceived, TipScreened
from contracts.language import Event
from services.kernel.clock import CLOCK_EVENTS
from services.kernel.http.gate import Gate
from services.kernel.store import Changes, EventStore, Kind, Loaded
from services.kernel.stored_form import Happening, Origin
from services.kernel.time_source import HeldTime
from services.rapid_assessment.cases import CONTACT_RULE, TEAM_RULE, Cases
from services.rapid_assessment.main import DEFINITION
from tests.services.rapid_assessment.given import MISSISSIPPI, PERSON, TIP
from tests.support.running_service import NOON

S = TypeVar("S")
GATE = Gate(DEFINITION.policies.read_text())
ORIGIN = Origin(
    actor="service:tests", agency="", command_id=uuid4(), causation_id=None, correlation_id=TIP, policy="tests"
)


class Streams:
    """Loads and appends like the event store; a change decided on another version fails the test."""

    def __init__(self) -> None:
        self.events: dict[UUID, list[Happening]] = defaultdict(list)
        self.all: list[Happening] = []

    async def load(self, kind: Kind[S], stream: UUID, *, until: int | None = None) -> Loaded[S]:
        state, told = kind.initial, self.events[stream][:until]
        for happening in told:
            state = kind.evolve(state, happening.event)
        last, position = (told[-1].event_id, told[-1].position) if told else (None, 0)
        return Loaded(stream, state, len(told), TIP if told else None, last, position=position)

    async def happenings(self, stream: UUID) -> Sequence[Happening]:
        return list(self.events[stream])

    def append(self, changes: Changes | None, at: datetime) -> Sequence[Happening]:
        """What one reaction decided: every stream once, each on the version it stands at."""
        new: list[Happening] = []
        for change in changes.streams if changes else ():
            assert change.after == len(self.events[change.stream]), "decided on another version"
            assert change.events, "a change without events"
            new.extend(self.add(change.stream, event, at) for event in change.events)
        return new

    def add(self, stream: UUID, event: Event, at: datetime) -> Happening:
        """One event more, by somebody else's decision."""
        told = self.events[stream]
        happening = happening_of(event, stream=stream, version=len(told) + 1, at=at, position=len(self.all) + 1)
        told.append(happening)
        self.all.append(happening)
        return happening


class Case:
    """This service's streams with its time, and what the tips service may tell it."""

    def __init__(self) -> None:
        self.streams = Streams()
        self.time = HeldTime(NOON)
        self.cases = Cases(cast("EventStore", self.streams), GATE, MISSISSIPPI, self.time)

    async def tell(self, handler: Any, event: Event | Happening, stream: UUID = TIP) -> Sequence[Happening]:
        """Gives the event to a reaction, and answers what followed."""
        happening = event if isinstance(event, Happening) else happening_of(event, stream=stream, at=self.time.now())
        return self.streams.append(await handler(happening), self.time.now())

    def names(self, *types: type[Event]) -> list[str]:
        """What happened here, in order; of some types only."""
        return [each.event.NAME for each in self.streams.all if not types or isinstance(each.event, types)]

    def clock_names(self, rule: str = TEAM_RULE) -> list[str]:
        """What happened to the clocks of a rule."""
        ours = [each.event for each in self.streams.all if isinstance(each.event, CLOCK_EVENTS)]
        return [event.NAME for event in ours if getattr(event, "rule", "") == rule]

    def clocks(self) -> list[UUID]:
        """The streams that are clocks."""
        return [
            stream for stream, told in self.streams.events.items() if told and told[0].event.NAME == "clock.started"
        ]


RULES = (TEAM_RULE, CONTACT_RULE)


def happening_of(
    event: Event, *, stream: UUID = TIP, version: int = 1, at: datetime = NOON, position: int = 0
) -> Happening:
    return Happening(
        stream=stream,
        version=version,
        event_id=uuid4(),
        happened_at=at,
        origin=ORIGIN,
        event=event,
        position=position,
    )


def received(age: str, tip: UUID = TIP, *, at: datetime = NOON) -> TipReceived:
    return TipReceived(
        tip=tip, person=PERSON, received_at=at, channel="cps_hotline", county="Hinds", tribal_land=False, age=age
    )


def screened(age: str, tip: UUID = TIP, *, at: datetime = NOON) -> TipScreened:
    return TipScreened(tip=tip, person=PERSON, received_at=at, county="Hinds", age=age, exploitation="sex")


def corrected(age: str, tip: UUID = TIP, *, at: datetime = NOON) -> TipCorrected:
    return TipCorrected(tip=tip, person=PERSON, received_at=at, county="Hinds", tribal_land=False, age=age)


def linked(tip: UUID, other: UUID, first: UUID) -> TipLinked:
    return TipLinked(tip=tip, other=other, first=first)


HOUR = timedelta(hours=1)
