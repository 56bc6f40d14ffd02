"""One night of one case: the service's reactions, its timer, its messages, and what people do, all on one log.

Each reaction reads the log at its own pace. Whatever asks the database or a carrier for something may be interrupted
there, by what somebody else does or by the end of the process.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import msgspec
from eventsourcing.persistence import Tracking
from psycopg_pool import AsyncConnectionPool

from contracts.events.tips import TipCorrected
from contracts.jurisdictions import Area, Seat
from contracts.language import Event, Personal, Refused
from services.kernel.batch import StaleVersion
from services.kernel.bell import Bell
from services.kernel.due import DueWorker
from services.kernel.keys import KeyStore
from services.kernel.store import Change, Changes, EventStore, Loaded
from services.kernel.stored_form import Happening, Origin
from services.kernel.time_source import HeldTime
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.cases import RESPONDER, Cases
from services.rapid_assessment.ladder.events import NobodyLeft
from services.rapid_assessment.processes.climb_ladders import CLIMBING, MOMENT, ClimbLadders
from services.rapid_assessment.processes.open_team import OpenTeam
from services.rapid_assessment.processes.tell_asked import TellAsked
from services.rapid_assessment.processes.vacate_seats import VACATING, VacateSeats
from services.rapid_assessment.ranking import Order
from services.rapid_assessment.reaching import Reach
from services.rapid_assessment.responder.events import ChannelStated, ResponderRegistered
from services.rapid_assessment.responder.state import Responder
from services.rapid_assessment.rota.state import Rota, Rotation
from services.rapid_assessment.seat_messages import Leave, Message
from services.rapid_assessment.seat_order import Pool, order_from
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.decisions import Certificate
from services.rapid_assessment.team.events import SeatProposed
from services.rapid_assessment.team.hand_over import hand_over
from services.rapid_assessment.team.http import met_by
from services.rapid_assessment.team.state import Team
from services.rapid_assessment.views.roster import Row
from tests.services.rapid_assessment.given import DAY, MISSISSIPPI, REASON, TEAM, TIP
from tests.services.rapid_assessment.ladder.given import tables
from tests.services.rapid_assessment.messages import MessagesInMemory
from tests.services.rapid_assessment.night.memory import Died, Fault, Memory
from tests.services.rapid_assessment.streams import GATE, Streams, corrected
from tests.support.running_service import NOON

AN_HOUR = 6
"""So many messages within an hour for one person."""

AT_MOST = 300
"""Many more events than any moment leads to."""

CODE = re.compile(r"answer#(\S+)")
CARRIERS = {"email": "email://{address}", "voice": "voice://{address}"}
PEOPLE = tuple(UUID(int=number) for number in range(201, 207))
# One of them is certified for all three seats, and each seat has others besides.
ON_ROTA: Mapping[str, Sequence[UUID]] = {
    seat.seat: (PEOPLE[number], PEOPLE[5], PEOPLE[(number + 2) % 5]) for number, seat in enumerate(MISSISSIPPI.seats)
}
CHANNELS: Mapping[UUID, Sequence[str]] = {
    PEOPLE[0]: ("email",),
    PEOPLE[1]: ("email", "voice"),
    PEOPLE[2]: ("voice",),
    PEOPLE[3]: (),
    PEOPLE[4]: ("email",),
    PEOPLE[5]: ("email", "voice"),
}
Command = Callable[[], Awaitable[None]]


@dataclass
class Sent:
    """What a carrier was given. `known`: what it said is on record; `taken` is what it said."""

    at: datetime
    proposal: UUID
    responder: UUID
    kind: str
    marked: bool
    taken: bool
    known: bool = False


class Carrier:
    """Takes everything but what goes by a kind that is out of order."""

    def __init__(self, house: "Night") -> None:
        self.sent: list[Sent] = []
        self.out_of_order: set[str] = set()
        self._house = house

    async def send(self, address: str, title: str, text: str) -> bool:
        await self._house.memory.die()
        kind, _, whose = address.partition("://")
        found = CODE.search(text)
        assert found is not None
        proposal = self._house.proposal_of(found[1])
        sent = Sent(
            self._house.time.now(), proposal, UUID(whose), kind, "once more" in text, kind not in self.out_of_order
        )
        self._house.sends(sent)
        self.sent.append(sent)
        await self._house.memory.touch()
        return sent.taken


class Messages(MessagesInMemory):
    """Interrupted like everything else that the database is asked for."""

    def __init__(self, house: "Night") -> None:
        super().__init__(cast("Streams", _Log(house.memory)), an_hour=AN_HOUR)
        self._house = house

    async def begin(self, message: Message, channel: str, team_at: int, now: datetime) -> Leave:
        await self._house.memory.touch()
        leave = await super().begin(message, channel, team_at, now)
        await self._house.memory.die()
        return leave

    async def end(self, message: Message, channel: str, *, taken: bool) -> None:
        await self._house.memory.touch()
        await super().end(message, channel, taken=taken)
        self._house.carrier.sent[-1].known = True


class _Log:
    def __init__(self, memory: Memory) -> None:
        self.events = memory.streams


class _Keys:
    async def open(self, personal: Personal, event_id: UUID, field: str) -> str:
        return personal.text


class Night:
    """`sends` is told of each message at the moment it goes out."""

    def __init__(self, codes: AskCodes, sends: Callable[[Sent], None]) -> None:
        self.time = HeldTime(NOON)
        self.memory = Memory(self.time)
        self.codes = codes
        self.sends = sends
        self.carrier = Carrier(self)
        self.messages = Messages(self)
        self.list_of: Pool | None = None
        store = cast("EventStore", self.memory)
        self.cases = Cases(store, GATE, tables(), self.time)
        self.start()

    def start(self) -> None:
        """What a process that begins has: nothing but what is stored."""
        pool, cases = cast("AsyncConnectionPool", self.memory), self.cases
        reach = Reach(cases, cast("KeyStore", _Keys()), CARRIERS, self.carrier)
        origin = "https://muster.example"
        self.climb = ClimbLadders(cases, self.order_for, self.time, sends=lambda: True)
        self.open_team = OpenTeam(cases, self.time)
        tell = TellAsked(cases, reach, self.codes, self.on_call, self.messages, origin, self.time)
        self.reactions: Mapping[str, tuple[Any, tuple[type[Event], ...]]] = {
            "climb_ladders": (self.climb, CLIMBING),
            "tell_asked": (tell, (SeatProposed, NobodyLeft)),
            "vacate_seats": (VacateSeats(cases, pool), VACATING),
        }
        self.worker = DueWorker(pool, cases.store, self.time, Bell(), "service:rapid_assessment", "tests")
        self.worker.handle(MOMENT, self.climb.on_time)

    # What the service does by itself

    async def take(self, name: str, fault: Fault | None = None) -> None:
        """A reaction takes what is next in the log, if anything is."""
        handler, wanted = self.reactions[name]
        while (place := self.memory.taken[name]) < len(self.memory.log):
            happening = self.memory.log[place]
            if isinstance(happening.event, wanted):
                await self._react(handler, happening, Tracking(name, place + 1), fault)
                return
            self.memory.taken[name] = place + 1

    async def again(self, name: str, nth: int) -> None:
        """A reaction is given once more what it took before."""
        handler, wanted = self.reactions[name]
        taken = [each for each in self.memory.log[: self.memory.taken[name]] if isinstance(each.event, wanted)]
        if taken:
            await self._react(handler, taken[nth % len(taken)], None, None)

    async def _react(self, handler: Any, happening: Happening, tracking: Tracking | None, fault: Fault | None) -> None:
        self.memory.fault = fault
        try:
            while True:
                changes = await handler(happening) or Changes(())
                try:
                    await self.cases.store.append(
                        changes, _origin("service:rapid_assessment"), self.time.now(), tracking=tracking
                    )
                except StaleVersion:
                    continue
                return
        except Died:
            self.start()
        finally:
            self.memory.fault = None

    async def look(self, fault: Fault | None = None) -> None:
        """The timer handles what is due."""
        self.memory.fault = fault
        try:
            await self.worker.fire_due()
            assert all(at > self.time.now() for at in self.memory.due.values()), "a moment that came was not handled"
        except Died:
            self.start()
        finally:
            self.memory.fault = None

    async def catch_up(self) -> None:
        """Until there is nothing left to do at this moment."""
        stood = len(self.memory.log)
        while any(self.memory.taken[name] < len(self.memory.log) for name in self.reactions) or self._is_due():
            assert len(self.memory.log) < stood + AT_MOST, "it never comes to rest"
            for name in self.reactions:
                await self.take(name)
            await self.look()

    def _is_due(self) -> bool:
        return any(at <= self.time.now() for at in self.memory.due.values())

    async def pass_(self, by: timedelta) -> None:
        """Time passes, and everything is done when it is due."""
        until = self.time.now() + by
        await self.catch_up()
        while (at := min(self.memory.due.values(), default=until)) < until:
            self.time.turn(at - self.time.now())
            await self.catch_up()
        self.time.turn(until - self.time.now())
        await self.catch_up()

    async def order_for(self, team: Loaded[Team], seat: Seat, now: datetime) -> Order:
        """By the list as it stands, or as it stood when it was left behind."""
        pool = self.list_of or await self.list_now()
        return order_from(self.cases, pool, team, await self.cases.store.happenings(team.id), seat, now)

    async def list_now(self) -> Pool:
        people = [(await self.cases.store.load(RESPONDER, who)).state for who in PEOPLE]
        rows = {each.account: row_of(each) for each in people if not each.left}
        return Pool(rows, [rota_of(seat, who) for seat, who in ON_ROTA.items()], {})

    async def on_call(self, team: Team, seat: str, account: UUID) -> bool:
        return account == ON_ROTA[seat][0]

    def proposal_of(self, code: str) -> UUID:
        """The event by which the person was asked whom a message with this code asks."""
        asked = (each for each in reversed(self.memory.log) if isinstance(each.event, SeatProposed))
        return next(each.event_id for each in asked if self.codes.code(each.event_id) in code)

    # What people do

    async def begins(self) -> None:
        """Everybody is on the list, with the channels they stated; nobody is certified yet."""
        for who in PEOPLE:
            stated = [
                ChannelStated(account=who, kind=kind, address=Personal(person=who, text=str(who)))
                for kind in CHANNELS[who]
            ]
            await self.adds(who, ResponderRegistered(account=who, agency="CVP"), *stated)

    async def adds(self, stream: UUID, *events: Event) -> None:
        """By somebody else's decision."""
        change = Change(stream, len(self.memory.streams[stream]), events)
        await self.cases.store.append(Changes([change]), _origin(), self.time.now())

    async def tip_says(self, age: str) -> None:
        tip: TipCorrected = corrected(age)
        happening = Happening(
            stream=TIP, version=1, event_id=uuid4(), happened_at=self.time.now(), origin=_origin(), event=tip
        )
        await self._react(self.open_team, happening, None, None)

    async def does(self, what: str, seat: Seat, who: UUID) -> None:
        """What a person asks the service to do, and nothing where a rule says no."""
        team, now = await self.cases.team(TEAM), self.time.now()
        found = await self.cases.candidates(team.state, who, colleague_of(seat, who))
        try:
            events = self._decide(what, team.state, seat, who, found.people, now)
        except Refused:
            return
        met = await met_by(self.cases, team.state, events, now)
        of_team = [Change(team.id, team.version, events)] if events else []
        changes = Changes([*of_team, *met], rests_on=found.responders)
        await self.cases.store.append(changes, _origin(f"account:{who}"), now)

    def _decide(  # noqa: PLR0911  # one line a command
        self, what: str, team: Team, seat: Seat, who: UUID, people: Mapping[UUID, Any], now: datetime
    ) -> list[Event]:
        match what:
            case "asks":
                candidate = msgspec.structs.replace(people[who], on_rota=who in ON_ROTA[seat.seat])
                return decisions.propose(team, seat, candidate, now)
            case "accepts":
                return decisions.accept(team, seat, who, people, self.cases.jurisdiction, now)
            case "declines":
                return decisions.decline(team, seat, who, REASON)
            case "releases":
                return decisions.release(team, seat, REASON)
            case "hands over":
                to = people.get(colleague_of(seat, who))
                return hand_over(team, seat, who, to, ON_ROTA[seat.seat], REASON, now)
            case "conflict":
                return decisions.declare_conflict(team, who, REASON)[:1]
            case _:
                assert what == "under way"
                return decisions.say_under_way(team, seat, who)


