"""Every offence answers what it costs and until when it may be prosecuted, without guessing."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

import contracts.jurisdictions
from contracts.jurisdictions import Charging, DataRefused, load_mississippi_charging
from contracts.jurisdictions.charging import NOT_ON_FILE
from contracts.jurisdictions.charging_loader import load_charging

FOLDER = Path(contracts.jurisdictions.__path__[0]) / "mississippi"
CHARGING: Charging = load_mississippi_charging()
ROWS: Mapping[str, Mapping[str, str]] = {
    row["offence_id"]: row for row in csv.DictReader((FOLDER / "offences.csv").open(encoding="utf-8"))
}
DAY = date(2024, 3, 5)


@pytest.mark.parametrize("offence_id", ROWS)
def test_the_limitation_of_every_offence_is_what_its_row_says(offence_id: str) -> None:
    row, answer = ROWS[offence_id], CHARGING.limitation_of(CHARGING.offences[offence_id], DAY)
    assert answer.basis == row["limitation_rule"]
    if row["limitation_years"]:
        assert answer.until == DAY.replace(year=DAY.year + int(row["limitation_years"]))
        assert answer.until.isoformat() in answer.arithmetic
        assert answer.kind == "until"
    elif " if " in row["limitation_rule"]:
        assert (answer.kind, answer.until, answer.arithmetic) == ("not_on_file", None, NOT_ON_FILE)
    else:
        assert row["limitation_rule"].startswith(("never barred;", "no limit,"))
        assert (answer.kind, answer.until) == ("never", None)


@pytest.mark.parametrize("offence_id", ROWS)
def test_a_blank_penalty_is_never_said_to_be_none(offence_id: str) -> None:
    row, offence = ROWS[offence_id], CHARGING.offences[offence_id]
    life = row["prison_max_life"] == "yes"
    for least, most, said in (
        (row["prison_min_years"], row["prison_max_years"] or life, offence.prison),
        (row["fine_min_usd"], row["fine_max_usd"], offence.fine),
    ):
        assert (NOT_ON_FILE in said) == (not least or not most)
        assert "none" not in said.lower()
        assert not said.startswith(("0 ", "$0 "))


@pytest.mark.parametrize(
    ("offence_id", "prison", "fine"),
    [
        ("MS-97-3-54.1-1a-MINOR", "20 years to life", "$20,000 to $100,000"),
        ("MS-97-3-54.1-1a-ADULT", "2 years to 20 years", "$10,000 to $100,000"),
        (
            "MS-97-3-54.1-1c-MINOR",
            "up to 30 years; the shortest term is not on file",
            "up to $500,000; the lowest fine is not on file",
        ),
        ("MS-97-5-33-SECOND", "from 20 years; the longest term is not on file", "$100,000 to $1,000,000"),
        ("MS-97-29-49", NOT_ON_FILE, NOT_ON_FILE),
    ],
)
def test_penalties_are_said_as_they_stand(offence_id: str, prison: str, fine: str) -> None:
    offence = CHARGING.offences[offence_id]
    assert (offence.prison, offence.fine) == (prison, fine)


@pytest.mark.parametrize(
    ("offence_id", "rule"),
    [
        ("MS-97-3-54.1-1c-MINOR", "C51"),
        ("MS-97-1-1", "C52"),
        ("MS-97-29-49", "C53"),
        ("MS-97-29-51-1-ADULT", "C53"),
        ("MS-97-3-65-1b", None),
        ("US-18-1589", None),
        ("US-18-1591-B1", None),
    ],
)
def test_limitations_of_this_state_carry_their_rule_and_citation(offence_id: str, rule: str | None) -> None:
    answer = CHARGING.limitation_of(CHARGING.offences[offence_id], DAY)
    assert answer.rule == rule
    assert answer.citation == ("Miss. Code 99-1-5" if rule else None)


def test_an_act_on_the_last_day_of_february_is_counted_to_the_earlier_day() -> None:
    answer = CHARGING.limitation_of(CHARGING.offences["MS-97-29-49"], date(2024, 2, 29))
    assert answer.until == date(2026, 2, 28)


def test_the_offences_of_the_prostitution_type_are_marked_and_no_other() -> None:
    marked = {each.statute for each in CHARGING.offences.values() if each.minor_never_accused == "yes"}
    assert marked == {"97-29-49", "97-29-51(1)", "97-29-51(2)"}
    unmarked = [each for each in CHARGING.offences.values() if each.minor_never_accused == "no"]
    assert not any(each.offender_class == "adult only" or each.statute.startswith("97-29-") for each in unmarked)


def test_every_stage_is_reached_from_where_a_count_opens_and_every_outcome_has_its_stage() -> None:
    reached = {stage.stage for stage in CHARGING.stages.values() if stage.opens}
    assert reached == {"charged", "grand_jury"}
    for _ in CHARGING.stages:
        reached |= {to for edge in CHARGING.edges if edge.from_ in reached for to in edge.to}
    assert reached == set(CHARGING.stages)
    assert all(outcome.at for outcome in CHARGING.outcomes.values())


@pytest.mark.parametrize(
    ("outcome", "to"), [("mistrial", "trial_setting"), ("new_trial", "trial_setting"), ("guilty", None)]
)
def test_a_trial_that_must_be_held_again_goes_back_to_its_setting(outcome: str, to: str | None) -> None:
    assert CHARGING.outcomes[outcome].returns_to == to


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("stages.json", '"from": "charged"', '"from": "charge"', "'charge' is named but not on file"),
        ("stages.json", '"starts": ["C35"]', '"starts": ["C99"]', "'C99' is named but not on file"),
        ("stages.json", '"after": ["true_bill"]', '"after": ["bound_over"]', "'bound_over' is named but not on file"),
        ("stages.json", '"ends": true, "returns_to": null', '"ends": true, "returns_to": "trial"', "back nowhere"),
        ("victims.json", '"nolle_prosequi", ', '"nolle", ', "'nolle' is named but not on file"),
        ("victims.json", '"rule": "C47"', '"rule": "C07"', "notice release, field rule: 'C07' is named but"),
        ("victims.json", '"notice": "release"', '"notice": "released"', "'released' is named but not on file"),
        ("safe_harbour.json", '"judgment"', '"judged"', "'judged' is named but not on file"),
        ("safe_harbour.json", '"by_itself": true', '"by_itself": false', "ground minor_at_act, field by_itself"),
        ("safe_harbour.json", '"ground_ended"', '"ended"', "not_made, field ground_ended: it is not on file"),
        ("elements.csv", "knowing or intending", "knowingly intending", "the paraphrase of the offence does not say"),
        ("elements.csv", "MS-97-29-49,price", "MS-97-29-48,price", "'MS-97-29-48' is named but not on file"),
        ("elements.csv", "MS-97-29-49,price", "MS-97-29-49,act", "MS-97-29-49, act: it stands there twice"),
        ("elements.csv", ",against the will", ",", "it can only be that the victim is a minor"),
        ("evidence.json", '["true_bill"]', '["bill"]', "'bill' is named but not on file"),
        ("hearings.json", '"any_day": ["initial', '"any_day": ["intial', "is named but not on file"),
        ("hearings.json", '"indictment": "indictment_served"', '"bill": "indictment_served"', "'bill' is named but"),
        ("documents.json", '["To", "{victim}"]', '["To", "{address}"]', "'address' is named but not on file"),
        ("documents.json", '"circuit": "circuit-1"', '"circuit": "circuit-2"', "'circuit-2' is named but not on file"),
        ("documents.json", '"kinds": ["subpoena"]', '"kinds": ["letter"]', "template subpoena version 1, field kinds"),
        ("documents.json", '{"table": "steps"}', '{"table": "step"}', "'step' is named but not on file"),
        ("documents.json", '"youth": "Youth court"', '"young": "Youth court"', "'young' is named but not on file"),
        ("documents.json", '{"heading": "Return"}', '{"heading": "Return", "text": "Twice"}', "a part is one of"),
        (
            "documents.json",
            '"about": "discovery",',
            '"about": "discovery", "kinds": ["order"],',
            "of which kinds, and no",
        ),
        ("offences.csv", ",years,2,", ",never,2,", "MS-97-29-49, field limitation_years"),
        ("state.json", '"MS"', '"AL"', "offences.csv, MS-97-3-54.1-1a-ADULT, field jurisdiction: 'MS' is named"),
    ],
)
def test_files_that_contradict_themselves_are_refused(
    tmp_path: Path, file: str, before: str, after: str, says: str
) -> None:
    (tmp_path / "clocks").mkdir()
    files = (
        "state.json", "offences.csv", "stages.json", "charging.json", "victims.json", "safe_harbour.json",
        "elements.csv", "evidence.json", "hearings.json", "documents.json",
    )  # fmt: skip
    for each in (*files, "clocks/prosecution.json", "clocks/victims.json"):
        text = (FOLDER / each).read_text(encoding="utf-8")
        if each == file:
            assert before in text
            text = text.replace(before, after, 1)
        (tmp_path / each).write_text(text, encoding="utf-8")
    with pytest.raises(DataRefused, match=says):
        load_charging(tmp_path)
