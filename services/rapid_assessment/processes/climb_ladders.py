"""Each empty seat of an open team climbs its own ladder, by itself, until it is filled and not before.

It goes on when somebody says no, cannot be reached or is out of the case, when a seat opens again, and when whoever is
asked has been silent for the time of their rung. One that rests looks every few minutes for whoever came meanwhile.
What is next due lies in the database, written in the commit of what it follows from: a process that dies loses no rung.
Two that act at once are told apart by the versions of ladder and team. Where this house sends nothing, nobody is called
by it: the coordinator is told and asks people.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from uuid import UUID

import msgspec

from contracts.events.rapid_assessment import TeamOpened
from contracts.jurisdictions import Seat
from contracts.language import Event, Refused
from services.kernel.batch import Effect
from services.kernel.due import DueMoment, Fired
from services.kernel.due_moments import at
from services.kernel.store import Change, Changes, Loaded
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.rapid_assessment.cases import LADDER, Cases, ladder_of
from services.rapid_assessment.ladder import ladder as ladders
from services.rapid_assessment.ladder.events import LadderWaits, NobodyLeft, RungReached, StartAwaited
from services.rapid_assessment.ladder.ladder import Call, InOrder, Ladder, WhyNobody
from services.rapid_assessment.ranking import Order
from services.rapid_assessment.responder.state import Responder
from services.rapid_assessment.seat_order import answered, emptied_since, reached_since
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.decisions import Candidate
from services.rapid_assessment.team.events import (
    AccountExcluded,
    ConflictDeclared,
    SeatAccepted,
    SeatDeclined,
    SeatFellSilent,
    SeatLapsed,
    SeatProposed,
    SeatReleased,
    SeatUnreached,
    SeatVacated,
)
from services.rapid_assessment.team.state import Team, evolve

MOMENT = "ladder"
"""The kind of the moment at which a ladder is looked at."""

CLIMBING: tuple[type[Event], ...] = (
    TeamOpened,
    SeatProposed,
    SeatAccepted,
    SeatFellSilent,
    SeatDeclined,
    SeatReleased,
    SeatLapsed,
    SeatUnreached,
    SeatVacated,
    ConflictDeclared,
    AccountExcluded,
)
OrderFor = Callable[[Loaded[Team], Seat, datetime], Awaitable[Order]]


@dataclass
class _Climbed:
    """What one look at the ladders of a team leads to, of which this was `told`, and maybe more since it was loaded.

    `by_hand` is the seat for which a person just asked somebody.
    """

    team: Team
    told: Sequence[Happening]
    by_hand: str = ""
    of_team: list[Event] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    rests_on: dict[UUID, Loaded[Responder]] = field(default_factory=dict)


class ClimbLadders:
    """Reacts to this service's own events, and to the moments that ladders set."""

    def __init__(self, cases: Cases, order_for: OrderFor, time: TimeSource, *, sends: Callable[[], bool]) -> None:
        """`sends` says whether this house sends anything at this moment."""
        self._cases = cases
        self._order_for = order_for
        self._time = time
        self._sends = sends

    async def __call__(self, happening: Happening) -> Changes | None:
        if not isinstance(happening.event, CLIMBING):
            return None
        now, team = self._time.now(), await self._cases.team(happening.stream)
        told = await self._cases.store.happenings(team.id)
        if _overtaken(happening, told):
            return None
        climbed = _Climbed(team.state, told, by_hand=_by_hand(happening, told))
        for seat in decisions.seats_of(team.state, self._cases.jurisdiction):
            ladder = await self._cases.ladder(team.id, seat.seat)
            await self._look(climbed, team, ladder, seat, now, happening.event)
        return _changes(climbed, team)

    async def on_time(self, due: DueMoment, now: datetime) -> Fired | None:
        """The timer for moments of the kind `ladder`; state decides whether one still matters."""
        ladder = await self._cases.store.load(LADDER, due.clock)
        team = await self._cases.team(ladder.state.team)
        climbed = _Climbed(team.state, await self._cases.store.happenings(team.id))
        # A team that opened again may have other seats: a ladder of one it had before has nothing left to do.
        for seat in decisions.seats_of(team.state, self._cases.jurisdiction):
            if seat.seat == ladder.state.seat:
                await self._look(climbed, team, ladder, seat, now, None)
        changes = _changes(climbed, team)
        return Fired(ladder, changes, now) if changes else None

    async def _look(
        self,
        climbed: _Climbed,
        team: Loaded[Team],
        ladder: Loaded[Ladder],
        seat: Seat,
        now: datetime,
        why: Event | None,
    ) -> None:
        """One seat, with what the ladders of the seats before it led to."""
        state, on_team = ladder.state, climbed.team.seat(seat.seat)
        if on_team.filled:
            _add(climbed, ladder, await self._await(climbed, state, seat, now, why), now)
            return
        if climbed.team.phase != "open":
            return
        events: list[Event] = []
        if state.opening != climbed.team.opening:
            rule = self._cases.jurisdiction.ladder_at(seat.seat, climbed.team.county, now)
            events.append(ladders.open_ladder(team.id, seat.seat, climbed.team.opening, rule))
            state = ladders.evolve(state, events[0])
        asked = on_team.proposed
        # By the log, and not by what is reacted to: two seats may have opened before either is heard of.
        opened = emptied_since(climbed.told, seat, ladder.position)
        if asked is not None and asked == on_team.named and _left(why, seat):
            # Handed over: the proposal of the same commit comes next, and is waited for then.
            pass
        elif asked is not None and (asked != state.asked or opened or climbed.by_hand == seat.seat):
            events.append(ladders.wait_for(state, asked, now))
        elif opened or _goes_on(state, asked, seat, why, now):
            state = ladders.begun_anew(state) if opened else state
            events += await self._climb(climbed, team, state, seat, now)
        _add(climbed, ladder, events, now)

    async def _await(
        self, climbed: _Climbed, ladder: Ladder, seat: Seat, now: datetime, why: Event | None
    ) -> list[Event]:
        """Whoever the ladder called and who accepted says that they are on their way, or leaves the seat again.

        A child who was seen needs nobody to come, and whom a coordinator asked is theirs to look after. Whoever handed
        the seat over looks after nobody, so whom they named is waited for, too.
        """
        held = climbed.team.seat(seat.seat)
        if isinstance(why, SeatAccepted) and (why.seat, why.responder) == (seat.seat, held.held_by):
            kept = self._cases.jurisdiction.ladder_kept(ladder.name, ladder.version)
            awaited = ladder.calls(why.responder) or held.named == why.responder
            if kept is None or kept.under_way_minutes is None or not awaited:
                return []
            return [ladders.await_start(ladder, why.responder, kept.under_way_minutes, now)]
        if ladder.awaits is None or ladder.awaits_until is None or now < ladder.awaits_until:
            return []
        if (await self._cases.contact(climbed.team.tip)).state.made_at is None:
            silent = decisions.fall_silent(climbed.team, seat.seat, ladder.awaits)
            climbed.of_team += silent
            climbed.team = reduce(evolve, silent, climbed.team)
        return []

    async def _climb(
        self, climbed: _Climbed, team: Loaded[Team], ladder: Ladder, seat: Seat, now: datetime
    ) -> list[Event]:
        """The next who can be asked, and the proposal; else that nobody is left, unless that stands already."""
        called, sends = ladder, self._sends()
        if sends:
            stands = replace(team, state=_unasked(climbed.team, seat))
            order = await self._order_for(stands, seat, now)
            silent = set(ladder.passes_over(now)).difference(reached_since(climbed.told, seat, order.people))
            done = {*answered(climbed.told), *silent}
            callable_now = [each for each in order.people if not each.declined and each.account not in done]
            in_order = [InOrder(each.account, each.place) for each in callable_now]
            people = await self._cases.candidates(Team(), *(each.account for each in callable_now))
            kinds = {each.id: [channel.kind for channel in each.state.channels] for each in people.responders}
            while call := ladders.next_call(called, in_order, done, kinds):
                proposed = _proposed(stands.state, seat, call, people.people, now)
                reached = ladders.reach(called, call, now)
                if proposed:
                    climbed.of_team += proposed
                    climbed.team = reduce(evolve, proposed, climbed.team)
                    climbed.rests_on |= {each.id: each for each in people.responders if each.id == call.account}
                    return [reached]
                # By what is on record at this moment they cannot be asked: the list was a moment behind.
                called = ladders.evolve(called, reached)
        if ladder.rests:
            # That nobody is left is told once: it is looked again, and nothing else is to be put on record.
            every = ladders.LOOKS_EVERY if sends else ladders.rests_for(ladder)
            looks_at = ladders.looks_at(ladder.until or now, now, every)
            climbed.effects.append(at(ladder_of(team.id, seat.seat), MOMENT, looks_at))
            return []
        why = WhyNobody.NOBODY_NAMED if sends else WhyNobody.NOTHING_SENT
        return [ladders.rest(ladder, why, now)]


