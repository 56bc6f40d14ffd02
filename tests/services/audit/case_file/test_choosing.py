"""For whom what is shown: what no file holds, what stands as a hash alone, and what is told all the same."""

import json
from typing import Any
from uuid import uuid4

import pytest

from contracts.events.rapid_assessment import KeysDestroyed
from contracts.language import InvalidValue
from services.audit.case_file import verify
from services.audit.case_file.choosing import OutOfStep, chained
from services.audit.case_file.making import Wanted, require_possible
from services.audit.case_file.profiles import PROFILES, Profile, load_profiles
from services.audit.case_file.proofs import NotProved
from services.audit.case_file.story import timeline
from services.audit.replay.telling import Known, read, tell
from services.kernel.proof.chains import Chains
from services.tips.destruction.events import DestructionCarriedOut, DestructionCompleted
from services.tips.tip.events import TipScreenedWith
from tests.services.audit.case_file.given import ADVOCATE, AUDIT, OTHER_ADVOCATE, Town
from tests.services.audit.given import EVENING, row, words


def files_of(archive: bytes) -> dict[str, Any]:
    """What is in it, read."""
    found = verify.entries_of(archive)
    return {name: json.loads(each) for name, each in found.items() if name.endswith(".json")} | {
        "timeline.html": found["timeline.html"].decode()
    }


def shown(files: dict[str, Any]) -> set[str]:
    """The names of the events whose bytes are in it."""
    return {row["name"] for name, rows in files.items() if name.startswith("rows/") for row in rows if "state" in row}


def withheld(files: dict[str, Any]) -> dict[tuple[str, int], str]:
    return {
        (name[5:-5], row["position"]): row["withheld"]
        for name, rows in files.items()
        if name.startswith("rows/")
        for row in rows
        if "leaf" in row
    }


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_file_tells_who_the_advocate_was_or_opens_what_is_sealed(profile: Profile, language: str) -> None:
    town = Town()
    archive = town.make(profile, language=language).archive
    assert verify.CaseFile(archive).check_rows()
    for never in (str(ADVOCATE)[:8], str(OTHER_ADVOCATE)[:8], "ciphertext", "victim_advocate", "victim_services"):
        assert never.encode() not in archive
    files = files_of(archive)
    # What is about the advocate's seat is nowhere, not even as a hash; what the advocate did is told without them.
    # Nor is that the case was shared for the victim's services, that somebody who serves victims read it, or that an
    # accused was put in touch with an advocate.
    nowhere = {("rapid_assessment", 2), ("rapid_assessment", 6), ("rapid_assessment", 7), ("tips", 8)}
    assert not nowhere & withheld(files).keys()
    assert not nowhere & {(each["service"], each["position"]) for each in files["timeline.json"]["told"]}
    if profile in {"court", "oversight"}:
        assert withheld(files)["rapid_assessment", 4] == "concealed"
        told = {(each["service"], each["position"]) for each in files["timeline.json"]["told"]}
        assert ("rapid_assessment", 4) in told


def test_a_court_is_shown_all_but_what_the_law_keeps() -> None:
    town = Town()
    files = files_of(town.make("court").archive)
    assert shown(files) == {
        "tips.tip_received",
        "tips.tip_screened",
        "tips.case_shared",
        "team.seat_proposed",
        "rapid_assessment.team_formed",
    }
    assert withheld(files) == {
        ("tips", 3): "reporter",
        ("tips", 5): "another_child",
        ("tips", 7): "reporter",
        ("rapid_assessment", 4): "concealed",
    }
    assert str(town.other) not in json.dumps(files)


def test_a_file_made_after_a_court_had_texts_destroyed_holds_and_does_not_say_how_many_there_were() -> None:
    """The answers list every event with a text in it, and so what no file may hold: here the advocate's seat."""
    town, order = Town(), uuid4()
    before = withheld(files_of(town.make("court").archive))
    gone = KeysDestroyed(order=order, tip=town.case, keys=1, fields=3, positions=(1, 2))
    town.teams.add(uuid4(), gone, town.case, town.case)
    answered = DestructionCarriedOut(
        tip=town.case, order=order, service="rapid_assessment", keys=1, fields=3, positions=(1, 2), event=uuid4(), at=7
    )
    town.tips.add(uuid4(), answered, town.case, town.case)
    town.tips.add(uuid4(), DestructionCompleted(tip=town.case, order=order), town.case, town.case)

    archive = town.make("court").archive

    case_file = verify.CaseFile(archive)
    assert case_file.check_rows()
    case_file.check_keys([verify.fingerprint(AUDIT.verifier.written)])
    files = files_of(archive)
    answers = {("rapid_assessment", len(town.teams.rows)), ("tips", len(town.tips.rows) - 1)}
    assert withheld(files) == before | dict.fromkeys(answers, "destroyed")
    assert "destruction.completed" in shown(files)
    told = {(each["service"], each["position"]): each["sentence"] for each in files["timeline.json"]["told"]}
    assert not answers & told.keys()
    assert [place for place, says in told.items() if "Sealed by order" in says] == [("rapid_assessment", 1)]


