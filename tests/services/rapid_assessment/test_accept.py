"""A responder takes a seat; the last seat forms the team."""

from datetime import timedelta

import pytest

from contracts.events.rapid_assessment import TeamFormed
from contracts.language import Event, Refused
from services.rapid_assessment.team.decisions import TeamRefusal, accept, empty_seats, form, propose
from services.rapid_assessment.team.events import SeatAccepted, SeatLapsed
from services.rapid_assessment.team.state import Team, evolve
from tests.services.rapid_assessment.given import (
    ADVOCATE,
    CPS,
    DAY,
    DETECTIVE,
    INVESTIGATOR,
    MISSISSIPPI,
    POLICE,
    SPARE,
    TEAM,
    TIP,
    VICTIM,
    YEAR,
    accepted,
    candidate,
    certificate,
    conflicted,
    everybody,
    excluded,
    formed,
    held,
    lapsed,
    opened,
    proposed,
    released,
    stood_down,
    team,
)
from tests.support.running_service import NOON

TWO_HELD = [opened(), *held(CPS, POLICE), proposed(VICTIM)]
MOMENT = timedelta(microseconds=1)


def test_a_seat_is_taken_with_the_credential_that_holds_longest() -> None:
    longer = certificate(VICTIM, until=NOON + 2 * YEAR)
    people = {ADVOCATE: candidate(ADVOCATE, certificate(VICTIM), longer)}

    (event,) = accept(team(opened(), proposed(VICTIM)), VICTIM, ADVOCATE, people, MISSISSIPPI, NOON)

    assert event == SeatAccepted(
        team=TEAM, seat="victim_advocate", responder=ADVOCATE, accepted_at=NOON, credential_until=NOON + 2 * YEAR
    )


def test_the_third_seat_forms_the_team() -> None:
    events = accept(team(*TWO_HELD), VICTIM, ADVOCATE, everybody(), MISSISSIPPI, NOON)

    assert events[1:] == [TeamFormed(team=TEAM, tip=TIP, formed_at=NOON, late=False)]
    after = team(*TWO_HELD, *events)
    assert (after.phase, after.formed_at, empty_seats(after, MISSISSIPPI)) == ("formed", NOON, ())


@pytest.mark.parametrize(("after", "late"), [(DAY - MOMENT, False), (DAY, True), (DAY + MOMENT, True)])
def test_at_the_due_time_it_is_too_late_and_it_forms_nevertheless(after: timedelta, late: bool) -> None:
    people = {who: candidate(who, *each.certificates, available=None) for who, each in everybody().items()}

    events = accept(team(*TWO_HELD), VICTIM, ADVOCATE, people, MISSISSIPPI, NOON + after)

    assert events[1:] == [TeamFormed(team=TEAM, tip=TIP, formed_at=NOON + after, late=late)]


def test_whose_credential_ended_meanwhile_lapses_and_the_team_does_not_form() -> None:
    people = everybody() | {INVESTIGATOR: candidate(INVESTIGATOR, certificate(CPS, until=NOON))}

    events = accept(team(*TWO_HELD), VICTIM, ADVOCATE, people, MISSISSIPPI, NOON)

    assert events[1:] == [SeatLapsed(team=TEAM, seat=CPS.seat, responder=INVESTIGATOR)]
    after = team(*TWO_HELD, *events)
    assert (after.phase, empty_seats(after, MISSISSIPPI)) == ("open", (CPS.seat,))


def test_all_who_lapsed_are_named_at_once() -> None:
    people = everybody()
    for who, seat in ((INVESTIGATOR, CPS), (ADVOCATE, VICTIM)):
        people[who] = candidate(who, certificate(seat, until=NOON + DAY))
    given = team(opened(), *held(CPS, VICTIM), proposed(POLICE))

    events = accept(given, POLICE, DETECTIVE, people, MISSISSIPPI, NOON + DAY)

    assert [e.seat for e in events if isinstance(e, SeatLapsed)] == [CPS.seat, VICTIM.seat]
    assert not [e for e in events if isinstance(e, TeamFormed)]


def test_a_lapsed_seat_taken_by_another_forms_the_team() -> None:
    given = [opened(), *held(CPS, POLICE, VICTIM), lapsed(VICTIM), proposed(VICTIM, SPARE)]

    events = accept(team(*given), VICTIM, SPARE, everybody(), MISSISSIPPI, NOON)

    assert isinstance(events[-1], TeamFormed)
    assert ADVOCATE not in team(*given, *events).members


