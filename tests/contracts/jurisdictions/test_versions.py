"""Which version of a rule applies to what happened when, and which rules start no clock."""

from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest

from contracts.jurisdictions import ClockRule, DataRefused, Jurisdiction, UnknownRule, WaitingRule
from contracts.jurisdictions.clock_files import Written, refuse_unclear_versions
from contracts.jurisdictions.clocks import AnyRule
from services.kernel import clock as clocks
from services.kernel.clock import Clock

CENTRAL = ZoneInfo("America/Chicago")
CHANGED = date(2026, 7, 1)
MIDNIGHT = datetime(2026, 7, 1, tzinfo=CENTRAL)
SECOND = timedelta(seconds=1)


@pytest.fixture
def first(mississippi: Jurisdiction) -> ClockRule:
    return mississippi.clock_rule("C02")


def changed(first: ClockRule, **fields: Any) -> ClockRule:
    """A second version, with other hours from July on."""
    return msgspec.structs.replace(
        first, **{"version": 2, "in_force_from": CHANGED, "period_hours": 12, "warning_hours": (6,), **fields}
    )


def with_clocks(tables: Jurisdiction, *clocks: ClockRule) -> Jurisdiction:
    return msgspec.structs.replace(tables, clocks=clocks)


def waiting(first: ClockRule, **fields: Any) -> WaitingRule:
    shared = {name: getattr(first, name) for name in WaitingRule.__struct_fields__ if name != "due"}
    return WaitingRule(**{**shared, "due": "each year", **fields})


def test_a_changed_rule_applies_from_midnight_of_its_first_day_on_the_states_clocks(
    mississippi: Jurisdiction, first: ClockRule
) -> None:
    tables = with_clocks(mississippi, changed(first), first)
    before, after = tables.terms("C02", MIDNIGHT - SECOND), tables.terms("C02", MIDNIGHT)
    assert before is not None
    assert after is not None
    assert (before.version, before.due_at) == (1, MIDNIGHT - SECOND + timedelta(hours=24))
    assert (after.version, after.due_at) == (2, MIDNIGHT + timedelta(hours=12))
    assert tables.terms("C02", MIDNIGHT.astimezone(ZoneInfo("UTC"))) == msgspec.structs.replace(
        after, started_at=MIDNIGHT
    )


def test_a_running_clock_keeps_the_version_it_began_by(mississippi: Jurisdiction, first: ClockRule) -> None:
    tables = with_clocks(mississippi, first, changed(first))
    terms = tables.enforced("C02", MIDNIGHT - timedelta(hours=1))
    clock = reduce(clocks.evolve, clocks.start(Clock(), terms, UUID(int=1), UUID(int=2), MIDNIGHT), Clock())
    assert (clock.rule_version, clock.phase) == (1, "running")
    assert tables.terms_by(tables.clock_rule("C02", version=clock.rule_version), clock.started_at) == terms


def test_before_the_first_version_the_first_applies(mississippi: Jurisdiction, first: ClockRule) -> None:
    tables = with_clocks(mississippi, first, changed(first))
    found = tables.terms("C02", datetime(2009, 1, 1, tzinfo=CENTRAL))
    assert found is not None
    assert found.version == 1


def test_a_rule_that_has_ended_starts_no_clock(mississippi: Jurisdiction, first: ClockRule) -> None:
    tables = with_clocks(mississippi, msgspec.structs.replace(first, in_force_until=date(2026, 6, 30)))
    assert tables.terms("C02", MIDNIGHT - SECOND) is not None
    assert tables.terms("C02", MIDNIGHT) is None
    with pytest.raises(UnknownRule, match="Rule 'C02' must be in force and on, always"):
        tables.enforced("C02", MIDNIGHT)
    with pytest.raises(UnknownRule, match="No version of clock rule 'C02' was in force on 2026-07-01"):
        tables.clock_rule("C02", on=CHANGED)


@pytest.mark.parametrize("standing", ["advisory", "off"])
def test_a_rule_that_is_advisory_or_off_starts_no_clock(
    mississippi: Jurisdiction, first: ClockRule, standing: str
) -> None:
    tables = with_clocks(mississippi, msgspec.structs.replace(first, standing=standing))
    assert tables.clock_rule_at("C02", MIDNIGHT) is not None
    assert tables.terms("C02", MIDNIGHT) is None


def test_a_rule_that_waits_for_its_owner_starts_no_clock(mississippi: Jurisdiction, first: ClockRule) -> None:
    waits = waiting(first, in_force_until=date(2026, 6, 30))
    tables = msgspec.structs.replace(with_clocks(mississippi, changed(first)), waiting=(waits,))
    assert tables.rule_at("C02", MIDNIGHT - SECOND) == waits
    assert tables.terms("C02", MIDNIGHT - SECOND) is None
    assert tables.terms("C02", MIDNIGHT) is not None


def test_a_rule_that_is_nowhere_is_an_error_and_no_missing_clock(mississippi: Jurisdiction) -> None:
    with pytest.raises(UnknownRule, match="There is no rule 'C99' on file"):
        mississippi.terms("C99", MIDNIGHT)


def version(first: ClockRule, number: int, since: str, until: str | None = None) -> ClockRule:
    return msgspec.structs.replace(
        first,
        version=number,
        in_force_from=date.fromisoformat(since),
        in_force_until=None if until is None else date.fromisoformat(until),
    )


@pytest.mark.parametrize(
    ("second", "until", "field", "wrong"),
    [
        ((2, "2021-01-01"), "2021-01-01", "in_force_until", "two hold on 2021-01-01: the earlier ends on 2021-01-01"),
        ((2, "2021-01-01"), "2020-12-30", "in_force_until", "none holds between 2020-12-30 and 2021-01-01"),
        ((2, "2020-07-09"), None, "in_force_from", "two hold on 2020-07-09"),
        ((2, "2020-01-01"), None, "in_force_from", "it begins before version 1, which is older"),
        ((1, "2021-01-01"), None, "version", "it stands there twice"),
    ],
)
def test_versions_follow_one_another_without_an_overlap_or_a_hole(
    first: ClockRule, second: tuple[int, str], until: str | None, field: str, wrong: str
) -> None:
    written: list[AnyRule] = [version(first, 1, "2020-07-09", until), version(first, *second)]
    with pytest.raises(DataRefused) as refused:
        refuse_unclear_versions("C02", [Written("clocks/x.json", each) for each in written])
    assert (refused.value.file, refused.value.field) == ("clocks/x.json", field)
    assert refused.value.row.startswith("rule C02")
    assert wrong in str(refused.value)


def test_versions_that_touch_are_in_order_whichever_stands_first_in_the_file(first: ClockRule) -> None:
    second = version(first, 2, "2021-01-01")
    for earlier in (version(first, 1, "2020-07-09"), version(first, 1, "2020-07-09", "2020-12-31")):
        refuse_unclear_versions("C02", [Written("clocks/x.json", each) for each in (second, earlier)])


def test_a_rule_that_becomes_one_of_another_kind_says_when_the_earlier_ends(first: ClockRule) -> None:
    waits = waiting(first)
    with pytest.raises(DataRefused, match="version 2 is a rule of another kind: say when this one ends"):
        refuse_unclear_versions("C02", [Written("clocks/x.json", each) for each in (waits, changed(first))])
    ended = msgspec.structs.replace(waits, in_force_until=date(2026, 6, 30))
    refuse_unclear_versions("C02", [Written("clocks/x.json", each) for each in (ended, changed(first))])
