"""Evidence, papers and hearings over HTTP: kits by the clinic's events, an indictment, custody, and two at once."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from contracts.events.forensic_clinic import KitHandedOver, KitResult, ReportedKitSealed
from tests.services.policy import at_once
from tests.services.prosecution.house import (
    COLLEAGUE,
    DETECTIVE,
    OTHER_OFFICE,
    PROSECUTOR,
    PROSTITUTION,
    TRAFFICKING,
    House,
    ok,
)
from tests.support.running_service import NOON, Person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SHELF = "Example shelf Vqxolm"
ADDRESS = "Example Witness Vqxolm, Road 7"


async def on(house: House, case: UUID, part: str, path: str, body: Any, *, by: Person = PROSECUTOR) -> httpx.Response:
    """A command on the evidence, or the papers, as they stand."""
    version = (await read(house, case, part)).get("version", 0)
    return await house.service.post(f"/cases/{case}/{part}{path}", body, by=by, version=version)


async def read(house: House, case: UUID, part: str, by: Person = PROSECUTOR) -> dict[str, Any]:
    answer = await house.service.get(f"/cases/{case}/{part}", by=by)
    page: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
    return page


async def tell_of_a_kit(house: House, tip: UUID) -> tuple[UUID, list[UUID]]:
    """Sealed, handed over and tested, as the clinic tells it; with its events."""
    clinic, kit = house.service.upstream("forensic_clinic"), uuid4()
    told = [
        ReportedKitSealed(kit=kit, tip=tip, stage="clinic", sealed_at=NOON - 9 * HOUR, reported_at=NOON - 9 * HOUR),
        KitHandedOver(kit=kit, tip=tip, stage="law_enforcement", handed_over_at=NOON - 6 * HOUR),
        KitHandedOver(kit=kit, tip=tip, stage="laboratory", handed_over_at=NOON - 3 * HOUR),
        KitResult(kit=kit, tip=tip, result="tested", result_at=NOON - HOUR),
    ]
    events = [await clinic.tell(kit, event, case=tip) for event in told]
    await house.until(lambda: house.service.names().count("matter.kit_told") == len(told))
    return kit, events


async def test_evidence_is_held_by_reference_shown_before_an_indictment_and_printed_for_a_court(house: House) -> None:
    case = await house.charged(TRAFFICKING)
    tip = UUID((await house.page(case))["tip"])
    kit, told = await tell_of_a_kit(house, tip)
    assert (await read(house, case, "evidence"))["kits"] == [str(kit)]

    # Two at the same moment: one is taken, the others are told.
    listed = {"kind": "kit", "kit": str(kit), "kept_by": "MS-LAB", "locator": SHELF}
    answers = await at_once(
        *(
            lambda by=by: house.service.post(f"/cases/{case}/evidence", listed, by=by, version=0)
            for by in (PROSECUTOR, COLLEAGUE) * 2
        )
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 3}
    page = await read(house, case, "evidence")
    (item,) = page["items"]
    assert (page["kits"], page["counts"][0]["without_support"]) == ([], ["act", "purpose", "victim_minor"])
    refused = await on(house, case, "evidence", "", {"kind": "medical_record", "kept_by": "CVP"})
    assert (refused.status_code, refused.json()["citation"]) == (409, "28 CFR 94.115")

    # The indictment: not before what lacks support was seen, as it stands at that moment.
    (count,) = await house.counts(case)
    accused = (await house.accused(case))["accused"]
    supported = {"count": count["count"], "element": "act", "item": item["item"]}
    ok(await on(house, case, "evidence", "/support", supported))
    ok(await house.stage(case, "grand_jury", NOON - HOUR))
    (count,) = await house.counts(case)
    gaps = [each["element"] for each in count["without_support"]]
    assert gaps == ["purpose", "victim_minor"]
    path, bill = f"counts/{count['count']}/outcomes", {"outcome": "true_bill", "at": NOON.isoformat()}
    for seen in ({}, {"without_support_seen": ["act", *gaps]}):
        held_up = await house.act(case, path, bill | seen)
        assert (held_up.status_code, held_up.json()["code"]) == (409, "elements_without_support")
    version, of_evidence = (await house.page(case))["version"], (await read(house, case, "evidence"))["version"]
    ends = {"count": count["count"], "element": "act", "item": item["item"], "reason": "suppressed"}
    answers = await at_once(
        lambda: house.service.post(
            f"/cases/{case}/{path}", bill | {"without_support_seen": gaps}, by=PROSECUTOR, version=version
        ),
        lambda: house.service.post(f"/cases/{case}/evidence/support/end", ends, by=COLLEAGUE, version=of_evidence),
    )
    # Whichever came first, nobody recorded an indictment with less support than they had seen.
    statuses = [answer.status_code for answer in answers]
    assert statuses in ([200, 412], [409, 200])
    if statuses[0] == 409:
        ok(await house.outcome(case, "true_bill", NOON))
    acknowledged = (await read(house, case, "evidence"))["acknowledged"]
    assert set(gaps) <= set(acknowledged[0]["elements"])
    assert (await house.counts(case))[0]["outcome"] == "true_bill"

    # What was given to the defence, and asked of the laboratory.
    at = NOON.isoformat()
    given = {"accused": accused, "items": [item["item"]], "recipient": "defence_counsel", "way": "mail", "at": at}
    assert (await read(house, case, "evidence"))["to_give"] == [{"accused": accused, "items": [item["item"]]}]
    ok(await on(house, case, "evidence", "/discovery", given))
    ask = {"item": item["item"], "laboratory": "MS-LAB", "test": "dna", "at": at}
    ok(await on(house, case, "evidence", "/requests", ask))
    (request,) = (await read(house, case, "evidence"))["requests"]
    ok(await on(house, case, "evidence", f"/requests/{request['request']}/answers", {"answer": "report", "at": at}))
    page = await read(house, case, "evidence")
    report = page["items"][1]["item"]
    assert (page["requests"][0]["waits"], page["requests"][0]["answers"][0]["report"]) == (False, report)
    assert page["to_give"] == [{"accused": accused, "items": [report]}], "the report is not disclosed by itself"
    giving = page["givings"][0]["giving"]
    ok(await on(house, case, "evidence", f"/discovery/{giving}/correction", {"reason": "not_given"}))

    # For the court: the clinic's own events by reference, in order; no names and nothing that is sealed.
    custody = await house.service.get(f"/cases/{case}/evidence/{item['item']}/custody", by=PROSECUTOR)
    steps = ok(custody)["steps"]
    assert [(each["what"], each["stage"]) for each in steps] == [
        ("sealed", "clinic"),
        ("handed_over", "law_enforcement"),
        ("handed_over", "laboratory"),
        ("tested", "laboratory"),
    ]
    assert [each["told"] for each in steps] == [str(each) for each in told]
    assert "Vqxolm" not in custody.text + str(await read(house, case, "evidence"))
    places = await house.service.get(f"/cases/{case}/evidence/places", by=PROSECUTOR)
    assert places.json() == [{"item": item["item"], "locator": SHELF}]
    assert house.service.names()[-1] == "operation.page_read"

    # Nobody else: another office as of an absent case, the detective not at all, whoever is kept out no more.
    for each in ("evidence", "evidence/places", f"evidence/{item['item']}/custody", "papers", "papers/addressees"):
        absent = await house.service.get(f"/cases/{uuid4()}/{each}", by=OTHER_OFFICE)
        there = await house.service.get(f"/cases/{case}/{each}", by=OTHER_OFFICE)
        assert (there.status_code, there.content) == (404, absent.content)
        assert (await house.service.get(f"/cases/{case}/{each}", by=DETECTIVE)).status_code == 403
    await house.keep_out(tip, COLLEAGUE)
    assert (await house.service.get(f"/cases/{case}/evidence", by=COLLEAGUE)).status_code == 404


async def test_a_paper_that_failed_is_a_task_and_an_indictment_served_starts_its_clock(house: House) -> None:
    case, quiet = await house.charged(TRAFFICKING), await house.charged(PROSTITUTION)
    accused = (await house.accused(case))["accused"]
    at = NOON.isoformat()
    hearing = await house.hearing(case, "status", NOON + 6 * DAY)
    subpoena = {"kind": "subpoena", "for_whom": "witness", "addressee": ADDRESS, "hearing": str(hearing), "at": at}
    ok(await on(house, case, "papers", "", subpoena))
    (paper,) = (await read(house, case, "papers"))["papers"]

    async def step(of: str, step: str, word: str, *, by: Person = PROSECUTOR) -> httpx.Response:
        return await on(house, case, "papers", f"/{of}/steps", {"step": step, "word": word, "at": at}, by=by)

    ok(await step(paper["paper"], "out", "sheriff"))
    version = (await read(house, case, "papers"))["version"]
    # Two who decide at once: served for the one, failed for the other.
    answers = await at_once(
        *(
            lambda by=by, body=body: house.service.post(
                f"/cases/{case}/papers/{paper['paper']}/steps", body | {"at": at}, by=by, version=version
            )
            for by, body in (
                (PROSECUTOR, {"step": "failed", "word": "moved"}),
                (COLLEAGUE, {"step": "failed", "word": "evading"}),
            )
        )
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 1}
    last = next(answer for answer in answers if answer.status_code == 200)
    rows = {row["case"]: row for row in (await house.service.get("/cases", by=PROSECUTOR, after=last)).json()}
    assert (rows[str(case)]["papers_failed"], rows[str(quiet)]["papers_failed"]) == (1, 0)
    refused = await step(paper["paper"], "served", "in_person")
    assert (refused.status_code, refused.json()["code"]) == (409, "paper_step_not_next")
    ok(await house.act(case, f"hearings/{hearing}/vacation", {"reason": "court"}))
    assert (await read(house, case, "papers"))["papers"][0]["hearing_off"]
    last = await step(paper["paper"], "withdrawn", "hearing_vacated")
    (row,) = [
        row for row in (await house.service.get("/cases", by=PROSECUTOR, after=last)).json() if row["case"] == str(case)
    ]
    assert row["papers_failed"] == 0
    shown = await house.service.get(f"/cases/{case}/papers/addressees", by=PROSECUTOR)
    assert shown.json() == [{"paper": paper["paper"], "addressee": ADDRESS}]
    assert ADDRESS not in str(await read(house, case, "papers"))

    # Served on the accused, the indictment brings its counts there and starts the time to arraign, in one commit.
    ok(await house.stage(case, "grand_jury", NOON - DAY))
    ok(await house.outcome(case, "true_bill", NOON - HOUR))
    indictment = {"kind": "indictment", "for_whom": "accused", "accused": accused, "at": at}
    ok(await on(house, case, "papers", "", indictment))
    before = house.service.names()
    new = next(each for each in (await read(house, case, "papers"))["papers"] if each["kind"] == "indictment")
    ok(await step(new["paper"], "served", "in_person"))
    added = house.service.names()[len(before) :]
    assert {"paper.served", "count.stage_entered", "accused.clock_begun", "clock.started"} <= set(added)
    assert (await house.counts(case))[0]["stage"] == "indictment_served"
    assert (await house.clock(case, "C39"))["phase"] == "running"


async def test_a_hearing_on_a_closed_day_is_asked_about_and_what_follows_is_set_with_what_came(house: House) -> None:
    case = await house.charged()
    accused, saturday = (await house.accused(case))["accused"], (NOON + 4 * DAY).isoformat()
    body = {"kind": "status", "court": "circuit", "accused": [accused], "set_for": saturday, "purpose": "scheduling"}
    asked = await house.act(case, "hearings", body)
    assert (asked.status_code, asked.json()["code"]) == (409, "court_closed_that_day")
    assert "a Saturday" in asked.json()["detail"]
    ok(await house.act(case, "hearings", body | {"although_closed": True}))
    (hearing,) = (await house.page(case))["hearings"]
    assert (hearing["closed"], hearing["purpose"]) == ("saturday", "scheduling")
    moved = {"set_for": (NOON + 8 * DAY).isoformat(), "reason": "court"}
    veterans = await house.act(case, f"hearings/{hearing['hearing']}/moves", moved)
    assert (veterans.status_code, "Veterans" in veterans.json()["detail"]) == (409, True)
    ok(await house.act(case, f"hearings/{hearing['hearing']}/holding", {"at": NOON.isoformat()}))
    version = (await house.page(case))["version"]
    following = {"kind": "trial", "court": "circuit", "accused": [accused], "set_for": (NOON + 9 * DAY).isoformat()}
    concluded = {"outcome": "heard_in_part", "next": "hearing", "next_hearing": following}
    answers = await at_once(
        *(
            lambda by=by: house.service.post(
                f"/cases/{case}/hearings/{hearing['hearing']}/conclusion", concluded, by=by, version=version
            )
            for by in (PROSECUTOR, COLLEAGUE)
        )
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 1}
    hearings = (await house.page(case))["hearings"]
    assert [(each["kind"], each["phase"], each["outcome"]) for each in hearings] == [
        ("status", "held", "heard_in_part"),
        ("trial", "set", ""),
    ]
    assert hearings[0]["next_hearing"] == hearings[1]["hearing"]
