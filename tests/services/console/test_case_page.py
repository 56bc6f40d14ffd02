"""The page of a case: acted on as it was shown, the custody of the child, and what is refused."""

import re
from typing import Any
from uuid import UUID

import pytest

from tests.services.console.boards import HOUR, name
from tests.services.console.house import (
    ADVOCATE,
    NOT_FOUND,
    NOW,
    STORED,
    Browser,
    Console,
    a_case,
)
from tests.services.console.test_pages import STALE, TEAM

TRIED = {"attempted_at_day": "2026-11-21", "attempted_at": "02:00", "tried_by": "visit", "result": "not_let_in"} | {
    "tried": " Went to the house. "
}
ATTEMPT = {"attempted_at": "2026-11-21T08:00:00+00:00", "how": "visit", "result": "not_let_in"} | {
    "what": "Went to the house."
}
PLANNED = {
    "planned_for_day": "2026-11-22",
    "planned_for": "02:00",
    "who": "law_enforcement",
    "planned": "Again at six.",
}
STEP = {"planned_for": "2026-11-22T08:00:00+00:00", "who": "law_enforcement", "what": "Again at six."}


async def test_a_case_is_acted_on_as_the_page_showed_it_and_the_page_comes_again(browser: Browser) -> None:
    others = browser.console.others
    tip = a_case(others)
    for path in (
        "seats/victim_advocate/proposal",
        "seats/victim_advocate/release",
        "stand-down",
        "contact",
        "contact/attempts",
        "contact-impossible",
    ):
        others.say("POST", "rapid_assessment", f"/teams/{TEAM}/{path}", STORED)
    for path in ("", "/acknowledgement", "/true-time"):
        others.say("POST", "tips", f"/tips/{tip}/duties/C11/parts/prosecutor{path}", STORED)
    given = {"team": TEAM, "version": "4", "key": "a key of this form", "checked": "yes"}
    day = {"made_at_day": "2026-11-21", "made_at": "02:00", "done_at_day": "2026-11-21", "done_at": "02:00"}
    acts = {
        "seats/victim_advocate/ask": ({"responder": str(ADVOCATE.account)}, {"responder": str(ADVOCATE.account)}),
        "seats/victim_advocate/release": ({"reason": "Ill tonight."}, {"reason": "Ill tonight."}),
        "stand-down": ({"reason": "Another tip."}, {"reason": "Another tip."}),
        "contact": (day | {"place": "Invented"}, {"made_at": "2026-11-21T08:00:00+00:00", "place": "Invented"}),
        "contact/attempts": (TRIED, ATTEMPT),
        "contact/impossible": (TRIED | PLANNED, {"attempts": [ATTEMPT], "planned_steps": [STEP]}),
        "duties/C11/prosecutor/true-time": (
            day | {"reason": "A slip."},
            {"done_at": "2026-11-21T08:00:00+00:00", "reason": "A slip."},
        ),
        "duties/C11/prosecutor/told": (
            day | {"how": "fax", "told": "Example Clerk"},
            {"done_at": "2026-11-21T08:00:00+00:00", "how": "fax", "told": "Example Clerk"},
        ),
        "duties/C11/prosecutor/acknowledged": (
            {"acknowledged_at_day": "2026-11-21", "acknowledged_at": "02:00"},
            {"acknowledged_at": "2026-11-21T08:00:00+00:00"},
        ),
    }
    for path, (fields, body) in acts.items():
        answer = await browser.post(f"/cases/{tip}/{path}", given | fields)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith(f"/cases/{tip}#")
        sent = others.commands[-1]
        assert sent.body == body
        assert (sent.headers["if-match"], sent.headers["idempotency-key"]) == ('"4"', "a key of this form")


def an_order(first: UUID, left_out: UUID) -> dict[str, Any]:
    """Who can fill a seat, and who is left out."""
    ranked = {
        "account": str(first), "agency": "CVP", "place": "on_call", "rota": str(UUID(int=7)), "km": 0, "load": 2,
        "certified_until": (NOW + HOUR).isoformat(), "proven_at": None, "declined": True,
    }  # fmt: skip
    passed = {"account": str(left_out), "agency": "CVP", "reasons": ["on_leave", "unreached"]}
    return {"people": [ranked], "left_out": [passed]}


