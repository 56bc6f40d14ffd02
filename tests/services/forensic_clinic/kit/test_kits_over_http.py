"""A kit from the box to the result, over HTTP."""

from uuid import UUID, uuid4

import pytest

from contracts.language import Event
from services.forensic_clinic.kit import events as kit_events
from tests.services.forensic_clinic.kit.given import HOUR
from tests.services.forensic_clinic.kit.house import (
    AGENT,
    ANALYST,
    COORDINATOR,
    NUMBER,
    NURSE,
    OFFICER,
    REASON,
    SEAL,
    SECOND_NURSE,
    SECOND_OFFICER,
    TO_LABORATORY,
    TO_POLICE,
    House,
)
from tests.services.policy import at_once
from tests.support.destroying import destroyed
from tests.support.running_service import says

RELIEF = {"agency": "BRIDGE", "role": "forensic_nurse", "purpose": "relief"}
STORAGE = {"agency": "LOCAL-LE", "role": "law_enforcement", "purpose": "storage"}


async def test_a_reported_kit_goes_from_the_clinic_to_the_laboratory_by_both_hands(house: House) -> None:
    kit = await house.in_laboratory()
    await house.done(kit, "results", {"result": "tested", "result_at": house.at()}, by=ANALYST)

    page = await house.page(kit)
    hands = [(UUID(each["by"]), UUID(each["ended_by"]), each["outcome"]) for each in page["chain"]]
    assert hands == [
        (NURSE.account, OFFICER.account, "accepted"),
        (OFFICER.account, ANALYST.account, "accepted"),
    ]
    assert (page["held_by"]["account"], page["held_by"]["stage"]) == (str(ANALYST.account), "laboratory")
    assert (page["in_transit"], page["seal_in_doubt"], page["items"]) == (False, False, 12)
    assert page["tested_at"] is not None


async def test_every_event_carries_the_case_of_the_tip(house: House) -> None:
    tip = uuid4()
    kit = await house.in_laboratory(exam=await house.exam(tip=tip))
    await house.until_idle()

    assert {state["correlation_id"] for _, _, _, state in house.service.happened()} == {str(tip)}
    assert (await house.page(kit))["case"] == str(tip)


async def test_between_two_hands_both_are_on_record(house: House) -> None:
    kit = await house.sealed()
    await house.offer(kit, NURSE, **TO_POLICE)

    page = await house.page(kit, by=OFFICER)
    assert (page["in_transit"], page["held_by"]["account"]) == (True, str(NURSE.account))
    assert (page["chain"][0]["agency"], page["chain"][0]["outcome"]) == ("LOCAL-LE", "offered")


async def test_of_two_who_accept_at_once_one_takes_it(house: House) -> None:
    kit = await house.sealed()
    await house.offer(kit, NURSE, **TO_POLICE)

    answers = await at_once(*(lambda who=who: house.accept(kit, who) for who in (OFFICER, SECOND_OFFICER) * 5))

    assert sorted(answer.status_code for answer in answers).count(200) == 1
    assert {answer.status_code for answer in answers} <= {200, 409, 412}
    assert house.service.names().count("kit.accepted") == 1


async def test_an_acceptance_and_a_withdrawal_at_once_leave_one_holder(house: House) -> None:
    kit = await house.sealed()
    await house.offer(kit, NURSE, **TO_POLICE)

    answers = await at_once(
        lambda: house.accept(kit, OFFICER), lambda: house.act(kit, "withdrawal", {"reason": REASON}, by=NURSE)
    )

    assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 412], [200, 404])
    ends = [name for name in house.service.names() if name in {"kit.accepted", "kit.offer_withdrawn"}]
    assert len(ends) == 1


async def test_of_two_kits_opened_at_once_one_carries_the_number(house: House) -> None:
    exams = [await house.exam() for _ in range(5)]

    answers = await at_once(*(lambda exam=exam: house.open(exam) for exam in exams))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"taken", "kit_number_taken"}
    assert (await house.open(await house.exam(), number=NUMBER.lower())).json()["code"] == "kit_number_taken"


async def test_two_kits_of_one_exam_opened_at_once_both_stand(house: House) -> None:
    exam = await house.exam()

    answers = await at_once(*(lambda n=n: house.open(exam, number=f"{NUMBER}{n}") for n in range(4)))

    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["reference"] for answer in answers}) == 4


