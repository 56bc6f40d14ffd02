"""Whoever is kept out of a case sees no exam of it, asks for none, and is offered for none."""

from contracts.events.tips import AccountReadmitted
from tests.services.forensic_clinic.house import (
    CLINIC,
    COORDINATOR,
    CPS,
    HOUR,
    NURSE,
    ROOM,
    SECOND_NURSE,
    House,
    ok,
    refused,
    slot,
    wanted,
)
from tests.support.running_service import NOON, Person

OTHER_COORDINATOR = Person(("clinic_coordinator",), agency=CLINIC)


async def test_a_coordinator_whom_the_tip_names_finds_nothing(house: House) -> None:
    tip = await house.tip()
    exam = await house.request(tip)
    assert (await house.service.get(f"/exams/{exam}", by=OTHER_COORDINATOR)).status_code == 200
    await house.shut_out(tip, OTHER_COORDINATOR)
    absent = await house.service.get(f"/exams/{tip}", by=OTHER_COORDINATOR)
    for path in ("", "/notes", "/slots"):
        hidden = await house.service.get(f"/exams/{exam}{path}", by=OTHER_COORDINATOR)
        assert (hidden.status_code, hidden.content) == (404, absent.content)
    for path, body in (
        ("hold", slot()),
        ("booking", slot()),
        ("release", {"reason": "None."}),
        ("consent", {"consent": "patient"}),
        ("completion", {"completed_at": NOON.isoformat()}),
        ("cancellation", {"cause": "clinic", "reason": "None."}),
    ):
        answer = await house.service.post(f"/exams/{exam}/{path}", body, by=OTHER_COORDINATOR, version=2)
        assert (answer.status_code, answer.content) == (404, absent.content)
    assert (await house.service.get("/exams", by=OTHER_COORDINATOR)).json() == []
    assert len((await house.service.get("/exams", by=COORDINATOR)).json()) == 1
    assert (await house.service.post("/exams", wanted(tip), by=OTHER_COORDINATOR)).status_code == 404
    # And of an exam requested afterwards, too.
    await house.request(tip)
    assert (await house.service.get("/exams", by=OTHER_COORDINATOR)).json() == []


async def test_a_requester_with_a_conflict_of_interest_finds_nothing(house: House) -> None:
    tip = await house.tip()
    exam = await house.request(tip)
    await house.kept_out(tip, CPS)
    assert (await house.service.get(f"/exams/{exam}", by=CPS)).status_code == 404
    assert (await house.service.get("/exams", by=CPS)).json() == []
    assert (await house.service.post("/exams", wanted(tip), by=CPS)).status_code == 404


async def test_whom_only_a_linked_tip_named_sees_its_exams_again_when_that_link_is_taken_back(house: House) -> None:
    tip = await house.tip()
    exam = await house.request(tip)
    await house.shut_out(tip, CPS)
    assert (await house.service.get(f"/exams/{exam}", by=CPS)).status_code == 404
    await house.told(tip, AccountReadmitted(tip=tip, account=CPS.account))
    assert (await house.service.get(f"/exams/{exam}", by=CPS)).status_code == 200
    assert [row["exam"] for row in (await house.service.get("/exams", by=CPS)).json()] == [str(exam)]


async def test_whom_the_tip_names_before_it_is_told_of_is_kept_out_from_the_first(house: House) -> None:
    tip = ROOM
    await house.shut_out(tip, NURSE)
    exam = await house.request(await house.tip(tip=tip))
    assert refused(await house.act(exam, "booking", slot())) == "nurse_not_available"


async def test_a_nurse_who_is_kept_out_is_neither_offered_nor_booked(house: House) -> None:
    await house.nurse(SECOND_NURSE)
    tip = await house.tip()
    exam = await house.request(tip)
    await house.shut_out(tip, NURSE)
    offered = (await house.service.get(f"/exams/{exam}/slots", by=COORDINATOR)).json()["slots"]
    assert {each["nurse"] for each in offered} == {str(SECOND_NURSE.account)}
    kept_out = await house.act(exam, "booking", slot())
    away = await house.act(exam, "booking", slot(NOON + 1000 * HOUR, nurse=SECOND_NURSE))
    assert (kept_out.status_code, kept_out.content) == (away.status_code, away.content)
    assert refused(kept_out) == "nurse_not_available"
    other_case = await house.request()
    ok(await house.act(other_case, "booking", slot()))


async def test_a_nurse_shut_out_later_is_taken_off_the_exam_and_sees_it_no_more(house: House) -> None:
    tip = await house.tip()
    for keep in ("hold", "booking"):
        exam = await house.request(tip)
        ok(await house.act(exam, keep, slot()))
        assert await house.page(exam, by=NURSE)
        who = NURSE if keep == "booking" else SECOND_NURSE
        await house.shut_out(tip, who)
        if who == NURSE:
            assert await house.page(exam, by=NURSE) == {}
            assert (await house.page(exam))["phase"] == "requested"
            assert house.taken(ROOM, NURSE.account) == 0
        else:
            assert (await house.page(exam))["phase"] == "held"
            ok(await house.act(exam, "release", {"reason": "Another time."}))


async def test_a_nurse_sees_an_exam_while_it_is_hers(house: House) -> None:
    await house.nurse(SECOND_NURSE)
    exam = await house.request()
    assert await house.page(exam, by=NURSE) == {}
    ok(await house.act(exam, "booking", slot()))
    assert await house.page(exam, by=NURSE)
    assert await house.page(exam, by=SECOND_NURSE) == {}
    ok(await house.act(exam, "release", {"reason": "Another time."}))
    assert await house.page(exam, by=NURSE) == {}
