"""Running clocks under a new version of their rule: first each case with both times, then all on record."""

import html
import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.jurisdictions import load_mississippi
from services.console.pages.recompute import http
from services.console.pages.recompute.view import newer_rules
from tests.services.changed_rules import TODAY, TOMORROW, changed
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import NOW, STORED, Console

PAGE = "/rules/recompute"
ONE, TWO, TEAM, CLOCK, DUTY_CLOCK = (UUID(int=number) for number in range(61, 66))
OLD, NEW = NOW + timedelta(hours=9), NOW + timedelta(hours=5)
SHOWN = re.compile(r'name="(shown_\d+)" value="([^"]*)"')


def clock(of: UUID, rule: str, outcome: str = "moves", new: datetime = NEW) -> dict[str, Any]:
    times = {"due_at": OLD.isoformat(), "new_due_at": new.isoformat() if outcome == "moves" else None}
    return {
        "clock": str(of),
        "rule": rule,
        "version": 1,
        "new_version": 2,
        "outcome": outcome,
        "arithmetic": "",
    } | times


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = {"rapid_assessment": ("C06",), "tips": ("C15",)}
    monkeypatch.setattr(http, "newer_rules", lambda *_: rules)


def two_cases(console: Console) -> None:
    """One has a team whose clock moves and a duty that only comes under the new version; the other, nothing."""
    say = console.others.say
    say("GET", "rapid_assessment", "/teams/open", {"cases": [{"tip": str(ONE)}], "total": 1})
    say("GET", "tips", "/duties", [{"tip": str(ONE)}, {"tip": str(TWO)}])
    say("GET", "rapid_assessment", f"/teams/of-tip/{ONE}", {"reference": str(TEAM), "version": 7})
    say("GET", "rapid_assessment", f"/teams/{TEAM}/recompute", [clock(CLOCK, "C06")])
    for tip, outcome in ((ONE, "moves"), (TWO, "past_under_it")):
        say("GET", "tips", f"/tips/{tip}", {"reference": str(tip), "version": 3})
        say("GET", "tips", f"/tips/{tip}/recompute", [clock(DUTY_CLOCK, "C15", outcome, OLD)])
    say("POST", "rapid_assessment", f"/teams/{TEAM}/recompute", STORED)
    say("POST", "tips", f"/tips/{ONE}/recompute", STORED)


async def test_it_is_shown_first_and_on_record_only_when_said_again(console: Console, newer: None) -> None:
    two_cases(console)
    async with signed_in(console, "coordinator") as browser:
        page = (await browser.get(PAGE)).text
        assert f'href="/cases/{ONE}"' in page
        assert f'href="/cases/{TWO}"' not in page, "nothing of it moves"
        assert (page.count("under version 2"), page.count("under version 2 the same time")) == (2, 1)
        assert not console.others.commands
        sent = {name: html.unescape(value) for name, value in SHOWN.findall(page)}
        assert len(sent) == 2
        chosen = {**sent, f"with_{ONE}": "yes", "because": "law_changed", "key": "k"}
        done = await browser.post(PAGE, chosen)
        assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}?moved=1"), done.text
        assert "Done: the clocks of one case were moved, on record." in (await browser.get(f"{PAGE}?moved=1")).text
    of_team, of_tip = console.others.commands
    assert (of_team.path, of_tip.path) == (f"/teams/{TEAM}/recompute", f"/tips/{ONE}/recompute")
    assert (of_team.headers["if-match"], of_tip.headers["if-match"]) == ('"7"', '"3"')
    assert of_team.headers["idempotency-key"] != of_tip.headers["idempotency-key"]
    assert of_team.body["because"] == "law_changed"
    assert [each["clock"] for each in of_team.body["moves"]] == [str(CLOCK)]


async def test_what_changed_meanwhile_is_not_moved_and_said_and_the_rest_is(console: Console, newer: None) -> None:
    two_cases(console)
    stale = {"type": "urn:muster:problem:stale", "title": "", "status": 412, "detail": "It changed meanwhile."}
    console.others.say("POST", "rapid_assessment", f"/teams/{TEAM}/recompute", stale, 412)
    async with signed_in(console, "coordinator") as browser:
        sent = {name: html.unescape(value) for name, value in SHOWN.findall((await browser.get(PAGE)).text)}
        nobody = await browser.post(PAGE, {**sent, "because": "law_changed", "key": "k"})
        no_reason = await browser.post(PAGE, {**sent, f"with_{ONE}": "yes", "key": "k"})
        assert (nobody.status_code, no_reason.status_code) == (422, 422)
        assert not console.others.commands
        forged = {"shown_9": '{"case": 1}', **sent, f"with_{ONE}": "yes", "because": "law_changed", "key": "k"}
        done = await browser.post(PAGE, forged)
        assert done.status_code == 412
        assert f"Case {str(ONE)[:8]} was not moved" in done.text
        assert "Not everything was moved." in done.text, "its duty was"
        assert "Nothing was changed, and what you typed" not in done.text
    assert [each.service for each in console.others.commands] == ["rapid_assessment", "tips"]


async def test_where_no_rule_has_a_newer_version_no_case_is_asked_about(console: Console) -> None:
    two_cases(console)
    async with signed_in(console, "coordinator") as browser:
        assert 'href="/rules/recompute"' in (await browser.get("/rules")).text
        assert "so no running clock can move" in (await browser.get(PAGE)).text
    assert not [each for each in console.others.asked if "recompute" in each.path]


@pytest.mark.parametrize("who", ["intake", "auditor"])
async def test_nobody_else_has_the_page_or_its_link(console: Console, who: str) -> None:
    async with signed_in(console, who) as browser:
        assert 'href="/rules/recompute"' not in (await browser.get("/rules")).text
        assert (await browser.get(PAGE)).status_code == 403


def test_a_rule_counts_from_the_day_its_newer_version_is_in_force() -> None:
    tables = changed(load_mississippi(), C06=12)

    assert newer_rules(tables, TODAY) == {}
    assert newer_rules(tables, TOMORROW)["rapid_assessment"] == ("C06",)
    assert "tips" in newer_rules(load_mississippi(), date(2026, 12, 1))
