"""The page behind a message's link: opening it does nothing, and the code that goes on in forms answers once."""

from datetime import timedelta
from typing import Any

import pytest

from services.rapid_assessment.ask.http import PER_CODE
from services.rapid_assessment.processes.tell_asked import TEXT
from tests.services.console.house import NOT_FOUND, NOW, ORIGIN, Browser, Console, Others
from tests.services.console.test_mine import REFUSED

CODE = "ABCD-EFGH-IJ23-KLMN-OPQR-STUV-WXYZ"
ASKED = {
    "seat": "victim_advocate",
    "team_due_at": (NOW + timedelta(hours=4)).isoformat(),
    "code_until": (NOW + timedelta(hours=2)).isoformat(),
}
NO_CODE = {"type": "urn:muster:problem:malformed", "title": "A value", "status": 422, "detail": "No.", "field": "code"}
SCANNERS: tuple[dict[str, str], ...] = (
    {},
    {"Sec-Purpose": "prefetch;prerender"},
    {"Purpose": "prefetch", "X-Moz": "prefetch"},
    {"User-Agent": "Example mail scanner", "Accept": "*/*"},
)


def good(others: Others) -> None:
    others.say("POST", "rapid_assessment", "/asks/look", ASKED)
    for what, said in (("acceptance", "accepted"), ("decline", "declined")):
        others.say("POST", "rapid_assessment", f"/asks/{what}", {"answer": said})


async def send(browser: Browser, path: str, **fields: str) -> Any:
    return await browser.post(path, {"code": CODE, **fields})


async def test_a_mail_scanner_that_opens_the_link_however_often_changes_and_learns_nothing(console: Console) -> None:
    good(console.others)
    links = [word.strip(".,") for word in TEXT.format(origin=ORIGIN, code=CODE).split() if "://" in word]
    assert links == [f"{ORIGIN}/answer#{CODE}"]
    async with console.browser() as browser:
        pages = set()
        for link in links:
            for headers in SCANNERS:
                for method in ("GET", "HEAD", "GET", "OPTIONS", "GET"):
                    answer = await browser.http.request(method, link, headers=headers)
                    pages |= {answer.text} if method == "GET" else set()
            # What a form would be sent to is not to be opened either.
            for path in ("/answer/accept", "/answer/decline", f"/answer/accept?code={CODE}"):
                assert (await browser.get(path)).status_code == 404
        assert len(pages) == 1
        assert CODE not in pages.pop()
    assert console.others.asked == []


async def test_the_code_shows_the_seat_and_the_time_left_and_no_more(console: Console) -> None:
    good(console.others)
    async with console.browser() as browser:
        answer = await send(browser, "/answer")
    assert answer.status_code == 200
    assert "You are asked to be certified advocate of a team" in answer.text
    assert "4:00" in answer.text
    assert "This code is good until Sat 21 Nov, 05:12 CST, once." in answer.text
    assert "/cases/" not in answer.text
    (asked,) = console.others.commands
    assert (asked.path, asked.body, "authorization" in asked.headers) == ("/asks/look", {"code": CODE}, False)
    assert CODE not in str(answer.url)


@pytest.mark.parametrize(
    ("what", "path", "more", "says"),
    [
        ("accept", "acceptance", {}, "The seat is yours"),
        ("accept", "acceptance", {"under_way": "yes"}, "The seat is yours"),
        ("decline", "decline", {"reason": "In court."}, "You declined"),
    ],
)
async def test_one_tap_answers_and_the_same_form_sent_twice_has_the_same_key(
    console: Console, what: str, path: str, more: dict[str, str], says: str
) -> None:
    good(console.others)
    async with console.browser() as browser:
        for _ in range(2):
            answer = await send(browser, f"/answer/{what}", key="k" * 17, **more)
            assert (answer.status_code, says in answer.text) == (200, True)
    sent = [(each.path, each.body, each.headers["idempotency-key"]) for each in console.others.commands]
    body = {"code": CODE, **more} | ({"under_way": True} if "under_way" in more else {})
    assert sent == [(f"/asks/{path}", body, "k" * 17)] * 2


async def test_a_code_that_is_good_for_nothing_says_one_thing_whatever_is_wrong_with_it(console: Console) -> None:
    pages = set()
    async with console.browser() as browser:
        for path in ("/answer", "/answer/accept", "/answer/decline"):
            for body, status in ((NOT_FOUND, 404), (NO_CODE, 422)):
                for what in ("look", "acceptance", "decline"):
                    console.others.say("POST", "rapid_assessment", f"/asks/{what}", body, status)
                answer = await send(browser, path, reason="In court.")
                assert answer.status_code == 404
                assert f'value="{CODE}"' in answer.text
                pages.add(answer.text.split("<main")[1].split("</main>")[0])
    assert len(pages) == 1
    assert "This code is good for nothing now" in pages.pop()


async def test_a_refusal_and_a_reason_left_out_keep_the_page_and_what_was_typed(console: Console) -> None:
    good(console.others)
    async with console.browser() as browser:
        empty = await send(browser, "/answer/decline", reason=" ")
        assert (empty.status_code, "Reason: fill this in." in empty.text) == (422, True)
        console.others.say("POST", "rapid_assessment", "/asks/decline", REFUSED, 409)
        refused = await send(browser, "/answer/decline", reason="In court.")
        assert (refused.status_code, 'value="In court."' in refused.text) == (409, True)
        console.others.down.add("rapid_assessment")
        down = await send(browser, "/answer/accept")
        assert (down.status_code, f'value="{CODE}"' in down.text) == (503, True)


async def test_whoever_tries_codes_from_one_address_is_stopped(console: Console) -> None:
    async with console.browser(address="198.51.100.7") as browser:
        tried = [(await send(browser, "/answer")).status_code for _ in range(61)]
    assert (set(tried[:60]), tried[60]) == ({404}, 429)
    # What is no code of a case may be that of a drill: both are asked, and counted as one try.
    asked = [each.path for each in console.others.commands]
    assert asked.count("/asks/look") == asked.count("/drills/page/look") == 60 > PER_CODE.many
