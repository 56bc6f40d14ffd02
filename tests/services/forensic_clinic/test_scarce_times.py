"""A nurse and a room for many: what waiting loses, the standby list, and what is chosen where none is left."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from contracts.periods import Period
from services.forensic_clinic.cases import attendant_of
from services.forensic_clinic.exam.hours import busiest_day
from tests.services.forensic_clinic.house import (
    CLINIC,
    COORDINATOR,
    CPS,
    HOUR,
    NURSE,
    SECOND_NURSE,
    SECOND_ROOM,
    House,
    ok,
    refused,
    slot,
    span,
)
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

INTERPRETER = attendant_of(CLINIC, "interpreter", 1)
PLACE = attendant_of(CLINIC, "advocate", 1)
WHY = {"reason": "Invented reason."}


def hours_ago(earliest: float, latest: float | None = None) -> dict[str, str]:
    ends = (NOON - earliest * HOUR, NOON - (earliest if latest is None else latest) * HOUR)
    return dict(zip(("earliest", "latest"), (each.isoformat() for each in ends), strict=True))


async def offers(house: House, exam: UUID, by: Person = COORDINATOR, **asked: Any) -> dict[str, Any]:
    page: dict[str, Any] = ok(await house.service.get(f"/exams/{exam}/offers", by=by, params=asked)).json()
    return page


def told(house: House) -> list[tuple[str, str]]:
    """Of which exam, and why: what was told to the house."""
    return [
        (state["data"]["exam"], state["data"]["why"])
        for _, _, name, state in house.service.rows()
        if name == "forensic_clinic.exam_pressing"
    ]


async def until_told(house: House, exam: UUID, why: str) -> None:
    async def was_told() -> bool:
        return (str(exam), why) in told(house)

    await eventually(was_told)


async def making_room(house: House, exam: UUID, by: Person = COORDINATOR) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(await house.service.get(f"/exams/{exam}/making-room", by=by)).json()["moves"]
    return found


async def until_phase(house: House, exam: UUID, phase: str) -> dict[str, Any]:
    async def so() -> bool:
        now: str = (await house.page(exam))["phase"]
        return now == phase

    await eventually(so)
    return await house.page(exam)


async def test_no_time_before_a_window_closes_is_told_once_counted_and_refuses_nothing(empty_house: House) -> None:
    house = empty_house
    await house.nurse(available=(NOON + 30 * HOUR, NOON + 72 * HOUR))
    await house.room()
    exam = await house.request(assault_time=hours_ago(60))
    await until_told(house, exam, "no_slot")
    page = await offers(house, exam, by=CPS)
    standing = {each["window"]: each["standing"] for each in page["windows"]}
    assert standing == {"child_evidence": "open", "toxicology": "open", "hiv_prophylaxis": "open"}
    assert (page["unmet"], page["from_afar"]) == ("no_slot", [])
    first = page["offers"][0]
    assert (first["lost"], first["since"]) == (
        ["child_evidence"],
        (NOON + 30 * HOUR).isoformat().replace("+00:00", "Z"),
    )
    # Hinds to Rankin, as an estimate.
    assert first["travel_minutes"] == 45

    ok(await house.service.post(f"/nurses/{NURSE.account}/support", {"from_afar": True}, by=NURSE, version=4))
    (afar,) = (await offers(house, exam))["from_afar"]
    choice = {"choice": "telehealth", "nurse": afar["nurse"]} | WHY
    ok(await house.act(exam, "no-slot", choice, by=CPS))
    unmet = ok(await house.service.get("/exams/unmet", by=CPS)).json()
    assert (unmet["asked_for"], unmet["no_slot"], unmet["instead"]["telehealth"]) == (1, 1, 1)
    rows = ok(await house.service.get("/exams", by=COORDINATOR, params={"only": "no_slot"})).json()
    assert [(row["exam"], row["no_slot"], row["instead"]) for row in rows] == [(str(exam), "no_slot", "telehealth")]
    assert WHY["reason"] not in house.service.everything_stored()

    # The assault was later than first said: now it is in time, and another range is told as sure as it is.
    ok(await house.act(exam, "assault-time", hours_ago(20), by=CPS))
    assert (await offers(house, exam))["unmet"] == ""
    ok(await house.act(exam, "assault-time", hours_ago(60, 20), by=CPS))
    await until_told(house, exam, "no_sure_slot")
    ok(await house.act(exam, "assault-time", hours_ago(200), by=CPS))
    ok(await house.act(exam, "booking", slot(NOON + 30 * HOUR)))
    assert told(house).count((str(exam), "no_slot")) == 1

    # The age was wrong: another nurse is needed, and the house is told. What is booked stays.
    ok(await house.act(exam, "age-band", {"age_band": "not_known"}))
    ok(
        await house.service.post(
            f"/nurses/{NURSE.account}/certificates/withdrawals",
            {"certificate": "sane_pediatric", "issuer": "IAFN", "withdrawn_at": NOON.isoformat()},
            by=COORDINATOR,
            version=5,
        )
    )
    await until_told(house, exam, "nurse_unfit")
    now = await house.page(exam)
    assert (now["phase"], now["nurse_fits"]) == ("booked", False)


async def test_the_last_time_taken_by_others_withdrawn_or_passed_is_told_to_whoever_waits_once(
    empty_house: House,
) -> None:
    house = empty_house
    await house.nurse(available=(NOON + 2 * HOUR, NOON + 6 * HOUR))
    await house.room()
    first, second = [await house.request(assault_time=hours_ago(60)) for _ in range(2)]
    ok(await house.act(second, "booking", slot(NOON + 2 * HOUR, NOON + 6 * HOUR)))
    await until_told(house, first, "no_slot")
    ok(await house.act(second, "release", WHY))

    # Another closing: once the nurse takes back her hours, both are told.
    for exam in (first, second):
        ok(await house.act(exam, "assault-time", hours_ago(61), by=CPS))
    hours = span(NOON + 2 * HOUR, NOON + 6 * HOUR)
    hers = f"/nurses/{NURSE.account}/availability"
    ok(await house.service.post(f"{hers}/withdrawals", hours, by=NURSE, version=4))

    async def both_told() -> bool:
        return [told(house).count((str(exam), "no_slot")) for exam in (first, second)] == [2, 1]

    await eventually(both_told)

    # A third closing, and nobody books the last time there is. Hinds to Rankin are 45 minutes on the road.
    ok(await house.service.post(hers, hours, by=NURSE, version=5))
    ok(await house.act(second, "assault-time", hours_ago(59), by=CPS))
    house.service.time.turn(HOUR)

    async def told_again() -> bool:
        return told(house).count((str(second), "no_slot")) == 2

    assert not await told_again()
    house.service.time.turn(HOUR / 4)
    await eventually(told_again)
    rows = ok(await house.service.get("/exams", by=COORDINATOR, params={"only": "no_slot"})).json()
    assert {row["exam"] for row in rows} == {str(first), str(second)}


async def test_the_standby_list_moves_up_by_itself_and_whose_nurse_is_ill_waits_on_it(
    house: House,
) -> None:
    whole = (NOON + HOUR, NOON + 5 * HOUR)
    booked = await house.request()
    ok(await house.act(booked, "booking", slot(*whole)))
    hers = f"/nurses/{NURSE.account}/availability"
    rest = span(NOON + 5 * HOUR, NOON + timedelta(days=5))
    ok(await house.service.post(f"{hers}/withdrawals", rest, by=NURSE, version=4))
    later = await house.request(assault_time=hours_ago(10))
    sooner = await house.request(assault_time=hours_ago(60))
    for exam in (later, sooner):
        ok(await house.act(exam, "standby", {"on": True}, by=CPS))
    waiting = ok(await house.service.get("/exams", by=CPS, params={"only": "standby"})).json()
    assert {row["exam"] for row in waiting} == {str(later), str(sooner)}

    # The survivor withdraws; whose evidence is lost soonest is first.
    ok(await house.act(booked, "cancellation", {"cause": "patient"} | WHY))
    page = await until_phase(house, sooner, "held")
    await until_told(house, sooner, "moved_up")
    assert page["slot"]["nurse"] == str(NURSE.account)
    # As soon as the patient can be there, and held no longer than until it begins.
    assert datetime.fromisoformat(page["held_until"]) == NOON + HOUR * 3 / 4
    assert datetime.fromisoformat(page["slot"]["since"]) == NOON + HOUR * 3 / 4
    assert (await house.page(later))["phase"] == "requested"

    # Nobody books it: the next has it, and the first is off the list.
    house.service.time.turn(timedelta(minutes=20))
    house.service.time.turn(timedelta(minutes=40))
    await until_told(house, sooner, "standby_ended")
    assert (await house.page(sooner))["phase"] == "requested"

    await house.nurse(SECOND_NURSE, available=(NOON + 2 * HOUR, NOON + 40 * HOUR))
    held = await until_phase(house, later, "held")
    assert held["slot"]["nurse"] == str(SECOND_NURSE.account)
    ok(await house.act(later, "booking", held["slot"]))

    # She calls an hour before: given up, on the list, told, and the other nurse's time is found.
    ok(await house.service.post(hers, span(NOON + 9 * HOUR, NOON + 30 * HOUR), by=NURSE, version=5))
    ill = span(house.service.time.now(), NOON + 40 * HOUR)
    ok(await house.service.post(f"/nurses/{SECOND_NURSE.account}/illness", ill, by=COORDINATOR, version=4))
    await until_told(house, later, "nurse_gone")
    again = await until_phase(house, later, "held")
    assert again["slot"]["nurse"] == str(NURSE.account)
    assert house.taken(SECOND_NURSE.account) == 0


async def test_who_is_beside_the_patient_is_kept_with_the_time_and_an_advocate_stands_in_no_event(house: House) -> None:
    await house.nurse(SECOND_NURSE)
    await house.room(2)
    await house.attendant("interpreter", ["es"])
    await house.attendant("advocate")
    people = ok(await house.service.get("/clinic-people", by=COORDINATOR)).json()
    assert {each["nurse"] for each in people["nurses"]} == {str(NURSE.account), str(SECOND_NURSE.account)}
    assert [(each["kind"], each["attendant"], each["languages"]) for each in people["attendants"]] == [
        ("interpreter", str(INTERPRETER), ["es"]),
        ("advocate", str(PLACE), []),
    ]
    assert [(each["number"], len(each["available"])) for each in people["rooms"]] == [(1, 1), (2, 1)]
    assert people["rooms"][1]["room"] == str(SECOND_ROOM)
    elsewhere = Person(("clinic_coordinator",), agency="ELSEWHERE")
    theirs = ok(await house.service.get("/clinic-people", by=elsewhere)).json()
    assert (theirs["nurses"], theirs["rooms"]) == ([], [])
    assert (await house.service.get("/clinic-people", by=NURSE)).status_code == 403
    first, second = await house.request(language="es"), await house.request()
    offer = (await offers(house, first, advocate=True))["offers"][0]
    assert (offer["interpreter"], offer["advocate"]) == (str(INTERPRETER), str(PLACE))
    beside = {"interpreter": str(INTERPRETER), "advocate": str(PLACE)}
    ok(await house.act(first, "hold", slot() | beside))
    # Of the very time that is held, who was held with it stays.
    ok(await house.act(first, "booking", slot()))
    assert house.taken(INTERPRETER, PLACE) == 2
    assert set((await offers(house, first))["attending"]) == {str(INTERPRETER), str(PLACE)}
    for kind, which in beside.items():
        answer = await house.act(second, "booking", slot(nurse=SECOND_NURSE, room=SECOND_ROOM) | {kind: which})
        assert refused(answer) == "helper_taken"
        assert answer.json()["instead"]
    taken = await house.service.post(
        f"/attendants/{PLACE}/availability/withdrawals", span(NOON, NOON + 9 * HOUR), by=COORDINATOR, version=2
    )
    assert refused(taken) == "booked"
    of_exams = [state for _, _, name, state in house.service.rows() if not name.startswith("attendant.")]
    assert str(PLACE) not in str(of_exams)
    ok(await house.act(first, "release", WHY))
    assert house.taken(INTERPRETER, PLACE) == 0


async def test_rest_is_kept_between_two_at_one_moment_and_broken_only_with_a_reason_on_the_list(house: House) -> None:
    exams = [await house.request() for _ in range(2)]
    times = (NOON + HOUR, NOON + 2.5 * HOUR)
    answers = await asyncio.gather(
        *(house.act(exam, "booking", slot(since)) for exam, since in zip(exams, times, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    lost = next(i for i, answer in enumerate(answers) if answer.status_code == 409)
    assert refused(answers[lost]) == "rest_too_short"
    assert answers[lost].json()["instead"]
    loser, since = exams[lost], times[lost]
    twice = await house.act(loser, "booking/anyway", slot(times[1 - lost]) | WHY)
    assert refused(twice) == "nurse_taken"
    needless = await house.act(loser, "booking/anyway", slot(NOON + 20 * HOUR) | WHY)
    assert refused(needless) == "no_rule_broken"
    ok(await house.act(loser, "booking/anyway", slot(since) | WHY))
    rows = ok(await house.service.get("/exams", by=COORDINATOR, params={"only": "anyway"})).json()
    assert [(row["exam"], row["rules_broken"]) for row in rows] == [(str(loser), ["rest"])]
    notes = ok(await house.service.get(f"/exams/{loser}/notes", by=COORDINATOR)).json()
    assert [each["about"] for each in notes] == ["exam.booked_anyway"]
    with psycopg.connect(house.service.database.admin) as connection:
        row = connection.execute("SELECT count(*) FROM taken_periods WHERE resource = %s", (NURSE.account,)).fetchone()
    assert row == (2,)


async def test_two_at_one_moment_do_not_together_break_a_nurses_hours_of_a_day(house: House) -> None:
    # Seven hours each, eight hours apart: each alone may be, and both together are fourteen within a day.
    mornings = [(NOON + since * HOUR, NOON + (since + 7) * HOUR) for since in (1, 16)]
    exams = [await house.request() for _ in mornings]
    answers = await asyncio.gather(
        *(house.act(exam, "booking", slot(*times)) for exam, times in zip(exams, mornings, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert refused(lost) == "too_many_hours"
    booked = Period(*mornings[answers.index(won)])
    offered = [
        Period(*(datetime.fromisoformat(each[end]) for end in ("since", "until"))) for each in lost.json()["instead"]
    ]
    assert offered
    for each in offered:
        assert each.until - each.since == 7 * HOUR
        assert busiest_day(each, [booked]) <= 12 * HOUR


async def test_what_cannot_be_right_about_times_changes_nothing(house: House) -> None:
    exam = await house.request()
    before = len(house.service.names())
    for path, body in (
        ("standby", {"on": "maybe"}),
        ("no-slot", {"choice": "nothing"} | WHY),
        ("no-slot", {"choice": "beyond", "clinic": "MDCPS"} | WHY),
        ("no-slot", {"choice": "telehealth"} | WHY),
        ("language", {"language": "klingon"}),
        ("age-band", {"age_band": "\x00"}),
        ("assault-time", {"earliest": (NOON + HOUR).isoformat(), "latest": (NOON + HOUR).isoformat()}),
        ("clinic", {"clinic": "MDCPS"}),
        ("booking/anyway", slot() | {"reason": "x"}),
    ):
        answer = await house.act(exam, path, body)
        assert answer.status_code == 422, (path, body, answer.text)
    unknown = slot() | {"interpreter": str(INTERPRETER)}
    assert refused(await house.act(exam, "booking", unknown)) == "helper_not_available"
    for wrong in (
        {"clinic": CLINIC, "kind": "interpreter", "number": 1, "languages": []},
        {"clinic": CLINIC, "kind": "advocate", "number": 1, "languages": ["es"]},
        {"clinic": "MDCPS", "kind": "advocate", "number": 1},
        {"clinic": CLINIC, "kind": "friend", "number": 1},
    ):
        assert (await house.service.post("/attendants", wrong, by=COORDINATOR)).status_code in {404, 422}, wrong
    for asked in ({"minutes": 5}, {"days": 99}, {"advocate": "perhaps"}):
        answer = await house.service.get(f"/exams/{exam}/offers", by=COORDINATOR, params=asked)
        assert answer.status_code in {400, 422}, answer.text
    assert len(house.service.names()) == before
    # A nurse may correct what is known of an exam of hers, and of no other; she keeps no list.
    assert (await house.act(exam, "age-band", {"age_band": "adolescent"}, by=NURSE)).status_code == 404
    assert (await house.act(exam, "standby", {"on": True}, by=NURSE)).status_code == 403


async def test_who_could_be_asked_to_move_is_named_and_what_they_free_is_held_for_whoever_waits(
    empty_house: House,
) -> None:
    house = empty_house
    await house.nurse(available=(NOON + 8 * HOUR, NOON + 40 * HOUR))
    await house.room(available=(NOON + 8 * HOUR, NOON + 12 * HOUR))
    first = await house.request(assault_time=hours_ago(2))
    early, late = ((NOON + hours * HOUR, NOON + (hours + 4) * HOUR) for hours in (8, 30))
    ok(await house.act(first, "booking", slot(*early)))
    urgent = await house.request(assault_time=hours_ago(60))
    await until_told(house, urgent, "no_slot")
    assert await making_room(house, urgent) == [], "there is no other time"

    room = await house.room(2, available=(NOON + 30 * HOUR, NOON + 34 * HOUR))
    (move,) = await making_room(house, urgent)
    assert (move["exam"], move["care_late"], move["at_risk"]) == (str(first), [], [])
    assert move["freed"]["since"] == move["since"] == early[0].isoformat().replace("+00:00", "Z")
    assert (move["instead"]["room"], move["freed"]["lost"]) == (str(room), [])
    assert await making_room(house, first) == [], "it waits for nothing"
    assert (await house.service.get(f"/exams/{urgent}/making-room", by=CPS)).status_code == 403
    shown = [row[3]["data"] for row in house.service.rows() if row[2] == "operation.record_shown"][-1]
    assert set(shown["records"]) == {str(urgent), str(first)}

    # The patient said yes. On the list before that, it could be given the late time itself, which is free until then.
    ok(await house.act(first, "release", WHY))
    ok(await house.act(first, "booking", slot(*late, room=room)))
    ok(await house.act(urgent, "standby", {"on": True}))
    held = await until_phase(house, urgent, "held")
    assert held["slot"]["since"] == move["freed"]["since"]
