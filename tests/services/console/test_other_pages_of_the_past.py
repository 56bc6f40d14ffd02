"""Exams, kits, prosecutions, sharing and the boards they stand on, as of a past moment; and what two moments of a page
say otherwise, marked on it.
"""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec
import pytest

from contracts.events.forensic_clinic import ExamRequested
from services.console.looking_back import written
from services.forensic_clinic.kit.events import KitBroughtIn, KitOpened
from services.prosecution.case.events import CaseReferred
from tests.services.console import clinic_given, court_given, test_census_pages, test_drill_pages
from tests.services.console.clinic_given import EXAM, KIT, a_kit, a_row, an_exam, exam_row
from tests.services.console.given import entry
from tests.services.console.house import AUDITOR, NOT_FOUND, NOW, Asked, Browser, Others, a_case
from tests.services.console.test_audit_pages import CASE, a_story
from tests.services.console.test_clock_page import explained
from tests.services.console.test_intake import ADDED, to_do
from tests.services.console.test_pages import TEAM
from tests.services.console.test_pages_of_the_past import HOUR, THEN, at, main_of, ways

COURT = court_given.CASE
DRILL = test_drill_pages.DRILL
CLAIM = UUID(int=4711)


def an_exam_then(others: Others) -> None:
    an_exam(others, tip=str(CASE), phase="booked", slot=clinic_given.a_slot())
    others.say("GET", "forensic_clinic", "/kits", [a_row(tip=str(CASE))])
    others.say("GET", "tips", f"/tips/{CASE}/access", {})


def a_kit_then(others: Others) -> None:
    """In the hands of whoever looks back, which gives them nothing to do."""
    a_kit(others, tip=str(CASE), held_by=clinic_given.held_by(AUDITOR))


def a_clock_of_a_kit(others: Others) -> None:
    a_kit_then(others)
    told = msgspec.to_builtins(explained("C06", "2026-11-20T03:10:00-06:00"))
    others.say("GET", "forensic_clinic", f"/kits/{KIT}/clocks/C06", told)


def a_prosecution(others: Others) -> None:
    court_given.a_case(others, tip=str(CASE))


def shares(others: Others) -> None:
    share = {
        "share": str(KIT), "agency": "MSP", "role": "law_enforcement", "account": None, "purpose": "investigation",
        "people": False, "until": (NOW + HOUR).isoformat(), "holds": True,
    }  # fmt: skip
    others.say("GET", "tips", f"/tips/{CASE}/shares", [share])


def the_clinics(others: Others) -> None:
    others.answers["GET", "forensic_clinic", "/exams"] = lambda asked: (200, [exam_row(asked.params["phase"])])
    others.say("GET", "forensic_clinic", "/kits", [a_row()])


def scarce_times(others: Others) -> None:
    of_then = {"standby_since": None, "rules_broken": ["rest"], "instead": ""}
    row = exam_row("requested") | of_then | {"no_slot": "no_slot", "no_slot_since": (NOW - HOUR).isoformat()}
    others.say("GET", "forensic_clinic", "/exams", [row | {"standby_since": NOW.isoformat()}])
    counted = {"since": NOW.isoformat(), "asked_for": 3, "no_slot": 1, "no_sure_slot": 0, "instead": {}}
    others.say("GET", "forensic_clinic", "/exams/unmet", counted)


def after_exams(others: Others) -> None:
    row = {"exam": str(EXAM), "tip": str(CASE), "item": "hiv_1", "missed": False, "tried_at": None}
    times = {"since": (THEN - HOUR).isoformat(), "until": THEN.isoformat(), "outreach": True}
    others.say("GET", "forensic_clinic", "/follow-ups", [row | times])


def claims(others: Others) -> None:
    line = {"claim": str(CLAIM), "exam_date": "2026-11-19", "facility": "The Bridge", "service_code": None}
    line |= {"amount_cents": None, "stage": "sent", "stage_on": "2026-11-20", "paid_cents": None}
    steps = [{"stage": "sent", "on": "2026-11-20", "cents": None}]
    others.say("GET", "forensic_clinic", "/claims", [line])
    others.say("GET", "forensic_clinic", f"/claims/{CLAIM}", {"version": 1, "line": line, "steps": steps})


def proposed_about_kits(others: Others) -> None:
    a_kit_then(others)
    row = {"kit": str(KIT), "tip": str(CASE), "number": 1, "decision": "no_test", "reason": "no_crime_shown"}
    row |= {"office": "DA-07", "proposed_by": "LOCAL-LE", "proposed_at": THEN.isoformat(), "answer": ""}
    others.say("GET", "forensic_clinic", "/kit-decisions", [row])


