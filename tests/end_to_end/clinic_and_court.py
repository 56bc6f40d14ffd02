"""What comes of a case of the town at the clinic and in court, done over HTTP by the people whose work it is."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from deploy.demo.interfaces import Person
from services.forensic_clinic.views.claims import claim_of
from tests.end_to_end.town import Visit, ok, register_agency
from tests.support.waiting import eventually

CLINIC, COURT = "forensic_clinic", "prosecution"
HOUR = timedelta(hours=1)
ELSEWHERE = "prosecutor of another office"
"""What the town calls them."""

REFERRED_WITH_NOTE = 3
"""The version of a case that was opened, referred and explained."""


async def a_clinic_and_a_court(visit: Visit, tip: str) -> Mapping[str, str]:
    """An exam that waits for a time and one that was done, its kit offered to the police; charges, and a referral."""
    await a_clinic(visit)
    waiting = await an_exam(visit, tip)
    exam, kit = await a_kit_offered(visit, tip)
    other = await visit.tip(age="child", received_at=visit.town.now - HOUR)
    charged = await charges(visit, tip)
    page = ok(await visit.get("prosecutor", COURT, f"/cases/{charged}")).json()
    return {
        "waiting": waiting,
        "exam": exam,
        "claim": str(claim_of(UUID(exam))),
        "kit": kit,
        "charged": charged,
        "accused": page["accused"][0]["accused"],
        "victim": await a_victim_asked_and_heard(visit, charged, page),
        "item": await evidence_and_papers(visit, charged, page),
        "document": await a_document(visit, charged, page["accused"][0]["accused"]),
        "referred": await referred(visit, other),
        "offered": await offered_from_elsewhere(visit),
    }


async def a_victim_asked_and_heard(visit: Visit, case: str, page: Mapping[str, Any]) -> str:
    """A written request, a safe contact, a notice that failed, and a proposal still to be conferred about."""
    place, earlier = f"/cases/{case}/victims/{page['person']}", (visit.town.now - HOUR).isoformat()
    contact = {"channel": "telephone", "contact": "555-0100", "wishes": "Invented wishes.", "reaches_accused": "no"}
    count = page["accused"][0]["counts"][0]["count"]
    steps: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("request", {"received_at": earlier}),
        ("contact", contact),
        ("proposals", {"count": count, "outcome": "nolle_prosequi", "at": earlier}),
    )
    for path, body in steps:
        ok(await visit.on_page("prosecutor", "prosecutor", COURT, place, path, body))
    owed = ok(await visit.get("prosecutor", COURT, place)).json()["notices"][0]["notice"]
    failed = {"step": "failed", "channel": "telephone", "reason": "no_answer", "at": earlier}
    ok(await visit.on_page("prosecutor", "prosecutor", COURT, place, f"notices/{owed}/steps", failed))
    return str(page["person"])


async def evidence_and_papers(visit: Visit, case: str, page: Mapping[str, Any]) -> str:
    """A device that supports an element, is with the laboratory and was disclosed; a subpoena that was not served."""
    place, earlier = f"/cases/{case}/evidence", (visit.town.now - HOUR).isoformat()
    accused, count = page["accused"][0]["accused"], page["accused"][0]["counts"][0]["count"]
    device = {"kind": "device", "kept_by": "MBI-HTSVU", "locator": "Invented shelf 4"}
    ok(await visit.post("prosecutor", COURT, place, device, version=0))
    item = str(ok(await visit.get("prosecutor", COURT, place)).json()["items"][0]["item"])
    given = {"accused": accused, "items": [item], "recipient": "defence_counsel", "way": "mail", "at": earlier}
    asked = {"item": item, "laboratory": "MS-LAB", "test": "device", "at": earlier}
    supported = {"count": count, "element": "knowledge", "item": item}
    for path, body in (("support", supported), ("requests", asked), ("discovery", given)):
        ok(await visit.on_page("prosecutor", "prosecutor", COURT, place, path, body))
    papers = f"/cases/{case}/papers"
    subpoena = {"kind": "subpoena", "for_whom": "witness", "addressee": "Example Witness One, Road 2", "at": earlier}
    ok(await visit.post("prosecutor", COURT, papers, subpoena, version=0))
    paper = ok(await visit.get("prosecutor", COURT, papers)).json()["papers"][0]["paper"]
    failed = {"step": "failed", "word": "moved", "at": earlier}
    ok(await visit.on_page("prosecutor", "prosecutor", COURT, papers, f"{paper}/steps", failed))
    return item


async def a_document(visit: Visit, case: str, accused: str) -> str:
    """The inventory of what was disclosed, taken out."""
    place, which = f"/cases/{case}/documents", {"template": "discovery_inventory", "about": accused}
    path = f"{place}/drafts/{which['template']}/{accused}"
    draft = ok(await visit.get("prosecutor", COURT, path, court="circuit")).json()
    body, position = which | {"court": "circuit"}, draft["content"]["position"]
    return str(ok(await visit.post("prosecutor", COURT, place, body, version=position)).json()["reference"])


async def a_clinic(visit: Visit) -> None:
    """A nurse with both certificates, and a room; both there for three days around now, or around an earlier moment."""
    who, nurse = "clinic_coordinator", visit.town.people["forensic_nurse"].account
    if (await visit.get(who, CLINIC, f"/nurses/{nurse}")).is_success:
        return
    hours = {
        "since": (visit.town.now - 24 * HOUR).isoformat(),
        "until": (visit.town.now + 48 * HOUR).isoformat(),
    }
    done = ok(await visit.post(who, CLINIC, "/nurses", {"account": nurse, "clinic": "BRIDGE"})).json()
    for certificate in ("sane_pediatric", "sane_adult_adolescent"):
        valid = {"certificate": certificate, "issuer": "IAFN", "valid_from": "2025-01-01", "valid_until": "2029-12-31"}
        path = f"/nurses/{nurse}/certificates"
        done = ok(await visit.post(who, CLINIC, path, valid, version=done["version"])).json()
    ok(await visit.post(who, CLINIC, f"/nurses/{nurse}/availability", hours, version=done["version"]))
    room = ok(await visit.post(who, CLINIC, "/rooms", {"clinic": "BRIDGE", "number": 1})).json()
    path = f"/rooms/{room['reference']}/availability"
    ok(await visit.post(who, CLINIC, path, hours, version=room["version"]))


async def an_exam(visit: Visit, tip: str, note: str = "Invented.") -> str:
    """Asked for by the CPS coordinator."""
    body = {"tip": tip, "clinic": "BRIDGE", "age_band": "not_known", "consent": "cps_custodian", "note": note}
    return str((await _once_known(visit, "cps_coordinator", CLINIC, "/exams", body))["reference"])


async def a_booked_exam(visit: Visit, tip: str, *, hours_ago: tuple[int, int]) -> tuple[str, int]:
    """In a time that is over by now, as it is typed in later; and the version it is at."""
    exam, now = await an_exam(visit, tip), visit.town.now
    slots: list[dict[str, Any]] = []

    async def one_is_free() -> bool:
        # Rooms and nurses were entered a moment ago.
        slots[:] = ok(await visit.get("clinic_coordinator", CLINIC, f"/exams/{exam}/slots")).json()["slots"]
        return bool(slots)

    await eventually(one_is_free)
    since, until = ((now - hours * HOUR).isoformat() for hours in hours_ago)
    slot = slots[0] | {"since": since, "until": until}
    who = "clinic_coordinator"
    done = ok(await visit.on_page(who, who, CLINIC, f"/exams/{exam}", "booking", slot)).json()
    return exam, int(done["version"])


async def a_kit_offered(visit: Visit, tip: str) -> tuple[str, str]:
    """The kit of an exam last night, offered to the police who were called; they propose that it is not tested."""
    exam, kit = await a_kit_sealed(visit, tip)
    offer = {
        "agency": "LOCAL-LE",
        "role": "law_enforcement",
        "purpose": "pickup",
        "offered_at": (visit.town.now - HOUR).isoformat(),
    }
    place = f"/kits/{kit['reference']}"
    offered = ok(await visit.post("forensic_nurse", CLINIC, f"{place}/offers", offer, version=kit["version"])).json()
    wanted = {"decision": "no_test", "reason": "tested_elsewhere", "office": "DA-07", "explanation": "Invented."}
    ok(await visit.post("law_enforcement", CLINIC, f"{place}/decisions", wanted, version=offered["version"]))
    return exam, str(kit["reference"])


async def a_kit_sealed(visit: Visit, tip: str) -> tuple[str, Mapping[str, Any]]:
    """Examined last night, a reported kit sealed, and the police called two hours ago."""
    now = visit.town.now
    exam, version = await a_booked_exam(visit, tip, hours_ago=(6, 2))
    opening = {"exam": exam, "number": "EX 4711", "consent": "reported", "opened_at": (now - 5 * HOUR).isoformat()}
    kit = ok(await visit.post("forensic_nurse", CLINIC, "/kits", opening)).json()
    completed = {"completed_at": (now - 3 * HOUR).isoformat()}
    ok(await visit.post("forensic_nurse", CLINIC, f"/exams/{exam}/completion", completed, version=version))
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("seal", {"items": 6, "seal_number": "S-104", "sealed_at": (now - 3 * HOUR).isoformat()}),
        (
            "calls",
            {"agency": "LOCAL-LE", "called_at": (now - 2 * HOUR).isoformat(), "spoke_with": "Example Dispatcher"},
        ),
    )
    for path, body in steps:
        kit = ok(
            await visit.post("forensic_nurse", CLINIC, f"/kits/{kit['reference']}/{path}", body, version=kit["version"])
        ).json()
    return exam, kit


async def referred(visit: Visit, tip: str, office: str = "DA-07", note: str = "Invented for a test.") -> str:
    """Handed to a district attorney's office."""
    body = {"tip": tip, "office": office, "note": note}
    return str((await _once_known(visit, "cps_coordinator", COURT, "/cases", body))["reference"])


