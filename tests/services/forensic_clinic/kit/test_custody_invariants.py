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
from services.forensic_clinic.kit import decisions, handovers
from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.duties import duties
from services.forensic_clinic.kit.events import KIT_EVENTS
from services.forensic_clinic.kit.handovers import STAGES, Receiver, Recovery
from services.forensic_clinic.kit.state import Kit, evolve
from services.kernel.clock import CLOCK_EVENTS
from tests.services.forensic_clinic.kit.given import (
    AGENT,
    ANALYST,
    BROKEN,
    MISSISSIPPI,
    NURSE,
    OFFICER,
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
founds = st.sampled_from((WHOLE, WHOLE, BROKEN))
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

    @initialize(consent=st.sampled_from(("reported", "unreported")), at_once=st.booleans())
    def a_nurse_opens_a_kit(self, consent: str, at_once: bool) -> None:  # drawn
        self.kit = evolve(self.kit, opened(consent))
        if at_once:
            self.seals(NURSE, 0)

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

    @rule(giver=people, to=people, to_one=st.booleans(), purpose=purposes, found=founds, ago=lately)
    def anyone_offers(
        self, giver: Hand, to: Hand, to_one: bool, purpose: str, found: object, ago: int
    ) -> None:  # drawn
        self.offers(giver, to, to_one, purpose, found, ago)

    @rule(to=people, to_one=st.booleans(), purpose=purposes, found=founds, ago=lately)
    def the_holder_offers(self, to: Hand, to_one: bool, purpose: str, found: object, ago: int) -> None:  # drawn
        giver = next((each for each in PEOPLE if each.account == self.in_hand), None)
        if giver is not None:
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

    @rule(who=people)
    def anyone_refuses(self, who: Hand) -> None:
        if self.attempt(lambda: handovers.refuse(self.kit, who, REASON)):
            self.in_hand, self.offered_by = self.hands[-1], None

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

    @invariant()
    def a_sealed_kit_is_in_one_hand_or_between_two(self) -> None:
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
        for event in events:
            self.kit = evolve(self.kit, event)
        return events


TestCustody = KitMachine.TestCase
TestCustody.settings = settings(max_examples=120, stateful_step_count=30, deadline=None)


@given(st.lists(all_of((*KIT_EVENTS, *CLOCK_EVENTS)), max_size=15))
def test_no_sequence_of_events_makes_a_state_fail(events: list[Event]) -> None:
    kit = Kit()
    for event in events:
        kit = evolve(kit, event)
        duties(kit, NOON)

    assert msgspec.json.decode(msgspec.json.encode(kit), type=Kit) == kit
