"""Each empty seat of a team climbs its own ladder, without anybody pressing a button, until it is filled."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from contracts.language import Event
from services.rapid_assessment.cases import ladder_of
from services.rapid_assessment.ladder.events import LadderOpened, LadderWaits, NobodyLeft, RungReached
from services.rapid_assessment.team.events import (
    SeatFellSilent,
    SeatProposed,
    SeatUnderWay,
    SeatUnreached,
    SeatVacated,
)
from tests.services.rapid_assessment.given import (
    CPS,
    POLICE,
    TEAM,
    VICTIM,
    accepted,
    conflicted,
    excluded,
    lapsed,
    opened,
    proposed,
    stood_down,
)
from tests.services.rapid_assessment.ladder.given import (
    MINUTE,
    ON_CALL,
    RUNGS,
    SEAT,
    SECOND,
    THIRD,
    Climbing,
    accepted_by_ladder,
    climbing,
    declined,
    released,
    rule,
    tables,
    under_way,
)
from tests.support.running_service import NOON


async def test_when_a_team_opens_each_seat_has_its_ladder_as_on_file_and_calls_who_is_on_call() -> None:
    house = Climbing({CPS.seat: [ON_CALL], SEAT: [SECOND, THIRD]})
    await house.open()

    first, second, third = [each.event for each in house.streams.all if isinstance(each.event, LadderOpened)]
    assert [each.seat for each in (first, second, third)] == [CPS.seat, POLICE.seat, VICTIM.seat]
    assert {(each.ladder_version, each.opening) for each in (first, second, third)} == {(7, 1)}
    assert (await house.asked(CPS.seat), await house.asked(SEAT)) == (ON_CALL, SECOND)
    # Nobody takes turns for the third: that is told at once, and no seat waits for another.
    assert await house.asked(POLICE.seat) is None
    assert house.told_of(POLICE.seat) == ["ladder.opened", "ladder.nobody_left"]


async def test_silence_goes_on_to_the_next_rung_and_the_next_person_and_then_everything_begins_anew() -> None:
    house = climbing()
    await house.open()
    assert await house.asked(SEAT) == ON_CALL
    await house.pass_(5 * MINUTE - timedelta(seconds=1))
    assert await house.asked(SEAT) == ON_CALL
    await house.pass_(timedelta(hours=3))

    reached = [
        (each.event.rung, each.event.responder, (each.happened_at - NOON) // MINUTE)
        for each in house.streams.all
        if isinstance(each.event, RungReached) and each.event.climb == 1
    ]
    # Nobody stated a channel: the second rung calls by voice all the same.
    assert reached == [(1, ON_CALL, 0), (2, ON_CALL, 5), (3, SECOND, 15), (3, THIRD, 25)]
    left = [
        ((each.happened_at - NOON) // MINUTE, each.event.climb, each.event.called)
        for each in house.streams.all
        if isinstance(each.event, NobodyLeft) and each.event.seat == SEAT
    ]
    # Whoever was asked last may still answer while it rests; then it is climbed anew.
    assert left == [(35, 1, 4), (130, 2, 4)]
    assert house.told_of(SEAT).count("ladder.rung_reached") == 8
    assert await house.asked(SEAT) is not None
    assert "ladder.waits" not in house.told_of(SEAT)


async def test_a_proposal_of_the_ladder_is_one_commit_with_its_rung() -> None:
    house = climbing()
    await house.open()
    names = [each.event.NAME for each in house.streams.all if each.stream in {TEAM, ladder_of(TEAM, SEAT)}]
    assert names.count("team.seat_proposed") == names.count("ladder.rung_reached") == 1


@pytest.mark.parametrize(
    "answer",
    [declined(), conflicted(ON_CALL), excluded(ON_CALL)],
    ids=["a no", "a conflict of interest", "named in the tip"],
)
async def test_a_no_goes_on_at_once_and_never_comes_back_to_them(answer: Event) -> None:
    house = climbing()
    await house.open()
    await house.happens(answer)
    assert await house.asked(SEAT) == SECOND
    await house.pass_(timedelta(days=2))
    assert ON_CALL not in [
        each.event.responder
        for each in house.streams.all[house.seen_at(answer) :]
        if isinstance(each.event, SeatProposed)
    ]


async def test_whoever_nothing_reached_is_passed_over_at_once() -> None:
    house = climbing()
    await house.open()
    await house.happens(SeatUnreached(team=TEAM, seat=SEAT, responder=ON_CALL, refused=()))
    assert (await house.ladder(SEAT)).rung > 1
    # Of another seat, or of somebody asked before, nothing follows.
    stands = len(house.streams.all)
    await house.happens(SeatUnreached(team=TEAM, seat=CPS.seat, responder=ON_CALL, refused=()))
    assert len(house.streams.all) == stands + 1


async def test_that_an_earlier_proposal_reached_nobody_cuts_short_nobodys_time() -> None:
    house = climbing()
    await house.open()
    # Heard of only once the next rung has called them again.
    house.streams.add(TEAM, SeatUnreached(team=TEAM, seat=SEAT, responder=ON_CALL, refused=()), NOON)
    await house.pass_(5 * MINUTE)
    assert ((await house.ladder(SEAT)).rung, await house.asked(SEAT)) == (2, ON_CALL)


async def test_one_that_rests_does_not_begin_anew_for_whom_nothing_reached() -> None:
    house = climbing()
    await house.open()
    await house.pass_(35 * MINUTE)
    stands = house.told_of(SEAT)
    assert stands[-1] == NobodyLeft.NAME
    await house.happens(SeatUnreached(team=TEAM, seat=SEAT, responder=THIRD, refused=()))
    assert house.told_of(SEAT) == stands


async def test_what_happened_before_the_team_opened_anew_and_is_heard_of_late_moves_no_ladder() -> None:
    house = Climbing({SEAT: []})
    await house.open()
    await house.happens(accepted(VICTIM, ON_CALL))
    for event in (released(ON_CALL), stood_down(), opened(2)):
        house.streams.add(TEAM, event, NOON)
    await house.react()
    assert house.told_of(SEAT) == ["ladder.opened", "ladder.nobody_left"] * 2


async def test_a_filled_seat_stops_its_own_ladder_and_no_other() -> None:
    house = Climbing({CPS.seat: [ON_CALL], SEAT: [SECOND, THIRD]})
    await house.open()
    on_the_way = SeatUnderWay(team=TEAM, seat=CPS.seat, responder=ON_CALL)
    await house.happens(accepted(CPS, ON_CALL), on_the_way)
    stands = house.told_of(CPS.seat)
    await house.pass_(timedelta(hours=6))
    assert house.told_of(CPS.seat) == stands
    assert len(house.told_of(SEAT)) > 4


@pytest.mark.parametrize("opens", [released(SECOND), lapsed(VICTIM)], ids=["released", "credential ended"])
async def test_a_seat_that_opens_again_is_climbed_for_at_once_from_the_first_rung(opens: Event) -> None:
    house = climbing()
    await house.open()
    await house.pass_(15 * MINUTE)
    assert await house.asked(SEAT) == SECOND
    await house.happens(accepted(VICTIM, SECOND), under_way(SECOND))
    await house.pass_(timedelta(hours=2))
    await house.happens(opens)
    # Whoever was silent is called once more; whoever had taken the seat is not.
    assert await house.asked(SEAT) == ON_CALL
    await house.pass_(timedelta(hours=20))
    since = [each.event for each in house.streams.all if each.happened_at > NOON + timedelta(hours=2)]
    assert SECOND not in {each.responder for each in since if isinstance(each, SeatProposed)}


async def test_whom_a_person_asks_is_waited_for_and_then_the_ladder_goes_on() -> None:
    house = climbing()
    await house.open()
    await house.happens(proposed(VICTIM, THIRD))
    assert house.told_of(SEAT)[-1] == LadderWaits.NAME
    await house.pass_(30 * MINUTE - timedelta(seconds=1))
    assert await house.asked(SEAT) == THIRD
    await house.pass_(timedelta(seconds=1))
    assert await house.asked(SEAT) == ON_CALL


async def test_whom_a_person_asks_once_more_is_waited_for_again_though_the_ladder_had_asked_them() -> None:
    house = climbing()
    await house.open()
    await house.pass_(timedelta(hours=3))
    asked = await house.asked(SEAT)
    assert asked is not None
    by_hand = house.streams.add(TEAM, proposed(VICTIM, asked), house.time.now())
    origin = replace(by_hand.origin, actor="account:a-coordinator")
    house.commit(await house.climb(replace(by_hand, origin=origin)))
    ladder = await house.ladder(SEAT)
    assert (ladder.by_hand, ladder.until) == (True, house.time.now() + 30 * MINUTE)


async def test_that_a_person_had_asked_somebody_before_is_heard_late_and_gives_nobody_more_time() -> None:
    house = climbing()
    await house.open()
    by_hand = house.streams.add(TEAM, proposed(VICTIM, THIRD), house.time.now())
    house.seen = len(house.streams.all)
    await house.pass_(35 * MINUTE)
    ladder = await house.ladder(SEAT)
    assert (await house.asked(SEAT), ladder.rung, ladder.by_hand) == (ON_CALL, 2, False)
    origin = replace(by_hand.origin, actor="account:a-coordinator")
    house.commit(await house.climb(replace(by_hand, origin=origin)))
    assert await house.ladder(SEAT) == ladder


async def test_a_ladder_keeps_what_was_on_file_when_its_team_opened_whatever_is_on_file_later() -> None:
    house = climbing()
    await house.open()
    changed = tuple(rule(seat, RUNGS[2:]) for seat in (CPS.seat, POLICE.seat, SEAT))
    object.__setattr__(house.cases, "jurisdiction", tables(RUNGS[2:]))
    await house.pass_(5 * MINUTE)
    assert [each.rung for each in (await house.ladder(SEAT)).rungs] == [1, 2, 3]
    assert len(changed[0].rungs) == 1
    await house.happens(stood_down(), opened(2))
    ladder = await house.ladder(SEAT)
    assert (ladder.opening, len(ladder.rungs)) == (2, 1)


async def test_where_nothing_is_sent_nobody_is_called_and_that_is_told_once() -> None:
    house = climbing(sends=False)
    await house.open()
    await house.pass_(timedelta(days=3))
    assert house.told_of(SEAT) == ["ladder.opened", "ladder.nobody_left"]
    left = [each.event for each in house.streams.all if isinstance(each.event, NobodyLeft)]
    assert {each.why for each in left} == {"nothing_sent"}
    assert await house.asked(SEAT) is None


async def test_one_that_rests_calls_within_minutes_whoever_comes_on_call() -> None:
    house = Climbing({SEAT: []})
    await house.open()
    await house.pass_(7 * MINUTE)
    house.people = {SEAT: [ON_CALL]}
    house.certify()
    await house.pass_(3 * MINUTE - timedelta(seconds=1))
    assert await house.asked(SEAT) is None
    await house.pass_(timedelta(seconds=1))
    assert await house.asked(SEAT) == ON_CALL


async def test_whoever_was_silent_is_called_again_by_the_next_climb_alone_whoever_comes_while_it_rests() -> None:
    house = Climbing({SEAT: [ON_CALL]})
    await house.open()
    await house.pass_(18 * MINUTE)
    house.people = {SEAT: [ON_CALL, SECOND]}
    house.certify()
    await house.pass_(82 * MINUTE)

    of_ladder = [
        (each.event, (each.happened_at - NOON) // MINUTE) for each in house.streams.events[ladder_of(TEAM, SEAT)]
    ]
    called = [(at, event.responder) for event, at in of_ladder if isinstance(event, RungReached)]
    assert called == [
        *((0, ON_CALL), (5, ON_CALL)),
        (20, SECOND),
        *((75, ON_CALL), (80, ON_CALL), (90, SECOND)),
    ]
    left = [(at, event.climb, event.called) for event, at in of_ladder if isinstance(event, NobodyLeft)]
    # The first rest is over when it would have been without her, and the next is the second.
    assert left == [(15, 1, 2), (30, 2, 1), (100, 3, 3)]
    rests = [event.again_at for event, _ in of_ladder if isinstance(event, NobodyLeft)]
    assert rests == [NOON + 75 * MINUTE, NOON + 75 * MINUTE, NOON + 220 * MINUTE]


async def test_whom_nothing_reached_and_who_has_shown_since_that_a_channel_works_was_not_silent() -> None:
    house = Climbing({SEAT: [ON_CALL, SECOND]})
    await house.open()
    await house.happens(SeatUnreached(team=TEAM, seat=SEAT, responder=ON_CALL, refused=()))
    await house.happens(SeatUnreached(team=TEAM, seat=SEAT, responder=ON_CALL, refused=()))
    await house.pass_(12 * MINUTE)
    assert house.told_of(SEAT)[-1] == NobodyLeft.NAME
    house.proven = {ON_CALL: house.time.now(), SECOND: house.time.now()}
    await house.pass_(5 * MINUTE)
    assert await house.asked(SEAT) == ON_CALL


FELL_SILENT = [
    SeatFellSilent(team=TEAM, seat=CPS.seat, responder=ON_CALL),
    SeatFellSilent(team=TEAM, seat=SEAT, responder=SECOND),
]


@pytest.mark.parametrize(
    "at_once",
    [
        FELL_SILENT,
        [accepted(POLICE, THIRD), lapsed(CPS), lapsed(VICTIM)],
        [conflicted(ON_CALL), FELL_SILENT[1]],
        [SeatVacated(team=TEAM, seat=CPS.seat, responder=ON_CALL), released(SECOND)],
    ],
    ids=["both were silent", "both had no credential any more", "a conflict and a silence", "suspended and released"],
)
async def test_two_seats_that_open_in_one_moment_begin_anew_and_come_to_nobody_once_each(at_once: list[Event]) -> None:
    house = Climbing({CPS.seat: [ON_CALL], SEAT: [SECOND]})
    await house.open()
    await house.happens(accepted(CPS, ON_CALL), accepted(VICTIM, SECOND))
    await house.pass_(MINUTE)
    for event in at_once:
        house.streams.add(TEAM, event, house.time.now())
    await house.react()

    left = [each.event for each in house.streams.all if isinstance(each.event, NobodyLeft) and each.happened_at > NOON]
    assert sorted((each.seat, each.climb) for each in left) == [(CPS.seat, 2), (SEAT, 2)]


async def test_a_moment_that_comes_before_a_silence_is_heard_of_begins_anew_and_the_silence_leads_to_nothing_more() -> (
    None
):
    house = await accepted_by_ladder()
    house.people = {SEAT: [ON_CALL]}
    house.streams.add(TEAM, SeatFellSilent(team=TEAM, seat=SEAT, responder=ON_CALL), NOON)
    await house.fire(ladder_of(TEAM, SEAT), NOON + 5 * MINUTE)
    assert house.told_of(SEAT)[3:] == [NobodyLeft.NAME]


async def test_a_moment_that_comes_before_it_is_heard_that_a_person_asked_somebody_once_more_waits_for_them() -> None:
    house = await accepted_by_ladder()
    house.time.turn(5 * MINUTE)
    for event in (released(), proposed(VICTIM, ON_CALL)):
        house.streams.add(TEAM, event, house.time.now())
    await house.fire(ladder_of(TEAM, SEAT), NOON + 5 * MINUTE)
    assert await house.asked(SEAT) == ON_CALL
    assert house.told_of(SEAT)[3:] == [LadderWaits.NAME]


async def test_no_rung_is_lost_and_none_comes_twice_where_the_worker_dies_after_its_append() -> None:
    house = climbing()
    await house.open()
    moment = NOON + 5 * MINUTE
    house.time.turn(5 * MINUTE)
    await house.fire(ladder_of(TEAM, SEAT), moment, dies=True)
    stands = house.told_of(SEAT)
    await house.fire(ladder_of(TEAM, SEAT), moment)
    assert house.told_of(SEAT) == stands
    assert stands[-1] == RungReached.NAME


async def test_a_team_that_ended_or_never_opened_climbs_nothing() -> None:
    house = climbing()
    await house.open()
    await house.happens(stood_down())
    stands = len(house.streams.all)
    await house.pass_(timedelta(days=1))
    assert len(house.streams.all) == stands
    other = climbing()
    other.certify()
    await other.happens(excluded(ON_CALL))
    assert other.told_of(SEAT) == []
