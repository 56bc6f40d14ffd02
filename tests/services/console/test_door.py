"""What a browser is told, and what is not taken from it: cookies, headers, forms of others, other addresses."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import UUID

import pytest

from services.console.application import HEADERS
from services.console.pages.sign_in.http import own_path
from services.kernel.http.gate import OPEN, action_of
from tests.services.console.house import OURS, WRONG, Browser, Console, a_case, running
from tests.support.servers import Nats

# Of a parameter an example by its name, else by its kind: a new page is walked without a word here.
VALUES = {"tip": str(UUID(int=1)), "seat": "victim_advocate", "rule": "C11", "part": "prosecutor"}
KINDS = {"uuid": str(UUID(int=2)), "int": "1", "str": "example"}
PARAMETER = re.compile(r"\{(\w+):(\w+)\}")


def example(path: str) -> str:
    """An address of a route."""
    return PARAMETER.sub(lambda found: VALUES.get(found[1], KINDS[found[2]]), path)


def paths(console: Console, method: str) -> Iterator[str]:
    """Of every page, with an example for each parameter."""
    for route in console.app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if method in handler.http_methods and action_of(handler) != OPEN:
                yield example(route.path)


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(console: Console) -> None:
    async with console.browser() as browser:
        answer = await browser.sign_in()
    (cookie,) = answer.headers.get_list("set-cookie")
    words = {word.strip().lower() for word in cookie.split(";")}
    assert words >= {"httponly", "samesite=strict", "path=/"}
    assert not {word for word in words if word.startswith(("domain=", "expires=", "max-age="))}
    assert cookie.startswith("session=")
    assert len(browser.secret) >= 43
    assert "token" not in answer.text


async def test_with_tls_the_cookie_is_of_this_host_and_of_tls_alone(tmp_path: Path, nats_server: Nats) -> None:
    async with (
        running(tmp_path, nats_server, origin="https://muster.example.gov") as console,
        console.browser() as browser,
    ):
        (cookie,) = (await browser.sign_in()).headers.get_list("set-cookie")
    assert cookie.startswith("__Host-session=")
    assert "secure" in cookie.lower()


async def test_a_sign_in_makes_a_new_session_whatever_cookie_came(console: Console) -> None:
    async with console.browser() as browser:
        browser.http.cookies.set("session", "chosen-by-somebody-else", domain="localhost.local")
        browser.http.cookies.set("session", "chosen-by-somebody-else")
        before = "chosen-by-somebody-else"
        answer = await browser.http.post(
            "/sign-in",
            data={
                "form_token": console.door.form_token(before),
                "sign_in_name": "coordinator@example.org",
                "passphrase": "right",
                "code": "1",
            },
            headers=OURS,
        )
    (cookie,) = answer.headers.get_list("set-cookie")
    assert answer.status_code == 303
    assert before not in cookie


async def test_every_answer_says_what_a_browser_may_do_with_it(browser: Browser) -> None:
    tip = a_case(browser.console.others)
    for path in ("/sign-in", "/", f"/cases/{tip}", "/no-such-page", "/tips/new", "/cases/not-a-reference"):
        answer = await browser.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (path, name)
    refused = await browser.http.post("/sign-out", data={})
    assert refused.status_code == 403
    assert refused.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http:" not in policy
    assert "*" not in policy


async def test_no_page_has_a_style_or_a_script_of_its_own_or_anything_from_elsewhere(browser: Browser) -> None:
    tip = a_case(browser.console.others)
    for path in ("/sign-in", f"/cases/{tip}", "/tips/new"):
        text = (await browser.get(path)).text
        assert " style=" not in text, path
        assert "<style" not in text
        assert "onclick" not in text
        assert "<script>" not in text
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8107"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8107.evil.example"},
    ],
)
async def test_a_form_that_another_site_sent_changes_nothing(browser: Browser, headers: Mapping[str, str]) -> None:
    token = browser.console.door.form_token(browser.secret)
    for path in paths(browser.console, "POST"):
        answer = await browser.http.post(path, data={"form_token": token}, headers=headers)
        assert answer.status_code == 403, path
    assert browser.console.others.commands == []


async def test_a_form_without_the_sessions_own_token_changes_nothing(browser: Browser) -> None:
    others_token = browser.console.door.form_token("the secret of another session")
    for path in paths(browser.console, "POST"):
        for token in ("", "x", others_token, browser.console.door.form_token("")):
            answer = await browser.http.post(path, data={"form_token": token}, headers=OURS)
            assert answer.status_code == 403, path
        assert (await browser.http.post(path, headers=OURS)).status_code == 403
    assert browser.console.others.commands == []


async def test_our_own_form_is_taken_from_browsers_that_say_where_it_is_from_in_either_way(browser: Browser) -> None:
    for headers in ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "http://localhost:8107"}):
        token = browser.console.door.form_token(browser.secret)
        answer = await browser.http.post("/language", data={"form_token": token, "language": "es"}, headers=headers)
        assert answer.status_code == 303, headers


async def test_no_page_that_is_asked_for_acts(browser: Browser) -> None:
    a_case(browser.console.others, UUID(int=1))
    for path in paths(browser.console, "GET"):
        if path != "/live":
            await browser.get(path)
            await browser.http.head(path)
    assert browser.console.others.commands == []


async def test_under_another_name_the_house_sends_the_browser_to_its_own(console: Console) -> None:
    async with console.browser("http://127.0.0.1:8107") as elsewhere:
        answer = await elsewhere.get("/board?county=Hinds")
        assert (answer.status_code, answer.headers["location"]) == (302, "http://localhost:8107/board?county=Hinds")
        refused = await elsewhere.http.post("/sign-in", data={}, headers=OURS)
        assert refused.status_code == 400
        assert (await elsewhere.get("/health/live")).status_code == 200
    assert console.others.asked == []


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/board?skip=40&county=Hinds", "/board?skip=40&county=Hinds"),
        ("/cases/3f1b/x_y.z-1", "/cases/3f1b/x_y.z-1"),
        ("/", "/"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/%2Fevil.example", "/"),
        ("/%5Cevil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/board\r\nSet-Cookie: x=y", "/"),
        ("board", "/"),
        (" /board", "/"),
    ],
)
async def test_after_signing_in_the_browser_goes_on_within_the_house(console: Console, wanted: str, path: str) -> None:
    assert own_path(wanted) == path
    async with console.browser() as browser:
        answer = await browser.sign_in(next=wanted)
        assert answer.headers["location"] == path


async def test_words_in_an_address_never_reach_another_service_as_a_path(browser: Browser) -> None:
    tip = a_case(browser.console.others)
    browser.console.others.asked.clear()
    for seat in ("..", "%2e%2e", "a%2Fb", "a%3Fb", "a%23b", "x" * 70):
        answer = await browser.post(f"/cases/{tip}/seats/{seat}/ask", {"team": str(UUID(int=5)), "responder": "x"})
        assert answer.status_code == 404, seat
    for team in ("../notices", "a/b", "a?b", "", "5 5"):
        fields = {"team": team, "responder": "x", "version": "4"}
        answer = await browser.post(f"/cases/{tip}/seats/victim_advocate/ask", fields)
        assert answer.status_code == 404, team
    assert browser.console.others.commands == []


async def test_what_a_form_holds_besides_its_own_fields_is_not_passed_on(browser: Browser) -> None:
    browser.console.others.say("POST", "tips", "/tips", {"reference": str(UUID(int=9)), "receipt_code": "AAAA"}, 201)
    fields = {
        "county": "Hinds",
        "age": "child",
        "subject_narrative": "Invented.",
        "received_at_day": "2026-11-21",
        "received_at": "03:00",
        "named_accounts": str(UUID(int=1)),
        "actor": "somebody",
        "persons": "[]",
        "roles": "administrator",
    }
    answer = await browser.post("/tips/new", fields)
    assert answer.status_code == 200, answer.text
    (command,) = browser.console.others.commands
    assert set(command.body) == {
        "channel",
        "county",
        "received_at",
        "age",
        "setting",
        "state_lines",
        "tribal_land",
        "persons",
    }
    assert command.body["persons"] == [{"part": "subject", "narrative": "Invented."}]


async def test_what_somebody_typed_is_never_read_as_a_page(browser: Browser) -> None:
    evil = "<script>alert(1)</script>\"'><b>"
    answer = await browser.post("/tips/new", {"county": evil, "subject_narrative": evil, "subject_name": evil})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&gt;&lt;b&gt;" in answer.text
    browser.console.others.say("POST", "identity", "/sign-in", WRONG, 401)
    answer = await browser.post("/sign-in", {"sign_in_name": evil, "passphrase": evil, "next": evil, "kept": evil})
    assert "<script>alert" not in answer.text
    assert evil not in answer.text


async def test_a_body_too_long_is_refused_in_words(browser: Browser) -> None:
    answer = await browser.post("/tips/new", {"subject_narrative": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "shorten" in answer.text


async def test_numbers_are_for_this_machine_alone(console: Console) -> None:
    async with console.browser() as browser:
        told = await browser.get("/metrics")
        assert told.status_code == 200
        assert "muster_open_pages 0.0" in told.text
        assert 'muster_scrape_missing{part="message_server"} 0.0' in told.text
        assert (await browser.get("/health/ready")).json() == {"status": "ready", "waiting_for": []}


async def test_assets_are_kept_under_their_print_and_answered_under_no_other(browser: Browser) -> None:
    page = (await browser.get("/tips/new")).text
    for name in ("console.css", "console.js", "muster.svg"):
        (address,) = {part for part in page.split('"') if part.startswith("/assets/") and part.endswith(name)}
        answer = await browser.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        plain = await browser.get(address, **{"accept-encoding": "identity"})
        assert (plain.content, plain.headers.get("content-encoding")) == (answer.content, None)
        assert answer.num_bytes_downloaded < plain.num_bytes_downloaded
        assert (await browser.get(address.replace(address.split("/")[2], "0" * 12))).status_code == 404
    assert (await browser.get("/assets/x/..%2F..%2Fmain.py")).status_code == 404
