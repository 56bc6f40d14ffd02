"""What may be done with a rota, and what whoever does it is shown first."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.jurisdictions import Area
from contracts.language import Event, InvalidValue, Refused
from contracts.periods import Period
from services.rapid_assessment.rota.decisions import (
    MoveHandover,
    OpenRota,
    RotaRefusal,
    SetOverride,
    SetRotation,
    end,
    move_handover,
    open_rota,
    rotation_of,
    set_override,
    set_rotation,
    turns_of,
    withdraw_override,
)
from services.rapid_assessment.rota.events import (
    HandoverMoved,
    Overlooked,
    OverrideSet,
    OverrideWithdrawn,
    RotaEnded,
    RotaOpened,
    RotationSet,
)
from services.rapid_assessment.rota.fitness import Lacking, Lacks, Standing, lacking
from services.rapid_assessment.rota.shifts import on_call_at
from tests.services.rapid_assessment.given import MISSISSIPPI
from tests.services.rapid_assessment.rota.given import (
    ANN,
    BEN,
    CAL,
    DAY,
    DEE,
    HOUR,
    MONDAY,
    OTHER_TURNS,
    PUT,
    ROTA,
    WEEK,
    override,
    rota,
    turns,
)

NOW = MONDAY + DAY
EVERYBODY = (ANN, BEN, CAL, DEE)
TICK = timedelta(microseconds=1)
ENDED = RotaEnded(rota=ROTA, ended_at=MONDAY)


def a_rotation(**changes: Any) -> SetRotation:
    given: dict[str, Any] = {"participants": (ANN, BEN), "shift_hours": 168, "starts_at": MONDAY}
    return SetRotation(**(given | changes))


def set_with(*before: Event, lacks: tuple[Lacking, ...] = (), **changes: Any) -> RotationSet:
    (event,) = set_rotation(rota(*before), a_rotation(**changes), OTHER_TURNS, EVERYBODY, lacks, NOW)
    assert isinstance(event, RotationSet)
    return event


def test_a_rota_is_opened_for_a_seat_and_somewhere() -> None:
    (event,) = open_rota(ROTA, OpenRota(seat="victim_advocate", area=Area(counties=("Rankin", "Hinds"))), MISSISSIPPI)
    assert event == RotaOpened(
        rota=ROTA, seat="victim_advocate", counties=("Hinds", "Rankin"), circuits=(), statewide=False
    )
    for field, wrong in (
        ("seat", OpenRota(seat="judge", area=Area(statewide=True))),
        ("area", OpenRota(seat="victim_advocate", area=Area())),
        ("counties", OpenRota(seat="victim_advocate", area=Area(counties=("Nowhere",)))),
    ):
        with pytest.raises(InvalidValue) as refused:
            open_rota(ROTA, wrong, MISSISSIPPI)
        assert refused.value.field == field


def test_turns_that_began_in_the_past_say_when_hand_overs_are_and_change_nothing_that_was() -> None:
    event = set_with()
    assert (event.starts_at, event.since) == (MONDAY, NOW)
    later = set_with(starts_at=NOW + DAY)
    assert later.since == NOW + DAY
    state = rota(turns(CAL), event)
    assert (on_call_at(state, {}, NOW - TICK), on_call_at(state, {}, NOW)) == (CAL, ANN)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("participants", {"participants": (ANN, BEN, ANN)}),
        ("participants", {"participants": (ANN, UUID(int=99))}),
        ("shift_hours", {"shift_hours": 0}),
        ("shift_hours", {"shift_hours": 13}),
        ("shift_hours", {"shift_hours": -12}),
        ("shift_hours", {"shift_hours": 29 * 24}),
        ("starts_at", {"starts_at": NOW + 367 * DAY}),
        ("starts_at", {"starts_at": datetime(1, 1, 1, tzinfo=UTC)}),
    ],
)
def test_turns_that_cannot_be_meant_are_refused(field: str, changes: Any) -> None:
    with pytest.raises(InvalidValue) as refused:
        set_with(**changes)
    assert refused.value.field == field


def test_whoever_lacks_something_is_put_on_only_when_that_is_said_and_it_stays_on_record() -> None:
    lacks = (Lacking(account=BEN, lacks=Lacks.NOT_PROVEN, at=NOW),)
    with pytest.raises(Refused) as refused:
        set_with(lacks=lacks)
    assert refused.value.code == RotaRefusal.UNFIT
    assert set_with(lacks=lacks, all_the_same=True).overlooked == (Overlooked(account=BEN, lacks=Lacks.NOT_PROVEN),)
    assert set_with(all_the_same=True).overlooked == ()
    put = SetOverride(account=BEN, since=NOW, until=NOW + DAY)
    with pytest.raises(Refused) as refused:
        set_override(rota(turns()), put, PUT, EVERYBODY, lacks, NOW)
    assert refused.value.code == RotaRefusal.UNFIT


def test_the_next_hand_over_is_moved_and_all_after_it_by_as_much_on_the_wall() -> None:
    (event,) = move_handover(rota(turns()), MoveHandover(next_at=MONDAY + WEEK - 90 * timedelta(minutes=1)), NOW)
    assert isinstance(event, HandoverMoved)
    assert (event.minutes, event.since) == (-90, NOW)
    assert move_handover(rota(turns()), MoveHandover(next_at=MONDAY + WEEK), NOW) == []
    for wrong in (NOW, NOW - DAY, MONDAY + 2 * WEEK):
        with pytest.raises(InvalidValue) as invalid:
            move_handover(rota(turns()), MoveHandover(next_at=wrong), NOW)
        assert invalid.value.field == "next_at"
    with pytest.raises(Refused) as refused:
        move_handover(rota(), MoveHandover(next_at=MONDAY + WEEK), NOW)
    assert refused.value.code == RotaRefusal.NO_TURNS


def test_an_override_counts_from_now_on_and_one_that_is_over_cannot_be_meant() -> None:
    put = SetOverride(account=DEE, since=NOW - HOUR, until=NOW + HOUR)
    (event,) = set_override(rota(turns()), put, PUT, EVERYBODY, (), NOW)
    assert isinstance(event, OverrideSet)
    assert (event.since, event.until, event.account) == (NOW, NOW + HOUR, DEE)
    for field, wrong in (
        ("until", SetOverride(account=DEE, since=NOW - HOUR, until=NOW)),
        ("until", SetOverride(account=DEE, since=NOW, until=NOW)),
        ("until", SetOverride(account=DEE, since=NOW, until=NOW + 32 * DAY)),
        ("since", SetOverride(account=DEE, since=NOW + 367 * DAY, until=NOW + 368 * DAY)),
        ("account", SetOverride(account=UUID(int=99), since=NOW, until=NOW + HOUR)),
    ):
        with pytest.raises(InvalidValue) as refused:
            set_override(rota(turns()), wrong, PUT, EVERYBODY, (), NOW)
        assert refused.value.field == field


def test_an_override_is_taken_back_once_and_not_when_it_is_over() -> None:
    state = rota(turns(), override(DEE, NOW, NOW + DAY))
    (event,) = withdraw_override(state, PUT, NOW + HOUR)
    assert event == OverrideWithdrawn(rota=ROTA, override=PUT, withdrawn_at=NOW + HOUR)
    gone = rota(turns(), override(DEE, NOW, NOW + DAY), event)
    for given, name, at in ((gone, PUT, NOW + 2 * HOUR), (state, PUT, NOW + DAY), (state, UUID(int=9), NOW)):
        with pytest.raises(Refused) as refused:
            withdraw_override(given, name, at)
        assert refused.value.code == RotaRefusal.NO_SUCH_OVERRIDE


def test_whoever_was_put_on_for_later_and_taken_off_before_is_not_on_the_rota() -> None:
    put = override(DEE, NOW + DAY, NOW + 2 * DAY)
    withdrawn = OverrideWithdrawn(rota=ROTA, override=PUT, withdrawn_at=NOW)

    assert rota(turns(ANN, BEN), put).people(NOW) == {ANN, BEN, DEE}
    assert rota(turns(ANN, BEN), put, withdrawn).people(NOW) == {ANN, BEN}


def test_of_a_rota_that_has_ended_nothing_is_changed_any_more() -> None:
    assert end(rota(turns()), NOW) == [RotaEnded(rota=ROTA, ended_at=NOW)]
    ended = rota(turns(), ENDED)
    put = SetOverride(account=DEE, since=NOW, until=NOW + HOUR)
    for refused_by in (
        lambda: end(ended, NOW),
        lambda: move_handover(ended, MoveHandover(next_at=NOW + DAY), NOW),
        lambda: set_override(ended, put, PUT, EVERYBODY, (), NOW),
        lambda: set_rotation(ended, a_rotation(), OTHER_TURNS, EVERYBODY, (), NOW),
    ):
        with pytest.raises(Refused) as refused:
            refused_by()  # type: ignore[no-untyped-call]  # each raises
        assert refused.value.code == RotaRefusal.ENDED


def test_turns_are_looked_at_as_far_ahead_as_asked_and_for_one_whole_round_in_any_case() -> None:
    new = rotation_of(a_rotation(participants=(ANN, BEN, CAL)), OTHER_TURNS, MONDAY)
    assert turns_of(new, CAL, MONDAY + DAY) == [Period(MONDAY + 2 * WEEK, MONDAY + 3 * WEEK)]
    assert len(turns_of(new, ANN, MONDAY + 4 * WEEK)) == 2


# --- what somebody lacks ---

SINCE = NOW - 90 * DAY
SHIFT = Period(NOW + DAY, NOW + 2 * DAY)
ALWAYS = (Period(NOW - 900 * DAY, NOW + 900 * DAY),)


def someone(**changes: Any) -> Standing:
    given: dict[str, Any] = {
        "account": ANN,
        "certified": ALWAYS,
        "leave": (),
        "channels": True,
        "proven_at": NOW - DAY,
        "suspended": False,
    }
    return Standing(**(given | changes))


def lacks_of(**changes: Any) -> list[tuple[Lacks, datetime]]:
    return [(each.lacks, each.at) for each in lacking(someone(**changes), [SHIFT], SINCE)]


def test_whoever_is_certified_throughout_and_reached_lacks_nothing() -> None:
    assert lacks_of() == []
    assert lacks_of(proven_at=SINCE) == []


def test_a_credential_that_ends_mid_shift_is_told_with_when_it_ends() -> None:
    ends = SHIFT.since + HOUR
    assert lacks_of(certified=(Period(NOW - DAY, ends),)) == [(Lacks.CREDENTIAL_ENDS, ends)]
    renewed = (Period(NOW - DAY, ends), Period(ends, SHIFT.until))
    assert lacks_of(certified=renewed) == []
    gap = (Period(NOW - DAY, ends), Period(ends + TICK, SHIFT.until))
    assert lacks_of(certified=gap) == [(Lacks.CREDENTIAL_ENDS, ends)]
    assert lacks_of(certified=(Period(NOW, SHIFT.since),)) == [(Lacks.NO_CREDENTIAL, SHIFT.since)]
    assert lacks_of(certified=()) == [(Lacks.NO_CREDENTIAL, SHIFT.since)]
    late = (Period(SHIFT.since + TICK, SHIFT.until),)
    assert lacks_of(certified=late) == [(Lacks.NO_CREDENTIAL, SHIFT.since)]


def test_a_channel_that_nobody_has_seen_to_work_of_late_is_told() -> None:
    assert lacks_of(channels=False, proven_at=None) == [(Lacks.NO_CHANNEL, SHIFT.since)]
    for at in (None, SINCE - TICK):
        assert lacks_of(proven_at=at) == [(Lacks.NOT_PROVEN, SHIFT.since)]


def test_leave_in_the_shift_and_a_suspension_are_told() -> None:
    away = (Period(SHIFT.since + HOUR, SHIFT.until + DAY),)
    assert lacks_of(leave=away) == [(Lacks.ON_LEAVE, SHIFT.since + HOUR)]
    assert lacks_of(leave=(Period(SHIFT.until, SHIFT.until + DAY),)) == []
    assert lacks_of(suspended=True) == [(Lacks.SUSPENDED, SHIFT.since)]


def test_of_no_shifts_nothing_is_lacking() -> None:
    assert lacking(someone(certified=(), channels=False), [], SINCE) == []
