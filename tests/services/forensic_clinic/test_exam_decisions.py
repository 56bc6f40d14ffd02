"""Given what happened to an exam, when something is asked of it, then these events or this refusal."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from contracts.events.forensic_clinic import ExamUnbooked
from contracts.language import Event, InvalidValue, Refused
from contracts.periods import Period
from services.forensic_clinic.exam import decisions
from services.forensic_clinic.exam.decisions import AssaultTime, RequestExam
from services.forensic_clinic.exam.events import (
    AssaultTimeNoted,
    CancelExplained,
    ConsentRecorded,
    ExamNoted,
    HoldExpired,
    HoldReleased,
    ReleaseExplained,
)
from services.forensic_clinic.exam.ground import Ground
from services.forensic_clinic.exam.refusals import ExamRefusal
from services.forensic_clinic.exam.state import Exam, Slot
from tests.services.forensic_clinic.given import (
    CLINIC,
    COORDINATOR,
    DAY,
    EXAM,
    HELD_UNTIL,
    HOUR,
    MISSISSIPPI,
    NURSE,
    OFFICE,
    PERSON,
    ROOM,
    RULES,
    SLOT,
    TIP,
    YEAR,
    booked,
    cancelled,
    certified,
    completed,
    exam,
    examiner,
    ground,
    held,
    patient,
    place,
    requested,
    text,
)
from tests.services.forensic_clinic.test_exam_times import SHOWN as OF_TIMES
from tests.support.running_service import NOON

BEFORE = (DAY.since, SLOT.until - timedelta(minutes=1))
Kept = Callable[..., Sequence[Event]]


def wanted(**changes: object) -> RequestExam:
    usual: dict[str, object] = {"tip": TIP, "clinic": CLINIC, "age_band": "child", "consent": "cps_custodian"}
    return msgspec.convert(usual | changes, RequestExam)


def request(command: RequestExam, age: str = "child") -> list[Event]:
    return decisions.request(EXAM, command, patient(age=age), COORDINATOR, OFFICE, MISSISSIPPI, NOON)


def hold(state: Exam, slot: Slot = SLOT, on: Ground | None = None, now: datetime = NOON) -> Sequence[Event]:
    return decisions.hold(state, slot, on or ground(), RULES, now)


def book(state: Exam, slot: Slot = SLOT, on: Ground | None = None, now: datetime = NOON) -> Sequence[Event]:
    return decisions.book(state, slot, on or ground(), RULES, now)


BOTH = pytest.mark.parametrize("keep", [hold, book])


def test_an_exam_is_requested_for_whom_the_tip_is_about() -> None:
    assert request(wanted()) == requested()


def test_what_is_known_of_the_time_and_a_note_are_kept_apart() -> None:
    known = AssaultTime(earliest=NOON - 30 * HOUR, latest=NOON - 20 * HOUR)
    assert request(wanted(assault_time=known, note="Speaks Spanish.")) == [
        *requested(),
        AssaultTimeNoted(exam=EXAM, earliest=NOON - 30 * HOUR, latest=NOON - 20 * HOUR),
        ExamNoted(exam=EXAM, note=text("Speaks Spanish.")),
    ]


@pytest.mark.parametrize("age", ["child", "not_known"])
def test_an_adults_exam_needs_a_tip_that_says_adult(age: str) -> None:
    with pytest.raises(Refused) as refusal:
        request(wanted(age_band="adult"), age)
    assert refusal.value.code == ExamRefusal.NOT_SHOWN_ADULT
    assert request(wanted(age_band="adult"), "adult") == requested("adult")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"clinic": "MDCPS"}, "clinic"),
        ({"clinic": "NOWHERE"}, "clinic"),
        ({"age_band": "teenager"}, "age_band"),
        ({"consent": "trafficker"}, "consent"),
        ({"assault_time": AssaultTime(earliest=NOON, latest=NOON + HOUR)}, "assault_time"),
        ({"assault_time": AssaultTime(earliest=NOON, latest=NOON - HOUR)}, "assault_time"),
    ],
)
def test_a_request_that_cannot_be_right_names_the_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidValue) as invalid:
        request(wanted(**changes))
    assert invalid.value.field == field


def test_a_hold_keeps_the_slot_for_as_long_as_is_on_file() -> None:
    assert hold(exam()) == [held()]
    later = NOON + timedelta(minutes=10)
    assert hold(exam(*requested(), held()), now=later) == [held(until=HELD_UNTIL + timedelta(minutes=10))]


def test_booking_settles_what_was_held_another_slot_or_one_at_once() -> None:
    other = msgspec.structs.replace(SLOT, since=NOON + 4 * HOUR, until=NOON + 5 * HOUR)
    assert book(exam()) == booked()
    assert book(exam(*requested(), held())) == booked()
    assert book(exam(*requested(), held()), other) == booked(other)
    assert book(exam(*requested(), held(), HoldExpired(exam=EXAM))) == booked()


def test_what_was_done_in_a_night_without_power_is_booked_afterwards_but_not_held() -> None:
    past = msgspec.structs.replace(SLOT, since=NOON - 3 * HOUR, until=NOON - HOUR)
    assert book(exam(), past) == booked(past)
    with pytest.raises(InvalidValue):
        hold(exam(), past)


@BOTH
@pytest.mark.parametrize(
    ("on", "code"),
    [
        (ground(examiner(available=(Period(*BEFORE),))), ExamRefusal.NURSE_NOT_AVAILABLE),
        (ground(examiner(available=())), ExamRefusal.NURSE_NOT_AVAILABLE),
        (ground(examiner(clinic="ELSEWHERE")), ExamRefusal.NURSE_NOT_AVAILABLE),
        (ground(whom=patient(kept_out=[NURSE])), ExamRefusal.NURSE_NOT_AVAILABLE),
        (ground(whom=patient(kept_out=[NURSE]), taken=[NURSE, ROOM]), ExamRefusal.NURSE_NOT_AVAILABLE),
        (ground(examiner(certified("sane_adult_adolescent"))), ExamRefusal.NURSE_NOT_CERTIFIED),
        (ground(examiner(certified("sane_pediatric", Period(*BEFORE)))), ExamRefusal.NURSE_NOT_CERTIFIED),
        (ground(room=place(available=(Period(*BEFORE),))), ExamRefusal.ROOM_NOT_AVAILABLE),
        (ground(room=place(clinic="ELSEWHERE")), ExamRefusal.ROOM_NOT_AVAILABLE),
        (ground(taken=[NURSE, ROOM, PERSON]), ExamRefusal.NURSE_TAKEN),
        (ground(taken=[ROOM, PERSON]), ExamRefusal.ROOM_TAKEN),
        (ground(taken=[PERSON]), ExamRefusal.PATIENT_TAKEN),
    ],
)
def test_a_slot_needs_nurse_room_and_patient_for_the_whole_of_it(keep: Kept, on: Ground, code: ExamRefusal) -> None:
    with pytest.raises(Refused) as refusal:
        keep(exam(), on=on)
    assert refusal.value.code == code


@BOTH
def test_a_nurse_and_a_room_nobody_knows_are_not_available(keep: Kept) -> None:
    on = ground()
    for changes, code in (({"nurse": None}, "nurse_not_available"), ({"room": None}, "room_not_available")):
        with pytest.raises(Refused) as refusal:
            keep(exam(), on=msgspec.structs.replace(on, **changes))
        assert refusal.value.code == code


def test_a_nurse_who_is_kept_out_is_refused_in_the_very_words_of_one_who_is_away() -> None:
    said = []
    for on in (ground(examiner(available=())), ground(whom=patient(kept_out=[NURSE]))):
        with pytest.raises(Refused) as refusal:
            book(exam(), on=on)
        said.append((refusal.value.code, refusal.value.sentence, refusal.value.rule, refusal.value.citation))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("band", "age", "certificate", "enough"),
    [
        ("child", "child", "sane_pediatric", True),
        ("child", "child", "sane_adult_adolescent", False),
        ("adolescent", "child", "sane_pediatric", True),
        ("adolescent", "child", "sane_adult_adolescent", True),
        ("not_known", "not_known", "sane_pediatric", True),
        ("not_known", "not_known", "sane_adult_adolescent", False),
        ("adult", "adult", "sane_adult_adolescent", True),
        ("adult", "adult", "sane_pediatric", False),
        # Corrected since the request: no longer an adult's.
        ("adult", "child", "sane_adult_adolescent", False),
        ("adult", "not_known", "sane_pediatric", True),
    ],
)
def test_who_may_examine_whom(band: str, age: str, certificate: str, enough: bool) -> None:
    on = ground(examiner(certified(certificate)), whom=patient(age=age))
    if enough:
        assert book(exam(*requested(band)), on=on) == booked()
        return
    with pytest.raises(Refused) as refusal:
        book(exam(*requested(band)), on=on)
    assert refusal.value.code == ExamRefusal.NURSE_NOT_CERTIFIED
    assert refusal.value.citation == "Miss. Code 99-51-1"


def test_hours_and_certificates_that_follow_on_one_another_count_together() -> None:
    halves = (Period(DAY.since, NOON + 2 * HOUR), Period(NOON + 2 * HOUR, DAY.until))
    old, new = Period(YEAR.since, NOON + 2 * HOUR), Period(NOON + 2 * HOUR, YEAR.until)
    renewed = (certified("sane_pediatric", old), certified("sane_pediatric", new))
    assert book(exam(), on=ground(examiner(*renewed, available=halves))) == booked()


@BOTH
@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (NOON + HOUR, NOON + HOUR, "until"),
        (NOON + HOUR, NOON, "until"),
        (NOON + HOUR, NOON + HOUR + timedelta(minutes=14), "until"),
        (NOON + HOUR, NOON + 14 * HOUR, "until"),
        (NOON + timedelta(days=400), NOON + timedelta(days=400, hours=1), "since"),
        (NOON.replace(year=1999), NOON + HOUR, "since"),
    ],
)
def test_a_slot_that_cannot_be_right_names_the_field(keep: Kept, since: datetime, until: datetime, field: str) -> None:
    with pytest.raises(InvalidValue) as invalid:
        keep(exam(), Slot(nurse=NURSE, room=ROOM, since=since, until=until))
    assert invalid.value.field in {field, "since"}


@BOTH
@pytest.mark.parametrize(
    ("after", "code"),
    [
        (booked(), ExamRefusal.BOOKED),
        ([*booked(), completed()], ExamRefusal.ENDED),
        ([cancelled()], ExamRefusal.ENDED),
    ],
)
def test_what_is_booked_or_ended_is_not_held_or_booked_again(keep: Kept, after: list[Event], code: ExamRefusal) -> None:
    with pytest.raises(Refused) as refusal:
        keep(exam(*requested(), *after))
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("story", "now", "expires"),
    [
        ([held()], HELD_UNTIL, True),
        ([held()], HELD_UNTIL - timedelta(seconds=1), False),
        ([held(), held(until=HELD_UNTIL + HOUR)], HELD_UNTIL, False),
        ([held(), *booked()], HELD_UNTIL, False),
        ([held(), HoldReleased(exam=EXAM)], HELD_UNTIL, False),
        ([held(), HoldExpired(exam=EXAM)], HELD_UNTIL, False),
        ([held(), cancelled()], HELD_UNTIL, False),
        ([], HELD_UNTIL, False),
    ],
)
def test_a_hold_expires_once_and_only_while_it_stands(story: list[Event], now: datetime, expires: bool) -> None:
    assert decisions.expire(exam(*requested(), *story), now) == ([HoldExpired(exam=EXAM)] if expires else [])


def test_a_release_gives_up_what_is_kept_and_says_why() -> None:
    why = ReleaseExplained(exam=EXAM, reason=text("The nurse fell ill."))
    assert decisions.release(exam(*requested(), held()), "The nurse fell ill.") == [HoldReleased(exam=EXAM), why]
    assert decisions.release(exam(*requested(), *booked()), "The nurse fell ill.") == [
        ExamUnbooked(exam=EXAM, tip=TIP),
        why,
    ]
    assert exam(*requested(), *booked(), ExamUnbooked(exam=EXAM, tip=TIP)).phase == "requested"
    for story in ([], [held(), HoldExpired(exam=EXAM)], [*booked(), completed()], [cancelled()]):
        with pytest.raises(Refused) as refusal:
            decisions.release(exam(*requested(), *story), "The nurse fell ill.")
        assert refusal.value.code == ExamRefusal.NOTHING_KEPT


def test_consent_may_change_until_the_exam_ends() -> None:
    assert decisions.record_consent(exam(), "youth_court", RULES) == [ConsentRecorded(exam=EXAM, consent="youth_court")]
    assert decisions.record_consent(exam(), "cps_custodian", RULES) == []
    with pytest.raises(InvalidValue):
        decisions.record_consent(exam(), "trafficker", RULES)
    with pytest.raises(Refused) as refusal:
        decisions.record_consent(exam(*requested(), *booked(), completed()), "patient", RULES)
    assert refusal.value.code == ExamRefusal.ENDED


def test_a_booked_exam_is_completed_by_when_it_ended() -> None:
    at, now = NOON + 2 * HOUR, NOON + timedelta(days=2)
    assert decisions.complete(exam(*requested(), *booked()), at, RULES, now) == [completed(at)]


def test_nobody_is_examined_without_consent() -> None:
    with pytest.raises(Refused) as refusal:
        decisions.complete(exam(*requested(consent="not_yet"), *booked()), SLOT.until, RULES, SLOT.until)
    assert refusal.value.code == ExamRefusal.NO_CONSENT
    given = exam(*requested(consent="not_yet"), *booked(), ConsentRecorded(exam=EXAM, consent="patient"))
    assert decisions.complete(given, SLOT.until, RULES, SLOT.until) == [completed(SLOT.until)]


@pytest.mark.parametrize("story", [[], [held()], [cancelled()], [*booked(), completed()]])
def test_only_a_booked_exam_is_completed(story: list[Event]) -> None:
    with pytest.raises(Refused) as refusal:
        decisions.complete(exam(*requested(), *story), SLOT.until, RULES, SLOT.until)
    assert refusal.value.code == ExamRefusal.NOT_BOOKED


@pytest.mark.parametrize("at", [SLOT.until + HOUR, SLOT.since, SLOT.since - HOUR])
def test_an_exam_ends_after_it_began_and_not_in_the_future(at: datetime) -> None:
    with pytest.raises(InvalidValue) as invalid:
        decisions.complete(exam(*requested(), *booked()), at, RULES, SLOT.until)
    assert invalid.value.field == "completed_at"


@pytest.mark.parametrize("cause", ["clinic", "patient"])
@pytest.mark.parametrize("story", [[], [held()], booked()])
def test_an_exam_is_cancelled_by_the_clinic_or_the_patient(story: list[Event], cause: str) -> None:
    assert decisions.cancel(exam(*requested(), *story), cause, "Not wanted.") == [
        cancelled(cause),
        CancelExplained(exam=EXAM, reason=text("Not wanted.")),
    ]


def test_a_cancellation_is_refused_for_what_has_ended_and_for_an_unknown_cause() -> None:
    with pytest.raises(Refused) as refusal:
        decisions.cancel(exam(*requested(), cancelled()), "clinic", "Again.")
    assert refusal.value.code == ExamRefusal.ENDED
    with pytest.raises(InvalidValue):
        decisions.cancel(exam(), "weather", "Storm.")


def test_every_refusal_of_an_exam_is_shown_above_or_among_those_of_times() -> None:
    shown = {
        *OF_TIMES,
        *("exam_ended", "exam_booked", "exam_not_booked", "nothing_kept", "no_consent", "not_shown_adult"),
        *("nurse_not_available", "nurse_not_certified", "room_not_available"),
        *("nurse_taken", "room_taken", "patient_taken"),
    }
    assert shown == set(ExamRefusal)


def test_references_of_a_slot_are_the_exams_own(  # what a hold keeps is what is shown
) -> None:
    kept = exam(*requested(), held()).slot
    assert kept == SLOT
    assert exam(*requested(), held()).kept_with(NURSE)
    assert not exam(*requested(), held()).kept_with(UUID(int=1))
    assert not exam(*requested(), *booked(), completed()).kept_with(NURSE)
