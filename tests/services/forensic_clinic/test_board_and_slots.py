"""What is free, what waits and what is planned: for those who may see it, by Central days."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.services.forensic_clinic.house import (
    CLINIC,
    COORDINATOR,
    CPS,
    HOUR,
    NURSE,
    ROOM,
    SECOND_NURSE,
    SECOND_ROOM,
    House,
    ok,
    refused,
    slot,
    span,
)
from tests.services.policy import all_rows, generation
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

ELSEWHERE = Person(("clinic_coordinator",), agency="OTHER")
OTHER_CPS = Person(("cps_coordinator",), agency="MDCPS")
NOTE = "Example Child is afraid of men."


async def free(house: House, exam: UUID, **asked: int) -> list[tuple[datetime, str, str]]:
    answer = ok(await house.service.get(f"/exams/{exam}/slots", by=COORDINATOR, params=asked))
    return [(datetime.fromisoformat(each["since"]), each["nurse"], each["room"]) for each in answer.json()["slots"]]


async def test_slots_are_every_nurse_with_every_room_earliest_first(empty_house: House) -> None:
    house = empty_house
    morning = (NOON, NOON + 3 * HOUR)
    await house.nurse(NURSE, available=morning)
    await house.nurse(SECOND_NURSE, "sane_adult_adolescent", available=morning)
    await house.room(1, available=morning)
    await house.room(2, available=(NOON + HOUR, NOON + 3 * HOUR))
    exam = await house.request()
    nurse, one, two = str(NURSE.account), str(ROOM), str(SECOND_ROOM)
    rooms_at_once = sorted([(NOON + HOUR, nurse, one), (NOON + HOUR, nurse, two)])
    assert await free(house, exam, minutes=120) == [
        (NOON, nurse, one),
        (NOON + HOUR / 2, nurse, one),
        *rooms_at_once,
    ]
    # An exam of another takes nurse and one room, and the nurse's rest before and after it.
    ok(await house.act(await house.request(), "booking", slot(NOON + HOUR, NOON + 2 * HOUR)))
    assert await free(house, exam, minutes=60) == []
    more = span(NOON + 3 * HOUR, NOON + 5 * HOUR)
    for path, by in ((f"/nurses/{NURSE.account}", NURSE), (f"/rooms/{ROOM}", COORDINATOR)):
        version = (await house.service.get(path, by=by)).json()["version"]
        ok(await house.service.post(f"{path}/availability", more, by=by, version=version))
    assert [since for since, _, _ in await free(house, exam, minutes=120)] == [NOON + 3 * HOUR]
    after_rest = [NOON + 3 * HOUR, NOON + 3.5 * HOUR, NOON + 4 * HOUR]
    assert [since for since, _, _ in await free(house, exam, minutes=60)] == after_rest
    # The exam's own hold is no obstacle to it.
    ok(await house.act(exam, "hold", slot(NOON + 3 * HOUR)))
    assert (NOON + 3 * HOUR, nurse, one) in await free(house, exam, minutes=60)


async def test_no_slot_is_a_usual_answer(empty_house: House) -> None:
    exam = await empty_house.request()
    assert await free(empty_house, exam) == []
    await empty_house.nurse(NURSE, "sane_adult_adolescent")
    await empty_house.room()
    assert await free(empty_house, exam) == []
    assert (await empty_house.service.get(f"/exams/{exam}/slots", by=CPS)).status_code == 200
    for asked in ({"minutes": 5}, {"minutes": 5_000}, {"days": 0}, {"days": 400}):
        answer = await empty_house.service.get(f"/exams/{exam}/slots", by=COORDINATOR, params=asked)
        assert answer.status_code in {400, 422}, answer.text


async def test_on_the_day_the_clocks_change_an_hour_is_an_hour(empty_house: House) -> None:
    house = empty_house
    house.service.time.turn(datetime(2027, 3, 14, tzinfo=UTC) - NOON)
    # From midnight to midnight by the clock faces of Jackson: 23 hours.
    day = (datetime(2027, 3, 14, 6, tzinfo=UTC), datetime(2027, 3, 15, 5, tzinfo=UTC))
    await house.nurse(NURSE, available=day)
    await house.room(1, available=day)
    exam = await house.request()
    slots = await free(house, exam, minutes=60)
    # A slot each half hour, the last an hour before midnight.
    assert len(slots) == 45
    assert slots[-1][0] == day[1] - HOUR
    # From 01:30 to 03:30 by the clock faces: an hour only, and after an hour's rest the next may follow at once.
    local = {"since": "2027-03-14T01:30:00-06:00", "until": "2027-03-14T03:30:00-05:00"}
    ok(await house.act(exam, "booking", slot() | local))
    next_ = await house.request()
    too_soon = await house.act(next_, "booking", slot(datetime(2027, 3, 14, 9, 29, tzinfo=UTC)))
    assert refused(too_soon) == "rest_too_short"
    ok(await house.act(next_, "booking", slot(datetime(2027, 3, 14, 9, 30, tzinfo=UTC))))
    planned = ok(await house.service.get("/exams", by=COORDINATOR, params={"day": "2027-03-14"}))
    assert len(planned.json()) == 2
    week = ok(await house.service.get(f"/nurses/{NURSE.account}/week", by=NURSE, params={"first_day": "2027-03-08"}))
    since, until = (datetime.fromisoformat(week.json()[name]) for name in ("since", "until"))
    assert until - since == timedelta(hours=167)
    assert len(week.json()["exams"]) == 2
    assert week.json()["available"] == [{"since": "2027-03-14T06:00:00Z", "until": "2027-03-15T05:00:00Z"}]


async def test_the_board_shows_what_waits_then_what_is_planned_to_those_who_may_see_it(house: House) -> None:
    first = await house.request()
    house.service.time.turn(timedelta(minutes=1))
    second = await house.request()
    house.service.time.turn(timedelta(minutes=1))
    theirs = await house.request(by=OTHER_CPS)
    planned = ok(await house.act(first, "booking", slot()))

    async def seen(by: Person, **asked: str) -> list[tuple[str, str]]:
        rows = ok(await house.service.get("/exams", by=by, after=planned, params=asked)).json()
        return [(row["exam"], row["phase"]) for row in rows]

    waiting = [(str(second), "requested"), (str(theirs), "requested")]
    assert await seen(COORDINATOR) == [*waiting, (str(first), "booked")]
    assert await seen(COORDINATOR, day="2026-11-03") == [(str(first), "booked")]
    assert await seen(COORDINATOR, day="2026-11-04") == []
    assert await seen(COORDINATOR, phase="requested") == waiting
    unknown = await house.service.get("/exams", by=COORDINATOR, params={"phase": "\x00"})
    assert unknown.status_code == 422
    assert await seen(CPS) == [(str(second), "requested"), (str(first), "booked")]
    assert await seen(OTHER_CPS) == [(str(theirs), "requested")]
    assert await seen(NURSE) == [(str(first), "booked")]
    assert await seen(SECOND_NURSE) == []
    assert await seen(ELSEWHERE) == []


async def test_a_clinic_keeps_its_own_nurses_rooms_and_exams(house: House) -> None:
    exam = await house.request()
    for path in (f"/nurses/{NURSE.account}", f"/nurses/{NURSE.account}/week", f"/rooms/{ROOM}", f"/exams/{exam}"):
        assert (await house.service.get(path, by=ELSEWHERE)).status_code == 404
    body = span(NOON, NOON + HOUR)
    for path in (f"/nurses/{NURSE.account}/availability", f"/rooms/{ROOM}/availability"):
        assert (await house.service.post(path, body, by=ELSEWHERE, version=1)).status_code == 404
    register = {"account": str(SECOND_NURSE.account), "clinic": CLINIC}
    assert (await house.service.post("/nurses", register, by=ELSEWHERE)).status_code == 404
    assert (await house.service.get(f"/nurses/{NURSE.account}", by=SECOND_NURSE)).status_code == 404


async def test_notes_are_sealed_and_a_reading_of_them_is_on_record(house: House) -> None:
    earliest = (NOON - 30 * HOUR).isoformat()
    known = {"earliest": earliest, "latest": earliest}
    exam = await house.request(note=NOTE, assault_time=known)
    assert (await house.service.get(f"/exams/{exam}/notes", by=NURSE)).status_code == 404
    ok(await house.act(exam, "booking", slot()))
    before = house.count("operation.page_read")
    notes = ok(await house.service.get(f"/exams/{exam}/notes", by=NURSE)).json()
    assert [each["text"] for each in notes] == [NOTE]
    assert house.count("operation.page_read") == before + 1
    assert datetime.fromisoformat((await house.page(exam))["assault_earliest"]) == NOON - 30 * HOUR
    assert NOTE not in house.service.everything_stored()
    assert "afraid" not in house.service.log_lines()


async def test_views_built_again_from_the_log_give_the_same_answers(house: House) -> None:
    tip = await house.tip()
    exams = [await house.request(tip), await house.request(), await house.request()]
    ok(await house.act(exams[0], "hold", slot()))
    ok(await house.act(exams[1], "booking", slot(NOON + 3 * HOUR)))
    ok(await house.act(exams[2], "cancellation", {"cause": "clinic", "reason": "Not wanted."}))
    await house.shut_out(tip, Person(("clinic_coordinator",), agency=CLINIC))
    ok(await house.service.get("/exams", by=COORDINATOR))
    operator = Person(("operator",))
    for view in ("exam_board", "roster"):
        before, old = all_rows(house.service, view), generation(house.service, view)
        ok(await house.service.post(f"/operator/views/{view}/rebuild", by=operator))

        async def switched(view: str = view, old: int = old) -> bool:
            return generation(house.service, view) > old

        await eventually(switched)
        assert all_rows(house.service, view) == before
        assert before