def colleague_of(seat: Seat, who: UUID) -> UUID:
    """Whom somebody names in their place: the next of the rota."""
    of = ON_ROTA[seat.seat]
    return of[(of.index(who) + 1) % len(of)] if who in of else of[0]


def _origin(actor: str = "account:somebody") -> Origin:
    return Origin(actor=actor, agency="", command_id=uuid4(), causation_id=None, correlation_id=TIP, policy="tests")


def rota_of(seat: str, who: Sequence[UUID]) -> Rota:
    """One long turn."""
    turns = Rotation(
        rotation=uuid4(), participants=tuple(who), shift_hours=24 * 28, starts_at=NOON - DAY, since=NOON - DAY
    )
    return Rota(rota=uuid4(), seat=seat, area=Area(counties=("Hinds",)), rotations=(turns,))


def row_of(responder: Responder) -> Row:
    return Row(
        responder=responder.account,
        agency=responder.agency,
        since=None,
        until=None,
        certificates=tuple(msgspec.convert(responder.credentials, list[Certificate], from_attributes=True)),
        leave=(),
        channels={each.kind: each.proven_at for each in responder.channels},
        counties=("Hinds",),
        circuits=(),
        statewide=False,
        suspended=responder.suspended,
        lacks=responder.lacks,
    )
