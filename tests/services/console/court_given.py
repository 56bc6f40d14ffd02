"""What the prosecution's service tells, for tests of its pages."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from contracts.jurisdictions import load_mississippi_charging
from tests.services.console.house import NOW, Others

DAY = timedelta(days=1)
CASE, TIP, ACCUSED, COUNT, HEARING, VICTIM, NOTICE, PROPOSAL = (UUID(int=n) for n in range(31, 39))
SERVICE = "prosecution"
TYPED = {"version": "6", "key": "a key of this form"}
AT = {"at_day": "2026-11-21", "at": "03:00"}
SENT_AT = "2026-11-21T09:00:00+00:00"


def a_row(**changes: Any) -> dict[str, Any]:
    row = {"case": str(uuid4()), "tip": str(uuid4()), "phase": "accepted", "accused": 1, "open_counts": 2}
    return (
        row
        | {
            "due": [],
            "missed": [],
            "commence_by": None,
            "limitation_not_on_file": 0,
            "notices_owed": 0,
            "notices_failed": 0,
            "papers_failed": 0,
        }
        | changes
    )


def due(what: str, days: float) -> dict[str, Any]:
    return {"what": what, "due_at": (NOW + days * DAY).isoformat()}


def a_count(**changes: Any) -> dict[str, Any]:
    offence = {
        "offence": "MS-1",
        "statute": "97-3-54.1(1)(a)",
        "short_name": "Human trafficking",
        "elements": "coerces another person",
        "level": "felony",
        "least_years": 20,
        "most_years": None,
        "for_life": True,
        "lowest_fine": None,
        "highest_fine": None,
    }
    limitation = {"kind": "not_on_file", "until": None, "arithmetic": "not on file", "citation": None, "basis": "?"}
    return {
        "count": str(COUNT),
        "phase": "open",
        "act_on": "2026-03-01",
        "age_at_act": "adult",
        "offence": offence,
        "limitation": limitation,
        "stage": "indictment_served",
        "entered_at": NOW.isoformat(),
        "outcome": "",
        "may_enter": ["arraignment"],
        "may_record": ["dismissed", "nolle_prosequi"],
    } | changes


def a_clock(rule: str, days: float, **changes: Any) -> dict[str, Any]:
    return {
        "rule": rule,
        "number": 1,
        "citation": "MRCrP 15.1(a)",
        "phase": "running",
        "found": "",
        "started_at": (NOW - DAY).isoformat(),
        "due_at": (NOW + days * DAY).isoformat(),
        "arithmetic": ["served + 720 h", "continuance_witness: due later"],
    } | changes


def a_notice(**changes: Any) -> dict[str, Any]:
    return {
        "notice": str(NOTICE),
        "kind": "sentence",
        "rule": "C45",
        "citation": "Miss. Code 99-43-35(a)",
        "about": str(COUNT),
        "arose_at": NOW.isoformat(),
        "phase": "failed",
        "attempts": [{"step": "failed", "channel": "letter", "reason": "returned", "at": NOW.isoformat()}],
        "next": ["sent", "acknowledged", "failed"],
        "due_at": None,
        "clock": "",
        "found": "",
    } | changes


def a_victim(**changes: Any) -> dict[str, Any]:
    """Who asked in writing, is owed a notice that failed, and is to be conferred with about a plea."""
    proposal = {
        "proposal": str(PROPOSAL),
        "count": str(COUNT),
        "outcome": "plea_guilty",
        "proposed_at": NOW.isoformat(),
        "phase": "proposed",
        "waits": True,
        "settled_at": None,
        "conferred_at": None,
        "way": "",
        "position": "",
        "reason": "",
    }
    appeal = a_notice(notice=str(uuid4()), kind="appeal", rule="C46", phase="owed", attempts=[], clock="running")
    return {
        "victim": str(VICTIM),
        "version": 4,
        "requested_at": NOW.isoformat(),
        "withdrawn_at": None,
        "channel": "telephone",
        "has_wishes": True,
        "counts": [str(COUNT)],
        "open_counts": [str(COUNT)],
        "may_propose": ["plea_guilty", "nolle_prosequi"],
        "proposals": [proposal],
        "notices": [a_notice(), appeal | {"due_at": (NOW + DAY).isoformat()}],
        "ends_at": [[str(COUNT), (NOW + 400 * DAY).isoformat()]],
        "hearings": [str(HEARING)],
        "presence": [[str(HEARING), "present"]],
        "statement": "written",
        "statement_at": NOW.isoformat(),
        "papers": [],
        "restitution": [{"step": "asked", "count": str(COUNT), "dollars": 4000, "at": NOW.isoformat()}],
    } | changes


def a_harbour(**changes: Any) -> dict[str, Any]:
    """Of whom nothing is on record."""
    return {
        "accused": str(ACCUSED),
        "version": 0,
        "grounds": [],
        "may_find": ["recorded_victim", "court_found"],
        "indicators": [],
        "noted_at": None,
        "seen_by": [],
        "referrals": [],
        "listed": [],
        "to_petition": [],
        "petitions": [],
    } | changes


def a_harbour_row(**changes: Any) -> dict[str, Any]:
    """An accused who was a child, found and not seen by anybody yet."""
    return {
        "case": str(CASE),
        "tip": str(TIP),
        "accused": str(ACCUSED),
        "since": NOW.isoformat(),
        "grounds": ["minor_at_act"],
        "indicators": False,
        "unseen_by": ["prosecutor", "cps_coordinator"],
        "referrals_owed": ["cps_hotline"],
        "referrals_unanswered": [],
        "to_petition": 1,
        "before_court": 0,
        "to_expunge": 0,
        "to_tell": 0,
    } | changes


def an_accused() -> dict[str, Any]:
    return {
        "accused": str(ACCUSED),
        "born_on_file": False,
        "counts": [a_count()],
        "clocks": [a_clock("C39", 29), a_clock("C41", 200), a_clock("C35", -3, phase="met")],
        "continuances": [
            {"ground": "witness", "days": 30, "granted_at": NOW.isoformat()},
            {
                "ground": "agreed",
                "days": 5,
                "granted_at": NOW.isoformat(),
                "since": "2027-03-01",
                "until": "2027-03-05",
                "motion": "both",
            },
        ],
    }


def a_case(others: Others, **changes: Any) -> None:
    hearing = {
        "hearing": str(HEARING),
        "kind": "arraignment",
        "court": "circuit",
        "accused": [str(ACCUSED)],
        "set_for": (NOW + 5 * DAY).isoformat(),
        "phase": "set",
        "held_at": None,
        "moved": 1,
    }
    case = {
        "reference": str(CASE),
        "version": 6,
        "tip": str(TIP),
        "phase": "accepted",
        "reason": "",
        "office": "DA-07",
        "county": "Hinds",
        "tribal_land": False,
        "believed_age": "child",
        "accused": [an_accused()],
        "hearings": [hearing],
    } | changes
    others.say("GET", SERVICE, f"/cases/{CASE}", case)
    others.say("GET", SERVICE, f"/cases/{CASE}/victims", [a_victim()])
    others.say("GET", SERVICE, f"/cases/{CASE}/safe-harbour", [a_harbour()])
    tables = load_mississippi_charging()
    others.say(
        "GET",
        SERVICE,
        "/reference",
        {
            "offences": [a_count()["offence"]],
            "stages": [],
            "outcomes": [],
            "hearings": [{"kind": each.kind, "words": each.words, "stage": None} for each in tables.hearings.values()],
            "courts": tables.courts,
            "reasons": {
                "decline": tables.reasons.decline,
                "hearing_change": tables.reasons.hearing_change,
                "continuance": tables.reasons.continuance,
                "motion": tables.reasons.motion,
                "continuance_error": tables.reasons.continuance_error,
                "transfer": tables.reasons.transfer,
            },
            "victims": msgspec.to_builtins(tables.victims),
            "safe_harbour": msgspec.to_builtins(tables.safe_harbour),
            "indicators": ["debt", "documents_withheld"],
            "evidence": msgspec.to_builtins(tables.evidence),
            "sittings": msgspec.to_builtins(tables.sittings),
        },
    )
    others.say("GET", SERVICE, "/transfers", [])


def a_transfer(**changes: Any) -> dict[str, Any]:
    return {
        "case": str(CASE),
        "transfer": 2,
        "tip": str(TIP),
        "giver": "DA-20",
        "receiver": "DA-07",
        "reason": "venue",
        "phase": "offered",
        "offered_at": (NOW - DAY).isoformat(),
        "answered_at": None,
        "case_phase": "accepted",
        "accused": 1,
        "open_counts": 3,
    } | changes
