"""The planted day at the clinic: exams, a kit that goes through every hand, and one whose holder leaves."""

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

from tests.end_to_end.planted_day import CLINIC, HOUR, PlantedDay
from tests.end_to_end.town import administrator_of, ok
from tests.support.waiting import eventually

PIN, OTHER_PIN = "604918", "731209"

SET_UP = 8
"""The version of an account that was opened and set up."""


async def at_the_clinic(day: PlantedDay) -> None:
    """All of it."""
    await examined(day)
    await custody(day)
    await stated(day)


async def examined(day: PlantedDay) -> None:
    """An exam is booked, released, booked again and done; another is cancelled."""
    since, until = (day.town.now - HOUR).isoformat(), (day.town.now + 48 * HOUR).isoformat()
    week_ago = (day.town.now - 7 * 24 * HOUR).isoformat()
    room, nurse = await _nurse_in_room(day, {"since": week_ago, "until": until})
    day.exam = await _exam(day, day.tip, note=day.text("exam.noted note"))
    slot = {"nurse": nurse, "room": room, "since": since, "until": (day.town.now + 2 * HOUR).isoformat()}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("booking", slot),
        ("release", day.reason("exam.release_explained")),
        ("booking", slot),
        ("completion", {"completed_at": day.town.now.isoformat()}),
    ]
    for path, body in steps:
        await _on_page(day, "clinic_coordinator", f"/exams/{day.exam}", path, body)
    await medical(day)
    await followed_up(day, nurse, room)
    cancelled = await _exam(day, day.tips[1])
    after_hours = {"since": (day.town.now + 49 * HOUR).isoformat(), "until": (day.town.now + 51 * HOUR).isoformat()}
    anyway = {"nurse": nurse, "room": room} | after_hours | day.reason("exam.booked_anyway")
    for path, body in (
        ("no-slot", {"choice": "beyond"} | day.reason("exam.no_slot_answered")),
        ("booking/anyway", anyway),
        ("cancellation", {"cause": "clinic"} | day.reason("exam.cancel_explained")),
    ):
        await _on_page(day, "clinic_coordinator", f"/exams/{cancelled}", path, body)


async def medical(day: PlantedDay) -> None:
    """What is of closed lists is searched for as a word of its own; how the patient is reached is typed."""
    now = day.town.now.isoformat()
    consent = {"step": "emergency_contraception", "word": "declined", "by": "cps_custodian", "said_at": now}
    noted = {"step": "toxicology", "outcome": "not_applicable", "reason": "done_before_elsewhere", "noted_at": now}
    day.plants.made |= {
        consent["step"]: "examination.consent_said said",
        noted["reason"]: "examination.step_noted noted",
        "T76.52XA": "examination.code_entered code",
    }
    place = f"/exams/{day.exam}/examination"
    for path, body in (("consents", consent), ("steps", noted), ("codes", {"code": "T76.52XA"})):
        await _on_page(day, "forensic_nurse", place, path, body)
    contact = {
        each: day.text(f"follow_up.safe_contact_stated {each}") for each in ("how", "when", "may_say", "never_say")
    }
    await _on_page(day, "forensic_nurse", f"/exams/{day.exam}/follow-up", "contact", contact)


async def followed_up(day: PlantedDay, nurse: str, room: str) -> None:
    """An exam of five days ago, typed in now: one visit is missed and not tried again, another settled."""
    exam, since = await _exam(day, day.tip), day.town.now - 5 * 24 * HOUR
    span = {"since": since.isoformat(), "until": (since + 2 * HOUR).isoformat()}
    completed, now = (since + HOUR).isoformat(), day.town.now.isoformat()
    await _on_page(day, "clinic_coordinator", f"/exams/{exam}", "booking", {"nurse": nurse, "room": room, **span})
    await _on_page(day, "clinic_coordinator", f"/exams/{exam}", "completion", {"completed_at": completed})
    place = f"/exams/{exam}/follow-up"

    async def planned() -> bool:
        return bool(ok(await day.visit.get("clinic_coordinator", "forensic_clinic", place)).json()["items"])

    await eventually(planned)
    settled = {"item": "visit_2", "outcome": "done_elsewhere", "settled_at": now}
    tried = {"item": "visit_1", "outcome": "not_safe_to_try_now", "tried_at": now}
    day.plants.made |= {
        settled["outcome"]: "follow_up.settled outcome",
        tried["outcome"]: "follow_up.outreach_noted outcome",
    }
    for path, body in (("settled", settled), ("missed", {"item": "visit_1"}), ("outreach", tried)):
        await _on_page(day, "forensic_nurse", place, path, body)


