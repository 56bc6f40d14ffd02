"""Documents over HTTP: looked at, taken out, the same bytes again after the case went on, and found by their hashes."""

import hashlib
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.services.policy import at_once
from tests.services.prosecution.house import (
    COLLEAGUE,
    DETECTIVE,
    NAME,
    OTHER_OFFICE,
    PROSECUTOR,
    TRAFFICKING,
    House,
    ok,
)
from tests.support.destroying import destroyed
from tests.support.running_service import NOON, Person

DAY = timedelta(days=1)
ADDRESS = "Example Witness Vqxolm, Road 7"
NOTHING = {"issued": False, "whole": "", "issued_at": None, "of_case": None}


async def page(house: House, case: UUID) -> dict[str, Any]:
    return dict(ok(await house.service.get(f"/cases/{case}/documents", by=PROSECUTOR)))


async def drafted(house: House, case: UUID, template: str, by: Person = PROSECUTOR) -> tuple[dict[str, str], int, str]:
    """The body that issues the first that fits, the position of its draft, and what the draft says."""
    choice = next(each for each in (await page(house, case))["choices"] if each["template"] == template)
    place = f"/cases/{case}/documents/drafts/{template}/{choice['about']}"
    draft = await house.service.get(place, by=by, params={"court": choice["courts"][0]})
    ok(draft)
    body = {"template": template, "about": choice["about"], "court": choice["courts"][0]}
    return body, int(draft.headers["ETag"].strip('"')), draft.text


async def issued(house: House, case: UUID, template: str) -> str:
    body, position, _ = await drafted(house, case, template)
    done = await house.service.post(f"/cases/{case}/documents", body, by=PROSECUTOR, version=position)
    return str(ok(done)["reference"])


async def file_of(house: House, case: UUID, document: str, by: Person = PROSECUTOR) -> httpx.Response:
    return await house.service.post(f"/cases/{case}/documents/{document}/file", by=by)


async def check(house: House, digest: str, by: Person = PROSECUTOR) -> dict[str, Any]:
    return dict(ok(await house.service.post("/documents/check", {"digest": digest}, by=by)))


async def a_subpoena(house: House, case: UUID) -> UUID:
    hearing = await house.hearing(case, "trial", NOON + 30 * DAY)
    subpoena = {"kind": "subpoena", "for_whom": "witness", "addressee": ADDRESS, "hearing": str(hearing)}
    ok(await house.service.post(f"/cases/{case}/papers", subpoena | {"at": NOON.isoformat()}, by=PROSECUTOR, version=0))
    return hearing


async def test_what_was_issued_comes_out_the_same_after_the_case_went_on_and_is_found_by_its_hashes(
    house: House,
) -> None:
    case = await house.charged(TRAFFICKING)
    tip = UUID((await house.page(case))["tip"])
    hearing = await a_subpoena(house, case)
    body, position, said = await drafted(house, case, "subpoena")
    assert house.service.names()[-1] == "operation.page_read", "on record before it is shown"
    assert ADDRESS in said
    assert NAME in said
    assert '"document":""' in said

    # Two at once: each takes their own out. Who decides on what has changed since is told.
    answers = await at_once(
        *(
            lambda by=by: house.service.post(f"/cases/{case}/documents", body, by=by, version=position)
            for by in (PROSECUTOR, COLLEAGUE)
        )
    )
    assert Counter(each.status_code for each in answers) == {201: 2}
    one, other = (str(ok(each)["reference"]) for each in answers)
    first = (await file_of(house, case, one)).content
    shown = ok(await house.service.get(f"/cases/{case}/documents/{one}", by=PROSECUTOR))
    assert (shown["content"]["document"], shown["issued"]["changed"]) == (one, 0)
    assert len(shown["content"]["marks"]) == 2, "of the witness's text, and of the accused's name"

    ok(
        await house.act(
            case, f"hearings/{hearing}/moves", {"set_for": (NOON + 31 * DAY).isoformat(), "reason": "court"}
        )
    )
    stale = await house.service.post(f"/cases/{case}/documents", body, by=PROSECUTOR, version=position)
    assert stale.status_code == 412
    house.service.time.turn(3 * DAY)
    again = await file_of(house, case, one, by=COLLEAGUE)
    assert (again.content, again.headers["content-type"]) == (first, "application/pdf")
    assert ok(await house.service.get(f"/cases/{case}/documents/{one}", by=PROSECUTOR))["content"] == shown["content"]
    listed = {each["document"]: each for each in (await page(house, case))["issued"]}
    assert (set(listed), listed[one]["changed"]) == ({one, other}, 1)

    # By either hash: which document, of which case, when, and that the case went on.
    digest = shown["issued"]["digest"]
    for of, asked in (("content", digest), ("file", hashlib.sha256(first).hexdigest())):
        found = await check(house, asked)
        assert (found["issued"], found["whole"], found["issued_at"]) == (True, of, shown["issued"]["issued_at"])
        assert found["of_case"] == {
            "case": str(case), "tip": str(tip), "document": one, "template": "subpoena", "changed": 1,
        }  # fmt: skip
    assert await check(house, hashlib.sha256(first + b"\n").hexdigest()) == NOTHING
    elsewhere = await check(house, digest, by=OTHER_OFFICE)
    assert (elsewhere["issued"], elsewhere["of_case"]) == (True, None)
    answer = await house.service.post("/documents/check", {"digest": digest}, by=DETECTIVE)
    assert answer.status_code == 403

    # Nobody else has it, and whoever is kept out learns as little as of a hash nobody has.
    for path in ("", f"/{one}", f"/drafts/subpoena/{body['about']}"):
        answer = await house.service.get(f"/cases/{case}/documents{path}?court=circuit", by=OTHER_OFFICE)
        absent = await house.service.get(f"/cases/{uuid4()}/documents{path}?court=circuit", by=OTHER_OFFICE)
        assert (answer.status_code, answer.content) == (404, absent.content)
    assert (await file_of(house, case, one, by=OTHER_OFFICE)).status_code == 404
    await house.keep_out(tip, COLLEAGUE)
    assert await check(house, digest, by=COLLEAGUE) == NOTHING
    assert (await file_of(house, case, one, by=COLLEAGUE)).status_code == 404
    stored = house.service.everything_stored()
    assert "document.issued" in stored
    assert [each for each in (ADDRESS, NAME, *shown["content"]["marks"]) if each in stored] == []


