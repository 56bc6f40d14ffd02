"""A tip names somebody who has an account: that account is out of the case."""

import pytest

from contracts.language import Event
from services.rapid_assessment.team.decisions import exclude
from services.rapid_assessment.team.events import AccountExcluded
from tests.services.rapid_assessment.given import (
    ADVOCATE,
    TEAM,
    VICTIM,
    conflicted,
    excluded,
    formed,
    opened,
    proposed,
    team,
)


@pytest.mark.parametrize(
    ("given", "phase"),
    [([], "none"), ([opened()], "open"), ([opened(), proposed(VICTIM)], "open"), (formed(), "open")],
    ids=["before the team opens", "open", "asked for a seat", "holding one of a formed team"],
)
def test_the_account_is_out_whatever_it_holds(given: list[Event], phase: str) -> None:
    (event,) = exclude(team(*given), TEAM, ADVOCATE)

    assert event == AccountExcluded(team=TEAM, account=ADVOCATE)
    after = team(*given, event)
    assert (after.phase, after.excluded, ADVOCATE in after.members) == (phase, (ADVOCATE,), False)


@pytest.mark.parametrize("event", [excluded(ADVOCATE), conflicted(ADVOCATE)])
def test_an_account_that_is_out_already_changes_nothing(event: Event) -> None:
    assert exclude(team(opened(), event), TEAM, ADVOCATE) == []