async def custody(day: PlantedDay) -> None:
    """One kit set aside; another sealed, called for, doubted by both hands and brought to the laboratory."""
    opened_by_mistake = await _kit(day)
    await _on_page(day, "forensic_nurse", f"/kits/{opened_by_mistake}", "setting-aside", day.reason("kit.set_aside"))
    await left_behind(day)
    await from_before_this_record(day)
    day.kit = await _kit(day)
    now = day.town.now.isoformat()
    to_police = {"agency": "LOCAL-LE", "role": "law_enforcement", "purpose": "pickup", "offered_at": now}
    to_laboratory = {"agency": "MS-LAB", "role": "laboratory", "purpose": "laboratory", "offered_at": now}
    doubted = {
        "seal": "broken",
        "statement": day.text("kit.seal_doubted statement"),
        "seal_number": day.word("kit.hand_confirmed seal_number"),
        "place": day.text("kit.hand_confirmed place"),
    }
    elsewhere = {"jurisdiction": day.text("kit.other_jurisdiction_told jurisdiction"), "told_at": now}
    new_seal = day.word("kit.resealed seal_number")
    steps: list[tuple[str, str, dict[str, Any]]] = [
        (
            "forensic_nurse",
            "seal",
            {"items": 7, "seal_number": day.word("kit.sealed seal_number"), "sealed_at": now},
        ),
        (
            "forensic_nurse",
            "calls",
            {"agency": "LOCAL-LE", "called_at": now, "spoke_with": day.text("kit.police_called spoke_with")},
        ),
        ("forensic_nurse", "call-correction", {"called_at": now} | day.reason("kit.call_corrected")),
        ("forensic_nurse", "other-jurisdiction", elsewhere),
        ("forensic_nurse", "offers", to_police | doubted),
        ("law_enforcement", "refusal", day.reason("kit.refused")),
        ("forensic_nurse", "offers", to_police),
        ("forensic_nurse", "withdrawal", day.reason("kit.offer_withdrawn")),
        ("forensic_nurse", "offers", to_police),
        (
            "law_enforcement",
            "acceptance",
            {
                "seal_number": day.word("kit.hand_confirmed seal_number"),
                "statement": day.text("kit.seal_doubted statement"),
                "accepted_at": now,
            },
        ),
        (
            "forensic_nurse",
            "statements",
            {"handover": 3, "statement": day.text("kit.statement_made statement")},
        ),
        (
            "law_enforcement",
            "new-seal",
            {"seal_number": new_seal, "sealed_at": now} | day.reason("kit.resealed"),
        ),
        ("law_enforcement", "offers", to_laboratory),
        ("laboratory", "acceptance", {"seal_number": new_seal, "accepted_at": now}),
        ("laboratory", "results", {"result": "tested", "result_at": now}),
    ]
    for role, path, body in steps:
        await _on_page(day, role, f"/kits/{day.kit}", path, body)
    await decided_by_two(day)
    await followed(day)


async def decided_by_two(day: PlantedDay) -> None:
    """That it is destroyed is proposed, denied, proposed again and taken back."""
    for number in (1, 2):
        wanted = {"decision": "destruction", "reason": "court_order", "office": "DA-07"}
        said = {each: day.text(f"kit.decision_proposed {each}") for each in ("explanation", "paper")}
        await _on_page(day, "laboratory", f"/kits/{day.kit}", "decisions", wanted | said)
        if number == 1:
            place, why = f"/kit-decisions/{day.kit}", day.reason("kit.decision_denied")
            ok(await day.visit.on_page("prosecutor", "prosecutor", "forensic_clinic", place, "1/denial", why))
    why = day.reason("kit.decision_taken_back")
    await _on_page(day, "laboratory", f"/kits/{day.kit}", "decisions/2/withdrawal", why)


async def followed(day: PlantedDay) -> None:
    """The survivor opens their page, asks twice, is answered, and chooses another PIN."""
    access = {"pin": PIN, "sees": ["where", "next"], "told": "only_here"}
    place = f"/kits/{day.kit}/survivor"
    receipt = ok(await day.visit.post("forensic_nurse", "forensic_clinic", f"{place}/access", access)).json()["receipt"]
    day.plants.made |= dict.fromkeys((receipt, receipt.replace("-", "")), "a survivor's receipt")
    page = await day.filled_in("/welcome/mine", {"receipt": receipt, "pin": PIN})
    for field in ("asked", "continued"):
        (ticket,) = set(re.findall(r'name="ticket" value="([^"]+)"', page))
        question = {"receipt": receipt, "ticket": ticket, "question": day.text(f"survivor.question_{field} question")}
        page = await day.filled_in("/welcome/mine", question, to="/welcome/mine/question")
    answer = {"number": 1, "answer": day.text("survivor.question_answered answer")}
    ok(await day.visit.on_page("forensic_nurse", "clinic_coordinator", "forensic_clinic", place, "answers", answer))
    new = {"receipt": receipt, "pin": PIN, "new_pin": OTHER_PIN}
    await day.filled_in("/welcome/mine", new, to="/welcome/mine/pin")