def _by_hand(happening: Happening, told: Sequence[Happening]) -> str:
    """The seat of a proposal that was a person's choice; what this service does by itself bears its own name.

    None of one that is heard of late, when another was asked since: their time is that of whoever asked them.
    """
    event = happening.event
    if not isinstance(event, SeatProposed) or happening.origin.actor.startswith("service:"):
        return ""
    since = (each.event for each in told[happening.version :])
    asked_since = any(isinstance(each, SeatProposed) and each.seat == event.seat for each in since)
    return "" if asked_since else event.seat


def _overtaken(happening: Happening, told: Sequence[Happening]) -> bool:
    """Whether the team opened anew since, or somebody else was asked than whom nothing reached.

    Of either this is told, too. Whoever is asked now has their time to answer.
    """
    event = happening.event
    return any(
        isinstance(each.event, TeamOpened)
        or (isinstance(event, SeatUnreached) and isinstance(each.event, SeatProposed) and each.event.seat == event.seat)
        for each in told[happening.version :]
    )


def _goes_on(ladder: Ladder, asked: UUID | None, seat: Seat, why: Event | None, now: datetime) -> bool:
    """Whether it is time to call the next. One that rests has passed over whoever was asked last already.

    Without anything that happened it is the time that came: one that rests looks whether anybody came.
    """
    if ladder.rests:
        return why is None or not ladder.waits(now)
    unreached = isinstance(why, SeatUnreached) and (why.seat, why.responder) == (seat.seat, asked)
    return asked is None or unreached or not ladder.waits(now)


