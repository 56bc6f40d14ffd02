"""A page of the past as a role saw it: asked so of every service, said so on the page, and of no advocate."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from services.console.frame.times import Times
from services.console.frame.visit import templates
from services.console.frame.words import read_catalogue
from tests.services.console.boards import a_board
from tests.services.console.house import NOT_FOUND, NOW, Browser, a_case
from tests.services.console.test_audit_pages import CASE
from tests.services.console.test_pages_of_the_past import main_of

THEN = NOW - timedelta(hours=10)
OPTION = re.compile(r'<option value="([^"]+)"')
OF_THE_PAST = re.compile(r'href="([^"]*as_of=[^"]*)"')


def at(path: str, **more: str) -> str:
    return f"{path}?{urlencode({'as_of': THEN.isoformat(), **more})}"


async def test_a_page_seen_by_a_role_says_so_and_asks_every_service_so(auditor: Browser) -> None:
    others = auditor.console.others
    a_case(others, CASE)
    page = await auditor.get(at(f"/cases/{CASE}", seen_by="prosecutor.DA-07", in_county="Hinds"))
    assert page.status_code == 200, page.text
    asked = [each for each in others.asked if each.method == "GET" and "as_of" in each.params]
    assert {each.service for each in asked} == {"tips", "rapid_assessment", "forensic_clinic", "prosecution"}
    assert {tuple(each.params.get(name) for name in ("as_role", "as_agency", "as_county")) for each in asked} == {
        ("prosecutor", "DA-07", "Hinds")
    }
    of_the_present = [each for each in others.asked if each.service in {"audit", "identity"}]
    assert not any("as_role" in each.params for each in of_the_present)
    assert "This is a re-enactment: what District attorney, " in page.text
    assert "by the policies in force at Fri 20 Nov, 17:12:00 CST, not today’s." in page.text
    assert "As seen by: District attorney, " in page.text.partition('class="then-rest"')[0], "where nothing is folded"
    assert "somebody who worked in Hinds County" in page.text
    assert "What is sealed stays sealed" in page.text
    for name in ("seen_by", "in_county"):
        assert re.search(rf'<select id="[^"]*" name="{name}">.*? selected>', page.text, re.DOTALL)


async def test_whoever_goes_on_keeps_the_eyes_they_chose(auditor: Browser) -> None:
    a_case(auditor.console.others, CASE)
    a_board(auditor.console.others)
    for path in (f"/cases/{CASE}", "/board"):
        text = (await auditor.get(at(path, seen_by="cps_intake.MDCPS"))).text
        links = [parse_qs(urlsplit(unescape(each)).query) for each in OF_THE_PAST.findall(text)]
        assert links
        assert all(each["seen_by"] == ["cps_intake.MDCPS"] and len(each["as_of"]) == 1 for each in links)
        assert "seen_by" not in main_of((await auditor.get(at(path))).text)


async def test_the_choice_is_of_roles_that_policies_let_be_reenacted_each_with_its_agencies(auditor: Browser) -> None:
    a_case(auditor.console.others, CASE)
    text = (await auditor.get(at(f"/cases/{CASE}"))).text
    assert "This is a re-enactment" not in text
    offered = {value.partition(".")[0]: value for value in OPTION.findall(text.partition('name="seen_by"')[2])}
    assert {"cps_coordinator", "law_enforcement", "prosecutor", "forensic_nurse"} <= offered.keys()
    assert not {"victim_advocate", "rapid_response_advocate", "auditor", "operator"} & offered.keys()
    assert offered["cps_coordinator"] == "cps_coordinator.MDCPS-HTC"
    spanish = (await auditor.get(at(f"/cases/{CASE}", seen_by="cps_intake.MDCPS"), **{"Accept-Language": "es"})).text
    assert "Esto es una reconstrucción" in spanish


@pytest.mark.parametrize("seen_by", ["victim_advocate.CVP", "no_such_role.CVP", "auditor.AG-PID", "prosecutor"])
async def test_what_no_policy_lets_be_reenacted_is_refused_and_no_service_is_asked(
    auditor: Browser, seen_by: str
) -> None:
    a_case(auditor.console.others, CASE)
    page = await auditor.get(at(f"/cases/{CASE}", seen_by=seen_by))
    assert page.status_code == 400
    assert "This role is not re-enacted" in page.text
    assert [each for each in auditor.console.others.asked if each.service != "identity"] == []


async def test_what_is_still_being_put_together_is_asked_for_again_by_the_page_itself(auditor: Browser) -> None:
    others = auditor.console.others
    a_case(others, CASE)
    for method, service, path in list(others.answers):
        if service == "rapid_assessment":
            others.say(method, service, path, {**NOT_FOUND, "type": "urn:muster:problem:not-yet", "status": 503}, 503)
    page = await auditor.get(at(f"/cases/{CASE}"))
    assert page.status_code == 503
    assert page.headers["refresh"] == page.headers["retry-after"] == "2"
    assert "Being put together" in page.text


async def test_what_a_role_was_not_shown_is_not_found_and_its_moment_without_policies_said_so(auditor: Browser) -> None:
    others = auditor.console.others
    hidden = await auditor.get(at(f"/cases/{CASE}", seen_by="prosecutor.DA-07"))
    assert hidden.status_code == 404
    assert "This is a re-enactment" in hidden.text
    problem = {
        "type": "urn:muster:problem:invalid-value",
        "title": "A value cannot be right",
        "status": 422,
        "detail": "No policies of that moment are on record, so no role can be re-enacted. Choose a later moment.",
        "field": "as_role",
    }
    a_case(others, CASE)
    for path in list(others.answers):
        if path[1] == "rapid_assessment":
            others.say(*path, problem, status=422)
    page = await auditor.get(at(f"/cases/{CASE}", seen_by="prosecutor.DA-07"), **{"Accept-Language": "es"})
    assert page.status_code == 422
    assert "No constan políticas de ese momento" in page.text


def test_a_read_with_other_eyes_is_told_so_to_whoever_looks_at_who_read_what() -> None:
    words = read_catalogue()["en"]
    known = {"say": words.say, "word": words.word, "times": Times(NOW, words)}
    asked = templates().get_template("audit/question.html").make_module(known)
    question = "tip, as recorded by 2026-11-20T23:12:00+00:00, as seen by cps_intake of MDCPS in one county"
    said: str = asked.said(question)  # type: ignore[attr-defined]  # a macro of the template
    assert said.endswith("as it was known on Fri 20 Nov, 17:12 CST, re-enacting what Hotline worker of MDCPS saw")
