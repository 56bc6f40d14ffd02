"""A team with its ladders, climbed in memory: people in the order a test says, moments kept as the database would."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction, LadderRule, Rung, Seat
from contracts.language import Event
from services.kernel.due import DueMoment
from services.kernel.store import Changes, Loaded
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import ladder_of
from services.rapid_assessment.ladder import ladder as ladders
from services.rapid_assessment.ladder.ladder import Ladder
from services.rapid_assessment.processes.climb_ladders import CLIMBING, MOMENT, ClimbLadders
from services.rapid_assessment.ranking import Order, Place, Ranked
from services.rapid_assessment.responder.events import AvailabilityStated, CredentialRecorded, ResponderRegistered
from services.rapid_assessment.team.events import SeatDeclined, SeatReleased, SeatUnderWay
from services.rapid_assessment.team.state import Team
from tests.services.rapid_assessment.given import MISSISSIPPI, TEAM, VICTIM, YEAR, accepted, opened, text
from tests.services.rapid_assessment.streams import Case
from tests.support.running_service import NOON

MINUTE = timedelta(minutes=1)
SEAT = VICTIM.seat
ON_CALL, SECOND, THIRD = (UUID(int=number) for number in (101, 102, 103))
RUNGS = (
    Rung(rung=1, who="on_call", minutes=5),
    Rung(rung=2, who="on_call", by=("voice",), minutes=10),
    Rung(rung=3, who="next", minutes=10),
)


def rule(seat: str, rungs: Sequence[Rung] = RUNGS) -> LadderRule:
    return LadderRule(
        ladder=seat,
        version=7,
        seat=seat,
        county=None,
        in_force_from=NOON.date() - timedelta(days=400),
        rungs=tuple(rungs),
        asked_minutes=30,
        again_minutes=60,
        under_way_minutes=45,
        told=("cps_coordinator", "statewide_coordinator"),
        source="a test",
        confidence="U",
        note=None,
    )


def tables(rungs: Sequence[Rung] = RUNGS) -> Jurisdiction:
    rules = tuple(rule(seat.seat, rungs) for seat in MISSISSIPPI.seats)
    return msgspec.structs.replace(MISSISSIPPI, ladders=rules)


def ranked(account: UUID, place: Place, *, declined: bool = False, proven_at: datetime | None = None) -> Ranked:
    return Ranked(
        account=account,
        agency="CVP",
        place=place,
        rota=None,
        km=None,
        load=0,
        certified_until=NOON + YEAR,
        proven_at=proven_at,
        declined=declined,
    )


def order(*people: Ranked) -> Order:
    return Order(people=list(people), left_out=[])


def opened_ladder(seat: str, rungs: Sequence[Rung] = RUNGS) -> Ladder:
    return ladders.evolve(Ladder(), ladders.open_ladder(TEAM, seat, 1, rule(seat, rungs)))


class Climbing(Case):
    """`people` are, for each seat, those of its rota: the first on call. Only seats named there have any."""

    def __init__(self, people: dict[str, list[UUID]], *, sends: bool = True, rungs: Sequence[Rung] = RUNGS) -> None:
        super().__init__()
        self.people = people
        self.proven: dict[UUID, datetime] = {}
        self.cases = replace(self.cases, jurisdiction=tables(rungs))
        self.climb = ClimbLadders(self.cases, self.order_for, self.time, sends=lambda: sends)
        self.moments: dict[UUID, set[datetime]] = {}
        self.seen = 0

    async def order_for(self, team: Loaded[Team], seat: Seat, now: datetime) -> Order:
        """As ranked by a rota, without whoever sits on the team, is kept out of it, or has no credential any more."""
        out = {*team.state.members, *team.state.excluded}
        people = self.people.get(seat.seat, [])
        loaded = (await self.cases.candidates(Team(), *people)).people
        fit = [who for who in people if who in loaded and loaded[who].valid_for(seat, now)]
        places = [Place.ON_CALL if who == people[0] else Place.NEXT for who in people]
        by_place = dict(zip(people, places, strict=True))
        return order(*(ranked(who, by_place[who], proven_at=self.proven.get(who)) for who in fit if who not in out))

    def certify(self, *, until: datetime = NOON + YEAR) -> None:
        """Everybody is on the list, with a credential for each seat they are on a rota for."""
        for seat, people in self.people.items():
            needs = MISSISSIPPI.seat(seat)
            for who in people:
                if not self.streams.events[who]:
                    self.streams.add(who, ResponderRegistered(account=who, agency="CVP"), NOON)
                    hours = AvailabilityStated(account=who, since=NOON - YEAR, until=NOON + YEAR)
                    self.streams.add(who, hours, NOON)
                recorded = CredentialRecorded(
                    account=who,
                    kind=needs.credential,
                    issuer=needs.issuers[0],
                    valid_from=NOON - YEAR,
                    valid_until=until,
                )
                self.streams.add(who, recorded, NOON)

    async def open(self) -> None:
        self.certify()
        await self.happens(opened())

    async def happens(self, *events: Event) -> None:
        """On the team; the reaction sees it, and what it leads to."""
        for event in events:
            self.streams.add(TEAM, event, self.time.now())
        await self.react()

    async def react(self) -> None:
        """Takes the log from where it was left."""
        while self.seen < len(self.streams.all):
            happening = self.streams.all[self.seen]
            self.seen += 1
            if happening.stream == TEAM and isinstance(happening.event, CLIMBING):
                self.commit(await self.climb(happening))

    async def pass_(self, by: timedelta) -> None:
        """Time passes; each moment that comes is looked at when it came, as by the worker."""
        until = self.time.now() + by
        while due := min(((at, of) for of, moments in self.moments.items() for at in moments), default=None):
            at, of = due
            if at > until:
                break
            self.time.turn(max(at - self.time.now(), timedelta()))
            await self.fire(of, at)
        self.time.turn(until - self.time.now())

    async def fire(self, ladder: UUID, at: datetime, *, dies: bool = False) -> None:
        """The worker at one moment. Where it dies between its append and the removal of the row, the row stays."""
        fired = await self.climb.on_time(DueMoment(ladder, MOMENT, at), self.time.now())
        self.commit(fired.changes if fired else None)
        if not dies:
            self.moments[ladder].discard(at)
        await self.react()

    def commit(self, changes: Changes | None) -> Sequence[Happening]:
        """Rows of moments are written with the events, or not at all."""
        for effect in changes.effects if changes else ():
            assert isinstance(effect.parameters, tuple)
            ladder, _, at = effect.parameters
            self.moments.setdefault(ladder, set()).add(at)
        return self.streams.append(changes, self.time.now())

    async def ladder(self, seat: str) -> Ladder:
        return (await self.cases.ladder(TEAM, seat)).state

    async def team(self) -> Team:
        return (await self.cases.team(TEAM)).state

    async def asked(self, seat: str) -> UUID | None:
        return (await self.team()).seat(seat).proposed

    def told_of(self, seat: str) -> list[str]:
        """What happened to the ladder of a seat."""
        return [each.event.NAME for each in self.streams.events[ladder_of(TEAM, seat)]]

    def seen_at(self, event: Event) -> int:
        """Where in the log it stands."""
        return next(place for place, each in enumerate(self.streams.all) if each.event == event)


def climbing(*, sends: bool = True) -> Climbing:
    return Climbing({SEAT: [ON_CALL, SECOND, THIRD]}, sends=sends)


def declined(who: UUID = ON_CALL) -> SeatDeclined:
    return SeatDeclined(team=TEAM, seat=SEAT, responder=who, reason=text())


def released(who: UUID = ON_CALL) -> SeatReleased:
    return SeatReleased(team=TEAM, seat=SEAT, responder=who, reason=text())


def under_way(who: UUID = ON_CALL) -> SeatUnderWay:
    return SeatUnderWay(team=TEAM, seat=SEAT, responder=who)


async def accepted_by_ladder() -> Climbing:
    house = climbing()
    await house.open()
    await house.happens(accepted(VICTIM, ON_CALL))
    return house