def _left(why: Event | None, seat: Seat) -> bool:
    """Whether somebody just said no to the seat, or left it."""
    return isinstance(why, SeatDeclined | SeatReleased) and why.seat == seat.seat


def _unasked(team: Team, seat: Seat) -> Team:
    """With nobody asked for the seat: whoever is asked may be called by another rung, too."""
    seats = {**team.seats, seat.seat: msgspec.structs.replace(team.seat(seat.seat), proposed=None)}
    return msgspec.structs.replace(team, seats=seats)


def _proposed(team: Team, seat: Seat, call: Call, people: Mapping[UUID, Candidate], now: datetime) -> Sequence[Event]:
    """Nothing where a rule says no."""
    candidate = people.get(call.account)
    if candidate is not None and call.rung.who != "callable":
        # Who takes turns may be asked at any hour.
        candidate = msgspec.structs.replace(candidate, on_rota=True)
    try:
        return decisions.propose(team, seat, candidate, now)
    except Refused:
        return ()


def _add(climbed: _Climbed, ladder: Loaded[Ladder], events: Sequence[Event], now: datetime) -> None:
    if not events:
        return
    climbed.changes.append(Change(ladder.id, ladder.version, events))
    climbed.effects += [at(ladder.id, MOMENT, moment) for event in events for moment in _moments(event, now)]


def _moments(event: Event, now: datetime) -> Sequence[datetime]:
    """When a ladder is looked at because of this."""
    match event:
        case RungReached(until=until) | LadderWaits(until=until) | StartAwaited(until=until):
            return [until]
        case NobodyLeft(again_at=until, why=WhyNobody.NOTHING_SENT):
            return [until]
        case NobodyLeft(again_at=until):
            return [ladders.looks_at(until, now, ladders.LOOKS_EVERY), until]
        case _:
            return []


def _changes(climbed: _Climbed, team: Loaded[Team]) -> Changes | None:
    if not climbed.changes and not climbed.effects and not climbed.of_team:
        return None
    of_team = [Change(team.id, team.version, climbed.of_team)] if climbed.of_team else []
    rests_on = list(climbed.rests_on.values())
    # What was decided on the team as it stood is decided again when it changes meanwhile.
    stood = [] if of_team else [team]
    return Changes([*of_team, *climbed.changes], climbed.effects, [*rests_on, *stood])
