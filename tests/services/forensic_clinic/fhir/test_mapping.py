"""Schedules, slots and appointments as FHIR resources: valid to others, the same instants, and of no patient."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.periods import Period, common, joined, without
from services.forensic_clinic.exam.state import Phase
from services.forensic_clinic.fhir.mapping import (
    APPOINTMENT,
    Bookable,
    Planned,
    appointment_of,
    period_in,
    schedule_of,
    slot_id,
    slots_of,
)
from services.forensic_clinic.fhir.resources import Appointment, Schedule, Slot
from tests.services.forensic_clinic.feed.test_written import BACK, FORWARD, HOUR, TIMES
from tests.services.forensic_clinic.fhir.valid import require_valid

NURSE, ROOM, EXAM = (UUID(int=number, version=4) for number in range(1, 4))
YEAR = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


def bookable(*available: Period, kind: str = "nurse") -> Bookable:
    return Bookable(kind, NURSE if kind == "nurse" else ROOM, 0 if kind == "nurse" else 2, 3, joined(available))


def planned(period: Period | None, phase: str = "booked", number: int = 3) -> Planned:
    nurse, room = (NURSE, ROOM) if period else (None, None)
    return Planned(UUID(int=number, version=4), phase, nurse, room, period, BACK, 5)


def said(resource: Schedule | Slot | Appointment) -> dict[str, Any]:
    return require_valid(msgspec.json.encode(resource))


def instants(slots: Sequence[dict[str, Any]], *statuses: str) -> tuple[Period, ...]:
    return joined(
        Period(datetime.fromisoformat(each["start"]), datetime.fromisoformat(each["end"]))
        for each in slots
        if each["status"] in statuses
    )


def apart(times: list[tuple[datetime, datetime]]) -> list[Period]:
    """Exams of one nurse, as the database keeps them: none over another."""
    found: list[Period] = []
    for each in times:
        if not common(found, [Period(*each)]):
            found.append(Period(*each))
    return found


@given(st.lists(TIMES, max_size=4), st.lists(TIMES, max_size=3), st.sampled_from(["held", "booked", "completed"]))
def test_slots_of_any_hours_and_exams_are_the_same_instants_and_each_moment_is_free_or_taken(
    hours: list[tuple[datetime, datetime]], taken: list[tuple[datetime, datetime]], phase: str
) -> None:
    available, exams = [Period(*each) for each in hours], apart(taken)
    of = bookable(*available)
    slots = [
        said(each)
        for each in slots_of(of, [planned(each, phase, number) for number, each in enumerate(exams, 10)], YEAR)
    ]
    assert instants(slots, "free") == without(available, *exams)
    assert instants(slots, "busy", "busy-tentative") == joined(exams)
    assert len({each["id"] for each in slots}) == len(slots)
    for each in slots:
        found = period_in(each["id"])
        assert found is not None
        assert (found[0], found[1].since.isoformat(), found[1].until.isoformat()) == (
            NURSE,
            datetime.fromisoformat(each["start"]).astimezone(UTC).isoformat(),
            datetime.fromisoformat(each["end"]).astimezone(UTC).isoformat(),
        )


@given(TIMES)
def test_an_appointment_is_at_the_instants_of_its_exam(times: tuple[datetime, datetime]) -> None:
    told = said(appointment_of(planned(Period(*times))))
    assert [datetime.fromisoformat(told[end]).astimezone(UTC) for end in ("start", "end")] == list(times)


def test_times_are_said_in_the_states_time_with_what_tells_two_equal_ones_apart() -> None:
    told = said(appointment_of(planned(Period(BACK - HOUR / 2, BACK + HOUR / 2))))
    assert (told["start"], told["end"]) == ("2026-11-01T01:30:00-05:00", "2026-11-01T01:30:00-06:00")
    told = said(appointment_of(planned(Period(FORWARD - HOUR / 2, FORWARD + HOUR / 2))))
    assert (told["start"], told["end"]) == ("2027-03-14T01:30:00-06:00", "2027-03-14T03:30:00-05:00")


@pytest.mark.parametrize("phase", sorted(APPOINTMENT))
def test_every_phase_has_a_status_and_a_valid_appointment_of_no_patient(phase: str) -> None:
    has_time = phase in {"held", "booked", "completed"}
    told = said(appointment_of(planned(Period(BACK, BACK + HOUR) if has_time else None, phase)))
    assert ("start" in told) == has_time
    # app-3: only what is proposed or cancelled may be without a time.
    assert has_time or told["status"] in {"proposed", "cancelled"}
    assert (told["participant"][-1]["type"][0]["coding"][0]["code"], "actor" in told["participant"][-1]) == (
        "SBJ",
        False,
    )
    actors = [each["actor"]["reference"] for each in told["participant"] if "actor" in each]
    assert actors == ([f"Practitioner/{NURSE}", f"Location/{ROOM}"] if has_time else [])
    assert [each["reference"] for each in told.get("slot", ())] == (
        [f"Slot/{slot_id(NURSE, Period(BACK, BACK + HOUR))}"] if has_time else []
    )


def test_the_phases_are_those_an_exam_has() -> None:
    assert set(APPOINTMENT) == set(get_args(Phase)) - {"none"}


def test_a_schedule_tells_whose_it_is_and_from_when_until_when() -> None:
    told = said(schedule_of(bookable(Period(BACK, BACK + HOUR), Period(FORWARD, FORWARD + HOUR), kind="room")))
    assert told["actor"] == [{"reference": f"Location/{ROOM}", "type": "Location", "display": "Room 2"}]
    assert told["planningHorizon"] == {"start": "2026-11-01T01:00:00-06:00", "end": "2027-03-14T04:00:00-05:00"}
    nobody = said(schedule_of(bookable()))
    assert nobody == {
        "resourceType": "Schedule", "id": str(NURSE), "meta": {"versionId": "3"}, "active": True,
        "actor": [{"reference": f"Practitioner/{NURSE}", "type": "Practitioner"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    "slot", ["", "-", "a-b", "a-b-c", f"{NURSE.hex}-2-1", f"{NURSE.hex}-01-2", f"{NURSE.hex}-1-f" * 9]
)
def test_what_is_no_id_of_a_slot_is_none(slot: str) -> None:
    assert period_in(slot) is None


def test_those_who_judge_see_what_is_wrong() -> None:
    told = said(appointment_of(planned(Period(BACK, BACK + HOUR))))
    for wrong in ({"status": "maybe"}, {"start": "2026-11-01T01:30:00"}, {"participant": "nobody"}, {"nurse": "x"}):
        with pytest.raises((AssertionError, ValueError, jsonschema.ValidationError)):
            require_valid(json.dumps(told | wrong).encode())
