"""What must always hold of a kit's custody, whoever does what in whatever order.

The machine keeps its own book of hands and compares the decisions with it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contracts.language import Event, InvalidValue, Refused
from services.forensic_clinic.kit import by_two, decisions, handovers, testing
from services.forensic_clinic.kit.by_two import Proposal
from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.custody import exceptions_of
from services.forensic_clinic.kit.duties import duties
from services.forensic_clinic.kit.events import KIT_EVENTS
from services.forensic_clinic.kit.fold import evolve
from services.forensic_clinic.kit.handovers import STAGES, Found, Receiver, Recovery
from services.forensic_clinic.kit.state import Handover, Kit
from services.forensic_clinic.kit.states import EDGES, STATES, UNREPORTED, must_be_a_step, state_of
from services.kernel.clock import CLOCK_EVENTS
from tests.services.forensic_clinic.kit.given import (
    AGENT,
    ANALYST,
    BROKEN,
    MISSISSIPPI,
    NURSE,
    OFFICER,
    PROSECUTOR,
    REASON,
    SEAL,
    SECOND_NURSE,
    SECOND_OFFICER,
    WHOLE,
    opened,
)
from tests.services.made_up import all_of
from tests.support.running_service import NOON

ELSEWHERE = Hand(account=UUID("bbbbbbbb-0007-4000-8000-000000000000"), agency="CVP", roles=("forensic_nurse",))
PEOPLE = (NURSE, SECOND_NURSE, ELSEWHERE, OFFICER, SECOND_OFFICER, AGENT, ANALYST)
people = st.sampled_from(PEOPLE)
SAYING = Found(seal="whole", condition="intact", place="Desk", seal_number=SEAL, photograph="0" * 64)
NO_PLACE = Found(seal="whole", condition="wet", seal_number=SEAL)
founds = st.sampled_from((WHOLE, SAYING, NO_PLACE, BROKEN))
decided = st.sampled_from((("no_test", "survivor_asks_not_to"), ("destruction", "court_order")))
purposes = st.sampled_from(("relief", "pickup", "laboratory", "storage", "return"))
hours = st.integers(0, 30)
# Mostly typed in at once: what is typed in late must fit between what came before.
lately = st.sampled_from((0, 0, 0, 1, 6))


class KitMachine(RuleBasedStateMachine):
    """Nurses, officers and analysts act on one kit at random, some of it typed in afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.kit = Kit()
        self.now = NOON
        self.in_hand: UUID | None = None
        self.offered_by: UUID | None = None
        self.hands: list[UUID] = []
        self.left: dict[UUID, datetime] = {}

    @initialize(
        consent=st.sampled_from(("reported", "reported", "unreported")),
        called=st.booleans(),
        way=st.lists(people, max_size=4),
        tested=st.booleans(),
    )
    def a_nurse_opens_a_kit(self, consent: str, called: bool, way: list[Hand], tested: bool) -> None:  # drawn
        """It has gone some of its way already, so that what is drawn happens to kits of every kind."""
        self.kit = evolve(self.kit, opened(consent))
        if called:
            self.clinic_calls()
        if way:
            self.seals(NURSE, 0)
            for to in way[1:]:
                self.is_handed_on(to, "storage" if consent == "unreported" else "pickup", WHOLE)
            if tested:
                self.is_handed_on(ANALYST, "laboratory", SAYING)
                self.the_laboratory_works()

    @rule(by=hours)
    def time_passes(self, by: int) -> None:
        self.now += timedelta(hours=by)

    @rule(who=st.sampled_from((NURSE, SECOND_NURSE)), ago=lately)
    def seals(self, who: Hand, ago: int) -> None:
        if self.attempt(lambda: decisions.seal(self.kit, who, 3, SEAL, self.ago(ago), self.now)):
            self.takes(who)

    # An unreported kit changes hands at least once: it is that one which must not come to a laboratory.
    @precondition(lambda self: len(self.hands) != 1)
    @rule(ago=lately)
    def patient_reports(self, ago: int) -> None:
        self.attempt(lambda: decisions.report(self.kit, self.ago(ago), self.now))

    @rule()
    def clinic_calls(self) -> None:
        self.attempt(lambda: decisions.call_police(self.kit, "LOCAL-LE", self.now, "Example", MISSISSIPPI, self.now))

    @rule(to=people, purpose=purposes, found=founds)
    def is_handed_on(self, to: Hand, purpose: str, found: object) -> None:
        """By both hands, one after the other."""
        self.the_holder_offers(to, True, purpose, found, 0)
        if self.kit.offer is not None:
            self.accepts(to, found, 0)

    @rule()
    def the_laboratory_works(self) -> None:
        """Its next step, whichever that is."""
        self.anyone_enters_a_profile(ANALYST)
        if self.kit.test_begun_at is not None:
            self.attempt(lambda: decisions.record_result(self.kit, ANALYST, "tested", self.now, self.now))
        self.anyone_begins_to_test(ANALYST)

    @rule(wanted=decided)
    def two_decide(self, wanted: tuple[str, str]) -> None:
        self.anyone_proposes(OFFICER, wanted, True)
        if self.kit.decisions:
            self.anyone_answers(PROSECUTOR, "assent")

    @precondition(lambda self: self.kit.may_be_destroyed)
    @rule()
    def the_holder_destroys(self) -> None:
        for who in PEOPLE:
            if who.account == self.in_hand:
                self.anyone_destroys(who)

    @rule(giver=people, to=people, to_one=st.booleans(), purpose=purposes, found=founds, ago=lately)
    def anyone_offers(
        self, giver: Hand, to: Hand, to_one: bool, purpose: str, found: object, ago: int
    ) -> None:  # drawn
        self.offers(giver, to, to_one, purpose, found, ago)

    @rule(to=people, to_one=st.booleans(), purpose=purposes, found=founds, ago=lately)
    def the_holder_offers(self, to: Hand, to_one: bool, purpose: str, found: object, ago: int) -> None:  # drawn
        giver = next((each for each in PEOPLE if each.account == self.in_hand), None)
        if giver is not None and self.kit.phase == "sealed":
            self.offers(giver, to, to_one, purpose, found, ago)

    def offers(self, giver: Hand, to: Hand, to_one: bool, purpose: str, found: object, ago: int) -> None:
        receiver = Receiver(agency=to.agency, role=to.roles[0], account=to.account if to_one else None)
        events = self.attempt(
            lambda: handovers.offer(self.kit, giver, receiver, purpose, found, self.ago(ago), MISSISSIPPI, self.now)  # type: ignore[arg-type]  # drawn
        )
        if events:
            assert self.in_hand == giver.account, "somebody gave what they did not hold"
            self.in_hand, self.offered_by = None, giver.account

    @precondition(lambda self: len(self.hands) > 1)
    @rule()
    def the_holder_leaves(self) -> None:
        self.left.setdefault(self.hands[-1], self.now)

    @rule(finder=people, to=people, purpose=purposes, found=founds, ago=lately)
    def anyone_finds_it(self, finder: Hand, to: Hand, purpose: str, found: object, ago: int) -> None:  # drawn
        holder = self.kit.holder
        left_at = self.left.get(holder.account) if holder is not None else None
        receiver = Receiver(agency=to.agency, role=to.roles[0])
        recovery = Recovery(place=REASON, reason=REASON, recovered_at=self.ago(ago))
        events = self.attempt(
            lambda: handovers.recover(
                self.kit,
                finder,
                receiver,
                purpose,  # type: ignore[arg-type]  # drawn
                recovery,
                found,  # type: ignore[arg-type]  # drawn
                left_at,
                MISSISSIPPI,
                self.now,
            )
        )
        if events:
            assert holder is not None
            assert holder.account in self.left, "a kit was moved whose holder works"
            self.in_hand, self.offered_by = None, finder.account

    @rule(who=people, found=founds, ago=lately)
    def anyone_accepts(self, who: Hand, found: object, ago: int) -> None:
        self.accepts(who, found, ago)

    @rule(nth=st.integers(0, 5), found=founds)
    def somebody_of_the_role_accepts(self, nth: int, found: object) -> None:
        offer = self.kit.offer
        if offer is not None:
            fitting = [who for who in PEOPLE if offer.role in who.roles]
            self.accepts(fitting[nth % len(fitting)], found, 0)

    def accepts(self, who: Hand, found: object, ago: int) -> None:
        offer, reported = self.kit.offer, self.kit.reported
        if self.attempt(lambda: handovers.accept(self.kit, who, found, self.ago(ago), self.now)):  # type: ignore[arg-type]  # drawn
            assert offer is not None, "somebody took what nobody offered"
            assert offer.account in {None, who.account}, "somebody took it for another"
            assert offer.agency == who.agency
            assert offer.by != who.account, "both hands were one person's"
            assert reported or STAGES[offer.role] != "laboratory", "an unreported kit came to a laboratory"
            self.takes(who)

    @rule(who=people, denied=st.booleans())
    def anyone_refuses(self, who: Hand, denied: bool) -> None:  # drawn
        if self.attempt(lambda: handovers.refuse(self.kit, who, REASON, denied=denied)):
            self.in_hand, self.offered_by = self.hands[-1], None
            assert (self.kit.denied is not None) == (denied or any(each.denied for each in self.since_taken()))

    @rule(who=people)
    def anyone_withdraws(self, who: Hand) -> None:
        if self.attempt(lambda: handovers.withdraw(self.kit, who, REASON)):
            assert who.account == self.offered_by
            self.in_hand, self.offered_by = self.hands[-1], None

    @rule(who=people, number=st.integers(0, 4))
    def anyone_states(self, who: Hand, number: int) -> None:
        self.attempt(lambda: handovers.state_on_seal(self.kit, number, who, REASON))

    @rule(who=people, result=st.sampled_from(("tested", "outsourced")))
    def anyone_records_a_result(self, who: Hand, result: str) -> None:
        if self.attempt(lambda: decisions.record_result(self.kit, who, result, self.now, self.now)):  # type: ignore[arg-type]  # drawn
            assert who == ANALYST
            assert self.kit.reported

    @rule(who=people)
    def anyone_begins_to_test(self, who: Hand) -> None:
        if self.attempt(lambda: testing.begin_test(self.kit, who, self.now, MISSISSIPPI, self.now)):
            assert who == ANALYST

    @rule(who=people)
    def anyone_enters_a_profile(self, who: Hand) -> None:
        if self.attempt(lambda: testing.record_upload(self.kit, who, self.now, self.now)):
            assert who == ANALYST

    @rule(who=people)
    def anyone_tells_another_jurisdiction(self, who: Hand) -> None:
        if self.attempt(
            lambda: testing.tell_other_jurisdiction(self.kit, who, REASON, self.now, MISSISSIPPI, self.now)
        ):
            assert self.kit.reported, "somebody was told of an unreported kit"

    @precondition(lambda self: self.kit.phase == "sealed")
    @rule(who=people, wanted=decided, paper=st.booleans())
    def anyone_proposes(self, who: Hand, wanted: tuple[str, str], paper: bool) -> None:  # drawn
        decision, reason = wanted
        order = REASON if paper else None
        proposal = Proposal(
            decision=decision,  # type: ignore[arg-type]  # drawn
            reason=reason,
            office="DA-07",
            explanation=REASON,
            paper=order,
        )
        if self.attempt(lambda: by_two.propose(self.kit, who, proposal, MISSISSIPPI)):
            assert paper or decision != "destruction", "a kit may be destroyed by no paper"

    @precondition(lambda self: self.kit.decisions)
    @rule(who=st.sampled_from((PROSECUTOR, PROSECUTOR, *PEOPLE)), how=st.sampled_from(("assent", "deny", "take_back")))
    def anyone_answers(self, who: Hand, how: str) -> None:
        last = self.kit.decisions[-1]
        if how == "assent":
            if self.attempt(lambda: by_two.assent(self.kit, who, last.number)):
                assert who.account != last.by, "one person decided alone"
                assert who == PROSECUTOR
        elif how == "deny":
            self.attempt(lambda: by_two.deny(self.kit, who, last.number, REASON))
        else:
            self.attempt(lambda: by_two.take_back(self.kit, who, last.number, REASON))

    @precondition(lambda self: self.kit.may_be_destroyed or not self.kit.reported)
    @rule(who=people)
    def anyone_destroys(self, who: Hand) -> None:
        before = self.kit
        if self.attempt(lambda: by_two.destroy(self.kit, who, self.now, MISSISSIPPI, self.now)):
            assert before.reported, "an unreported kit was destroyed"
            assert before.may_be_destroyed, "a kit was destroyed that nobody assented to"
            assert self.in_hand == who.account
            self.in_hand = self.offered_by = None

    @invariant()
    def an_unreported_kit_never_leaves_its_states(self) -> None:
        if not self.kit.reported:
            assert state_of(self.kit) in UNREPORTED
            assert not self.kit.decisions
            assert not self.kit.told_elsewhere
            assert self.kit.test_begun_at is self.kit.tested_at is self.kit.received_at is self.kit.uploaded_at is None

    @invariant()
    def no_gap_in_custody_is_silent(self) -> None:
        told = {(each.handover, each.what, each.side) for each in exceptions_of(self.kit)}
        for each in self.kit.handovers:
            for side in ("giver", "receiver") if each.outcome == "accepted" else ():
                places = [said.place for said in each.confirmed if said.side == side]
                assert ((each.number, "place_unsaid", side) in told) == (places != [True])
            assert ((each.number, "one_sided", "") in told) == (each.outcome == "offered")
            assert ((each.number, "denied", "receiver") in told) == each.denied
            assert ((each.number, "giver_missing", "giver") in told) == (each.in_place_of is not None)
            assert all((each.number, "seal_doubted", side) in told for side in each.doubted)

    @invariant()
    def a_sealed_kit_is_in_one_hand_or_between_two(self) -> None:
        if self.kit.phase == "destroyed":
            assert self.kit.holder is None
            assert self.kit.offer is None
            return
        if self.kit.phase != "sealed":
            assert self.kit.holder is None
            assert not self.kit.handovers
            return
        assert self.kit.holder is not None
        assert (self.kit.offer is None) == (self.in_hand is not None)
        assert self.kit.holder.account == self.hands[-1]
        assert sum(each.outcome == "offered" for each in self.kit.handovers) <= 1

    @invariant()
    def the_chain_has_no_gap_and_never_goes_back_in_time(self) -> None:
        taken = [each for each in self.kit.handovers if each.outcome == "accepted"]
        assert [each.number for each in self.kit.handovers] == list(range(1, len(self.kit.handovers) + 1))
        assert [each.ended_by for each in taken] == self.hands[1:]
        assert [each.in_place_of or each.by for each in taken] == self.hands[: len(taken)]
        assert {each.in_place_of for each in self.kit.handovers} <= {None, *self.left}
        for before, after in pairwise(taken):
            assert before.accepted_at is not None
            assert before.accepted_at <= after.offered_at
        assert all(each.accepted_at is not None and each.offered_at <= each.accepted_at for each in taken)

    @invariant()
    def no_duty_runs_for_an_unreported_kit_and_none_from_before_the_report(self) -> None:
        for duty in duties(self.kit, NOON):
            assert self.kit.reported_at is not None
            assert duty.since >= self.kit.reported_at

    def ago(self, by: int) -> datetime:
        return self.now - timedelta(hours=by)

    def takes(self, who: Hand) -> None:
        self.in_hand, self.offered_by = who.account, None
        self.hands.append(who.account)

    def attempt(self, decide: Callable[[], Sequence[Event]]) -> Sequence[Event]:
        """What was decided; nothing when a rule says no."""
        try:
            events = decide()
        except (Refused, InvalidValue):
            return ()
        before, after = self.kit, self.kit
        for event in events:
            after = evolve(after, event)
        # As every command is: the table refuses nothing that a decision lets through but to destroy what is on its way.
        try:
            must_be_a_step(before, after)
        except Refused:
            assert state_of(after) == "destroyed", f"no step from {state_of(before)} to {state_of(after)}"
            return ()
        self.kit = after
        return events

    def since_taken(self) -> Sequence[Handover]:
        """The handovers after the last that both hands made."""
        taken = [each.number for each in self.kit.handovers if each.outcome == "accepted"]
        return [each for each in self.kit.handovers if each.number > max(taken, default=0)]


