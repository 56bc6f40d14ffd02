"""A responder is asked to take a seat."""

from datetime import timedelta

import pytest

from contracts.jurisdictions import Seat
from contracts.language import InvalidValue, Refused
from services.rapid_assessment.team.decisions import Candidate, TeamRefusal, propose, seat_named
from services.rapid_assessment.team.events import SeatProposed
from services.rapid_assessment.team.state import Team
from tests.services.rapid_assessment.given import (
    ADVOCATE,
    CPS,
    INVESTIGATOR,
    MISSISSIPPI,
    POLICE,
    SPARE,
    TEAM,
    VICTIM,
    YEAR,
    candidate,
    certificate,
    conflicted,
    excluded,
    formed,
    held,
    lapsed,
    opened,
    proposed,
    stood_down,
    team,
)
from tests.support.running_service import NOON

GOOD = candidate(ADVOCATE, certificate(VICTIM))
MOMENT = timedelta(microseconds=1)


def test_a_responder_with_the_credential_who_can_be_called_is_asked() -> None:
    (event,) = propose(team(opened()), VICTIM, GOOD, NOON)

    assert event == SeatProposed(team=TEAM, seat="victim_advocate", responder=ADVOCATE)
    assert team(opened(), event).members == (ADVOCATE,)


def test_who_does_not_answer_is_replaced_by_the_next_who_is_asked() -> None:
    given = [opened(), proposed(VICTIM)]

    (event,) = propose(team(*given), VICTIM, candidate(SPARE, certificate(VICTIM)), NOON)

    assert team(*given, event).members == (SPARE,)


def test_a_seat_whose_holder_lapsed_is_open_to_another() -> None:
    given = team(opened(), *held(CPS, VICTIM), lapsed(VICTIM))

    assert propose(given, VICTIM, candidate(SPARE, certificate(VICTIM)), NOON)


def test_whose_lapsed_credential_was_renewed_is_asked_again_for_the_same_seat() -> None:
    given = [opened(), *held(CPS, VICTIM), lapsed(VICTIM)]
    assert ADVOCATE not in team(*given).members

    (event,) = propose(team(*given), VICTIM, GOOD, NOON)

    assert ADVOCATE in team(*given, event).members


BOTH = candidate(INVESTIGATOR, certificate(CPS), certificate(POLICE))


@pytest.mark.parametrize(
    ("given", "seat", "who", "code"),
    [
        (team(), VICTIM, GOOD, TeamRefusal.NOT_OPEN),
        (team(*formed()), VICTIM, GOOD, TeamRefusal.NOT_OPEN),
        (team(opened(), stood_down()), VICTIM, GOOD, TeamRefusal.NOT_OPEN),
        (team(opened()), VICTIM, None, TeamRefusal.NO_SUCH_RESPONDER),
        (team(excluded(ADVOCATE), opened()), VICTIM, GOOD, TeamRefusal.CONFLICT),
        (team(opened(), conflicted(ADVOCATE)), VICTIM, GOOD, TeamRefusal.CONFLICT),
        (team(opened(), conflicted(ADVOCATE), stood_down(), opened(2)), VICTIM, GOOD, TeamRefusal.CONFLICT),
        (team(opened(), *held(VICTIM)), VICTIM, candidate(SPARE, certificate(VICTIM)), TeamRefusal.SEAT_FILLED),
        (team(opened(), *held(CPS)), POLICE, BOTH, TeamRefusal.ALREADY_ON_TEAM),
        (team(opened(), proposed(CPS)), POLICE, BOTH, TeamRefusal.ALREADY_ON_TEAM),
        (team(opened(), proposed(VICTIM)), VICTIM, GOOD, TeamRefusal.ALREADY_ASKED),
        (team(opened()), VICTIM, candidate(ADVOCATE), TeamRefusal.CREDENTIAL),
        (team(opened()), VICTIM, candidate(INVESTIGATOR, certificate(CPS)), TeamRefusal.CREDENTIAL),
    ],
)
def test_a_rule_refuses(given: Team, seat: Seat, who: Candidate | None, code: TeamRefusal) -> None:
    with pytest.raises(Refused) as refused:
        propose(given, seat, who, NOON)

    assert refused.value.code == code


def test_a_certificate_counts_from_its_first_moment_and_not_at_its_last() -> None:
    at_first = certificate(VICTIM, since=NOON, until=NOON + YEAR)
    not_yet = certificate(VICTIM, since=NOON + MOMENT, until=NOON + YEAR)
    over = certificate(VICTIM, until=NOON)
    to_the_end = certificate(VICTIM, until=NOON + MOMENT)

    assert propose(team(opened()), VICTIM, candidate(ADVOCATE, at_first), NOON)
    assert propose(team(opened()), VICTIM, candidate(ADVOCATE, over, to_the_end), NOON)
    for wrong in (not_yet, over):
        with pytest.raises(Refused) as refused:
            propose(team(opened()), VICTIM, candidate(ADVOCATE, wrong), NOON)
        assert (refused.value.code, refused.value.rule) == (TeamRefusal.CREDENTIAL, "C06")
        assert refused.value.citation


def test_a_certificate_of_the_right_kind_from_somebody_else_fills_no_seat() -> None:
    forged = Candidate(
        account=ADVOCATE,
        certificates=(
            certificate(VICTIM).__class__(
                kind=VICTIM.credential, issuer="MDCPS", valid_from=NOON - YEAR, valid_until=NOON + YEAR
            ),
        ),
        available=GOOD.available,
    )

    with pytest.raises(Refused) as refused:
        propose(team(opened()), VICTIM, forged, NOON)

    assert refused.value.code == TeamRefusal.CREDENTIAL


def test_who_said_nothing_of_being_available_or_whose_time_is_over_is_not_asked() -> None:
    for window in (None, (NOON + MOMENT, NOON + YEAR), (NOON - YEAR, NOON)):
        with pytest.raises(Refused) as refused:
            propose(team(opened()), VICTIM, candidate(ADVOCATE, certificate(VICTIM), available=window), NOON)
        assert refused.value.code == TeamRefusal.NOT_AVAILABLE

    assert propose(
        team(opened()), VICTIM, candidate(ADVOCATE, certificate(VICTIM), available=(NOON, NOON + MOMENT)), NOON
    )


@pytest.mark.parametrize("name", ["", "sheriff", "Victim_Advocate"])
def test_a_seat_that_no_team_has_is_refused_by_name(name: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        seat_named(name, team(opened()), MISSISSIPPI)

    assert refused.value.field == "seat"
    assert seat_named("victim_advocate", team(opened()), MISSISSIPPI) == VICTIM
