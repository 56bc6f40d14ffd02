"""A drill: what may be done with it, what came of each seat, and that nothing else of the service sees it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.language import Event, Refused
from services.rapid_assessment.ask import ask as asks
from services.rapid_assessment.ask.ask import Ask
from services.rapid_assessment.drill.drill import (
    LASTS,
    Drill,
    DrillRefusal,
    Page,
    answer,
    end,
    evolve,
    evolve_page,
    page_named,
    start,
)
from services.rapid_assessment.drill.events import DRILL_EVENTS, DrillEnded
from services.rapid_assessment.main import DEFINITION
from services.rapid_assessment.team import state as teams
from services.rapid_assessment.team.state import Team
from services.rapid_assessment.views.drills import DRILLS, DrillRow, Standing, project, row_of
from tests.services.rapid_assessment.drill.given import (
    ANN_MISSED,
    BEN_COMES,
    BEN_PAGED,
    BEN_PAGED_AGAIN,
    CAL_CANNOT,
    CAL_PAGED,
    CALLED,
    DRILL,
    ENDED,
    MINUTE,
    STARTED,
)
from tests.services.rapid_assessment.given import CPS, INVESTIGATOR, POLICE, VICTIM
from tests.services.rapid_assessment.rota.given import ANN, BEN, CAL
from tests.services.rapid_assessment.streams import happening_of
from tests.support.running_service import NOON

EVENTS: tuple[Event, ...] = (STARTED, CAL_PAGED, ANN_MISSED, BEN_PAGED, BEN_PAGED_AGAIN, BEN_COMES, CAL_CANNOT, ENDED)
GOES_ON = Drill(drill=DRILL, called=CALLED, until=NOON + LASTS)
REACHED = Page(drill=DRILL, seat=VICTIM.seat, responder=BEN, reached=True)


def shown(*events: Event, at: datetime = NOON + MINUTE) -> DrillRow:
    told = [{"name": each.NAME, "data": msgspec.to_builtins(each)} for each in events]
    return row_of({"told": told, "started_at": NOON}, at)


def standings(row: DrillRow) -> list[Standing]:
    return [each.standing for each in row.seats]


def test_it_is_started_for_a_county_where_somebody_is_on_a_rota_and_one_at_a_time() -> None:
    assert start(DRILL, "Hinds", INVESTIGATOR, CALLED, NOON, goes_on=False) == [STARTED]
    for called, goes_on, code in ((CALLED, True, DrillRefusal.GOES_ON), (CALLED[1:2], False, DrillRefusal.NOBODY)):
        with pytest.raises(Refused) as refused:
            start(DRILL, "Hinds", INVESTIGATOR, called, NOON, goes_on=goes_on)
        assert refused.value.code == code


def test_it_ends_once_and_by_itself_when_its_time_is_over() -> None:
    assert evolve(Drill(), STARTED) == GOES_ON
    assert end(GOES_ON, NOON + MINUTE) == [DrillEnded(drill=DRILL, ended_at=NOON + MINUTE)]
    for drill, now in ((evolve(GOES_ON, ENDED), NOON + 31 * MINUTE), (GOES_ON, NOON + LASTS), (Drill(), NOON)):
        with pytest.raises(Refused) as refused:
            end(drill, now)
        assert refused.value.code == DrillRefusal.OVER


def test_a_page_is_answered_once_by_whom_it_reached_while_the_drill_goes_on() -> None:
    assert evolve_page(Page(), BEN_PAGED) == REACHED
    assert REACHED.answers(GOES_ON, NOON + MINUTE)
    assert answer(REACHED, "comes", NOON + 4 * MINUTE) == [BEN_COMES]
    missed, used = evolve_page(Page(), ANN_MISSED), evolve_page(REACHED, BEN_COMES)
    for page, drill, now in (
        (missed, GOES_ON, NOON),
        (used, GOES_ON, NOON),
        (Page(), GOES_ON, NOON),
        (REACHED, evolve(GOES_ON, ENDED), NOON),
        (REACHED, GOES_ON, NOON + LASTS),
        (REACHED, Drill(), NOON),
    ):
        assert not page.answers(drill, now)


def test_each_person_has_a_code_of_their_own_for_each_seat_of_each_drill() -> None:
    names = {
        page_named(drill, seat.seat, who) for drill in (DRILL, uuid4()) for seat in (CPS, VICTIM) for who in (ANN, BEN)
    }
    assert len(names) == 8


def test_the_time_to_each_seat_is_from_the_start_to_the_answer_of_whoever_was_reached() -> None:
    row = shown(*EVENTS[:-1])

    assert standings(row) == [Standing.CANNOT, Standing.NOBODY, Standing.COMES]
    assert [each.seconds for each in row.seats] == [540, None, 240]
    advocate = row.seats[2]
    assert (advocate.responder, advocate.missed, advocate.carrier) == (BEN, [ANN], "email")
    assert not row.goes_on, "everybody has answered whom it reached"


def test_while_it_goes_on_a_seat_is_paged_then_waited_for_and_in_the_end_has_no_answer() -> None:
    assert standings(shown(STARTED)) == [Standing.PAGING, Standing.NOBODY, Standing.PAGING]
    waiting = shown(STARTED, CAL_PAGED, ANN_MISSED)
    assert (standings(waiting), waiting.goes_on) == ([Standing.WAITING, Standing.NOBODY, Standing.UNREACHED], True)
    for over in (shown(STARTED, CAL_PAGED, ENDED), shown(STARTED, CAL_PAGED, at=NOON + LASTS)):
        assert (standings(over), over.goes_on) == ([Standing.NO_ANSWER, Standing.NOBODY, Standing.UNREACHED], False)


@pytest.mark.parametrize("view", [each for each in DEFINITION.views if each is not DRILLS], ids=lambda each: each.name)
def test_no_board_list_clock_or_figure_sees_a_drill(view: Any) -> None:
    assert {type(each) for each in EVENTS} == set(DRILL_EVENTS)
    assert [effect for each in EVENTS for effect in view.project(happening_of(each, stream=DRILL))] == []


def test_the_view_of_drills_sees_nothing_else_and_no_state_of_a_case_changes_by_a_drill() -> None:
    others = [each for each in DEFINITION.events if each not in DRILL_EVENTS]
    assert len(others) > 50
    assert not {each.NAME for each in DRILL_EVENTS} & {each.NAME for each in (*others, *DEFINITION.contract)}
    for event in EVENTS:
        assert len(project(happening_of(event, stream=DRILL))) == 1
        assert teams.evolve(Team(), event) == Team()
        assert asks.evolve(Ask(), event) == Ask()


@given(st.permutations(EVENTS[1:]), st.integers(0, 200))
def test_in_whatever_order_and_at_whatever_time_each_seat_has_one_standing_and_no_time_without_an_answer(
    events: list[Event], minutes: int
) -> None:
    row = shown(STARTED, *events, at=NOON + minutes * MINUTE)

    assert [each.seat for each in row.seats] == [CPS.seat, POLICE.seat, VICTIM.seat]
    assert all((each.seconds is None) == (each.answered_at is None) for each in row.seats)
    assert {CAL, BEN} == {each.responder for each in row.seats} - {None}
    assert not row.goes_on
    assert row.drill == DRILL != UUID(int=0)
