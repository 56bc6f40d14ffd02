"""The scenario shipped is playable: whole, in order, of real places and invented people, with all the issue's cases."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TypeVar, get_args

import pytest

import deploy.demo
from contracts.jurisdictions import Jurisdiction, route
from contracts.jurisdictions.reckoning import later_by_days
from deploy.demo.calling_steps import AnswerByCode
from deploy.demo.clinic_steps import CallPolice, CompleteExam
from deploy.demo.court_steps import AddAccused, GrantContinuance
from deploy.demo.expectations import (
    AccusedRefused,
    AnyExpectation,
    ClockDue,
    ClockWarned,
    NoClock,
    Routed,
    TeamFormed,
)
from deploy.demo.lines import Expectation, offset
from deploy.demo.scenario import Scenario, check_words, load_scenario
from deploy.demo.steps import Accept, AnyStep, ContactMade, Leap, Mark, ReceiveTip

T = TypeVar("T")
HOUR = timedelta(hours=1)
TODAY = date(2026, 11, 3)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(Path(str(deploy.demo.__path__[0])) / "scenario.jsonl")


def lines_of(scenario: Scenario, kind: type[T], tip: str | None = None) -> Iterator[T]:
    for _, line in scenario.entries:
        if isinstance(line, kind) and tip in (None, line.tip):
            yield line


def the_tip(scenario: Scenario, case: str) -> ReceiveTip:
    (tip,) = (tip for tip in lines_of(scenario, ReceiveTip) if tip.case == case)
    return tip


def test_every_word_of_it_is_one_the_state_s_tables_know(scenario: Scenario, mississippi: Jurisdiction) -> None:
    check_words(scenario, mississippi)


def test_its_times_never_go_back_and_it_plays_in_less_than_a_minute_apart_from_its_leaps(scenario: Scenario) -> None:
    times = [offset(line.at) for _, line in scenario.entries]
    assert all(earlier <= later for earlier, later in pairwise(times))
    leapt = sum((offset(leap.to) - offset(leap.at) for leap in lines_of(scenario, Leap)), timedelta())
    assert scenario.start.rate == 3600
    assert scenario.length - leapt <= timedelta(hours=50)
    assert scenario.moment("T-01:30") == scenario.start.told - timedelta(minutes=90)


def test_it_holds_at_least_40_tips_200_expectations_and_every_case_once(scenario: Scenario) -> None:
    tips = list(lines_of(scenario, ReceiveTip))
    assert len(tips) >= 40
    assert sum(isinstance(line, Expectation) for _, line in scenario.entries) >= 200
    assert sorted(tip.case for tip in tips if tip.case) == sorted(get_args(Mark))
    assert all(tip.title for tip in tips if tip.case)


def test_no_tip_repeats_another(scenario: Scenario) -> None:
    tips = list(lines_of(scenario, ReceiveTip))
    assert len({tip.narrative for tip in tips}) == len(tips)
    told_of = {line.tip for _, line in scenario.entries if isinstance(line, Expectation)}
    assert {tip.tip for tip in tips} <= told_of


def test_it_comes_in_by_every_channel_from_many_counties_and_from_tribal_land(
    scenario: Scenario, mississippi: Jurisdiction
) -> None:
    tips = list(lines_of(scenario, ReceiveTip))
    # By the public page nobody types a tip in: whoever sends one gets a receipt code, and no reference to go on with.
    assert {tip.channel for tip in tips} == set(mississippi.channels) - {"public_page"}
    assert len({tip.county for tip in tips}) >= 25
    assert any(tip.tribal_land and tip.county == "Neshoba" for tip in tips)


def test_it_uses_every_kind_of_step_and_expectation_there_is(scenario: Scenario) -> None:
    used = {type(line) for _, line in scenario.entries}
    assert set(get_args(AnyStep)) | set(get_args(AnyExpectation)) <= used


def test_everybody_in_it_is_plainly_invented(scenario: Scenario) -> None:
    people = [account.person for account in scenario.accounts.values()]
    people += [responder.person for responder in scenario.responders.values()]
    people += [nurse.person for nurse in scenario.nurses.values()]
    people += [line.name for line in lines_of(scenario, AddAccused)]
    people += [line.name for line in lines_of(scenario, AccusedRefused)]
    people += [call.spoke_with for call in lines_of(scenario, CallPolice)]
    for tip in lines_of(scenario, ReceiveTip):
        people += [tip.about, *([tip.reporter] if tip.reporter else [])]
    assert all(person.startswith("Example ") for person in people)


def test_its_routes_are_those_of_the_tables(scenario: Scenario, mississippi: Jurisdiction) -> None:
    counties = {tip.tip: tip.county for tip in lines_of(scenario, ReceiveTip)} | {"18": "Yazoo"}
    land = {tip.tip: tip.tribal_land for tip in lines_of(scenario, ReceiveTip)}
    for expected in lines_of(scenario, Routed):
        routing = route(mississippi, counties[expected.tip], TODAY, tribal_land=land[expected.tip])
        assert expected.circuit == routing.circuit_court_district
        assert expected.federal_district == routing.federal_district
        assert expected.federal_division == routing.federal_division
        assert set(expected.agencies) <= {agency.agency_id for agency in routing.agencies}


def test_every_due_time_of_a_tip_is_the_receipt_and_the_rule_s_period(
    scenario: Scenario, mississippi: Jurisdiction
) -> None:
    received = {tip.tip: offset(tip.received) for tip in lines_of(scenario, ReceiveTip)}
    for expected in lines_of(scenario, ClockDue):
        if expected.kit is None and expected.accused is None:
            assert offset(expected.due) == received[expected.tip] + mississippi.clock_rule(expected.rule).period
    for warned in lines_of(scenario, ClockWarned):
        points = {warning / HOUR for warning in mississippi.clock_rule(warned.rule).warnings}
        assert set(warned.points) <= points


def test_every_due_time_of_a_kit_or_an_accused_is_a_step_s_and_the_rule_s_period(
    scenario: Scenario, mississippi: Jurisdiction
) -> None:
    """Less what was granted in continuances before it was looked at."""
    for expected in lines_of(scenario, ClockDue):
        if expected.kit is None and expected.accused is None:
            continue
        steps = [line for _, line in scenario.entries if line.tip == expected.tip and not isinstance(line, Expectation)]
        granted = sum(
            each.days
            for each in steps
            if isinstance(each, GrantContinuance)
            and each.accused == expected.accused
            and offset(each.at) < offset(expected.at)
        )
        began = {offset(each.at) for each in steps}
        began |= {offset(each.completed) for each in steps if isinstance(each, CompleteExam)}
        put_off = granted if expected.rule == "C41" else 0
        ends = {_due(mississippi, expected.rule, scenario.start.told + each, put_off) for each in began}
        assert scenario.moment(expected.due) in ends, expected


def _due(mississippi: Jurisdiction, rule: str, since: datetime, days: int) -> datetime:
    """By the version that held then, put off by so many days."""
    version = mississippi.clock_rule_at(rule, since)
    assert version is not None
    due_at = mississippi.terms_by(version, since).due_at
    return later_by_days(version, due_at, days, mississippi.state.clocks)


def test_time_leaps_over_nothing_that_a_line_asks_for(scenario: Scenario) -> None:
    leaps = [(offset(leap.at), offset(leap.to)) for leap in lines_of(scenario, Leap)]
    times = [offset(line.at) for _, line in scenario.entries]
    assert not any(since < time < until for since, until in leaps for time in times)


def test_the_late_entries_are_nine_and_twenty_five_hours_late(scenario: Scenario) -> None:
    for case, hours in (("6a", 9), ("6b", 25)):
        tip = the_tip(scenario, case)
        assert offset(tip.at) - offset(tip.received) == timedelta(hours=hours)


def test_no_step_stands_so_near_a_due_time_that_a_slow_machine_would_change_the_story(
    scenario: Scenario, mississippi: Jurisdiction
) -> None:
    period = mississippi.clock_rule("C06").period
    due = {tip.tip: offset(tip.received) + period for tip in lines_of(scenario, ReceiveTip)}
    for kind in (Accept, ContactMade):
        for step in lines_of(scenario, kind):
            assert abs(offset(step.at) - due[step.tip]) > 2 * HOUR


def test_a_team_expected_to_stand_has_three_seats_accepted_by_three_people_with_time_to_spare(
    scenario: Scenario,
) -> None:
    for formed in lines_of(scenario, TeamFormed):
        of_tip: list[Accept | AnswerByCode] = list(lines_of(scenario, Accept, formed.tip))
        of_tip += [step for step in lines_of(scenario, AnswerByCode, formed.tip) if step.reason is None]
        accepted = [step for step in of_tip if offset(step.at) < offset(formed.at)]
        assert len({step.seat for step in accepted}) == 3
        assert len({step.responder for step in accepted}) >= 3
        assert offset(formed.at) - max(offset(step.at) for step in accepted) >= HOUR


def test_an_adult_s_tip_never_expects_a_seat_to_be_filled(scenario: Scenario) -> None:
    adults = {line.tip for line in lines_of(scenario, NoClock) if line.kit is None} - {the_tip(scenario, "5b").tip}
    assert the_tip(scenario, "4").tip in adults
    assert not any(step.tip in adults for step in lines_of(scenario, Accept))
