"""A held seat is emptied."""

import pytest

from contracts.language import Event, Refused
from services.rapid_assessment.team.decisions import TeamRefusal, empty_seats, release
from services.rapid_assessment.team.events import SeatReleased
from services.rapid_assessment.team.state import Team
from tests.services.rapid_assessment.given import (
    ADVOCATE,
    MISSISSIPPI,
    REASON,
    TEAM,
    VICTIM,
    formed,
    held,
    lapsed,
    opened,
    proposed,
    stood_down,
    team,
    text,
)


def test_a_formed_team_that_loses_a_seat_no_longer_stands() -> None:
    (event,) = release(team(*formed()), VICTIM, REASON)

    assert event == SeatReleased(team=TEAM, seat="victim_advocate", responder=ADVOCATE, reason=text())
    after = team(*formed(), event)
    assert (after.phase, empty_seats(after, MISSISSIPPI)) == ("open", (VICTIM.seat,))


@pytest.mark.parametrize("given", [[opened(), *held(VICTIM)], [opened(), *held(VICTIM), lapsed(VICTIM)]])
def test_a_seat_of_an_open_team_is_emptied_even_when_its_holder_lapsed(given: list[Event]) -> None:
    state = team(*given)

    (event,) = release(state, VICTIM, REASON)

    assert team(*given, event).members == ()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (team(), TeamRefusal.NOT_HELD),
        (team(opened()), TeamRefusal.NOT_HELD),
        (team(opened(), proposed(VICTIM)), TeamRefusal.NOT_HELD),
        (team(*formed(), stood_down()), TeamRefusal.NOT_OPEN),
    ],
)
def test_a_rule_refuses(given: Team, code: TeamRefusal) -> None:
    with pytest.raises(Refused) as refused:
        release(given, VICTIM, REASON)

    assert refused.value.code == code
