"""What a page shows of a seat's ladder, and what it does not tell."""

from msgspec.structs import replace

from services.rapid_assessment.cases import ladder_of
from services.rapid_assessment.ladder.ladder import Ladder
from services.rapid_assessment.ladder.page import ladder_page
from tests.services.rapid_assessment.given import TEAM, VICTIM, proposed
from tests.services.rapid_assessment.ladder.given import MINUTE, ON_CALL, SECOND, THIRD, Climbing, opened_ladder
from tests.support.running_service import NOON

SEAT = VICTIM.seat


async def test_who_was_called_when_by_which_rung_and_whom_the_next_rung_calls() -> None:
    house = Climbing({SEAT: [ON_CALL, SECOND, THIRD]})
    await house.open()
    await house.pass_(5 * MINUTE)
    await house.happens(proposed(VICTIM, THIRD))
    happenings = await house.streams.happenings(ladder_of(TEAM, SEAT))

    shown = ladder_page(await house.ladder(SEAT), happenings, told=True)

    assert shown is not None
    assert [(each.at - NOON, each.rung, each.responder, each.by) for each in shown.called] == [
        (0 * MINUTE, 1, ON_CALL, ()),
        (5 * MINUTE, 2, ON_CALL, ("voice",)),
        (5 * MINUTE, None, THIRD, ()),
    ]
    assert (shown.version, shown.rung, shown.rungs, shown.by_hand, shown.next_who) == (7, 2, 3, True, "next")
    assert shown.until == NOON + 35 * MINUTE


async def test_where_a_seat_is_withheld_nobody_called_for_it_is_named() -> None:
    house = Climbing({SEAT: [ON_CALL]})
    await house.open()
    happenings = await house.streams.happenings(ladder_of(TEAM, SEAT))
    shown = ladder_page(await house.ladder(SEAT), happenings, told=False)
    assert shown is not None
    assert [each.responder for each in shown.called] == [None]


def test_after_the_last_rung_nobody_is_next_and_a_ladder_at_rest_begins_with_the_first() -> None:
    ladder = opened_ladder(SEAT)
    last = ladder_page(replace(ladder, rung=3), (), told=True)
    rests = ladder_page(replace(ladder, rests=True), (), told=True)
    assert last is not None
    assert rests is not None
    assert (last.next_who, rests.next_who) == ("", "on_call")
    assert ladder_page(Ladder(), (), told=True) is None
