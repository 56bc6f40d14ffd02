"""What cannot be right is answered with the field and a sentence, never with a fault of ours, and changes nothing."""

from datetime import timedelta
from typing import Any

import pytest

from tests.services.forensic_clinic.house import COORDINATOR, CPS, HOUR, NURSE, ROOM, House, slot, span, wanted
from tests.support.running_service import NOON

ENDS_OF_TIME = {"since": "0001-01-01T00:00:00+14:00", "until": "9999-12-31T23:59:59-12:00"}


@pytest.mark.parametrize("path", ["hold", "booking"])
@pytest.mark.parametrize(
    "changes",
    [
        span(NOON + 2 * HOUR, NOON + HOUR),
        span(NOON + HOUR, NOON + HOUR),
        ENDS_OF_TIME,
        {"since": ENDS_OF_TIME["until"], "until": ENDS_OF_TIME["until"]},
        {"since": "2026-11-03T19:00:00", "until": "2026-11-03T20:00:00"},
        {"nurse": "nobody"},
        {"room": None},
        {"patient": "x"},
    ],
)
async def test_a_slot_that_cannot_be_right(house: House, path: str, changes: dict[str, Any]) -> None:
    exam = await house.request()
    before = len(house.service.names())
    answer = await house.act(exam, path, slot() | changes)
    assert answer.status_code == 422, answer.text
    assert len(house.service.names()) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"clinic": "\x00"},
        {"age_band": ""},
        {"consent": "x" * 10_000},
        {"note": "ab"},
        {"note": "x" * 2_001},
        {"assault_time": {"earliest": "2026-11-03T00:00:00", "latest": "2026-11-03T00:00:00"}},
        {"assault_time": {"earliest": ENDS_OF_TIME["since"], "latest": ENDS_OF_TIME["since"]}},
        {"person": "11111111-1111-4111-8111-111111111111"},
    ],
)
async def test_a_request_that_cannot_be_right(house: House, changes: dict[str, Any]) -> None:
    tip = await house.tip()
    answer = await house.service.post("/exams", wanted(tip, **changes), by=CPS)
    assert answer.status_code == 422, answer.text
    assert house.count("forensic_clinic.exam_requested") == 0


async def test_questions_that_cannot_be_right(house: House) -> None:
    exam = await house.request()
    asked: list[tuple[str, dict[str, str]]] = [
        (f"/exams/{exam}/slots", {"minutes": "9" * 40}),
        (f"/exams/{exam}/slots", {"minutes": "-5"}),
        (f"/exams/{exam}/slots", {"days": "9" * 40}),
        ("/exams", {"day": "9999-12-31"}),
        ("/exams", {"day": "0001-01-01"}),
        ("/exams", {"phase": "\x00"}),
        ("/exams", {"phase": "case"}),
        (f"/nurses/{NURSE.account}/week", {"first_day": "9999-12-31"}),
        (f"/nurses/{NURSE.account}/week", {"first_day": "yesterday"}),
    ]
    for path, params in asked:
        answer = await house.service.get(path, by=COORDINATOR, params=params)
        assert answer.status_code in {400, 422}, (path, params, answer.text)


@pytest.mark.parametrize("what", ["availability", "availability/withdrawals"])
async def test_hours_that_cannot_be_right(house: House, what: str) -> None:
    bad = (ENDS_OF_TIME, span(NOON + HOUR, NOON), span(NOON, NOON + timedelta(days=400)))
    for path in (f"/nurses/{NURSE.account}", f"/rooms/{ROOM}"):
        version = (await house.service.get(path, by=COORDINATOR)).json()["version"]
        for body in bad:
            answer = await house.service.post(f"{path}/{what}", body, by=COORDINATOR, version=version)
            assert answer.status_code == 422, answer.text
