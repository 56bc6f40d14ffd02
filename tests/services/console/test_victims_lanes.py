"""The victims on a prosecutor's case: what each is owed, and what each form sends."""

from typing import Any
from uuid import UUID

from tests.services.console.clinic_given import signed_in
from tests.services.console.court_given import (
    AT,
    CASE,
    COUNT,
    HEARING,
    NOTICE,
    PROPOSAL,
    SENT_AT,
    SERVICE,
    TYPED,
    VICTIM,
    a_case,
    a_victim,
)
from tests.services.console.house import NOW, STORED, Console


async def test_a_victims_lane_says_what_is_owed_failed_and_to_be_conferred_about_in_both_languages(
    console: Console,
) -> None:
    a_case(console.others)
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(f"/court/{CASE}")).text
        spanish = (await browser.get(f"/court/{CASE}", **{"Accept-Language": "es"})).text
    for says in (
        "1 notice did not reach the victim",
        "1 proposal to confer about",
        "1 notice to send",
        "Letter, to a safe or substitute address · It came back",
        "Sentence told to the victim (Miss. Code 99-43-35(a)), as soon as practicable",
        "Confer first: it cannot be recorded before",
        "Human trafficking · Accused 1",
        "Safe contact on file: Telephone",
        "Arraignment: Present",
        "Asked for $4,000",
        "Does an accused, or somebody of their household, live there, answer, or read it?",
    ):
        assert says in text, says
    assert "Consulte primero: antes no se puede registrar" in spanish
    assert text.index("It came back") < text.index("Status of an appeal told"), "what failed stands first"


async def test_every_step_for_a_victim_is_sent_as_it_was_typed_on_the_victims_own_version(console: Console) -> None:
    others, at_victim = console.others, f"/cases/{CASE}/victims/{VICTIM}"
    a_case(others)
    steps: tuple[tuple[str, str, dict[str, str], dict[str, Any]], ...] = (
        ("request", "request", AT, {"received_at": SENT_AT}),
        ("withdraw", "request/withdrawal", AT, {"at": SENT_AT}),
        (
            "contact",
            "contact",
            {"channel": "letter", "contact": "Example Road 1", "reaches_accused": "no"},
            {"channel": "letter", "contact": "Example Road 1", "reaches_accused": "no"},
        ),
        ("contact-end", "contact/end", {}, {}),
        (
            "propose",
            "proposals",
            {"count": str(COUNT), "outcome": "plea_guilty"} | AT,
            {"count": str(COUNT), "outcome": "plea_guilty", "at": SENT_AT},
        ),
        (
            f"proposals/{PROPOSAL}/confer",
            f"proposals/{PROPOSAL}/conferral",
            {"way": "video", "position": "objects", "view": "Example words."} | AT,
            {"way": "video", "position": "objects", "view": "Example words.", "at": SENT_AT},
        ),
        (
            f"proposals/{PROPOSAL}/not-held",
            f"proposals/{PROPOSAL}/not-held",
            {"reason": "not_reached"} | AT,
            {"reason": "not_reached", "at": SENT_AT},
        ),
        (f"proposals/{PROPOSAL}/withdraw", f"proposals/{PROPOSAL}/withdrawal", AT, {"at": SENT_AT}),
        (
            f"notices/{NOTICE}/step",
            f"notices/{NOTICE}/steps",
            {"step": "failed", "channel": "letter", "reason": "returned"} | AT,
            {"step": "failed", "channel": "letter", "reason": "returned", "at": SENT_AT},
        ),
        (
            "presence",
            "presence",
            {"hearing": str(HEARING), "presence": "present"},
            {"hearing": str(HEARING), "presence": "present"},
        ),
        ("statement", "statement", {"form": "oral"} | AT, {"form": "oral", "at": SENT_AT}),
        (
            "restitution",
            "restitution",
            {"count": str(COUNT), "step": "ordered", "dollars": "0"} | AT,
            {"count": str(COUNT), "step": "ordered", "dollars": 0, "at": SENT_AT},
        ),
        (
            "sentence-end",
            "sentence-end",
            {"count": str(COUNT), "ends_on": "2030-02-01"},
            {"count": str(COUNT), "ends_on": "2030-02-01"},
        ),
    )
    async with signed_in(console, "prosecutor") as browser:
        for place, path, fields, body in steps:
            others.say("POST", SERVICE, f"{at_victim}/{path}", STORED)
            answer = await browser.post(f"/court/{CASE}/victims/{VICTIM}/{place}", fields | TYPED | {"version": "4"})
            assert answer.status_code == 303, (place, answer.text)
            sent = others.commands[-1]
            assert (sent.body, sent.headers["if-match"]) == (body, '"4"'), place