async def test_beside_an_empty_seat_stands_who_can_fill_it_in_order_and_why_others_cannot(browser: Browser) -> None:
    others, seat = browser.console.others, "victim_advocate"
    tip, first, left_out = a_case(others), UUID(int=31), UUID(int=32)
    others.say("GET", "rapid_assessment", f"/teams/{TEAM}/people", {seat: an_order(first, left_out)})
    others.say("GET", "rapid_assessment", f"/teams/{TEAM}/seats/{seat}/people", an_order(first, left_out))
    name(others, **{"Example Advocate One": first, "Example Advocate Two": left_out})
    why = "on call by the rota, serves this county, 2 open cases, "
    case = (await browser.get(f"/cases/{tip}")).text
    assert f'<option value="{first}">Example Advocate One' in case
    assert why in case
    assert str(left_out) not in case
    assert f'href="/cases/{tip}/seats/{seat}"' in case
    page = (await browser.get(f"/cases/{tip}/seats/{seat}")).text
    assert why in page
    assert "said no before" in page
    assert "on leave, was asked and could not be reached" in page


CUSTODY = {"number": 1, "lasts": True, "agency": "MDCPS", "county": "Rankin", "taken_at": (NOW - HOUR).isoformat()}


@pytest.mark.parametrize(
    ("stands", "steps"),
    [
        ({}, ["taken"]),
        (CUSTODY | {"open_rules": ["C19"]}, ["judge-notified", "authorised", "release"]),
        (
            CUSTODY
            | dict.fromkeys(("judge_knew_at", "authorised_at"), NOW.isoformat())
            | {"form": "oral", "open_rules": ["C22", "C21B"]},
            ["written-order", "hearing", "release"],
        ),
        (CUSTODY | {"lasts": False, "released_at": NOW.isoformat()}, ["judge-notified", "taken"]),
    ],
)
async def test_the_custody_of_the_child_is_shown_with_what_can_be_entered_next(
    browser: Browser, stands: dict[str, Any], steps: list[str]
) -> None:
    tip = a_case(browser.console.others, custody=stands, custody_version=3)
    text = (await browser.get(f"/cases/{tip}")).text
    assert re.findall(rf'action="/cases/{tip}/custody/([a-z-]+)"', text) == steps
    assert ("kept in Rankin County" in text) == bool(stands)
    assert (f"/cases/{tip}/custody/texts" in text) == bool(stands)


async def test_what_was_written_of_a_custody_is_a_page_of_its_own(browser: Browser) -> None:
    others = browser.console.others
    tip = a_case(others, custody=CUSTODY, custody_version=3)
    taken = {"event": "custody.child_taken", "number": 1, "field": "place", "text": "Example Shelter"}
    gone = {"event": "custody.child_released", "number": 2, "field": "whom", "text": None}
    others.say("GET", "rapid_assessment", f"/teams/{TEAM}/custody/texts", [taken, gone])
    text = (await browser.get(f"/cases/{tip}/custody/texts")).text
    assert "Example Shelter" in text
    assert "To whom the child was released</b> · taking 2" in text
    assert "Sealed by a court’s order." in text
    assert "That you opened this page is on record." in text


async def test_what_no_tip_shows_is_stated_from_when_it_was_known_and_taken_back(browser: Browser) -> None:
    others = browser.console.others
    tip = a_case(others)
    owed = {"version": 2, "due": "immediately", "parts": [], "citation": "Invented"}
    owed |= dict.fromkeys(("since", "due_at", "done_at"))
    standing = [owed | {"rule": "C09", "phase": "open"}, owed | {"rule": "C33", "phase": "fell_away"}]
    others.say("GET", "tips", f"/tips/{tip}/duties", standing)
    assert f'action="/cases/{tip}/statements/C33"' in (await browser.get(f"/cases/{tip}")).text
    given = {"team": TEAM, "version": "0", "key": "a key of this form", "checked": "yes"}
    known = {"known_since_day": "2026-11-21", "known_since": "02:00"}
    for path, typed, body in (
        ("statement", known, {"known_since": "2026-11-21T08:00:00+00:00"}),
        ("statement/withdrawal", {}, {}),
    ):
        others.say("POST", "tips", f"/tips/{tip}/duties/C33/{path}", STORED)
        answer = await browser.post(f"/cases/{tip}/{path.replace('statement', 'statements/C33', 1)}", given | typed)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{tip}#statement-C33")
        assert (others.commands[-1].body, others.commands[-1].headers["if-match"]) == (body, '"0"')