def a_calendar(others: Others) -> None:
    told = clinic_given.a_calendar("2026-11-16", 7)
    others.answers["GET", "forensic_clinic", "/calendar"] = lambda asked: (200, told)


def prosecutions(others: Others) -> None:
    others.say("GET", "prosecution", "/cases", [court_given.a_row()])
    others.say("GET", "prosecution", "/transfers", [])
    others.say("GET", "prosecution", "/safe-harbour", [])


def the_hotline(others: Others) -> None:
    to_do(others, added_to=[ADDED])


def a_census(others: Others) -> None:
    test_census_pages.a_day(others, stated_today=[test_census_pages.stated()])
    others.say("GET", "forensic_clinic", "/census/matters", [test_census_pages.a_row(kit=None)])
    test_census_pages.a_matter(others, kit=None)


def a_drill(others: Others) -> None:
    """As it is told to an auditor: without whom it paged for the advocate's seat."""
    told = test_drill_pages.a_drill()
    told["seats"][0] |= {"responder": None, "missed": []}
    others.say("GET", "rapid_assessment", "/drills", [told])
    others.say("GET", "rapid_assessment", f"/drills/{DRILL}", {"version": 1, "drill": told})


PAGES: list[tuple[str, Callable[[Others], None], str]] = [
    (f"/exams/{EXAM}", an_exam_then, "Booked"),
    (f"/kits/{KIT}", a_kit_then, "Somebody"),
    (f"/kits/{KIT}/clocks/C06", a_clock_of_a_kit, "C06"),
    (f"/court/{COURT}", a_prosecution, "Arraignment"),
    (f"/cases/{CASE}/sharing", shares, "Law enforcement"),
    ("/clinic", the_clinics, "Find a time for"),
    ("/clinic/scarcity", scarce_times, "of 3 exams asked for"),
    ("/calendar", a_calendar, "Room 2"),
    ("/calendar/day", a_calendar, "Room 2"),
    ("/follow-ups", after_exams, "HIV test again"),
    ("/claims", claims, "Sent, no answer yet"),
    (f"/claims/{CLAIM}", claims, "The Bridge"),
    ("/kit-decisions", proposed_about_kits, "not answered"),
    ("/kits", the_clinics, "Example"),
    ("/court", prosecutions, "accused"),
    ("/intake", the_hotline, "told more"),
    ("/census", a_census, "Count of"),
    (f"/census/matters/{test_census_pages.MATTER}", a_census, "Found by the count"),
    (f"/drills/{DRILL}", a_drill, "after 4 minutes"),
    ("/drills", a_drill, "Hinds"),
]


@pytest.mark.parametrize(("path", "stands", "says"), PAGES, ids=[each[0] for each in PAGES])
async def test_it_opens_as_of_then_with_nothing_to_do_and_the_steps_of_its_case(
    auditor: Browser, path: str, stands: Callable[[Others], None], says: str
) -> None:
    others = auditor.console.others
    stands(others)
    a_story(auditor.console)
    assert (await auditor.get(path)).status_code == 403, "the present stays closed"
    page = await auditor.get(at(path))
    assert page.status_code == 200, page.text
    assert says in main_of(page.text)
    assert 'method="post"' not in main_of(page.text)
    assert 'class="act"' not in main_of(page.text)
    assert "data-live" not in main_of(page.text)
    of_then = [each for each in others.asked if each.service not in {"audit", "identity"}]
    assert of_then
    assert {each.params.get("as_of") for each in of_then} == {"2026-11-20T23:12:00Z"}
    of_case = any(word in path for word in ("/exams/", "/kits/", "/court/", "/cases/"))
    assert ("event 4 of 4" in page.text) == of_case
    by_time = "Ten minutes earlier" if "/drills/" in path else "An hour earlier"
    assert (by_time in page.text) != of_case
    for href in re.findall(r'<a [^>]*?href="(/[^"]*)"', main_of(page.text)):
        assert (await auditor.get(unescape(href))).status_code != 403, href


FORMED = NOW - HOUR


