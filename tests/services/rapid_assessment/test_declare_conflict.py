"""A responder has a conflict of interest."""

import pytest

from contracts.events.rapid_assessment import AccountKeptOut
from contracts.language import Event
from services.rapid_assessment.team.decisions import declare_conflict
from services.rapid_assessment.team.events import ConflictDeclared
from tests.services.rapid_assessment.given import (
    ADVOCATE,
    REASON,
    SPARE,
    TEAM,
    TIP,
    VICTIM,
    conflicted,
    excluded,
    formed,
    held,
    opened,
    proposed,
    stood_down,
    team,
    text,
)


@pytest.mark.parametrize(
    ("given", "phase"),
    [
        ([opened()], "open"),
        ([opened(), proposed(VICTIM)], "open"),
        ([opened(), *held(VICTIM)], "open"),
        (formed(), "open"),
        ([opened(), stood_down()], "stood_down"),
    ],
    ids=["not asked", "asked", "holds a seat", "of a formed team", "of an ended team"],
)
def test_the_responder_is_out_of_every_seat_for_good(given: list[Event], phase: str) -> None:
    events = declare_conflict(team(*given), ADVOCATE, REASON)

    assert events == [
        ConflictDeclared(team=TEAM, responder=ADVOCATE, reason=text()),
        AccountKeptOut(tip=TIP, account=ADVOCATE),
    ]
    after = team(*given, *events)
    assert (after.phase, after.excluded) == (phase, (ADVOCATE,))
    assert ADVOCATE not in after.members


def test_the_others_keep_their_seats() -> None:
    after = team(*formed(), conflicted(ADVOCATE))

    assert len(after.members) == 2


@pytest.mark.parametrize("given", [[conflicted(ADVOCATE)], [excluded(ADVOCATE)]])
def test_who_is_out_already_changes_nothing_by_saying_it_again(given: list[Event]) -> None:
    assert declare_conflict(team(opened(), *given), ADVOCATE, REASON) == []
    assert declare_conflict(team(opened(), *given), SPARE, REASON) != []
