"""History under other rules: nothing changes under its own, and what another period would have made of it."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.jurisdictions import ClockRule, Jurisdiction
from services.audit.compliance.history import History
from services.audit.compliance.placing import placed
from services.audit.compliance.row import ClockRow, row_of
from services.audit.compliance.what_if import what_if
from tests.services.audit.clocks import HISTORIES, HOUR, MANY, RULES, TABLES, Act, history
from tests.services.audit.given import EVENING

LATER = EVENING + timedelta(days=3_000)


def rows_of(*histories: History) -> list[ClockRow]:
    return [row_of(each) for each in placed(histories, {}, {}, TABLES)]


def with_rule(rule: str, **fields: object) -> Jurisdiction:
    """The files, with this written otherwise in every version of the rule."""
    return msgspec.structs.replace(
        TABLES,
        clocks=tuple(
            msgspec.structs.replace(each, warning_hours=(), **fields) if each.rule == rule else each
            for each in TABLES.clocks
        ),
    )


def within(rule: str, hours: int) -> Jurisdiction:
    return with_rule(rule, period_hours=hours)


@settings(max_examples=MANY)
@given(st.lists(HISTORIES, max_size=10), st.integers(min_value=0, max_value=9_000))
def test_under_the_same_rules_nothing_changes(histories: list[History], hours: int) -> None:
    found = what_if(rows_of(*histories), TABLES, EVENING + hours * HOUR)
    assert (found.clocks, found.moved, found.changed) == (len(histories), [], [])


@settings(max_examples=MANY)
@given(st.lists(HISTORIES, max_size=10), st.sampled_from(RULES), st.integers(min_value=1, max_value=200))
def test_every_clock_of_the_rule_and_no_other_is_looked_at_again_and_numbers_are_those_of_the_rows(
    histories: list[History], rule: str, hours: int
) -> None:
    clocks = rows_of(*histories)
    found = what_if(clocks, within(rule, hours), LATER)
    assert {each.rule for each in found.changed} <= {rule}
    assert len({each.clock for each in found.changed}) == len(found.changed) == sum(each.clocks for each in found.moved)
    for moved in found.moved:
        kind = (moved.rule, moved.outcome, moved.then)
        assert moved.clocks == sum((each.rule, each.outcome, each.then) == kind for each in found.changed)
        # Long after, nothing is open that has a due time, and who was in time under less is in time under more.
        assert moved.then != "open"
    longer = {each.clock for each in found.changed if each.new_due_at is not None and each.new_due_at > each.due_at}
    assert not {each.clock for each in found.changed if each.clock in longer and each.outcome == "met" != each.then}


@pytest.mark.parametrize(
    ("acts", "hours", "then"),
    [
        ([("meet", 13)], 12, "missed"),
        ([("meet", 12)], 12, "met"),
        ([("meet", 3), ("correct", 30)], 48, "met"),
        ([("time", 25)], 48, "cannot_tell"),
        ([("time", 25)], 12, "missed"),
        ([("time", 25), ("excuse", 5)], 48, "excused"),
        ([("excuse", 13)], 12, "missed"),
        ([("excuse_by_law", 13)], 12, "lawfully_missed"),
        ([], 12, "missed"),
    ],
)
def test_what_another_period_would_have_made_of_a_clock_of_24_hours(acts: list[Act], hours: int, then: str) -> None:
    (changed,) = what_if(rows_of(history("C06", acts)), within("C06", hours), LATER).changed
    assert (changed.then, changed.new_due_at) == (then, EVENING + hours * HOUR)


def test_what_still_has_time_under_the_other_rule_is_open() -> None:
    (changed,) = what_if(rows_of(history("C06", [("time", 25)])), within("C06", 48), EVENING + 30 * HOUR).changed
    assert (changed.outcome, changed.then) == ("missed", "open")


def test_what_an_order_set_stays_unless_the_rule_itself_would_have_given_more() -> None:
    (extended,) = rows_of(history("C06", [("extend", 3)]))
    assert what_if([extended], within("C06", 12), LATER).changed == []
    (changed,) = what_if([extended], within("C06", 48), LATER).changed
    assert changed.new_due_at == EVENING + 48 * HOUR


def test_a_rule_that_is_off_or_gone_would_have_started_no_clock() -> None:
    clocks = rows_of(history("C06", [("meet", 3)]))
    without: tuple[ClockRule, ...] = tuple(each for each in TABLES.clocks if each.rule != "C06")
    for tables in (with_rule("C06", standing="off"), msgspec.structs.replace(TABLES, clocks=without)):
        (changed,) = what_if(clocks, tables, LATER).changed
        assert (changed.then, changed.new_due_at, changed.outcome) == ("no_clock", None, "met")
