"""Booking over HTTP: nurse, room and patient each once at a time, kept by the database."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest

from contracts.events.tips import TipCorrected, TipLinked, TipParted
from services.kernel.periods import Periods, Taken
from tests.services.forensic_clinic.house import (
    COORDINATOR,
    CPS,
    HOUR,
    NURSE,
    ROOM,
    SECOND_NURSE,
    SECOND_ROOM,
    THIRD_NURSE,
    House,
    ok,
    refused,
    slot,
    span,
)
from tests.support.running_service import NOON
from tests.support.waiting import eventually

LATE = NOON + timedelta(minutes=90)
DONE = {"completed_at": (NOON + 2 * HOUR).isoformat()}
WHY = {"reason": "The nurse fell ill."}


async def test_an_exam_is_requested_held_booked_and_completed(house: House) -> None:
    exam = await house.request()
    ok(await house.act(exam, "hold", slot()))
    held = await house.page(exam)
    assert (held["phase"], held["slot"]["nurse"]) == ("held", str(NURSE.account))
    ok(await house.act(exam, "booking", slot()))
    booked = await house.page(exam)
    assert (booked["phase"], booked["held_until"], booked["nurse_fits"]) == ("booked", None, True)
    house.service.time.turn(3 * HOUR)
    ok(await house.act(exam, "completion", DONE, by=NURSE))
    assert (await house.page(exam))["phase"] == "completed"
    assert house.taken(ROOM, NURSE.account) == 2, "the time it took stays taken"


async def test_a_nurse_a_room_and_a_patient_are_in_one_exam_at_a_time(house: House) -> None:
    await house.nurse(SECOND_NURSE)
    await house.room(2)
    tip = await house.tip()
    first, second, same_patient = await house.request(tip), await house.request(), await house.request(tip)
    ok(await house.act(first, "booking", slot()))
    assert refused(await house.act(second, "booking", slot(LATE, room=SECOND_ROOM))) == "nurse_taken"
    assert refused(await house.act(second, "hold", slot(LATE, nurse=SECOND_NURSE))) == "room_taken"
    other = slot(LATE, nurse=SECOND_NURSE, room=SECOND_ROOM)
    answer = await house.act(same_patient, "booking", other)
    assert refused(answer) == "patient_taken"
    assert str(first) not in answer.text
    assert str(tip) not in answer.text
    ok(await house.act(second, "booking", other))


async def test_the_patient_of_linked_tips_is_one_until_they_are_parted(house: House) -> None:
    await house.nurse(SECOND_NURSE)
    await house.room(2)
    first, second = await house.tip(), await house.tip()
    await house.told(second, TipLinked(tip=second, other=first, first=first))
    ok(await house.act(await house.request(first), "booking", slot()))
    other = await house.request(second)
    answer = await house.act(other, "booking", slot(LATE, nurse=SECOND_NURSE, room=SECOND_ROOM))
    assert refused(answer) == "patient_taken"
    parted = TipParted(tip=second, other=first, first=second, person=second, received_at=NOON, age="child")
    await house.told(second, parted)
    ok(await house.act(other, "booking", slot(LATE, nurse=SECOND_NURSE, room=SECOND_ROOM)))


async def test_completion_frees_what_is_left_of_the_time_and_not_what_it_took(house: House) -> None:
    exam, other = await house.request(), await house.request()
    ok(await house.act(exam, "booking", slot()))
    house.service.time.turn(3 * HOUR)
    ok(await house.act(exam, "completion", {"completed_at": LATE.isoformat()}))
    # Typed in afterwards, of the same hour: nobody was in two places.
    assert refused(await house.act(other, "booking", slot())) == "nurse_taken"
    ok(await house.act(other, "booking", slot(LATE)))


async def test_release_and_cancellation_free_what_was_kept(house: House) -> None:
    for path, body in (("release", WHY), ("cancellation", {"cause": "patient", "reason": "Said no."})):
        exam = await house.request()
        ok(await house.act(exam, "booking", slot()))
        assert house.taken(ROOM, NURSE.account) == 2
        ok(await house.act(exam, path, body))
        assert house.taken(ROOM, NURSE.account) == 0


async def test_a_hold_that_nobody_books_falls_away_and_frees_the_slot(house: House) -> None:
    first, second = await house.request(), await house.request()
    ok(await house.act(first, "hold", slot()))
    assert refused(await house.act(second, "booking", slot())) == "nurse_taken"
    house.service.time.turn(timedelta(minutes=30))

    async def expired() -> bool:
        return bool((await house.page(first))["phase"] == "requested")

    await eventually(expired)
    assert house.taken(ROOM, NURSE.account) == 0
    ok(await house.act(second, "booking", slot()))
    names = [name for stream, _, name, _ in house.service.rows() if stream == first]
    assert names[-1] == "exam.hold_expired"
    cases = {state["correlation_id"] for stream, _, _, state in house.service.rows() if stream == first}
    assert cases == {(await house.page(first))["tip"]}


async def test_a_booking_at_the_moment_its_hold_expires_stands_whichever_is_first(house: House) -> None:
    for _ in range(5):
        exam = await house.request()
        since = house.service.time.now() + HOUR
        ok(await house.act(exam, "hold", slot(since)))
        version = (await house.page(exam))["version"]
        house.service.time.turn(timedelta(minutes=30))
        answers: list[int] = []
        # The timer comes between at some time: then the caller is told, reads again, and books what is free.
        while not answers or answers[-1] == 412:
            answer = await house.service.post(f"/exams/{exam}/booking", slot(since), by=COORDINATOR, version=version)
            answers.append(answer.status_code)
            version = (await house.page(exam))["version"]
        assert answers[-1] == 200, answers
        assert (await house.page(exam))["phase"] == "booked"
        assert house.taken(ROOM, NURSE.account) == 2
        ok(await house.act(exam, "release", WHY))


async def test_a_hold_moved_on_lasts_from_then(house: House) -> None:
    exam = await house.request()
    ok(await house.act(exam, "hold", slot()))
    house.service.time.turn(timedelta(minutes=20))
    ok(await house.act(exam, "hold", slot()))
    house.service.time.turn(timedelta(minutes=20))
    other = await house.request()
    # The first hold's moment has come and gone: nothing followed from it.
    assert refused(await house.act(other, "booking", slot(LATE - timedelta(minutes=20)))) == "nurse_taken"
    assert (await house.page(exam))["phase"] == "held"


async def test_a_booking_whose_answer_was_lost_is_done_once(house: House) -> None:
    exam = await house.request()

    async def send(body: dict[str, str]) -> httpx.Response:
        path, key = f"/exams/{exam}/booking", "one booking, sent again"
        return await house.service.post(path, body, by=COORDINATOR, version=3, key=key)

    first, again = ok(await send(slot())), ok(await send(slot()))
    assert first.json() == again.json()
    assert house.count("forensic_clinic.exam_booked") == 1
    assert (await send(slot(LATE))).status_code == 422


async def test_one_booking_sent_twenty_times_at_once_is_done_once(house: House) -> None:
    exam = await house.request()
    answers = await asyncio.gather(
        *(
            house.service.post(
                f"/exams/{exam}/booking", slot(), by=COORDINATOR, version=3, key="one booking, twenty times"
            )
            for _ in range(20)
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert house.count("forensic_clinic.exam_booked") == 1
    assert house.taken(ROOM, NURSE.account) == 2


async def test_a_certificate_that_ends_during_the_exam_is_not_enough(house: House) -> None:
    # To the end of November 3, Central time: midnight is 06:00 UTC.
    await house.nurse(SECOND_NURSE, "sane_pediatric", until="2026-11-03")
    midnight = NOON + 12 * HOUR
    exam = await house.request()
    across = slot(midnight - HOUR, midnight + HOUR, nurse=SECOND_NURSE)
    answer = await house.act(exam, "booking", across)
    assert refused(answer) == "nurse_not_certified"
    assert answer.json()["citation"] == "Miss. Code 99-51-1"
    ok(await house.act(exam, "booking", slot(midnight - HOUR, midnight, nurse=SECOND_NURSE)))


async def test_an_age_corrected_after_booking_shows_that_another_nurse_is_needed(house: House) -> None:
    await house.nurse(SECOND_NURSE, "sane_adult_adolescent")
    tip = await house.tip(age="adult")
    exam = await house.request(tip, age_band="adult")
    ok(await house.act(exam, "booking", slot(nurse=SECOND_NURSE)))
    page = await house.page(exam)
    assert page["nurse_fits"]
    child = TipCorrected(
        tip=tip, person=THIRD_NURSE.account, received_at=NOON, county="Hinds", tribal_land=False, age="child"
    )
    await house.told(tip, child)
    assert not (await house.page(exam))["nurse_fits"]


async def test_hours_with_an_exam_in_them_are_not_taken_back_and_free_ones_are(house: House) -> None:
    exam = await house.request()
    ok(await house.act(exam, "booking", slot()))
    for path, by in ((f"/nurses/{NURSE.account}", NURSE), (f"/rooms/{ROOM}", COORDINATOR)):
        version = (await house.service.get(path, by=by)).json()["version"]
        for body, status in ((span(NOON, LATE), 409), (span(NOON + 4 * HOUR, NOON + 6 * HOUR), 200)):
            answer = await house.service.post(f"{path}/availability/withdrawals", body, by=by, version=version)
            assert answer.status_code == status, answer.text
    other = await house.request()
    assert refused(await house.act(other, "booking", slot(NOON + 5 * HOUR))) == "nurse_not_available"


@pytest.mark.parametrize("round_", range(3))
async def test_a_booking_and_the_withdrawal_of_its_hours_at_once_never_both_stand(house: House, round_: int) -> None:
    exams = [await house.request() for _ in range(6)]
    nurse = f"/nurses/{NURSE.account}/availability/withdrawals"
    version = (await house.service.get(f"/nurses/{NURSE.account}", by=NURSE)).json()["version"]

    async def book(hour: int) -> int:
        body = slot(NOON + (hour + 1) * HOUR)
        answer = await house.service.post(f"/exams/{exams[hour]}/booking", body, by=COORDINATOR, version=3)
        return answer.status_code

    async def withdraw() -> int:
        for _ in range(round_):
            await asyncio.sleep(0)
        body = span(NOON, NOON + 8 * HOUR)
        return (await house.service.post(nurse, body, by=NURSE, version=version)).status_code

    *booked, withdrawn = await asyncio.gather(*(book(hour) for hour in range(6)), withdraw())
    assert (withdrawn == 200) == (booked.count(200) == 0), (booked, withdrawn)


async def test_hours_booked_since_one_looked_are_not_taken_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ok(await house.act(await house.request(), "booking", slot()))
    look, looked, own = Periods.taken, list[int](), asyncio.current_task()

    async def too_early(self: Periods, *asked: Any) -> Sequence[Taken]:
        # What the house looks for by itself meanwhile is not what the command decides on.
        if asyncio.current_task() is not own:
            return await look(self, *asked)
        looked.append(len(asked))
        return [] if len(looked) == 1 else await look(self, *asked)

    for path, by in ((f"/nurses/{NURSE.account}", NURSE), (f"/rooms/{ROOM}", COORDINATOR)):
        version = (await house.service.get(path, by=by)).json()["version"]
        looked.clear()
        with monkeypatch.context() as patched:
            patched.setattr(Periods, "taken", too_early)
            body = span(NOON, NOON + 4 * HOUR)
            answer = await house.service.post(f"{path}/availability/withdrawals", body, by=by, version=version)
        assert refused(answer) == "booked"
        assert len(looked) == 2


async def test_a_slot_taken_since_one_looked_is_refused_in_words(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ok(await house.act(await house.request(), "booking", slot()))
    exam = await house.request()
    look, looked, own = Periods.taken, list[int](), asyncio.current_task()

    async def too_early(self: Periods, *asked: Any) -> Sequence[Taken]:
        # What the house looks for by itself meanwhile is not what the command decides on.
        if asyncio.current_task() is not own:
            return await look(self, *asked)
        looked.append(len(asked))
        return [] if len(looked) == 1 else await look(self, *asked)

    monkeypatch.setattr(Periods, "taken", too_early)
    assert refused(await house.act(exam, "booking", slot())) == "nurse_taken"
    # Twice for the two decisions, and once for what may be had instead.
    assert len(looked) == 3


async def test_commands_on_what_has_moved_on_are_told_so(house: House) -> None:
    exam = await house.request()
    ok(await house.act(exam, "hold", slot()))
    stale = await house.service.post(f"/exams/{exam}/booking", slot(), by=COORDINATOR, version=3)
    assert stale.status_code == 412
    blind = await house.service.post(f"/exams/{exam}/booking", slot(), by=COORDINATOR)
    assert blind.status_code == 400


async def test_an_exam_of_a_tip_nobody_told_of_cannot_be_requested(house: House) -> None:
    unknown = {"tip": str(CPS.account), "clinic": "BRIDGE", "age_band": "child", "consent": "patient"}
    assert (await house.service.post("/exams", unknown, by=CPS)).status_code == 404
