"""A clock explained: steps that end where it does, every day left out by name, clocks turned on the way."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.deadline import Course, Trigger
from contracts.jurisdictions import ClockRule, Jurisdiction
from contracts.jurisdictions.explaining import Arithmetic, Explained, explained
from tests.contracts.jurisdictions.test_reckoning import CALENDARS, CENTRAL, MISSISSIPPI, MOMENTS, ZONES, rule

NOTHING = timedelta()


def told(tables: Jurisdiction, wanted: ClockRule, since: datetime, **otherwise: Any) -> Explained:
    """Of a clock that was started by the rule as the files have it, and nothing else became of it."""
    terms = tables.terms_by(wanted, since)
    course = Course(
        clock=UUID(int=1),
        version=1,
        rule=wanted.rule,
        rule_version=wanted.version,
        trigger=Trigger(name="a.thing", position=7, happened_at=since, recorded_at=since, because_of=None),
        since=since,
        reckoned_due_at=terms.due_at,
        due_at=terms.due_at,
        warn_at=terms.warn_at,
        warned=terms.warn_at[:1],
        arithmetic=tuple(terms.arithmetic.splitlines()),
        phase="running",
        found="",
        state="running",
        late_seconds=0,
        turnings=(),
    )
    return explained(tables, msgspec.structs.replace(course, **otherwise), 1)


def way(number: str, since: str) -> Arithmetic:
    found = told(MISSISSIPPI, MISSISSIPPI.clock_rule(number), datetime.fromisoformat(since)).arithmetic
    assert found is not None
    return found


def test_twenty_four_hours_over_the_night_the_clocks_go_forward_end_an_hour_later_by_the_wall() -> None:
    found = way("C06", "2027-03-13T03:10:00-06:00")

    assert (found.began.at.isoformat(), found.began.zone) == ("2027-03-13T03:10:00-06:00", "CST")
    assert (found.ends.at.isoformat(), found.ends.zone) == ("2027-03-14T04:10:00-05:00", "CDT")
    (turned,) = found.turned
    assert (turned.way, turned.minutes) == ("forward", 60)
    assert (turned.before.isoformat(), turned.after.isoformat()) == (
        "2027-03-14T02:00:00-06:00",
        "2027-03-14T03:00:00-05:00",
    )
    assert [step.counted_seconds for step in found.steps] == [82_200, 4_200]


def test_twenty_four_hours_over_the_night_the_clocks_go_back_end_an_hour_earlier_by_the_wall() -> None:
    found = way("C06", "2026-10-31T12:00:00-05:00")

    assert found.ends.at.isoformat() == "2026-11-01T11:00:00-06:00"
    assert [(each.way, each.before.hour, each.after.hour) for each in found.turned] == [("back", 2, 1)]
    assert sum(step.counted_seconds for step in found.steps) == 86_400


def test_each_saturday_sunday_and_holiday_left_out_is_named_with_its_day_and_law() -> None:
    # Taken on the Wednesday before Thanksgiving.
    found = way("C22", "2026-11-25T15:10:00-06:00")

    left_out = [(step.why, str(step.day), step.holiday) for step in found.steps if step.why != "counted"]
    assert left_out == [
        ("holiday", "2026-11-26", "Thanksgiving Day"),
        ("saturday", "2026-11-28", ""),
        ("sunday", "2026-11-29", ""),
    ]
    assert {step.citation for step in found.steps if step.why == "holiday"} == {"Miss. Code 3-3-7(1)"}
    assert found.ends.at.isoformat() == "2026-11-30T15:10:00-06:00"
    assert found.turned == ()


def test_clocks_turned_in_time_that_does_not_count_are_told_too() -> None:
    # Over the weekend of 14 March 2027, of which nothing counts.
    found = way("C22", "2027-03-12T12:00:00-06:00")

    assert [each.way for each in found.turned] == ["forward"]
    assert found.ends.at.isoformat() == "2027-03-16T12:00:00-05:00"


def test_a_clock_that_the_files_would_end_otherwise_by_now_is_explained_as_it_was_recorded() -> None:
    since = datetime(2026, 11, 25, 15, 10, tzinfo=CENTRAL)
    due_at = datetime(2026, 11, 27, 15, 10, tzinfo=CENTRAL)

    found = told(MISSISSIPPI, MISSISSIPPI.clock_rule("C22"), since, reckoned_due_at=due_at, due_at=due_at)

    assert found.arithmetic is None
    assert found.recorded
    assert found.due_at == due_at


def test_law_confidence_and_warnings_stand_beside_it() -> None:
    found = told(MISSISSIPPI, MISSISSIPPI.clock_rule("C06"), datetime(2026, 11, 3, 12, tzinfo=CENTRAL))

    assert (found.clock, found.rule.version, found.rule.confidence, found.rule.period_confidence) == (
        "C06-1",
        1,
        "V",
        "U",
    )
    assert "43-26-3" in found.rule.citation
    assert [(each.at.astimezone(CENTRAL).hour, each.given) for each in found.warnings] == [
        (0, True),
        (8, False),
        (11, False),
    ]


def test_a_warning_that_had_passed_when_the_clock_came_on_record_is_told_as_not_given() -> None:
    since = datetime(2026, 11, 3, 12, tzinfo=CENTRAL)
    last = MISSISSIPPI.terms_by(MISSISSIPPI.clock_rule("C06"), since).warn_at[-1:]

    found = told(MISSISSIPPI, MISSISSIPPI.clock_rule("C06"), since, warn_at=last, warned=last)

    assert [each.given for each in found.warnings] == [False, False, True]


@given(CALENDARS, st.integers(1, 400), MOMENTS, st.sampled_from(ZONES))
def test_the_last_step_of_an_explanation_is_the_due_time_of_the_clock(
    calendar: Any, amount: int, since: datetime, zone: Any
) -> None:
    wanted = rule(calendar, min(amount, 30) if calendar == "business_days" else amount)
    state = msgspec.structs.replace(MISSISSIPPI.state, zone=zone.key)
    tables = msgspec.structs.replace(MISSISSIPPI, state=state, clocks=(wanted,))

    found = told(tables, wanted, since)

    assert found.arithmetic is not None
    assert found.arithmetic.steps[-1].until.astimezone(UTC) == tables.terms_by(wanted, since).due_at == found.due_at
    assert found.arithmetic.ends.at == found.arithmetic.steps[-1].until
    by_steps = sum(step.counted_seconds for step in found.arithmetic.steps)
    assert by_steps == wanted.period.total_seconds()
    turned = sum((1 if each.way == "forward" else -1) * each.minutes for each in found.arithmetic.turned)
    began, ends = (each.at.utcoffset() or NOTHING for each in (found.arithmetic.began, found.arithmetic.ends))
    assert ends - began == timedelta(minutes=turned)


@pytest.mark.parametrize("each", MISSISSIPPI.clocks, ids=lambda each: f"{each.rule}-{each.version}")
def test_every_rule_on_file_can_be_explained(each: ClockRule) -> None:
    found = told(MISSISSIPPI, each, datetime(2027, 3, 12, 21, tzinfo=CENTRAL))

    assert found.arithmetic is not None
    sent = msgspec.json.encode(found)
    assert msgspec.json.encode(msgspec.json.decode(sent, type=Explained)) == sent
