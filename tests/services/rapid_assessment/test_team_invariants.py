"""What must always hold of a team, whatever people do in whatever order: invariant 3 of the design.

The machine keeps its own book of certificates and of who took which seat when, and compares the decisions with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contracts.events.rapid_assessment import TeamFormed
from contracts.jurisdictions import Seat
from contracts.language import Event, Refused
from services.kernel.clock import CLOCK_EVENTS
from services.rapid_assessment.contact import contact as contacts
from services.rapid_assessment.contact.contact import Contact
from services.rapid_assessment.contact.events import CONTACT_EVENTS
from services.rapid_assessment.notice import notice as notices
from services.rapid_assessment.notice.events import NOTICE_EVENTS
from services.rapid_assessment.notice.notice import Notice
from services.rapid_assessment.responder import state as responders
from services.rapid_assessment.responder.events import RESPONDER_EVENTS
from services.rapid_assessment.responder.state import Responder
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.decisions import Candidate, Certificate, empty_seats
from services.rapid_assessment.team.events import TEAM_EVENTS, SeatAccepted
from services.rapid_assessment.team.hand_over import hand_over
from services.rapid_assessment.team.state import Team, evolve
from tests.services.made_up import all_of
from tests.services.rapid_assessment.given import MISSISSIPPI, REASON, TEAM, candidate, opening
from tests.support.running_service import NOON

PEOPLE = tuple(UUID(int=number) for number in range(1, 8))
HOUR = timedelta(hours=1)

people = st.sampled_from(PEOPLE)
seats = st.sampled_from(MISSISSIPPI.seats)
hours = st.integers(0, 8)


@dataclass(frozen=True)
class Taken:
    """Who took a seat, and until when what they showed for it was good then."""

    who: UUID
    good: bool


class TeamMachine(RuleBasedStateMachine):
    """Coordinators, responders and tips act on one team at random."""

    def __init__(self) -> None:
        super().__init__()
        self.team = Team()
        self.now = NOON
        self.certificates: dict[UUID, list[Certificate]] = {who: [] for who in PEOPLE}
        self.taken: dict[str, Taken] = {}
        self.out: set[UUID] = set()

    @rule(by=hours)
    def time_passes(self, by: int) -> None:
        self.now += by * HOUR

    @rule(who=people, seat=seats, since=st.integers(-30, 30), lasts=st.integers(1, 60), forged=st.booleans())
    def certificate_seen(self, who: UUID, seat: Seat, since: int, lasts: int, forged: bool) -> None:
        start = self.now + since * HOUR
        issuer = "LOCAL-LE" if forged else seat.issuers[0]
        self.certificates[who].append(
            Certificate(kind=seat.credential, issuer=issuer, valid_from=start, valid_until=start + lasts * HOUR)
        )

    @rule(seat=seats)
    def a_holder_loses_every_certificate(self, seat: Seat) -> None:
        taken = self.taken.get(seat.seat)
        if taken is not None:
            self.certificates_withdrawn(taken.who)

    @rule(who=people)
    def certificates_withdrawn(self, who: UUID) -> None:
        ended = [msgspec.structs.replace(c, valid_until=min(c.valid_until, self.now)) for c in self.certificates[who]]
        self.certificates[who] = ended

    @initialize()
    def a_team_opens_and_everybody_is_certified(self) -> None:
        self.tip_speaks_of_a_child()
        self.everybody_is_certified(40)

    @rule(lasts=st.integers(1, 40))
    def everybody_is_certified(self, lasts: int) -> None:
        """Two people or more for every seat, and the first of all for all three."""
        for number, who in enumerate(PEOPLE):
            self.certificate_seen(who, MISSISSIPPI.seats[number % 3], 0, lasts, forged=False)
        for seat in MISSISSIPPI.seats:
            self.certificate_seen(PEOPLE[0], seat, 0, lasts, forged=False)

    @rule(wanted=st.sets(seats, min_size=1), nth=st.integers(0, 2))
    def seats_are_filled_by_somebody_who_fits(self, wanted: set[Seat], nth: int) -> None:
        for seat in MISSISSIPPI.seats:
            busy = self.out | set(self.team.members)
            fitting = [who for who in PEOPLE if self.is_good(who, seat) and who not in busy]
            if seat in wanted and fitting:
                self.coordinator_proposes(seat, fitting[nth % len(fitting)])
                self.whoever_is_asked_accepts(seat)

    @rule()
    def tip_speaks_of_a_child(self) -> None:
        was = self.team.phase
        self.decided(decisions.open_team(self.team, opening()))
        if was not in {"open", "formed"} and self.team.phase == "open":
            self.taken = {}

    @rule()
    def tip_speaks_of_an_adult(self) -> None:
        self.attempt(lambda: decisions.stand_down(self.team, "shown_adult"))

    @rule(seat=seats, who=people)
    def coordinator_proposes(self, seat: Seat, who: UUID) -> None:
        self.attempt(lambda: decisions.propose(self.team, seat, self.person(who), self.now))

    @rule(seat=seats, who=people)
    def responder_accepts(self, seat: Seat, who: UUID) -> None:
        self.accepts(seat, who)

    @rule(seat=seats)
    def whoever_is_asked_accepts(self, seat: Seat) -> None:
        asked = self.team.seat(seat.seat).proposed
        if asked is not None:
            self.accepts(seat, asked)

    @rule(seat=seats, who=people)
    def responder_declines(self, seat: Seat, who: UUID) -> None:
        self.attempt(lambda: decisions.decline(self.team, seat, who, REASON))

    @rule(seat=seats, to=people)
    def whoever_is_asked_or_holds_it_names_a_colleague(self, seat: Seat, to: UUID) -> None:
        stands = self.team.seat(seat.seat)
        who = stands.proposed or stands.held_by
        held = stands.proposed is None
        if who is not None and self.attempt(
            lambda: hand_over(self.team, seat, who, self.person(to), PEOPLE, REASON, self.now)
        ):
            assert self.team.seat(seat.seat).proposed == to
            if held:
                del self.taken[seat.seat]

    @rule(seat=seats)
    def coordinator_releases(self, seat: Seat) -> None:
        if self.attempt(lambda: decisions.release(self.team, seat, REASON)):
            del self.taken[seat.seat]

    @precondition(lambda self: len(self.out) < 2)
    @rule(who=people)
    def responder_has_a_conflict(self, who: UUID) -> None:
        self.is_out(who, decisions.declare_conflict(self.team, who, REASON))

    @precondition(lambda self: len(self.out) < 3)
    @rule(who=people)
    def tip_names(self, who: UUID) -> None:
        self.is_out(who, decisions.exclude(self.team, TEAM, who))

    @invariant()
    def a_formed_team_has_three_people_who_were_good_when_they_took_their_seats(self) -> None:
        if self.team.phase != "formed":
            return
        assert not empty_seats(self.team, MISSISSIPPI)
        holders = [self.taken[seat.seat] for seat in MISSISSIPPI.seats]
        assert len({taken.who for taken in holders}) == 3
        assert all(taken.good for taken in holders)
        assert [self.team.seat(seat.seat).held_by for seat in MISSISSIPPI.seats] == [taken.who for taken in holders]

    @invariant()
    def who_is_out_holds_no_seat_and_is_asked_for_none(self) -> None:
        assert self.out == set(self.team.excluded)
        assert not self.out & set(self.team.members)

    @invariant()
    def nobody_is_twice_on_the_team(self) -> None:
        assert len(set(self.team.members)) == len(self.team.members)

    def accepts(self, seat: Seat, who: UUID) -> None:
        everybody = {each: self.person(each) for each in PEOPLE}
        events = self.attempt(lambda: decisions.accept(self.team, seat, who, everybody, MISSISSIPPI, self.now))
        for event in events:
            if isinstance(event, SeatAccepted):
                assert (event.seat, event.responder) == (seat.seat, who)
                self.taken[seat.seat] = Taken(who, self.is_good(who, seat))
            if isinstance(event, TeamFormed):
                for each in MISSISSIPPI.seats:
                    assert self.is_good(self.taken[each.seat].who, each), "formed on a credential that does not hold"
                    assert self.taken[each.seat].who not in self.out

    def is_good(self, who: UUID, seat: Seat) -> bool:
        return any(
            c.kind == seat.credential and c.issuer in seat.issuers and c.valid_from <= self.now < c.valid_until
            for c in self.certificates[who]
        )

    def is_out(self, who: UUID, events: Sequence[Event]) -> None:
        was_formed, held = self.team.phase == "formed", {name for name, taken in self.taken.items() if taken.who == who}
        self.decided(events)
        self.out.add(who)
        for name in held:
            del self.taken[name]
        assert not (was_formed and held and self.team.phase == "formed"), "a team that lost a seat counts as formed"

    def attempt(self, decide: Callable[[], Sequence[Event]]) -> Sequence[Event]:
        """What was decided; nothing when a rule says no."""
        try:
            events = decide()
        except Refused:
            return ()
        self.decided(events)
        return events

    def decided(self, events: Sequence[Event]) -> None:
        for event in events:
            self.team = evolve(self.team, event)

    def person(self, who: UUID) -> Candidate:
        available = (datetime.min.replace(tzinfo=NOON.tzinfo), datetime.max.replace(tzinfo=NOON.tzinfo))
        return candidate(who, *self.certificates[who], available=available)


TestATeam = TeamMachine.TestCase
TestATeam.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)

ANY_EVENT = all_of((*TEAM_EVENTS, *RESPONDER_EVENTS, *CONTACT_EVENTS, *NOTICE_EVENTS, *CLOCK_EVENTS))


@given(st.lists(ANY_EVENT, max_size=15))
def test_no_sequence_of_events_makes_a_state_fail(events: list[Event]) -> None:
    team, responder, contact, notice = Team(), Responder(), Contact(), Notice()
    for event in events:
        team = evolve(team, event)
        responder = responders.evolve(responder, event)
        contact = contacts.evolve(contact, event)
        notice = notices.evolve(notice, event)

    assert msgspec.json.decode(msgspec.json.encode(team), type=Team) == team
    assert msgspec.json.decode(msgspec.json.encode(responder), type=Responder) == responder
    assert contact.duty_open == (contact.owed and contact.made_at is None)
    assert msgspec.json.decode(msgspec.json.encode(notice), type=Notice) == notice
