"""The kit of somebody who left: their agency says where it was found and offers it, and another takes it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from contracts.language import Event, InvalidValue, Refused
from services.forensic_clinic.kit import handovers
from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.events import OfferWithdrawn
from services.forensic_clinic.kit.handovers import Found, Receiver, Recovery
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.kit.state import Kit
from tests.services.forensic_clinic.kit.given import (
    BROKEN,
    HOUR,
    KIT,
    MISSISSIPPI,
    NURSE,
    OFFICER,
    REASON,
    SECOND_NURSE,
    SECOND_OFFICER,
    TO_LABORATORY,
    TO_POLICE,
    WHOLE,
    accepted,
    doubted,
    handed_over,
    in_laboratory,
    kit,
    offered,
    opened,
    recovered,
    sealed,
    text,
    with_police,
)
from tests.services.forensic_clinic.kit.house import (
    ANALYST,
    COORDINATOR,
    SEAL,
    House,
)
from tests.services.forensic_clinic.kit.house import NURSE as NURSE_IN
from tests.services.forensic_clinic.kit.house import OFFICER as OFFICER_IN
from tests.services.forensic_clinic.kit.house import SECOND_NURSE as SECOND_NURSE_IN
from tests.services.forensic_clinic.kit.house import SECOND_OFFICER as SECOND_OFFICER_IN
from tests.support.running_service import NOON, Person, says

LEFT, THEN = NOON + HOUR, NOON + 2 * HOUR
PLACE, HOW = "Zqx in the locker of room 4.", "Zqx they left at noon and nobody came for it."
HEAD = Hand(account=uuid4(), agency="BRIDGE", roles=("clinic_coordinator",))
TO_NURSE = Receiver(agency="BRIDGE", role="forensic_nurse", account=SECOND_NURSE.account)


def recover(
    state: Kit,
    finder: Hand = HEAD,
    to: Receiver = TO_NURSE,
    purpose: Any = "relief",
    found: Found = WHOLE,
    *,
    at: datetime = THEN,
    left_at: datetime | None = LEFT,
) -> list[Event]:
    recovery = Recovery(place=PLACE, reason=HOW, recovered_at=at)
    return handovers.recover(state, finder, to, purpose, recovery, found, left_at, MISSISSIPPI, THEN)


def test_it_is_offered_in_place_of_who_left_and_another_takes_it() -> None:
    before = [opened(), sealed()]
    found = recover(kit(*before))
    assert found == [
        offered(1, HEAD, TO_NURSE, at=THEN, purpose="relief"),
        recovered(1, HEAD, NURSE, PLACE, HOW, at=THEN),
    ]
    between = kit(*before, *found)
    assert between.holder is not None
    assert between.holder.account == NURSE.account, "until another takes it, the record says who had it last"
    assert between.handovers[0].in_place_of == NURSE.account
    taken = handovers.accept(between, SECOND_NURSE, WHOLE, THEN, THEN)
    assert taken == [accepted(1, SECOND_NURSE, "clinic", at=THEN)]
    after = kit(*before, *found, *taken)
    assert after.holder is not None
    assert after.holder.account == SECOND_NURSE.account
    with pytest.raises(Refused) as own:
        handovers.accept(between, HEAD, WHOLE, THEN, THEN)
    assert own.value.code == KitRefusal.OWN_OFFER


def test_what_nobody_took_is_taken_back_first_and_a_seal_in_doubt_is_put_on_record() -> None:
    before = [*with_police(), offered(2, OFFICER, TO_LABORATORY, purpose="laboratory")]
    found = recover(kit(*before), SECOND_OFFICER, TO_LABORATORY, "laboratory", BROKEN)
    assert found == [
        OfferWithdrawn(kit=KIT, handover=2, by=SECOND_OFFICER.account, reason=text(HOW)),
        offered(3, SECOND_OFFICER, TO_LABORATORY, at=THEN, purpose="laboratory", seal="broken"),
        recovered(3, SECOND_OFFICER, OFFICER, PLACE, HOW, at=THEN),
        doubted(3, "giver", SECOND_OFFICER, BROKEN),
    ]
    assert [each.outcome for each in kit(*before, *found).handovers] == ["accepted", "withdrawn", "offered"]
    analyst = Hand(account=ANALYST.account, agency=ANALYST.agency, roles=ANALYST.roles)
    taken = handovers.accept(kit(*before, *found), analyst, WHOLE, THEN, THEN)
    assert taken == [accepted(3, analyst, "laboratory", at=THEN), handed_over("laboratory", THEN)]


@pytest.mark.parametrize(
    ("state", "changes", "code"),
    [
        (kit(opened(), sealed()), {"left_at": None}, KitRefusal.HOLDER_WORKS),
        (kit(*in_laboratory()), {"left_at": None}, KitRefusal.HOLDER_WORKS),
        (kit(opened()), {}, KitRefusal.NOT_SEALED),
        (kit(opened(), sealed()), {"finder": SECOND_NURSE}, KitRefusal.OWN_OFFER),
        (kit(opened("unreported"), sealed()), {"to": TO_POLICE, "purpose": "pickup"}, KitRefusal.UNREPORTED),
    ],
    ids=["works", "works at the laboratory", "not sealed", "to oneself", "unreported"],
)
def test_it_is_refused(state: Kit, changes: dict[str, Any], code: KitRefusal) -> None:
    with pytest.raises(Refused) as refused:
        recover(state, **changes)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"at": LEFT - HOUR / 2}, "recovered_at"),
        ({"at": THEN + HOUR}, "recovered_at"),
        ({"to": Receiver(agency="NOWHERE", role="forensic_nurse")}, "agency"),
        ({"to": Receiver(agency="BRIDGE", role="auditor")}, "role"),
        ({"found": Found(seal="broken")}, "statement"),
    ],
    ids=["before they left", "in future", "no agency", "no role that holds", "says not what is broken"],
)
def test_what_cannot_be_right_names_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as invalid:
        recover(kit(opened(), sealed()), **changes)
    assert invalid.value.field == field


def found_it(house: House, **changes: Any) -> dict[str, Any]:
    to = {"agency": "BRIDGE", "role": "forensic_nurse", "purpose": "relief"}
    return {**to, "place": PLACE, "reason": HOW, "recovered_at": house.at()} | changes


async def test_a_kit_moves_on_only_when_its_holders_account_is_closed(house: House) -> None:
    one = await house.sealed()
    refused = await house.act(one, "recovery", found_it(house), by=COORDINATOR)
    assert (refused.status_code, refused.json()["code"]) == (409, KitRefusal.HOLDER_WORKS)
    assert not (await house.page(one))["holder_left"]

    await house.left(NURSE_IN)
    assert (await house.page(one))["holder_left"]
    await house.done(one, "recovery", found_it(house), by=COORDINATOR)
    assert (await house.accept(one, SECOND_NURSE_IN)).status_code == 200
    page = await house.page(one)
    assert (page["held_by"]["account"], page["holder_left"]) == (str(SECOND_NURSE_IN.account), False)
    assert page["chain"][0]["in_place_of"] == str(NURSE_IN.account)
    assert not says("zqx", house.service.everything_stored())
    texts = (await house.service.get(f"/kits/{one}/texts", by=SECOND_NURSE_IN)).json()
    assert {each["field"]: each["text"] for each in texts if each["event"] == "kit.recovered"} == {
        "place": PLACE,
        "reason": HOW,
    }


async def test_only_of_the_agency_that_keeps_it_and_where_it_happened_and_no_other_says_so(house: House) -> None:
    tip = uuid4()
    await house.noted(tip, "Hinds")
    one = await house.with_police(exam=await house.exam(tip=tip))
    await house.left(OFFICER_IN)
    body = found_it(house, agency="MS-LAB", role="laboratory", purpose="laboratory")
    elsewhere = Person(("law_enforcement",), "LOCAL-LE", places=("DeSoto",))
    # The clinic's coordinator and the nurse are shown the kit still; it is not theirs to move.
    for who, status in ((COORDINATOR, 404), (elsewhere, 404), (ANALYST, 404), (NURSE_IN, 403)):
        assert (await house.act(one, "recovery", body, by=who)).status_code == status
    await house.done(one, "recovery", body, by=SECOND_OFFICER_IN)
    assert (await house.accept(one, ANALYST, seal_number=SEAL)).status_code == 200
    assert (await house.page(one))["held_by"]["stage"] == "laboratory"


async def test_the_coordinator_of_another_clinic_sees_what_was_left_with_it(house: House) -> None:
    other = Person(("clinic_coordinator",), "CVP")
    holder = Person(("forensic_nurse",), "CVP")
    one = await house.sealed()
    assert not await house.page(one, by=other)
    await house.hand_over(one, NURSE_IN, holder, agency="CVP", role="forensic_nurse", purpose="storage")
    assert one in await house.board(other)
    await house.left(holder)
    await house.done(one, "recovery", found_it(house, purpose="return"), by=other)
    assert (await house.accept(one, NURSE_IN)).status_code == 200
    assert one not in await house.board(other)
    assert REASON not in (await house.service.get(f"/kits/{one}", by=COORDINATOR)).text