async def test_a_contact_that_reaches_an_accused_is_refused_as_typed_and_what_a_victim_told_is_a_page_of_its_own(
    console: Console,
) -> None:
    others, at_victim = console.others, f"/cases/{CASE}/victims/{VICTIM}"
    a_case(others)
    refused = {
        "type": "urn:muster:problem:rule-refused",
        "title": "No",
        "status": 409,
        "detail": "English.",
        "code": "contact_reaches_accused",
        "citation": "Miss. Code 99-43-25",
    }
    others.say("POST", SERVICE, f"{at_victim}/contact", refused, 409)
    told = {"victim": str(VICTIM), "channel": "letter", "contact": "Example Road 1", "wishes": None, "views": [None]}
    others.say("GET", SERVICE, f"{at_victim}/told", told)
    typed = {"channel": "letter", "contact": "Example Home", "reaches_accused": "yes"}
    async with signed_in(console, "prosecutor") as browser:
        answer = await browser.post(f"/court/{CASE}/victims/{VICTIM}/contact", TYPED | typed)
        shown = (await browser.get(f"/court/{CASE}/victims/{VICTIM}/told")).text
    assert answer.status_code == 409
    assert "so it is not put on file. Ask the victim for another way. (Miss. Code 99-43-25)" in answer.text
    assert 'value="Example Home"' in answer.text
    assert f'id="contact-{VICTIM}" data-at="contact-{VICTIM}" open' in answer.text
    assert "Example Road 1" in shown


async def test_a_paper_that_lets_a_victim_stay_shows_where_it_is_and_each_step_is_sent(console: Console) -> None:
    others, paper = console.others, UUID(int=91)
    a_case(others)
    asked = {
        "paper": str(paper),
        "kind": "continued_presence",
        "asked_at": NOW.isoformat(),
        "phase": "granted",
        "by": "federal_agency",
        "decided_at": NOW.isoformat(),
        "sent_at": None,
        "ends_at": NOW.isoformat(),
        "ended_at": None,
        "reason": "",
    }
    others.say("GET", SERVICE, f"/cases/{CASE}/victims", [a_victim(papers=[asked])])
    at_victim, page = f"/cases/{CASE}/victims/{VICTIM}/papers", f"/court/{CASE}/victims/{VICTIM}/papers"
    steps: tuple[tuple[str, str, dict[str, str], dict[str, Any]], ...] = (
        ("ask", "", {"kind": "t_visa_declaration"} | AT, {"kind": "t_visa_declaration", "at": SENT_AT}),
        (
            f"{paper}/decide",
            f"/{paper}/decision",
            {"decision": "granted", "by": "court", "ends_on": "2027-11-03"} | AT,
            {"decision": "granted", "by": "court", "ends_on": "2027-11-03", "at": SENT_AT},
        ),
        (f"{paper}/send", f"/{paper}/sending", AT, {"at": SENT_AT}),
        (f"{paper}/extend", f"/{paper}/extension", {"ends_on": "2027-12-01"}, {"ends_on": "2027-12-01"}),
        (f"{paper}/end", f"/{paper}/end", {"reason": "expired"} | AT, {"reason": "expired", "at": SENT_AT}),
    )
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(f"/court/{CASE}")).text
        for form, path, fields, body in steps:
            others.say("POST", SERVICE, f"{at_victim}{path}", STORED)
            answer = await browser.post(f"{page}/{form}", TYPED | {"version": "4"} | fields)
            assert answer.status_code == 303, (form, answer.text)
            sent = others.commands[-1]
            assert (sent.path, sent.body, sent.headers["if-match"]) == (f"{at_victim}{path}", body, '"4"')
        unsaid = await browser.post(f"{page}/{paper}/extend", TYPED)
    assert "by its day it has run out: extend it, or enter that it ended" in text
    assert "Granted, and not sent yet" in text
    assert "Declaration for a T visa" in text, "the other kind can be asked for"
    assert (unsaid.status_code, f'id="paper-extend-{paper}-{VICTIM}"' in unsaid.text) == (422, True)
