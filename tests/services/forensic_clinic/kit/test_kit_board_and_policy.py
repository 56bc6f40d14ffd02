"""Who is shown which kit: the board compared with the policies, and whoever is kept out shown nothing."""

from uuid import UUID, uuid4

import pytest

from tests.services.forensic_clinic.kit.given import HOUR
from tests.services.forensic_clinic.kit.house import (
    AGENT,
    ANALYST,
    AUDITOR,
    COORDINATOR,
    NURSE,
    OFFICER,
    OPERATOR,
    PROSECUTOR,
    REASON,
    SECOND_NURSE,
    SECOND_OFFICER,
    TO_LABORATORY,
    TO_POLICE,
    House,
)
from tests.services.policy import all_rows, generation
from tests.support.running_service import Person
from tests.support.waiting import eventually

OTHER_COORDINATOR = Person(("clinic_coordinator",), agency="GULFPORT")
EVERYBODY = (
    NURSE,
    SECOND_NURSE,
    COORDINATOR,
    OTHER_COORDINATOR,
    OFFICER,
    SECOND_OFFICER,
    AGENT,
    ANALYST,
)
STORAGE = {"agency": "LOCAL-LE", "role": "law_enforcement", "purpose": "storage"}
RETURN = {"agency": "BRIDGE", "role": "forensic_nurse", "purpose": "return"}


async def kits_of_every_kind(house: House) -> dict[str, UUID]:
    """One in each place a kit can be."""
    tip = uuid4()
    kits = {
        "open": await house.opened(number="ZQX-N1"),
        "sealed": await house.sealed(number="ZQX-N2"),
        "offered": await house.sealed(number="ZQX-N3"),
        "police": await house.with_police(number="ZQX-N4"),
        "laboratory": await house.in_laboratory(number="ZQX-N5"),
        "stored": await house.sealed(number="ZQX-N6", consent="unreported"),
        "returned": await house.sealed(number="ZQX-N7", consent="unreported"),
        "shut out": await house.with_police(exam=await house.exam(tip=tip), number="ZQX-N8"),
        "set aside": await house.opened(number="ZQX-N9"),
    }
    await house.offer(kits["offered"], NURSE, **TO_POLICE)
    for name in ("stored", "returned"):
        await house.hand_over(kits[name], NURSE, OFFICER, **STORAGE)
    await house.hand_over(kits["returned"], OFFICER, SECOND_NURSE, **RETURN)
    await house.done(kits["set aside"], "setting-aside", {"reason": REASON}, by=NURSE)
    await house.shut_out(tip, SECOND_OFFICER)
    return kits


async def test_the_board_shows_what_the_policies_show_and_no_more(house: House) -> None:
    kits = await kits_of_every_kind(house)

    for who in EVERYBODY:
        allowed = {kit for name, kit in kits.items() if name != "set aside" and await house.may_list(kit, who)}
        assert set(await house.board(who)) == allowed, who.roles
    assert set(await house.board(COORDINATOR)) == set(kits.values()) - {kits["set aside"]}
    assert set(await house.board(OTHER_COORDINATOR)) == set()
    seen = {name for name, kit in kits.items() if kit in await house.board(OFFICER)}
    assert seen == {"offered", "police", "laboratory", "stored", "shut out"}


async def test_whoever_is_kept_out_of_the_case_is_shown_nothing_of_its_kit(house: House) -> None:
    tip = uuid4()
    kit = await house.with_police(exam=await house.exam(tip=tip))
    absent = await house.service.get(f"/kits/{uuid4()}", by=OFFICER)
    assert (await house.service.get(f"/kits/{kit}", by=OFFICER)).status_code == 200
    await house.shut_out(tip, OFFICER)

    body = {"reason": REASON}
    for answer in (
        await house.service.get(f"/kits/{kit}", by=OFFICER),
        await house.service.get(f"/kits/{kit}/texts", by=OFFICER),
        await house.service.post("/kits/find", {"number": "ZQX-2417-KIT"}, by=OFFICER),
        await house.act(kit, "offers", {**TO_LABORATORY, "offered_at": house.at()}, by=OFFICER),
        await house.act(kit, "refusal", body, by=OFFICER),
    ):
        assert (answer.status_code, answer.json()) == (404, absent.json())
    assert await house.board(OFFICER) == {}
    assert set(await house.board(SECOND_OFFICER)) == {kit}


async def test_whom_a_tip_names_before_there_is_a_kit_is_kept_out_of_it_too(house: House) -> None:
    tip = uuid4()
    exam = await house.exam(tip=tip)
    await house.shut_out(tip, NURSE)

    assert (await house.open(exam)).status_code == 404


