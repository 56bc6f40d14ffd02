"""Pages as of a past moment: open to whom, asking what, the same as those of the present, and their steps."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.frame.past import Steps, steps_at
from services.console.timeline.line import Told
from services.kernel.past.log import By
from tests.services.console.boards import a_board, name, open_case
from tests.services.console.given import entry, started
from tests.services.console.house import COORDINATOR, INVESTIGATOR, NOW, Asked, Browser, Console, Others, a_case
from tests.services.console.test_audit_pages import CASE, a_story, sentence
from tests.services.console.test_board import ladder
from tests.services.console.test_clock_page import explained
from tests.services.console.test_door import paths
from tests.services.console.test_pages import TEAM

HOUR = timedelta(hours=1)
THEN = NOW - 10 * HOUR
MAIN = re.compile(r"<main[^>]*>(.*)</main>", re.DOTALL)
LINK = re.compile(r'<a [^>]*?href="([^"]*)"')
WAY = re.compile(r'<a rel="(prev|next)" href="([^"]*)"')
MOMENT = re.compile(r'[?&;](?:amp;)?as_of=[^"#]*')
SHARING = re.compile(r'<a class="button second" href="/cases/[^"]*/sharing">[^<]*</a>')
WAY_OUT = re.compile(r'<a href="/(?:exams|court)/[^"]*">([^<]*)</a>')


def at(path: str, moment: datetime = THEN, **more: str) -> str:
    return f"{path}?{urlencode({'as_of': moment.isoformat(), **more})}"


def main_of(text: str) -> str:
    found = MAIN.search(text)
    assert found
    return found[1]


def as_told(text: str) -> str:
    """The page without what a page of the past has otherwise: that its links stay there, and that it stands still."""
    told = MOMENT.sub("", main_of(text)).replace(" data-live", "")
    # To pages that whoever is compared with has not, or has otherwise.
    return WAY_OUT.sub(r"\1", SHARING.sub("", told))


def ways(text: str) -> dict[str, str]:
    """The moments that the bar leads to, by the relation of its links."""
    return {rel: parse_qs(urlsplit(unescape(href)).query)["as_of"][0] for rel, href in WAY.findall(text)}


async def test_every_question_of_a_page_of_the_past_is_of_that_moment_and_told_as_of_then(auditor: Browser) -> None:
    others = auditor.console.others
    a_case(others, CASE, due_at=(THEN + 3 * HOUR).isoformat())
    seen = entry("contact.made", THEN - HOUR, by=COORDINATOR.account)
    told = [started("C06", THEN - 21 * HOUR), seen]
    others.say("GET", "rapid_assessment", f"/teams/{TEAM}/history", msgspec.to_builtins(told))
    name(others, **{"Example Coordinator One": COORDINATOR.account})
    page = await auditor.get(at(f"/cases/{CASE}", by="happened"))
    assert page.status_code == 200, page.text
    present = {"audit", "identity"}
    asked = [each for each in others.asked if each.method == "GET" and each.service not in present]
    assert {each.service for each in asked} == {"tips", "rapid_assessment", "forensic_clinic", "prosecution"}
    assert {(each.params["as_of"], each.params["by"]) for each in asked} == {("2026-11-20T23:12:00Z", "happened")}
    of_the_present = [each for each in others.asked if each.method == "GET" and each.service in present]
    assert {each.service for each in of_the_present} == present
    assert not any("as_of" in each.params for each in of_the_present)
    assert "Example Coordinator One" in main_of(page.text)
    assert not others.commands
    assert "3:00" in main_of(page.text), "what was left then"
    assert "As of Fri 20 Nov, 17:12:00 CST" in page.text
    assert 'data-rate="0"' in page.text


async def test_nothing_on_a_page_of_the_past_can_be_done_or_renews_itself(auditor: Browser) -> None:
    a_case(auditor.console.others, CASE)
    a_board(auditor.console.others, open_case(CASE, NOW + HOUR), total=60)
    for path in (f"/cases/{CASE}", "/board"):
        main = main_of((await auditor.get(at(path))).text)
        assert 'method="post"' not in main
        assert "data-live" not in main
        assert 'class="button"' not in main


async def test_the_past_is_open_to_auditors_alone_and_the_present_is_as_closed_to_them_as_ever(
    console: Console, browser: Browser, auditor: Browser
) -> None:
    a_case(console.others, CASE)
    assert (await browser.get(f"/cases/{CASE}")).status_code == 200
    assert (await browser.get(at(f"/cases/{CASE}"))).status_code == 403
    assert (await auditor.get(f"/cases/{CASE}")).status_code == 403
    async with console.browser() as stranger:
        sent = await stranger.get(at(f"/cases/{CASE}"))
        assert sent.headers["location"].startswith("/sign-in?next=")
        assert "as_of" in sent.headers["location"], "and comes back to it"
    a_board(console.others)
    opened = {
        path for path in paths(console, "GET") if path != "/live" and (await auditor.get(at(path))).status_code == 200
    }
    closed = {path for path in paths(console, "GET") if "/audit/" not in path and path not in opened}
    assert {"/board", "/rules", "/incidents/new", "/figures", "/clocks/example"} & opened == {"/board"}
    assert {(await auditor.get(at(path))).status_code for path in closed - {"/live"}} <= {303, 403, 404}


async def test_whatever_is_sent_to_a_past_moment_is_refused(auditor: Browser) -> None:
    open_to_all = {
        "/answer",
        "/first-administrator",
        "/language",
        "/set-up",
        "/sign-in",
        "/sign-out",
        "/unlock",
        "/welcome",
    }
    for path in paths(auditor.console, "POST"):
        if not path.startswith(tuple(open_to_all)):
            refused = await auditor.post(at(path), {"reason": "Invented."})
            assert refused.status_code == 403, path
            assert "Nothing can be done in the past" in refused.text
    assert not auditor.console.others.commands


@pytest.mark.parametrize(
    "query",
    [
        {"as_of": "yesterday"},
        {"as_of": ""},
        {"as_of": "2026-11-20T18:00:00"},
        {"as_of": "0001-01-01T00:00:00Z"},
        {"as_of": (NOW + HOUR).isoformat()},
        {"as_of": THEN.isoformat(), "by": "guessed"},
    ],
)
async def test_what_is_no_past_moment_is_said_so_and_no_service_is_asked(
    auditor: Browser, query: dict[str, str]
) -> None:
    a_case(auditor.console.others, CASE)
    page = await auditor.get(f"/cases/{CASE}?{urlencode(query)}")
    assert page.status_code == 400
    assert "This address names no past moment." in page.text
    assert [each for each in auditor.console.others.asked if each.service != "identity"] == []


def cases() -> Iterator[Any]:
    """A case as it stands while a night goes on."""
    seats: dict[str, Any] = {
        seat: {"filled": False, "asked": False, "proposed": None, "held_by": None}
        for seat in ("cps_investigator", "trafficking_investigator", "victim_advocate")
    }
    asked = {"filled": False, "asked": True, "proposed": str(INVESTIGATOR.account), "held_by": None}
    # Whom a page of the past is not told of: who is the advocate.
    unnamed = {"filled": True, "asked": False, "proposed": None, "held_by": None}
    calling = {
        "version": 2, "rung": 1, "rungs": 3, "rests": False, "by_hand": False, "until": (NOW + HOUR / 6).isoformat(),
        "next_who": "next", "called": [{"at": NOW.isoformat(), "rung": 1, "responder": str(INVESTIGATOR.account)}],
    }  # fmt: skip
    custody = {"number": 1, "lasts": True, "agency": "MDCPS", "county": "Rankin", "taken_at": (NOW - HOUR).isoformat()}
    noticed: dict[str, Any] = {
        "known_at": NOW.isoformat(), "rule": "C02", "citation": "Policy", "attempts": 2, "planned_steps": 1,
        "notices": [], "complete": False,
    }  # fmt: skip
    contact = {"duty_open": True, "made_at": None, "attempts_recorded": 2, "steps_planned": 1}
    began, missed = started("C06", NOW - 25 * HOUR), NOW - HOUR
    late = entry("clock.missed", missed, rule="C06", due_at=missed.isoformat())
    proposed = entry(
        "team.seat_proposed",
        NOW - HOUR,
        by=COORDINATOR.account,
        seat="cps_investigator",
        responder=str(INVESTIGATOR.account),
    )
    yield pytest.param({}, [], id="opened")
    yield pytest.param(
        {"seats": seats | {"cps_investigator": asked}, "ladders": {"cps_investigator": calling}},
        [began, proposed],
        id="asked",
    )
    yield pytest.param({"seats": seats | {"victim_advocate": unnamed}}, [began, late], id="missed")
    yield pytest.param(
        {"phase": "formed", "formed_at": NOW.isoformat(), "late": True, "contact": contact | {"noticed": noticed}},
        [began, late],
        id="formed",
    )
    yield pytest.param({"custody": custody | {"open_rules": ["C19"]}, "custody_version": 1}, [began], id="in custody")
    yield pytest.param(
        {"phase": "stood_down"},
        [began, entry("clock.excused", NOW, rule="C06", reason="team_stood_down")],
        id="stood down",
    )


def a_whole_case(others: Others, stands: dict[str, Any], told: list[Any]) -> None:
    a_case(others, CASE, **stands)
    others.say("GET", "rapid_assessment", f"/teams/{TEAM}/history", msgspec.to_builtins(told))
    state = {
        "channel": "cps_hotline", "county": "Hinds", "tribal_land": True, "age": "child", "setting": "street",
        "received_at": (NOW - 20 * HOUR).isoformat(), "linked": [],
    }  # fmt: skip
    others.say("GET", "tips", f"/tips/{CASE}", {"reference": str(CASE), "version": 3, "state": state})
    part = {
        "part": "prosecutor", "by": None, "recipient": {"name": "District Attorney", "phone": "601"},
        "must_be_acknowledged": True, "missing": True, "on_record": None,
    }  # fmt: skip
    duty = {
        "rule": "C11", "version": 1, "phase": "open", "since": (NOW - 20 * HOUR).isoformat(), "due": "within 48 hours",
        "due_at": (NOW + 20 * HOUR).isoformat(), "done_at": None, "parts": [part], "citation": "Miss. Code 43-21-353",
    }  # fmt: skip
    others.say("GET", "tips", f"/tips/{CASE}/duties", [duty])
    exam = {"exam": str(UUID(int=9)), "tip": str(CASE), "clinic": "BRIDGE", "phase": "requested", "since": None}
    others.say("GET", "forensic_clinic", "/exams", [exam | {"requested_at": NOW.isoformat()}])
    others.say(
        "GET",
        "rapid_assessment",
        f"/teams/of-tip/{CASE}/clocks/C06",
        msgspec.to_builtins(explained("C06", "2026-11-20T03:10:00-06:00")),
    )
    name(others, **{"Example Investigator One": INVESTIGATOR.account, "Example Coordinator One": COORDINATOR.account})


@pytest.mark.parametrize(("stands", "told"), list(cases()))
async def test_as_of_now_a_page_tells_byte_for_byte_what_it_tells_of_the_present(
    console: Console, auditor: Browser, stands: dict[str, Any], told: list[Any]
) -> None:
    a_whole_case(console.others, stands, told)
    async with console.browser() as somebody:
        # Of those who have the page, somebody who does nothing there.
        await somebody.sign_in("task_force@example.org")
        for path in (f"/cases/{CASE}", f"/cases/{CASE}/clocks/C06"):
            live, past = await somebody.get(path), await auditor.get(at(path, NOW))
            assert (live.status_code, past.status_code) == (200, 200), path
            assert as_told(past.text) == as_told(live.text)
            assert len(as_told(past.text)) > 1_000


async def test_links_of_a_page_of_the_past_stay_there_or_lead_to_pages_that_auditors_have(auditor: Browser) -> None:
    others = auditor.console.others
    a_whole_case(others, {}, [started("C06", NOW - 25 * HOUR)])
    row = open_case(CASE, NOW + HOUR, victim_advocate=ladder())
    a_board(others, row, total=60, cannot={"Hinds": {"victim_advocate": {"on_leave": 1}}})
    followed = set()
    for path in (f"/cases/{CASE}", "/board?county=Hinds", f"/cases/{CASE}/clocks/C06"):
        moment = urlencode({"as_of": THEN.isoformat()})
        page = (await auditor.get(f"{path}{'&' if '?' in path else '?'}{moment}")).text
        for href in map(unescape, LINK.findall(page)):
            if href.startswith(("/", "?")):
                answer = await auditor.get(urlsplit(href)._replace(path=urlsplit(href).path or "/board").geturl())
                assert answer.status_code != 403, (path, href)
                followed.add(urlsplit(href).path)
        assert "as_of" in page
    assert {f"/cases/{CASE}", f"/cases/{CASE}/clocks/C06", "/rules", "/board", ""} <= followed
    assert "/finding" not in followed
    board = (await auditor.get(at("/board", county="Hinds"))).text
    assert "1 on the rota cannot be called" in board, "the words are there without their link"
    assert re.search(r'<form [^>]*method="get"[^>]*><input type="hidden" name="as_of"', board), (
        "narrowing it stays there"
    )


async def test_the_bar_says_which_event_and_leads_to_those_beside_it_and_to_other_ways_to_look(
    auditor: Browser,
) -> None:
    console = auditor.console
    a_case(console.others, CASE)
    a_story(console)
    seen = entry("contact.made", NOW - 19 * HOUR, recorded_at=NOW - 18 * HOUR)
    told = [entry("contact.made", NOW - 18 * HOUR, recorded_at=NOW - 17 * HOUR), seen]
    console.others.say("GET", "rapid_assessment", f"/teams/{TEAM}/history", msgspec.to_builtins(told))
    page = (await auditor.get(at(f"/cases/{CASE}", NOW - 18 * HOUR))).text
    assert "event 2 of 4" in page
    assert "The clock C06 started." not in page, "the story's sentences tell who the advocate is"
    assert ways(page) == {"prev": "2026-11-20T14:12:00Z", "next": "2026-11-20T16:12:00Z"}
    assert f'href="/audit/cases/{CASE}#s2"' in page
    assert page.count("<b>New:</b>") == 1, "the one that was recorded then"
    assert 'aria-current="true">Known then</a>' in page
    assert "before the first of 4 events" in (await auditor.get(at(f"/cases/{CASE}", NOW - 30 * HOUR))).text
    last = (await auditor.get(at(f"/cases/{CASE}", NOW))).text
    assert "event 4 of 4" in last
    assert ways(last).keys() == {"prev"}
    head, folded = last.split('<details class="then-rest"')
    assert "Known then</span>" in head, "said where the ways to look are folded"
    assert all(way in folded for way in ("True then", "As of now", "Back to the story", 'id="step"', 'id="seen-by"'))
    spanish = (await auditor.get(at(f"/cases/{CASE}", NOW), **{"Accept-Language": "es"})).text
    assert "evento 4 de 4" in spanish
    console.others.down.add("audit")
    without = await auditor.get(at(f"/cases/{CASE}", NOW))
    assert without.status_code == 200
    assert "there are no steps" in without.text


async def test_the_board_goes_by_hours_and_not_beyond_the_present(auditor: Browser) -> None:
    a_board(auditor.console.others)
    assert ways((await auditor.get(at("/board"))).text) == {
        "prev": "2026-11-20T22:12:00Z",
        "next": "2026-11-21T00:12:00Z",
    }
    assert ways((await auditor.get(at("/board", NOW))).text).keys() == {"prev"}


async def test_each_sentence_of_the_story_leads_to_the_page_as_of_its_event(auditor: Browser) -> None:
    console = auditor.console
    for by, moment in (("recorded", NOW - 18 * HOUR), ("happened", NOW - 19 * HOUR)):
        a_story(console, by=by)
        told = console.others.answers["GET", "audit", f"/cases/{CASE}/replay"](cast("Asked", None))[1]
        told["sentences"][1]["happened_at"] = (NOW - 19 * HOUR).isoformat()
        page = (await auditor.get(f"/audit/cases/{CASE}?by={by}")).text
        line = page.split('id="s2"')[1].split('id="s3"')[0]
        (address,) = [unescape(each) for each in LINK.findall(line) if each.startswith("/cases/")]
        assert address == f"/cases/{CASE}?{urlencode({'as_of': f'{moment:%Y-%m-%dT%H:%M:%S}Z', 'by': by})}"


def told_at(number: int, recorded: int, happened: int) -> Told:
    return Told(number, NOW + recorded * HOUR, NOW + happened * HOUR)


MOMENTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8)


@pytest.mark.parametrize(("language", "said"), [("en", "before the only event"), ("es", "antes del único evento")])
async def test_of_one_event_it_is_not_said_that_it_is_one_of_several(
    auditor: Browser, language: str, said: str
) -> None:
    a_case(auditor.console.others, CASE)
    moments = [{"number": 1, "recorded_at": NOW.isoformat(), "happened_at": NOW.isoformat()}]
    auditor.console.others.say("GET", "audit", f"/cases/{CASE}/moments", {"moments": moments})
    page = await auditor.get(at(f"/cases/{CASE}"), **{"Accept-Language": language})
    assert said in page.text


@given(MOMENTS, st.integers(-1, 6), st.sampled_from(["recorded", "happened"]))
def test_going_on_step_by_step_meets_every_event_once_and_back_again(
    moments: list[tuple[int, int]], begin: int, by: By
) -> None:
    events = [told_at(number, *each) for number, each in enumerate(moments, 1)]
    met: list[Steps] = []
    moment: datetime | None = NOW - 2 * HOUR
    while moment is not None:
        met.append(steps_at(events, moment, by))
        moment = met[-1].after
    assert met[0].last == 0
    numbers = [each.number for step in met for each in step.told]
    assert sorted(numbers) == [each.number for each in events]
    assert [step.last for step in met[1:]] == [
        sum(len(each.told) for each in met[: place + 1]) for place in range(1, len(met))
    ]
    back = [step.before for step in met[2:]]
    assert back == [step.after for step in met[:-2]]
    between = steps_at(events, NOW + begin * HOUR + HOUR / 2, by)
    assert (between.first, between.last) in {(step.first, step.last) for step in met}


def test_events_of_one_moment_are_one_step_whatever_service_recorded_them() -> None:
    events = [told_at(1, 0, 0), told_at(2, 1, 0), told_at(3, 1, 1), told_at(4, 2, 0)]
    step = steps_at(events, NOW + HOUR, "recorded")
    assert (step.first, step.last, step.total) == (2, 3, 4)
    assert (step.before, step.after) == (NOW, NOW + 2 * HOUR)
    true_then = steps_at(events, NOW, "happened")
    assert [each.number for each in true_then.told] == [1, 2, 4]


def test_a_sentence_of_the_story_is_read_as_the_audit_service_writes_it() -> None:
    assert msgspec.convert(sentence(1, "tips.tip_received", "A tip was received."), Told).number == 1
