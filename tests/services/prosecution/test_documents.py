"""What a document says, and what not: facts on record, rules for the rest, no address, and the same bytes always."""

import asyncio
import re
import sys
from asyncio.subprocess import PIPE
from typing import Any

import msgspec
import pytest

from contracts.language import Event
from services.prosecution.documents import saying
from services.prosecution.documents.case_file import CaseFile
from services.prosecution.documents.choosing import choices
from services.prosecution.documents.content import Content, digest_of, used_in
from services.prosecution.documents.desk import Draft
from services.prosecution.documents.facts import facts_of
from services.prosecution.documents.material import Wanted
from services.prosecution.documents.paper import paper
from services.prosecution.papers.http import papers_stream
from tests.services.prosecution.documents_given import (
    ABOUT,
    CAUSE,
    OTHERS,
    PAPER,
    WITNESS,
    a_desk,
    a_file,
    of_case,
)
from tests.services.prosecution.given import (
    ACCUSED,
    CASE,
    CHARGING,
    MISSISSIPPI,
    PERSON,
    accepted,
    added,
    filed,
    hearing_set,
    referred,
    text,
)
from tests.support.pdf_texts import texts_of

RULES = CHARGING.documents
UNKNOWN = "__________ (not on file)"
ZONE = MISSISSIPPI.state.clocks


async def drafted(template: str, file: CaseFile | None = None, court: str = "circuit") -> Draft:
    desk, file = a_desk(), file or a_file()
    return await desk.draft(file, desk.wanted(file, template, ABOUT[template], court))


def said(content: Content) -> str:
    return " ".join(
        [*content.caption, content.title]
        + [
            text
            for block in content.blocks
            for text in (block.text, *block.head, *(c for row in block.rows for c in row))
        ]
    )


def named(name: str) -> list[Event]:
    return [msgspec.structs.replace(each, name=text(ACCUSED, name)) if each == added() else each for each in of_case()]


def test_everything_that_fits_is_offered_and_nothing_of_a_case_that_is_not_accepted() -> None:
    offered = choices(a_file().material)
    assert {(each.template, each.about) for each in offered} == set(ABOUT.items())
    assert {each.template: each.courts for each in offered}["subpoena"] == ("circuit",), "where its hearing is"
    assert {each.template: each.courts for each in offered}["petition"] == ("circuit", "county", "youth")
    assert choices(a_file(referred(), {}).material) == []
    assert choices(a_file(accepted(), {}).material) == []


@pytest.mark.parametrize("template", ABOUT)
def test_a_template_has_no_blank_that_its_facts_do_not_know_of(template: str) -> None:
    of, found = a_file().material, RULES.template(template)
    assert found is not None
    for court in found.captions:
        facts, caption = facts_of(Wanted(found, ABOUT[template], court), of), RULES.caption(found, court)
        assert caption is not None
        assert set(used_in(found, caption)) - set(facts.blanks) == set()
        assert {each.table for each in found.parts if each.table} - set(facts.tables) == set()


async def test_a_notice_tells_a_victim_of_the_hearing_by_reference_and_without_any_address() -> None:
    content = (await drafted("notice_of_hearing")).content
    assert content.caption == (
        "IN THE CIRCUIT COURT OF HINDS COUNTY, MISSISSIPPI",
        "STATE OF MISSISSIPPI v. Nobody was seen.",
        f"Cause No. {CAUSE}",
    )
    told = said(content)
    for each in (f"Victim 1 of this case (reference {saying.short(PERSON)})", "November 3, 2026", "99-43-9", "Plea"):
        assert each in told
    assert "Wednesday, November 4, 2026, 12:00 PM CST" in told
    assert WITNESS not in told
    assert [each.name for each in content.rests_on] == [
        "case.referred",
        "accused.added",
        "accused.cause_number_entered",
        "hearing.set",
        "hearing.purpose_stated",
        "victim.request_received",
        "victim.notice_owed",
    ]
    assert all(re.fullmatch(r"2026-11-03 12:00:\d\d CST", each.recorded_at) for each in content.rests_on)


async def test_what_is_not_on_file_stays_a_rule_and_is_never_guessed() -> None:
    own = [*accepted(), added(), filed(age="not_known"), hearing_set("motion")]
    content = (await drafted("notice_of_hearing", a_file(own))).content
    assert content.caption[2] == f"Cause No. {UNKNOWN}"
    assert content.caption[1] == "STATE OF MISSISSIPPI v. N. W. S.", "of whom it is not known that they are an adult"
    facts = {row[0]: row[1] for block in content.blocks if block.kind == "facts" for row in block.rows}
    assert (facts["For"], facts["Telephone"]) == (UNKNOWN, UNKNOWN)
    # An office of several counties does not say in which of them its court sits.
    several = [msgspec.structs.replace(each, office="DA-20") if hasattr(each, "office") else each for each in own]
    content = (await drafted("notice_of_hearing", a_file(several))).content
    assert content.caption[0] == f"IN THE CIRCUIT COURT OF {UNKNOWN} COUNTY, MISSISSIPPI"


