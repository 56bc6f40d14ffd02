"""A tip turns out to be about a person whose team stands under an earlier tip."""

from uuid import uuid4

import pytest

from contracts.events.rapid_assessment import TeamStoodDown
from contracts.language import Event
from services.rapid_assessment.team.decisions import join, open_team
from services.rapid_assessment.team.events import TeamJoined
from tests.services.rapid_assessment.given import TEAM, TIP, formed, opened, opening, stood_down, team

EARLIER = uuid4()


@pytest.mark.parametrize("given", [[opened()], formed()], ids=["open", "formed"])
def test_a_standing_team_ends_and_says_which_goes_on(given: list[Event]) -> None:
    events = join(team(*given), TEAM, EARLIER)

    assert events == [TeamJoined(team=TEAM, first=EARLIER), TeamStoodDown(team=TEAM, tip=TIP, cause="linked")]
    after = team(*given, *events)
    assert (after.phase, after.joined) == ("stood_down", EARLIER)


@pytest.mark.parametrize("given", [[], [opened(), stood_down()]], ids=["never opened", "ended before"])
def test_a_team_that_does_not_stand_is_only_told_where_to_look(given: list[Event]) -> None:
    events = join(team(*given), TEAM, EARLIER)

    assert events == [TeamJoined(team=TEAM, first=EARLIER)]
    assert open_team(team(*given, *events), opening()) == []


def test_it_joins_a_team_once_and_another_when_that_one_holds() -> None:
    joined = join(team(opened()), TEAM, EARLIER)

    assert join(team(opened(), *joined), TEAM, EARLIER) == []
    earliest = uuid4()
    assert join(team(opened(), *joined), TEAM, earliest) == [TeamJoined(team=TEAM, first=earliest)]
