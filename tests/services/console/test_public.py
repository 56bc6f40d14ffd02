"""The pages for anybody: what they send, what they tell, how fast they are left, and what they leave behind."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.console import doorsteps
from services.kernel.http.limits import Rate
from services.kernel.settings import LEAVE_TO
from tests.services.console.house import NOT_FOUND, NOW, Browser, Console, running
from tests.services.console.test_door import paths
from tests.support.servers import Nats

CODE = "ABCD-EFGH-IJ23-KLMN"
WHAT = "Zqx was seen at a motel; invented."
EVERYTHING = {
    "what": WHAT,
    "who": "Example Child Zqx",
    "age": "child",
    "when": "last night",
    "county": "Hinds",
    "where": "Example Motel",
    "by_whom": "A driver.",
    "reach": "At school.",
}
TELLING = re.compile(r"tip|report|traffick|muster|child|abuse|aviso|trata", re.IGNORECASE)
FEW = Rate(4, timedelta(hours=1))
SIGNING_IN = (
    "/sign-in",
    "/sign-in/passkey",
    "/sign-in/passkey/options",
    "/unlock",
    "/unlock/passkey",
    "/set-up",
    "/set-up/passphrase",
    "/set-up/passkey",
    "/set-up/passkey/options",
    "/first-administrator",
)
TOO_OFTEN = {"type": "urn:muster:problem:too-many-requests", "title": "Too often", "status": 429, "detail": "Wait."}
NO_COUNTY = {
    "type": "urn:muster:problem:invalid-value",
    "title": "A value cannot be right",
    "status": 422,
    "detail": "Mississippi has no county of this name.",
    "field": "county",
}


@pytest.fixture
async def stranger(console: Console) -> Any:
    async with console.browser() as found:
        yield found


def given(console: Console) -> None:
    console.others.say("POST", "tips", "/public-tips", {"receipt_code": CODE}, 201)
    arrived = {"received_at": NOW.isoformat(), "looked_at": False, "messages": []}
    console.others.say("POST", "tips", "/receipts", arrived)
    console.others.say("POST", "tips", "/receipts/additions", arrived | {"looked_at": True})


async def every_page(browser: Browser) -> dict[str, httpx.Response]:
    """In every state somebody may see it in."""
    given(browser.console)
    pages = {
        "empty": await browser.get("/welcome"),
        "nothing said": await browser.post("/welcome", {}),
        "sent": await browser.post("/welcome", EVERYTHING),
        "code": await browser.get("/welcome/back"),
        "arrived": await browser.post("/welcome/back", {"code": CODE}),
        "told more": await browser.post("/welcome/back", {"code": CODE, "what": "More."}),
        "no such page": await browser.get("/welcome/nowhere"),
    }
    browser.console.others.say("POST", "tips", "/receipts", NOT_FOUND, 404)
    pages["wrong code"] = await browser.post("/welcome/back", {"code": "x"})
    browser.console.others.down.add("tips")
    pages["down"] = await browser.post("/welcome", EVERYTHING)
    pages["down for codes"] = await browser.post("/welcome/back", {"code": CODE, "what": WHAT})
    return pages


async def test_what_is_typed_is_sent_without_saying_who_sends_it_and_the_code_is_shown(console: Console) -> None:
    given(console)
    async with console.browser() as browser:
        # Somebody who works here too is nobody on this page.
        await browser.sign_in()
        console.others.asked.clear()
        page = await browser.get("/welcome")
        key = re.search(r'name="key" value="([^"]+)"', page.text)
        assert key
        answer = await browser.post("/welcome", EVERYTHING | {"key": key[1]})
    (asked,) = console.others.asked
    assert answer.status_code == 200, answer.text
    assert CODE in answer.text
    assert asked.body == EVERYTHING
    assert "authorization" not in asked.headers
    assert asked.headers["idempotency-key"] == key[1]


async def test_what_happened_is_enough_and_no_other_field_is_passed_on(stranger: Browser) -> None:
    given(stranger.console)
    more = {"received_at": "2026-01-01", "channel": "cps_hotline", "tribal_land": "yes", "named_accounts": "x"}
    answer = await stranger.post("/welcome", {"what": WHAT, "who": "  ", "age": "teenager"} | more)
    (asked,) = stranger.console.others.commands
    assert answer.status_code == 200
    assert asked.body == {"what": WHAT, "age": "not_known"}


async def test_nothing_said_is_asked_for_again_with_all_the_rest_kept(stranger: Browser) -> None:
    answer = await stranger.post("/welcome", EVERYTHING | {"what": " "})
    assert answer.status_code == 422
    assert "Write what happened" in answer.text
    for name in ("Example Child Zqx", "last night", "Example Motel", "A driver.", "At school."):
        assert name in answer.text
    assert '<option value="Hinds" selected>' in answer.text
    assert 'value="child" checked' in answer.text
    assert stranger.console.others.asked == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_while_a_part_is_down_what_was_typed_stays_and_the_numbers_to_call_are_there(
    stranger: Browser, language: str
) -> None:
    stranger.http.headers["Accept-Language"] = language
    stranger.console.others.down.add("tips")
    answer = await stranger.post("/welcome", EVERYTHING | {"key": "the-key-of-this-form"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert WHAT in answer.text
    assert 'value="the-key-of-this-form"' in answer.text
    (problems,) = re.findall(r'id="problems".*?</div>', answer.text, re.DOTALL)
    assert "911" in problems
    assert "1-800-222-8000" in problems
    more = await stranger.post("/welcome/back", {"code": CODE, "what": WHAT})
    assert more.status_code == 503
    assert (CODE in more.text, WHAT in more.text) == (True, True)


async def test_a_refused_field_is_named_beside_it(stranger: Browser) -> None:
    stranger.console.others.say("POST", "tips", "/public-tips", NO_COUNTY, 422)
    answer = await stranger.post("/welcome", EVERYTHING | {"county": "Jeferson"})
    assert answer.status_code == 422
    assert 'href="#county"' in answer.text


async def test_the_code_tells_that_it_arrived_and_takes_more(stranger: Browser) -> None:
    given(stranger.console)
    shown = await stranger.post("/welcome/back", {"code": f" {CODE} "})
    added = await stranger.post("/welcome/back", {"code": CODE, "what": "They moved her.", "key": "once-and-no-more"})
    first, second = stranger.console.others.commands
    assert (first.path, first.body) == ("/receipts", {"receipt_code": CODE})
    assert (second.path, second.body) == ("/receipts/additions", {"receipt_code": CODE, "what": "They moved her."})
    assert second.headers["idempotency-key"] == "once-and-no-more"
    assert "Nobody has judged it yet" in shown.text
    assert ("What you added has arrived" in added.text, "Somebody has looked" in added.text) == (True, True)
    # What was added is not said back.
    assert "They moved her." not in added.text


async def test_a_wrong_code_is_one_page_whatever_is_wrong_with_it(stranger: Browser) -> None:
    answers = []
    short = NO_COUNTY | {"field": "receipt_code"}
    for body, status in ((NOT_FOUND, 404), (short, 422)):
        stranger.console.others.say("POST", "tips", "/receipts", body, status)
        stranger.console.others.say("POST", "tips", "/receipts/additions", body, status)
        answers += [await stranger.post("/welcome/back", {"code": "AAAA", "key": "k" * 32})]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].text == answers[1].text
    assert "We find nothing with this code" in answers[0].text
    more = await stranger.post("/welcome/back", {"code": "AAAA", "what": WHAT})
    assert (more.status_code, WHAT in more.text) == (404, True)


async def test_every_public_page_can_be_left_fast_and_shows_whom_to_call(stranger: Browser) -> None:
    for name, page in (await every_page(stranger)).items():
        (link,) = re.findall(r"<a [^>]*data-leave[^>]*>", page.text)
        assert f'href="{LEAVE_TO}"' in link, name
        assert "noreferrer" in link
        assert page.text.index("data-leave") < page.text.index("<main"), "the first thing the keyboard reaches"
        assert 'href="tel:911"' in page.text, name
        assert 'href="tel:+18002228000"' in page.text, name


async def test_no_title_no_address_and_no_header_tells_what_the_page_is_for(stranger: Browser) -> None:
    for name, page in (await every_page(stranger)).items():
        (title,) = re.findall(r"<title>(.*?)</title>", page.text)
        assert title == "Welcome", name
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert not page.cookies, name
        assert "set-cookie" not in page.headers
        assert not TELLING.search(page.request.url.path), name
        assert 'rel="icon"' not in page.text
        assert "Muster</a>" not in page.text
        # From elsewhere comes nothing; the one link is where the browser is sent by the person's own hand.
        assert [each for each in re.findall(r'(?:src|href|action)="([^"]*)"', page.text) if "//" in each] == [LEAVE_TO]
    assert [
        path for path in paths(stranger.console, "GET") if path.startswith("/welcome") and TELLING.search(path)
    ] == []


async def test_no_public_page_tells_of_a_case_a_place_or_a_team(stranger: Browser) -> None:
    pages = await every_page(stranger)
    for name in ("sent", "arrived", "told more"):
        text = pages[name].text
        for word in ("Hinds", "Zqx", "Motel", "/cases/", "driver"):
            assert word not in text, (name, word)


@pytest.fixture
async def hurried(tmp_path: Path, nats_server: Nats, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Browser]:
    """Where a few are let in and, as long as a test takes, no more."""
    for name in ("SENDING", "CODES", "SIGN_IN"):
        monkeypatch.setattr(doorsteps, name, FEW)
    async with running(tmp_path, nats_server) as console, console.browser() as browser:
        given(console)
        yield browser


async def test_whoever_sends_too_often_waits_and_loses_nothing(hurried: Browser) -> None:
    answers = [await hurried.post("/welcome", EVERYTHING) for _ in range(FEW.many + 1)]
    assert [answer.status_code for answer in answers] == [200] * FEW.many + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= FEW.per.total_seconds()
    for says in (WHAT, "Too much was sent from where you are", "call 911.", "1-800-222-8000, day or night"):
        assert says in answers[-1].text
    assert len(hurried.console.others.commands) == FEW.many
    # Codes are counted for themselves.
    codes = [await hurried.post("/welcome/back", {"code": CODE}) for _ in range(FEW.many + 1)]
    assert [answer.status_code for answer in codes] == [200] * FEW.many + [429]


async def test_in_a_surge_the_form_stays_open_to_whoever_is_elsewhere(
    tmp_path: Path, nats_server: Nats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorsteps, "EXPECTED", FEW)
    monkeypatch.setattr(doorsteps, "SHARE", FEW)
    async with running(tmp_path, nats_server) as console:
        given(console)

        async def sent_from(address: str) -> int:
            async with console.browser(address=address) as browser:
                return (await browser.post("/welcome", EVERYTHING)).status_code

        attackers = [await sent_from(f"198.51.100.{number}") for number in range(3 * FEW.many)]
        assert attackers == [200] * 2 * FEW.many + [429] * FEW.many
        assert await sent_from("203.0.113.7") == 200


async def test_whoever_shows_who_they_are_too_often_is_told_in_words(hurried: Browser) -> None:
    for path in sorted({*SIGNING_IN}):
        await hurried.post(path, {})
    answers = [await hurried.sign_in(passphrase="wrong") for _ in range(FEW.many)]
    assert FEW.many <= len(SIGNING_IN), "each of them counts"
    for answer in (*answers, *[await hurried.post(path, {}) for path in SIGNING_IN]):
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= FEW.per.total_seconds()
        assert "tried too often" in answer.text
    # What needs no showing is not counted.
    assert (await hurried.get("/sign-in")).status_code == 200
    assert (await hurried.post("/language", {"language": "es"})).status_code == 303


def test_forty_people_behind_one_address_sign_in_at_the_change_of_a_shift() -> None:
    asked_by_each = 3
    assert doorsteps.SIGN_IN.many >= 40 * asked_by_each


async def test_what_the_service_says_of_trying_too_often_is_passed_on_in_words(stranger: Browser) -> None:
    stranger.console.others.say("POST", "tips", "/receipts", TOO_OFTEN, 429)
    answer = await stranger.post("/welcome/back", {"code": CODE})
    assert answer.status_code == 429
    assert ("Too much was sent" in answer.text, CODE in answer.text) == (True, True)


async def test_what_staff_wrote_is_read_with_the_code_and_can_be_answered_there(console: Console) -> None:
    given(console)
    written = [{"written_at": NOW.isoformat(), "text": "Which <motel>?"}, {"written_at": NOW.isoformat(), "text": None}]
    arrived = {"received_at": NOW.isoformat(), "looked_at": True, "messages": written}
    console.others.say("POST", "tips", "/receipts", arrived)
    async with console.browser() as browser:
        page = (await browser.post("/welcome/back", {"code": CODE})).text
    assert page.count("We wrote to you.") == 2
    assert "Which &lt;motel&gt;?" in page
    assert 'name="what"' in page
