"""A team opens for a tip."""

from uuid import uuid4

import pytest

from contracts.events.rapid_assessment import TeamOpened
from services.rapid_assessment.team.decisions import empty_seats, open_team
from services.rapid_assessment.team.events import TeamJoined
from services.rapid_assessment.team.state import Team
from tests.services.rapid_assessment.given import (
    ADVOCATE,
    CPS,
    DAY,
    MISSISSIPPI,
    PERSON,
    POLICE,
    TEAM,
    TIP,
    VICTIM,
    excluded,
    formed,
    held,
    opened,
    opening,
    stood_down,
    team,
)
from tests.support.running_service import NOON


def test_it_opens_with_every_seat_empty_and_its_due_time_from_receipt() -> None:
    (event,) = open_team(team(), opening())

    assert event == TeamOpened(team=TEAM, tip=TIP, person=PERSON, received_at=NOON, due_at=NOON + DAY, opening=1)
    state = team(event)
    assert (state.phase, empty_seats(state, MISSISSIPPI)) == ("open", (CPS.seat, POLICE.seat, VICTIM.seat))


def test_found_a_child_after_all_it_opens_again_and_counts_and_asks_everybody_anew() -> None:
    (event,) = open_team(team(*formed(), stood_down()), opening())

    assert isinstance(event, TeamOpened)
    assert event.opening == 2
    again = team(*formed(), stood_down(), event)
    assert (again.phase, again.members, again.formed_at) == ("open", (), None)


def test_whoever_was_shut_out_before_stays_out() -> None:
    (event,) = open_team(team(excluded(ADVOCATE)), opening())

    assert team(excluded(ADVOCATE), event).excluded == (ADVOCATE,)


@pytest.mark.parametrize(
    "given",
    [
        team(opened()),
        team(opened(), *held(CPS)),
        team(*formed()),
        team(TeamJoined(team=TEAM, first=uuid4())),
    ],
    ids=["open", "partly filled", "formed", "joined with another"],
)
def test_it_does_not_open_twice_nor_for_a_joined_tip(given: Team) -> None:
    assert open_team(given, opening()) == []
