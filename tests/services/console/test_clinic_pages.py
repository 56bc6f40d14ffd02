"""The clinic's pages: exams, kits and their custody, as nurse, coordinator, police and laboratory have them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.console.house import (
    LABORATORY,
    NOT_FOUND,
    NOW,
    NURSE,
    POLICE,
    STORED,
    Browser,
    Console,
    Others,
)
from tests.services.console.test_pages import REFUSED, STALE, name

HOUR = timedelta(hours=1)
EXAM, KIT, TIP, ROOM = (UUID(int=n) for n in (21, 22, 23, 24))
SERVICE = "forensic_clinic"


@asynccontextmanager
async def signed_in(console: Console, who: str) -> AsyncIterator[Browser]:
    async with console.browser() as browser:
        answer = await browser.sign_in(f"{who}@example.org")
        assert answer.status_code == 303
        console.others.asked.clear()
        yield browser


def a_slot(hours: int = 2) -> dict[str, Any]:
    since = NOW + hours * HOUR
    return {
        "nurse": str(NURSE.account),
        "room": str(ROOM),
        "since": since.isoformat(),
        "until": (since + 4 * HOUR).isoformat(),
    }


def an_exam(others: Others, **changes: Any) -> dict[str, Any]:
    exam = {
        "reference": str(EXAM),
        "version": 3,
        "tip": str(TIP),
        "clinic": "BRIDGE",
        "phase": "requested",
        "county": "Hinds",
        "age_band": "adolescent",
        "consent": "patient",
        "assault_earliest": None,
        "assault_latest": None,
        "slot": None,
        "nurse_fits": True,
        "nurse_works": True,
        "held_until": None,
        "completed_at": None,
        "cancelled_by": "",
    } | changes
    others.say("GET", SERVICE, f"/exams/{EXAM}", exam)
    others.say("GET", SERVICE, f"/exams/{EXAM}/slots", {"slots": [a_slot(), a_slot(26)]})
    others.say("GET", SERVICE, f"/rooms/{ROOM}", {"number": 2})
    others.say("GET", SERVICE, "/kits", [])
    name(others, **{"Example Nurse One": NURSE.account})
    return exam


def a_handover(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "number": number,
        "by": str(NURSE.account),
        "from_agency": "BRIDGE",
        "agency": "LOCAL-LE",
        "role": "law_enforcement",
        "account": None,
        "purpose": "pickup",
        "seal_given": "whole",
        "offered_at": (NOW - HOUR).isoformat(),
        "outcome": "offered",
        "ended_by": None,
        "accepted_at": None,
        "seal_found": "",
        "doubted": [],
        "heard": [],
    } | changes


def a_clock(rule: str, **changes: Any) -> dict[str, Any]:
    return {
        "rule": rule,
        "phase": "running",
        "found": "",
        "started_at": (NOW - HOUR).isoformat(),
        "due_at": (NOW + 23 * HOUR).isoformat(),
        "late_seconds": 0,
        "citation": "Miss. Code 99-51-1",
        "confidence": "V",
        "period_confidence": "S",
    } | changes


def held_by(who: Any, stage: str = "clinic") -> dict[str, Any]:
    since = (NOW - 2 * HOUR).isoformat()
    return {"account": str(who.account), "agency": who.agency, "stage": stage, "since": since, "handover": 0}


def a_kit(others: Others, **changes: Any) -> dict[str, Any]:
    kit = {
        "reference": str(KIT),
        "version": 5,
        "exam": str(EXAM),
        "tip": str(TIP),
        "phase": "sealed",
        "consent": "reported",
        "clinic": "BRIDGE",
        "nurse": str(NURSE.account),
        "opened_at": (NOW - 4 * HOUR).isoformat(),
        "reported_at": (NOW - 4 * HOUR).isoformat(),
        "sealed_at": (NOW - 2 * HOUR).isoformat(),
        "items": 7,
        "called_at": None,
        "outsourced": False,
        "tested_at": None,
        "held_by": held_by(NURSE),
        "in_transit": False,
        "chain": [],
        "seal_in_doubt": False,
        "clocks": [],
    } | changes
    others.say("GET", SERVICE, f"/kits/{KIT}", kit)
    name(others, **{"Example Nurse One": NURSE.account, "Example Officer One": POLICE.account})
    return kit


def a_row(kit: UUID = KIT, **changes: Any) -> dict[str, Any]:
    return {
        "kit": str(kit),
        "tip": str(TIP),
        "phase": "sealed",
        "reported": True,
        "clinic": "BRIDGE",
        "stage": "clinic",
        "holder": str(NURSE.account),
        "holder_agency": "BRIDGE",
        "held_since": NOW.isoformat(),
        "asked_agency": "",
        "asked_role": "",
        "seal_in_doubt": False,
        "duties": [],
    } | changes


def due(rule: str, hours: int) -> dict[str, Any]:
    return {"rule": rule, "due_at": (NOW + hours * HOUR).isoformat(), "warned": False, "missed": hours < 0}


def exam_row(phase: str, **changes: Any) -> dict[str, Any]:
    nothing = {"nurse": None, "room": None, "since": None, "until": None, "held_until": None}
    at = {"exam": str(uuid4()), "tip": str(uuid4()), "clinic": "BRIDGE", "requested_at": NOW.isoformat()}
    return {"phase": phase} | at | nothing | changes


async def test_a_nurse_lands_on_what_is_asked_of_her_her_exams_and_her_kits(console: Console) -> None:
    others = console.others
    booked = {"nurse": str(NURSE.account), "since": (NOW + HOUR).isoformat(), "until": (NOW + 5 * HOUR).isoformat()}
    others.say("GET", SERVICE, "/exams", [exam_row("booked", **booked)])
    offered = a_row(asked_agency="BRIDGE", asked_role="forensic_nurse")
    others.say("GET", SERVICE, "/kits", [a_row(uuid4(), duties=[due("C54", -1)]), offered])
    async with signed_in(console, "nurse") as browser:
        assert (await browser.get("/")).headers["location"] == "/clinic"
        text = (await browser.get("/clinic")).text
    assert "Asked of you now" in text
    assert "Call law enforcement for this kit" in text
    assert "+1:00" in text
    assert "Find a time for" not in text
    assert 'href="/exams/new"' not in text


async def test_the_coordinator_sees_requests_holds_about_to_end_and_the_week(console: Console) -> None:
    others = console.others
    rows = {
        "requested": [exam_row("requested")],
        "held": [exam_row("held", since=NOW.isoformat(), held_until=(NOW + HOUR / 4).isoformat())],
        "booked": [
            exam_row("booked", since=(NOW + days * 24 * HOUR).isoformat(), until=(NOW + days * 25 * HOUR).isoformat())
            for days in (-1, 1, 9)
        ],
    }
    others.answers["GET", SERVICE, "/exams"] = lambda asked: (200, rows[asked.params["phase"]])
    others.say("GET", SERVICE, "/kits", [])
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get("/clinic")).text
    for says in ("Over by the clock, not entered as done", "Book or release", "0:15", "1 more is booked after that."):
        assert says in text, says
    assert f'href="/exams/{rows["requested"][0]["exam"]}"' in text


async def test_an_exam_is_asked_for_of_a_case_and_comes_back_as_typed_when_it_is_refused(browser: Browser) -> None:
    others = browser.console.others
    text = (await browser.get(f"/exams/new?tip={TIP}")).text
    assert f'value="{TIP}"' in text
    typed = {"tip": str(TIP), "clinic": "BRIDGE", "age_band": "adolescent", "consent": "patient", "note": "Invented."}
    others.say("POST", SERVICE, "/exams", REFUSED, 409)
    refused = await browser.post("/exams/new", typed)
    assert (refused.status_code, "Ask someone else." in refused.text, "Invented." in refused.text) == (409, True, True)
    others.say("POST", SERVICE, "/exams", STORED | {"reference": str(EXAM)}, 201)
    known = {"known": "yes", "earliest_day": "2026-11-20", "earliest": "2200", "latest_day": "2026-11-20"}
    answer = await browser.post("/exams/new", typed | known | {"latest": "23:00"})
    assert answer.headers["location"] == f"/exams/{EXAM}"
    assert others.commands[-1].body == typed | {
        "assault_time": {"earliest": "2026-11-21T04:00:00+00:00", "latest": "2026-11-21T05:00:00+00:00"}
    }


async def test_the_coordinator_holds_or_books_one_of_the_free_times(console: Console) -> None:
    others = console.others
    an_exam(others)
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get(f"/exams/{EXAM}")).text
        assert "No time is set yet" in text
        assert "2 times are free within 7 days" in text
        assert "05:12 to 09:12, Example Nurse One, room 2" in text
        slot = a_slot()
        value = f"{slot['nurse']} {slot['room']} {slot['since']} {slot['until']}"
        assert f'value="{value}"' in text
        for path, do in (("hold", "hold"), ("booking", "book")):
            others.say("POST", SERVICE, f"/exams/{EXAM}/{path}", STORED)
            answer = await browser.post(f"/exams/{EXAM}/plan", {"slot": value, "do": do, "version": "3"})
            assert answer.headers["location"] == f"/exams/{EXAM}#now"
            assert others.commands[-1].body == slot
            assert others.commands[-1].headers["if-match"] == '"3"'
        await browser.get(f"/exams/{EXAM}?days=31")
        assert others.asked[-1].params.get("days", "31") == "31"
        others.say("GET", SERVICE, f"/exams/{EXAM}/slots", {"slots": []})
        assert "are free together within 7 days" in (await browser.get(f"/exams/{EXAM}")).text


async def test_each_step_of_an_exam_says_what_it_does_and_is_sent_as_the_page_showed_it(console: Console) -> None:
    others = console.others
    an_exam(others, phase="booked", slot=a_slot(-5), nurse_fits=False, nurse_works=False)
    steps: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
        "release": ("release", {"reason": "Ill tonight."}, {"reason": "Ill tonight."}),
        "consent": ("consent", {"consent": "youth_court"}, {"consent": "youth_court"}),
        "complete": (
            "completion",
            {"completed_at_day": "2026-11-21", "completed_at": "02:00"},
            {"completed_at": "2026-11-21T08:00:00+00:00"},
        ),
        "cancel": ("cancellation", {"cause": "patient", "reason": "No."}, {"cause": "patient", "reason": "No."}),
    }
    async with signed_in(console, "clinic") as browser:
        text = (await browser.get(f"/exams/{EXAM}")).text
        assert "No certificate of this nurse covers" in text
        assert "account is closed or suspended" in text
        assert "There will be no exam. It cannot be taken back" in text
        for place, (path, fields, body) in steps.items():
            others.say("POST", SERVICE, f"/exams/{EXAM}/{path}", STORED)
            answer = await browser.post(f"/exams/{EXAM}/{place}", fields | {"version": "3"})
            assert answer.status_code == 303, answer.text
            assert others.commands[-1].body == body
        others.say("POST", SERVICE, f"/exams/{EXAM}/cancellation", STALE, 412)
        stale = await browser.post(f"/exams/{EXAM}/cancel", {"cause": "patient", "reason": "Typed.", "version": "1"})
        assert (stale.status_code, 'id="cancel" data-at="cancel" open' in stale.text) == (412, True)
        assert 'value="Typed."' in stale.text
        others.say("GET", SERVICE, f"/exams/{EXAM}", NOT_FOUND, 404)
        assert (await browser.get(f"/exams/{EXAM}")).status_code == 404


async def test_a_nurse_opens_a_kit_at_her_exam_and_says_what_the_patient_chose(console: Console) -> None:
    others = console.others
    an_exam(others, phase="booked", slot=a_slot(-1))
    others.say("POST", SERVICE, "/kits", STORED | {"reference": str(KIT)}, 201)
    fields = {"number": "MS 1234", "opened_at_day": "2026-11-21", "opened_at": "03:00", "version": "3"}
    async with signed_in(console, "nurse") as browser:
        text = (await browser.get(f"/exams/{EXAM}")).text
        assert "Open a kit" in text
        assert "Cancel the exam" not in text
        unsaid = await browser.post(f"/exams/{EXAM}/kits", fields)
        assert (unsaid.status_code, "Say what the patient chose." in unsaid.text) == (422, True)
        assert others.commands == []
        answer = await browser.post(f"/exams/{EXAM}/kits", fields | {"consent": "unreported"})
        assert answer.headers["location"] == f"/kits/{KIT}"
        assert others.commands[-1].body["consent"] == "unreported"
        others.say(
            "GET",
            SERVICE,
            f"/exams/{EXAM}/notes",
            [{"about": "exam.noted", "written_at": NOW.isoformat(), "text": "A <b> note."}],
        )
        notes = (await browser.get(f"/exams/{EXAM}/notes")).text
        assert "That you opened this page is on record." in notes
        assert "A &lt;b&gt; note." in notes


async def test_custody_is_told_in_sentences_with_both_hands_and_the_law_one_click_away(console: Console) -> None:
    others = console.others
    taken = a_handover(
        outcome="accepted",
        ended_by=str(POLICE.account),
        accepted_at=(NOW - HOUR / 2).isoformat(),
        seal_found="other_number",
        doubted=["receiver"],
    )
    a_kit(
        others,
        called_at=(NOW - HOUR).isoformat(),
        chain=[taken],
        held_by=held_by(POLICE, "law_enforcement"),
        seal_in_doubt=True,
        clocks=[a_clock("C54", phase="met"), a_clock("C56", due_at=(NOW + 167 * HOUR).isoformat())],
    )
    async with signed_in(console, "police") as browser:
        text = (await browser.get(f"/kits/{KIT}")).text
    assert "Example Nurse One, The Bridge community forensic clinic" in text
    assert "sealed it with 7 items in it." in text
    assert "gave it out of hand to: Law enforcement at Local law enforcement (911)" in text
    assert "Example Officer One, Local law enforcement (911), took it. Seal: another number than on record." in text
    assert "The other hand has not been heard yet." in text
    assert "Kit delivered to the laboratory" in text
    assert "+ 7 days =" in text
    assert 'Miss. Code 99-51-1 (<a href="/rules#C56">C56</a>); from a secondary source' in text
    assert "1 deadline that is over" in text
    assert text.index("took it. Seal") < text.index("sealed it with 7"), "the latest stands first"


async def test_the_police_take_a_kit_with_three_fields_and_say_no_with_a_reason(console: Console) -> None:
    others = console.others
    a_kit(others, chain=[a_handover()], in_transit=True)
    for path in ("acceptance", "refusal"):
        others.say("POST", SERVICE, f"/kits/{KIT}/{path}", STORED)
    moment = {"accepted_at_day": "2026-11-21", "accepted_at": "0312", "version": "5"}
    async with signed_in(console, "police") as browser:
        text = (await browser.get(f"/kits/{KIT}")).text
        assert "This kit is offered to you" in text
        assert "answer for it from that moment" in text
        answer = await browser.post(f"/kits/{KIT}/accept", moment | {"seal_number": "S-77", "seal": "whole"})
        assert answer.headers["location"] == f"/kits/{KIT}#custody"
        assert others.commands[-1].body == {
            "seal": "whole",
            "statement": None,
            "seal_number": "S-77",
            "accepted_at": "2026-11-21T09:12:00+00:00",
        }
        broken = await browser.post(f"/kits/{KIT}/accept", moment | {"seal_number": "S-77", "seal": "broken"})
        assert (broken.status_code, "The seal is broken: say what you see." in broken.text) == (422, True)
        assert 'value="S-77"' in broken.text
        await browser.post(f"/kits/{KIT}/refuse", {"reason": "The box is open.", "version": "5"})
        assert others.commands[-1].body == {"reason": "The box is open."}


async def test_a_minute_that_is_on_record_already_is_meant_to_come_after_it(console: Console) -> None:
    others = console.others
    offered_at = (NOW + timedelta(seconds=30)).isoformat()
    a_kit(others, chain=[a_handover(offered_at=offered_at)], in_transit=True)
    others.say("POST", SERVICE, f"/kits/{KIT}/acceptance", STORED)
    fields = {"accepted_at_day": "2026-11-21", "accepted_at": "0312", "seal_number": "S-77", "after": offered_at}
    async with signed_in(console, "police") as browser:
        assert f'name="after" value="{offered_at}"' in (await browser.get(f"/kits/{KIT}")).text
        await browser.post(f"/kits/{KIT}/accept", fields)
        assert others.commands[-1].body["accepted_at"] == offered_at
        for odd in ("", "yesterday", "2026-11-21T09:12:30", (NOW + HOUR).isoformat()):
            await browser.post(f"/kits/{KIT}/accept", fields | {"after": odd, "key": f"key of {odd}"})
            assert others.commands[-1].body["accepted_at"] == "2026-11-21T09:12:00+00:00"


@pytest.mark.parametrize(
    ("place", "path", "fields", "body"),
    [
        ("seal", "seal", {"items": "7", "seal_number": "S1"}, {"items": 7, "seal_number": "S1", "sealed_at": ...}),
        ("set-aside", "setting-aside", {"reason": "Wrong box."}, {"reason": "Wrong box."}),
        ("report", "report", {}, {"reported_at": ...}),
        (
            "call",
            "calls",
            {"agency": "LOCAL-LE", "spoke_with": "Example Dispatcher"},
            {"agency": "LOCAL-LE", "spoke_with": "Example Dispatcher", "called_at": ...},
        ),
        ("correct-call", "call-correction", {"reason": "Earlier."}, {"reason": "Earlier.", "called_at": ...}),
        (
            "offer",
            "offers",
            {"to": "law_enforcement LOCAL-LE", "purpose": "pickup"},
            {
                "seal": "whole",
                "statement": None,
                "role": "law_enforcement",
                "agency": "LOCAL-LE",
                "purpose": "pickup",
                "offered_at": ...,
            },
        ),
        ("withdraw", "withdrawal", {"reason": "Nobody came."}, {"reason": "Nobody came."}),
        (
            "reseal",
            "new-seal",
            {"reason": "For the test.", "seal_number": "S2"},
            {"reason": "For the test.", "seal_number": "S2", "sealed_at": ...},
        ),
        (
            "statement",
            "statements",
            {"handover": "1", "statement": "It was whole."},
            {"handover": 1, "statement": "It was whole."},
        ),
    ],
)
async def test_every_step_with_a_kit_is_sent_as_it_was_typed(
    console: Console, place: str, path: str, fields: dict[str, str], body: dict[str, Any]
) -> None:
    others = console.others
    a_kit(others)
    others.say("POST", SERVICE, f"/kits/{KIT}/{path}", STORED)
    moments = {
        f"{name}_{part}".removesuffix("_time"): value
        for name, value_ in body.items()
        if value_ is ...
        for part, value in (("day", "2026-11-21"), ("time", "03:00"))
    }
    async with signed_in(console, "nurse") as browser:
        answer = await browser.post(f"/kits/{KIT}/{place}", fields | moments | {"version": "5", "key": "a key of it"})
        assert answer.status_code == 303, answer.text
    sent = others.commands[-1]
    assert sent.body == {name: "2026-11-21T09:00:00+00:00" if value is ... else value for name, value in body.items()}
    assert (sent.headers["if-match"], sent.headers["idempotency-key"]) == ('"5"', "a key of it")


async def test_what_is_offered_on_a_kits_page_is_what_its_viewer_can_do(console: Console) -> None:
    others = console.others
    shown = {
        "Take the kit": "accept",
        "Take the offer back": "withdraw",
        "Seal it": "seal",
        "Hand it over": "offer",
        "Enter the call to law enforcement": "call",
        "Enter that it was tested": "result",
        "Set it aside": "set-aside",
        "The patient chose to report": "report",
    }

    async def seen(who: str) -> set[str]:
        async with signed_in(console, who) as browser:
            text = (await browser.get(f"/kits/{KIT}")).text
        return {code for words, code in shown.items() if words in text}

    a_kit(others)
    assert await seen("nurse") == {"offer", "call"}
    assert await seen("clinic") == {"call"}
    assert await seen("police") == set()
    a_kit(others, phase="open", sealed_at=None, items=0, held_by=None, consent="unreported", reported_at=None)
    assert await seen("nurse") == {"seal", "set-aside", "report"}
    a_kit(others, chain=[a_handover()], in_transit=True)
    assert await seen("nurse") == {"withdraw", "call"}
    assert await seen("police") == {"accept"}
    a_kit(others, chain=[a_handover(account=str(uuid4()))], in_transit=True)
    assert await seen("police") == set()
    done: dict[str, Any] = {"outcome": "accepted", "ended_by": str(LABORATORY.account), "accepted_at": NOW.isoformat()}
    at_laboratory = a_handover(agency="MS-LAB", role="laboratory", purpose="laboratory", seal_found="whole", **done)
    a_kit(others, chain=[at_laboratory], held_by=held_by(LABORATORY, "laboratory"))
    assert await seen("laboratory") == {"offer", "result"}
    others.say("POST", SERVICE, f"/kits/{KIT}/results", STORED)
    async with signed_in(console, "laboratory") as browser:
        moment = {"result_at_day": "2026-11-21", "result_at": "03:00", "version": "5"}
        assert (await browser.post(f"/kits/{KIT}/result", moment | {"result": "outsourced"})).status_code == 303
    assert others.commands[-1].body["result"] == "outsourced"


async def test_an_unreported_kit_says_that_no_time_runs_and_offers_no_laboratory(console: Console) -> None:
    a_kit(console.others, consent="unreported", reported_at=None)
    async with signed_in(console, "nurse") as browser:
        text = (await browser.get(f"/kits/{KIT}")).text
    assert "Nobody is told of this kit and no time runs." in text
    assert 'value="laboratory MS-LAB"' not in text
    assert 'value="law_enforcement LOCAL-LE"' in text
    assert 'value="pickup"' not in text


async def test_numbers_reasons_and_statements_are_a_page_of_their_own(console: Console) -> None:
    texts = [
        {"event": "kit.opened", "field": "number", "handover": None, "recorded_at": NOW.isoformat(), "text": "MS1234"},
        {"event": "kit.refused", "field": "reason", "handover": 2, "recorded_at": NOW.isoformat(), "text": None},
    ]
    console.others.say("GET", SERVICE, f"/kits/{KIT}/texts", texts)
    async with signed_in(console, "nurse") as browser:
        text = (await browser.get(f"/kits/{KIT}/texts")).text
    for says in ("That you opened this page is on record.", "MS1234", "handover 2", "destroyed by a court"):
        assert says in text


async def test_kits_stand_in_queues_named_by_what_is_to_be_done_and_page_in_the_address(console: Console) -> None:
    others = console.others
    offered = a_row(uuid4(), asked_agency="LOCAL-LE", asked_role="law_enforcement", duties=[due("C55", 3)])
    held = a_row(uuid4(), holder=str(POLICE.account), holder_agency="LOCAL-LE", duties=[due("C56", -2)])
    many = [a_row(uuid4(), duties=[due("C57", 50 + n)]) for n in range(30)]
    others.say("GET", SERVICE, "/kits", [held, offered, *many])
    async with signed_in(console, "police") as browser:
        assert (await browser.get("/")).headers["location"] == "/kits"
        text = (await browser.get("/kits")).text
        assert "Offered to you <b>1</b>" in text
        assert "In your hands <b>1</b>" in text
        assert f'href="/kits/{offered["kit"]}"' in text
        assert f'href="/kits/{held["kit"]}"' not in text, "what is asked of me comes first"
        assert "1 late" in text
        second = (await browser.get("/kits?queue=C57&skip=25")).text
        assert "26 to 30 of 30" in second
        assert 'href="?queue=C57&amp;skip=0"' in second
        assert (await browser.get("/kits?queue=nonsense")).status_code == 200


async def test_a_box_is_found_by_its_number_which_stands_in_no_address(console: Console) -> None:
    others = console.others
    others.say("GET", SERVICE, "/kits", [])
    kit = a_kit(others)
    others.say("POST", SERVICE, "/kits/find", kit)
    async with signed_in(console, "laboratory") as browser:
        text = (await browser.get("/kits")).text
        assert "No kit waits here." in text
        found = await browser.post("/kits/find", {"number": "MS 1234"})
        assert found.headers["location"] == f"/kits/{KIT}"
        others.say("POST", SERVICE, "/kits/find", NOT_FOUND, 404)
        none = await browser.post("/kits/find", {"number": "MS 9999"})
        assert (none.status_code, "No kit of yours bears this number." in none.text) == (404, True)
        assert 'value="MS 9999"' in none.text


async def test_what_was_told_is_acknowledged_on_the_home_it_stands_on(console: Console) -> None:
    others = console.others
    others.say("GET", SERVICE, "/kits", [])
    duty, notice, other = uuid4(), uuid4(), uuid4()
    told = {"tip": str(TIP), "rule": "C10", "part": "law_enforcement", "told_at": NOW.isoformat(), "how": "fax"}
    waits = {"must_be_acknowledged": True, "acknowledged_at": None}
    seen = {"must_be_acknowledged": True, "acknowledged_at": NOW.isoformat()}
    others.say("GET", "tips", "/duties/told", [{"duty": str(duty)} | told | waits, {"duty": str(other)} | told | seen])
    row = {"notice": str(notice), "tip": str(TIP), "role": "law_enforcement", "why": "kit_duty_missed", "rule": "C55"}
    others.say(
        "GET",
        "rapid_assessment",
        "/notices/waiting",
        {"notices": [row | {"requested_at": NOW.isoformat()}], "total": 1},
    )
    others.say("POST", "tips", f"/duties/{duty}/parts/law_enforcement/acknowledgement", STORED)
    others.say("POST", "rapid_assessment", f"/notices/{notice}/acknowledgement", REFUSED, 409)
    async with signed_in(console, "police") as browser:
        text = (await browser.get("/kits")).text
        assert f'action="/told/duties/{duty}/law_enforcement"' in text
        assert str(other) not in text
        assert f'action="/told/notices/{notice}"' in text
        first = await browser.post(f"/told/duties/{duty}/law_enforcement", {"home": "/kits"})
        assert first.headers["location"] == "/kits#told"
        meanwhile = await browser.post(f"/told/notices/{notice}", {"home": "//elsewhere.example"})
        assert meanwhile.headers["location"] == "/#told"
        assert len(others.commands) == 2
    async with signed_in(console, "laboratory") as browser:
        assert "/duties/told" not in {each.path for each in others.asked}
        assert (await browser.post(f"/told/duties/{duty}/law_enforcement", {"home": "/kits"})).status_code == 403


async def test_the_clinics_pages_are_for_those_who_work_there(console: Console) -> None:
    an_exam(console.others)
    a_kit(console.others)
    closed = {
        "laboratory": ("/clinic", f"/exams/{EXAM}", "/exams/new", f"/exams/{EXAM}/notes"),
        "police": ("/clinic", f"/exams/{EXAM}"),
        "advocate": ("/clinic", "/kits", f"/kits/{KIT}", f"/exams/{EXAM}"),
        "coordinator": ("/clinic", "/kits", f"/exams/{EXAM}/notes"),
        "nurse": ("/exams/new",),
    }
    for who, paths in closed.items():
        async with signed_in(console, who) as browser:
            assert {path: (await browser.get(path)).status_code for path in paths} == dict.fromkeys(paths, 403), who
