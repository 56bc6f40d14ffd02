"""Reporting duties as events made them, for tests of decisions."""

from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from contracts.jurisdictions import DutyPart
from contracts.language import Event
from services.tips.duty.decisions import Telling, arise
from services.tips.duty.owing import Case, owed, part_named
from services.tips.duty.state import Duty, evolve
from tests.services.tips.given import FIRST, MISSISSIPPI, PERSON
from tests.support.running_service import NOON

HOUR = timedelta(hours=1)
REASON = "The fax was sent before midnight."
AGENCIES = {
    "cps_intake": "MDCPS",
    "law_enforcement": "LOCAL-LE",
    "prosecutor": "DA-07",
    "statewide_coordinator": "SHTC",
}


def case(**changes: Any) -> Case:
    """A child's tip by the hotline, received at noon in Hinds County."""
    given: dict[str, Any] = {
        "tip": FIRST,
        "person": PERSON,
        "received_at": NOON,
        "channel": "cps_hotline",
        "age": "child",
        "setting": "not_known",
        "agencies": AGENCIES,
    }
    return Case(**(given | changes))


def a_duty(*events: Event) -> Duty:
    """Folded from its events."""
    return reduce(evolve, events, Duty())


def follows(duty: Duty, rule: str, case: Case) -> list[Event]:
    """What a word about the tip does to a duty that it asks for."""
    wanted = owed(duty, rule, case, MISSISSIPPI)
    assert wanted is not None
    return arise(duty, wanted, case)


def arisen(rule: str, **changes: Any) -> Duty:
    """A duty as it stands when the tip came in."""
    return a_duty(*follows(Duty(), rule, case(**changes)))


def part_of(duty: Duty, name: str) -> DutyPart:
    return part_named(duty, name, MISSISSIPPI)


def telling(agency: str = "DA-07", at: datetime = NOON + HOUR, **changes: Any) -> Telling:
    given: dict[str, Any] = {"agency": agency, "done_at": at, "how": "telephone"}
    return Telling(**(given | changes))
