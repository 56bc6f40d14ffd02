"""A team ends."""

import pytest

from contracts.events.rapid_assessment import TeamStoodDown
from contracts.language import Event, Refused
from services.rapid_assessment.team.decisions import Cause, TeamRefusal, stand_down
from services.rapid_assessment.team.events import StandDownExplained
from services.rapid_assessment.team.state import Team
from tests.services.rapid_assessment.given import REASON, TEAM, TIP, excluded, formed, opened, stood_down, team, text


@pytest.mark.parametrize("given", [[opened()], formed()], ids=["open", "formed"])
@pytest.mark.parametrize("cause", ["coordinator", "shown_adult", "linked"])
def test_an_open_or_formed_team_ends_with_its_cause(given: list[Event], cause: Cause) -> None:
    (event,) = stand_down(team(*given), cause)

    assert event == TeamStoodDown(team=TEAM, tip=TIP, cause=cause)
    assert team(*given, event).phase == "stood_down"


def test_a_coordinators_reason_is_kept_apart_from_what_others_are_told() -> None:
    told, explained = stand_down(team(opened()), "coordinator", REASON)

    assert told == TeamStoodDown(team=TEAM, tip=TIP, cause="coordinator")
    assert explained == StandDownExplained(team=TEAM, reason=text())


@pytest.mark.parametrize(
    "given",
    [team(), team(opened(), stood_down()), team(excluded(TIP))],
    ids=["never opened", "ended already", "only an exclusion"],
)
def test_what_is_not_there_cannot_end(given: Team) -> None:
    with pytest.raises(Refused) as refused:
        stand_down(given, "coordinator", REASON)

    assert refused.value.code == TeamRefusal.NOT_OPEN
