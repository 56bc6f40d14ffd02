"""Who keeps which rule is said in one place, and so it is in the code and in the files."""

import re
from pathlib import Path

import pytest

from contracts.jurisdictions import Jurisdiction, load_mississippi, load_mississippi_charging
from contracts.rules import ALWAYS_ON, KEPT_BY
from deploy.topology import SERVICES
from services.kernel import __path__ as kernel

TABLES: Jurisdiction = load_mississippi()
ON_FILE = {each.rule for each in TABLES.rules}
NUMBER = re.compile(r"\bC\d\d[A-Z]?\b")
# Kept by how the record is kept: no code starts or ends it.
FOR_GOOD = {duty.rule for duty in TABLES.duties if duty.due == "for_good"}


def named_by(service: str) -> set[str]:
    """The rules a service's sources speak of, and those its part of the files names for it."""
    folder = Path(kernel[0]).parent / service
    spoken = {number for file in folder.rglob("*.py") for number in NUMBER.findall(file.read_text())}
    charging = load_mississippi_charging()
    by_file: dict[str, set[str]] = {
        "tips": {duty.rule for duty in TABLES.reporting} | {TABLES.break_glass.rule},
        "prosecution": {rule for stage in charging.stages.values() for rule in stage.starts}
        | {rule for stage in charging.stages.values() for rule in (*stage.meets, *stage.excuses)}
        | {rule for outcome in charging.outcomes.values() for rule in (*outcome.meets, *outcome.excuses)}
        | {charging.victims.conferral.rule, *(notice.rule for notice in charging.victims.notices)},
    }
    return (spoken | by_file.get(service, set())) & ON_FILE


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_a_service_keeps_the_rules_it_speaks_of_and_no_others(service: str) -> None:
    kept = {rule for rule, keeper in KEPT_BY.items() if keeper == service}
    assert named_by(service) == kept


def test_what_is_kept_is_on_file_and_by_a_part_of_the_house() -> None:
    assert set(KEPT_BY) <= ON_FILE
    assert {rule for rule, keeper in KEPT_BY.items() if keeper == "kernel"} <= FOR_GOOD
    assert set(KEPT_BY.values()) <= {"kernel", *(service.name for service in SERVICES)}
    assert set(KEPT_BY) >= ALWAYS_ON


def test_a_rule_written_as_waiting_has_no_keeper() -> None:
    assert not {rule.rule for rule in TABLES.waiting} & set(KEPT_BY)
