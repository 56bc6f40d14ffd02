"""Turns that change hands: only one's own, only those to come, and only when both say yes."""

from datetime import timedelta
from uuid import UUID

import pytest

from contracts.language import Event, InvalidValue, Refused
from services.rapid_assessment.rota.decisions import RotaRefusal
from services.rapid_assessment.rota.events import SwapAgreed, SwapDeclined, SwapOffered, SwapWithdrawn
from services.rapid_assessment.rota.fitness import Lacking, Lacks
from services.rapid_assessment.rota.swaps import OfferSwap, agree, decline, offer, turn, withdraw
from tests.services.rapid_assessment.rota.given import (
    ANN,
    BEN,
    CAL,
    DAY,
    DEE,
    MONDAY,
    OTHER_TURNS,
    ROTA,
    SWAP,
    TURNS,
    WEEK,
    offered,
    rota,
    swapped,
    turns,
)

# Turn 0 is Ann's and has begun, 1 is Ben's, 2 is Cal's, 3 Ann's again.
NOW = MONDAY + DAY
OTHER = UUID(int=301)


def offering(
    *before: Event, by: UUID = ANN, to: UUID = BEN, number: int = 3, in_return: int | None = None, **more: UUID
) -> SwapOffered:
    command = OfferSwap(rotation=more.get("rotation", TURNS), number=number, to=to, in_return=in_return)
    (event,) = offer(rota(turns(), *before), command, by, OTHER, (), NOW)
    assert isinstance(event, SwapOffered)
    return event


def test_ones_own_turn_to_come_is_offered_for_another_or_for_nothing() -> None:
    assert offering().in_return is None
    assert (offering(in_return=1).number, offering(in_return=1).in_return) == (3, 1)
    # What was swapped before is one's own now.
    assert offering(*swapped(ANN, CAL, 3, 2), number=2).number == 2


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"number": 1}, RotaRefusal.NOT_YOUR_TURN),
        ({"number": 0}, RotaRefusal.TURN_BEGUN),
        ({"in_return": 2}, RotaRefusal.NOT_THEIR_TURN),
        ({"in_return": 3}, RotaRefusal.NOT_THEIR_TURN),
        ({"by": BEN, "to": ANN, "number": 1, "in_return": 0}, RotaRefusal.TURN_BEGUN),
    ],
)
def test_a_turn_that_is_anothers_or_has_begun_is_not_swapped(given: dict[str, UUID], code: RotaRefusal) -> None:
    with pytest.raises(Refused) as refused:
        offering(**given)  # type: ignore[arg-type]  # numbers and people by name
    assert refused.value.code == code


def test_a_turn_is_offered_once_at_a_time_and_to_somebody_else_of_the_order() -> None:
    with pytest.raises(Refused) as refused:
        offering(offered(ANN, CAL, 3))
    assert refused.value.code == RotaRefusal.SWAP_OPEN
    assert offering(offered(ANN, CAL, 3), SwapDeclined(rota=ROTA, swap=SWAP)).to == BEN
    for to in (ANN, DEE):
        with pytest.raises(InvalidValue) as invalid:
            offering(to=to)
        assert invalid.value.field == "to"
    with pytest.raises(InvalidValue) as invalid:
        offering(rotation=OTHER_TURNS)
    assert invalid.value.field == "rotation"


def test_only_whom_it_is_offered_to_says_yes_or_no_and_only_who_offered_takes_it_back() -> None:
    state = rota(turns(), offered(ANN, BEN, 3, 1))
    assert agree(state, SWAP, BEN, (), NOW, all_the_same=False) == [SwapAgreed(rota=ROTA, swap=SWAP, overlooked=())]
    assert decline(state, SWAP, BEN) == [SwapDeclined(rota=ROTA, swap=SWAP)]
    assert withdraw(state, SWAP, ANN) == [SwapWithdrawn(rota=ROTA, swap=SWAP)]
    for refused_by in (
        lambda: agree(state, SWAP, CAL, (), NOW, all_the_same=False),
        lambda: agree(state, SWAP, ANN, (), NOW, all_the_same=False),
        lambda: decline(state, SWAP, ANN),
        lambda: withdraw(state, SWAP, BEN),
        lambda: decline(rota(turns()), SWAP, BEN),
        lambda: withdraw(rota(turns(), *swapped(ANN, BEN, 3, 1)), SWAP, ANN),
    ):
        with pytest.raises(Refused) as refused:
            refused_by()  # type: ignore[no-untyped-call]  # each raises
        assert refused.value.code == RotaRefusal.NO_SUCH_SWAP


def test_what_was_swapped_otherwise_or_begun_or_replaced_meanwhile_is_not_agreed_to() -> None:
    waits = offered(ANN, BEN, 3, 1)
    late = MONDAY + WEEK
    replaced = turns(CAL, since=MONDAY + 3 * DAY, rotation=OTHER_TURNS)
    for before, now, code in (
        ((waits,), late, RotaRefusal.TURN_BEGUN),
        ((waits, *swapped(BEN, CAL, 1, 2, OTHER)), NOW, RotaRefusal.NOT_YOUR_TURN),
        ((waits, *swapped(ANN, CAL, 3, None, OTHER)), NOW, RotaRefusal.NOT_THEIR_TURN),
        ((waits, replaced), MONDAY + 4 * DAY, RotaRefusal.NOT_THEIR_TURN),
    ):
        with pytest.raises(Refused) as refused:
            agree(rota(turns(), *before), SWAP, BEN, (), now, all_the_same=False)
        assert refused.value.code == code


def test_whoever_lacks_something_for_the_turn_they_would_have_says_all_the_same_or_does_not_get_it() -> None:
    lacks = (Lacking(account=BEN, lacks=Lacks.CREDENTIAL_ENDS, at=MONDAY + 3 * WEEK),)
    state = rota(turns(), offered(ANN, BEN, 3))
    with pytest.raises(Refused) as refused:
        agree(state, SWAP, BEN, lacks, NOW, all_the_same=False)
    assert refused.value.code == RotaRefusal.UNFIT
    (event,) = agree(state, SWAP, BEN, lacks, NOW, all_the_same=True)
    assert isinstance(event, SwapAgreed)
    assert [each.lacks for each in event.overlooked] == [Lacks.CREDENTIAL_ENDS]


def test_when_a_turn_is_follows_its_number() -> None:
    (period,) = turn(rota(turns()), TURNS, 3)
    assert (period.since, period.until - period.since) == (MONDAY + 3 * WEEK, timedelta(days=7))
    assert turn(rota(turns()), TURNS, None) == turn(rota(turns()), OTHER_TURNS, 3) == []
