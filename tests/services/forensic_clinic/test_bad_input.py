"""What cannot be right is answered with the field and a sentence, never with a fault of ours, and changes nothing."""

from datetime import timedelta
from typing import Any

from tests.services.forensic_clinic.house import COORDINATOR, CPS, HOUR, NURSE, ROOM, House, slot, span, wanted
from tests.support.running_service import NOON

ENDS_OF_TIME = {"since": "0001-01-01T00:00:00+14:00", "until": "9999-12-31T23:59:59-12:00"}
SLOTS: list[dict[str, Any]] = [
    span(NOON + 2 * HOUR, NOON + HOUR),
    span(NOON + HOUR, NOON + HOUR),
    ENDS_OF_TIME,
    {"since": ENDS_OF_TIME["until"], "until": ENDS_OF_TIME["until"]},
    {"since": "2026-11-03T19:00:00", "until": "2026-11-03T20:00:00"},
    {"nurse": "nobody"},
    {"room": None},
    {"patient": "x"},
]
REQUESTS: list[dict[str, Any]] = [
    {"clinic": "\x00"},
    {"age_band": ""},
    {"consent": "x" * 10_000},
    {"note": "ab"},
    {"note": "x" * 2_001},
    {"assault_time": {"earliest": "2026-11-03T00:00:00", "latest": "2026-11-03T00:00:00"}},
    {"assault_time": {"earliest": ENDS_OF_TIME["since"], "latest": ENDS_OF_TIME["since"]}},
    {"person": "11111111-1111-4111-8111-111111111111"},
]
HOURS = (ENDS_OF_TIME, span(NOON + HOUR, NOON), span(NOON, NOON + timedelta(days=400)))
QUESTIONS = (
    ("slots", {"minutes": "9" * 40}),
    ("slots", {"minutes": "-5"}),
    ("slots", {"days": "9" * 40}),
    ("exams", {"day": "9999-12-31"}),
    ("exams", {"day": "0001-01-01"}),
    ("exams", {"phase": "\x00"}),
    ("exams", {"phase": "case"}),
    ("week", {"first_day": "9999-12-31"}),
    ("week", {"first_day": "yesterday"}),
)


async def test_commands_that_cannot_be_right(house: House) -> None:
    exam, tip = await house.request(), await house.tip()
    before = len(house.service.names())
    for path in ("hold", "booking"):
        for changes in SLOTS:
            answer = await house.act(exam, path, slot() | changes)
            assert answer.status_code == 422, (path, changes, answer.text)
    for changes in REQUESTS:
        answer = await house.service.post("/exams", wanted(tip, **changes), by=CPS)
        assert answer.status_code == 422, (changes, answer.text)
    for resource in (f"/nurses/{NURSE.account}", f"/rooms/{ROOM}"):
        version = (await house.service.get(resource, by=COORDINATOR)).json()["version"]
        for what in ("availability", "availability/withdrawals"):
            for hours in HOURS:
                answer = await house.service.post(f"{resource}/{what}", hours, by=COORDINATOR, version=version)
                assert answer.status_code == 422, (what, hours, answer.text)
    assert len(house.service.names()) == before


async def test_questions_that_cannot_be_right(house: House) -> None:
    exam = await house.request()
    paths = {"slots": f"/exams/{exam}/slots", "exams": "/exams", "week": f"/nurses/{NURSE.account}/week"}
    for name, params in QUESTIONS:
        answer = await house.service.get(paths[name], by=COORDINATOR, params=params)
        assert answer.status_code in {400, 422}, (name, params, answer.text)