def test_the_defence_is_shown_what_was_chosen_for_it_and_nothing_that_is_new() -> None:
    files = files_of(Town().make("defence").archive)
    assert shown(files) == {"tips.tip_received", "tips.tip_screened", "rapid_assessment.team_formed"}
    assert withheld(files)["rapid_assessment", 1] == "profile"
    assert load_profiles().hidden_by("defence", "clinic.something_new") == "profile"


def test_research_is_told_kinds_and_hours_alone() -> None:
    town = Town()
    files = files_of(town.make("research", "research_agreement").archive)
    assert shown(files) == set()
    for each in files["timeline.json"]["told"]:
        assert set(each) <= {"number", "service", "position", "name", "proved", "hours"}
    assert "Hinds" not in files["timeline.html"]
    assert "2026-11-0" not in files["timeline.html"]


def test_the_numbers_of_the_story_do_not_tell_how_much_was_left_out() -> None:
    for profile in PROFILES:
        told = files_of(Town().make(profile).archive)["timeline.json"]["told"]
        assert [each["number"] for each in told] == list(range(1, len(told) + 1))


def test_what_the_story_folds_below_a_sentence_a_file_tells_in_it() -> None:
    case, place = uuid4(), ("tips", 1)
    screened = TipScreenedWith(
        tip=case,
        screened_at=EVENING,
        age="child",
        exploitation="suspected",
        instrument="an_instrument",
        instrument_version=1,
        present=("one_thing",),
        not_present=(),
        not_asked=("another_thing",),
        result="a_result",
    )
    copied = row(screened, case=case)
    event = read(copied)
    (sentence,) = tell([copied], as_of=event.recorded_at, by="recorded", order=("tips",), known=Known(), words=words())
    (told,) = timeline([sentence], {event.event_id: event}, {place: copied.state}, {place: ""}).told
    assert told.sentence == f"{sentence.sentence} Found: one thing. Not asked: another thing."


def test_the_page_needs_nothing_but_itself() -> None:
    for language, said in (("en", "What happened"), ("es", "Lo que ocurrió")):
        page = files_of(Town().make(language=language).archive)["timeline.html"]
        assert said in page
        assert f'<html lang="{language}">' in page
        assert "{" not in page.partition("</style>")[2]
        assert ("happened Mon" if language == "en" else "ocurrió: ") in page, "what was entered late says so"
        for outside in ("<script", "src=", "http:", "https:", "@import", "url("):
            assert outside not in page


@pytest.mark.parametrize("number", ["", "Doe", "In re J. Doe 12", "26cv1", "A" * 41 + "1", "12\n"])
def test_the_number_of_a_paper_is_no_place_for_a_name(number: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        require_possible(Wanted(profile="court", authority="court_order", number=number), load_profiles())
    assert refused.value.field == "number"


@pytest.mark.parametrize(("profile", "authority"), [("court", "statute"), ("defence", "research_agreement")])
def test_each_reader_has_authorities_of_its_own(profile: Profile, authority: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        require_possible(Wanted(profile=profile, authority=authority, number="26-CV-0417"), load_profiles())
    assert refused.value.field == "authority"


def test_no_file_is_sealed_of_a_copy_that_is_not_what_was_signed() -> None:
    town = Town()
    whole = town.material()

    def with_byte() -> Any:
        row = whole.streams["tips"][0]
        changed = row._replace(state=row.state.replace(b"Hinds", b"Pearl"))
        return whole._replace(streams={**whole.streams, "tips": [changed, *whole.streams["tips"][1:]]})

    town.material = with_byte  # type: ignore[method-assign]
    with pytest.raises(NotProved) as refused:
        town.make()
    assert refused.value.service == "tips"


def test_leaves_are_those_of_the_log_and_a_copy_with_a_gap_has_none() -> None:
    rows = Town().tips.rows
    chains = Chains()
    expected = chains.leaves(rows)
    chains.close()
    assert [each.leaf for each in chained(rows).values()] == list(expected)
    with pytest.raises(OutOfStep):
        chained(rows[1:])
