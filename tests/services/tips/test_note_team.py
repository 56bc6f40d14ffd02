"""News of a tip's team."""

import pytest

from services.tips.tip.decisions import note_team
from services.tips.tip.events import TeamNoted
from tests.services.tips.given import FIRST, SECOND, TEAM, a_tip, received


@pytest.mark.parametrize("news", ["opened", "formed", "stood_down"])
def test_news_is_noted_once(news: str) -> None:
    tip = a_tip(received())

    (noted,) = note_team(tip, TEAM, news)

    assert noted == TeamNoted(tip=FIRST, team=TEAM, news=news)
    assert note_team(a_tip(received(), noted), TEAM, news) == []


def test_a_team_that_opens_again_is_news() -> None:
    seen = [TeamNoted(tip=FIRST, team=TEAM, news=news) for news in ("opened", "stood_down")]

    assert note_team(a_tip(received(), *seen), TEAM, "opened")


def test_another_team_is_news() -> None:
    seen = TeamNoted(tip=FIRST, team=TEAM, news="opened")

    assert note_team(a_tip(received(), seen), SECOND, "opened")


def test_news_about_a_tip_that_is_not_here_is_dropped() -> None:
    assert note_team(a_tip(), TEAM, "opened") == []
