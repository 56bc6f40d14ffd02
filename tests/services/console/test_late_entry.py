"""What happened some time ago is shown beside what was known until now, before it is sent."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.services.console.house import NOW, STORED, Browser, a_case

TEAM, HOUR = str(UUID(int=5)), timedelta(hours=1)
SEEN = {"team": TEAM, "version": "1", "key": "a key of this form", "place": "Invented", "made_at_day": "2026-11-21"}


def clock(name: str, at: datetime, due_at: datetime, **facts: Any) -> dict[str, Any]:
    """An entry of a history about the clock of contact."""
    return {
        "stream": str(UUID(int=9)),
        "name": f"clock.{name}",
        "happened_at": at.isoformat(),
        "recorded_at": at.isoformat(),
        "by": None,
        "facts": {
            "rule": "C02",
            "rule_version": 1,
            "citation": "Miss. Code 43-26-3(2)(a)",
            "due_at": due_at.isoformat(),
        }
        | {"started_at": (due_at - 24 * HOUR).isoformat(), "warn_at": []}
        | facts,
    }


def a_case_due(browser: Browser, due_at: datetime) -> UUID:
    """A contact that was due then, missed if that is past."""
    others = browser.console.others
    tip = a_case(others)
    told = [clock("started", due_at - 24 * HOUR, due_at)]
    if due_at < NOW:
        told.append(clock("missed", due_at, due_at, late_seconds=0))
    others.say("GET", "rapid_assessment", f"/teams/{TEAM}/history", told)
    others.say("POST", "rapid_assessment", f"/teams/{TEAM}/contact", STORED)
    return tip


async def test_what_was_known_and_what_is_true_are_shown_and_then_it_is_sent_as_typed(browser: Browser) -> None:
    others = browser.console.others
    tip = a_case_due(browser, NOW - HOUR)
    shown = await browser.post(f"/cases/{tip}/contact", SEEN | {"made_at": "0130"})
    assert (shown.status_code, others.commands) == (200, [])
    assert "missed, 1 h late and still open" in shown.text
    assert "In time, 42 min before it was due on Sat 21 Nov, 02:12 CST." in shown.text
    assert "a clock that was missed stays missed as known then" in shown.text
    (form,) = re.findall(rf'action="/cases/{tip}/contact">(.*?)</form>', shown.text, re.DOTALL)
    fields = {name: value for name, value in re.findall(r'name="(.+?)" value="(.*?)"', form) if name != "form_token"}
    assert fields["checked"] == "yes"
    sent = await browser.post(f"/cases/{tip}/contact", fields)
    assert sent.status_code == 303
    (command,) = others.commands
    assert command.body == {"made_at": "2026-11-21T07:30:00+00:00", "place": "Invented"}
    assert (command.headers["if-match"], command.headers["idempotency-key"]) == ('"1"', "a key of this form")


@pytest.mark.parametrize(
    ("made_at", "due_in", "known", "true"),
    [("0230", -1, "missed, 1 h late", "Late by 18 min"), ("0230", 3, "3 h left", "In time, 3 h 42 min before")],
)
async def test_it_says_whether_it_was_in_time(
    browser: Browser, made_at: str, due_in: int, known: str, true: str
) -> None:
    tip = a_case_due(browser, NOW + due_in * HOUR)
    text = (await browser.post(f"/cases/{tip}/contact", SEEN | {"made_at": made_at})).text
    assert known in text
    assert true in text


async def test_what_happens_now_is_sent_at_once_and_what_is_refused_comes_back_to_its_form(browser: Browser) -> None:
    tip = a_case_due(browser, NOW + HOUR)
    assert (await browser.post(f"/cases/{tip}/contact", SEEN | {"made_at": "0310"})).status_code == 303
    wrong = {"type": "urn:muster:problem:invalid-value", "title": "A value", "status": 422, "detail": "To come."}
    browser.console.others.say("POST", "rapid_assessment", f"/teams/{TEAM}/contact", wrong | {"field": "made_at"}, 422)
    ahead = await browser.post(f"/cases/{tip}/contact", SEEN | {"made_at": "0400"})
    assert (ahead.status_code, "To come." in ahead.text, 'value="0400"' in ahead.text) == (422, True, True)


async def test_of_what_has_no_hour_the_day_is_said(browser: Browser) -> None:
    tip = a_case(browser.console.others)
    typed = {"version": "1", "done_at_day": "2026-11-20", "done_at": "1400", "how": "telephone"}
    shown = await browser.post(f"/cases/{tip}/duties/C11/prosecutor/told", typed)
    assert "the law gives it no hour" in shown.text
    assert "Done on Fri 20 Nov, 14:00 CST." in shown.text
    assert browser.console.others.commands == []


async def test_that_the_child_cannot_be_seen_says_first_who_is_told(browser: Browser) -> None:
    tip = a_case_due(browser, NOW + HOUR)
    page = (await browser.get(f"/cases/{tip}")).text
    assert "The CPS Coordinator and law enforcement are told at once" in page
    empty = await browser.post(f"/cases/{tip}/contact/impossible", {"team": TEAM, "version": "1", "tried": "Went."})
    assert (empty.status_code, "What will be done: fill this in." in empty.text) == (422, True)
    assert ">\nWent.</textarea>" in empty.text
    assert browser.console.others.commands == []
