"""Who may fill each seat in a county at a time, without a case."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from contracts.periods import Period
from services.rapid_assessment.ranking import LeftOut, Place
from services.rapid_assessment.seat_order import Pool
from services.rapid_assessment.team.decisions import Certificate
from services.rapid_assessment.views.finding import Found, SeatFound, found_in
from services.rapid_assessment.views.roster import Row
from tests.services.rapid_assessment.given import CPS, MISSISSIPPI, VICTIM, YEAR
from tests.services.rapid_assessment.rota.given import ANN, BEN, CAL, DAY, DEE, HOUR, MONDAY, WEEK, rota, turns

HINDS, LEE = MISSISSIPPI.county("Hinds"), MISSISSIPPI.county("Lee")
NOW = MONDAY + HOUR


def row(who: UUID, **changes: Any) -> Row:
    certificate = Certificate(
        kind=VICTIM.credential, issuer=VICTIM.issuers[0], valid_from=MONDAY - YEAR, valid_until=MONDAY + YEAR
    )
    told: dict[str, Any] = {
        "responder": who, "agency": "CVP", "since": None, "until": None, "certificates": (certificate,), "leave": (),
        "channels": {}, "counties": ("Hinds",), "circuits": (), "statewide": False, "suspended": False, "lacks": (),
    }  # fmt: skip
    return Row(**(told | changes))


def pool(*rows: Row, **loads: int) -> Pool:
    return Pool({each.responder: each for each in rows}, [rota(turns(ANN, BEN))], loads)


def of_advocates(found: Found) -> SeatFound:
    return next(each for each in found.seats if each.seat == VICTIM.seat)


def found(pool_: Pool, county: Any = HINDS, at: datetime = NOW) -> SeatFound:
    return of_advocates(found_in(pool_, county, MISSISSIPPI, at))


def test_later_it_is_whose_turn_it_is_then_and_whoever_is_away_then_is_left_out_until_they_are_back() -> None:
    away = Period(NOW + WEEK - HOUR, NOW + WEEK + DAY)
    ours = pool(row(ANN), row(BEN, leave=(away,)))

    assert [(each.account, each.place) for each in found(ours).people] == [(ANN, Place.ON_CALL), (BEN, Place.NEXT)]
    later = found(ours, at=NOW + WEEK)
    assert [each.account for each in later.people] == [ANN]
    assert [(each.account, each.back_at) for each in later.left_out] == [(BEN, away.until)]
    after = found(ours, at=away.until)
    assert [each.account for each in after.people] == [BEN, ANN]


def test_hours_count_when_they_are_and_somebody_with_neither_hours_nor_a_rota_there_is_told_as_such() -> None:
    ours = pool(row(CAL, since=NOW + DAY, until=NOW + 2 * DAY))

    assert [each.reasons for each in found(ours).left_out] == [(LeftOut.NOT_CALLABLE,)]
    assert [(each.account, each.place) for each in found(ours, at=NOW + DAY).people] == [(CAL, Place.HOURS)]
    assert (found(ours).rotas, found(ours, county=LEE).rotas) == (1, 0)


def test_whoever_lost_the_role_is_left_out_for_that_and_whoever_never_had_to_do_with_the_seat_is_not_named() -> None:
    every = found_in(pool(row(DEE, lacks=(VICTIM.seat,)), row(CAL, lacks=(CPS.seat,))), HINDS, MISSISSIPPI, NOW)

    told = {each.account: each.reasons for each in of_advocates(every).left_out}
    assert told == {DEE: (LeftOut.NO_ROLE, LeftOut.NOT_CALLABLE), CAL: (LeftOut.NOT_CALLABLE,)}
    others = [each for each in every.seats if each.seat != VICTIM.seat]
    assert [(each.people, each.left_out) for each in others] == [([], [])] * 2


def test_who_works_on_fewer_cases_comes_first_of_those_who_are_as_near() -> None:
    hours = {"since": MONDAY, "until": MONDAY + DAY}
    ours = pool(row(CAL, **hours), row(DEE, **hours), **{str(CAL): 3, str(DEE): 1})

    assert [(each.account, each.load) for each in found(ours).people] == [(DEE, 1), (CAL, 3)]


@given(
    st.lists(
        st.builds(
            row,
            st.sampled_from((ANN, BEN, CAL, DEE)),
            suspended=st.booleans(),
            lacks=st.sampled_from(((), (VICTIM.seat,))),
            leave=st.sampled_from(((), (Period(NOW, NOW + DAY),))),
            since=st.sampled_from((None, NOW - HOUR)),
            until=st.sampled_from((None, NOW + DAY)),
        ),
        unique_by=lambda each: each.responder,
    ),
    st.integers(0, 60),
)
def test_at_any_time_nobody_suspended_away_or_without_the_role_is_found_and_everybody_else_is_told(
    rows: list[Row], hours: int
) -> None:
    at = NOW + timedelta(hours=hours)
    seat = found(pool(*rows), at=at)
    asked = {each.account for each in seat.people}
    left_out = {each.account: each.reasons for each in seat.left_out}

    assert asked.isdisjoint(left_out)
    assert asked | left_out.keys() == {each.responder for each in rows}
    for each in rows:
        if each.suspended or each.lacks or (each.leave and at < NOW + DAY):
            assert left_out[each.responder]