async def stated(day: PlantedDay) -> None:
    """The laboratory had a box yesterday that nobody knows."""
    counted_at = (day.town.now - 24 * HOUR).isoformat()
    body = {"place": "freezer", "counted_at": counted_at, "numbers": [day.word("census.number_noted number")]}
    ok(await day.visit.post("laboratory", "forensic_clinic", "/census/statements", body))


async def from_before_this_record(day: PlantedDay) -> None:
    """A kit of the clinic's evidence room, brought in by a list of its own."""
    number = day.word("kit.brought_in number")
    listed = f"serial,held_by\r\n{number},{CLINIC}\r\n".encode()
    body = {"file": b64encode(listed).decode(), "digest": sha256(listed).hexdigest()}
    ok(await day.visit.post("clinic_coordinator", "forensic_clinic", "/legacy-kits", body))
    found = ok(await day.visit.post("clinic_coordinator", "forensic_clinic", "/kits/find", {"number": number}))
    said = {"paper": day.text("kit.paper_found paper"), "found_at": day.town.now.isoformat(), "consent": "unreported"}
    kit = f"/kits/{found.json()['reference']}"
    await _on_page(day, "clinic_coordinator", kit, "papers", said)
    await _on_page(day, "clinic_coordinator", kit, "papers/1/withdrawal", day.reason("kit.paper_taken_back"))


async def left_behind(day: PlantedDay) -> None:
    """A kit found in the locker of a nurse who left, whose account is closed."""
    kit, now = f"/kits/{await _kit(day)}", day.town.now.isoformat()
    leaver, seal = day.town.people["leaver"].account, day.word("kit.sealed seal_number")
    to_nurse = {"agency": CLINIC, "role": "forensic_nurse", "purpose": "relief"}
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("forensic_nurse", "seal", {"items": 2, "seal_number": seal, "sealed_at": now}),
        ("forensic_nurse", "offers", to_nurse | {"account": leaver, "offered_at": now}),
        ("leaver", "acceptance", {"seal_number": seal, "accepted_at": now}),
    ]
    for role, path, body in steps:
        await _on_page(day, role, kit, path, body)
    # At the moment they leave, so that it is unusual.
    ok(await day.visit.get("leaver", "forensic_clinic", kit))
    administrator = administrator_of(CLINIC)
    # Not as its page says, which would show the name to whoever may know it.
    ok(await day.visit.post(administrator, "identity", f"/accounts/{leaver}/close", {"left_at": now}, version=SET_UP))
    found = {"place": day.text("kit.recovered place"), "recovered_at": now} | day.reason("kit.recovered")

    async def known() -> bool:
        page = ok(await day.visit.get("clinic_coordinator", "forensic_clinic", kit)).json()
        return bool(page["holder_left"])

    await eventually(known)
    await _on_page(day, "clinic_coordinator", kit, "recovery", to_nurse | found)


async def _nurse_in_room(day: PlantedDay, available: dict[str, str]) -> tuple[str, str]:
    """A room of the clinic and a nurse for children, there for a week and two days more; the room a day longer."""
    nurse = day.town.people["forensic_nurse"].account
    certificate = {"certificate": "sane_pediatric", "issuer": "IAFN"}
    valid = {"valid_from": "2025-07-01", "valid_until": "2028-06-30"}
    steps: list[tuple[str, dict[str, Any], int | None]] = [
        ("/nurses", {"account": nurse, "clinic": CLINIC}, None),
        (f"/nurses/{nurse}/certificates", certificate | valid, 1),
        (f"/nurses/{nurse}/availability", available, 2),
    ]
    for path, body, version in steps:
        ok(await day.visit.post("clinic_coordinator", "forensic_clinic", path, body, version=version))
    opened = {"clinic": CLINIC, "number": 1}
    room = ok(await day.visit.post("clinic_coordinator", "forensic_clinic", "/rooms", opened)).json()["reference"]
    path, longer = f"/rooms/{room}/availability", available | {"until": (day.town.now + 72 * HOUR).isoformat()}
    ok(await day.visit.post("clinic_coordinator", "forensic_clinic", path, longer, version=1))
    return room, nurse


async def _exam(day: PlantedDay, tip: str, **more: str) -> str:
    body = {"tip": tip, "clinic": CLINIC, "age_band": "child", "consent": "cps_custodian"} | more
    return await day.once_heard_of("clinic_coordinator", "forensic_clinic", "/exams", body)


async def _kit(day: PlantedDay) -> str:
    body = {
        "exam": day.exam,
        "number": day.word("kit.opened number"),
        "consent": "reported",
        "opened_at": day.town.now.isoformat(),
    }
    answer = ok(await day.visit.post("forensic_nurse", "forensic_clinic", "/kits", body))
    return str(answer.json()["reference"])


async def _on_page(day: PlantedDay, role: str, place: str, path: str, body: object) -> None:
    """A command on a page as the coordinator sees it now."""
    ok(await day.visit.on_page(role, "clinic_coordinator", "forensic_clinic", place, path, body))