@pytest.mark.parametrize(
    ("age", "shown"), [("adult", "Example Accused"), ("under_18", "E. A."), ("not_known", "E. A.")]
)
async def test_a_child_stands_by_initials_but_before_the_court_that_is_asked_to_undo_a_conviction(
    age: str, shown: str
) -> None:
    own = [
        msgspec.structs.replace(each, name=text(ACCUSED, "Example Accused")) if each == added() else each
        for each in of_case(age)
    ]
    for template in ABOUT:
        told = said((await drafted(template, a_file(own))).content)
        assert ("Example Accused" in told) == (template == "petition" or age == "adult"), template
        assert shown in told or template == "petition"


@pytest.mark.parametrize(
    ("for_whom", "of", "printed"),
    [
        ("witness", {}, WITNESS),
        ("accused", {"accused": ACCUSED}, "Nobody was seen."),
        ("counsel", {"accused": ACCUSED}, "Counsel of Nobody was seen."),
        ("victim", {"victim": PERSON, "addressee": None}, f"Victim 1 of this case (reference {saying.short(PERSON)})"),
    ],
)
async def test_no_paper_prints_where_an_accused_or_a_victim_is(for_whom: str, of: dict[str, Any], printed: str) -> None:
    (issued, *_) = OTHERS[papers_stream(CASE)]
    changed = msgspec.structs.replace(issued, for_whom=for_whom, **of)
    file = a_file((), OTHERS | {papers_stream(CASE): [changed]})
    for template in ("subpoena", "paper_to_be_served"):
        told = said((await drafted(template, file)).content)
        assert printed in told
        assert ("Example Road" in told) == (for_whom == "witness")


async def test_the_inventory_says_what_was_given_to_whom_and_when_and_what_was_not() -> None:
    given, missing = [
        block.rows for block in (await drafted("discovery_inventory")).content.blocks if block.kind == "table"
    ]
    assert [row[2:] for row in given] == [
        ("The accused, who has no counsel", "Sent by mail", "Tuesday, November 3, 2026, 12:00 PM CST")
    ]
    assert [row[0] for row in missing] == ["Record of a business (hotel, bank, telephone)"]
    assert "shelf 7" not in said((await drafted("discovery_inventory")).content)


async def test_a_petition_says_its_law_its_grounds_and_its_letters() -> None:
    told = said((await drafted("petition")).content)
    for each in (
        "Miss. Code 97-3-54.6(5)",
        "A court found so",
        "eeeeeeee-0006-4000-8000-000000000000",
        "December 3, 2026",
    ):
        assert each in told


async def test_the_days_add_up_as_the_explained_clock_counts_them() -> None:
    sums, spans = [block.rows for block in (await drafted("trial_days")).content.blocks if block.kind == "table"]
    (days,) = sums
    assert (days[3:], sum(int(row[3]) for row in spans)) == (("20", "0", "250"), 30)
    assert [row[4] for row in spans] == ["yes", "no: A witness is not available", "yes"]


def issued_of(draft: Draft) -> Content:
    return msgspec.structs.replace(
        draft.content, document=str(PAPER), issued_at="2026-12-01 09:00:00 CST", marks=("0a" * 16,)
    )


@pytest.mark.parametrize("template", ABOUT)
async def test_the_paper_says_every_word_of_the_content_and_its_hash(template: str) -> None:
    content = issued_of(await drafted(template))
    digest = digest_of(content)
    drawn = "".join("".join(sheet) for sheet in texts_of(paper(content, digest)))
    letters = re.sub(r"\s", "", drawn)
    rested = [word for each in content.rests_on for word in (each.name, each.recorded_at, each.event)]
    for each in (*said(content).split(), *rested, content.document, *content.marks, digest, str(content.position)):
        assert re.sub(r"\s", "", each) in letters, each


async def test_the_same_content_gives_the_same_bytes_in_every_process() -> None:
    content = issued_of(await drafted("subpoena", a_file(named("Žofia <b>Example</b> 名"))))
    digest = digest_of(content)
    here = paper(content, digest)
    assert paper(content, digest) == here
    program = (
        "import sys, msgspec\n"
        "from services.prosecution.documents.content import Content, digest_of\n"
        "from services.prosecution.documents.paper import paper\n"
        "content = msgspec.json.decode(sys.stdin.buffer.read(), type=Content)\n"
        "sys.stdout.buffer.write(paper(content, digest_of(content)))"
    )
    there = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdin=PIPE, stdout=PIPE)
    elsewhere, _ = await there.communicate(msgspec.json.encode(content))
    assert elsewhere == here
    drawn = "".join("".join(sheet) for sheet in texts_of(here))
    assert "<b>Example</b>[U+540D]" in drawn.replace(" ", "")
    assert msgspec.structs.replace(content, marks=()) != content
    assert digest_of(msgspec.structs.replace(content, marks=("0b" * 16,))) != digest