async def test_the_number_of_a_kit_set_aside_is_free_again(house: House) -> None:
    kit = await house.opened()
    await house.done(kit, "setting-aside", {"reason": REASON}, by=NURSE)

    assert (await house.open(await house.exam())).status_code == 201


async def test_a_kit_is_found_by_the_number_on_the_box_by_whom_it_is_offered_to(house: House) -> None:
    kit = await house.sealed()
    wanted = {"number": NUMBER.lower().replace("-", " ")}

    unasked = await house.service.post("/kits/find", wanted, by=OFFICER)
    await house.offer(kit, NURSE, **TO_POLICE)
    asked = await house.service.post("/kits/find", wanted, by=OFFICER)
    unknown = await house.service.post("/kits/find", {"number": "ZQX-0000"}, by=OFFICER)

    assert (unasked.status_code, asked.status_code, unknown.status_code) == (404, 200, 404)
    assert unasked.json() == unknown.json()
    assert asked.json()["reference"] == str(kit)


@pytest.mark.parametrize(
    ("said", "found"), [({"seal_number": "ZQX-OTHER"}, "other_number"), ({"seal": "broken"}, "broken")]
)
async def test_a_seal_in_doubt_is_kept_in_the_words_of_both(house: House, said: dict[str, str], found: str) -> None:
    kit = await house.sealed()
    await house.offer(kit, NURSE, **TO_POLICE)
    silent = await house.accept(kit, OFFICER, **said)
    taken = await house.accept(kit, OFFICER, statement="Zqx receiver: see the left side.", **said)
    body = {"handover": 1, "statement": "Zqx giver: whole when given."}
    await house.done(kit, "statements", body, by=NURSE)

    assert (silent.status_code, silent.json()["field"], taken.status_code) == (422, "statement", 200)
    page = await house.page(kit)
    assert page["seal_in_doubt"]
    assert (page["chain"][0]["seal_found"], page["chain"][0]["doubted"], page["chain"][0]["heard"]) == (
        found,
        ["receiver"],
        ["giver"],
    )
    texts = (await house.service.get(f"/kits/{kit}/texts", by=OFFICER)).json()
    statements = [each["text"] for each in texts if each["field"] == "statement"]
    assert statements == ["Zqx receiver: see the left side.", "Zqx giver: whole when given."]
    assert house.service.names()[-1] == "operation.page_read"


async def test_after_a_new_seal_the_new_number_is_the_one_on_record(house: House) -> None:
    kit = await house.in_laboratory()
    seal = {"seal_number": "LAB-1", "reason": REASON, "sealed_at": house.at()}
    await house.done(kit, "new-seal", seal, by=ANALYST)
    await house.offer(kit, ANALYST, agency="LOCAL-LE", role="law_enforcement", purpose="return")

    old = await house.accept(kit, OFFICER)
    new = await house.accept(kit, OFFICER, seal_number="lab 1")

    assert (old.status_code, new.status_code) == (422, 200)
    assert not (await house.page(kit))["seal_in_doubt"]


async def test_where_a_court_had_the_numbers_destroyed_the_receivers_word_stands(house: House) -> None:
    kit = await house.sealed()
    person = next(state["data"]["person"] for _, _, name, state in house.service.rows() if name == "kit.opened")
    await destroyed(house.service, house.service.upstream("tips"), UUID(person))
    await house.hand_over(kit, NURSE, OFFICER, **TO_POLICE)

    texts = (await house.service.get(f"/kits/{kit}/texts", by=OFFICER)).json()
    assert [each["text"] for each in texts if each["field"] in {"number", "seal_number"}] == [None, None]
    assert not (await house.page(kit))["seal_in_doubt"]


async def test_of_an_unreported_kit_no_other_service_is_told(house: House) -> None:
    kit = await house.sealed(consent="unreported")
    await house.hand_over(kit, NURSE, SECOND_NURSE, **RELIEF)
    await house.hand_over(kit, SECOND_NURSE, OFFICER, **STORAGE)

    told = [name for name in house.service.names() if name.startswith("forensic_clinic.") and "kit" in name]
    assert told == []
    body = {"agency": "LOCAL-LE", "called_at": house.at(), "spoke_with": "Example"}
    answer = await house.act(kit, "calls", body, by=COORDINATOR)
    assert (answer.status_code, answer.json()["rule"], answer.json()["citation"]) == (
        409,
        "C58",
        "Miss. Code 99-51-1(1)(g)",
    )


