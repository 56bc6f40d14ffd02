"""An incident is reported from any page in few fields; its page says what became of it, and those told deal with it."""

import re
from datetime import timedelta
from typing import Any, get_args
from uuid import UUID

import pytest

from services.console.pages.incidents.http import KINDS
from services.identity.incident.decisions import Kind
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import NOT_FOUND, NOW, NURSE, OPERATOR, STORED, Console
from tests.support.running_service import Person

HOUR = timedelta(hours=1)
INCIDENT = UUID(int=7)
PAGE = f"/incidents/{INCIDENT}"
TYPED = {"kind": "device_lost", "discovered_at_day": "2026-11-21", "discovered_at": "02:40", "text": "Left on a train."}


def an_incident(console: Console, **changes: Any) -> None:
    found = {
        "incident": str(INCIDENT),
        "kind": "device_lost",
        "agency": "BRIDGE",
        "account": str(NURSE.account),
        "name": "Example Nurse One",
        "discovered_at": (NOW - HOUR / 2).isoformat(),
        "reported_at": NOW.isoformat(),
        "due_at": (NOW + HOUR / 2).isoformat(),
        "late_seconds": None,
        "rule": "C82",
        "citation": "NIST SP 800-53 IR-6",
        "text": "Left on a train.",
        "acknowledged": None,
        "closed": None,
    }
    console.others.say("GET", "identity", f"/incidents/{INCIDENT}", found | changes)


def a_row(**changes: Any) -> dict[str, Any]:
    return {
        "incident": str(INCIDENT),
        "agency": "BRIDGE",
        "kind": "device_lost",
        "discovered_at": NOW.isoformat(),
        "reported_at": NOW.isoformat(),
        "late_seconds": 0,
        "acknowledged_at": None,
        "closed_at": None,
    } | changes


def test_every_kind_there_is_can_be_chosen() -> None:
    assert set(KINDS) == set(get_args(Kind))


@pytest.mark.parametrize("who", ["nurse", "auditor", "operator", "task_force"])
async def test_every_page_of_whoever_is_signed_in_leads_to_the_report(console: Console, who: str) -> None:
    async with signed_in(console, who) as browser:
        refused = await browser.get(f"/incidents/{INCIDENT}")
        assert (refused.status_code, 'href="/incidents/new"' in refused.text) == (404, True)
        form = (await browser.get("/incidents/new")).text
        assert "Name no child" in form
        assert "NIST SP 800-53 IR-6</span> (C82)" in form
    async with console.browser() as nobody:
        assert "/incidents/new" not in (await nobody.get("/sign-in")).text


async def test_it_is_reported_and_its_page_says_that_it_was_in_time(console: Console) -> None:
    console.others.say("POST", "identity", "/incidents", STORED, 201)
    an_incident(console)
    async with signed_in(console, "nurse") as browser:
        done = await browser.post("/incidents/new", TYPED | {"key": "k"})
        assert (done.status_code, done.headers["location"]) == (303, PAGE)
        (command,) = console.others.commands
        assert command.body == {
            "kind": "device_lost",
            "discovered_at": "2026-11-21T08:40:00+00:00",
            "text": "Left on a train.",
        }
        page = (await browser.get(PAGE)).text
        assert "Reported within the hour." in page
        assert f'href="/clocks/C82?of={INCIDENT}"' in page
        assert "Keep the address of this page" in page
        assert "I am at it" not in page


async def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(console: Console) -> None:
    async with signed_in(console, "nurse") as browser:
        page = await browser.post("/incidents/new", TYPED | {"kind": "", "key": "k"})
        assert page.status_code == 422
        assert "What happened: fill this in." in page.text
        assert "Left on a train." in page.text
        assert console.others.commands == []


async def test_those_who_are_told_see_what_waits_say_that_they_are_at_it_and_close_it(console: Console) -> None:
    console.others.say("GET", "identity", "/incidents", [a_row()])
    an_incident(console, late_seconds=3_600)
    for command in ("acknowledgement", "closing"):
        console.others.say("POST", "identity", f"/incidents/{INCIDENT}/{command}", STORED)
    async with signed_in(console, "operator") as browser:
        board = (await browser.get("/incidents")).text
        assert "nobody is at it" in board
        assert "reported late" in board
        page = (await browser.get(PAGE)).text
        assert "Reported 1 h after the hour was over." in page
        assert "Example Nurse One" in page
        seen = await browser.post(f"{PAGE}/acknowledgement", {"key": "k"})
        assert (seen.status_code, seen.headers["location"]) == (303, f"{PAGE}#steps")
        closed = await browser.post(f"{PAGE}/closing", {"note": "Locked from afar.", "key": "k2"})
        assert (closed.status_code, closed.headers["location"]) == (303, "/incidents")
        assert [each.body for each in console.others.commands] == [{}, {"note": "Locked from afar."}]
        by = {"by": str(OPERATOR.account), "at": NOW.isoformat()}
        an_incident(console, acknowledged=by | {"note": None}, closed=by | {"note": "Locked from afar."})
        page = (await browser.get(PAGE)).text
        assert "Locked from afar." in page
        assert "It is dealt with" not in page


@pytest.mark.parametrize("who", ["head", "operator"])
async def test_what_is_open_stands_on_the_first_page_of_those_who_are_told(console: Console, who: str) -> None:
    others = console.others
    others.people = others.people | {"head@example.org": Person(("administrator",), "BRIDGE")}
    others.say("GET", "identity", "/accounts", {"accounts": [], "next": None})
    others.say("GET", "identity", "/agencies", [])
    others.say("GET", "identity", "/attestation/administrators", [])
    seen, closed = {"acknowledged_at": NOW.isoformat()}, {"closed_at": NOW.isoformat()}

    async def told(*found: dict[str, Any]) -> str:
        others.say("GET", "identity", "/incidents", list(found))
        async with signed_in(console, who) as browser:
            first = (await browser.get("/")).headers["location"]
            page = (await browser.get(first)).text
        line = re.search(r'<p class="note"><a href="/incidents">(.*)</p>', page)
        return re.sub("<[^>]*>", "", line.group(1)) if line else ""

    assert await told() == ""
    assert await told(a_row(**closed)) == ""
    assert await told(a_row()) == "A security incident is open. Nobody is at it yet."
    assert await told(a_row(), a_row(**seen)) == "2 security incidents are open. Nobody is at one of them yet."
    assert await told(a_row(**seen), a_row(**closed)) == "A security incident is open."


async def test_others_are_given_neither_the_list_nor_what_is_not_theirs(console: Console) -> None:
    console.others.say("GET", "identity", f"/incidents/{INCIDENT}", NOT_FOUND, 404)
    async with signed_in(console, "nurse") as browser:
        assert (await browser.get("/incidents")).status_code == 403
        assert (await browser.get(PAGE)).status_code == 404
        assert (await browser.post(f"{PAGE}/closing", {"note": "x", "key": "k"})).status_code == 403
