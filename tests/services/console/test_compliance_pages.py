"""The pages of compliance: what they ask of the audit service, that each number is a link, that all of it is said."""

from typing import Any
from uuid import UUID

from services.console.pages.compliance.answers import KINDS, OUTCOMES
from tests.services.console.house import NOW, Browser

CASE = UUID("aaaaaaaa-0000-4000-8000-000000000001")
EVENT = UUID("aaaaaaaa-0000-4000-8000-000000000002")
AT = NOW.isoformat()
NOTHING = {"clocks": 0, "least": None, "quarter": None, "half": None, "three_quarters": None, "most": None}


def counted(key: str, **many: int) -> dict[str, Any]:
    return {"key": key} | dict.fromkeys(OUTCOMES, 0) | many


def numbers() -> dict[str, Any]:
    late = {"clocks": 1, "least": 90, "quarter": 90, "half": 90, "three_quarters": 90, "most": 90}
    return {
        "as_of": AT,
        "positions": {},
        "rules": [
            {
                "rule": "C06",
                "name": "Rapid assessment team formed",
                "within": "within 24 hours",
                "citation": "SLIDES",
                "counted": counted("C06", met=3, missed=2),
                "months": [counted("2026-10", met=3), counted("2026-11", missed=2)],
                "left": {"clocks": 3, "least": 60, "quarter": 60, "half": 120, "three_quarters": 180, "most": 180},
                "late": late,
                "not_told": 1,
            },
            {
                "rule": "C81",
                "name": "Account of somebody who left closed",
                "within": "",
                "citation": "",
                "counted": counted("C81", open=1),
                "months": [counted("2026-11", open=1)],
                "left": NOTHING,
                "late": NOTHING,
                "not_told": 0,
            },
        ],
        "months": [counted("2026-10", met=3), counted("2026-11", missed=2, open=1)],
        "counties": [counted("Hinds", met=3), counted("not_known", missed=2)],
        "agencies": [counted("MDCPS-HTC", met=3, missed=2), counted("not_known", open=1)],
    }


async def test_each_number_is_a_link_to_its_deadlines_and_a_sentence_says_all_of_them(auditor: Browser) -> None:
    others = auditor.console.others
    others.say("GET", "audit", "/compliance", numbers())
    page = await auditor.get("/audit/compliance?since=2026-10&county=")
    assert page.status_code == 200, page.text
    (asked,) = [each for each in others.asked if each.path == "/compliance"]
    assert asked.params == {"since": "2026-10"}
    assert "6 deadlines: 3 met, 2 missed and 1 open." in page.text
    for narrowed in (
        "since=2026-10&amp;rule=C06&amp;outcome=missed",
        "since=2026-11&amp;until=2026-11&amp;outcome=missed",
        "since=2026-10&amp;county=not_known&amp;outcome=missed",
        "since=2026-10&amp;agency=MDCPS-HTC&amp;outcome=met",
    ):
        assert f"/audit/compliance/clocks?{narrowed}" in page.text
    assert "half had 2 h or more, the least 1 h" in page.text
    assert "half were 1 h 30 min late or less" in page.text
    assert "of 1 it is not on record when it was done" in page.text
    # Whoever may not look cases up by county is told of none.
    others.say("GET", "audit", "/compliance", numbers() | {"counties": None, "rules": numbers()["rules"][:1]})
    page = await auditor.get("/audit/compliance")
    assert "By county" not in page.text
    others.say("GET", "audit", "/compliance", {**numbers(), "rules": [], "months": []})
    assert "No deadline fits this." in (await auditor.get("/audit/compliance?rule=C99")).text


async def test_what_a_number_opens_to_leads_to_each_case_and_to_a_file(auditor: Browser) -> None:
    others = auditor.console.others
    row = {
        "clock": str(EVENT),
        "case": str(CASE),
        "service": "rapid_assessment",
        "rule": "C02",
        "version": 1,
        "agency": "MDCPS",
        "began_at": AT,
        "due_at": AT,
        "extended": True,
        "outcome": "lawfully_missed",
        "known": "missed",
        "done_at": AT,
        "reason": "",
        "authority": "",
        "noticed": True,
    }
    of_no_case = row | {"case": None, "outcome": "excused", "reason": "shown_adult", "noticed": False}
    others.say("GET", "audit", "/compliance/clocks", {"clocks": [row, of_no_case], "total": 2})
    page = await auditor.get("/audit/compliance/clocks?rule=C02&county=not_known&outcome=lawfully_missed&since=2026-10")
    assert page.status_code == 200, page.text
    (asked,) = [each for each in others.asked if each.path == "/compliance/clocks"]
    assert asked.params == {
        "rule": "C02",
        "county": "not_known",
        "outcome": "lawfully_missed",
        "since": "2026-10",
        "limit": "50",
        "skip": "0",
    }
    assert f'href="/audit/compliance/cases/{CASE}"' in page.text
    for said in (
        "county not known",
        "from 2026-10",
        "with every notice acknowledged",
        "by an order",
        "the person was shown to be an adult",
    ):
        assert said in page.text
    assert '<input type="hidden" name="outcome" value="lawfully_missed">' in page.text


async def test_a_case_beside_its_path_says_each_deviation_with_its_reasons_in_both_languages(auditor: Browser) -> None:
    others = auditor.console.others
    why = {"code": "event", "what": "team.seat_declined", "seat": "victim_advocate", "times": 2, "event": str(EVENT)}
    codes = ("entered_late", "recorded_late", "none_on_record")
    reasons = [why, *({"code": each, "what": "", "seat": "", "times": 1, "event": None} for each in codes)]
    step = {"rule": "C06", "name": "", "clock": str(CASE), "began_at": AT, "due_at": AT, "done_at": AT}
    steps = [
        step
        | {
            "outcome": "missed",
            "deviations": [{"kind": each, "event": str(EVENT), "reasons": reasons} for each in KINDS],
        },
        step | {"clock": None, "due_at": None, "done_at": None, "outcome": None, "deviations": []},
    ]
    others.say("GET", "audit", f"/cases/{CASE}/conformance", {"case": str(CASE), "closed_at": AT, "steps": steps})
    page = await auditor.get(f"/audit/compliance/cases/{CASE}")
    assert page.status_code == 200, page.text
    for said in (
        "9 deviations",
        "whoever was asked said no (Certified advocate), 2 times",
        "that it had come due was recorded only later",
        "nothing on record says why",
        "never started",
    ):
        assert said in page.text
    assert f"/audit/cases/{CASE}/events/{EVENT}/why" in page.text
    row = {"case": str(CASE), "closed_at": AT, "clocks": 6, "deviations": 2, "kinds": ["missed", "left_open"]}
    others.say("GET", "audit", "/compliance/closed", {"cases": [row], "more": True})
    closed = await auditor.get("/audit/compliance/closed?kind=missed")
    assert "2 deviations: missed, the case was closed while it ran" in " ".join(closed.text.split())
    assert "?skip=50&amp;kind=missed" in closed.text


async def test_only_auditors_have_these_pages(browser: Browser) -> None:
    for path in ("/audit/compliance", "/audit/compliance/clocks", "/audit/compliance/closed"):
        assert (await browser.get(path)).status_code == 403