async def test_late_entries_stand_in_the_order_they_happened(house: House) -> None:
    kit = await house.sealed()
    sealed_at = house.now
    house.service.time.turn(10 * HOUR)

    before = await house.act(kit, "offers", {**TO_POLICE, "offered_at": house.at(sealed_at - HOUR)}, by=NURSE)
    late = await house.act(kit, "offers", {**TO_POLICE, "offered_at": house.at(sealed_at + HOUR)}, by=NURSE)
    ahead = await house.accept(kit, OFFICER, accepted_at=house.at(sealed_at))
    taken = await house.accept(kit, OFFICER, accepted_at=house.at(sealed_at + 2 * HOUR))

    assert [each.status_code for each in (before, late, ahead, taken)] == [422, 200, 422, 200]
    state = house.service.rows()[-1][3]
    page = await house.page(kit)
    assert page["held_by"]["since"].startswith("2026-11-03T20:00:00")
    assert state["recorded_at"] > page["held_by"]["since"]


async def test_nothing_of_a_kit_is_in_a_log_line_or_readable_in_the_database(house: House) -> None:
    kit = await house.sealed()
    await house.call(kit)
    await house.offer(kit, NURSE, **TO_POLICE, seal="broken", statement="Zqx giver words")
    await house.act(kit, "refusal", {"reason": "Zqx refusal"}, by=OFFICER)
    await house.offer(kit, NURSE, **TO_POLICE)
    await house.act(kit, "withdrawal", {"reason": "Zqx withdrawal"}, by=NURSE)
    await house.service.post("/kits/find", {"number": NUMBER}, by=NURSE)
    await house.service.get(f"/kits/{kit}/texts", by=NURSE)
    await house.until_idle()

    plain = NUMBER.replace("-", "")
    for kept in (house.service.log_lines(), house.service.everything_stored()):
        assert not says("zqx", kept.lower())
        for word in (plain.lower(), SEAL.lower().replace("-", "")):
            assert word not in kept.lower()


async def test_one_event_and_one_route_end_a_kit_and_none_an_unreported_one(house: House) -> None:
    """C58: no period for unreported kits is on file, so nothing here may destroy one."""
    paths = (await house.service.http.get("/schema/openapi.json")).json()["paths"]
    ours = [path for path in paths if path.startswith("/kits")]
    assert len(ours) >= 15
    names = [
        each.NAME
        for each in vars(kit_events).values()
        if isinstance(each, type) and issubclass(each, Event) and hasattr(each, "NAME")
    ]
    ending = [each for each in (*ours, *names) for word in ("destr", "dispos", "delet", "discard") if word in each]
    assert ending == ["/kits/{kit}/destruction", "kit.destroyed"]
    stored = await house.sealed(consent="unreported")
    await house.hand_over(stored, NURSE, OFFICER, **STORAGE)
    destroyed_at = {"destroyed_at": house.at()}
    refused = await house.act(stored, "destruction", destroyed_at, by=OFFICER)
    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]) == (409, "kit_unreported", "C58")


async def test_somebody_of_another_agency_cannot_answer_an_offer(house: House) -> None:
    kit = await house.sealed()
    await house.offer(kit, NURSE, **TO_POLICE)

    assert (await house.accept(kit, AGENT)).status_code == 404
    assert (await house.accept(kit, NURSE)).json()["code"] == "own_offer"
    await house.done(kit, "withdrawal", {"reason": REASON}, by=NURSE)
    await house.offer(kit, NURSE, **TO_POLICE, account=str(SECOND_OFFICER.account))
    assert (await house.accept(kit, OFFICER)).json()["code"] == "kit_not_offered"
    assert (await house.accept(kit, SECOND_OFFICER)).status_code == 200
    onward = await house.act(kit, "offers", {**TO_LABORATORY, "offered_at": house.at()}, by=OFFICER)
    assert onward.json()["code"] == "kit_not_held"
