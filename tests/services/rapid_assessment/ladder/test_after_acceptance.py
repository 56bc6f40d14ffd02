"""Whoever a ladder called and who accepted is to be heard of; whom a colleague named in their place is waited for."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from contracts.events.rapid_assessment import TeamFormed
from services.rapid_assessment.cases import contact_of, ladder_of
from services.rapid_assessment.ladder.events import LadderWaits, RungReached, StartAwaited
from services.rapid_assessment.team.events import (
    SeatFellSilent,
)
from services.rapid_assessment.team.hand_over import hand_over
from services.rapid_assessment.team.state import Team
from tests.services.rapid_assessment.given import (
    CPS,
    POLICE,
    REASON,
    TEAM,
    TIP,
    VICTIM,
    accepted,
    proposed,
    seen,
)
from tests.services.rapid_assessment.ladder.given import (
    MINUTE,
    ON_CALL,
    SEAT,
    SECOND,
    THIRD,
    Climbing,
    accepted_by_ladder,
    climbing,
    released,
    under_way,
)
from tests.support.running_service import NOON


async def test_whoever_it_called_and_who_accepts_is_to_say_that_they_are_on_their_way_or_the_seat_opens_again() -> None:
    house = await accepted_by_ladder()
    awaited = house.streams.events[ladder_of(TEAM, SEAT)][-1].event
    assert awaited == StartAwaited(team=TEAM, seat=SEAT, responder=ON_CALL, until=NOON + 45 * MINUTE)
    await house.pass_(45 * MINUTE - timedelta(seconds=1))
    assert (await house.team()).seat(SEAT).held_by == ON_CALL
    await house.pass_(timedelta(seconds=1))
    assert [each.event for each in house.streams.all if isinstance(each.event, SeatFellSilent)] == [
        SeatFellSilent(team=TEAM, seat=SEAT, responder=ON_CALL)
    ]
    # The next is called at once; whoever fell silent had answered, and is not called again.
    assert (await house.team()).seat(SEAT).held_by is None
    assert await house.asked(SEAT) == SECOND


async def test_a_team_that_stood_stands_no_more_when_one_of_it_is_silent() -> None:
    house = await accepted_by_ladder()
    for seat, who in ((CPS, SECOND), (POLICE, THIRD)):
        house.streams.add(TEAM, accepted(seat, who), NOON)
    house.streams.add(TEAM, TeamFormed(team=TEAM, tip=TIP, formed_at=NOON, late=False), NOON)
    await house.pass_(45 * MINUTE)
    team = await house.team()
    assert (team.phase, team.seat(SEAT).filled, team.seat(CPS.seat).filled) == ("open", False, True)


@pytest.mark.parametrize("heard", ["on the way", "child seen", "released and asked by a person"])
async def test_whoever_is_heard_of_keeps_the_seat(heard: str) -> None:
    house = await accepted_by_ladder()
    match heard:
        case "on the way":
            await house.happens(under_way())
        case "child seen":
            house.streams.add(contact_of(TIP), seen(), NOON)
        case _:
            for event in (released(), proposed(VICTIM, ON_CALL), accepted(VICTIM, ON_CALL)):
                await house.happens(event)
    await house.pass_(timedelta(hours=5))
    assert (await house.team()).seat(SEAT).held_by == ON_CALL
    assert not [each for each in house.streams.all if isinstance(each.event, SeatFellSilent)]


async def test_whom_a_person_asked_is_that_persons_to_look_after() -> None:
    house = climbing()
    await house.open()
    await house.happens(proposed(VICTIM, THIRD))
    await house.happens(accepted(VICTIM, THIRD))
    assert StartAwaited.NAME not in house.told_of(SEAT)
    await house.pass_(timedelta(hours=5))
    assert (await house.team()).seat(SEAT).held_by == THIRD


async def handed_over(house: Climbing, by: UUID, to: UUID) -> None:
    """In one commit, by the one who is asked or holds the seat: a person, not the service."""
    team = await house.team()
    people = (await house.cases.candidates(Team(), to)).people
    decided = hand_over(team, VICTIM, by, people.get(to), [to], REASON, house.time.now())
    told = [house.streams.add(TEAM, event, house.time.now()) for event in decided]
    for each in told:
        origin = replace(each.origin, actor=f"account:{by}")
        house.commit(await house.climb(replace(each, origin=origin)))


async def test_a_colleague_who_is_named_is_waited_for_once_and_then_the_ladder_goes_on() -> None:
    house = climbing()
    await house.open()
    await handed_over(house, ON_CALL, THIRD)
    assert house.told_of(SEAT)[2:] == [LadderWaits.NAME]
    await house.pass_(30 * MINUTE - timedelta(seconds=1))
    assert await house.asked(SEAT) == THIRD
    await house.pass_(timedelta(seconds=1))
    assert await house.asked(SEAT) == SECOND
    await house.pass_(timedelta(days=1))
    assert ON_CALL not in {
        each.event.responder
        for each in house.streams.all
        if isinstance(each.event, RungReached) and each.happened_at > NOON
    }


async def test_a_seat_that_was_held_and_is_handed_over_waits_for_the_colleague_and_calls_nobody_beside_them() -> None:
    house = await accepted_by_ladder()
    await house.pass_(MINUTE)
    await handed_over(house, ON_CALL, THIRD)
    assert house.told_of(SEAT)[-1] == LadderWaits.NAME
    assert house.told_of(SEAT).count(RungReached.NAME) == 1
    assert await house.asked(SEAT) == THIRD
    await house.pass_(30 * MINUTE)
    assert await house.asked(SEAT) == SECOND


async def test_a_colleague_who_was_named_and_accepts_is_to_say_that_they_are_on_their_way() -> None:
    house = climbing()
    await house.open()
    await handed_over(house, ON_CALL, THIRD)
    await house.happens(accepted(VICTIM, THIRD))
    assert house.told_of(SEAT)[-1] == StartAwaited.NAME
    await house.pass_(45 * MINUTE)
    assert await house.asked(SEAT) == SECOND


async def test_a_silence_looked_at_twice_opens_the_seat_once() -> None:
    house = await accepted_by_ladder()
    house.time.turn(45 * MINUTE)
    moment = NOON + 45 * MINUTE
    await house.fire(ladder_of(TEAM, SEAT), moment, dies=True)
    await house.fire(ladder_of(TEAM, SEAT), moment)
    assert len([each for each in house.streams.all if isinstance(each.event, SeatFellSilent)]) == 1
