"""Signing in and out, a session that is over or locked, and what was typed by then."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from services.console.frame.kept import Keeper
from services.kernel.keys import Digester
from tests.services.console.house import (
    ADVOCATE,
    COORDINATOR,
    ENDED,
    LOCKED,
    WRONG,
    Browser,
    Console,
    a_case,
    running,
)
from tests.support.servers import Nats

TIP = {
    "county": "Hinds",
    "age": "child",
    "subject_narrative": "A story that took long to type.",
    "received_at_day": "2026-11-21",
    "received_at": "03:00",
    "key": "a key that was in the form",
}
KEPT = re.compile(r'name="kept" value="([^"]*)"')
HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')


def kept_in(text: str) -> str:
    found = KEPT.search(text)
    assert found
    return found[1]


async def test_whoever_is_not_signed_in_is_led_to_the_form_and_back(console: Console) -> None:
    async with console.browser() as browser:
        led = await browser.get("/board?county=Hinds")
        assert (led.status_code, led.headers["location"]) == (303, "/sign-in?next=/board%3Fcounty%3DHinds")
        form = await browser.get(led.headers["location"])
        assert 'value="/board?county=Hinds"' in form.text
        answer = await browser.sign_in(next="/board?county=Hinds")
        assert (answer.status_code, answer.headers["location"]) == (303, "/board?county=Hinds")
        assert (await browser.get("/sign-in")).status_code == 303


async def test_wrong_words_are_answered_alike_and_what_was_typed_stays_but_for_the_secrets(console: Console) -> None:
    async with console.browser() as browser:
        unknown = await browser.sign_in("nobody@example.org")
        wrong = await browser.sign_in(passphrase="the wrong passphrase", code="654321")
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.text.replace("nobody@", "coordinator@") == wrong.text
    assert 'value="coordinator@example.org"' in wrong.text
    assert "the wrong passphrase" not in wrong.text
    assert "654321" not in wrong.text
    assert "set-cookie" not in wrong.headers
    assert "Something of what you typed is wrong" in wrong.text


async def test_a_locked_account_and_an_identity_service_that_is_down_are_said_in_words(console: Console) -> None:
    async with console.browser() as browser:
        locked = WRONG | {"type": "urn:muster:problem:too-many-attempts", "status": 429}
        console.others.say("POST", "identity", "/sign-in", locked, 429)
        answer = await browser.sign_in()
        assert (answer.status_code, "Call your agency" in answer.text) == (429, True)
        console.others.down.add("identity")
        answer = await browser.sign_in()
        assert (answer.status_code, "does not answer just now" in answer.text) == (503, True)


async def test_signing_in_by_passkey_takes_what_the_browser_made(console: Console) -> None:
    async with console.browser() as browser:
        console.others.say("POST", "identity", "/sign-in/passkey/options", {"options": {"a": 1}, "challenge": "c"})
        options = await browser.post("/sign-in/passkey/options", {})
        assert options.json() == {"options": {"a": 1}, "challenge": "c"}
        answer = await browser.post("/sign-in/passkey", {"challenge": "c", "credential": '{"id":"x"}'})
        assert answer.status_code == 303
        sent = next(each for each in console.others.asked if each.path == "/sign-in/passkey")
        assert sent.body == {"challenge": "c", "credential": {"id": "x"}}
        for broken in ("", "{", "no json"):
            answer = await browser.post("/sign-in/passkey", {"challenge": "c", "credential": broken})
            assert answer.status_code == 401, broken


async def test_whoever_signs_out_is_out_whatever_else_happens(browser: Browser) -> None:
    secret = browser.secret
    answer = await browser.post("/sign-out", {})
    (cookie,) = answer.headers.get_list("set-cookie")
    assert (answer.headers["location"], "max-age=0" in cookie.lower()) == ("/sign-in", True)
    assert secret not in browser.console.others.sessions
    browser.http.cookies.clear()
    browser.http.cookies.set("session", secret)
    assert (await browser.get("/board")).headers["location"].startswith("/sign-in")


async def test_a_token_is_asked_for_once_a_minute_and_by_many_pages_at_once_only_once(browser: Browser) -> None:
    others, time = browser.console.others, browser.console.time

    def renewals() -> int:
        return sum(each.path == "/session/token" for each in others.asked)

    for _ in range(3):
        await browser.get("/tips/new")
    assert renewals() == 1
    time.turn(timedelta(seconds=61))
    await browser.get("/tips/new")
    assert renewals() == 2


async def test_no_service_is_asked_with_a_token_that_could_run_out_on_the_way(browser: Browser) -> None:
    asked, time = browser.console.others.asked, browser.console.time
    await browser.get("/tips/new")
    time.turn(timedelta(seconds=49))
    await browser.get("/tips/new")
    assert sum(each.path == "/session/token" for each in asked) == 1
    time.turn(timedelta(seconds=1))
    await browser.get("/tips/new")
    assert sum(each.path == "/session/token" for each in asked) == 2


async def test_a_page_that_renews_itself_does_not_count_as_use_and_a_click_after_it_does(browser: Browser) -> None:
    asked = browser.console.others.asked
    browser.console.time.turn(timedelta(seconds=61))
    await browser.get("/tips/new", **{"Muster-Renewal": "1"})
    await browser.get("/tips/new", **{"Muster-Renewal": "1"})
    await browser.get("/tips/new")
    await browser.get("/tips/new", **{"Muster-Renewal": "1"})
    assert [each.body for each in asked if each.path == "/session/token"] == [{"active": False}, {"active": True}]


async def test_whoever_lost_a_role_or_left_is_out_within_a_minute(browser: Browser) -> None:
    others, time = browser.console.others, browser.console.time
    assert (await browser.get("/tips/new")).status_code == 200
    others.sessions[browser.secret] = ADVOCATE
    time.turn(timedelta(seconds=61))
    assert (await browser.get("/tips/new")).status_code == 403
    others.refused[browser.secret] = ENDED
    time.turn(timedelta(seconds=61))
    assert (await browser.get("/tips/new")).status_code == 303
    renewal = await browser.get("/tips/new", **{"Muster-Renewal": "1"})
    assert (renewal.status_code, renewal.content) == (401, b"")


async def test_a_form_sent_when_the_session_was_over_is_kept_and_sent_after_signing_in(browser: Browser) -> None:
    others = browser.console.others
    await browser.get("/tips/new")
    others.refused[browser.secret] = ENDED
    browser.console.time.turn(timedelta(hours=12))
    answer = await browser.post("/tips/new", TIP)
    assert answer.status_code == 401
    assert "What you typed is kept" in answer.text
    assert "took long" not in answer.text
    assert others.commands == []

    again = await browser.sign_in(kept=kept_in(answer.text))
    assert again.status_code == 200
    fields = dict(HIDDEN.findall(again.text))
    assert 'action="/tips/new"' in again.text
    assert fields["subject_narrative"] == TIP["subject_narrative"]
    others.say("POST", "tips", "/tips", {"reference": str(UUID(int=9)), "receipt_code": "AAAA-BBBB-CCCC"}, 201)
    sent = await browser.http.post("/tips/new", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert (sent.status_code, "AAAA-BBBB-CCCC" in sent.text) == (200, True)
    assert others.commands[-1].headers["idempotency-key"] == TIP["key"]


async def test_what_somebody_typed_is_not_given_to_whoever_signs_in_next(browser: Browser) -> None:
    await browser.get("/tips/new")
    browser.console.others.refused[browser.secret] = ENDED
    browser.console.time.turn(timedelta(hours=12))
    kept = kept_in((await browser.post("/tips/new", TIP)).text)
    other = await browser.sign_in("intake@example.org", kept=kept)
    assert (other.status_code, other.headers["location"]) == (303, "/")
    garbled = await browser.sign_in(kept=kept[:-4] + "AAAA")
    assert (garbled.status_code, garbled.headers["location"]) == (303, "/")
    assert (await browser.sign_in(kept="not base64 at all ñ")).headers["location"] == "/"


async def test_a_locked_session_is_unlocked_and_goes_on_with_what_was_typed(browser: Browser) -> None:
    others = browser.console.others
    await browser.get("/tips/new")
    others.refused[browser.secret] = LOCKED
    browser.console.time.turn(timedelta(minutes=31))
    assert (await browser.get("/board")).headers["location"] == "/unlock?next=/board"
    answer = await browser.post("/tips/new", TIP)
    assert (answer.status_code, 'action="/unlock"' in answer.text) == (401, True)
    secret = browser.secret
    unlocked = await browser.post("/unlock", {"passphrase": "right", "kept": kept_in(answer.text)})
    assert "took long to type" in unlocked.text
    assert browser.secret == secret
    others.refused[secret] = LOCKED
    plain = await browser.post("/unlock", {"passphrase": "right", "next": "/board"})
    assert plain.headers["location"] == "/board"


async def test_a_session_that_is_over_cannot_be_unlocked(browser: Browser) -> None:
    browser.console.others.say("POST", "identity", "/session/unlock", ENDED, 401)
    answer = await browser.post("/unlock", {"passphrase": "right"})
    assert (answer.status_code, 'action="/sign-in"' in answer.text) == (401, True)
    browser.console.others.say("POST", "identity", "/session/unlock", WRONG, 401)
    wrong = await browser.post("/unlock", {"passphrase": "wrong"})
    assert (wrong.status_code, 'action="/unlock"' in wrong.text) == (401, True)


async def test_the_identity_service_that_is_down_for_a_while_signs_nobody_out(browser: Browser) -> None:
    await browser.get("/tips/new")
    browser.console.others.down.add("identity")
    assert (await browser.get("/tips/new")).status_code == 200
    browser.console.time.turn(timedelta(seconds=61))
    answer = await browser.get("/tips/new")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    browser.console.others.down.clear()
    assert (await browser.get("/tips/new")).status_code == 200


async def test_a_role_without_a_page_is_told_so(console: Console) -> None:
    async with console.browser() as browser:
        await browser.sign_in("task_force@example.org")
        answer = await browser.get("/")
    assert (answer.status_code, "no page in the console" in answer.text) == (200, True)


async def test_each_role_lands_on_its_own_first_page_and_is_refused_others(console: Console) -> None:
    async with console.browser() as browser:
        for name, first in (("coordinator", "/board"), ("intake", "/intake"), ("reporter", "/tips/new")):
            browser.http.cookies.clear()
            await browser.sign_in(f"{name}@example.org")
            assert (await browser.get("/")).headers["location"] == first
        assert (await browser.get("/board")).status_code == 403
        assert "Your role does not use this page" in (await browser.get("/board")).text


async def test_absent_and_forbidden_look_alike(browser: Browser) -> None:
    a_case(browser.console.others)
    absent, page = await browser.get(f"/cases/{UUID(int=1)}"), await browser.get("/no-such-page")
    assert (absent.status_code, page.status_code) == (404, 404)
    assert "There is nothing here that you can open" in absent.text


async def test_the_language_is_the_browsers_until_the_person_chooses(browser: Browser) -> None:
    spanish = await browser.get("/tips/new", **{"Accept-Language": "es-MX,es;q=0.9"})
    assert ('lang="es"' in spanish.text, "Registrar un aviso" in spanish.text) == (True, True)
    chosen = await browser.post("/language", {"language": "es", "next": "/tips/new"})
    assert chosen.headers["location"] == "/tips/new"
    assert "httponly" in chosen.headers["set-cookie"].lower()
    assert "Registrar un aviso" in (await browser.get("/tips/new", **{"Accept-Language": "en"})).text
    nonsense = await browser.post("/language", {"language": "<b>", "next": "//evil.example"})
    assert (nonsense.headers["location"], "set-cookie" in nonsense.headers) == ("/", False)


async def test_a_demonstration_is_unmistakable_on_every_page_and_a_real_house_says_nothing_of_it(
    browser: Browser, tmp_path: Path, nats_server: Nats
) -> None:
    tip = a_case(browser.console.others)
    for path in (f"/cases/{tip}", "/tips/new", "/no-such-page", "/unlock"):
        text = (await browser.get(path)).text
        assert "Demonstration." in text
        assert "Time stands at Sat 21 Nov, 03:12 CST." in text
    real = tmp_path / "real"
    real.mkdir()
    async with running(real, nats_server, kind="real") as console, console.browser() as other:
        assert "Demonstration" not in (await other.get("/sign-in")).text


def test_a_kept_form_opens_for_its_account_under_its_key_alone(tmp_path: Path) -> None:
    keys = []
    for number in range(2):
        (tmp_path / f"{number}.key").write_text(f"{number}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        keys.append(Keeper(Digester(tmp_path / f"{number}.key")))
    kept = keys[0].keep("/tips/new", {"county": "Hinds"}, COORDINATOR.account)
    assert "Hinds" not in kept
    opened = keys[0].open(kept, COORDINATOR.account)
    assert opened is not None
    assert (opened.path, opened.fields) == ("/tips/new", {"county": "Hinds"})
    assert keys[0].open(kept, ADVOCATE.account) is None
    assert keys[0].open(kept, None) is None
    assert keys[1].open(kept, COORDINATOR.account) is None
