"""A duty's clock at the moment the duty arises."""

from functools import reduce
from typing import Any
from uuid import UUID

from services.kernel.clock import ClockFoundMet, ClockMet, ClockMissed, ClockStarted
from services.tips.duty.decisions import record
from services.tips.duty.duties import Duties
from services.tips.duty.state import Duty, evolve
from tests.services.tips.duty.given import HOUR, arisen, part_of, telling
from tests.services.tips.given import MISSISSIPPI
from tests.support.running_service import NOON

CAUSE = UUID(int=7)
NOTHING_LOADED: Any = None


def started(duty: Duty, hours: int) -> list[type]:
    """The kinds of the events with which the clock of the duty begins when so many hours have passed."""
    duties = Duties(NOTHING_LOADED, MISSISSIPPI, NOTHING_LOADED)
    (started,) = duties.started(duty, CAUSE, NOON + hours * HOUR)
    return [type(event) for event in started.events]


def test_it_runs_from_receipt_and_past_due_it_is_missed_at_once() -> None:
    assert started(arisen("C16", setting="out_of_home"), 47) == [ClockStarted]
    assert started(arisen("C16", setting="out_of_home"), 48) == [ClockStarted, ClockMissed]


def test_what_was_all_told_under_an_earlier_opening_meets_it_at_once() -> None:
    duty = arisen("C16", setting="out_of_home")
    told = record(duty, part_of(duty, "report_of_law_enforcement"), telling(), NOON + HOUR)
    done = reduce(evolve, told, duty)

    assert started(done, 2) == [ClockStarted, ClockMet]
    assert started(done, 50) == [ClockStarted, ClockMissed, ClockFoundMet]
