"""A nurse's calendar address: made, fetched, revoked; and what programs are told while her exams come and go."""

import re
from datetime import timedelta

import httpx
import icalendar

from contracts.events.identity import WorkResumed, WorkSuspended
from tests.services.forensic_clinic.house import (
    COORDINATOR,
    HOUR,
    NURSE,
    SECOND_NURSE,
    House,
    ok,
    refused,
    slot,
)
from tests.support.running_service import NOON
from tests.support.waiting import eventually

ADDRESS = f"/nurses/{NURSE.account}/calendar-address"


async def made(house: House, *, key: str | None = None, version: int | None = None) -> str:
    answer = await house.service.post(ADDRESS, {}, by=NURSE, key=key, version=version)
    assert answer.status_code == 201, answer.text
    secret: str = answer.json()["secret"]
    return secret


async def fetched(house: House, secret: str) -> httpx.Response:
    return await house.service.post("/calendar-feeds", {"secret": secret})


async def told(house: House, secret: str) -> list[tuple[str, int, int]]:
    """What stands in it: status, from which hour after noon, and the number of changes."""
    answer = ok(await fetched(house, secret))
    assert answer.headers["content-type"].startswith("text/calendar")
    return [
        (str(each["STATUS"]), (each.start - NOON) // HOUR, int(str(each["SEQUENCE"])))
        for each in calendar_in(answer).events
    ]


def calendar_in(answer: httpx.Response) -> icalendar.Calendar:
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert isinstance(calendar, icalendar.Calendar)
    return calendar


async def test_an_address_is_made_by_the_nurse_alone_told_once_and_dead_when_it_is_revoked(house: House) -> None:
    service = house.service
    for who in (COORDINATOR, SECOND_NURSE):
        assert (await service.post(ADDRESS, {}, by=who)).status_code in {403, 404}
        assert (await service.get(ADDRESS, by=who)).status_code in {403, 404}
    assert (await service.get(ADDRESS, by=NURSE)).json() == {"version": 0, "made_at": None}

    secret = await made(house, key="made-for-the-first-time")
    assert await made(house, key="made-for-the-first-time") == secret, "a command that is repeated has one effect"
    assert re.fullmatch(r"[a-z2-7]{40}", secret)
    page = ok(await service.get(ADDRESS, by=NURSE))
    assert page.json() == {"version": 1, "made_at": "2026-11-03T18:00:00Z"}
    ok(await fetched(house, secret))

    # Of wrong ones, and of what is no address at all, all are answered alike.
    wrong = await fetched(house, "a" * 40)
    for each in ("", secret.upper(), secret[:-1], f"{secret}x", "\x00", "é" * 3000, str(NURSE.account)):
        answer = await fetched(house, each)
        assert (answer.status_code, answer.content) == (404, wrong.content), each

    # A new one ends the one before, in the same commit.
    assert (await service.post(ADDRESS, {}, by=NURSE)).status_code == 400, "without the version that was seen"
    second = await made(house, version=1)
    assert second != secret
    old = await fetched(house, secret)
    assert (old.status_code, old.content) == (404, wrong.content)
    ok(await fetched(house, second))
    assert house.count("calendar_address.revoked") == 1

    # While she is given no work nothing is answered, and afterwards it is again.
    await house.identity.tell(NURSE.account, WorkSuspended(account=NURSE.account))
    await eventually(lambda: _answers(house, second, 404))
    await house.identity.tell(NURSE.account, WorkResumed(account=NURSE.account))
    await eventually(lambda: _answers(house, second, 200))

    ok(await service.post(f"{ADDRESS}/revocation", {}, by=NURSE, version=3))
    assert (await fetched(house, second)).content == wrong.content
    assert refused(await service.post(f"{ADDRESS}/revocation", {}, by=NURSE, version=4)) == "no_calendar_address"
    assert (await service.get(ADDRESS, by=NURSE)).json() == {"version": 4, "made_at": None}

    # It stands in no table of the database, and in no line of the log.
    for each in (secret, second):
        assert each not in house.service.everything_stored()
        assert each not in house.service.log_lines()


async def _answers(house: House, secret: str, status: int) -> bool:
    return (await fetched(house, secret)).status_code == status


async def test_programs_are_told_of_holds_bookings_moves_and_of_what_is_off(house: House) -> None:
    await house.nurse(SECOND_NURSE)
    secret = await made(house)
    assert await told(house, secret) == []
    tip = await house.tip()
    exam = await house.request(tip)

    ok(await house.act(exam, "hold", slot(NOON + HOUR)))
    assert await told(house, secret) == [("TENTATIVE", 1, 0)]
    first = await fetched(house, secret)
    ok(await house.act(exam, "booking", slot(NOON + 2 * HOUR)))
    assert await told(house, secret) == [("CONFIRMED", 2, 1)]
    second = await fetched(house, secret)
    assert first.content != second.content == (await fetched(house, secret)).content
    uids = [str(calendar_in(each).events[0]["UID"]) for each in (first, second)]
    assert uids[0] == uids[1], "so that a program moves it"
    for reference in (exam, tip, NURSE.account):
        assert reference.hex not in second.text
        assert str(reference) not in second.text
    assert "Hinds" not in second.text

    # Given to somebody else it is off for her.
    ok(await house.act(exam, "release", {"reason": "Invented."}))
    assert await told(house, secret) == [("CANCELLED", 2, 2)]
    ok(await house.act(exam, "booking", slot(NOON + 3 * HOUR, nurse=SECOND_NURSE)))
    assert await told(house, secret) == [("CANCELLED", 2, 2)]

    # Of a case from which she is kept out she is told that the time is off, and no more.
    other_tip = await house.tip()
    other = await house.request(other_tip)
    ok(await house.act(other, "booking", slot(NOON + 4 * HOUR)))
    assert ("CONFIRMED", 4, 0) in await told(house, secret)
    await house.shut_out(other_tip, NURSE)

    async def is_off() -> bool:
        return ("CANCELLED", 4, 1) in await told(house, secret)

    await eventually(is_off)

    # Long past times are no longer told.
    house.service.time.turn(timedelta(days=40))
    assert await told(house, secret) == []
