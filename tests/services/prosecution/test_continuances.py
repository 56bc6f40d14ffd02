"""Continuances: which days they put off, once each; what cannot be meant is refused; and the days told span by span."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.jurisdictions.explaining import RuleCited
from contracts.jurisdictions.trial_days import DAY, DaysOfCount, PutOff, days_of_count, days_put_off
from contracts.language import Event, InvalidValue, Refused
from services.prosecution.case import continuances
from services.prosecution.case.continuances import GrantContinuance, TrialTime
from services.prosecution.case.decisions import CaseRefusal
from services.prosecution.case.events import (
    ContinuanceEnteredInError,
    ContinuanceGranted,
    ContinuancePlaced,
    CountSuperseded,
)
from services.prosecution.case.state import Case, evolve
from services.prosecution.case.trial_days import trial_days
from tests.services.prosecution.given import (
    ACCUSED,
    CASE,
    CHARGING,
    MISSISSIPPI,
    ONE,
    TWO,
    case,
    charged,
    entered,
    filed,
    indicted,
)

CENTRAL = MISSISSIPPI.state.clocks
ARRAIGNED = datetime(2026, 12, 23, 9, 30, tzinfo=CENTRAL)
GRANTED = datetime(2027, 2, 26, 15, tzinfo=CENTRAL)
RULE = MISSISSIPPI.clock_rule("C41")
LAST = date(2027, 9, 19)
TRIAL = TrialTime(RULE, ARRAIGNED, MISSISSIPPI.terms_by(RULE, ARRAIGNED).due_at, MISSISSIPPI.state)


def day(text: str) -> date:
    return date.fromisoformat(text)


def arraigned(*also: Event) -> Case:
    return case(*indicted(at=ARRAIGNED), entered("arraignment", at=ARRAIGNED), *also)


def granting(state: Case, **fields: Any) -> list[Event]:
    said: dict[str, Any] = {"ground": "witness", "motion": "state", "at": GRANTED, **fields}
    wanted = GrantContinuance(**said)
    return continuances.grant(state, state.accused[ACCUSED], wanted, TRIAL, CHARGING, GRANTED + 400 * DAY)


def told_on(state: Case, today: str) -> DaysOfCount:
    (found,) = trial_days(state, ACCUSED, cited(), MISSISSIPPI, day(today))
    return found


def cited() -> RuleCited:
    taken = {name: getattr(RULE, name) for name in RuleCited.__struct_fields__}
    return RuleCited(**taken)


def test_it_is_on_record_with_its_ground_its_days_and_by_whose_motion() -> None:
    first, second = granting(arraigned(), since=day("2027-03-01"), until=day("2027-03-30"))
    assert first == ContinuanceGranted(
        case=CASE,
        accused=ACCUSED,
        ground="witness",
        days=30,
        granted_at=GRANTED,
        arithmetic="2027-09-20T05:00:00+00:00 + 30 d = 2027-10-20T05:00:00+00:00",
    )
    assert second == ContinuancePlaced(
        case=CASE, accused=ACCUSED, number=1, since_on="2027-03-01", until_on="2027-03-30", motion="state"
    )


def test_without_a_first_day_it_begins_on_the_day_it_was_granted_and_a_ground_may_say_whose_motion_it_was() -> None:
    _, placed = granting(arraigned(), days=5, ground="defence_motion", motion="")
    assert isinstance(placed, ContinuancePlaced)
    assert (placed.since_on, placed.until_on, placed.motion) == ("2027-02-26", "2027-03-02", "defence")
    at_arraignment = granting(arraigned(), days=5, at=ARRAIGNED, motion="")[1]
    assert isinstance(at_arraignment, ContinuancePlaced)
    assert (at_arraignment.since_on, at_arraignment.motion) == ("2026-12-24", "")


def test_granted_twice_it_counts_off_once() -> None:
    month = {"since": day("2027-03-01"), "until": day("2027-03-30")}
    once = arraigned(*granting(arraigned(), **month))
    with pytest.raises(Refused) as same:
        granting(once, **month)
    assert same.value.code == CaseRefusal.NOTHING_CHANGES
    with pytest.raises(Refused):
        granting(once, since=day("2027-03-10"), until=day("2027-03-12"), ground="agreed", motion="both")
    overlapping, _ = granting(once, since=day("2027-03-16"), until=day("2027-04-14"))
    assert isinstance(overlapping, ContinuanceGranted)
    assert overlapping.days == 15


def test_days_after_the_time_is_over_do_not_move_it_and_the_last_day_still_may() -> None:
    with pytest.raises(Refused) as late:
        granting(arraigned(), since=LAST + DAY, days=9)
    assert (late.value.code, "2027-09-19" in late.value.sentence) == (CaseRefusal.NO_TRIAL_CLOCK, True)
    assert len(granting(arraigned(), since=LAST, days=9)) == 2
    with pytest.raises(Refused):
        granting(arraigned(), at=TRIAL.due_at, days=9)
    assert len(granting(arraigned(), at=TRIAL.due_at - timedelta(seconds=1), days=9)) == 2


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("since", {"since": day("2027-02-25"), "days": 3}),
        ("since", {"since": day("9999-12-30"), "days": 700}),
        ("at", {"at": datetime(9999, 12, 30, tzinfo=CENTRAL), "days": 3}),
        ("until", {"since": day("2027-03-02"), "until": day("2027-03-01")}),
        ("until", {"since": day("2027-03-02"), "until": day("2037-03-01")}),
        ("until", {}),
        ("until", {"until": day("2027-03-02"), "days": 3}),
        ("motion", {"days": 3, "motion": "nobody"}),
        ("motion", {"days": 3, "motion": "state", "ground": "defence_motion"}),
        ("ground", {"days": 3, "ground": "golf"}),
    ],
)
def test_what_cannot_be_meant_is_refused(field: str, fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue) as wrong:
        granting(arraigned(), **fields)
    assert wrong.value.field == field


def test_entered_in_error_its_days_count_and_those_another_holds_for_do_not() -> None:
    state = arraigned(*granting(arraigned(), since=day("2027-03-01"), until=day("2027-03-30")))
    for event in granting(state, since=day("2027-03-16"), until=day("2027-04-14")):
        state = evolve(state, event)
    known = state.accused[ACCUSED]
    assert TRIAL.days_of(known.continuances) == 45

    (wrong,) = continuances.enter_in_error(state, known, 1, "not_granted", CHARGING)
    assert wrong == ContinuanceEnteredInError(case=CASE, accused=ACCUSED, number=1, reason="not_granted")
    state = evolve(state, wrong)

    assert TRIAL.days_of(state.accused[ACCUSED].continuances) == 30
    with pytest.raises(Refused):
        continuances.enter_in_error(state, state.accused[ACCUSED], 1, "not_granted", CHARGING)
    with pytest.raises(InvalidValue, match="reason"):
        continuances.enter_in_error(state, state.accused[ACCUSED], 2, "golf", CHARGING)


def test_one_from_before_days_were_recorded_puts_off_as_it_did_and_is_told_as_not_placed() -> None:
    old = ContinuanceGranted(
        case=CASE, accused=ACCUSED, ground="evidence", days=60, granted_at=GRANTED, arithmetic="as it was"
    )
    state = arraigned(old)
    assert TRIAL.put_off(state.accused[ACCUSED].continuances) == datetime(2027, 11, 19, tzinfo=CENTRAL)
    told = told_on(state, "2027-06-01")
    assert (told.counted, told.unplaced, told.left) == (160, 60, 170)


def test_each_span_says_whether_it_counts_on_whose_motion_and_why_and_the_sums_agree() -> None:
    state = arraigned(*granting(arraigned(), since=day("2027-03-01"), until=day("2027-03-30")))
    for event in granting(state, since=day("2027-03-16"), until=day("2027-04-14"), ground="defence_motion", motion=""):
        state = evolve(state, event)

    told = told_on(state, "2027-05-01")

    spans = [(str(each.since), str(each.until), each.days, each.counts, each.motion) for each in told.spans]
    assert spans == [
        ("2026-12-24", "2027-02-28", 67, True, ""),
        ("2027-03-01", "2027-03-30", 30, False, "state"),
        ("2027-03-31", "2027-04-14", 15, False, "defence"),
        ("2027-04-15", "2027-05-01", 17, True, ""),
    ]
    assert (told.counted, told.left, told.allowed) == (84, 186, 270)
    assert [(each.motion, each.days) for each in told.put_off] == [("state", 30), ("defence", 15)]


def test_a_count_has_the_days_of_its_own_arraignment_until_its_own_trial() -> None:
    state = arraigned(
        filed(TWO, stage="grand_jury", at=ARRAIGNED),
        entered("arraignment", TWO, at=ARRAIGNED + 10 * DAY),
        entered("trial", TWO, at=ARRAIGNED + 40 * DAY),
    )
    first, second = trial_days(state, ACCUSED, cited(), MISSISSIPPI, day("2027-03-03"))
    assert (first.count, first.counted, first.ended) == (ONE, 70, "")
    assert (second.count, second.counted, second.ended) == (TWO, 30, "tried")


def test_a_count_in_the_place_of_another_keeps_its_arraignment_and_one_never_arraigned_has_no_days() -> None:
    assert trial_days(case(*charged()), ACCUSED, cited(), MISSISSIPPI, day("2027-03-03")) == ()
    other = filed(TWO, stage="arraignment", at=ARRAIGNED + 50 * DAY)
    replaced = type(other)(**{name: getattr(other, name) for name in other.__struct_fields__} | {"supersedes": ONE})
    state = arraigned(replaced, CountSuperseded(case=CASE, count=ONE, by=TWO))
    told = told_on(state, "2027-01-02")
    assert (told.count, told.arraigned_on, told.counted) == (TWO, ARRAIGNED.date(), 10)


STRETCHES = st.lists(
    st.tuples(st.integers(0, 330), st.integers(1, 60), st.sampled_from(["defence", "state", "both", "court", ""])),
    max_size=6,
)


@settings(max_examples=50)
@given(STRETCHES, st.integers(1, 500))
def test_every_day_is_told_once_and_the_time_ends_with_the_last_day_that_counts(
    stretches: list[tuple[int, int, str]], passed: int
) -> None:
    """The due date and the days told are found in two ways; where the time is over for the one, it is for the other."""
    first = ARRAIGNED.date() + DAY
    off = [
        PutOff(days, motion, "witness", first + since * DAY, first + (since + days - 1) * DAY)
        for since, days, motion in stretches
    ]
    held = [each for n, each in enumerate(off) if days_put_off(off[: n + 1], LAST) > days_put_off(off[:n], LAST)]
    last_day = LAST + days_put_off(off, LAST) * DAY
    until = first + (passed - 1) * DAY

    told = days_of_count(ONE, ARRAIGNED.date(), until, held, allowed=270)

    days = [each.since + n * DAY for each in told.spans for n in range(each.days)]
    assert days == [first + n * DAY for n in range(passed)]
    assert told.counted + sum(each.days for each in told.put_off) == passed
    for one, other in zip(told.spans, told.spans[1:], strict=False):
        assert one.until + DAY == other.since
    if until <= last_day:
        assert told.left >= 0
    else:
        assert told.left < 270 - told.counted + 1
        beyond = days_of_count(ONE, ARRAIGNED.date(), last_day, held, allowed=270)
        assert beyond.left == 0
        assert beyond.spans[-1].counts
