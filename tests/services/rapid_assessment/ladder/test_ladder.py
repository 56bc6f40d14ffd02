"""Given a ladder and the order of people, whom it calls, and when it waits."""

from collections.abc import Sequence
from datetime import timedelta
from functools import reduce
from uuid import UUID

import pytest

from contracts.jurisdictions import Rung
from contracts.language import Event
from services.rapid_assessment.ladder import ladder as ladders
from services.rapid_assessment.ladder.events import LadderWaits, NobodyLeft
from services.rapid_assessment.ladder.ladder import PLACES, Call, InOrder, Ladder, WhyNobody, evolve
from services.rapid_assessment.ranking import Place
from tests.services.rapid_assessment.given import TEAM, VICTIM, reached
from tests.services.rapid_assessment.ladder.given import (
    MINUTE,
    ON_CALL,
    RUNGS,
    SECOND,
    THIRD,
    opened_ladder,
    rule,
)
from tests.support.running_service import NOON

EVERYBODY = [InOrder(ON_CALL, "on_call"), InOrder(SECOND, "next"), InOrder(THIRD, "next")]
VOICE = {who: ["sms", "voice"] for who in (ON_CALL, SECOND, THIRD)}


def given(*events: Event) -> Ladder:
    return reduce(evolve, events, opened_ladder(VICTIM.seat))


def called(
    ladder: Ladder, *, done: Sequence[UUID] = (), kinds: dict[UUID, list[str]] = VOICE
) -> tuple[int, UUID] | None:
    call = ladders.next_call(ladder, EVERYBODY, done, kinds)
    return (call.rung.rung, call.account) if call else None


def test_the_places_of_the_order_are_those_that_rungs_call() -> None:
    assert set(PLACES.values()) == set(Place)


def test_what_was_on_file_when_it_opened_is_kept_with_it() -> None:
    ladder = opened_ladder(VICTIM.seat)
    assert (ladder.name, ladder.version, ladder.opening) == (VICTIM.seat, 7, 1)
    assert [(each.who, each.by, each.minutes) for each in ladder.rungs] == [
        ("on_call", (), 5),
        ("on_call", ("voice",), 10),
        ("next", (), 10),
    ]


def test_rung_by_rung_each_person_once_by_each() -> None:
    ladder, climbed = opened_ladder(VICTIM.seat), []
    while (call := ladders.next_call(ladder, EVERYBODY, (), VOICE)) is not None:
        event = ladders.reach(ladder, call, NOON)
        climbed.append((event.rung, event.responder, event.by, event.until - NOON))
        ladder = evolve(ladder, event)
    assert climbed == [
        (1, ON_CALL, (), 5 * MINUTE),
        (2, ON_CALL, ("voice",), 10 * MINUTE),
        (3, SECOND, (), 10 * MINUTE),
        (3, THIRD, (), 10 * MINUTE),
    ]


@pytest.mark.parametrize(
    ("kinds", "by"),
    [
        ({ON_CALL: ["voice"]}, (2, ON_CALL)),
        ({ON_CALL: ["sms"]}, (3, SECOND)),
        ({}, (2, ON_CALL)),
    ],
    ids=[
        "they have the channel of the rung",
        "they have others",
        "they have none, which is told",
    ],
)
def test_a_rung_by_certain_channels_calls_who_has_one(kinds: dict[UUID, list[str]], by: tuple[int, UUID]) -> None:
    assert called(given(reached(VICTIM, ON_CALL)), kinds=kinds) == by


def test_who_comes_on_call_while_it_is_climbed_is_called_though_their_rung_was_passed() -> None:
    ladder = given(reached(VICTIM, ON_CALL), reached(VICTIM, SECOND, rung=3))
    handed_over = [InOrder(THIRD, "on_call"), InOrder(SECOND, "next")]
    call = ladders.next_call(ladder, handed_over, (), VOICE)
    assert call is not None
    assert (call.rung.rung, call.account) == (1, THIRD)
    # Nobody else goes down a rung by that.
    assert ladders.next_call(ladder, handed_over[1:], (), VOICE) is None


def test_whoever_answered_is_called_no_more() -> None:
    assert called(opened_ladder(VICTIM.seat), done=[ON_CALL]) == (3, SECOND)
    assert called(opened_ladder(VICTIM.seat), done=[ON_CALL, SECOND, THIRD]) is None


def test_a_rung_for_those_who_said_to_be_callable_calls_them_and_another_does_not() -> None:
    hours = [InOrder(THIRD, "hours")]
    by_hours = opened_ladder(VICTIM.seat, (Rung(rung=1, who="callable", minutes=5),))
    assert ladders.next_call(opened_ladder(VICTIM.seat), hours, (), {}) is None
    call = ladders.next_call(by_hours, hours, (), {})
    assert call is not None
    assert call.account == THIRD