async def charges(visit: Visit, tip: str) -> str:
    """Accepted, with one accused of one count, arrested, and a hearing set."""
    case, now = await referred(visit, tip), visit.town.now
    version = ok(await visit.get("prosecutor", COURT, f"/cases/{case}")).json()["version"]
    done = ok(await visit.post("prosecutor", COURT, f"/cases/{case}/acceptance", {}, version=version)).json()
    count = {"offence": "MS-97-3-54.1-1a-MINOR", "act_on": "2026-01-05", "age_at_act": "adult"}
    body = {"name": "Example Accused Zqx", "counts": [count]}
    done = ok(await visit.post("prosecutor", COURT, f"/cases/{case}/accused", body, version=done["version"])).json()
    page = ok(await visit.get("prosecutor", COURT, f"/cases/{case}")).json()
    accused = page["accused"][0]["accused"]
    arrest = {"stage": "arrest", "at": (now - 5 * HOUR).isoformat()}
    path = f"/cases/{case}/accused/{accused}/stages"
    done = ok(await visit.post("prosecutor", COURT, path, arrest, version=done["version"])).json()
    hearing = {
        "kind": "initial_appearance",
        "court": "justice",
        "accused": [accused],
        "set_for": (now + 20 * HOUR).isoformat(),
    }
    ok(await visit.post("prosecutor", COURT, f"/cases/{case}/hearings", hearing, version=done["version"]))
    return case


