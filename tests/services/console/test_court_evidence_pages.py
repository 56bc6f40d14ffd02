"""The prosecutor's pages of evidence and of papers: what they say, what each form sends, and what they leave out."""

import re
from datetime import timedelta
from typing import Any

import pytest

from services.console.frame.words import read_entries
from tests.services.console.clinic_given import signed_in
from tests.services.console.court_given import (
    ACCUSED,
    AT,
    CASE,
    COUNT,
    HEARING,
    SENT_AT,
    SERVICE,
    TYPED,
    VICTIM,
    a_case,
    a_count,
    a_row,
    due,
)
from tests.services.console.evidence_given import (
    GIVING,
    ITEM,
    KIT,
    PAPER,
    REPORT,
    REQUEST,
    TOLD,
    a_paper,
    custody,
    evidence,
    papers,
)
from tests.services.console.house import NOW, STORED, Console

PAGE, PAPERS = f"/court/{CASE}/evidence", f"/court/{CASE}/papers"
OF_EVIDENCE, OF_PAPERS = {"version": "7", "key": "a key of this form"}, {"version": "3", "key": "a key of this form"}


async def test_the_page_says_what_supports_each_element_what_is_to_be_given_and_what_is_waited_for(
    console: Console,
) -> None:
    evidence(console.others)
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(PAGE)).text
    for says in (
        "1 element has no evidence on file",
        "Supported by</span> Evidence 1: Sexual assault evidence kit",
        "Nothing on file",
        "Not needed if another way is proved",
        "coerces another person",
        "kept by Mississippi Forensics Laboratory",
        "1 item was not given yet:</span> Evidence 2: Laboratory report",
        "Counsel of the accused",
        "No final answer for",
        "It will take longer",
        "Seen without support before this was recorded: True bill: indicted.",
        f'href="{PAGE}/{ITEM}/custody"',
    ):
        assert says in text, says
    assert "Center for Violence Prevention</option>" not in text, "whom it serves is told to nobody"


FORMS: tuple[tuple[str, dict[str, str], str, dict[str, Any]], ...] = (
    (
        "",
        {"kind": "device", "kept_by": "MBI-HTSVU", "kit": "", "locator": " Example shelf 4 "},
        "",
        {"kind": "device", "kept_by": "MBI-HTSVU", "locator": "Example shelf 4"},
    ),
    (f"/{ITEM}/end", {"reason": "lost"}, f"/{ITEM}/end", {"reason": "lost"}),
    (
        f"/counts/{COUNT}/support",
        {"element": "knowledge", "item": str(REPORT)},
        "/support",
        {"count": str(COUNT), "element": "knowledge", "item": str(REPORT)},
    ),
    (
        f"/counts/{COUNT}/support-end",
        {"pair": f"act {ITEM}", "reason": "suppressed"},
        "/support/end",
        {"count": str(COUNT), "element": "act", "item": str(ITEM), "reason": "suppressed"},
    ),
    (
        f"/discovery/{ACCUSED}",
        {f"item-{REPORT}": "yes", "recipient": "court", "way": "mail"} | AT,
        "/discovery",
        {"accused": str(ACCUSED), "items": [str(REPORT)], "recipient": "court", "way": "mail", "at": SENT_AT},
    ),
    (f"/givings/{GIVING}/correct", {"reason": "not_given"}, f"/discovery/{GIVING}/correction", {"reason": "not_given"}),
    (
        "/requests",
        {"item": str(ITEM), "laboratory": "MS-LAB", "test": "dna"} | AT,
        "/requests",
        {"item": str(ITEM), "laboratory": "MS-LAB", "test": "dna", "at": SENT_AT},
    ),
    (
        f"/requests/{REQUEST}/answer",
        {"answer": "report"} | AT,
        f"/requests/{REQUEST}/answers",
        {"answer": "report", "at": SENT_AT},
    ),
    (f"/requests/{REQUEST}/end", {"reason": "not_needed"}, f"/requests/{REQUEST}/end", {"reason": "not_needed"}),
)


async def test_each_form_sends_what_was_typed_as_of_the_version_that_was_read(console: Console) -> None:
    others = console.others
    evidence(others)
    async with signed_in(console, "prosecutor") as browser:
        for path, typed, sent_to, body in FORMS:
            others.say("POST", SERVICE, f"/cases/{CASE}/evidence{sent_to}", STORED)
            answer = await browser.post(f"{PAGE}{path}", OF_EVIDENCE | typed)
            assert answer.status_code == 303, (path, answer.text)
            assert answer.headers["location"].startswith(f"{PAGE}#")
            sent = others.commands[-1]
            assert (sent.path, sent.body, sent.headers["if-match"]) == (
                f"/cases/{CASE}/evidence{sent_to}", body, '"7"',
            )  # fmt: skip
        before = len(others.commands)
        for path, lacks in (
            ("", "What it is: fill this in."),
            (f"/{ITEM}/end", "Reason: fill this in."),
            (f"/discovery/{ACCUSED}", "Tick what was given."),
        ):
            refused = await browser.post(f"{PAGE}{path}", OF_EVIDENCE | AT)
            assert (refused.status_code, lacks in refused.text) == (422, True), path
        assert len(others.commands) == before


