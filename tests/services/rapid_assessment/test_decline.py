"""A responder says no to a seat."""

import pytest

from contracts.language import Refused
from services.rapid_assessment.team.decisions import TeamRefusal, decline
from services.rapid_assessment.team.events import SeatDeclined
from services.rapid_assessment.team.state import Team
from tests.services.rapid_assessment.given import (
    ADVOCATE,
    CPS,
    PERSON,
    REASON,
    SPARE,
    TEAM,
    VICTIM,
    held,
    opened,
    proposed,
    team,
    text,
)


def test_the_seat_is_open_again_and_the_reason_is_sealed_under_the_child() -> None:
    (event,) = decline(team(opened(), proposed(VICTIM)), VICTIM, ADVOCATE, REASON)

    assert event == SeatDeclined(team=TEAM, seat="victim_advocate", responder=ADVOCATE, reason=text())
    assert event.reason.person == PERSON
    assert team(opened(), proposed(VICTIM), event).members == ()


@pytest.mark.parametrize(
    "given",
    [
        team(),
        team(opened()),
        team(opened(), proposed(CPS)),
        team(opened(), proposed(VICTIM, SPARE)),
        team(opened(), *held(VICTIM)),
    ],
    ids=["not open", "nobody asked", "another seat", "another asked", "holds it already"],
)
def test_who_is_not_asked_cannot_say_no(given: Team) -> None:
    with pytest.raises(Refused) as refused:
        decline(given, VICTIM, ADVOCATE, REASON)

    assert refused.value.code == TeamRefusal.NOT_PROPOSED
