"""A team member's page: what is asked of them, what they send, and what comes back when a service says no."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.console.house import ADVOCATE, NOW, STORED, Asked, Browser, Console, Others

HOUR = timedelta(hours=1)
TEAM, TIP = UUID(int=11), UUID(int=12)
SEAT = "victim_advocate"
ACCEPT = f"/mine/seats/{TEAM}/{SEAT}/accept"
OWN: dict[str, Any] = {"leave": [], "channels": [{"kind": "email", "proven_at": None}], "code": None}
STALE = {"type": "urn:muster:problem:stale", "title": "Changed", "status": 412, "detail": "English."}
REFUSED = {
    "type": "urn:muster:problem:refused",
    "title": "No",
    "status": 409,
    "detail": "You are not asked for this seat at present. Call the coordinator.",
}


def seat(*, asked: bool = True, **changes: Any) -> dict[str, Any]:
    return {
        "team": str(TEAM if asked else uuid4()),
        "tip": str(TIP if asked else uuid4()),
        "seat": SEAT,
        "asked": asked,
        "since": (NOW - HOUR).isoformat(),
        "phase": "open" if asked else "formed",
        "county": "Hinds",
        "received_at": (NOW - 20 * HOUR).isoformat(),
        "due_at": (NOW + 4 * HOUR).isoformat(),
        "contact_open": True,
        "contact_due_at": (NOW + 4 * HOUR).isoformat(),
    } | changes


def mine(
    others: Others,
    *seats: dict[str, Any],
    hours: tuple[int, int] | None = (-2, 6),
    registered: bool = True,
    sent: bool | None = None,
    **entry: Any,
) -> None:
    """What the services tell the advocate."""
    others.say("GET", "rapid_assessment", "/mine/seats", seats)
    clock = {
        "tip": str(TIP),
        "rule": "C06",
        "version": 1,
        "citation": "Miss. Code 43-26-3",
        "since": (NOW - 25 * HOUR).isoformat(),
        "due_at": (NOW - HOUR).isoformat(),
    }
    others.say("GET", "rapid_assessment", "/mine/deadlines", [clock])
    kit = {
        "kit": str(uuid4()),
        "tip": str(uuid4()),
        "duties": [{"rule": "C56", "due_at": (NOW + 2 * HOUR).isoformat()}],
    }
    others.say("GET", "forensic_clinic", "/kits", [kit])
    others.say("GET", "rapid_assessment", f"/teams/{TEAM}", {"version": 4})
    certificate = {
        "kind": SEAT,
        "issuer": "AG-BVA",
        "valid_from": (NOW - 900 * HOUR).isoformat(),
        "valid_until": (NOW + 900 * HOUR).isoformat(),
    }
    ended = certificate | {"valid_until": (NOW - HOUR).isoformat()}
    available = [(NOW + each * HOUR).isoformat() for each in hours] if hours else None
    responder = {"agency": "CVP", "credentials": [ended, certificate], "available": available} | OWN
    if registered:
        path = f"/responders/{ADVOCATE.account}"
        others.say("GET", "rapid_assessment", path, {"version": 3, "responder": responder | entry, "code_sent": sent})


@pytest.fixture
async def advocate(console: Console) -> AsyncIterator[Browser]:
    async with console.browser() as found:
        assert (await found.sign_in("advocate@example.org")).status_code == 303
        console.others.asked.clear()
        yield found


async def test_they_land_there_and_what_is_asked_stands_first(advocate: Browser) -> None:
    mine(advocate.console.others, seat(), seat(asked=False))
    assert (await advocate.get("/")).headers["location"] == "/mine"
    page = (await advocate.get("/mine")).text
    assert page.index("Asked of you now") < page.index("What runs out next") < page.index("My cases")
    assert f'action="{ACCEPT}"' in page
    assert "4:00" in page
    assert "I take this seat" in page
    assert "was due 02:12, still to be done" in page
    assert "Miss. Code 43-26-3 (C06)" in page
    assert "Kit delivered to the laboratory" in page
    assert "The team stands. The child is not seen yet." in page
    assert "You are on call until Sat 21 Nov, 09:12 CST." in page
    assert page.index("valid until") < page.index("ended")


async def test_what_they_were_told_is_acknowledged_there(advocate: Browser) -> None:
    others, notice = advocate.console.others, uuid4()
    mine(others)
    assert "To acknowledge" not in (await advocate.get("/mine")).text
    row = {"notice": str(notice), "tip": str(TIP), "role": SEAT, "why": "duty_warned", "rule": "C12"}
    lost = {"lost": True, "next_try": (NOW + HOUR).isoformat()}
    told = {"notices": [row | lost | {"requested_at": NOW.isoformat()}], "total": 1}
    others.say("GET", "rapid_assessment", "/notices/waiting", told)
    others.say("POST", "rapid_assessment", f"/notices/{notice}/acknowledgement", STORED)
    page = (await advocate.get("/mine")).text
    assert "A report is due soon: Preliminary report to the prosecutor" in page
    assert '<span class="late-word">It did not go out.</span> Next try: 04:12.' in page
    answer = await advocate.post(f"/told/notices/{notice}", {"home": "/mine"})
    assert answer.headers["location"] == "/mine#told"


async def test_looking_answers_nothing(advocate: Browser) -> None:
    mine(advocate.console.others, seat())
    for method in ("GET", "HEAD", "GET"):
        for path in ("/mine", ACCEPT, ACCEPT.replace("accept", "decline"), f"/mine/seats/{TEAM}/conflict"):
            headers = {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"}
            answer = await advocate.http.request(method, path, headers=headers)
            assert answer.status_code == (200 if (method, path) == ("GET", "/mine") else 404), (method, path)
    assert advocate.console.others.commands == []


async def test_one_tap_accepts(advocate: Browser) -> None:
    others = advocate.console.others
    mine(others, seat())
    others.say("POST", "rapid_assessment", f"/teams/{TEAM}/seats/{SEAT}/acceptance", STORED)
    answer = await advocate.post(ACCEPT, {"key": "k" * 16, "version": "4"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/mine#asked")
    (command,) = others.commands
    assert (command.body, command.headers["if-match"], command.headers["idempotency-key"]) == (None, '"4"', "k" * 16)


async def test_somebody_else_who_answered_meanwhile_does_not_cost_a_second_tap(advocate: Browser) -> None:
    others = advocate.console.others
    mine(others, seat())

    def answer_to(asked: Asked) -> tuple[int, Any]:
        return (412, STALE) if asked.headers["if-match"] == '"3"' else (200, STORED)

    others.answers["POST", "rapid_assessment", f"/teams/{TEAM}/seats/{SEAT}/acceptance"] = answer_to
    answer = await advocate.post(ACCEPT, {"key": "k" * 16, "version": "3"})
    assert answer.status_code == 303
    assert [each.headers["if-match"] for each in others.commands] == ['"3"', '"4"']
    others.answers["POST", "rapid_assessment", f"/teams/{TEAM}/seats/{SEAT}/acceptance"] = lambda _: (412, STALE)
    again = await advocate.post(ACCEPT, {"key": "l" * 16, "version": "3"})
    assert (again.status_code, "Somebody changed this" in again.text) == (412, True)


async def test_what_is_asked_no_more_says_so_though_it_has_no_place_left(advocate: Browser) -> None:
    others = advocate.console.others
    mine(others)
    others.say("POST", "rapid_assessment", f"/teams/{TEAM}/seats/{SEAT}/acceptance", REFUSED, 409)
    answer = await advocate.post(ACCEPT, {"key": "k" * 16, "version": "4"})
    assert answer.status_code == 409
    assert "You are not asked for this seat at present." in answer.text
    assert "Nothing is asked of you now." in answer.text


@pytest.mark.parametrize(("what", "path"), [(f"{SEAT}/decline", f"seats/{SEAT}/decline"), ("conflict", "conflicts")])
async def test_declining_and_a_conflict_want_a_reason_and_keep_what_was_typed(
    advocate: Browser, what: str, path: str
) -> None:
    others = advocate.console.others
    mine(others, seat())
    empty = await advocate.post(f"/mine/seats/{TEAM}/{what}", {"what": what, "version": "4", "reason": " "})
    assert (empty.status_code, "Reason: fill this in." in empty.text, others.commands) == (422, True, [])
    others.down.add("rapid_assessment")
    unsaid = await advocate.post(f"/mine/seats/{TEAM}/{what}", {"what": what, "version": "4", "reason": "Kin."})
    assert unsaid.status_code == 503
    others.down.clear()
    others.say("POST", "rapid_assessment", f"/teams/{TEAM}/{path}", REFUSED, 409)
    refused = await advocate.post(f"/mine/seats/{TEAM}/{what}", {"what": what, "version": "4", "reason": "Kin."})
    assert (refused.status_code, 'value="Kin."' in refused.text) == (409, True)
    others.say("POST", "rapid_assessment", f"/teams/{TEAM}/{path}", STORED)
    assert (await advocate.post(f"/mine/seats/{TEAM}/{what}", {"reason": "Kin.", "version": "4"})).status_code == 303
    assert others.commands[-1].body == {"reason": "Kin."}


async def test_hours_are_stated_and_withdrawn(advocate: Browser) -> None:
    others = advocate.console.others
    mine(others)
    path = f"/responders/{ADVOCATE.account}/availability"
    for each in (path, f"{path}/withdrawal"):
        others.say("POST", "rapid_assessment", each, STORED)
    typed = {"since_day": "2026-11-21", "since": "0800", "until_day": "2026-11-22", "until": "2000", "version": "3"}
    wrong = await advocate.post("/mine/availability", typed | {"until": "26:00"})
    assert (wrong.status_code, 'value="26:00"' in wrong.text) == (422, True)
    stated = await advocate.post("/mine/availability", typed)
    assert stated.headers["location"] == "/mine#availability"
    assert others.commands[-1].body == {"since": "2026-11-21T14:00:00+00:00", "until": "2026-11-23T02:00:00+00:00"}
    await advocate.post("/mine/availability/withdraw", {"version": "3"})
    assert (others.commands[-1].path, others.commands[-1].headers["if-match"]) == (f"{path}/withdrawal", '"3"')


async def test_a_channel_is_stated_and_withdrawn_and_never_shown(advocate: Browser) -> None:
    others = advocate.console.others
    mine(others)
    path = f"/responders/{ADVOCATE.account}/channels"
    refused = {"type": "urn:muster:problem:invalid-value", "title": "A value", "status": 422, "detail": "None such."}
    others.say("POST", "rapid_assessment", path, refused | {"field": "address"}, 422)
    typed = {"kind": "email", "address": "example.advocate@example.org", "version": "3"}
    wrong = await advocate.post("/mine/channels", typed)
    assert (wrong.status_code, "None such." in wrong.text, typed["address"] in wrong.text) == (422, True, True)
    for each in (path, f"{path}/email/withdrawal", f"{path}/email/proof"):
        others.say("POST", "rapid_assessment", each, STORED)
    assert (await advocate.post("/mine/channels", typed)).headers["location"] == "/mine#channels"
    assert others.commands[-1].body == {"kind": "email", "address": "example.advocate@example.org"}
    for what, where in (("withdraw", "withdrawal"), ("proof", "proof")):
        assert (await advocate.post(f"/mine/channels/email/{what}", {"version": "3"})).status_code == 303
        assert others.commands[-1].path == f"{path}/email/{where}"
    page = (await advocate.get("/mine")).text
    assert "never proven" in page
    assert typed["address"] not in page


async def test_the_code_that_came_is_typed_and_a_wrong_one_may_be_tried_again_under_another_key(
    advocate: Browser,
) -> None:
    others = advocate.console.others
    code = {"kind": "email", "until": (NOW + HOUR / 6).isoformat()}
    mine(others, code=code, sent=False)
    path = f"/responders/{ADVOCATE.account}/channels/email/proof/code"
    page = (await advocate.get("/mine")).text
    assert 'action="/mine/channels/email/proof/code"' in page
    assert "good until 03:22" in page
    assert "The code could not be sent this way." in page
    wrong = {"type": "urn:muster:problem:invalid-value", "title": "A value", "status": 422, "detail": "Not the code."}
    others.say("POST", "rapid_assessment", path, wrong | {"field": "code"}, 422)
    sent = {"code": "000000", "version": "3", "key": "k" * 16}
    again = await advocate.post("/mine/channels/email/proof/code", sent)
    assert (again.status_code, "Not the code." in again.text) == (422, True)
    assert "k" * 16 not in again.text.partition("proof/code")[2].partition("</form>")[0]
    others.say("POST", "rapid_assessment", path, STORED)
    assert (await advocate.post("/mine/channels/email/proof/code", sent)).headers["location"] == "/mine#channels"
    assert others.commands[-1].body == {"code": "000000"}
    over = code | {"until": (NOW - HOUR).isoformat()}
    mine(others, code=over)
    assert "proof/code" not in (await advocate.get("/mine")).text


async def test_leave_is_stated_and_taken_back(advocate: Browser) -> None:
    others = advocate.console.others
    since, until = (NOW + HOUR).isoformat(), (NOW + 48 * HOUR).isoformat()
    mine(others, leave=[[since, until]])
    path = f"/responders/{ADVOCATE.account}/leave"
    for each in (path, f"{path}/withdrawals"):
        others.say("POST", "rapid_assessment", each, STORED)
    typed = {"since_day": "2026-11-21", "since": "0800", "until_day": "2026-11-22", "until": "2000", "version": "3"}
    assert (await advocate.post("/mine/leave", typed)).headers["location"] == "/mine#leave"
    assert others.commands[-1].body == {"since": "2026-11-21T14:00:00+00:00", "until": "2026-11-23T02:00:00+00:00"}
    assert "Away from Sat 21 Nov, 04:12 CST" in (await advocate.get("/mine")).text
    await advocate.post("/mine/leave/withdraw", {"since": since, "until": until, "version": "3"})
    assert (others.commands[-1].path, others.commands[-1].body) == (
        f"{path}/withdrawals",
        {"since": since, "until": until},
    )


async def test_whoever_is_on_no_list_or_has_stated_nothing_is_told_what_to_do(advocate: Browser) -> None:
    mine(advocate.console.others, registered=False)
    assert "Call the CPS Coordinator, who puts you on it." in (await advocate.get("/mine")).text
    mine(advocate.console.others, hours=None)
    assert "You have stated no time" in (await advocate.get("/mine")).text
    mine(advocate.console.others, hours=(-9, -1))
    page = (await advocate.get("/mine")).text
    assert "You have stated no time" in page
    assert "/mine/availability/withdraw" not in page
    mine(advocate.console.others, hours=(3, 9))
    assert "You are on call from Sat 21 Nov, 06:12 CST until" in (await advocate.get("/mine")).text


async def test_it_is_for_those_who_hold_seats_alone(browser: Browser) -> None:
    assert (await browser.get("/mine")).status_code == 403
    assert (await browser.post(ACCEPT, {"version": "4"})).status_code == 403
    assert browser.console.others.commands == []


async def test_whoever_a_ladder_called_says_on_their_page_that_they_are_on_their_way(advocate: Browser) -> None:
    others = advocate.console.others
    mine(others, seat(asked=False, team=str(TEAM), awaits_until=(NOW + HOUR).isoformat()))
    page = (await advocate.get("/mine")).text
    assert "Say by 04:12 that you are on your way." in page
    path = f"/mine/seats/{TEAM}/{SEAT}/under-way"
    assert f'action="{path}"' in page
    others.say("POST", "rapid_assessment", f"/teams/{TEAM}/seats/{SEAT}/under-way", STORED)
    answer = await advocate.post(path, {"key": "a key of this form", "checked": "yes"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/mine#held")
    assert others.commands[-1].headers["if-match"] == '"4"'
    mine(others, seat(asked=False, team=str(TEAM)))
    assert "on your way" not in (await advocate.get("/mine")).text


OVER = f"/mine/seats/{TEAM}/{SEAT}/hand-over"
COLLEAGUE = UUID(int=21)
CANNOT = REFUSED | {"code": "cannot_take_over", "detail": "This colleague cannot take the seat now. Choose another."}


def with_colleagues(others: Others, *accounts: UUID) -> None:
    told = [{"account": str(each), "agency": "CVP", "on_call": True} for each in accounts]
    others.say("GET", "rapid_assessment", f"/teams/{TEAM}/seats/{SEAT}/colleagues", told)
    named = [{"account": str(each), "name": "Example Advocate Two"} for each in accounts]
    others.say("GET", "identity", "/accounts/names", named)


async def test_a_colleague_is_named_on_a_page_of_its_own(advocate: Browser) -> None:
    others = advocate.console.others
    mine(others, seat())
    with_colleagues(others, COLLEAGUE)
    first = (await advocate.get("/mine")).text
    assert f'href="{OVER}"' in first
    assert not [each for each in others.asked if each.path.endswith("/colleagues")]
    page = (await advocate.get(OVER)).text
    assert "<b>Example Advocate Two</b>, on call now<br>" in page
    assert "Center for Violence Prevention" in page
    assert "Your colleague is asked at once in your place" in page
    others.say("POST", "rapid_assessment", f"/teams/{TEAM}/seats/{SEAT}/hand-over", STORED)
    sent = {"colleague": str(COLLEAGUE), "reason": "In court.", "version": "4", "key": "k" * 16}
    answer = await advocate.post(OVER, sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/mine?handed_over=yes")
    assert "Your colleague was asked in your place." in (await advocate.get("/mine?handed_over=yes")).text
    assert "Your colleague was asked" not in (await advocate.get("/mine")).text
    (command,) = others.commands
    assert command.body == {"colleague": str(COLLEAGUE), "reason": "In court."}
    assert (command.headers["if-match"], command.headers["idempotency-key"]) == ('"4"', "k" * 16)


async def test_whoever_holds_the_seat_is_told_that_it_is_empty_until_the_colleague_accepts(advocate: Browser) -> None:
    others = advocate.console.others
    mine(others, seat(asked=False, team=str(TEAM)))
    with_colleagues(others, COLLEAGUE)
    assert f'href="{OVER}"' in (await advocate.get("/mine")).text
    assert "it is empty until your colleague accepts" in (await advocate.get(OVER)).text
    with_colleagues(others)
    nobody = (await advocate.get(OVER)).text
    assert "Nobody whom you may name can take this seat now." in nobody
    assert '<form method="post" action="' + OVER not in nobody


async def test_a_hand_over_that_is_refused_keeps_what_was_typed_and_a_change_meanwhile_costs_no_second_tap(
    advocate: Browser,
) -> None:
    others = advocate.console.others
    mine(others, seat())
    with_colleagues(others, COLLEAGUE)
    empty = await advocate.post(OVER, {"reason": " ", "version": "4"})
    assert (empty.status_code, empty.text.count("fill this in."), others.commands) == (422, 4, [])
    answers = [(412, STALE), (409, CANNOT)]
    others.answers["POST", "rapid_assessment", f"/teams/{TEAM}/seats/{SEAT}/hand-over"] = lambda _: answers.pop(0)
    sent = {"colleague": str(COLLEAGUE), "reason": "In court.", "version": "3"}
    refused = await advocate.post(OVER, sent)
    assert refused.status_code == 409
    assert "This colleague cannot take the seat now. Choose another." in refused.text
    assert "Somebody changed this" not in refused.text
    assert f'value="{COLLEAGUE}" checked' in refused.text
    assert 'value="In court."' in refused.text
    assert [each.headers["if-match"] for each in others.commands] == ['"3"', '"4"']


async def test_whose_seat_it_is_not_any_more_is_shown_nobody(advocate: Browser) -> None:
    others = advocate.console.others
    mine(others)
    with_colleagues(others, COLLEAGUE)
    assert (await advocate.get(OVER)).status_code == 404
