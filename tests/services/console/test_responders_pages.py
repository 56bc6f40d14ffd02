"""The responders' pages: who is on the list, what the coordinator enters about one, and what comes back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.services.console.house import NOW, STORED, Browser, Console
from tests.services.console.test_clinic_pages import signed_in
from tests.services.console.test_pages import name

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
        "told_by": "",
        "suspended": True,
        "lacks": [],
        "certificates": [],
    }
    until = (NOW + DAY).isoformat()
    certified = {
        "since": NOW.isoformat(),
        "until": until,
        "told_by": "email",
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
        "credentials": [VALID],
        "available": [NOW.isoformat(), (NOW + DAY).isoformat()],
        "told_by": "telephone",
        "left": False,
        "suspended": False,
        "lacks": [],
    }
    console.others.say("GET", "rapid_assessment", PAGE, {"version": 4, "responder": responder | changes})
    paths = ("credentials", "credentials/withdrawals", "availability", "availability/withdrawal", "address")
    for path in (*paths, "address/withdrawal"):
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
        assert "You are" not in page
        assert "Certified advocate for victims of trafficking" in page
        assert 'datetime="2026-11-24T09:12:00Z"' in page
        assert f'href="/responders/{WHO}"' in page
        assert 'href="?skip=100&amp;credential=victim_advocate"' in page
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
        assert "Told by text message that something waits" in page
        assert "From that moment on it fills no seat" in page
        days = {"valid_from": "2026-11-01", "valid_until": "2028-10-31"}
        body = await sent(browser, "credentials", "credentials", credential="victim_advocate.AG-BVA", **days)
        assert body == {"kind": "victim_advocate", "issuer": "AG-BVA", **days}
        moment = {"withdrawn_at_day": "2026-11-20", "withdrawn_at": "1800"}
        credential = "victim_advocate.AG-BVA"
        body = await sent(browser, "credentials/withdraw", "credentials/withdrawals", credential=credential, **moment)
        withdrawn = {"kind": "victim_advocate", "issuer": "AG-BVA", "withdrawn_at": "2026-11-21T00:00:00+00:00"}
        assert body == withdrawn
        hours = {"since_day": "2026-11-21", "since": "0400", "until_day": "2026-11-21", "until": "1600"}
        body = await sent(browser, "availability", "availability", **hours)
        assert body == {"since": "2026-11-21T10:00:00+00:00", "until": "2026-11-21T22:00:00+00:00"}
        assert await sent(browser, "availability/withdraw", "availability/withdrawal") is None
        body = await sent(browser, "address", "address", kind="email", address="a@example.org")
        assert body == {"kind": "email", "address": "a@example.org"}
        assert await sent(browser, "address/withdraw", "address/withdrawal") is None


async def test_a_refused_form_comes_back_open_at_its_place(console: Console) -> None:
    an_entry(console)
    no = {
        "type": "urn:muster:problem:refused", "title": "No", "status": 409, "detail": "English.",
        "code": "no_such_credential",
    }  # fmt: skip
    console.others.say("POST", "rapid_assessment", f"{PAGE}/credentials/withdrawals", no, 409)
    async with signed_in(console, "coordinator") as browser:
        fields = {"credential": "victim_advocate.AG-BVA", "withdrawn_at_day": "2026-11-20", "withdrawn_at": "1800"}
        answer = await browser.post(f"{PAGE}/credentials/withdraw", fields)
        assert answer.status_code == 409
        assert "No such credential is on file for this responder." in answer.text
        assert 'data-at="withdraw-victim_advocate.AG-BVA" open' in answer.text
        assert 'value="2026-11-20"' in answer.text
        missing = await browser.post(f"{PAGE}/credentials", {"valid_from": "2026-11-01"})
        assert missing.status_code == 422
        assert 'data-at="credentials" open' in missing.text


async def test_of_somebody_who_left_nothing_is_entered_any_more(console: Console) -> None:
    an_entry(console, left=True, available=None, told_by="")
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