def a_case_that_goes_on(others: Others) -> None:
    """Its team stands from a moment on; of what is asked earlier nobody knows that yet."""
    seen = entry("contact.made", NOW - 19 * HOUR)
    stands = {
        False: ({"phase": "open"}, [seen]),
        True: ({"phase": "formed"}, [seen, entry("rapid_assessment.team_formed", FORMED)]),
    }
    told: dict[bool, tuple[Any, Any]] = {}
    for later, (phase, history) in stands.items():
        a_case(others, CASE, **phase)
        team = others.answers["GET", "rapid_assessment", f"/teams/of-tip/{CASE}"](cast("Asked", None))
        told[later] = team, (200, msgspec.to_builtins(history))

    def is_later(asked: Asked) -> bool:
        return datetime.fromisoformat(str(asked.params["as_of"])) >= FORMED

    others.answers["GET", "rapid_assessment", f"/teams/of-tip/{CASE}"] = lambda asked: told[is_later(asked)][0]
    others.answers["GET", "rapid_assessment", f"/teams/{TEAM}/history"] = lambda asked: told[is_later(asked)][1]


async def test_what_changed_on_the_page_is_marked_where_it_stands_with_what_stood_there(auditor: Browser) -> None:
    others = auditor.console.others
    a_case_that_goes_on(others)
    a_story(auditor.console)
    then = (NOW - 2 * HOUR).isoformat()
    plain = await auditor.get(at(f"/cases/{CASE}", NOW))
    page = (await auditor.get(at(f"/cases/{CASE}", NOW, compared_with=then))).text
    main = main_of(page)
    assert "changes on this page since Sat 21 Nov, 01:12:00 CST" in main
    assert re.search(
        r'Team <span class="state formed">formed</span> <span class="was">Before: <s>Team not complete', main
    )
    story = main.split('<ol class="story">')[1]
    assert '<li data-changed="new" class="done">' in story
    assert story.count('class="change"') == 1
    assert story.count("<b>New:</b>") == 0, "one way to mark is enough"
    told = re.findall(r'<a href="#(change-\d+)"', main)
    assert told
    assert all(f'id="{each}"' in main for each in told)
    assert not set("\ue000\ue001\ue002") & set(page)
    marks = re.compile(
        r'<section class="compared".*?</section>|<b class="change".*?</b> | <span class="was">.*?</span>'
        r'| data-changed="\w+"|<li data-changed="gone">.*?</li>| ?<span data-changed="gone">.*?</span>',
        re.DOTALL,
    )
    without = re.sub(r"(&amp;compared_with=[^\"]*)", "", marks.sub("", main)).strip()
    new = re.compile(r" new\b|<b>New:</b> ")
    assert new.sub("", without) == new.sub("", main_of(plain.text)).strip(), "the page is the one that is not compared"
    spanish = (await auditor.get(at(f"/cases/{CASE}", NOW, compared_with=then), **{"Accept-Language": "es"})).text
    assert "cambios en esta página desde" in spanish
    same = at(f"/cases/{CASE}", NOW - 16 * HOUR, compared_with="before")
    assert "Nada cambió en esta página" in (await auditor.get(same, **{"Accept-Language": "es"})).text


async def test_each_step_is_compared_with_the_one_before_and_nothing_with_what_passed(auditor: Browser) -> None:
    others = auditor.console.others
    a_case_that_goes_on(others)
    a_story(auditor.console)
    page = (await auditor.get(at(f"/cases/{CASE}", NOW - 16 * HOUR, compared_with="before"))).text
    assert "Nothing on this page changed between the two moments." in page, "an hour has passed, and no more"
    assert "The other moment is Fri 20 Nov, 10:12:00 CST." in page
    assert "compared_with=before" in page.split('rel="prev"')[1].split("</a>")[0]
    first = (await auditor.get(at(f"/cases/{CASE}", NOW - 19 * HOUR, compared_with="before"))).text
    assert "no event before this one" in first
    asked = {each.params.get("as_of") for each in others.asked if each.service == "tips"}
    assert {f"2026-11-20T{hour}:12:00Z" for hour in (17, 16, 14)} <= asked
    # An exam that was not asked for yet.
    others.answers["GET", "forensic_clinic", f"/exams/{EXAM}"] = lambda asked: (404, NOT_FOUND)
    an_exam_then(others)
    shown = others.answers["GET", "forensic_clinic", f"/exams/{EXAM}"]
    begins(others, f"/exams/{EXAM}", "forensic_clinic", THEN)
    exam = (await auditor.get(at(f"/exams/{EXAM}", compared_with=(THEN - HOUR).isoformat()))).text
    assert "this page was not there yet" in exam
    others.answers["GET", "forensic_clinic", f"/exams/{EXAM}"] = lambda asked: (
        shown(asked) if datetime.fromisoformat(str(asked.params["as_of"])) >= THEN else (503, NOT_FOUND)
    )
    exam = (await auditor.get(at(f"/exams/{EXAM}", compared_with=(THEN - HOUR).isoformat()))).text
    assert "cannot be put together just now" in exam