async def test_of_a_report_whose_time_has_passed_it_is_said_when_it_was_due(browser: Browser) -> None:
    others = browser.console.others
    tip = a_case(others)
    part = {"part": "prosecutor", "by": None, "recipient": None, "must_be_acknowledged": True, "missing": True}
    owed = {"version": 2, "phase": "open", "since": NOW.isoformat(), "due": "within 48 hours", "citation": "Invented"}
    owed |= {"done_at": None, "parts": [part | {"on_record": None}]}
    due = {"C11": NOW - HOUR, "C10": NOW + HOUR}
    standing = [owed | {"rule": rule, "due_at": at.isoformat()} for rule, at in due.items()]
    others.say("GET", "tips", f"/tips/{tip}/duties", standing)
    text = (await browser.get(f"/cases/{tip}")).text
    assert ">was due 02:12, 1 h ago</span>" in text
    assert ">due 04:12, in 1 h</span>" in text


async def test_each_step_of_the_custody_is_sent_with_its_time_and_what_was_left_empty_is_not(browser: Browser) -> None:
    others = browser.console.others
    tip = a_case(others)
    given = {"team": TEAM, "version": "3", "key": "a key of this form", "checked": "yes", "clock": "C19"}
    moment = "2026-11-21T08:00:00+00:00"
    acts: dict[str, tuple[str, dict[str, str]]] = {
        "taken": ("taken_at", {"county": "Hinds", "place": "Invented"}),
        "judge-notified": ("notified_at", {"how": "telephone"}),
        "authorised": ("authorised_at", {"form": "oral", "by": "Invented"}),
        "written-order": ("written_at", {}),
        "hearing": ("held_at", {"order": "continued"}),
        "release": ("released_at", {"to": "parent"}),
    }
    for step, (field, fields) in acts.items():
        others.say("POST", "rapid_assessment", f"/teams/{TEAM}/custody/{step}", STORED)
        typed = {f"{field}_day": "2026-11-21", field: "02:00", "place": "", "whom": "", "agency": ""} | fields
        answer = await browser.post(f"/cases/{tip}/custody/{step}", given | typed)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{tip}#custody")
        assert others.commands[-1].body == {field: moment} | fields
        assert others.commands[-1].headers["if-match"] == '"3"'
    assert (await browser.post(f"/cases/{tip}/custody/other", given)).status_code == 404
    missing = await browser.post(
        f"/cases/{tip}/custody/taken", given | {"taken_at_day": "2026-11-21", "taken_at": "0200"}
    )
    assert (missing.status_code, "County where the child is kept: fill this in." in missing.text) == (422, True)


async def test_what_is_refused_stands_at_its_place_on_the_case_with_what_was_typed(browser: Browser) -> None:
    others = browser.console.others
    tip = a_case(others)
    others.say("POST", "rapid_assessment", f"/teams/{TEAM}/stand-down", STALE, 412)
    answer = await browser.post(f"/cases/{tip}/stand-down", {"team": TEAM, "version": "3", "reason": "Another tip."})
    assert answer.status_code == 412
    assert "Somebody changed this since you opened the page" in answer.text
    assert 'id="stand-down" data-at="stand-down" open' in answer.text
    assert 'value="Another tip."' in answer.text
    missing = await browser.post(f"/cases/{tip}/stand-down", {"team": TEAM, "version": "4"})
    assert (missing.status_code, "Reason: fill this in." in missing.text) == (422, True)
    others.say("POST", "rapid_assessment", f"/teams/{TEAM}/stand-down", NOT_FOUND, 404)
    gone = await browser.post(f"/cases/{tip}/stand-down", {"team": TEAM, "version": "4", "reason": "Another tip."})
    assert gone.status_code == 404


async def test_of_a_case_whose_tip_is_not_for_these_eyes_the_team_is_shown(console: Console) -> None:
    tip = a_case(console.others)
    async with console.browser() as browser:
        await browser.sign_in("advocate@example.org")
        text = (await browser.get(f"/cases/{tip}")).text
    assert "Hinds County" in text
    assert "Certified advocate" in text
    for hidden in ("To be told", "Who it is about", "Stand the team down", "/ask", "Enter that the child was seen"):
        assert hidden not in text, hidden
