"""A notice that no carrier took: the rests before each next try, and that a day of them ends it."""

from datetime import timedelta
from uuid import UUID

from services.kernel.due_moments import at
from services.kernel.tries import MOMENT, RESTS, TRIES, again
from tests.support.running_service import NOON

NOTICE = UUID(int=1)


def test_it_is_tried_again_after_rests_that_grow_and_for_a_day() -> None:
    now, refusals = NOON, 1
    while effects := again(NOTICE, refusals, now):
        now += RESTS[min(refusals, len(RESTS)) - 1]
        assert effects == [at(NOTICE, MOMENT, now)]
        refusals += 1
    assert [rest // timedelta(minutes=1) for rest in RESTS] == [1, 5, 15, 60]
    assert refusals == TRIES
    assert timedelta(hours=24) <= now - NOON < timedelta(hours=25)


def test_what_nobody_refused_is_not_tried_again() -> None:
    assert again(NOTICE, 0, NOON) == ()
