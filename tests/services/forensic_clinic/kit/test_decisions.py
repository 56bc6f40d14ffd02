"""What may be done with a kit, decision by decision: given what happened, when somebody acts, then this follows."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from contracts.language import InvalidValue, Refused
from services.forensic_clinic.kit import decisions, handovers
from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.events import (
    CallCorrected,
    KitRefused,
    KitResealed,
    KitSetAside,
    OfferWithdrawn,
    StatementMade,
)
from services.forensic_clinic.kit.handovers import Found, Receiver
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.kit.state import Kit
from tests.services.forensic_clinic.kit.given import (
    AGENT,
    ANALYST,
    BROKEN,
    HOUR,
    KIT,
    MISSISSIPPI,
    NUMBER,
    NURSE,
    OFFICER,
    OPENING,
    REASON,
    SEAL,
    SECOND_NURSE,
    SECOND_OFFICER,
    TO_LABORATORY,
    TO_POLICE,
    WHOLE,
    accepted,
    called,
    doubted,
    handed_over,
    in_laboratory,
    kit,
    offered,
    opened,
    reported,
    result,
    sealed,
    text,
    told,
    with_police,
)
from tests.support.running_service import NOON

OTHER_NUMBER = Found(seal="other_number", statement="The label says S55211.")
TO_OTHER_NURSE = Receiver(agency="BRIDGE", role="forensic_nurse", account=SECOND_NURSE.account)


def open_kit(number: str = NUMBER, *, taken: bool = False, **changes: Any) -> list[Any]:
    given: dict[str, Any] = {"consent": "reported", "opened_at": NOON, "now": NOON} | changes
    return decisions.open_kit(OPENING, NURSE, number, taken=taken, **given)


def offer(state: Kit, giver: Hand, to: Receiver, purpose: Any = "pickup", found: Found = WHOLE) -> list[Any]:
    return handovers.offer(state, giver, to, purpose, found, NOON, MISSISSIPPI, NOON)


def refused(act: Any, code: KitRefusal) -> Refused:
    with pytest.raises(Refused) as error:
        act()
    assert error.value.code == code
    assert error.value.sentence.endswith(".")
    return error.value


def invalid(act: Any, field: str) -> None:
    with pytest.raises(InvalidValue) as error:
        act()
    assert error.value.field == field


def test_a_kit_is_opened_with_the_patient_s_choice_and_its_number_in_one_spelling() -> None:
    assert open_kit() == [opened()]
    assert open_kit(" ms-240017 z ", consent="unreported") == [opened("unreported")]


def test_no_two_kits_carry_one_number() -> None:
    refused(lambda: open_kit(taken=True), KitRefusal.NUMBER_TAKEN)


@pytest.mark.parametrize("number", ["", "A1", "MS/24", "A" * 41, "Kit Ω 5", "\x00AAA"])
def test_a_number_that_cannot_be_printed_is_not_taken(number: str) -> None:
    invalid(lambda: open_kit(number), "number")


def test_a_kit_is_not_opened_in_the_future() -> None:
    invalid(lambda: open_kit(opened_at=NOON + timedelta(seconds=1)), "opened_at")


def test_a_kit_opened_by_mistake_is_set_aside_while_nothing_is_in_it() -> None:
    assert decisions.set_aside(kit(opened()), REASON) == [KitSetAside(kit=KIT, reason=text(REASON))]
    refused(lambda: decisions.set_aside(kit(opened(), sealed()), REASON), KitRefusal.NOT_OPEN)


def test_a_set_aside_kit_is_neither_sealed_reported_nor_called_about() -> None:
    aside = kit(opened(), KitSetAside(kit=KIT, reason=text(REASON)))
    refused(lambda: decisions.seal(aside, NURSE, 3, SEAL, NOON, NOON), KitRefusal.NOT_OPEN)
    refused(lambda: decisions.report(aside, NOON, NOON), KitRefusal.NOT_OPEN)
    refused(lambda: decisions.call_police(aside, "LOCAL-LE", NOON, "Example", MISSISSIPPI, NOON), KitRefusal.NOT_OPEN)


def test_sealing_a_reported_kit_tells_the_others() -> None:
    assert decisions.seal(kit(opened()), NURSE, 12, SEAL, NOON, NOON) == [sealed(), told()]


def test_of_an_unreported_kit_nobody_is_told() -> None:
    assert decisions.seal(kit(opened("unreported")), NURSE, 12, SEAL, NOON, NOON) == [sealed()]


@pytest.mark.parametrize("items", [0, -1, 201])
def test_items_are_counted_in_earnest(items: int) -> None:
    invalid(lambda: decisions.seal(kit(opened()), NURSE, items, SEAL, NOON, NOON), "items")


def test_a_kit_is_sealed_after_it_was_opened_and_once() -> None:
    early = NOON - timedelta(seconds=1)
    invalid(lambda: decisions.seal(kit(opened()), NURSE, 3, SEAL, early, NOON), "sealed_at")
    refused(lambda: decisions.seal(kit(opened(), sealed()), NURSE, 3, SEAL, NOON, NOON), KitRefusal.NOT_OPEN)


def test_who_sealed_the_kit_holds_it() -> None:
    holder = kit(opened(), sealed()).holder
    assert holder is not None
    assert (holder.account, holder.agency, holder.stage, holder.since) == (NURSE.account, "BRIDGE", "clinic", NOON)


def test_a_sealed_unreported_kit_is_told_of_when_the_patient_converts_it() -> None:
    later = NOON + 90 * 24 * HOUR
    state = kit(*with_police("unreported"))
    assert decisions.report(state, later, later) == [reported(later), told("law_enforcement", later)]


def test_an_open_kit_converted_is_told_of_when_it_is_sealed() -> None:
    state = kit(opened("unreported"))
    assert decisions.report(state, NOON, NOON) == [reported()]
    assert decisions.seal(kit(opened("unreported"), reported()), NURSE, 12, SEAL, NOON, NOON) == [sealed(), told()]


def test_a_reported_kit_is_not_reported_again() -> None:
    refused(lambda: decisions.report(kit(opened()), NOON, NOON), KitRefusal.REPORTED_ALREADY)


def test_the_call_is_on_record_with_whom_it_was() -> None:
    state = kit(opened(), sealed())
    assert decisions.call_police(state, "LOCAL-LE", NOON, "Example Officer One", MISSISSIPPI, NOON) == [called()]


def test_nobody_is_called_about_an_unreported_kit() -> None:
    state = kit(opened("unreported"), sealed())
    error = refused(
        lambda: decisions.call_police(state, "LOCAL-LE", NOON, "Example", MISSISSIPPI, NOON), KitRefusal.UNREPORTED
    )
    assert (error.rule, error.citation) == ("C58", "Miss. Code 99-51-1(1)(g)")


def test_a_call_goes_to_an_agency_on_file_and_not_before_the_patient_reported() -> None:
    state = kit(opened(), sealed())
    invalid(lambda: decisions.call_police(state, "NOBODY", NOON, "Example", MISSISSIPPI, NOON), "agency")
    converted = kit(opened("unreported"), sealed(), reported(NOON + HOUR))
    invalid(
        lambda: decisions.call_police(converted, "LOCAL-LE", NOON, "Example", MISSISSIPPI, NOON + HOUR), "called_at"
    )


def test_a_call_of_another_time_is_corrected_and_without_a_call_nothing_is() -> None:
    state = kit(opened(), sealed(), called())
    later = NOON + HOUR
    corrected = CallCorrected(kit=KIT, called_at=later, reason=text(REASON))
    assert decisions.correct_call(state, later, REASON, later) == [corrected]
    assert kit(opened(), sealed(), called(), corrected).called_at == later
    refused(lambda: decisions.correct_call(kit(opened()), NOON, REASON, NOON), KitRefusal.NOT_CALLED)


def test_the_earliest_of_several_calls_counts() -> None:
    assert kit(opened(), called(NOON + HOUR), called(NOON), called(NOON + 2 * HOUR)).called_at == NOON


def test_who_holds_the_kit_offers_it() -> None:
    assert offer(kit(opened(), sealed()), NURSE, TO_POLICE) == [offered(1, NURSE, TO_POLICE)]


def test_nobody_gives_what_they_do_not_hold() -> None:
    refused(lambda: offer(kit(opened(), sealed()), SECOND_NURSE, TO_POLICE), KitRefusal.NOT_HELD)
    refused(lambda: offer(kit(*with_police()), NURSE, TO_POLICE), KitRefusal.NOT_HELD)
    refused(lambda: offer(kit(*with_police()), SECOND_OFFICER, TO_LABORATORY), KitRefusal.NOT_HELD)


def test_a_kit_not_sealed_is_not_given() -> None:
    refused(lambda: offer(kit(opened()), NURSE, TO_POLICE), KitRefusal.NOT_SEALED)


def test_a_kit_between_two_hands_is_not_offered_again() -> None:
    state = kit(opened(), sealed(), offered(1, NURSE, TO_POLICE))
    refused(lambda: offer(state, NURSE, TO_LABORATORY), KitRefusal.IN_TRANSIT)


def test_nobody_offers_a_kit_to_themselves() -> None:
    mine = Receiver(agency="BRIDGE", role="forensic_nurse", account=NURSE.account)
    refused(lambda: offer(kit(opened(), sealed()), NURSE, mine, "relief"), KitRefusal.OWN_OFFER)


@pytest.mark.parametrize(
    ("to", "field"),
    [
        (Receiver(agency="NOBODY", role="law_enforcement"), "agency"),
        (Receiver(agency="LOCAL-LE", role="prosecutor"), "role"),
        (Receiver(agency="LOCAL-LE", role="laboratory"), "role"),
    ],
)
def test_a_kit_goes_to_an_agency_and_role_that_can_hold_it(to: Receiver, field: str) -> None:
    invalid(lambda: offer(kit(opened(), sealed()), NURSE, to), field)


def test_an_unreported_kit_goes_to_no_laboratory_and_to_the_police_for_storage_alone() -> None:
    state = kit(opened("unreported"), sealed())
    refused(lambda: offer(state, NURSE, TO_LABORATORY, "laboratory"), KitRefusal.UNREPORTED)
    refused(lambda: offer(state, NURSE, TO_LABORATORY, "storage"), KitRefusal.UNREPORTED)
    refused(lambda: offer(state, NURSE, TO_POLICE, "pickup"), KitRefusal.UNREPORTED)
    assert offer(state, NURSE, TO_POLICE, "storage") == [offered(1, NURSE, TO_POLICE, purpose="storage")]


def test_the_receiver_accepts_in_their_own_name() -> None:
    state = kit(opened(), sealed(), offered(1, NURSE, TO_POLICE))
    assert handovers.accept(state, OFFICER, WHOLE, NOON, NOON) == [
        accepted(1, OFFICER, "law_enforcement"),
        handed_over("law_enforcement"),
    ]


def test_nobody_is_told_of_a_relief_or_of_an_unreported_kit_in_storage() -> None:
    relief = kit(opened(), sealed(), offered(1, NURSE, TO_OTHER_NURSE, purpose="relief"))
    assert handovers.accept(relief, SECOND_NURSE, WHOLE, NOON, NOON) == [accepted(1, SECOND_NURSE, "clinic")]
    stored = kit(opened("unreported"), sealed(), offered(1, NURSE, TO_POLICE, purpose="storage"))
    assert handovers.accept(stored, OFFICER, WHOLE, NOON, NOON) == [accepted(1, OFFICER, "law_enforcement")]


@pytest.mark.parametrize(
    "who",
    [
        AGENT,
        ANALYST,
        SECOND_NURSE,
        msgspec.structs.replace(OFFICER, roles=("agency_reporter",)),
        msgspec.structs.replace(OFFICER, agency="MDCPS"),
    ],
)
def test_nobody_accepts_or_refuses_for_another(who: Hand) -> None:
    state = kit(opened(), sealed(), offered(1, NURSE, TO_POLICE))
    refused(lambda: handovers.accept(state, who, WHOLE, NOON, NOON), KitRefusal.NOT_OFFERED)
    refused(lambda: handovers.refuse(state, who, REASON), KitRefusal.NOT_OFFERED)


def test_an_offer_to_one_person_is_accepted_by_that_person_alone() -> None:
    mine = msgspec.structs.replace(TO_POLICE, account=OFFICER.account)
    state = kit(opened(), sealed(), offered(1, NURSE, mine))
    refused(lambda: handovers.accept(state, SECOND_OFFICER, WHOLE, NOON, NOON), KitRefusal.NOT_OFFERED)
    assert handovers.accept(state, OFFICER, WHOLE, NOON, NOON)[0] == accepted(1, OFFICER, "law_enforcement")


def test_the_giver_is_not_the_other_hand_too() -> None:
    to_clinic = Receiver(agency="BRIDGE", role="forensic_nurse")
    state = kit(opened(), sealed(), offered(1, NURSE, to_clinic, purpose="relief"))
    refused(lambda: handovers.accept(state, NURSE, WHOLE, NOON, NOON), KitRefusal.OWN_OFFER)
    refused(lambda: handovers.refuse(state, NURSE, REASON), KitRefusal.OWN_OFFER)


def test_what_is_not_offered_is_not_accepted() -> None:
    for state in (kit(opened(), sealed()), kit(*with_police())):
        refused(lambda state=state: handovers.accept(state, OFFICER, WHOLE, NOON, NOON), KitRefusal.NOT_OFFERED)


def test_a_kit_is_not_accepted_before_it_was_offered() -> None:
    state = kit(opened(), sealed(), offered(1, NURSE, TO_POLICE, at=NOON + HOUR))
    invalid(lambda: handovers.accept(state, OFFICER, WHOLE, NOON, NOON + HOUR), "accepted_at")


def test_a_refused_kit_stays_with_the_giver() -> None:
    state = kit(opened(), sealed(), offered(1, NURSE, TO_POLICE))
    (event,) = handovers.refuse(state, OFFICER, REASON)
    assert event == KitRefused(kit=KIT, handover=1, by=OFFICER.account, reason=text(REASON))
    after = kit(opened(), sealed(), offered(1, NURSE, TO_POLICE), event)
    assert after.holder == kit(opened(), sealed()).holder
    assert offer(after, NURSE, TO_POLICE) == [offered(2, NURSE, TO_POLICE)]


def test_an_offer_nobody_answered_is_taken_back_by_the_giver_alone() -> None:
    state = kit(opened(), sealed(), offered(1, NURSE, TO_POLICE))
    assert handovers.withdraw(state, NURSE, REASON) == [
        OfferWithdrawn(kit=KIT, handover=1, by=NURSE.account, reason=text(REASON))
    ]
    refused(lambda: handovers.withdraw(state, OFFICER, REASON), KitRefusal.NOT_HELD)
    refused(lambda: handovers.withdraw(kit(*with_police()), NURSE, REASON), KitRefusal.NOT_OFFERED)


@pytest.mark.parametrize("found", [BROKEN, OTHER_NUMBER])
def test_a_seal_in_doubt_goes_on_record_in_the_receiver_s_words_and_the_kit_is_taken(found: Found) -> None:
    state = kit(opened(), sealed(), offered(1, NURSE, TO_POLICE))
    events = handovers.accept(state, OFFICER, found, NOON, NOON)
    assert events[:2] == [
        accepted(1, OFFICER, "law_enforcement", seal=found.seal),
        doubted(1, "receiver", OFFICER, found),
    ]
    after = kit(opened(), sealed(), offered(1, NURSE, TO_POLICE), *events)
    assert after.seal_in_doubt
    assert after.holder is not None
    assert after.holder.account == OFFICER.account


def test_a_seal_in_doubt_needs_words() -> None:
    state = kit(opened(), sealed(), offered(1, NURSE, TO_POLICE))
    invalid(lambda: handovers.accept(state, OFFICER, Found(seal="broken"), NOON, NOON), "statement")
    invalid(lambda: offer(kit(opened(), sealed()), NURSE, TO_POLICE, found=Found(seal="broken")), "statement")


def test_the_giver_says_of_themselves_that_the_seal_is_broken() -> None:
    events = offer(kit(opened(), sealed()), NURSE, TO_POLICE, found=BROKEN)
    assert events == [offered(1, NURSE, TO_POLICE, seal="broken"), doubted(1, "giver", NURSE, BROKEN)]


def test_the_other_side_is_heard_once_and_in_its_own_name() -> None:
    doubt = [*with_police(), doubted(1, "receiver", OFFICER, BROKEN)]
    (event,) = handovers.state_on_seal(kit(*doubt), 1, NURSE, "It was whole when I gave it.")
    assert event == StatementMade(
        kit=KIT, handover=1, side="giver", account=NURSE.account, statement=text("It was whole when I gave it.")
    )
    for who in (OFFICER, SECOND_OFFICER, ANALYST):
        refused(lambda who=who: handovers.state_on_seal(kit(*doubt), 1, who, REASON), KitRefusal.HEARD_ALREADY)
    refused(lambda: handovers.state_on_seal(kit(*doubt, event), 1, NURSE, REASON), KitRefusal.HEARD_ALREADY)
    for number in (1, 2):
        refused(
            lambda number=number: handovers.state_on_seal(kit(*with_police()), number, NURSE, REASON),
            KitRefusal.NO_DOUBT,
        )


def test_whoever_holds_the_kit_puts_a_new_seal_on_it() -> None:
    assert decisions.reseal(kit(*in_laboratory()), ANALYST, "lab-77", REASON, NOON, NOON) == [
        KitResealed(kit=KIT, seal_number=text("LAB77"), reason=text(REASON), sealed_by=ANALYST.account, sealed_at=NOON)
    ]
    refused(lambda: decisions.reseal(kit(*in_laboratory()), OFFICER, "lab-77", REASON, NOON, NOON), KitRefusal.NOT_HELD)


def test_the_laboratory_that_received_the_kit_records_that_it_was_tested() -> None:
    state = kit(*in_laboratory())
    assert decisions.record_result(state, ANALYST, "tested", NOON, NOON) == [result()]
    refused(lambda: decisions.record_result(state, OFFICER, "tested", NOON, NOON), KitRefusal.NOT_AT_LABORATORY)
    refused(
        lambda: decisions.record_result(kit(*with_police()), ANALYST, "tested", NOON, NOON),
        KitRefusal.NOT_AT_LABORATORY,
    )


def test_a_result_is_recorded_once_and_an_outsourced_test_may_follow() -> None:
    outsourced = kit(*in_laboratory(), result("outsourced"))
    assert decisions.record_result(outsourced, ANALYST, "tested", NOON, NOON) == [result()]
    refused(lambda: decisions.record_result(outsourced, ANALYST, "outsourced", NOON, NOON), KitRefusal.RESULT_RECORDED)
    done = kit(*in_laboratory(), result())
    refused(lambda: decisions.record_result(done, ANALYST, "tested", NOON, NOON), KitRefusal.RESULT_RECORDED)


def test_no_decision_destroys_a_kit() -> None:
    words = ("destroy", "dispose", "delete", "discard", "purge")
    assert not [name for name in dir(decisions) if any(word in name.lower() for word in words)]