async def test_a_victim_service_is_refused_as_keeper_in_the_readers_words(console: Console) -> None:
    others = console.others
    evidence(others)
    refused = {
        "type": "urn:muster:problem:rule-refused",
        "title": "No",
        "status": 409,
        "detail": "English.",
        "code": "kept_by_victim_service",
        "citation": "28 CFR 94.115",
    }
    others.say("POST", SERVICE, f"/cases/{CASE}/evidence", refused, 409)
    async with signed_in(console, "prosecutor") as browser:
        answer = await browser.post(PAGE, OF_EVIDENCE | {"kind": "medical_record", "kept_by": "CVP"})
    assert answer.status_code == 409
    assert "Whom a victim service serves is told to nobody" in answer.text
    assert "(28 CFR 94.115)" in answer.text
    assert 'id="list" data-at="list" open' in answer.text


async def test_custody_is_printed_by_the_clinics_events_without_names_numbers_or_findings(console: Console) -> None:
    evidence(console.others)
    custody(console.others)
    places = [{"item": str(ITEM), "locator": "Example shelf 4"}, {"item": str(REPORT), "locator": None}]
    console.others.say("GET", SERVICE, f"/cases/{CASE}/evidence/places", places)
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(f"{PAGE}/{ITEM}/custody")).text
        shelf = (await browser.get(f"{PAGE}/places")).text
    for says in (str(KIT), str(TOLD), "Sealed</b>: the clinic", "Tested</b>: a laboratory", "Name, office, date, sig"):
        assert says in text, says
    assert "shelf" not in text
    sheet = text[text.index("<main") : text.index("</main")]
    dated = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d C[SD]T", sheet)
    assert len(dated) >= 4, "a sheet is read years later"
    assert len(dated) == len(re.findall(r"\d\d:\d\d C[SD]T", sheet))
    assert "Example shelf 4" in shelf
    assert str(read_entries()["sealed_by_order"].en) in shelf


async def test_before_an_indictment_what_lacks_support_is_shown_and_that_it_was_seen_is_sent(console: Console) -> None:
    others = console.others
    count = a_count(stage="grand_jury", may_enter=[], may_record=["true_bill", "no_true_bill"])
    gaps = [{"element": "knowledge", "words": "knowing it"}, {"element": "victim_minor", "words": ""}]
    accused = {"accused": str(ACCUSED), "born_on_file": True, "clocks": [], "continuances": []}
    a_case(others, accused=[accused | {"counts": [count | {"without_support": gaps}]}], hearings=[])
    others.say("POST", SERVICE, f"/cases/{CASE}/counts/{COUNT}/outcomes", STORED)
    typed = TYPED | {"outcome": "true_bill"} | AT
    shown = {"gap-knowledge": "yes", "gap-victim_minor": "yes"}
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(f"/court/{CASE}")).text
        assert "Without evidence on file:" in text
        assert "The victim is under 18" in text
        assert "knowing it" in text
        await browser.post(f"/court/{CASE}/counts/{COUNT}/outcome", typed | shown)
        assert others.commands[-1].body == {"outcome": "true_bill", "at": SENT_AT}
        await browser.post(f"/court/{CASE}/counts/{COUNT}/outcome", typed | shown | {"seen": "yes"})
        assert others.commands[-1].body == {
            "outcome": "true_bill",
            "at": SENT_AT,
            "without_support_seen": ["knowledge", "victim_minor"],
        }


async def test_a_paper_that_failed_comes_first_is_a_queue_and_each_step_sends_its_word(console: Console) -> None:
    others = console.others
    papers(
        others, a_paper(), a_paper(paper=str(REQUEST), phase="issued", steps=[a_paper()["steps"][0]], hearing_off=True)
    )
    others.say("POST", SERVICE, f"/cases/{CASE}/papers/{PAPER}/steps", STORED)
    others.say("POST", SERVICE, f"/cases/{CASE}/papers", STORED)
    others.say(
        "GET", SERVICE, f"/cases/{CASE}/papers/addressees", [{"paper": str(PAPER), "addressee": "Example Road 2"}]
    )
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(PAPERS)).text
        for says in (
            "Subpoena to testify",
            "Not served",
            "Moved away. Send it out again, or withdraw it.",
            "Its hearing does not take place: withdraw it.",
            "Sheriff or deputy",
            "Arraignment, ",
        ):
            assert says in text, says
        assert "Example Road 2" not in text
        assert "Example Road 2" in (await browser.get(f"{PAPERS}/addressees")).text
        await browser.post(f"{PAPERS}/{PAPER}/step/out", OF_PAPERS | {"word": "investigator"} | AT)
        assert others.commands[-1].body == {"step": "out", "word": "investigator", "at": SENT_AT}
        typed = {"kind": "subpoena", "for_whom": "victim", "victim": str(VICTIM), "hearing": str(HEARING)}
        await browser.post(PAPERS, OF_PAPERS | typed | AT | {"addressee": " "})
        assert others.commands[-1].body == typed | {"at": SENT_AT}
        unsaid = await browser.post(PAPERS, OF_PAPERS | AT)
        assert (unsaid.status_code, "For whom: fill this in." in unsaid.text) == (422, True)


