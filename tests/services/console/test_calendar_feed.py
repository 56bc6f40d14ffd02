"""A nurse's calendar address at the console: shown once with what it gives away, and answered to programs."""

import re
from typing import Any

import httpx

from tests.services.console.clinic_given import SERVICE, signed_in
from tests.services.console.house import NOT_FOUND, NOW, NURSE, ORIGIN, STORED, Asked, Console

ADDRESS = f"/nurses/{NURSE.account}/calendar-address"
SECRET = "a2" * 20
CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def answers_calendars(console: Console) -> None:
    """As the clinic does."""

    def answer(asked: Asked) -> tuple[int, Any]:
        return (200, CALENDAR) if asked.body == {"secret": SECRET} else (404, NOT_FOUND)

    console.others.answers["POST", SERVICE, "/calendar-feeds"] = answer


async def fetch(http: httpx.AsyncClient, secret: str, **headers: str) -> httpx.Response:
    return await http.get(f"/calendar/feed/{secret}", headers=headers)


async def test_her_page_says_what_it_gives_away_makes_one_and_revokes_it(console: Console) -> None:
    others = console.others
    others.say("GET", SERVICE, ADDRESS, {"version": 0, "made_at": None})
    others.say("POST", SERVICE, ADDRESS, STORED | {"secret": SECRET}, 201)
    others.say("POST", SERVICE, f"{ADDRESS}/revocation", STORED)
    async with signed_in(console, "nurse") as browser:
        page = (await browser.get("/calendar/address")).text
        assert "Whoever has the address sees when you are busy with an exam" in page
        assert "You have no such address." in page
        assert "/calendar/address/revoke" not in page
        made = await browser.post("/calendar/address", {"key": "a-key-of-a-form", "version": "0"})
        assert made.status_code == 200
        assert f"{ORIGIN}/calendar/feed/{SECRET}.ics" in made.text
        assert f'href="webcal://localhost:8107/calendar/feed/{SECRET}.ics"' in made.text
        (command,) = others.commands
        assert (command.headers["Idempotency-Key"], "if-match" in command.headers) == ("a-key-of-a-form", False)

        others.say("GET", SERVICE, ADDRESS, {"version": 1, "made_at": NOW.isoformat()})
        page = (await browser.get("/calendar/address", **{"Accept-Language": "es"})).text
        assert "Se mostró una vez" in page
        assert SECRET not in page
        revoked = await browser.post("/calendar/address/revoke", {"key": "another-key", "version": "1"})
        assert (revoked.status_code, revoked.headers["location"]) == (303, "/calendar/address")
        assert others.commands[-1].headers["If-Match"] == '"1"'
        others.say("GET", SERVICE, ADDRESS, NOT_FOUND, 404)
        assert "not put you on its list" in (await browser.get("/calendar/address")).text
    async with signed_in(console, "clinic") as browser:
        assert (await browser.get("/calendar/address")).status_code == 403


async def test_programs_are_answered_without_a_sign_in_and_once_for_each_change(console: Console) -> None:
    answers_calendars(console)
    async with console.browser() as browser:
        found = await fetch(browser.http, f"{SECRET}.ics")
        assert (found.status_code, found.content) == (200, CALENDAR)
        assert found.headers["content-type"] == "text/calendar; charset=utf-8"
        tag = found.headers["etag"]
        for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = await fetch(browser.http, f"{SECRET}.ics", **{"If-None-Match": held})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert (await fetch(browser.http, f"{SECRET}.ics", **{"If-None-Match": '"other"'})).status_code == 200
        asked = [each for each in console.others.asked if each.path == "/calendar-feeds"]
        assert {each.method for each in asked} == {"POST"}
        assert not any(SECRET in each.path or SECRET in str(each.params) for each in asked)
        console.others.down.add(SERVICE)
        down = await fetch(browser.http, f"{SECRET}.ics")
        assert (down.status_code, down.headers["retry-after"]) == (503, "2")


async def test_what_is_no_address_is_answered_alike_however_often_it_is_tried(console: Console) -> None:
    answers_calendars(console)
    async with console.browser() as browser:
        wrong = await fetch(browser.http, "b3" * 20)
        assert wrong.status_code == 404
        told = {(each.status_code, each.content, str(sorted(each.headers.items()))) for each in (wrong,)}
        for number in range(80):
            each = await fetch(browser.http, f"{number}.ics")
            told.add((each.status_code, each.content, str(sorted(each.headers.items()))))
        assert len(told) == 1
        asked = [each for each in console.others.asked if each.path == "/calendar-feeds"]
        assert len(asked) == 60, "then nothing is looked up any more"
        # Nor does a right one tell that it is right.
        assert (await fetch(browser.http, f"{SECRET}.ics")).content == wrong.content
        metrics = (await browser.get("/metrics")).text
        assert "/calendar/feed/{secret" in metrics
        assert not re.search(r"b3b3|a2a2", metrics)
