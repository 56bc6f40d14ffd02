"""What may be recorded of nurses, rooms and cases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.language import Event, InvalidValue, Refused
from contracts.periods import Period, Span
from services.forensic_clinic.case import case as cases
from services.forensic_clinic.case.case import Case
from services.forensic_clinic.case.events import AccountShutOut, CaseJoined, CaseNoted, ExamAdded
from services.forensic_clinic.nurse import decisions
from services.forensic_clinic.nurse import state as nurses
from services.forensic_clinic.nurse.decisions import (
    NurseRefusal,
    RecordCertificate,
    RegisterNurse,
    WithdrawCertificate,
)
from services.forensic_clinic.nurse.events import (
    NurseAvailable,
    NurseCertificateWithdrawn,
    NurseCertified,
    NurseNotAvailable,
    NurseRegistered,
)
from services.forensic_clinic.nurse.state import Nurse
from services.forensic_clinic.room import room as rooms
from services.forensic_clinic.room.events import RoomAvailable, RoomNotAvailable, RoomOpened
from services.forensic_clinic.room.room import OpenRoom, Room, RoomRefusal
from tests.services.forensic_clinic.given import CLINIC, EXAM, HOUR, MISSISSIPPI, NURSE, PERSON, ROOM, TIP
from tests.support.running_service import NOON

REGISTERED = NurseRegistered(account=NURSE, clinic=CLINIC)
CERTIFIED = NurseCertified(
    account=NURSE,
    certificate="sane_pediatric",
    issuer="IAFN",
    valid_from=datetime(2026, 1, 1, 6, tzinfo=UTC),
    valid_until=datetime(2026, 12, 1, 6, tzinfo=UTC),
)
AVAILABLE = NurseAvailable(account=NURSE, since=NOON, until=NOON + 8 * HOUR)
OPENED = RoomOpened(room=ROOM, clinic=CLINIC, number=1)
USABLE = RoomAvailable(room=ROOM, since=NOON, until=NOON + 8 * HOUR)


def nurse(*events: Event) -> Nurse:
    state = Nurse()
    for event in events:
        state = nurses.evolve(state, event)
    return state


def room(*events: Event) -> Room:
    state = Room()
    for event in events:
        state = rooms.evolve(state, event)
    return state


def case(*events: Event) -> Case:
    state = Case()
    for event in events:
        state = cases.evolve(state, event)
    return state


def span(since: int, until: int) -> Span:
    return Span(since=NOON + since * HOUR, until=NOON + until * HOUR)


def test_a_nurse_is_registered_once_at_a_clinic_that_examines() -> None:
    command = RegisterNurse(account=NURSE, clinic=CLINIC)
    assert decisions.register(nurse(), command, MISSISSIPPI) == [REGISTERED]
    with pytest.raises(Refused) as refusal:
        decisions.register(nurse(REGISTERED), command, MISSISSIPPI)
    assert refusal.value.code == NurseRefusal.REGISTERED_ALREADY
    with pytest.raises(InvalidValue):
        decisions.register(nurse(), RegisterNurse(account=NURSE, clinic="MDCPS"), MISSISSIPPI)


def test_a_certificate_holds_from_the_first_day_to_the_end_of_the_last_in_central_time() -> None:
    # The clocks change between them: midnight is UTC-6 on both days, and UTC-5 in summer.
    for first, last, since, until in (
        (date(2026, 1, 1), date(2026, 11, 30), "2026-01-01T06:00Z", "2026-12-01T06:00Z"),
        (date(2026, 3, 8), date(2026, 3, 8), "2026-03-08T06:00Z", "2026-03-09T05:00Z"),
    ):
        command = RecordCertificate(certificate="sane_pediatric", issuer="IAFN", valid_from=first, valid_until=last)
        (event,) = decisions.record_certificate(nurse(REGISTERED), command, MISSISSIPPI)
        assert isinstance(event, NurseCertified)
        assert (event.valid_from, event.valid_until) == (datetime.fromisoformat(since), datetime.fromisoformat(until))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"certificate": "md"}, "certificate"),
        ({"issuer": "MDCPS"}, "issuer"),
        ({"valid_from": date(202, 1, 1)}, "valid_from"),
        ({"valid_until": date(2025, 1, 1)}, "valid_until"),
    ],
)
def test_a_certificate_that_cannot_be_right_names_the_field(changes: dict[str, str | date], field: str) -> None:
    usual = {"certificate": "sane_pediatric", "issuer": "IAFN"} | {
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31),
    }
    with pytest.raises(InvalidValue) as invalid:
        decisions.record_certificate(nurse(REGISTERED), RecordCertificate(**(usual | changes)), MISSISSIPPI)  # type: ignore[arg-type]  # each of its field's type
    assert invalid.value.field == field


def test_a_certificate_taken_back_was_valid_before() -> None:
    command = WithdrawCertificate(certificate="sane_pediatric", issuer="IAFN", withdrawn_at=NOON)
    events = decisions.withdraw_certificate(nurse(REGISTERED, CERTIFIED), command, NOON)
    assert events == [
        NurseCertificateWithdrawn(account=NURSE, certificate="sane_pediatric", issuer="IAFN", withdrawn_at=NOON)
    ]
    (left,) = nurse(REGISTERED, CERTIFIED, *events).certificates
    assert (left.valid_from, left.valid_until) == (CERTIFIED.valid_from, NOON)
    with pytest.raises(Refused) as refusal:
        decisions.withdraw_certificate(nurse(REGISTERED), command, NOON)
    assert refusal.value.code == NurseRefusal.NO_SUCH_CERTIFICATE


def test_hours_add_up_and_are_taken_back_again() -> None:
    stated = decisions.state_availability(nurse(REGISTERED), span(0, 8))
    assert stated == [AVAILABLE]
    more = nurse(REGISTERED, AVAILABLE, NurseAvailable(account=NURSE, since=NOON + 8 * HOUR, until=NOON + 9 * HOUR))
    assert more.available == (Period(NOON, NOON + 9 * HOUR),)
    back = decisions.withdraw_availability(more, span(2, 3), booked=False)
    assert back == [NurseNotAvailable(account=NURSE, since=NOON + 2 * HOUR, until=NOON + 3 * HOUR)]
    left = nurses.evolve(more, back[0])
    assert left.available == (Period(NOON, NOON + 2 * HOUR), Period(NOON + 3 * HOUR, NOON + 9 * HOUR))


def test_hours_in_which_an_exam_is_planned_or_that_were_never_stated_are_not_taken_back() -> None:
    for hours, booked, code in (
        (span(0, 8), True, NurseRefusal.BOOKED),
        (span(20, 21), False, "nurse_hours_not_stated"),
    ):
        with pytest.raises(Refused) as refusal:
            decisions.withdraw_availability(nurse(REGISTERED, AVAILABLE), hours, booked=booked)
        assert refusal.value.code == code
    for hours, booked, room_code in ((span(0, 8), True, RoomRefusal.BOOKED), (span(20, 21), False, "hours_not_stated")):
        with pytest.raises(Refused) as refusal:
            rooms.withdraw_availability(room(OPENED, USABLE), hours, booked=booked)
        assert refusal.value.code == room_code


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (NOON, NOON, "until"),
        (NOON, NOON - HOUR, "until"),
        (NOON, NOON + timedelta(days=400), "until"),
        (NOON.replace(year=1), NOON, "since"),
        (NOON, NOON.replace(year=9999), "until"),
    ],
)
def test_hours_that_cannot_be_right_name_the_field(since: datetime, until: datetime, field: str) -> None:
    with pytest.raises(InvalidValue) as invalid:
        decisions.state_availability(nurse(REGISTERED), Span(since=since, until=until))
    assert invalid.value.field == field
    with pytest.raises(InvalidValue) as invalid:
        rooms.state_availability(room(OPENED), Span(since=since, until=until))
    assert invalid.value.field == field


def test_a_clinic_has_one_room_of_a_number() -> None:
    command = OpenRoom(clinic=CLINIC, number=1)
    assert rooms.open_room(room(), ROOM, command, MISSISSIPPI) == [OPENED]
    with pytest.raises(Refused) as refusal:
        rooms.open_room(room(OPENED), ROOM, command, MISSISSIPPI)
    assert refusal.value.code == RoomRefusal.OPENED_ALREADY
    with pytest.raises(InvalidValue):
        rooms.open_room(room(), ROOM, OpenRoom(clinic="MDCPS", number=1), MISSISSIPPI)


def test_a_room_is_usable_when_it_was_said_to_be() -> None:
    assert rooms.state_availability(room(OPENED), span(0, 8)) == [USABLE]
    back = rooms.withdraw_availability(room(OPENED, USABLE), span(2, 3), booked=False)
    assert back == [RoomNotAvailable(room=ROOM, since=NOON + 2 * HOUR, until=NOON + 3 * HOUR)]
    assert room(OPENED, USABLE, *back).available == (
        Period(NOON, NOON + 2 * HOUR),
        Period(NOON + 3 * HOUR, NOON + 8 * HOUR),
    )


def test_of_a_case_only_what_changes_is_noted() -> None:
    noted = CaseNoted(tip=TIP, person=PERSON, age="child", county="Hinds")
    assert cases.note(case(), TIP, PERSON, "child", "Hinds") == [noted]
    assert cases.note(case(noted), TIP, PERSON, "child", "Hinds") == []
    assert cases.note(case(noted), TIP, PERSON, "adult", "Hinds") != []


def test_an_account_is_shut_out_once_and_before_the_tip_is_told_of_too() -> None:
    out = AccountShutOut(tip=TIP, account=NURSE)
    assert cases.shut_out(case(), TIP, NURSE) == [out]
    assert cases.shut_out(case(out), TIP, NURSE) == []
    assert case(out, CaseNoted(tip=TIP, person=PERSON, age="child", county="Hinds")).kept_out == (NURSE,)


def test_a_linked_tip_has_the_patient_of_the_first() -> None:
    assert cases.join(case(), TIP, PERSON) == [CaseJoined(tip=TIP, first=PERSON)]
    assert cases.join(case(CaseJoined(tip=TIP, first=PERSON)), TIP, PERSON) == []
    assert cases.join(case(), TIP, TIP) == []


def test_a_case_finds_its_exams_again() -> None:
    assert case(*cases.add_exam(TIP, EXAM)).exams == (EXAM,)
    assert cases.add_exam(TIP, EXAM) == [ExamAdded(tip=TIP, exam=EXAM)]