def test_one_person_in_two_seats_forms_no_team() -> None:
    people = everybody() | {INVESTIGATOR: candidate(INVESTIGATOR, certificate(CPS), certificate(POLICE))}
    doubled = team(opened(), *held(CPS, VICTIM), accepted(POLICE, INVESTIGATOR))

    assert form(doubled, people, MISSISSIPPI, NOON) == []


def test_of_two_who_accept_one_seat_at_once_only_whom_it_was_asked_of_last_gets_it() -> None:
    asked = team(opened(), proposed(VICTIM), proposed(VICTIM, SPARE))

    (taken,) = accept(asked, VICTIM, SPARE, everybody(), MISSISSIPPI, NOON)

    for given in (asked, evolve(asked, taken)):
        with pytest.raises(Refused) as refused:
            accept(given, VICTIM, ADVOCATE, everybody(), MISSISSIPPI, NOON)
        assert refused.value.code == TeamRefusal.NOT_PROPOSED
    assert evolve(asked, taken).seat(VICTIM.seat).held_by == SPARE


def test_one_person_accepting_two_seats_is_refused_the_second_since_nobody_can_be_asked_for_it() -> None:
    people = everybody() | {INVESTIGATOR: candidate(INVESTIGATOR, certificate(CPS), certificate(POLICE))}
    seated = team(opened(), *held(CPS))

    with pytest.raises(Refused) as asking:
        propose(seated, POLICE, people[INVESTIGATOR], NOON)
    with pytest.raises(Refused) as accepting:
        accept(seated, POLICE, INVESTIGATOR, people, MISSISSIPPI, NOON)

    assert (asking.value.code, accepting.value.code) == (TeamRefusal.ALREADY_ON_TEAM, TeamRefusal.NOT_PROPOSED)


@pytest.mark.parametrize("also", [[], [proposed(VICTIM, SPARE)]], ids=["nobody asked since", "another asked since"])
def test_a_late_accept_after_the_seat_was_released_is_refused_until_they_are_asked_again(also: list[Event]) -> None:
    given = team(opened(), *held(VICTIM), released(VICTIM), *also)

    with pytest.raises(Refused) as refused:
        accept(given, VICTIM, ADVOCATE, everybody(), MISSISSIPPI, NOON)

    assert refused.value.code == TeamRefusal.NOT_PROPOSED
    (taken,) = accept(evolve(given, proposed(VICTIM)), VICTIM, ADVOCATE, everybody(), MISSISSIPPI, NOON)
    assert isinstance(taken, SeatAccepted)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (team(), TeamRefusal.NOT_OPEN),
        (team(*formed()), TeamRefusal.NOT_OPEN),
        (team(opened(), proposed(VICTIM), stood_down()), TeamRefusal.NOT_OPEN),
        (team(opened()), TeamRefusal.NOT_PROPOSED),
        (team(opened(), *held(VICTIM)), TeamRefusal.NOT_PROPOSED),
        (team(opened(), proposed(VICTIM), proposed(VICTIM, SPARE)), TeamRefusal.NOT_PROPOSED),
        (team(opened(), proposed(VICTIM), conflicted(ADVOCATE)), TeamRefusal.NOT_PROPOSED),
        (team(opened(), proposed(VICTIM), excluded(ADVOCATE)), TeamRefusal.NOT_PROPOSED),
    ],
)
def test_a_rule_refuses(given: Team, code: TeamRefusal) -> None:
    with pytest.raises(Refused) as refused:
        accept(given, VICTIM, ADVOCATE, everybody(), MISSISSIPPI, NOON)

    assert refused.value.code == code


def test_asked_with_a_credential_that_has_ended_since_the_seat_is_refused() -> None:
    people = {ADVOCATE: candidate(ADVOCATE, certificate(VICTIM, until=NOON))}

    with pytest.raises(Refused) as refused:
        accept(team(opened(), proposed(VICTIM)), VICTIM, ADVOCATE, people, MISSISSIPPI, NOON)

    assert (refused.value.code, refused.value.rule) == (TeamRefusal.CREDENTIAL, "C06")


def test_asked_for_one_seat_another_cannot_be_taken() -> None:
    people = {ADVOCATE: candidate(ADVOCATE, certificate(VICTIM), certificate(CPS))}

    with pytest.raises(Refused) as refused:
        accept(team(opened(), proposed(VICTIM)), CPS, ADVOCATE, people, MISSISSIPPI, NOON)

    assert refused.value.code == TeamRefusal.NOT_PROPOSED
