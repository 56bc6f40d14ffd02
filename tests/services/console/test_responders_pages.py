"""The responders' pages: who is on the list, what the coordinator enters about one, and what comes back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.services.console.boards import name
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import NOW, STORED, Browser, Console

WHO, NEW = UUID(int=61), UUID(int=62)
PAGE = f"/responders/{WHO}"
DAY = timedelta(days=1)
VALID = {
    "kind": "victim_advocate",
    "issuer": "AG-BVA",
    "valid_from": (NOW - 300 * DAY).isoformat(),
    "valid_until": (NOW + 3 * DAY).isoformat(),
}


def a_list(console: Console, total: int = 2, lacks: Sequence[str] = ()) -> None:
    row: dict[str, Any] = {
        "agency": "CVP",
        "since": None,
        "until": None,
        "leave": [],
        "channels": {},
        "suspended": True,
        "lacks": [],
        "certificates": [],
    }
    until = (NOW + DAY).isoformat()
    certified = {
        "since": NOW.isoformat(),
        "until": until,
        "leave": [{"since": (NOW + 2 * DAY).isoformat(), "until": (NOW + 3 * DAY).isoformat()}],
        "channels": {"email": None},
        "suspended": False,
        "lacks": lacks,
        "certificates": [VALID],
    }
    rows = [row | {"responder": str(NEW)}, row | {"responder": str(WHO)} | certified]
    console.others.say("GET", "rapid_assessment", "/responders", {"responders": rows, "total": total})
    name(console.others, **{"Example Advocate One": WHO, "Example Advocate New": NEW})


def an_entry(console: Console, **changes: Any) -> None:
    responder = {
        "account": str(WHO),
        "agency": "CVP",
        "task_force": "forrest",
        "rapid_response": True,
        "area": {"counties": ["Hinds"], "circuits": [7], "statewide": False},
        "languages": ["es"],
        "credentials": [VALID],
        "available": [NOW.isoformat(), (NOW + DAY).isoformat()],
        "leave": [[(NOW + DAY).isoformat(), (NOW + 2 * DAY).isoformat()]],
        "channels": [{"kind": "sms", "proven_at": (NOW - DAY).isoformat()}],
        "left": False,
        "suspended": False,
        "lacks": [],
    }
    console.others.say("GET", "rapid_assessment", PAGE, {"version": 4, "responder": responder | changes})
    for path in ("description", "availability", "availability/withdrawal", "leave", "leave/withdrawals"):
        console.others.say("POST", "rapid_assessment", f"{PAGE}/{path}", STORED)
    name(console.others, **{"Example Advocate One": WHO})


async def sent(browser: Browser, page: str, to: str, **fields: str) -> Any:
    answer = await browser.post(f"{PAGE}/{page}", {"version": "4", "key": "k", **fields})
    assert (answer.status_code, answer.headers.get("location")) == (303, f"{PAGE}#responder"), answer.text
    command = browser.console.others.commands[-1]
    assert command.path == f"{PAGE}/{to}"
    assert (command.headers["if-match"], command.headers["idempotency-key"]) == ('"4"', "k")
    return command.body


async def test_the_list_says_whose_certificate_ends_when_and_who_can_be_called(console: Console) -> None:
    a_list(console, total=120, lacks=["victim_advocate"])
    async with signed_in(console, "coordinator") as browser:
        page = (await browser.get("/responders?credential=victim_advocate&skip=50")).text
        assert "Example Advocate New" in page
        assert "no certificate on file" in page
        assert page.count("account suspended") == 1
        assert page.count("took this role back") == 1
        assert "cannot be called now" in page
        assert "on call until Sun 03:12" in page
        assert "away from Mon 03:12 to Tue 03:12" in page
        assert "never proven" in page
        assert "You are" not in page
        assert "Certified advocate for victims of trafficking" in page
        assert 'datetime="2026-11-24T09:12:00Z"' in page
        assert f'href="/responders/{WHO}"' in page
        assert 'href="?credential=victim_advocate&amp;skip=100"' in page
        assert 'action="/export/responders"' in page
        (asked,) = [each for each in console.others.asked if each.path == "/responders"]
        assert dict(asked.params) == {"limit": "50", "skip": "50", "credential": "victim_advocate"}


async def test_somebody_is_registered_whose_account_is_found(console: Console) -> None:
    a_list(console)
    console.others.say("POST", "rapid_assessment", "/responders", STORED, 201)
    async with signed_in(console, "coordinator") as browser:
        done = await browser.post("/responders", {"account": f"/people/{NEW}", "agency": "CVP", "key": "k"})
        assert (done.status_code, done.headers["location"]) == (303, f"/responders/{NEW}")
        (command,) = console.others.commands
        assert command.body == {"account": str(NEW), "agency": "CVP"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"account": "four", "agency": "CVP"}, "Give the whole reference"),
        ({"account": str(NEW), "agency": ""}, "fill this in"),
        ({"account": str(UUID(int=77)), "agency": "CVP"}, "Nobody is found under"),
    ],
)
async def test_who_is_not_found_is_not_registered(console: Console, fields: dict[str, str], said: str) -> None:
    a_list(console)
    name(console.others)
    async with signed_in(console, "coordinator") as browser:
        answer = await browser.post("/responders", fields)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{fields["account"]}"' in answer.text
        assert console.others.commands == []


async def test_what_is_entered_about_a_responder_is_sent(console: Console) -> None:
    an_entry(console)
    async with signed_in(console, "coordinator") as browser:
        page = (await browser.get(PAGE)).text
        assert "By text message" in page
        assert "seen to work" in page
        assert "Hinds and circuit 7" in page
        assert "Speaks Spanish" in page
        assert 'name="county_28049" value="yes" checked' in page
        ticks = {"county_28049": "yes", "county_28121": "yes", "circuit_12": "yes", "language_en": "yes"}
        body = await sent(browser, "description", "description", task_force="second", rapid_response="yes", **ticks)
        assert body == {
            "area": {"counties": ["Hinds", "Rankin"], "circuits": [12], "statewide": False},
            "task_force": "second",
            "rapid_response": True,
            "languages": ["en"],
        }
        hours = {"since_day": "2026-11-21", "since": "0400", "until_day": "2026-11-21", "until": "1600"}
        body = await sent(browser, "availability", "availability", **hours)
        assert body == {"since": "2026-11-21T10:00:00+00:00", "until": "2026-11-21T22:00:00+00:00"}
        assert await sent(browser, "availability/withdraw", "availability/withdrawal") is None
        body = await sent(browser, "leave", "leave", **hours)
        assert body == {"since": "2026-11-21T10:00:00+00:00", "until": "2026-11-21T22:00:00+00:00"}
        back = {"since": "2026-11-21T10:00:00Z", "until": "2026-11-21T12:00:00Z"}
        assert await sent(browser, "leave/withdraw", "leave/withdrawals", **back) == back


async def test_a_refused_form_comes_back_open_at_its_place(console: Console) -> None:
    an_entry(console)
    no = {
        "type": "urn:muster:problem:invalid-value", "title": "No", "status": 422, "detail": "Say of which task force.",
        "field": "rapid_response",
    }  # fmt: skip
    console.others.say("POST", "rapid_assessment", f"{PAGE}/description", no, 422)
    async with signed_in(console, "coordinator") as browser:
        answer = await browser.post(f"{PAGE}/description", {"rapid_response": "yes", "circuit_12": "yes"})
        assert answer.status_code == 422
        assert "Say of which task force." in answer.text
        assert 'data-at="description" open' in answer.text
        assert 'name="circuit_12" value="yes" checked' in answer.text
        missing = await browser.post(f"{PAGE}/leave", {"since_day": "2026-11-01"})
        assert missing.status_code == 422
        assert 'data-at="leave" open' in missing.text


async def test_of_somebody_who_left_nothing_is_entered_any_more(console: Console) -> None:
    an_entry(console, left=True, available=None, channels=[], leave=[])
    async with signed_in(console, "coordinator") as browser:
        page = (await browser.get(PAGE)).text
        assert "Their account is closed" in page
        assert f'action="{PAGE}' not in page


async def test_nobody_else_keeps_the_list(console: Console) -> None:
    a_list(console)
    for who in ("intake", "advocate"):
        async with signed_in(console, who) as browser:
            assert (await browser.get("/responders")).status_code == 403
            assert "/responders" not in (await browser.get("/tips/new")).text
