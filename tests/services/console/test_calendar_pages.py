"""The calendar's pages: whose days they ask for, what they say of each, and the ways from one to the next."""

import re
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.services.console.boards import name
from tests.services.console.clinic_given import EXAM, HOUR, SERVICE, TIP, a_calendar, an_exam_on_it, signed_in
from tests.services.console.house import NURSE, Console

BACK = datetime(2026, 11, 1, 5, tzinfo=UTC)
"""Midnight of the day on which the clocks go back."""


def ways(page: str) -> dict[str, str]:
    found = re.findall(r'rel="(prev|next)" href="([^"]*)"', page)
    return {way: parse_qs(urlsplit(address).query)["day"][0] for way, address in found}


async def test_a_week_says_what_each_nurse_and_room_holds_and_leads_to_the_next(console: Console) -> None:
    monday = datetime(2026, 11, 16, 6, tzinfo=UTC)
    exam = an_exam_on_it(monday + 9 * HOUR, monday + 11 * HOUR)
    console.others.say("GET", SERVICE, "/calendar", a_calendar("2026-11-16", 7, exams=[exam]))
    name(console.others, **{"Example Nurse One": NURSE.account})
    async with signed_in(console, "clinic") as browser:
        page = (await browser.get("/calendar")).text
        (asked,) = [each for each in console.others.asked if each.path == "/calendar"]
        assert asked.params == {"first_day": "2026-11-16", "days": "7"}, "the Monday of the house's week"
        assert "16 Nov to 22 Nov" in page
        assert "Example Nurse One" in page
        assert page.count("09:00–11:00") == 2, "with the nurse and in the room"
        assert page.count("08:00–09:00") == page.count("11:00–12:00") == 2
        assert f'href="/exams/{EXAM}"' in page
        assert str(TIP)[:8] in page
        assert ways(page) == {"prev": "2026-11-14", "next": "2026-11-28"}
        spanish = (await browser.get("/calendar?day=2026-11-19", **{"Accept-Language": "es"})).text
        assert "Semana siguiente" in spanish
        assert "libre" in spanish


async def test_on_the_day_the_clocks_go_back_the_hour_that_comes_twice_is_shown_as_such(console: Console) -> None:
    first, second = BACK + 1.5 * HOUR, BACK + 2.5 * HOUR
    exams = [an_exam_on_it(first, second), an_exam_on_it(second, second + HOUR, "held", held_until=BACK.isoformat())]
    console.others.say("GET", SERVICE, "/calendar", a_calendar("2026-11-01", 1, exams=exams))
    async with signed_in(console, "clinic") as browser:
        page = (await browser.get("/calendar/day?day=2026-11-01")).text
        assert "01:00 to 02:00 comes twice, first in CDT, then in CST, and the day has 25 hours" in page
        assert "01:30 CDT–01:30 CST" in page
        assert "01:30 CST–02:30 CST" in page
        assert ways(page) == {"prev": "2026-10-31", "next": "2026-11-02"}
        assert (
            "ocurre dos veces" in (await browser.get("/calendar/day?day=2026-11-01", **{"Accept-Language": "es"})).text
        )
        console.others.say("GET", SERVICE, "/calendar", a_calendar("2027-03-14", 1))
        page = (await browser.get("/calendar/day?day=2027-03-14")).text
        assert "02:00 to 03:00 does not exist, and the day has 23 hours" in page
        assert "comes twice" not in page


async def test_a_nurse_is_told_what_she_does_not_see_and_has_a_calendar_of_her_own(console: Console) -> None:
    console.others.say("GET", SERVICE, "/calendar", a_calendar("2026-11-21", 1, whole=False))
    async with signed_in(console, "nurse") as browser:
        page = (await browser.get("/calendar/day")).text
        assert "their hours may be taken" in page
        assert f"nurse={NURSE.account}" in page
        await browser.get(f"/calendar/day?day=2026-11-21&nurse={NURSE.account}")
        asked = [each for each in console.others.asked if each.path == "/calendar"]
        assert [each.params.get("nurse") for each in asked] == [None, str(NURSE.account)]
    for who in ("coordinator", "police"):
        async with signed_in(console, who) as browser:
            assert (await browser.get("/calendar")).status_code == 403


@pytest.mark.parametrize("asked", ["day=2600-01-01", "day=9999-12-31", "day=1900-01-01"])
async def test_a_day_that_no_calendar_has_is_none(console: Console, asked: str) -> None:
    async with signed_in(console, "clinic") as browser:
        assert (await browser.get(f"/calendar?{asked}")).status_code == 404
        assert [each for each in console.others.asked if each.path == "/calendar"] == []


async def test_at_the_ends_of_the_calendar_no_way_leads_beyond(console: Console) -> None:
    console.others.say("GET", SERVICE, "/calendar", a_calendar("2199-12-16", 7))
    async with signed_in(console, "clinic") as browser:
        page = await browser.get(f"/calendar?day={date(2199, 12, 20)}")
        assert page.status_code == 200
        assert set(ways(page.text)) == {"prev"}
