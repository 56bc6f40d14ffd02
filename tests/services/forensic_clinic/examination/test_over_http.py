"""The medical compartment as it is used: by the nurse, by the coordinator, and by nobody else."""

import csv
import io
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from contracts.events.forensic_clinic import FORENSIC_CLINIC_EVENTS
from services.forensic_clinic.examination.events import EXAMINATION_EVENTS
from services.forensic_clinic.examination.examinations import examination_of
from services.forensic_clinic.follow_up.events import FOLLOW_UP_EVENTS
from tests.services.forensic_clinic.house import (
    CLINIC,
    COORDINATOR,
    CPS,
    HOUR,
    NURSE,
    SECOND_NURSE,
    House,
    ok,
    refused,
    slot,
)
from tests.services.walk import everybody
from tests.support.running_service import NOON, Person

AUDITOR = Person(("auditor",), agency="AG-PID")
OTHER_COORDINATOR = Person(("clinic_coordinator",), agency="UMMC")
DAY = timedelta(days=1)
WORDS = ("emergency_contraception", "pregnancy_test", "evidence", "youth_court", "would_do_harm", "T74.52XA", "reached")


async def booked(house: House, **changes: Any) -> UUID:
    """An exam that goes on now."""
    exam = await house.request(**changes)
    ok(await house.act(exam, "booking", slot(NOON + HOUR, NOON + 4 * HOUR)))
    house.service.time.turn(2 * HOUR)
    return exam


async def page(house: House, exam: UUID, part: str = "examination", by: Person = NURSE) -> dict[str, Any]:
    found: dict[str, Any] = ok(await house.service.get(f"/exams/{exam}/{part}", by=by)).json()
    return found


def at(house: House, minutes: int = 0) -> str:
    return (house.service.time.now() - timedelta(minutes=minutes)).isoformat()


def of(found: dict[str, Any], step: str) -> dict[str, Any]:
    return next(each for each in found["steps"] if each["step"] == step)


async def test_an_examination_from_the_first_yes_to_taking_all_back(house: House) -> None:
    assault = {"earliest": (NOON - 200 * HOUR).isoformat(), "latest": (NOON - 190 * HOUR).isoformat()}
    exam = await booked(house, assault_time=assault)
    empty = await page(house, exam)
    # Long past its usual time, and on the page all the same, as every step is.
    assert of(empty, "evidence")["window"]["state"] == "past"
    assert (empty["version"], len(empty["steps"]), of(empty, "evidence")["minor"]["alone"]) == (0, 10, None)

    taken = {"step": "evidence", "outcome": "taken", "noted_at": at(house, 20)}
    answer = await house.on(exam, "examination", "steps", taken)
    assert refused(answer) == "no_consent_to_step"
    assert (answer.json()["citation"], "Nobody's consent" in answer.json()["detail"]) == ("Miss. Code 41-41-3", True)
    for by, minutes in (("youth_court", 40), ("patient", 30)):
        said = {"step": "evidence", "word": "consented", "by": by, "said_at": at(house, minutes)}
        ok(await house.on(exam, "examination", "consents", said))
    ok(await house.on(exam, "examination", "steps", taken))
    harm = {"step": "emergency_contraception", "outcome": "not_applicable", "reason": "would_do_harm"}
    ok(await house.on(exam, "examination", "steps", harm | {"noted_at": at(house)}))
    offered = {"step": "pregnancy_test", "outcome": "offered", "noted_at": at(house)}
    ok(await house.on(exam, "examination", "steps", offered))
    ok(await house.on(exam, "examination", "codes", {"code": "t74.52xa"}))
    ok(await house.on(exam, "examination", "struck", {"entry": 5, "mistake": "wrong_step"}))
    ok(await house.on(exam, "examination", "withdrawal", {"by": "patient", "said_at": at(house, 10)}))
    again = await house.on(exam, "examination", "steps", taken | {"noted_at": at(house)})
    assert refused(again) == "consent_taken_back"

    found = await page(house, exam)
    evidence = of(found, "evidence")["stands"]
    assert (evidence["outcome"], evidence["without_consent"]) == ("taken", False)
    assert of(found, "pregnancy_test")["stands"]["outcome"] == ""
    assert (found["codes"], found["entries"][4]["struck"]) == (["T74.52XA"], "wrong_step")
    assert found["withdrawn_altogether_at"] is not None
    # What was taken keeps its place in the law: the exam still ends as it always did, and so does its kit's clock.
    opening = {"exam": str(exam), "number": "ZQX-1", "consent": "reported", "opened_at": at(house, 20)}
    ok(await house.service.post("/kits", opening, by=NURSE))
    await house.done(exam)
    assert (await house.page(exam))["phase"] == "completed"

    # A second page sent on what it showed before is told so, and nothing is entered twice by one key.
    stale = await house.service.post(f"/exams/{exam}/examination/codes", {"code": "Z04.81"}, by=NURSE, version=3)
    assert stale.status_code == 412
    wrong = await house.on(exam, "examination", "steps", taken | {"outcome": "positive"})
    assert wrong.status_code == 422