def begins(others: Others, path: str, service: str, at_: datetime) -> None:
    """What is answered there is so from a moment on."""
    shown = others.answers["GET", service, path]
    others.answers["GET", service, path] = lambda asked: (
        shown(asked) if datetime.fromisoformat(str(asked.params["as_of"])) >= at_ else (404, NOT_FOUND)
    )


BEGAN = NOW - 5 * HOUR
LEGACY = {
    "by": str(AUDITOR.account),
    "agency": "LOCAL-LE",
    "stage": "law_enforcement",
    "county": "",
    "held_since": None,
    "collected_by": "",
    "collected_on": None,
    "reported_on": None,
    "brought_in_at": BEGAN.isoformat(),
}
RECORDS = [
    pytest.param(f"/exams/{EXAM}", an_exam_then, "forensic_clinic", ExamRequested.NAME, "exam", id="exam"),
    pytest.param(f"/kits/{KIT}", a_kit_then, "forensic_clinic", KitOpened.NAME, "kit", id="kit"),
    pytest.param(f"/court/{COURT}", a_prosecution, "prosecution", CaseReferred.NAME, "prosecution", id="court"),
]


@pytest.mark.parametrize(("path", "stands", "service", "began_with", "kind"), RECORDS)
async def test_before_it_was_a_record_says_so_and_leads_to_when_it_was_and_to_its_case(
    auditor: Browser, path: str, stands: Callable[[Others], None], service: str, began_with: str, kind: str
) -> None:
    others = auditor.console.others
    stands(others)
    begins(others, path.replace("/court/", "/cases/"), service, BEGAN)
    # Another of its kind came before it, and what is no such event at the same time.
    names = {THEN + HOUR: began_with, BEGAN - HOUR: "team.rung_begun", BEGAN: began_with, NOW - HOUR: began_with}
    told = [
        {"number": number, "recorded_at": moment.isoformat(), "happened_at": moment.isoformat(), "name": name}
        for number, (moment, name) in enumerate(names.items(), 1)
    ]
    others.say("GET", "audit", f"/cases/{CASE}/moments", {"moments": told})
    page = await auditor.get(at(path))
    main = main_of(page.text)
    assert page.status_code == 404
    assert f"This {kind} did not exist yet" in main
    assert "At Fri 20 Nov, 17:12:00 CST nothing was known of it." in main
    first, case = [urlsplit(unescape(each)) for each in re.findall(r'<a [^>]*?href="([^"]*)"', main)]
    assert (first.path, case.path) == (path, f"/cases/{CASE}")
    assert parse_qs(first.query)["as_of"] == [written(BEGAN)]
    assert parse_qs(case.query)["as_of"] == [written(THEN)]
    assert (await auditor.get(first.geturl())).status_code == 200
    assert "before the first of 4 events" in page.text, "it has the steps of its case"
    moments = [each for each in others.asked if each.path.endswith("/moments")]
    assert len(moments) == 2, "asked once for each page"
    true_then = (await auditor.get(at(path, by="happened"), **{"Accept-Language": "es"})).text
    assert "no había empezado" in true_then


async def test_before_a_kit_from_before_this_record_was_brought_in_that_is_said_and_it_leads_to_no_case(
    auditor: Browser,
) -> None:
    others = auditor.console.others
    a_kit(others, tip=str(CASE), held_by=clinic_given.held_by(AUDITOR), legacy=LEGACY)
    begins(others, f"/kits/{KIT}", "forensic_clinic", BEGAN)
    told = {"number": 1, "recorded_at": BEGAN.isoformat(), "happened_at": BEGAN.isoformat(), "name": KitBroughtIn.NAME}
    others.say("GET", "audit", f"/cases/{CASE}/moments", {"moments": [told]})
    page = await auditor.get(at(f"/kits/{KIT}"))
    main = main_of(page.text)
    assert page.status_code == 404
    assert "This kit did not exist yet" in main
    (first,) = [urlsplit(unescape(each)) for each in re.findall(r'<a [^>]*?href="([^"]*)"', main)]
    assert (first.path, parse_qs(first.query)["as_of"]) == (f"/kits/{KIT}", [written(BEGAN)])
    assert f"/cases/{CASE}" not in page.text
    assert (await auditor.get(first.geturl())).status_code == 200