TestCustody = KitMachine.TestCase
TestCustody.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)


@given(st.lists(all_of((*KIT_EVENTS, *CLOCK_EVENTS)), max_size=15))
def test_no_sequence_of_events_makes_a_state_fail(events: list[Event]) -> None:
    kit = Kit()
    for event in events:
        kit = evolve(kit, event)
        duties(kit, NOON)

    assert msgspec.json.decode(msgspec.json.encode(kit), type=Kit) == kit
    assert state_of(kit) in STATES
    exceptions_of(kit)


def test_every_step_of_the_table_leads_from_a_state_to_another_and_none_out_of_an_end() -> None:
    assert {state for step in EDGES for state in step} == set(STATES)
    assert not [step for step in EDGES if step[0] in {"set_aside", "destroyed"} or step[0] == step[1]]
    assert {step for step in EDGES if step[0] in UNREPORTED and step[1] not in UNREPORTED} == {
        ("collected", "reported"),
        ("collected", "police_notified"),
        ("sealed", "reported"),
        ("held_unreported", "reported"),
        ("held_unreported", "picked_up"),
        # Of a legacy kit the paper says that it was reported, or its patient reports yet.
        ("none", "reported"),
        ("choice_not_on_file", "reported"),
        ("choice_not_on_file", "picked_up"),
        # A paper that was found says so, and at which hour the clinic called.
        ("choice_not_on_file", "police_notified"),
    }
