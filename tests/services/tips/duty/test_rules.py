"""Sections 43-21-353, 43-26-3 and 97-3-54.1, 42 U.S.C. 671 and 22 U.S.C. 7105, as on file: who tells whom, by when."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from contracts.jurisdictions import UnknownRule, conditions, whom_to_tell
from services.tips.duty.decisions import fall_away
from services.tips.duty.owing import owed, reporting_duty, why_not
from services.tips.duty.state import Duty, evolve
from tests.services.tips.duty.given import a_duty, case, follows
from tests.services.tips.given import MISSISSIPPI
from tests.support.running_service import NOON

ALWAYS = ("C07", "C08", "C09", "C10", "C11", "C12", "C13")
ANYONE = ("C17",)
FEDERAL = ("C31",)
OFFICER = ("C01",)
STATED = ("C33",)
ON_TRIBAL_LAND = ("C86", "C87")
ACROSS_STATE_LINES = ("C86",)
OFF = ("C88",)
OUT_OF_HOME = ("C14", "C15", "C16")
HOURS = {"C11": 48, "C12": 24, "C13": 72, "C15": 48, "C16": 48, "C31": 24, "C33": 24}
PARTS = {
    "C01": ("caseworker",),
    "C07": ("oral_report",),
    "C08": ("written_report",),
    "C09": ("youth_court_intake",),
    "C10": ("law_enforcement",),
    "C11": ("prosecutor", "statewide_coordinator"),
    "C12": ("report_of_law_enforcement", "report_of_cps"),
    "C13": ("youth_court_clerk", "youth_court_prosecutor"),
    "C14": ("law_enforcement", "licensing_agency"),
    "C15": ("district_attorney", "statewide_coordinator"),
    "C16": ("report_of_law_enforcement",),
    "C17": ("oral_report", "statewide_coordinator"),
    "C31": ("law_enforcement",),
    "C33": ("federal_assistance",),
    "C86": ("federal_investigation",),
    "C87": ("tribal_authority",),
}
CITED = {
    **dict.fromkeys(ALWAYS, "Miss. Code 43-21-353(1)"),
    **dict.fromkeys(OUT_OF_HOME, "Miss. Code 43-21-353(8)"),
    "C01": "Miss. Code 43-26-3(1)",
    "C17": "Miss. Code 97-3-54.1(4)",
    "C31": "42 U.S.C. 671(a)(34)(A)",
    "C33": "22 U.S.C. 7105(b)",
    "C86": "18 U.S.C. 1591, 2422, 2423",
    "C87": "agencies on file",
}


def owed_rules(**changes: Any) -> tuple[str, ...]:
    return tuple(rule for rule in PARTS if owed(Duty(), rule, case(**changes), MISSISSIPPI) is not None)


@pytest.mark.parametrize("rule", PARTS)
def test_each_rule_names_its_parts_its_hours_and_its_citation(rule: str) -> None:
    asking = case(setting="out_of_home", channel="officer_request", holding={"tribal_land": NOON})
    wanted = owed(Duty(), rule, asking, MISSISSIPPI, known_since=NOON if rule in STATED else None)

    assert wanted is not None
    assert tuple(part.part for part in wanted.parts) == PARTS[rule]
    assert wanted.due_at == (NOON + timedelta(hours=HOURS[rule]) if rule in HOURS else None)
    assert wanted.citation == CITED[rule]


def test_there_are_no_others() -> None:
    assert {duty.rule for duty in MISSISSIPPI.reporting} == {*PARTS, *OFF}


@pytest.mark.parametrize("age", ["child", "not_known"])
def test_a_child_and_whoever_may_be_one_are_owed_the_same(age: str) -> None:
    assert owed_rules(age=age) == (*ALWAYS, *ANYONE, *FEDERAL)


def test_a_caseworker_is_sent_where_an_officer_asks_and_nowhere_else() -> None:
    assert owed_rules(channel="officer_request") == (*OFFICER, *ALWAYS, *ANYONE, *FEDERAL)


@pytest.mark.parametrize("setting", ["home", "not_known", "out_of_home", "out_of_home_licensed"])
def test_an_adult_is_owed_none_of_it(setting: str) -> None:
    assert owed_rules(age="adult", setting=setting) == ()


@pytest.mark.parametrize(
    ("setting", "more"),
    [
        ("home", ()),
        ("not_known", ()),
        ("out_of_home", OUT_OF_HOME),
        ("out_of_home_licensed", OUT_OF_HOME),
        ("out_of_home_unlicensed", OUT_OF_HOME),
    ],
)
def test_an_out_of_home_setting_owes_three_more(setting: str, more: tuple[str, ...]) -> None:
    assert owed_rules(setting=setting) == (*ALWAYS, *more, *ANYONE, *FEDERAL)


@pytest.mark.parametrize(
    ("setting", "asked"), [("out_of_home", True), ("out_of_home_licensed", True), ("out_of_home_unlicensed", False)]
)
def test_the_licensing_agency_is_told_unless_the_place_is_known_to_have_no_licence(setting: str, asked: bool) -> None:
    wanted = owed(Duty(), "C14", case(setting=setting), MISSISSIPPI)

    assert wanted is not None
    assert ("licensing_agency" in {part.part for part in wanted.parts}) == asked


@pytest.mark.parametrize(
    ("holding", "more"),
    [
        ({}, ()),
        ({"tribal_land": NOON}, ON_TRIBAL_LAND),
        ({"state_lines": NOON}, ACROSS_STATE_LINES),
        ({"tribal_land": NOON, "state_lines": NOON}, ON_TRIBAL_LAND),
    ],
)
def test_tribal_land_and_crossed_state_lines_owe_more(holding: dict[str, datetime], more: tuple[str, ...]) -> None:
    assert owed_rules(holding=holding) == (*ALWAYS, *ANYONE, *FEDERAL, *more)
    assert owed_rules(holding=holding, age="adult") == ()


def test_across_state_lines_it_counts_from_when_that_was_known_and_on_tribal_land_from_receipt() -> None:
    later = NOON + timedelta(hours=9)
    for holding, since in (
        ({"state_lines": later}, later),
        ({"state_lines": later, "tribal_land": NOON}, NOON),
    ):
        wanted = owed(Duty(), "C86", case(holding=holding), MISSISSIPPI)
        assert wanted is not None
        assert (wanted.since, wanted.due_at) == (since, None)


def test_what_is_not_so_after_all_falls_away_as_that_and_counts_anew_when_it_is() -> None:
    first = a_duty(*follows(Duty(), "C86", case(holding={"state_lines": NOON})))
    assert owed(first, "C86", case(), MISSISSIPPI) is None
    assert why_not("C86", case(), MISSISSIPPI) == "not_so"
    assert why_not("C86", case(age="adult"), MISSISSIPPI) == "shown_to_be_adult"
    assert why_not("C14", case(), MISSISSIPPI) == "setting_changed"

    fallen = evolve(first, *fall_away(first, "not_so"))
    again = owed(fallen, "C86", case(holding={"state_lines": NOON + timedelta(hours=5)}), MISSISSIPPI)

    assert again is not None
    assert again.since == NOON + timedelta(hours=5)


def test_a_copy_to_the_attorney_general_is_asked_for_once_a_version_of_its_rule_is_on() -> None:
    off = MISSISSIPPI.duty_rule("C88")
    on = msgspec.structs.replace(off, version=2, standing="on", in_force_from=NOON.date())
    copy = msgspec.structs.replace(reporting_duty(MISSISSIPPI, "C88", 1), version=2)
    tables = msgspec.structs.replace(
        MISSISSIPPI, duties=(*MISSISSIPPI.duties, on), reporting=(*MISSISSIPPI.reporting, copy)
    )

    assert off.standing == "off"
    assert owed(Duty(), "C88", case(), MISSISSIPPI) is None
    wanted = owed(Duty(), "C88", case(), tables)
    assert wanted is not None
    assert [part.step for part in wanted.parts] == ["attorney_general"]
    assert owed(Duty(), "C88", case(received_at=NOON - timedelta(days=2)), tables) is None
    for tables_, told in ((MISSISSIPPI, False), (tables, True)):
        agencies = whom_to_tell(tables_, "Hinds", NOON.date(), conditions(tribal_land=False))
        assert ("AG-HTI" in {agency.agency_id for agency in agencies}) == told


def test_only_what_is_told_by_c11_and_to_federal_investigators_must_be_acknowledged() -> None:
    asked = {(duty.rule, part.part) for duty in MISSISSIPPI.reporting for part in duty.parts if part.acknowledged}

    assert asked == {
        ("C11", "prosecutor"),
        ("C11", "statewide_coordinator"),
        ("C86", "federal_investigation"),
    }


def test_one_part_has_the_same_words_wherever_it_stands() -> None:
    words: dict[str, set[str]] = {}
    for duty in MISSISSIPPI.reporting:
        for part in duty.parts:
            words.setdefault(part.part, set()).add(part.words)

    assert {part: said for part, said in words.items() if len(said) > 1} == {}


@pytest.mark.parametrize("rule", HOURS)
def test_whoever_acts_is_warned_and_the_coordinator_is_told_of_a_miss(rule: str) -> None:
    newest = MISSISSIPPI.clock_rule(rule)

    assert newest.who_acts in newest.told_at_warning
    assert "cps_coordinator" in newest.told_at_miss


def test_of_a_tip_received_before_telling_began_nobody_is_told_and_nothing_else_changed() -> None:
    for rule in ("C11", "C12", "C13", "C15", "C16"):
        before, after = (MISSISSIPPI.clock_rule(rule, version=version) for version in (1, 2))
        assert (before.told_at_warning, before.told_at_miss) == ((), ())
        assert (before.period, before.warnings, before.citation) == (after.period, after.warnings, after.citation)
        assert MISSISSIPPI.clock_rule(rule, on=after.in_force_from - timedelta(days=1)) == before
        assert reporting_duty(MISSISSIPPI, rule, 1).parts == reporting_duty(MISSISSIPPI, rule, 2).parts


@pytest.mark.parametrize(
    ("rule", "who"),
    [("C01", "cps_coordinator"), ("C14", "cps_intake"), ("C86", "cps_coordinator"), ("C87", "cps_coordinator")],
)
def test_what_is_to_be_done_at_once_is_told_again_to_whoever_acts(rule: str, who: str) -> None:
    newest = MISSISSIPPI.duty_rule(rule)

    assert (newest.due, newest.who_acts, newest.alert_minutes) == ("immediately", who, (15, 30))


def test_of_a_referral_received_before_telling_began_nobody_is_told_and_nothing_else_changed() -> None:
    before, after = (MISSISSIPPI.duty_rule("C14", version=version) for version in (1, 2))

    assert (before.alert_minutes, before.told, before.due, before.met_by) == ((), after.told, after.due, after.met_by)
    assert MISSISSIPPI.duty_rule("C14", on=after.in_force_from - timedelta(days=1)) == before
    assert reporting_duty(MISSISSIPPI, "C14", 1).parts == reporting_duty(MISSISSIPPI, "C14", 2).parts


def test_a_duty_that_is_not_on_file_or_not_in_that_version_is_unknown() -> None:
    for rule, version in (("C99", 1), ("C11", 3)):
        with pytest.raises(UnknownRule):
            reporting_duty(MISSISSIPPI, rule, version)