@pytest.mark.parametrize(("path", "stands", "service", "began_with", "kind"), RECORDS)
async def test_of_what_today_is_not_shown_no_page_says_that_it_was_ever_there(
    auditor: Browser, path: str, stands: Callable[[Others], None], service: str, began_with: str, kind: str
) -> None:
    others = auditor.console.others
    a_story(auditor.console)
    absent = await auditor.get(at(path))
    stands(others)
    others.say("GET", service, path.replace("/court/", "/cases/"), NOT_FOUND, 404)
    hidden = await auditor.get(at(path))
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert "did not exist" not in hidden.text, (began_with, kind)


async def test_what_a_role_was_not_shown_is_not_said_not_to_have_been(auditor: Browser) -> None:
    others = auditor.console.others
    an_exam_then(others)
    a_story(auditor.console)
    shown = others.answers["GET", "forensic_clinic", f"/exams/{EXAM}"]
    others.answers["GET", "forensic_clinic", f"/exams/{EXAM}"] = lambda asked: (
        (404, NOT_FOUND) if "as_role" in asked.params else shown(asked)
    )
    page = await auditor.get(at(f"/exams/{EXAM}", seen_by="prosecutor.DA-07"))
    assert page.status_code == 404
    assert "did not exist" not in page.text


@pytest.mark.parametrize("moment", ["yesterday", (NOW + HOUR).isoformat(), "0001-01-01T00:00:00Z"])
async def test_what_is_no_moment_is_compared_with_nothing(auditor: Browser, moment: str) -> None:
    assert (await auditor.get(at("/board", compared_with=moment))).status_code == 400


async def test_a_drill_goes_by_ten_minutes_and_pages_nobody(auditor: Browser) -> None:
    a_drill(auditor.console.others)
    page = (await auditor.get(at(f"/drills/{DRILL}", compared_with="before"))).text
    assert ways(page) == {"prev": "2026-11-20T23:02:00Z", "next": "2026-11-20T23:22:00Z"}
    assert "The other moment is Fri 20 Nov, 17:02:00 CST." in page
    assert "Diez minutos antes" in (await auditor.get(at(f"/drills/{DRILL}"), **{"Accept-Language": "es"})).text
    began = NOW - HOUR / 6
    begins(auditor.console.others, f"/drills/{DRILL}", "rapid_assessment", began + HOUR / 3600)
    before = await auditor.get(at(f"/drills/{DRILL}"))
    assert (before.status_code, "This drill did not exist yet" in before.text) == (404, True)
    (first,) = [unescape(each) for each in re.findall(r'<a [^>]*?href="([^"]*)"', main_of(before.text))]
    assert parse_qs(urlsplit(first).query)["as_of"] == [written(began + HOUR / 3600)], "when it was on record"
    assert ways(before.text) == ways(page)
    listed = await auditor.get(at("/drills", county="Hinds"))
    assert "Start the drill" not in listed.text
    assert not [each for each in auditor.console.others.asked if each.path == "/finding"]


async def test_the_line_of_moments_and_the_slider_lead_to_each(auditor: Browser) -> None:
    a_case(auditor.console.others, CASE)
    a_story(auditor.console)
    page = (await auditor.get(at(f"/cases/{CASE}", compared_with="before"))).text
    to = [unescape(each) for each in re.findall(r'<a href="([^"]*)" tabindex="-1">', page)]
    moments = [parse_qs(urlsplit(each).query)["as_of"][0] for each in to]
    assert moments == [f"2026-11-20T{hour}:12:00Z" for hour in (14, 15, 16, 17)] * 2
    assert 'type="range" id="step" name="step" min="1" max="4" value="4"' in page
    slid = await auditor.get(at(f"/cases/{CASE}", compared_with="before", step="2"))
    assert slid.status_code == 303
    assert slid.headers["location"] == f"{to[1]}#step"
    assert "compared_with=before" in to[1]
    later = await auditor.get(at(f"/cases/{CASE}", THEN, compared_with=NOW.isoformat()))
    assert later.status_code == 303
    query = parse_qs(urlsplit(later.headers["location"]).query)
    assert (query["as_of"], query["compared_with"]) == (["2026-11-21T09:12:00Z"], ["2026-11-20T23:12:00Z"])


async def test_what_was_proposed_about_kits_leads_to_the_kit_and_why_it_was_is_not_told(auditor: Browser) -> None:
    proposed_about_kits(auditor.console.others)
    main = main_of((await auditor.get(at("/kit-decisions"))).text)
    assert re.search(rf'href="/kits/{KIT}\?as_of=', main)
    assert "waits for your office" not in main
    assert (await auditor.get(at(f"/kit-decisions/{KIT}"))).status_code == 403
