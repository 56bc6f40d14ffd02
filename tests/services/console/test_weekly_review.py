"""The auditor's weekly review: what is shown of a week, how it is signed off, and that it stands on the first page."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.services.console.clinic_given import signed_in
from tests.services.console.house import AUDITOR, NOT_FOUND, NOW, NURSE, STORED, Console

DAY = timedelta(days=1)
REVIEW, CASE, FINDING = UUID(int=77), UUID(int=78), UUID(int=80)
PAGE = f"/audit/reviews/{REVIEW}"


def row(**changes: Any) -> dict[str, Any]:
    return {
        "review": str(REVIEW),
        "since": (NOW - 12 * DAY).isoformat(),
        "until": (NOW - 5 * DAY).isoformat(),
        "due_at": (NOW + 2 * DAY).isoformat(),
        "missed": False,
        "signed_at": None,
        "signed_by": [],
        "own": 0,
        "unjudged": 0,
    } | changes


def a_week(console: Console, *, phase: str = "running", **changes: Any) -> None:
    by = {
        "agency": "BRIDGE",
        "role": "forensic_nurse",
        "people": 2,
        "shown": 12,
        "opened": 3,
        "files": 201,
        "told": 0,
        "searches": 1,
    }
    file = {
        "recorded_at": (NOW - 6 * DAY).isoformat(),
        "account": str(NURSE.account),
        "agency": "BRIDGE",
        "service": "forensic_clinic",
        "question": "exams",
        "narrowed": ["phase=booked"],
        "records": 9,
    }
    opening = {key: file[key] for key in ("recorded_at", "account", "agency")} | {"case": str(CASE), "outcome": ""}
    kit = {key: file[key] for key in ("recorded_at", "account", "agency")} | {
        "case": str(CASE),
        "kit": str(UUID(int=78)),
        "holder": str(UUID(int=79)),
    }
    search = file | {"service": "tips", "question": "tips", "narrowed": ["county=Hinds"], "records": 2}
    reading = {
        "reads": 216,
        "own": 4,
        "by_role": [by],
        "searches": [search],
        "files": [file],
        "openings": [opening],
        "kits": [kit],
    }
    week = {key: row()[key] for key in ("review", "since", "until", "due_at")} | {
        "phase": phase,
        "rule": "C77",
        "citation": "NIST SP 800-53 AU-6",
        "signed": [],
        "reading": reading,
        "unusual": [],
    }
    console.others.say("GET", "audit", f"/reviews/{REVIEW}", week | changes)
    console.others.say("GET", "audit", "/findings", {"findings": [], "more": False})


async def test_what_waits_stands_on_the_first_page_and_first_on_its_own(console: Console) -> None:
    by = {"signed_at": NOW.isoformat(), "signed_by": [str(AUDITOR.account)]}
    signed = row(review=str(UUID(int=76)), own=4, unjudged=2, **by)
    console.others.say("GET", "audit", "/reviews", [row(missed=True, due_at=(NOW - DAY).isoformat()), signed])
    console.others.say("GET", "audit", "/cases", {"cases": [], "more": False})
    async with signed_in(console, "auditor") as browser:
        first = (await browser.get("/audit/cases")).text
        assert "Who read what in 2 weeks waits for its review." in first
        assert f'href="{PAGE}"' in first
        asked = next(each for each in console.others.asked if each.path == "/reviews")
        assert asked.params == {"waiting": "true"}
        weeks = (await browser.get("/audit/reviews")).text
        assert weeks.index(f'href="{PAGE}"') < weeks.index("Signed off")
        assert "past, still to be done" in weeks
        assert weeks.count("2 unusual readings to judge") == 1
        assert "4 reads were the auditor’s own; another auditor looks at them" in weeks
        assert 'NIST SP 800-53 AU-6 (<a href="/rules#C77">C77</a>)' in weeks
        assert f'href="/clocks/C77?of={REVIEW}"' in weeks
        assert "NIST SP 800-53 AU-11</span> (C78)" in weeks


async def test_a_week_is_told_in_numbers_with_what_is_whose_own(console: Console) -> None:
    a_week(console)
    async with signed_in(console, "auditor") as browser:
        page = (await browser.get(PAGE)).text
        assert "216 reads on record" in page
        assert 'data-of="Sealed fields opened">3<' in page
        assert "The newest 1 of 201." in page
        assert 'exams <span lang="en">(phase=booked)</span>' in page
        assert 'tips <span lang="en">(county=Hinds)</span> · 2 records' in page
        assert f'href="/audit/cases/{CASE}"' in page
        assert "4 of these reads are your own." in page
        assert "in place of <b>Account 00000000</b>" in page
        assert "Exceptions to custody by both hands" in page
        assert "Waits to be signed off." in page
        note = {"account": str(AUDITOR.account), "at": NOW.isoformat(), "reads": 216, "own": 4, "note": "Quiet."}
        a_week(console, phase="met", signed=[note])
        page = (await browser.get(PAGE)).text
        assert "Quiet." in page
        assert f'href="/clocks/C77?of={REVIEW}"' in page
        assert '<form method="post" action="/audit/reviews' not in page


def unusual(**changes: Any) -> dict[str, Any]:
    return {
        "finding": str(FINDING),
        "rule": "at_night",
        "rule_version": 1,
        "citation": "NIST SP 800-53 AC-2(12), AU-6",
        "account": str(NURSE.account),
        "agency": "BRIDGE",
        "roles": ["victim_advocate"],
        "count": 6,
        "threshold": 5,
        "of_cases": 2,
        "cases": [],
        "outcome": "",
        "judged_by": None,
        "judged_at": None,
        "note": None,
    } | changes


async def test_unusual_reading_is_judged_in_its_place_and_of_an_advocate_it_is_not_told_which_cases(
    console: Console,
) -> None:
    judged = {
        "outcome": "false_alarm",
        "judged_by": str(AUDITOR.account),
        "judged_at": NOW.isoformat(),
        "note": "Called.",
    }
    of_another = unusual(
        finding=str(UUID(int=81)), rule="many_cases", roles=["prosecutor"], cases=[str(CASE)], **judged
    )
    a_week(console, unusual=[unusual(), of_another])
    command = f"/reviews/{REVIEW}/unusual/{FINDING}"
    console.others.say("POST", "audit", command, STORED)
    async with signed_in(console, "auditor") as browser:
        page = (await browser.get(PAGE)).text
        assert "At night, without being on call" in page
        assert "read 6 times · found from 5 on" in page
        assert "2 cases. Which is not told of an advocate (28 CFR 94.115)." in page
        assert f'href="/audit/cases/{CASE}/readers"' in page
        assert "Called." in page
        assert page.count('action="/audit/reviews/') == 2
        assert "1 unusual reading waits to be judged first" in page
        place = f"{PAGE}/unusual/{FINDING}"
        half = await browser.post(place, {"note": "Was called out.", "key": "k"})
        assert (half.status_code, console.others.commands) == (422, [])
        assert f'href="#{FINDING}-outcome"' in half.text
        assert half.text.count("Was called out.") == 1
        done = await browser.post(place, {"outcome": "false_alarm", "note": "Was called out.", "key": "k"})
        assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}#unusual")
        (asked,) = console.others.commands
        assert (asked.path, asked.body) == (command, {"outcome": "false_alarm", "note": "Was called out."})
        spanish = (await browser.get(PAGE, **{"Accept-Language": "es"})).text
        assert "De noche, sin estar de guardia" in spanish


async def test_it_is_signed_off_with_a_note_and_what_is_refused_comes_back_as_it_was_typed(console: Console) -> None:
    a_week(console)
    command = f"/reviews/{REVIEW}/sign-off"
    console.others.say("POST", "audit", command, STORED)
    async with signed_in(console, "auditor") as browser:
        empty = await browser.post(PAGE, {"note": " ", "key": "k"})
        assert (empty.status_code, console.others.commands) == (422, [])
        done = await browser.post(PAGE, {"note": "Looked at all files.", "key": "k"})
        assert (done.status_code, done.headers["location"]) == (303, "/audit/reviews")
        (asked,) = console.others.commands
        assert (asked.path, asked.body) == (command, {"note": "Looked at all files."})
        problem = {
            "type": "urn:muster:problem:refused",
            "title": "",
            "status": 409,
            "detail": "No.",
            "code": "reading_signed_already",
        }
        console.others.say("POST", "audit", command, problem, 409)
        again = await browser.post(PAGE, {"note": "Looked again.", "key": "k2"})
        assert again.status_code == 409
        assert "You have signed this week off already." in again.text
        assert "Looked again." in again.text


async def test_no_other_role_has_it_and_a_week_there_is_not_is_nothing(console: Console) -> None:
    console.others.say("GET", "audit", f"/reviews/{REVIEW}", NOT_FOUND, 404)
    async with signed_in(console, "auditor") as browser:
        assert (await browser.get(PAGE)).status_code == 404
    async with signed_in(console, "operator") as browser:
        assert (await browser.get("/audit/reviews")).status_code == 403
        assert (await browser.post(PAGE, {"note": "x", "key": "k"})).status_code == 403