async def offered_from_elsewhere(visit: Visit) -> str:
    """A case of another office, which found that venue lies here."""
    if ELSEWHERE not in visit.town.people:
        await _open_another_office(visit)
    tip = await visit.tip(age="child", received_at=visit.town.now - HOUR)
    case = await referred(visit, tip, office="DA-20")
    done = ok(await visit.post(ELSEWHERE, COURT, f"/cases/{case}/acceptance", {}, version=REFERRED_WITH_NOTE)).json()
    offer = {"office": "DA-07", "reason": "venue"}
    ok(await visit.post(ELSEWHERE, COURT, f"/cases/{case}/transfers", offer, version=done["version"]))
    return case


async def _open_another_office(visit: Visit) -> None:
    interfaces, people = visit.interfaces, visit.town.people
    administrator = await register_agency(interfaces, people["operator"], "DA-20")
    who = Person("prosecutor", sign_in_name="prosecutor.elsewhere@example.org")
    body = {
        "name": "Example Prosecutor Elsewhere",
        "sign_in_name": who.sign_in_name,
        "agency": "DA-20",
        "roles": ["prosecutor"],
    }
    opened = ok(await interfaces.post(administrator, "identity", "/accounts", body)).json()
    who.account = opened["reference"]
    await interfaces.set_up(who, opened["invitation"])
    people[ELSEWHERE] = who


async def _once_known(visit: Visit, role: str, service: str, path: str, body: object) -> dict[str, Any]:
    """Another service hears of a tip a little later; until then there is none for it."""
    answers: list[httpx.Response] = []

    async def taken() -> bool:
        answers.append(await visit.post(role, service, path, body))
        return answers[-1].status_code != httpx.codes.NOT_FOUND

    await eventually(taken)
    done: dict[str, Any] = ok(answers[-1]).json()
    return done
