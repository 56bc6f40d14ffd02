"""A duty arises, falls away and arises again with what the tip says."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from contracts.jurisdictions import ReportingDuty
from services.tips.duty.decisions import BY_THE_TIP, arise, fall_away, record
from services.tips.duty.events import DutyArose, DutyFellAway, DutyPartDone
from services.tips.duty.owing import owed, reporting_duty
from services.tips.duty.state import Duty
from tests.services.tips.duty.given import HOUR, a_duty, arisen, case, follows, part_of, telling
from tests.services.tips.given import FIRST, MISSISSIPPI, PERSON
from tests.support.running_service import NOON


def test_a_tip_about_a_child_owes_the_prosecutor_and_the_coordinator_a_notice_within_48_hours() -> None:
    assert follows(Duty(), "C11", case()) == [
        DutyArose(
            tip=FIRST,
            person=PERSON,
            rule="C11",
            rule_version=1,
            citation="Miss. Code 43-21-353(1)",
            opening=1,
            since=NOON,
            due_at=NOON + timedelta(hours=48),
            parts=("prosecutor", "statewide_coordinator"),
            acknowledged=("prosecutor", "statewide_coordinator"),
        )
    ]


def test_immediately_is_no_due_time() -> None:
    assert arisen("C09").due_at is None
    assert arisen("C10").due_at is None


@pytest.mark.parametrize("channel", MISSISSIPPI.channels)
def test_the_tip_is_the_report_whichever_way_it_came(channel: str) -> None:
    duty = arisen("C07", channel=channel)

    assert (duty.standing, duty.done_at) == ("done", NOON)
    assert duty.on_record["oral_report"].how == BY_THE_TIP
    assert duty.on_record["oral_report"].agency == "MDCPS"


@pytest.mark.parametrize("channel", MISSISSIPPI.channels)
def test_only_a_web_form_is_the_report_in_writing(channel: str) -> None:
    assert arisen("C08", channel=channel).standing == ("done" if channel in {"web_form", "public_page"} else "open")


@pytest.mark.parametrize("changes", [{}, {"age": "not_known"}, {"setting": "home"}, {"agencies": {}}])
def test_a_further_word_about_the_same_child_adds_nothing(changes: dict[str, Any]) -> None:
    for rule in ("C07", "C08", "C11", "C12"):
        assert follows(arisen(rule), rule, case(**changes)) == []


def test_shown_to_be_an_adult_it_falls_away_once() -> None:
    duty = arisen("C12")

    assert owed(duty, "C12", case(age="adult"), MISSISSIPPI) is None
    fallen = fall_away(duty, "shown_to_be_adult")
    assert fallen == [DutyFellAway(tip=FIRST, rule="C12", opening=1, reason="shown_to_be_adult")]
    assert fall_away(a_duty(*follows(Duty(), "C12", case()), *fallen), "shown_to_be_adult") == []
    assert fall_away(Duty(), "shown_to_be_adult") == []


def test_what_is_done_does_not_fall_away() -> None:
    assert fall_away(arisen("C07"), "shown_to_be_adult") == []


def test_shown_to_be_a_child_again_it_arises_again_with_what_was_done_still_done() -> None:
    first = follows(Duty(), "C12", case())
    filed = record(a_duty(*first), part_of(a_duty(*first), "report_of_cps"), telling(), NOON + 2 * HOUR)
    fallen = a_duty(*first, *filed, *fall_away(a_duty(*first, *filed), "shown_to_be_adult"))
    assert fallen.standing == "fell_away"

    again = follows(fallen, "C12", case())

    (arose,) = again
    assert isinstance(arose, DutyArose)
    assert (arose.opening, arose.since, arose.due_at) == (2, NOON, NOON + 24 * HOUR)
    assert a_duty(*first, *filed, *fall_away(a_duty(*first, *filed), "shown_to_be_adult"), *again).missing == (
        "report_of_law_enforcement",
    )


def test_the_report_is_not_made_twice_when_it_arises_again() -> None:
    first = follows(Duty(), "C08", case(channel="web_form"))
    assert [type(event) for event in first] == [DutyArose, DutyPartDone]
    fallen = msgspec.structs.replace(a_duty(*first), phase="fell_away")

    assert [type(event) for event in follows(fallen, "C08", case(channel="web_form"))] == [DutyArose]


def test_a_place_that_turns_out_to_be_licensed_opens_the_referral_again_for_the_licensing_agency() -> None:
    duty = arisen("C14", setting="out_of_home_unlicensed")
    told = record(duty, part_of(duty, "law_enforcement"), telling("LOCAL-LE"), NOON + 2 * HOUR)
    done = a_duty(*follows(Duty(), "C14", case(setting="out_of_home_unlicensed")), *told)
    assert done.standing == "done"

    again = a_duty(
        *follows(Duty(), "C14", case(setting="out_of_home_unlicensed")),
        *told,
        *follows(done, "C14", case(setting="out_of_home_licensed")),
    )

    assert (again.standing, again.opening, again.missing) == ("open", 2, ("licensing_agency",))


def test_a_changed_rule_holds_for_what_arises_after_it_and_not_for_what_stands() -> None:
    newer: ReportingDuty = msgspec.structs.replace(reporting_duty(MISSISSIPPI, "C11", 1), version=3, parts=())
    clock = msgspec.structs.replace(MISSISSIPPI.clock_rule("C11", version=1), version=3)
    tables = msgspec.structs.replace(
        MISSISSIPPI, reporting=(*MISSISSIPPI.reporting, newer), clocks=(*MISSISSIPPI.clocks, clock)
    )

    standing, fresh = owed(arisen("C11"), "C11", case(), tables), owed(Duty(), "C11", case(), tables)

    assert standing is not None
    assert arise(arisen("C11"), standing, case()) == []
    assert fresh is not None
    assert (standing.version, fresh.version) == (1, 3)
