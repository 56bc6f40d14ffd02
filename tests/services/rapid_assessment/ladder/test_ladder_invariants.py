"""What must always hold of ladders, whatever people do, whenever a process dies, in whatever order.

The machine keeps its own book of who answered and compares what the ladders did with it.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.events.rapid_assessment import TeamFormed
from contracts.jurisdictions import Seat
from contracts.language import Event, Refused
from services.rapid_assessment.cases import ladder_of
from services.rapid_assessment.ladder.events import RungReached, StartAwaited
from services.rapid_assessment.processes.climb_ladders import CLIMBING
from services.rapid_assessment.responder.events import CredentialWithdrawn
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.events import (
    ConflictDeclared,
    SeatAccepted,
    SeatDeclined,
    SeatFellSilent,
    SeatReleased,
    SeatUnderWay,
    SeatUnreached,
)
from services.rapid_assessment.team.hand_over import hand_over
from services.rapid_assessment.team.state import Team
from tests.services.rapid_assessment.given import MISSISSIPPI, REASON, TEAM, opened, stood_down
from tests.services.rapid_assessment.ladder.given import MINUTE, Climbing

PEOPLE = tuple(UUID(int=number) for number in range(201, 207))
# One of them is certified for all three seats, and each seat has others besides.
ROTAS = {seat.seat: [PEOPLE[number], PEOPLE[5], PEOPLE[number + 2]] for number, seat in enumerate(MISSISSIPPI.seats)}
people, seats = st.sampled_from(PEOPLE), st.sampled_from(MISSISSIPPI.seats)
minutes = st.integers(1, 90)


class LadderMachine(RuleBasedStateMachine):
    """Coordinators, responders, timers and crashes act on the ladders of one team at random."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.house = Climbing(ROTAS)
        self.looked_at = 0
        self.answered: set[UUID] = set()
        self.out: set[UUID] = set()

    def teardown(self) -> None:
        self.loop.close()

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(what)

    @initialize()
    def a_team_opens(self) -> None:
        self.run(self.house.open())

    @rule(by=minutes)
    def time_passes(self, by: int) -> None:
        self.run(self.house.pass_(by * MINUTE))
        for seat in MISSISSIPPI.seats:
            ladder, held = self.run(self.house.ladder(seat.seat)), self.team.seat(seat.seat)
            if held.filled and held.held_by == ladder.awaits and not held.under_way:
                assert self.house.time.now() < ladder.awaits_until, "a second clock never ended"

    @rule(by=minutes, seat=seats)
    def the_worker_dies_after_a_look(self, by: int, seat: Seat) -> None:
        """The row stays, and comes again."""
        self.house.time.turn(by * MINUTE)
        ladder = ladder_of(TEAM, seat.seat)
        for at in sorted(self.house.moments.get(ladder, ())):
            if at <= self.house.time.now():
                self.run(self.house.fire(ladder, at, dies=True))
                self.run(self.house.fire(ladder, at))

    @rule(nth=st.integers(0, 50))
    def a_reaction_is_asked_again_after_a_crash(self, nth: int) -> None:
        """What it decided before was not stored, or it would not be asked again; so nothing that stands is undone."""
        of_team = [each for each in self.house.streams.events[TEAM] if isinstance(each.event, CLIMBING)]
        self.run(self.house.climb(of_team[nth % len(of_team)]))

    @rule(seat=seats, who=people)
    def coordinator_asks(self, seat: Seat, who: UUID) -> None:
        self.attempt(lambda team: decisions.propose(team, seat, self.candidates(who).get(who), self.house.time.now()))

    @rule(seat=seats)
    def whoever_is_asked_accepts(self, seat: Seat) -> None:
        who = self.team.seat(seat.seat).proposed
        if who is not None:
            self.accepts(seat, who)

    @rule(seat=seats, who=people)
    def somebody_accepts_whether_asked_or_not(self, seat: Seat, who: UUID) -> None:
        self.accepts(seat, who)

    @rule(seat=seats)
    def whoever_is_asked_says_no(self, seat: Seat) -> None:
        who = self.team.seat(seat.seat).proposed
        if who is not None:
            self.attempt(lambda team: decisions.decline(team, seat, who, REASON))

    @rule(seat=seats, to=people)
    def whoever_is_asked_or_holds_it_names_a_colleague(self, seat: Seat, to: UUID) -> None:
        stands = self.team.seat(seat.seat)
        who = stands.proposed or stands.held_by
        if who is not None:
            fit, now = set(PEOPLE) - self.answered, self.house.time.now()
            colleague = self.candidates(to).get(to)
            self.attempt(lambda team: hand_over(team, seat, who, colleague, fit, REASON, now))

    @rule(seat=seats)
    def nothing_reaches_whoever_is_asked(self, seat: Seat) -> None:
        who = self.team.seat(seat.seat).proposed
        if who is not None:
            unreached = SeatUnreached(team=TEAM, seat=seat.seat, responder=who, refused=())
            self.attempt(lambda _team: [unreached])

    @rule(seat=seats)
    def a_holder_is_on_the_way(self, seat: Seat) -> None:
        who = self.team.seat(seat.seat).held_by
        if who is not None:
            self.attempt(lambda team: decisions.say_under_way(team, seat, who))

    @invariant()
    def each_second_clock_ends_at_most_once(self) -> None:
        """In silence, or because whoever is waited for was heard of or left."""
        waited: dict[str, UUID] = {}
        for each in self.house.streams.all:
            match each.event:
                case StartAwaited() as event:
                    waited[event.seat] = event.responder
                case SeatFellSilent() as event:
                    assert waited.pop(event.seat) == event.responder, "silent, and not waited for"
                case SeatUnderWay() as event:
                    waited.pop(event.seat, None)
                case _:
                    pass

    @rule(seat=seats)
    def a_holder_leaves(self, seat: Seat) -> None:
        self.attempt(lambda team: decisions.release(team, seat, REASON))

    @rule(who=people)
    def somebody_has_a_conflict(self, who: UUID) -> None:
        self.attempt(lambda team: decisions.declare_conflict(team, who, REASON)[:1])

    @rule(seat=seats)
    def a_holder_loses_their_credential(self, seat: Seat) -> None:
        who = self.team.seat(seat.seat).held_by
        if who is not None:
            withdrawn = CredentialWithdrawn(
                account=who, kind=seat.credential, issuer=seat.issuers[0], withdrawn_at=self.house.time.now()
            )
            self.house.streams.add(who, withdrawn, self.house.time.now())

    @rule()
    def the_team_ends_and_opens_again(self) -> None:
        number = self.team.opening + 1
        self.answered.clear()
        self.run(self.house.happens(stood_down(), opened(number)))

    @invariant()
    def nobody_is_called_by_a_ladder_after_their_answer(self) -> None:
        for each in self.house.streams.all[self.looked_at :]:
            match each.event:
                case SeatAccepted() | SeatDeclined() | SeatReleased() as event:
                    self.answered.add(event.responder)
                case ConflictDeclared() as event:
                    self.out.add(event.responder)
                case RungReached() as event:
                    assert event.responder not in self.answered | self.out, "called after an answer"
                case _:
                    pass
        self.looked_at = len(self.house.streams.all)

    @invariant()
    def each_empty_seat_climbs_and_no_rung_is_lost(self) -> None:
        if self.team.phase != "open":
            return
        for seat in MISSISSIPPI.seats:
            if not self.team.seat(seat.seat).filled:
                ladder = self.run(self.house.ladder(seat.seat))
                assert ladder.opening == self.team.opening
                # What is next due lies in the database, not before it is due: a look that comes too early does nothing.
                assert max(self.house.moments[ladder_of(TEAM, seat.seat)]) >= ladder.until, "a rung is lost"

    @invariant()
    def nobody_is_asked_for_two_seats(self) -> None:
        members = self.team.members
        assert len(members) == len(set(members))

    @property
    def team(self) -> Team:
        team: Team = self.run(self.house.team())
        return team

    def candidates(self, *who: UUID) -> Any:
        return self.run(self.house.cases.candidates(self.team, *who)).people

    def accepts(self, seat: Seat, who: UUID) -> None:
        now, candidates = self.house.time.now(), self.candidates(who)
        events = self.attempt(lambda team: decisions.accept(team, seat, who, candidates, MISSISSIPPI, now))
        if any(isinstance(event, SeatAccepted) for event in events):
            held = [self.team.seat(each.seat) for each in MISSISSIPPI.seats]
            good = [
                each.filled and candidates[each.held_by].valid_for(of, now) is not None
                for each, of in zip(held, MISSISSIPPI.seats, strict=True)
            ]
            three = len({each.held_by for each in held if each.filled}) == len(MISSISSIPPI.seats)
            assert any(isinstance(event, TeamFormed) for event in events) == (all(good) and three)

    def attempt(self, decide: Callable[[Team], Sequence[Event]]) -> Sequence[Event]:
        """What was decided; nothing when a rule says no. The reaction follows it."""
        try:
            events = decide(self.team)
        except Refused:
            return ()
        self.run(self.house.happens(*events))
        return events


TestLadders = LadderMachine.TestCase
TestLadders.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