async def test_nobody_but_the_exams_nurse_and_the_clinics_coordinator_reads_any_of_it(house: House) -> None:
    await house.nurse(SECOND_NURSE)
    exam = await booked(house)
    for step, by in (("emergency_contraception", "youth_court"), ("pregnancy_test", "patient")):
        said = {"step": step, "word": "consented", "by": by, "said_at": at(house, 5)}
        ok(await house.on(exam, "examination", "consents", said))
    taken = {"step": "pregnancy_test", "outcome": "taken", "noted_at": at(house)}
    ok(await house.on(exam, "examination", "steps", taken))
    ok(await house.on(exam, "examination", "codes", {"code": "T74.52XA"}))
    ok(await house.on(exam, "follow-up", "contact", {"how": "The aunt, by text.", "never_say": "Nothing of a clinic."}))
    await house.done(exam)

    paths = [f"/exams/{exam}/examination", f"/exams/{exam}/follow-up"]
    readers = {
        who for who in (NURSE, COORDINATOR) for path in paths if (await house.service.get(path, by=who)).is_success
    }
    assert readers == {NURSE, COORDINATOR}
    strangers = (
        *everybody(CLINIC),
        *everybody("MDCPS-HTC"),
        *everybody("LOCAL-LE"),
        CPS,
        SECOND_NURSE,
        OTHER_COORDINATOR,
    )
    for who in strangers:
        if who.roles == ("clinic_coordinator",) and who.agency == CLINIC:
            continue
        for path in paths:
            answer = await house.service.get(path, by=who)
            assert answer.status_code in {403, 404}, (who.roles, path)
        for path in (*paths, "/exams", f"/exams/{exam}", "/kits", "/follow-ups", "/claims"):
            text = (await house.service.get(path, by=who)).text
            assert not [word for word in WORDS if f'"{word}"' in text], (who.roles, path)
    # Each read of it is on record, by whom.
    reads = [state for _, _, name, state in house.service.rows() if name == "operation.page_read"]
    assert {each["actor"] for each in reads} == {f"account:{who.account}" for who in (NURSE, COORDINATOR)}

    # Whoever looks back sees that something was entered, and when; nothing of what.
    for part in ("examination", "follow-up"):
        seen = await house.service.get(f"/exams/{exam}/{part}", by=AUDITOR, params={"as_of": at(house)})
        assert seen.status_code == 200, seen.text
        assert not [word for word in (*WORDS, "aunt") if word in seen.text]
    told = (await house.service.get(f"/exams/{exam}/examination", by=AUDITOR, params={"as_of": at(house)})).json()
    assert [each["kind"] for each in told["entries"]] == [
        "examination.consent_said",
        "examination.consent_said",
        "examination.step_noted",
        "examination.code_entered",
    ]
    assert (told["steps"], told["codes"]) == ([], [])

    # As it lies in the log, which audit copies whole: no word of it in the clear, and all entries of one length.
    own = {event.NAME for event in (*EXAMINATION_EVENTS, *FOLLOW_UP_EVENTS)}
    stored = [(name, state) for _, _, name, state in house.service.rows() if name in own]
    assert {name for name, _ in stored} >= {"examination.consent_said", "follow_up.planned"}
    text = json.dumps([state for _, state in stored])
    assert not [word for word in (*WORDS, "consented", "aunt", 'clinic."') if word in text]
    lengths = {
        len(state["data"][field]["seal"]["ciphertext"])
        for name, state in stored
        for field in ("said", "noted", "code")
        if name.startswith("examination.") and field in state["data"]
    }
    assert len(lengths) == 1
    # And none of it is published to other services.
    assert not own & {event.NAME for event in FORENSIC_CLINIC_EVENTS}
    assert [stream for stream, *_ in house.service.rows()].count(examination_of(exam)) == 4


async def test_what_follows_an_exam_is_due_missed_reached_out_for_and_settled(house: House) -> None:
    exam = await booked(house)
    await house.done(exam)
    for who in (NURSE, COORDINATOR):
        rows = ok(await house.service.get("/follow-ups", by=who)).json()
        assert [row["item"] for row in rows] == ["visit_1", "visit_2"]
    assert ok(await house.service.get("/follow-ups", by=SECOND_NURSE)).json() == []
    house.service.time.turn(4 * DAY)
    ok(await house.on(exam, "follow-up", "missed", {"item": "visit_1"}))
    reach = {"item": "visit_1", "outcome": "not_reached", "tried_at": at(house)}
    assert refused(await house.on(exam, "follow-up", "outreach", reach)) == "no_safe_contact"
    ok(await house.on(exam, "follow-up", "contact", {"how": "A text that says: call your friend."}))
    ok(await house.on(exam, "follow-up", "outreach", reach))
    (first, *_) = ok(await house.service.get("/follow-ups", by=NURSE)).json()
    assert (first["item"], first["outreach"], first["tried_at"] is None) == ("visit_1", True, False)
    found = await page(house, exam, "follow-up")
    assert found["contact"]["how"] == "A text that says: call your friend."
    assert [(each["stands"], each["tries"][0]["outcome"]) for each in found["items"][:1]] == [("missed", "not_reached")]
    settled = {"item": "visit_1", "outcome": "declined", "settled_at": at(house)}
    ok(await house.on(exam, "follow-up", "settled", settled))
    assert [row["item"] for row in (await house.service.get("/follow-ups", by=NURSE)).json()] == ["visit_2"]
    ok(await house.on(exam, "follow-up", "reopened", {"item": "visit_1", "mistake": "wrong_item"}))
    assert (await page(house, exam, "follow-up"))["items"][0]["stands"] == "due"
    house.service.time.turn(10 * DAY)
    rows = (await house.service.get("/follow-ups", by=NURSE)).json()
    assert {row["item"]: row["outreach"] for row in rows}["visit_1"]


