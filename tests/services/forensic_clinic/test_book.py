"""Booking over HTTP: nurse, room and patient each once at a time, kept by the database."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.services.forensic_clinic.house import (
    COORDINATOR,
    CPS,
    HOUR,
    NURSE,
    ROOM,
    SECOND_NURSE,
    SECOND_ROOM,
    THIRD_NURSE,
    House,
    ok,
    refused,
    slot,
)
from tests.support.running_service import NOON


async def test_an_exam_is_requested_held_booked_and_completed(house: House) -> None:
    exam = await house.request()
    ok(await house.act(exam, "hold", slot()))
    held = await house.page(exam)
    assert (held["phase"], held["slot"]["nurse"]) == ("held", str(NURSE.account))
    ok(await house.act(exam, "booking", slot()))
    booked = await house.page(exam)
    assert (booked["phase"], booked["held_until"], booked["nurse_fits"]) == ("booked", None, True)
    house.service.time.turn(3 * HOUR)
    ok(await house.act(exam, "completion", {"completed_at": (NOON + 2 * HOUR).isoformat()}, by=NURSE))
    assert (await house.page(exam))["phase"] == "completed"
    assert house.taken(ROOM, NURSE.account) == 0


async def test_a_nurse_a_room_and_a_patient_are_in_one_exam_at_a_time(house: House) -> None:
    await house.nurse(SECOND_NURSE)
    await house.room(2)
    tip = await house.tip()
    first, second, same_patient = await house.request(tip), await house.request(), await house.request(tip)
    ok(await house.act(first, "booking", slot()))
    late = NOON + timedelta(minutes=90)
    assert refused(await house.act(second, "booking", slot(late, room=SECOND_ROOM))) == "nurse_taken"
    assert refused(await house.act(second, "hold", slot(late, nurse=SECOND_NURSE))) == "room_taken"
    other = slot(late, nurse=SECOND_NURSE, room=SECOND_ROOM)
    assert refused(await house.act(same_patient, "booking", other)) == "patient_taken"
    ok(await house.act(second, "booking", other))
