"""When the last time passes at which an exam loses no evidence by waiting."""

from datetime import timedelta

import pytest

from contracts.periods import Period
from services.forensic_clinic.exam.checks import band_named
from services.forensic_clinic.exam.last_times import MINUTE, Last, last_times
from services.forensic_clinic.exam.no_slot import Why
from services.forensic_clinic.exam.offers import Site, Wanted
from services.forensic_clinic.exam.windows import windows
from tests.services.forensic_clinic.given import CLINIC, HOUR, MISSISSIPPI, NURSE, RULES, examiner, patient, place
from tests.support.running_service import NOON

LENGTH = timedelta(minutes=RULES.exam_minutes)


def last(
    hours_ago: tuple[float, float],
    free: tuple[float, float],
    *,
    taken: tuple[float, float] | None = None,
    travel: float = 0,
    at: float = 0,
    passing: bool = False,
) -> Last:
    """Of a child whose assault was between two hours ago, with a nurse and a room free between two hours to come."""
    now = NOON + at * HOUR
    assault = Period(NOON - hours_ago[0] * HOUR, NOON - hours_ago[1] * HOUR)
    wanted = Wanted(
        clinic=CLINIC,
        patient=patient(),
        band=band_named("child", RULES),
        windows=windows(MISSISSIPPI, "child", assault, now),
        language="",
        advocate=False,
        length=LENGTH,
        within=Period(now, now + timedelta(days=7)),
    )
    hours = Period(NOON + free[0] * HOUR, NOON + free[1] * HOUR)
    site = Site(
        clinic=CLINIC,
        nurses=(examiner(available=(hours,)),),
        rooms=(place(available=(hours,)),),
        travel=travel * HOUR,
    )
    theirs = {} if taken is None else {NURSE: [Period(NOON + taken[0] * HOUR, NOON + taken[1] * HOUR)]}
    return last_times(wanted, [site], theirs, RULES, passing=passing)


@pytest.mark.parametrize(
    ("free", "taken", "travel", "found"),
    [
        # Until her hours end, an exam before; who lives an hour away sets out an hour sooner.
        ((1, 9), None, 0, NOON + 5 * HOUR),
        ((1, 9), None, 1, NOON + 4 * HOUR),
        # The window closes in twelve hours, and an exam may begin until a minute before.
        ((1, 40), None, 0, NOON + 12 * HOUR - MINUTE),
        # Another has the end of it; then all of it; then only what is too late is left.
        ((1, 9), (6, 9), 0, NOON + 1 * HOUR),
        ((1, 9), (2, 9), 0, None),
        ((12, 40), None, 0, None),
    ],
)
def test_the_last_time_ends_with_hours_with_what_is_taken_and_with_the_window(
    free: tuple[float, float], taken: tuple[float, float] | None, travel: float, found: object
) -> None:
    of = last((60, 60), free, taken=taken, travel=travel)
    assert of.in_time == of.sure == of.passes == found
    assert of.unmet is (None if found else Why.NO_SLOT)


def test_of_a_range_the_last_that_is_sure_passes_first() -> None:
    of = last((66, 60), (1, 40))
    assert (of.sure, of.in_time) == (NOON + 6 * HOUR - MINUTE, NOON + 12 * HOUR - MINUTE)
    of = last((66, 60), (1, 40), at=5.99, passing=True)
    assert (of.sure, of.passes, of.unmet) == (None, NOON + 12 * HOUR - MINUTE, Why.NO_SURE_SLOT)


def test_what_passes_at_that_very_moment_is_lost_and_a_window_that_has_closed_asks_for_nothing() -> None:
    assert last((60, 60), (1, 9), at=5).unmet is None
    assert last((60, 60), (1, 9), at=5, passing=True).unmet is Why.NO_SLOT
    # The one of toxicology is open at that hour, and closes later.
    assert last((130, 130), (1, 2)).unmet is None