def test_when_nobody_is_left_it_rests_and_is_climbed_anew_from_the_first_rung() -> None:
    climbed = [reached(VICTIM, ON_CALL), reached(VICTIM, SECOND, rung=3), reached(VICTIM, THIRD, rung=3)]
    ladder = given(*climbed)
    assert called(ladder) is None

    rest = ladders.rest(ladder, WhyNobody.NOBODY_NAMED, NOON)

    assert rest == NobodyLeft(
        team=TEAM,
        seat=VICTIM.seat,
        climb=1,
        called=3,
        why="all_called",
        again_at=NOON + 60 * MINUTE,
        told=("cps_coordinator", "statewide_coordinator"),
    )
    anew = evolve(ladder, rest)
    assert (anew.rests, anew.waits(NOON), anew.waits(rest.again_at)) == (True, True, False)
    assert called(anew) == (1, ON_CALL)


def test_a_ladder_that_names_nobody_says_so() -> None:
    assert ladders.rest(opened_ladder(VICTIM.seat), WhyNobody.NOBODY_NAMED, NOON).why == "nobody_named"


def test_each_rest_is_longer_up_to_a_day() -> None:
    ladder, rests, now = opened_ladder(VICTIM.seat), [], NOON
    for _ in range(30):
        rest = ladders.rest(ladder, WhyNobody.NOBODY_NAMED, now)
        rests.append(rest.again_at - now)
        ladder, now = evolve(ladder, rest), rest.again_at
    assert rests[:3] == [60 * MINUTE, 120 * MINUTE, 180 * MINUTE]
    assert rests[-1] == timedelta(days=1)


def test_whom_it_finds_while_it_rests_makes_the_rest_no_longer_and_calls_nobody_who_was_silent() -> None:
    first = ladders.rest(given(reached(VICTIM, ON_CALL)), WhyNobody.NOBODY_NAMED, NOON)
    resting = given(reached(VICTIM, ON_CALL), first)
    assert called(resting, done=[*resting.passes_over(NOON)]) == (3, SECOND)

    found = evolve(resting, ladders.reach(resting, Call(resting.rungs[2], SECOND), NOON + 5 * MINUTE))
    assert (found.rests, found.passes_over(NOON + 5 * MINUTE)) == (False, (ON_CALL,))
    second = ladders.rest(found, WhyNobody.NOBODY_NAMED, NOON + 15 * MINUTE)
    assert (second.climb, second.called, second.again_at) == (2, 1, first.again_at)

    resting = evolve(found, second)
    assert resting.passes_over(NOON + 15 * MINUTE) == (ON_CALL, SECOND)
    assert resting.passes_over(first.again_at) == ()
    third = ladders.rest(resting, WhyNobody.NOBODY_NAMED, first.again_at)
    assert third.again_at == first.again_at + 120 * MINUTE


@pytest.mark.parametrize("late", [timedelta(), timedelta(seconds=1), 4 * MINUTE])
def test_looks_come_at_the_same_moments_however_late_one_of_them_is_and_at_the_end_of_the_rest(late: timedelta) -> None:
    until, every = NOON + 12 * MINUTE, 5 * MINUTE
    looks = [ladders.looks_at(until, NOON + at * MINUTE + late, every) - NOON for at in (-3, 2, 7, 12)]
    assert looks == [2 * MINUTE, 7 * MINUTE, 12 * MINUTE, 17 * MINUTE]


def test_whom_a_person_asked_is_waited_for_and_not_taken_for_one_it_called() -> None:
    waits = ladders.wait_for(opened_ladder(VICTIM.seat), SECOND, NOON)
    assert waits == LadderWaits(team=TEAM, seat=VICTIM.seat, responder=SECOND, until=NOON + 30 * MINUTE)
    ladder = given(waits)
    assert (ladder.calls(SECOND), given(reached(VICTIM, SECOND)).calls(SECOND)) == (False, True)
    assert (ladder.waits(waits.until), called(ladder)) == (False, (1, ON_CALL))


def test_when_the_seat_opens_again_whoever_was_silent_is_called_once_more() -> None:
    silent = given(reached(VICTIM, ON_CALL), reached(VICTIM, SECOND, rung=3))
    anew = ladders.begun_anew(silent)
    assert (anew.climb, called(anew)) == (2, (1, ON_CALL))
    untouched = opened_ladder(VICTIM.seat)
    assert ladders.begun_anew(untouched) == untouched


def test_a_new_opening_of_the_team_begins_with_the_ladder_on_file_then() -> None:
    before = given(reached(VICTIM, ON_CALL))
    after = evolve(before, ladders.open_ladder(TEAM, VICTIM.seat, 2, rule(VICTIM.seat, RUNGS[2:])))
    assert (after.opening, len(after.rungs), after.called, after.asked) == (2, 1, (), None)
