"""Counts go from stage to stage, outcomes come where they may, hearings move what they concern."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from contracts.events.prosecution import OutcomeRecorded
from contracts.jurisdictions.charging import Edge
from contracts.language import Event, InvalidValue, Refused
from services.prosecution.case import proceedings
from services.prosecution.case.decisions import CaseRefusal
from services.prosecution.case.events import HearingHeld, HearingMoved, HearingVacated, StageEntered
from services.prosecution.case.proceedings import ClockStep, SetHearing, clock_steps
from services.prosecution.case.state import Case
from tests.services.prosecution.given import (
    ACCUSED,
    CASE,
    CHARGING,
    DAY,
    HEARING,
    HOUR,
    ONE,
    SECOND,
    TIP,
    TWO,
    added,
    begun,
    came,
    case,
    charged,
    count_of,
    entered,
    filed,
    hearing_of,
    hearing_set,
    indicted,
    names,
)
from tests.support.running_service import NOON


def going(state: Case, stage: str, *counts: object) -> list[Event]:
    named = [count_of(state, count) for count in counts] or None  # type: ignore[arg-type]  # references
    return proceedings.proceed(state, ACCUSED, stage, named, NOON, CHARGING, NOON)


def recording(state: Case, outcome: str) -> list[Event]:
    return proceedings.record_outcome(state, count_of(state), outcome, NOON, CHARGING, NOON)


def standing_at(stage: str) -> Case:
    """One count, brought to a stage by whatever way."""
    return case(*charged(), entered(stage))


@pytest.mark.parametrize("edge", CHARGING.edges, ids=lambda edge: f"{edge.from_}-{'-'.join(edge.to)}")
def test_a_count_goes_where_the_table_lets_it_and_only_after_what_must_come_first(edge: Edge) -> None:
    state = standing_at(edge.from_)
    for to in edge.to:
        before = to in CHARGING.next_stages(edge.from_, ())
        after = edge.after[:1]
        with_outcome = case(*charged(), entered(edge.from_), *[came(each, edge.from_) for each in after])
        assert going(with_outcome, to) == [StageEntered(case=CASE, count=ONE, stage=to, entered_at=NOON)]
        if not before:
            with pytest.raises(Refused) as refused:
                going(state, to)
            assert refused.value.code == CaseRefusal.STAGE


@pytest.mark.parametrize("stage", CHARGING.stages)
def test_a_stage_the_table_does_not_lead_to_is_refused(stage: str) -> None:
    ahead = CHARGING.next_stages("charged", ())
    if stage not in ahead:
        with pytest.raises(Refused) as refused:
            going(case(*charged()), stage)
        assert "charging affidavit" in refused.value.sentence


def test_of_several_counts_those_go_that_can_and_named_ones_must() -> None:
    state = case(*charged(filed(), filed(TWO, stage="grand_jury")))
    assert [getattr(each, "count", None) for each in going(state, "arrest")] == [ONE]
    with pytest.raises(Refused):
        going(state, "arrest", ONE, TWO)


def test_an_accused_without_an_open_count_goes_nowhere() -> None:
    with pytest.raises(Refused) as refused:
        going(case(*charged(filed(stage="grand_jury")), came("no_true_bill", "grand_jury")), "arrest")
    assert refused.value.code == CaseRefusal.NO_COUNT


@pytest.mark.parametrize("outcome", CHARGING.outcomes)
def test_an_outcome_comes_at_its_stages_and_at_no_other(outcome: str) -> None:
    found = CHARGING.outcomes[outcome]
    for stage in CHARGING.stages:
        state = standing_at(stage)
        if stage in found.at:
            first, *more = recording(state, outcome)
            assert first == OutcomeRecorded(
                case=CASE, tip=TIP, count=ONE, stage=stage, outcome=outcome, ends=found.ends
            )
            assert [getattr(each, "stage", "") for each in more] == ([found.returns_to] if found.returns_to else [])
        else:
            with pytest.raises(Refused) as refused:
                recording(state, outcome)
            assert refused.value.code == CaseRefusal.OUTCOME_NEEDS_STAGE


def test_one_answer_excludes_the_other_until_the_count_comes_to_the_stage_again() -> None:
    guilty = case(*charged(), entered("verdict"), came("guilty", "verdict"))
    for outcome in ("not_guilty", "mistrial", "guilty"):
        with pytest.raises(Refused) as refused:
            recording(guilty, outcome)
        assert refused.value.code == CaseRefusal.OUTCOME_RECORDED
    again = case(*charged(), entered("verdict"), came("mistrial", "verdict"), entered("trial"), entered("verdict"))
    assert recording(again, "guilty")


def test_a_plea_and_then_non_adjudication_are_two_answers() -> None:
    pleaded = case(*charged(), entered("arraignment"), came("plea_guilty", "arraignment"))
    assert recording(pleaded, "non_adjudication")


@pytest.mark.parametrize("outcome", [each for each, found in CHARGING.outcomes.items() if found.ends])
def test_a_count_that_is_over_stays_as_it_is(outcome: str) -> None:
    stage = CHARGING.outcomes[outcome].at[0]
    over = case(*charged(), entered(stage), came(outcome, stage))
    with pytest.raises(Refused) as refused:
        recording(over, outcome)
    assert refused.value.code == CaseRefusal.COUNT_CLOSED


def test_what_is_not_in_the_tables_or_has_not_come_yet_is_not_taken() -> None:
    state = case(*charged())
    later = NOON + HOUR
    with pytest.raises(InvalidValue, match="stage"):
        going(state, "waiting")
    with pytest.raises(InvalidValue, match="outcome"):
        recording(state, "won")
    with pytest.raises(InvalidValue, match="at"):
        proceedings.proceed(state, ACCUSED, "arrest", None, later, CHARGING, NOON)
    with pytest.raises(InvalidValue, match="at"):
        proceedings.release(state, ACCUSED, later, NOON)


def test_a_stage_does_not_come_before_the_one_before_it() -> None:
    arrested = case(*charged(), entered("arrest", at=NOON - HOUR))
    with pytest.raises(InvalidValue, match="at"):
        proceedings.proceed(arrested, ACCUSED, "initial_appearance", None, NOON - 2 * HOUR, CHARGING, NOON)
    assert proceedings.proceed(case(*charged()), ACCUSED, "arrest", None, NOON - DAY, CHARGING, NOON)


def test_a_preliminary_hearing_is_demanded_only_before_the_indictment() -> None:
    for state in (case(*charged()), standing_at("initial_appearance"), case(*charged(filed(stage="grand_jury")))):
        assert names(proceedings.demand_hearing(state, ACCUSED, NOON, CHARGING, NOON)) == ["accused.hearing_demanded"]
    true_bill = case(*charged(filed(stage="grand_jury")), came("true_bill", "grand_jury"))
    for state in (true_bill, case(*indicted())):
        with pytest.raises(Refused) as refused:
            proceedings.demand_hearing(state, ACCUSED, NOON, CHARGING, NOON)
        assert (refused.value.rule, refused.value.citation) == ("C36", "MRCrP 6")


def wanted(**changes: object) -> SetHearing:
    fields: dict[str, object] = {"kind": "trial", "court": "circuit", "accused": (ACCUSED,), "set_for": NOON + DAY}
    return SetHearing(**(fields | changes))  # type: ignore[arg-type]  # each value is of its field's type


def test_a_hearing_is_set() -> None:
    assert proceedings.set_hearing(case(*charged()), HEARING, wanted(), CHARGING, NOON) == [hearing_set("trial")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "tea"}, "kind"),
        ({"court": "tennis"}, "court"),
        ({"accused": (SECOND,)}, "accused"),
        ({"set_for": NOON.replace(year=1999)}, "set_for"),
        ({"set_for": NOON.replace(year=9999)}, "set_for"),
    ],
)
def test_a_hearing_that_cannot_be_is_not_set(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidValue, match=field):
        proceedings.set_hearing(case(*charged()), HEARING, wanted(**change), CHARGING, NOON)


def test_a_hearing_is_moved_and_vacated_for_a_reason_of_the_list() -> None:
    state = case(*charged(), hearing_set())
    hearing, later = hearing_of(state), NOON + 2 * DAY
    assert proceedings.move_hearing(state, hearing, later, "weather", CHARGING, NOON) == [
        HearingMoved(case=CASE, hearing=HEARING, set_for=later, reason="weather")
    ]
    assert proceedings.vacate_hearing(state, hearing, "court", CHARGING) == [
        HearingVacated(case=CASE, hearing=HEARING, reason="court")
    ]
    with pytest.raises(InvalidValue, match="reason"):
        proceedings.move_hearing(state, hearing, later, "rain", CHARGING, NOON)
    with pytest.raises(InvalidValue, match="reason"):
        proceedings.vacate_hearing(state, hearing, "", CHARGING)
    with pytest.raises(Refused) as refused:
        proceedings.move_hearing(state, hearing, hearing.set_for, "court", CHARGING, NOON)
    assert refused.value.code == CaseRefusal.NOTHING_CHANGES


@pytest.mark.parametrize("closed", [HearingHeld, HearingVacated])
def test_a_hearing_that_was_held_or_vacated_stays_as_it_is(closed: type[Event]) -> None:
    more = {"held_at": NOON} if closed is HearingHeld else {"reason": "court"}
    state = case(*charged(), hearing_set("status"), closed(case=CASE, hearing=HEARING, **more))
    hearing = hearing_of(state)
    acts: list[Callable[[], list[Event]]] = [
        lambda: proceedings.move_hearing(state, hearing, NOON, "court", CHARGING, NOON),
        lambda: proceedings.vacate_hearing(state, hearing, "court", CHARGING),
        lambda: proceedings.hold_hearing(state, hearing, NOON, CHARGING, NOON),
    ]
    for act in acts:
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == CaseRefusal.HEARING_CLOSED


def test_holding_a_hearing_brings_the_counts_of_its_accused_to_its_stage() -> None:
    other = [added(SECOND), filed(TWO, accused=SECOND, stage="grand_jury")]
    state = case(*indicted(), *other, hearing_set("arraignment"))
    assert proceedings.hold_hearing(state, hearing_of(state), NOON, CHARGING, NOON) == [
        HearingHeld(case=CASE, hearing=HEARING, held_at=NOON),
        StageEntered(case=CASE, count=ONE, stage="arraignment", entered_at=NOON),
    ]


def test_a_second_day_of_trial_moves_nothing() -> None:
    state = case(*charged(), entered("trial"), hearing_set("trial"))
    assert names(proceedings.hold_hearing(state, hearing_of(state), NOON, CHARGING, NOON)) == ["hearing.held"]


def test_a_hearing_whose_stage_no_count_can_come_to_asks_for_what_comes_first() -> None:
    state = case(*charged(), hearing_set("arraignment"))
    with pytest.raises(Refused) as refused:
        proceedings.hold_hearing(state, hearing_of(state), NOON, CHARGING, NOON)
    assert refused.value.code == CaseRefusal.STAGE


def steps(state: Case, events: list[Event]) -> list[tuple[str, str]]:
    return [(each.rule, each.what) for each in clock_steps(state, events, CHARGING, NOON)]


@pytest.mark.parametrize(
    ("stage", "moved"),
    [
        ("arrest", [("C35", "start")]),
        ("initial_appearance", [("C35", "meet")]),
        ("preliminary_hearing", [("C36", "meet")]),
        ("indictment_served", [("C39", "start")]),
        ("arraignment", [("C39", "meet"), ("C40", "start"), ("C41", "start")]),
        ("trial_setting", [("C40", "meet")]),
        ("trial", [("C41", "meet"), ("C40", "excuse")]),
        ("judgment", [("C40", "excuse"), ("C41", "excuse"), ("C42", "start"), ("C43", "start")]),
        ("post_trial_motions", [("C42", "meet")]),
        ("appeal", [("C43", "meet"), ("C44", "start")]),
        ("motions", []),
    ],
)
def test_each_stage_moves_its_clocks(stage: str, moved: list[tuple[str, str]]) -> None:
    assert steps(case(*charged()), [entered(stage)]) == moved


@pytest.mark.parametrize(
    ("outcome", "moved"),
    [
        ("preliminary_hearing_waived", [("C36", "meet")]),
        ("true_bill", [("C36", "meet"), ("C35", "excuse")]),
        ("nolle_prosequi", [("C36", "meet"), ("C35", "excuse"), ("C36", "excuse")]),
        ("bound_over", []),
    ],
)
def test_outcomes_move_clocks_and_who_has_no_count_left_has_no_clock(
    outcome: str, moved: list[tuple[str, str]]
) -> None:
    stage = CHARGING.outcomes[outcome].at[0]
    state = case(*charged(), begun("C35"), begun("C36"), entered(stage))
    assert steps(state, recording(state, outcome)) == moved


def test_a_clock_goes_on_while_another_count_is_open() -> None:
    state = case(*charged(filed(stage="grand_jury"), filed(TWO)), begun("C35"))
    assert steps(state, recording(state, "no_true_bill")) == []


def test_a_demand_starts_and_a_release_excuses() -> None:
    state = case(*charged())
    demanded = proceedings.demand_hearing(state, ACCUSED, NOON, CHARGING, NOON)
    released = proceedings.release(state, ACCUSED, NOON, NOON)
    assert clock_steps(state, [*demanded, *released], CHARGING, NOON) == [
        ClockStep(accused=ACCUSED, rule="C36", what="start", at=NOON),
        ClockStep(accused=ACCUSED, rule="C35", what="excuse", at=NOON, reason="released"),
    ]


def test_three_counts_arrested_at_once_start_one_clock() -> None:
    state = case(*charged(filed(), filed(TWO)))
    assert steps(state, going(state, "arrest")) == [("C35", "start")]


def test_a_continuance_keeps_its_arithmetic_and_its_ground() -> None:
    due = (NOON + DAY, NOON + 31 * DAY)
    (granted,) = proceedings.grant_continuance(case(*charged()), ACCUSED, "witness", 30, NOON, due, CHARGING, NOON)
    assert getattr(granted, "arithmetic", "") == (
        f"{due[0].isoformat()} + 30 d = {(due[0] + timedelta(days=30)).isoformat()}"
    )
    with pytest.raises(InvalidValue, match="ground"):
        proceedings.grant_continuance(case(*charged()), ACCUSED, "golf", 30, NOON, due, CHARGING, NOON)
    with pytest.raises(Refused) as refused:
        proceedings.grant_continuance(
            case(*charged()), ACCUSED, "witness", 30, NOON, (NOON, NOON + DAY), CHARGING, NOON
        )
    assert refused.value.rule == "C41"