async def test_a_claim_says_when_where_and_what_and_nothing_of_whom(house: House) -> None:
    exam = await booked(house)
    assert (await house.service.get("/claims", by=COORDINATOR)).json() == []
    await house.done(exam)
    (claim,) = ok(await house.service.get("/claims", by=COORDINATOR)).json()
    plain = {"claim", "exam_date", "facility", "payer", "service_code", "amount_cents", "citation"}
    assert set(claim) == plain | {"stage", "stage_on", "paid_cents"}
    assert (claim["stage"], claim["stage_on"], claim["paid_cents"]) == ("not_sent", None, None)
    assert (claim["exam_date"], claim["service_code"], claim["citation"]) == ("2026-11-03", None, "Miss. Code 99-37-25")
    taken = ok(await house.service.post("/claims/export?since=2026-11-03&until=2026-11-03", by=COORDINATOR))
    (row,) = csv.DictReader(io.StringIO(taken.text.lstrip("\ufeff")))
    assert (row["Claim"], row["Service code"], row["Amount cents"]) == (claim["claim"], "", "")
    tip = (await house.page(exam))["tip"]
    assert not [each for each in (str(exam), tip, "child", "Hinds", str(NURSE.account)) if each in taken.text]
    assert (await house.service.get("/claims?since=2026-11-04", by=COORDINATOR)).json() == []
    assert (await house.service.get("/claims?since=2026-11-04&until=2026-11-03", by=COORDINATOR)).status_code == 422
    for who in (NURSE, CPS, AUDITOR):
        assert (await house.service.get("/claims", by=who)).status_code == 403
    assert (await house.service.get("/claims", by=OTHER_COORDINATOR)).json() == []
    await what_became_of_it(house, UUID(claim["claim"]), exam, tip)


async def what_became_of_it(house: House, claim: UUID, exam: UUID, tip: str) -> None:
    """Sent, refused, sent again and paid; a mistake is taken back. Nothing of it leads to the exam or its case."""
    service, place, log = house.service, f"/claims/{claim}", len(house.service.rows())
    for who, status in ((NURSE, 403), (CPS, 403), (OTHER_COORDINATOR, 404)):
        assert (await service.get(place, by=who)).status_code == status
        answer = await service.post(f"{place}/steps", {"step": "sent", "on": "2026-11-03"}, by=who)
        assert answer.status_code == status
    assert (await service.get(f"/claims/{exam}", by=COORDINATOR)).status_code == 404
    early = await service.post(f"{place}/steps", {"step": "sent", "on": "2026-11-02"}, by=COORDINATOR)
    assert (early.status_code, early.json()["field"]) == (422, "on")
    steps = [
        {"step": "sent", "on": "2026-11-03"},
        {"step": "refused", "on": "2026-11-03"},
        {"step": "sent", "on": "2026-11-03"},
        {"step": "paid", "on": "2026-11-03", "cents": 100_000},
    ]
    for version, step in enumerate(steps):
        ok(await service.post(f"{place}/steps", step, by=COORDINATOR, version=version or None))
    stale = await service.post(f"{place}/correction", by=COORDINATOR, version=3)
    assert stale.status_code == 412
    (row,) = ok(await service.get("/claims", by=COORDINATOR)).json()
    assert (row["stage"], row["stage_on"], row["paid_cents"]) == ("paid", "2026-11-03", 100_000)
    ok(await service.post(f"{place}/correction", by=COORDINATOR, version=4))
    page = ok(await service.get(place, by=COORDINATOR)).json()
    assert [each["stage"] for each in page["steps"]] == ["sent", "refused", "sent"]
    assert (page["line"]["stage"], page["version"]) == ("sent", 5)
    told = [row for row in service.rows()[log:] if row[2].startswith("claim.")]
    assert [row[2] for row in told] == [
        "claim.sent",
        "claim.refused",
        "claim.sent",
        "claim.paid",
        "claim.step_taken_back",
    ]
    for row in told:
        said = str(row)
        assert row[0] == claim
        assert not [each for each in (str(exam), tip) if each in said], said