@pytest.mark.parametrize("who", [PROSECUTOR, OPERATOR, AUDITOR])
async def test_roles_through_whose_hands_no_kit_goes_use_no_route_of_kits(house: House, who: Person) -> None:
    kit = await house.sealed()
    assert (await house.service.get(f"/kits/{kit}", by=who)).status_code == 403
    assert (await house.service.get("/kits", by=who)).status_code == 403
    assert (await house.open(await house.exam(), by=who)).status_code == 403


async def test_a_nurse_opens_kits_of_her_own_exams_alone(house: House) -> None:
    exam = await house.exam()
    assert (await house.open(exam, by=SECOND_NURSE)).status_code == 404
    assert (await house.open(uuid4(), by=NURSE)).status_code == 404
    assert (await house.open(exam, by=NURSE)).status_code == 201


async def test_the_sealed_words_are_read_where_the_kit_is_and_that_is_on_record(house: House) -> None:
    kit = await house.sealed()

    async def readers() -> set[Person]:
        answers = {who: await house.service.get(f"/kits/{kit}/texts", by=who) for who in EVERYBODY}
        assert {answer.status_code for answer in answers.values()} <= {200, 404}
        return {who for who, answer in answers.items() if answer.status_code == 200}

    before = house.service.names().count("operation.page_read")
    assert await readers() == {NURSE, COORDINATOR}
    assert house.service.names().count("operation.page_read") == before + 2
    await house.call(kit)
    await house.offer(kit, NURSE, **TO_POLICE)
    assert await readers() == {NURSE, COORDINATOR}
    await house.accept(kit, OFFICER)
    assert await readers() == {OFFICER}
    await house.hand_over(kit, OFFICER, ANALYST, **TO_LABORATORY)
    assert await readers() == {ANALYST}
    # Whoever had it in hand, or was called for it, reads where it is.
    for who in (NURSE, COORDINATOR, OFFICER, SECOND_OFFICER):
        assert (await house.page(kit, by=who))["held_by"]["stage"] == "laboratory"


async def test_of_all_local_police_those_who_work_where_it_happened_are_shown_the_kit(house: House) -> None:
    tip = uuid4()
    await house.noted(tip, "Hinds")
    kit = await house.with_police(exam=await house.exam(tip=tip))
    for places, sees in ((("Hinds", "Rankin"), True), (("DeSoto",), False), ((), False), (None, True)):
        officer = Person(("law_enforcement",), "LOCAL-LE", places=places)
        assert (kit in await house.board(officer)) is sees
        assert await house.may_list(kit, officer) is sees
        assert bool(await house.page(kit, by=officer)) is sees
    # Who holds it, or is offered it, is shown it wherever they work.
    elsewhere = Person(OFFICER.roles, OFFICER.agency, OFFICER.account, ("DeSoto",))
    assert kit in await house.board(elsewhere)


async def test_what_is_due_first_stands_first_and_a_missed_duty_stays_until_it_is_done(house: House) -> None:
    exam = await house.exam()
    late, early = await house.sealed(exam), await house.in_laboratory(number="ZQX-N2")
    quiet = await house.sealed(number="ZQX-N3", consent="unreported")
    await house.complete(exam)
    await house.until_clock(late, "C54", "started")
    await house.until_clock(early, "C57", "started")

    board = await house.board(COORDINATOR)
    assert list(board) == [late, early, quiet]
    assert [(each["rule"], each["warned"], each["missed"]) for each in board[late]["duties"]] == [("C54", False, False)]
    assert set(await house.board(COORDINATOR, only="due")) == {late, early}

    house.service.time.turn(5 * HOUR)
    await house.until_clock(late, "C54", "started", "missed")
    board = await house.board(COORDINATOR)
    assert [(each["rule"], each["missed"]) for each in board[late]["duties"]] == [("C54", True)]
    await house.call(late)
    await house.until_idle()
    board = await house.board(COORDINATOR)
    assert [(each["rule"], each["missed"]) for each in board[late]["duties"]] == [("C55", False)]


async def test_a_rebuilt_board_is_the_same_board(house: House) -> None:
    await kits_of_every_kind(house)
    await house.until_idle()
    await house.board(COORDINATOR)
    before = all_rows(house.service, "kit_board")

    rebuilt = await house.service.post("/operator/views/kit_board/rebuild", by=OPERATOR)
    assert rebuilt.status_code == 200, rebuilt.text

    async def switched() -> bool:
        return generation(house.service, "kit_board") == 2

    await eventually(switched)
    await house.board(COORDINATOR)
    assert all_rows(house.service, "kit_board") == before