async def test_what_could_not_be_served_is_a_queue_of_the_front_page_before_the_clocks(console: Console) -> None:
    rows = [a_row(papers_failed=2, due=[due("C41", 100)]), a_row(due=[due("C39", 20)])]
    console.others.say("GET", SERVICE, "/transfers", [])
    console.others.say("GET", SERVICE, "/safe-harbour", [])
    console.others.answers["GET", SERVICE, "/cases"] = lambda asked: (
        200,
        [] if asked.params.get("phase") == "referred" else rows,
    )
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get("/court")).text
    assert "Not served: try again <b>1</b>" in text
    assert "2 papers could not be served: try again or withdraw them" in text
    assert f'href="/court/{rows[0]["case"]}/papers"' in text
    assert text.index("Not served: try again") < text.index("Arraign within 30 days")


@pytest.mark.parametrize(
    ("path", "typed", "sent_to", "body"),
    [
        (
            "hearings",
            {
                "kind": "status",
                "court": "circuit",
                f"accused-{ACCUSED}": "yes",
                "purpose": "plea",
                "although_closed": "yes",
            },
            "hearings",
            {"kind": "status", "court": "circuit", "accused": [str(ACCUSED)], "set_for": SENT_AT}
            | {"purpose": "plea", "although_closed": True},
        ),
        (
            f"hearings/{HEARING}/move",
            {"reason": "court", "although_closed": "yes"},
            f"hearings/{HEARING}/moves",
            {"set_for": SENT_AT, "reason": "court", "although_closed": True},
        ),
        (
            f"hearings/{HEARING}/conclude",
            {"outcome": "decided", "next": "order_awaited", "kind": "trial"},
            f"hearings/{HEARING}/conclusion",
            {"outcome": "decided", "next": "order_awaited"},
        ),
        (
            f"hearings/{HEARING}/conclude",
            {"outcome": "decided", "next": "hearing", "kind": "trial", "court": "circuit", f"accused-{ACCUSED}": "yes"},
            f"hearings/{HEARING}/conclusion",
            {
                "outcome": "decided",
                "next": "hearing",
                "next_hearing": {"kind": "trial", "court": "circuit", "accused": [str(ACCUSED)], "set_for": SENT_AT},
            },
        ),
    ],
)
async def test_hearings_are_set_moved_and_concluded_with_what_follows(
    console: Console, path: str, typed: dict[str, str], sent_to: str, body: dict[str, Any]
) -> None:
    others = console.others
    a_case(others)
    others.say("POST", SERVICE, f"/cases/{CASE}/{sent_to}", STORED)
    dated = {f"{name}{part}": AT[f"at{part}"] for name in ("set_for", "next_set_for") for part in ("_day", "")}
    async with signed_in(console, "prosecutor") as browser:
        answer = await browser.post(f"/court/{CASE}/{path}", TYPED | dated | typed)
    assert answer.status_code == 303, answer.text
    assert others.commands[-1].body == body


async def test_a_hearing_says_what_it_is_for_what_came_of_it_and_that_courts_are_closed_that_day(
    console: Console,
) -> None:
    held = {
        "hearing": str(HEARING),
        "kind": "status",
        "court": "circuit",
        "accused": [str(ACCUSED)],
        "set_for": NOW.isoformat(),
        "phase": "held",
        "held_at": NOW.isoformat(),
        "moved": 0,
        "purpose": "scheduling",
        "closed": "holiday",
    }
    later = {"hearing": str(PAPER), "phase": "set", "held_at": None, "set_for": (NOW + timedelta(days=4)).isoformat()}
    concluded = {"hearing": str(KIT), "outcome": "not_reached", "next": "to_be_set", "closed": ""}
    a_case(console.others, hearings=[held, held | later, held | concluded])
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(f"/court/{CASE}")).text
    for says in (
        "Status conference</b> (Scheduling)",
        "on a state holiday, when courts are closed",
        "What came of it is not on record",
        "Not reached that day · Another hearing is to be set",
        "What came of it, and what follows",
    ):
        assert says in text, says
