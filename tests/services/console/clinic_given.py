"""What the clinic's service tells, for tests of its pages."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.jurisdictions import LOCAL
from tests.services.console.boards import name
from tests.services.console.house import (
    NOW,
    NURSE,
    POLICE,
    Browser,
    Console,
    Others,
)

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
        "in_place_of": None,
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
        "holder_left": False,
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


def a_calendar(first_day: str, days: int, *, exams: Sequence[dict[str, Any]] = (), **changes: Any) -> dict[str, Any]:
    """Days of a clinic whose nurse and whose room can be booked from 08:00 to 12:00 of the first."""
    since = datetime.combine(date.fromisoformat(first_day), time(), LOCAL)
    until = datetime.combine(since.date() + timedelta(days=days), time(), LOCAL)
    hours = {"since": (since + 8 * HOUR).isoformat(), "until": (since + 12 * HOUR).isoformat()}
    rows = [
        {"kind": "nurse", "resource": str(NURSE.account), "number": 0, "available": [hours]},
        {"kind": "room", "resource": str(ROOM), "number": 2, "available": [hours]},
    ]
    page = {"clinic": "BRIDGE", "since": since.isoformat(), "until": until.isoformat(), "whole": True}
    return page | {"rows": rows, "exams": list(exams)} | changes


def an_exam_on_it(since: datetime, until: datetime, phase: str = "booked", **changes: Any) -> dict[str, Any]:
    """As the calendar tells it."""
    of = {"exam": str(EXAM), "tip": str(TIP), "nurse": str(NURSE.account), "room": str(ROOM), "held_until": None}
    return of | {"phase": phase, "since": since.isoformat(), "until": until.isoformat()} | changes
