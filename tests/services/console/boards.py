"""Answers of the services for the board: open cases, and what waits."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.services.console.house import NOW, Asked, Others

HOUR = timedelta(hours=1)


def open_case(tip: UUID, due_at: Any, **seats: dict[str, Any]) -> dict[str, Any]:
    nobody = {"held_by": None, "accepted_at": None, "proposed": None, "asked_at": None, "asked": 0, "declined": 0}
    names = ("cps_investigator", "trafficking_investigator", "victim_advocate")
    return {
        "tip": str(tip),
        "phase": "open",
        "county": "Hinds",
        "received_at": (due_at - 24 * HOUR).isoformat(),
        "recorded_at": (due_at - 20 * HOUR).isoformat(),
        "due_at": due_at.isoformat(),
        "formed_at": None,
        "contact_open": True,
        "custody_open": [],
        "next_due_at": due_at.isoformat(),
        "standing": "missed" if due_at <= NOW else "running_out" if due_at <= NOW + 4 * HOUR else "in_time",
        "seats": {name: nobody | seats.get(name, {}) for name in names},
    }


def a_board(others: Others, *cases: dict[str, Any], total: int | None = None, cannot: Any = None) -> None:
    found = {"cases": cases, "total": len(cases) if total is None else total, "past_due": 1, "empty_seats": 2}
    found["cannot_be_called"] = cannot or {}
    others.say("GET", "rapid_assessment", "/teams/open", found)
    duty = {"tip": str(uuid4()), "rule": "C11", "since": NOW.isoformat(), "due_at": None, "missing": ["prosecutor"]}
    waits(others, duties={"duties": [duty], "total": 9, "overdue": 3})
    notices = [
        {"notice": str(uuid4()), "tip": str(tip), "role": role, "why": why, "rule": rule, "requested_at": str(NOW)}
        | more
        for tip, role, why, rule, more in (
            (UUID(int=1), "cps_coordinator", "duty_warned", "C31", {}),
            (UUID(int=1), "cps_coordinator", "duty_pressing", "C01", {}),
            (UUID(int=1), "cps_coordinator", "duty_missed", "C31", {"lost": True, "given_up": True}),
            (UUID(int=2), "laboratory", "kit_duty_missed", "C57", {"lost": True, "next_try": str(NOW + HOUR)}),
        )
    ]
    others.say("GET", "rapid_assessment", "/notices/waiting", {"notices": notices, "total": 4})
    others.say("GET", "prosecution", "/safe-harbour", [])


def waits(others: Others, **of_tips: Any) -> None:
    """About tips; nothing but what is given."""
    nothing = {
        "duties": {"duties": [], "total": 0, "overdue": 0},
        "added": {"tips": [], "total": 0},
        "releases": {"releases": [], "total": 0},
    }
    others.say("GET", "tips", "/waiting", nothing | of_tips)


def name(others: Others, **names: UUID) -> None:
    def answer(asked: Asked) -> tuple[int, Any]:
        return 200, [{"account": str(who), "name": name, "agency": ""} for name, who in names.items()]

    others.answers["GET", "identity", "/accounts/names"] = answer
