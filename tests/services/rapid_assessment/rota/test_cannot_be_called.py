"""How many of a county's rotas cannot be called, and why: as of no case, so that it tells of nobody in one."""

from typing import Any
from uuid import UUID

import pytest

from contracts.periods import Period
from services.rapid_assessment.cannot_be_called import ByCounty, cannot_be_called
from services.rapid_assessment.views.roster import Row
from tests.services.rapid_assessment.given import MISSISSIPPI, VICTIM
from tests.services.rapid_assessment.rota.given import ANN, BEN, CAL, DEE, HOUR, override, rota, turns
from tests.services.rapid_assessment.rota.test_finding import NOW, row

REACHED = {"channels": {"sms": None}}
SEAT = VICTIM.seat


def told(*rows: Row, counties: tuple[str, ...] = ("Hinds",), others: tuple[UUID, ...] = ()) -> ByCounty:
    rotas = [rota(turns(ANN, BEN, CAL)), *([rota(turns(*others))] if others else [])]
    return cannot_be_called({each.responder: each for each in rows}, rotas, counties, MISSISSIPPI, NOW)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"channels": {}}, "no_channel"),
        ({"leave": (Period(NOW - HOUR, NOW + HOUR),)}, "on_leave"),
        ({"certificates": ()}, "no_credential"),
        ({"lacks": (SEAT,)}, "no_role"),
        ({"suspended": True, "channels": {}, "certificates": ()}, "suspended"),
    ],
)
def test_each_who_cannot_be_called_counts_once_and_by_the_reason_that_weighs_most(
    changes: dict[str, Any], why: str
) -> None:
    found = told(row(ANN, **REACHED | changes), row(BEN, **REACHED), row(CAL, **REACHED))
    assert found == {"Hinds": {SEAT: {why: 1}}}


def test_who_is_on_two_rotas_counts_once_and_who_is_on_none_or_on_no_list_not_at_all() -> None:
    found = told(row(ANN), row(BEN), row(DEE), others=(ANN, BEN))
    assert found == {"Hinds": {SEAT: {"no_channel": 2}}}


def test_where_all_can_be_called_and_where_no_rota_holds_the_county_nothing_is_told() -> None:
    assert told(*(row(who, **REACHED) for who in (ANN, BEN, CAL))) == {}
    assert told(row(ANN), counties=("Lee",)) == {}
    # Nobody knows where it is: all rotas are asked.
    assert told(row(ANN), counties=("",)) == {"": {SEAT: {"no_channel": 1}}}


def test_leave_that_is_over_and_whoever_stands_in_for_somebody_are_told_as_of_this_moment() -> None:
    over = row(ANN, **REACHED, leave=(Period(NOW - HOUR, NOW),))
    assert told(over) == {}
    stands_in = [rota(turns(ANN), override(DEE, NOW - HOUR, NOW + HOUR))]
    found = cannot_be_called({DEE: row(DEE)}, stands_in, ["Hinds"], MISSISSIPPI, NOW)
    assert found == {"Hinds": {SEAT: {"no_channel": 1}}}
