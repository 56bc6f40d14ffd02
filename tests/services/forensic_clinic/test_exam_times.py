"""Which times an exam may have, which rules somebody may answer for, who waits, and what is chosen where none is."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events.forensic_clinic import ExamMoved
from contracts.language import Event, InvalidValue, Refused
from contracts.periods import Period, Span, without
from services.forensic_clinic.exam import decisions, no_slot, standby
from services.forensic_clinic.exam.decisions import AssaultTime
from services.forensic_clinic.exam.events import (
    AgeBandCorrected,
    AssaultTimeNoted,
    BookedAnyway,
    ExamHeld,
    HoldExpired,
    HoldReleased,
    LanguageNeeded,
    MovedUp,
    NoSlotAnswered,
    PutOnStandby,
    TakenOffStandby,
)
from services.forensic_clinic.exam.ground import Examiner, Ground, Helper
from services.forensic_clinic.exam.hours import busiest_day, rests
from services.forensic_clinic.exam.no_slot import Choice, told_of
from services.forensic_clinic.exam.standby import Waiting, in_turn
from services.forensic_clinic.exam.windows import windows
from services.forensic_clinic.nurse.decisions import fall_ill, state_support
from services.forensic_clinic.nurse.events import NurseAvailable, NurseFellIll, NurseRegistered, NurseSupportsStated
from services.forensic_clinic.nurse.state import Nurse
from services.forensic_clinic.nurse.state import evolve as evolve_nurse
from tests.services.forensic_clinic.given import (
    CLINIC,
    DAY,
    EXAM,
    HOUR,
    MISSISSIPPI,
    NURSE,
    PERSON,
    ROOM,
    RULES,
    SLOT,
    TIP,
    booked,
    cancelled,
    certified,
    completed,
    exam,
    examiner,
    ground,
    held,
    patient,
    requested,
    text,
)
from tests.support.running_service import NOON

SHOWN = {
    *("rest_too_short", "too_many_hours", "no_rule_broken", "helper_not_available", "helper_taken"),
    *("on_standby", "not_on_standby", "time_is_kept"),
}
REST = timedelta(minutes=RULES.planning.rest_minutes)
INTERPRETER = UUID("cccccccc-0001-4000-8000-000000000000")
WHY = "Invented reason."


def beside(*periods: Period, **changes: object) -> Ground:
    return msgspec.structs.replace(ground(), beside=periods, **changes)


def anyway(on: Ground, now: datetime = NOON) -> tuple[str, ...]:
    """The rules that go on record."""
    *rest, last = decisions.book_anyway(exam(), SLOT, on, RULES, WHY, now)
    assert rest == booked()
    assert isinstance(last, BookedAnyway)
    assert last.reason == text(WHY)
    return last.rules


def refused(decide: Callable[[], object]) -> str:
    with pytest.raises(Refused) as error:
        decide()
    return error.value.code


BEFORE = Period(SLOT.since - 2 * HOUR, SLOT.since - REST + timedelta(minutes=1))
LONG = Period(SLOT.since - 13 * HOUR, SLOT.since - 2 * HOUR)


@pytest.mark.parametrize(
    ("on", "code", "rules"),
    [
        (beside(BEFORE), "rest_too_short", ("rest",)),
        (beside(LONG), "too_many_hours", ("hours_a_day",)),
        (ground(examiner(available=())), "nurse_not_available", ("stated_hours",)),
        (
            ground(examiner(certified("sane_pediatric", Period(NOON - HOUR, SLOT.since + HOUR)))),
            "nurse_not_certified",
            ("certificate_lapses",),
        ),
        # Valid today, and lapsed by the day of the exam.
        (
            ground(examiner(certified("sane_pediatric", Period(NOON - HOUR, SLOT.since)), available=())),
            "nurse_not_available",
            ("stated_hours", "certificate_lapses"),
        ),
    ],
)
def test_a_rule_that_spares_her_refuses_and_is_broken_only_with_a_reason(
    on: Ground, code: str, rules: tuple[str, ...]
) -> None:
    for decide in (decisions.book, decisions.hold):
        assert refused(lambda decide=decide: decide(exam(), SLOT, on, RULES, NOON)) == code  # type: ignore[misc]
    assert anyway(on) == rules


def gone(**changes: object) -> Examiner:
    return msgspec.structs.replace(examiner(available=()), **changes)


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (ground(), "no_rule_broken"),
        (beside(BEFORE, taken={NURSE}), "nurse_taken"),
        (beside(BEFORE, taken={ROOM}), "room_taken"),
        (beside(BEFORE, taken={PERSON}), "patient_taken"),
        (ground(gone(), whom=patient(kept_out={NURSE})), "nurse_not_available"),
        (ground(gone(clinic="MDCPS")), "nurse_not_available"),
        (ground(gone(works_until=SLOT.since)), "nurse_not_available"),
        # Never certified for children, or not any more when it is decided.
        (ground(examiner(certified("sane_adult_adolescent"), available=())), "nurse_not_certified"),
        (
            ground(examiner(certified("sane_pediatric", Period(NOON - 2 * HOUR, NOON)), available=())),
            "nurse_not_certified",
        ),
    ],
)
def test_nobody_answers_for_a_double_booking_or_who_is_kept_out_or_gone(on: Ground, code: str) -> None:
    assert refused(lambda: decisions.book_anyway(exam(), SLOT, on, RULES, WHY, NOON)) == code


def test_what_was_done_is_typed_in_as_it_was_without_rest() -> None:
    assert decisions.book(exam(), SLOT, beside(BEFORE, LONG), RULES, SLOT.until) == booked()


def helper(**changes: object) -> Helper:
    plain = Helper(helper=INTERPRETER, clinic=CLINIC, kind="interpreter", number=1, languages=("es",), available=(DAY,))
    return msgspec.structs.replace(plain, **changes)


@pytest.mark.parametrize(
    ("helpers", "taken", "code"),
    [
        ((None,), set(), "helper_not_available"),
        ((helper(clinic="MDCPS"),), set(), "helper_not_available"),
        ((helper(available=()),), set(), "helper_not_available"),
        ((helper(),), {INTERPRETER}, "helper_taken"),
    ],
)
def test_who_is_beside_the_patient_is_free_for_all_of_it(
    helpers: tuple[Helper | None, ...], taken: Collection[UUID], code: str
) -> None:
    on = msgspec.structs.replace(ground(taken=taken), helpers=helpers)
    assert refused(lambda: decisions.book(exam(), SLOT, on, RULES, NOON)) == code
    assert decisions.book(exam(), SLOT, msgspec.structs.replace(ground(), helpers=(helper(),)), RULES, NOON) == booked()


periods = st.builds(
    lambda begin, length: Period(NOON + begin * HOUR / 4, NOON + (begin + length) * HOUR / 4),
    st.integers(-96, 96),
    st.integers(1, 40),
)


@given(periods, st.lists(periods, max_size=6))
def test_the_fullest_day_is_as_full_as_a_search_by_quarters_of_an_hour_finds(new: Period, others: list[Period]) -> None:
    # A nurse is at one exam at a time.
    others = list(without(others, new))
    day, quarter = 24 * HOUR, HOUR / 4

    def held_in(since: datetime) -> timedelta:
        each = [min(p.until, since + day) - max(p.since, since) for p in (new, *others)]
        return sum((length for length in each if length > timedelta()), timedelta())

    steps = int((new.until - new.since + day) / quarter)
    searched = max(held_in(new.since - day + step * quarter) for step in range(1, steps))
    assert busiest_day(new, others) == searched


@given(periods, st.lists(periods, max_size=6))
def test_who_rests_has_no_exam_within_the_rest(new: Period, others: list[Period]) -> None:
    wide = Period(new.since - REST, new.until + REST)
    assert rests(new, others, REST) == all(p.until <= wide.since or wide.until <= p.since for p in others)


# What is known of an exam later.


def test_an_assault_time_and_an_age_band_are_corrected_while_the_exam_waits_or_is_booked() -> None:
    known = AssaultTime(earliest=NOON - 9 * HOUR, latest=NOON - 8 * HOUR)
    noted = AssaultTimeNoted(exam=EXAM, earliest=known.earliest, latest=known.latest)
    assert decisions.note_assault_time(exam(), known, NOON) == [noted]
    assert decisions.note_assault_time(exam(*requested(), noted), known, NOON) == []
    on = exam(*requested(), *booked())
    assert decisions.correct_age_band(on, "adolescent", patient(), RULES) == [
        AgeBandCorrected(exam=EXAM, age_band="adolescent")
    ]
    assert refused(lambda: decisions.correct_age_band(on, "adult", patient(), RULES)) == "not_shown_adult"
    with pytest.raises(InvalidValue):
        decisions.correct_age_band(on, "grown", patient(), RULES)
    assert decisions.need_language(exam(), "es", MISSISSIPPI) == [LanguageNeeded(exam=EXAM, language="es")]
    assert decisions.need_language(exam(), "", MISSISSIPPI) == []
    with pytest.raises(InvalidValue):
        decisions.need_language(exam(), "klingon", MISSISSIPPI)
    ended = exam(*requested(), cancelled("patient"))
    assert refused(lambda: decisions.note_assault_time(ended, known, NOON)) == "exam_ended"


def test_an_exam_moves_to_another_clinic_while_no_time_is_kept_for_it() -> None:
    elsewhere = msgspec.structs.replace(exam(), clinic="OTHER")
    assert decisions.move(elsewhere, CLINIC, MISSISSIPPI) == [ExamMoved(exam=EXAM, tip=TIP, clinic=CLINIC)]
    assert decisions.move(exam(), CLINIC, MISSISSIPPI) == []
    assert refused(lambda: decisions.move(exam(*requested(), held()), CLINIC, MISSISSIPPI)) == "time_is_kept"
    with pytest.raises(InvalidValue):
        decisions.move(exam(), "MDCPS", MISSISSIPPI)


# The standby list.

ON = PutOnStandby(exam=EXAM)


def test_who_waits_is_put_on_the_list_once_and_taken_off_when_asked() -> None:
    assert standby.put_on(exam()) == [ON]
    waiting = exam(*requested(), ON)
    assert refused(lambda: standby.put_on(waiting)) == "on_standby"
    assert standby.take_off(waiting) == [TakenOffStandby(exam=EXAM, cause="asked")]
    assert refused(lambda: standby.take_off(exam())) == "not_on_standby"
    assert refused(lambda: standby.put_on(exam(*requested(), *booked()))) == "exam_booked"
    assert refused(lambda: standby.put_on(exam(*requested(), cancelled()))) == "exam_ended"


def test_a_time_that_came_free_is_held_by_itself_for_an_hour_and_never_past_its_beginning() -> None:
    waiting = exam(*requested(), ON)
    until = NOON + timedelta(minutes=RULES.planning.standby_hold_minutes)
    assert standby.move_up(waiting, SLOT, RULES, NOON) == [held(until=until), MovedUp(exam=EXAM)]
    late = standby.move_up(waiting, SLOT, RULES, SLOT.since - timedelta(minutes=5))[0]
    assert isinstance(late, ExamHeld)
    assert late.held_until == SLOT.since
    for on in (
        exam(),
        exam(*requested(), ON, held()),
        exam(*requested(), ON, *booked()),
        exam(*requested(), ON, cancelled()),
    ):
        assert standby.move_up(on, SLOT, RULES, NOON) == []


def test_what_nobody_booked_in_time_goes_to_the_next_and_not_to_the_same_again() -> None:
    up = exam(*requested(), ON, held(), MovedUp(exam=EXAM))
    off = TakenOffStandby(exam=EXAM, cause="hold_expired")
    assert decisions.expire(up, up.held_until or NOON) == [HoldExpired(exam=EXAM), off]
    # Who gives up what came up does not have it held again.
    *released, _ = decisions.release(up, WHY)
    assert released == [HoldReleased(exam=EXAM), TakenOffStandby(exam=EXAM, cause="asked")]
    # A hold that people made by hand keeps its exam on the list.
    by_hand = exam(*requested(), ON, held())
    assert decisions.expire(by_hand, by_hand.held_until or NOON) == [HoldExpired(exam=EXAM)]
    assert exam(*requested(), ON, held(), MovedUp(exam=EXAM), *booked()).standby is False
    assert exam(*requested(), ON, cancelled("patient")).standby is False


def test_whose_nurse_cannot_come_waits_on_the_list() -> None:
    for kept in ([held()], booked()):
        waits = exam(*requested(), *kept, *standby.back_on_list(exam(*requested(), *kept)))
        assert (waits.phase, waits.slot, waits.standby) == ("requested", None, True)


def waiting(number: int, since: datetime, hours_ago: float | None) -> Waiting:
    assault = None if hours_ago is None else Period(NOON - hours_ago * HOUR, NOON - hours_ago * HOUR)
    those = windows(MISSISSIPPI, "child", assault, NOON)
    return Waiting(exam=UUID(int=number), since=since, windows=those)


def test_first_is_whose_window_closes_first_then_who_was_first_on_the_list() -> None:
    lists = [
        waiting(1, NOON - 9 * HOUR, None),
        waiting(2, NOON - 8 * HOUR, 200),
        waiting(3, NOON - 2 * HOUR, 10),
        waiting(4, NOON - HOUR, 60),
        waiting(5, NOON - 3 * HOUR, 10),
    ]
    # Of whom nothing is known, and whose windows have closed: they wait as long as anybody, and keep their place.
    assert [each.exam.int for each in in_turn(lists, NOON)] == [4, 5, 3, 1, 2]


# Where no time is free.


@pytest.mark.parametrize(
    ("choice", "clinic", "nurse"),
    [(Choice.BEYOND, CLINIC, None), (Choice.TELEHEALTH, "", NURSE), (Choice.CARE_WITHOUT_EVIDENCE, "", None)],
)
def test_what_was_chosen_and_why_is_on_record(choice: Choice, clinic: str, nurse: UUID | None) -> None:
    chosen = no_slot.answer(exam(), choice, clinic, nurse, WHY, MISSISSIPPI)
    assert chosen == [NoSlotAnswered(exam=EXAM, choice=choice, clinic=clinic, nurse=nurse, reason=text(WHY))]
    # It refuses nothing: the exam is booked all the same when a time is found.
    assert decisions.book(exam(*requested(), *chosen), SLOT, ground(), RULES, NOON) == booked()


def test_a_choice_names_a_clinic_on_file_and_a_nurse_for_support_from_afar_alone() -> None:
    for choice, clinic, nurse in (
        (Choice.BEYOND, "MDCPS", None),
        (Choice.TELEHEALTH, "", None),
        (Choice.BEYOND, "", NURSE),
    ):
        with pytest.raises(InvalidValue):
            no_slot.answer(exam(), choice, clinic, nurse, WHY, MISSISSIPPI)
    done = exam(*requested(), *booked(), completed())
    code = refused(lambda: no_slot.answer(done, Choice.CARE_WITHOUT_EVIDENCE, "", None, WHY, MISSISSIPPI))
    assert code == "exam_ended"


def test_the_clinic_is_told_and_the_office_that_asked() -> None:
    assert told_of(exam()) == ("clinic_coordinator of BRIDGE", "cps_coordinator")
    assert told_of(msgspec.structs.replace(exam(), asked_for=CLINIC)) == ("clinic_coordinator of BRIDGE",)


# Nurses.


def nurse(*events: Event) -> Nurse:
    state = Nurse()
    for event in (NurseRegistered(account=NURSE, clinic=CLINIC), *events):
        state = evolve_nurse(state, event)
    return state


def test_a_nurse_who_is_ill_is_given_nothing_in_that_time() -> None:
    available = NurseAvailable(account=NURSE, since=NOON, until=NOON + 9 * HOUR)
    ill = NurseFellIll(account=NURSE, since=NOON + HOUR, until=NOON + 5 * HOUR)
    assert fall_ill(nurse(available), Span(since=ill.since, until=ill.until)) == [ill]
    assert nurse(available, ill).available == (
        Period(NOON, NOON + HOUR),
        Period(NOON + 5 * HOUR, NOON + 9 * HOUR),
    )
    with pytest.raises(InvalidValue):
        fall_ill(nurse(), Span(since=NOON, until=NOON))


def test_support_from_afar_is_on_record_once() -> None:
    stated = NurseSupportsStated(account=NURSE, from_afar=True)
    assert state_support(nurse(), from_afar=True) == [stated]
    assert state_support(nurse(stated), from_afar=True) == []
    assert nurse(stated).telehealth is True