async def test_what_a_court_had_destroyed_is_in_no_document_and_its_hash_stays_on_record(house: House) -> None:
    case = await house.charged(TRAFFICKING)
    await a_subpoena(house, case)
    document = await issued(house, case, "subpoena")
    digest = (await page(house, case))["issued"][0]["digest"]
    await destroyed(house.service, house.tips, UUID((await house.accused(case))["accused"]))
    body, position, _ = await drafted(house, case, "paper_to_be_served")
    for refused in (
        await house.service.get(f"/cases/{case}/documents/{document}", by=PROSECUTOR),
        await file_of(house, case, document),
        await house.service.post(f"/cases/{case}/documents", body, by=PROSECUTOR, version=position),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "document_destroyed")
    assert (await check(house, digest))["of_case"]["document"] == document


async def test_a_document_is_made_of_what_fits_the_case_and_for_its_court(house: House) -> None:
    case = await house.charged(TRAFFICKING)
    assert (await page(house, case))["choices"] == []
    hearing = await house.hearing(case, "trial", NOON + 30 * DAY, court="justice")
    victim = ok(await house.service.get(f"/cases/{case}/victims", by=PROSECUTOR))[0]  # type: ignore[index]
    place = f"/cases/{case}/victims/{victim['victim']}/request"
    ok(await house.service.post(place, {"received_at": NOON.isoformat()}, by=PROSECUTOR, version=0))
    assert (await page(house, case))["choices"] == [], "no paper of a justice court is on file"
    hearing = await house.hearing(case, "motion", NOON + 40 * DAY, court="county")

    async def told() -> list[Any]:
        return [each for each in (await page(house, case))["choices"] if each["what"] == "motion"]

    await house.until(lambda: house.service.names().count("victim.notice_owed") >= 3)
    (choice,) = await told()
    assert (choice["template"], choice["courts"], choice["victim"]) == (
        "notice_of_hearing", ["county"], victim["victim"],
    )  # fmt: skip
    place = f"/cases/{case}/documents/drafts/notice_of_hearing/{choice['about']}"
    wrong = await house.service.get(place, by=PROSECUTOR, params={"court": "circuit"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "court")
    draft = ok(await house.service.get(place, by=PROSECUTOR, params={"court": "county"}))["content"]
    assert draft["caption"][0] == "IN THE COUNTY COURT OF HINDS COUNTY, MISSISSIPPI"
    assert {each["name"] for each in draft["rests_on"]} == {
        "case.referred", "accused.added", "hearing.set", "victim.request_received", "victim.notice_owed",
    }  # fmt: skip
    absent = await house.service.get(f"/cases/{case}/documents/drafts/letter/{hearing}?court=county", by=PROSECUTOR)
    assert absent.status_code == 404
