"""Who is on call when: the rules of a rota, by example and for every moment there is."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.jurisdictions import LOCAL
from contracts.language import Event
from contracts.periods import Period
from services.rapid_assessment.rota.events import HandoverMoved, OverrideWithdrawn, RotaEnded
from services.rapid_assessment.rota.shifts import (
    Away,
    first_moment_of,
    handover,
    on_call_at,
    shifts_between,
    turn_at,
)
from services.rapid_assessment.rota.state import Rota, Rotation
from tests.services.rapid_assessment.rota.given import (
    ANN,
    BEN,
    CAL,
    DAY,
    DEE,
    HOUR,
    MONDAY,
    OTHER_TURNS,
    ROTA,
    TURNS,
    WEEK,
    override,
    rota,
    swapped,
    turns,
)

TICK = timedelta(microseconds=1)
NOBODY_AWAY: Away = {}


def told(state: Rota, away: Away, since: datetime, until: datetime) -> list[tuple[UUID | None, str, float]]:
    """Who, why, and for how many hours."""
    found = shifts_between(state, away, since, until)
    return [(each.account, each.why, (each.until - each.since) / HOUR) for each in found]


def test_they_take_turns_in_their_order_and_hand_over_at_the_hour_and_begin_again() -> None:
    state = rota(turns())
    assert [on_call_at(state, NOBODY_AWAY, MONDAY + week * WEEK) for week in range(4)] == [ANN, BEN, CAL, ANN]
    assert on_call_at(state, NOBODY_AWAY, MONDAY + WEEK - TICK) == ANN


def test_a_rota_with_a_hole_tells_it_as_a_shift_of_nobody() -> None:
    empty = rota()
    assert told(empty, NOBODY_AWAY, MONDAY, MONDAY + DAY) == [(None, "hole", 24.0)]
    later = rota(turns(starts_at=MONDAY + DAY))
    assert told(later, NOBODY_AWAY, MONDAY, MONDAY + 2 * DAY) == [(None, "hole", 24.0), (ANN, "turn", 24.0)]
    all_away = {who: [Period(MONDAY + DAY, MONDAY + 2 * DAY)] for who in (ANN, BEN, CAL)}
    assert told(rota(turns()), all_away, MONDAY, MONDAY + 3 * DAY) == [
        (ANN, "turn", 24.0), (None, "hole", 24.0), (ANN, "turn", 24.0)
    ]  # fmt: skip
    ended = rota(turns(), RotaEnded(rota=ROTA, ended_at=MONDAY + DAY))
    assert told(ended, NOBODY_AWAY, MONDAY, MONDAY + 2 * DAY) == [(ANN, "turn", 24.0), (None, "hole", 24.0)]


def test_of_overlapping_shifts_the_one_put_last_holds_and_nothing_of_the_other_is_lost() -> None:
    first, second = UUID(int=201), UUID(int=202)
    state = rota(
        turns(),
        override(BEN, MONDAY + 2 * HOUR, MONDAY + 8 * HOUR, first),
        override(CAL, MONDAY + 4 * HOUR, MONDAY + 6 * HOUR, second),
    )
    shown = told(state, NOBODY_AWAY, MONDAY, MONDAY + 10 * HOUR)
    assert shown == [
        (ANN, "turn", 2.0), (BEN, "override", 2.0), (CAL, "override", 2.0), (BEN, "override", 2.0), (ANN, "turn", 2.0)
    ]  # fmt: skip
    assert [each.override for each in state.overrides] == [first, second]


def test_an_override_that_is_withdrawn_while_it_holds_ends_then_and_what_was_stays() -> None:
    gone = OverrideWithdrawn(rota=ROTA, override=UUID(int=200), withdrawn_at=MONDAY + 4 * HOUR)
    state = rota(turns(), override(BEN, MONDAY + 2 * HOUR, MONDAY + 8 * HOUR), gone)
    assert told(state, NOBODY_AWAY, MONDAY, MONDAY + 8 * HOUR) == [
        (ANN, "turn", 2.0), (BEN, "override", 2.0), (ANN, "turn", 4.0)
    ]  # fmt: skip
    before = OverrideWithdrawn(rota=ROTA, override=UUID(int=200), withdrawn_at=MONDAY)
    never = rota(turns(), override(BEN, MONDAY + 2 * HOUR, MONDAY + 8 * HOUR), before)
    assert told(never, NOBODY_AWAY, MONDAY, MONDAY + 8 * HOUR) == [(ANN, "turn", 8.0)]


def test_whoever_is_on_leave_is_followed_by_the_next_who_is_not_and_comes_back_when_it_ends() -> None:
    away = {ANN: [Period(MONDAY + DAY, MONDAY + 3 * DAY)], BEN: [Period(MONDAY, MONDAY + 2 * DAY)]}
    assert told(rota(turns()), away, MONDAY, MONDAY + 4 * DAY) == [
        (ANN, "turn", 24.0), (CAL, "leave", 24.0), (BEN, "leave", 24.0), (ANN, "turn", 24.0)
    ]  # fmt: skip


def test_an_override_of_somebody_on_leave_falls_away_for_that_time() -> None:
    away = {BEN: [Period(MONDAY + 4 * HOUR, MONDAY + DAY)]}
    state = rota(turns(), override(BEN, MONDAY + 2 * HOUR, MONDAY + 8 * HOUR))
    assert told(state, away, MONDAY, MONDAY + 8 * HOUR) == [
        (ANN, "turn", 2.0), (BEN, "override", 2.0), (ANN, "turn", 4.0)
    ]  # fmt: skip


def test_a_swap_changes_two_turns_and_no_others() -> None:
    state = rota(turns(), *swapped(ANN, BEN, 3, 1))
    assert [on_call_at(state, NOBODY_AWAY, MONDAY + week * WEEK) for week in range(7)] == [
        ANN, ANN, CAL, BEN, BEN, CAL, ANN
    ]  # fmt: skip
    assert shifts_between(state, NOBODY_AWAY, MONDAY, MONDAY + 2 * WEEK)[1].why == "swap"
    given = rota(turns(), *swapped(ANN, BEN, 3))
    assert [on_call_at(given, NOBODY_AWAY, MONDAY + week * WEEK) for week in range(4)] == [ANN, BEN, CAL, BEN]


def test_a_swap_is_bound_to_the_shift_and_moves_with_it_when_the_hand_over_is_moved() -> None:
    moved = HandoverMoved(rota=ROTA, rotation=TURNS, minutes=36 * 60, since=MONDAY + DAY)
    state = rota(turns(), *swapped(ANN, BEN, 3, 1), moved)
    shown = shifts_between(state, NOBODY_AWAY, MONDAY, MONDAY + 4 * WEEK + 36 * HOUR)
    # Turn 0 had begun and lasts longer; the swapped ones are later, and still Ann's and Ben's.
    assert [(each.number, each.account, (each.until - each.since) / DAY) for each in shown] == [
        (0, ANN, 8.5), (1, ANN, 7.0), (2, CAL, 7.0), (3, BEN, 7.0)
    ]  # fmt: skip
    earlier = HandoverMoved(rota=ROTA, rotation=TURNS, minutes=-12 * 60, since=MONDAY + 6 * DAY + 18 * HOUR)
    state = rota(turns(), earlier)
    # What would have been handed over before it was moved is handed over when it was moved.
    assert handover(state.rotations[0], 1) == MONDAY + 6 * DAY + 18 * HOUR
    assert handover(state.rotations[0], 2) == MONDAY + 2 * WEEK - 12 * HOUR


def test_a_new_order_counts_from_its_moment_and_changes_nothing_that_was() -> None:
    new = turns(DEE, ANN, hours=24, starts_at=MONDAY - DAY, since=MONDAY + 3 * DAY, rotation=OTHER_TURNS)
    state = rota(turns(), new)
    shown = told(state, NOBODY_AWAY, MONDAY, MONDAY + 5 * DAY)
    assert shown == [(ANN, "turn", 72.0), (DEE, "turn", 24.0), (ANN, "turn", 24.0)]
    assert told(state, NOBODY_AWAY, MONDAY, MONDAY + 3 * DAY) == told(
        rota(turns()), NOBODY_AWAY, MONDAY, MONDAY + 3 * DAY
    )


def test_a_daylight_saving_gap_in_a_shift_makes_it_an_hour_shorter_and_the_hand_over_stays_at_its_hour() -> None:
    friday = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)
    state = rota(turns(hours=24, starts_at=friday))
    lengths = [hours for _, _, hours in told(state, NOBODY_AWAY, friday, friday + 4 * DAY - HOUR)]
    assert lengths == [24.0, 23.0, 24.0, 24.0]
    walls = [handover(state.rotations[0], number).astimezone(LOCAL).hour for number in range(5)]
    assert walls == [8, 8, 8, 8, 8]
    saturday = datetime(2026, 10, 31, 13, 0, tzinfo=UTC)
    autumn = rota(turns(hours=24, starts_at=saturday))
    assert [hours for _, _, hours in told(autumn, NOBODY_AWAY, saturday, saturday + 2 * DAY + HOUR)] == [25.0, 24.0]


def test_a_hand_over_in_the_hour_that_is_left_out_is_when_it_is_skipped_and_of_two_it_is_the_first() -> None:
    skipped = datetime(2026, 3, 8, 8, 0, tzinfo=UTC)
    for wall in ((2, 0), (2, 30), (2, 59), (3, 0)):
        assert first_moment_of(datetime(2026, 3, 8, *wall)) == skipped  # noqa: DTZ001  # a time on the wall
    assert first_moment_of(datetime(2026, 3, 8, 1, 59)) == skipped - timedelta(minutes=1)  # noqa: DTZ001  # as above
    assert first_moment_of(datetime(2026, 11, 1, 1, 30)) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # noqa: DTZ001  # as above


def test_a_nightly_hand_over_at_half_past_two_is_at_three_in_the_spring_night_and_at_its_hour_in_the_next() -> None:
    friday = datetime(2026, 3, 6, 8, 30, tzinfo=UTC)
    state = rota(turns(ANN, BEN, hours=24, starts_at=friday))
    begins = [handover(state.rotations[0], number).astimezone(LOCAL) for number in range(5)]
    assert [f"{each:%a %H:%M}" for each in begins] == ["Fri 02:30", "Sat 02:30", "Sun 03:00", "Mon 02:30", "Tue 02:30"]
    assert told(state, NOBODY_AWAY, friday, friday + 4 * DAY - HOUR) == [
        (ANN, "turn", 24.0), (BEN, "turn", 23.5), (ANN, "turn", 23.5), (BEN, "turn", 24.0)
    ]  # fmt: skip


def test_a_nightly_hand_over_in_the_hour_that_comes_twice_is_once_and_the_first_time() -> None:
    friday = datetime(2026, 10, 30, 6, 30, tzinfo=UTC)
    state = rota(turns(ANN, BEN, hours=24, starts_at=friday))
    assert told(state, NOBODY_AWAY, friday, friday + 4 * DAY + HOUR) == [
        (ANN, "turn", 24.0), (BEN, "turn", 24.0), (ANN, "turn", 25.0), (BEN, "turn", 24.0)
    ]  # fmt: skip
    night = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert [on_call_at(state, NOBODY_AWAY, night + more) for more in (-TICK, timedelta(), HOUR)] == [BEN, ANN, ANN]


# --- for every rota, and every moment ---

PEOPLE = (ANN, BEN, CAL, DEE)
# Both nights on which the clocks change, with hand-overs in the hours they take and give.
SPRING, AUTUMN = datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
EVERY = range(0, 6 * 96, 3)
"""Of how many quarters of an hour after the beginning each rota is asked."""

# Drawn evenly: of numbers hypothesis likes the small ones, and everything would happen on the first day.
steps = st.sampled_from(range(6 * 96)).map(lambda quarters: quarters * QUARTER)

# In Mississippi these are between one and three in the night.
nights = st.sampled_from([day * DAY + quarter * HOUR / 4 for day in range(4) for quarter in range(25, 36)])


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Rota, dict[UUID, list[Period]], datetime]:
    """A rota with all that can happen to one, who is away, and where it begins."""
    start = draw(st.sampled_from((SPRING, AUTUMN)))

    def moment() -> datetime:
        return start + draw(steps)

    def span() -> tuple[datetime, datetime]:
        since = moment()
        return since, since + draw(steps) + timedelta(minutes=15)

    events: list[Event] = []
    rotations = [UUID(int=500 + number) for number in range(draw(st.integers(0, 2)))]
    since = start
    for rotation in rotations:
        order = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True))
        since += draw(steps) / 4
        hours = draw(st.sampled_from((12, 24, 36)))
        starts_at = start + draw(nights) if draw(st.booleans()) else moment()
        events.append(turns(*order, hours=hours, starts_at=starts_at, since=since, rotation=rotation))
        for _ in range(draw(st.integers(0, 2))):
            minutes = draw(st.integers(-24, 24)) * 15
            since += draw(steps) / 8
            events.append(HandoverMoved(rota=ROTA, rotation=rotation, minutes=minutes, since=since))
        for number in range(draw(st.integers(0, 2))):
            name = UUID(int=rotation.int * 10 + number)
            by, to = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(PEOPLE))
            in_return = draw(st.sampled_from((None, 1, 2, 3, 5)))
            both = swapped(by, to, draw(st.integers(0, 4)), in_return, name)
            events += both if draw(st.integers(0, 3)) else both[:1]
    for number in range(draw(st.integers(0, 3))):
        events.append(override(draw(st.sampled_from(PEOPLE)), *span(), UUID(int=600 + number)))
    if draw(st.booleans()):
        events.append(RotaEnded(rota=ROTA, ended_at=since + draw(steps)))
    away = {who: [Period(*span())] for who in draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3))}
    return rota(*events), away, start


class ByHand:
    """Whom the rules say, worked out the slow way: every hand-over is looked for on the clock, step by step."""

    def __init__(self, state: Rota, away: dict[UUID, list[Period]]) -> None:
        self._state = state
        self._away = away
        self._began = {each.rotation: {n: began(each, n) for n in range(-16, 17)} for each in state.rotations}

    def at(self, at: datetime) -> UUID | None:
        put = [each.account for each in self._state.overrides if each.since <= at < each.until]
        here = [who for who in put if self._here(who, at)]
        if here:
            return here[-1]
        in_force = [
            each for each in self._state.rotations if each.since <= at and not (each.until and each.until <= at)
        ]
        return self._of_turn(in_force[-1], at) if in_force else None

    def _of_turn(self, rotation: Rotation, at: datetime) -> UUID | None:
        number = max(number for number, begins in self._began[rotation.rotation].items() if begins <= at)
        order = list(rotation.participants)
        whose = {each: order[each % len(order)] for each in range(-16, 17)}
        for agreed in self._state.agreed:
            (swap,) = (each for each in self._state.swaps if each.swap == agreed)
            if swap.rotation == rotation.rotation:
                if swap.in_return is not None:
                    whose[swap.in_return] = swap.by
                whose[swap.number] = swap.to
        turn = whose[number]
        after = order.index(turn) + 1 if turn in order else 0
        line = [turn, *(order[after:] + order[:after])]
        return next((who for who in line if self._here(who, at)), None)

    def _here(self, who: UUID, at: datetime) -> bool:
        return not [each for each in self._away.get(who, ()) if each.since <= at < each.until]


def began(rotation: Rotation, number: int) -> datetime:
    wall = rotation.starts_at.astimezone(LOCAL).replace(tzinfo=None) + number * rotation.shift_hours * HOUR
    begins = on_the_clock(wall)
    for move in rotation.moves:
        wall += timedelta(minutes=move.minutes)
        if begins > move.since:
            begins = max(move.since, on_the_clock(wall))
    return begins


@cache
def on_the_clock(wall: datetime) -> datetime:
    moment = wall.replace(tzinfo=UTC) + 4 * HOUR
    while moment.astimezone(LOCAL).replace(tzinfo=None) < wall:
        moment += timedelta(minutes=15)
    return moment


@settings(max_examples=80, deadline=None)
@given(worlds())
def test_at_every_moment_exactly_the_person_the_rules_say_is_on_call(
    world: tuple[Rota, dict[UUID, list[Period]], datetime],
) -> None:
    state, away, start = world
    by_hand = ByHand(state, away)
    for quarters in EVERY:
        at = start + quarters * QUARTER
        assert on_call_at(state, away, at) == by_hand.at(at), at


@settings(max_examples=80, deadline=None)
@given(worlds(), st.lists(steps, min_size=2, max_size=8, unique=True))
def test_shifts_leave_no_moment_out_overlap_nowhere_and_are_of_whoever_is_on_call(
    world: tuple[Rota, dict[UUID, list[Period]], datetime], moments: Sequence[timedelta]
) -> None:
    state, away, start = world
    since, *inside, until = sorted(start + each for each in moments)
    shifts = shifts_between(state, away, since, until)
    assert (shifts[0].since, shifts[-1].until) == (since, until)
    assert all(one.until == other.since for one, other in pairwise(shifts))
    assert all(each.since < each.until for each in shifts)
    assert all((each.account is None) == (each.why == "hole") for each in shifts)
    for one, other in pairwise(shifts):
        alike = {(each.account, each.rotation, each.number, each.why) for each in (one, other)}
        assert len(alike) == 2, "one shift told as two"
    for at in (since, *inside, *(each.since for each in shifts), *(each.until - TICK for each in shifts)):
        (found,) = (each for each in shifts if each.since <= at < each.until)
        assert found.account == on_call_at(state, away, at)


@settings(max_examples=50, deadline=None)
@given(worlds(), steps)
def test_a_turn_is_the_one_that_has_begun_and_whose_next_has_not(
    world: tuple[Rota, dict[UUID, list[Period]], datetime], step: timedelta
) -> None:
    state, _, start = world
    for rotation in state.rotations:
        number = turn_at(rotation, start + step)
        assert handover(rotation, number) <= start + step < handover(rotation, number + 1)


@pytest.mark.parametrize("start", [SPRING, AUTUMN])
def test_a_part_of_a_time_has_the_same_shifts_as_the_whole(start: datetime) -> None:
    state = rota(turns(hours=12, starts_at=start + 2 * HOUR), override(DEE, start + DAY, start + 2 * DAY))
    whole = shifts_between(state, NOBODY_AWAY, start, start + 5 * DAY)
    parts = [
        each
        for day in range(5)
        for each in shifts_between(state, NOBODY_AWAY, start + day * DAY, start + (day + 1) * DAY)
    ]
    assert sum((each.until - each.since for each in parts), timedelta()) == whole[-1].until - whole[0].since
    for each in parts:
        (around,) = (one for one in whole if one.since <= each.since and each.until <= one.until)
        assert (around.account, around.number, around.why) == (each.account, each.number, each.why)
