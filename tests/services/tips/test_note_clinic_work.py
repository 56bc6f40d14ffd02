"""What waits at the forensic clinic or after it keeps a case from being closed, and is shown to nobody with the tip."""

from uuid import UUID

import pytest

from contracts.events.forensic_clinic import (
    ExamBooked,
    ExamCancelled,
    ExamCompleted,
    ExamRequested,
    KitHandedOver,
    KitResult,
    ReportedKitSealed,
)
from contracts.language import Event
from services.tips.tip.decisions import note_clinic_work
from services.tips.tip.events import ClinicWorkNoted
from tests.services.tips.given import FIRST, a_tip, received
from tests.services.tips.house import COORDINATOR, act
from tests.services.tips.house import received as received_here
from tests.support.running_service import NOON, RunningService
from tests.support.waiting import eventually

EXAM, KIT = UUID(int=21), UUID(int=22)


def noted(work: UUID, *, done: bool) -> ClinicWorkNoted:
    return ClinicWorkNoted(tip=FIRST, work=work, done=done)


def test_it_is_noted_once_that_it_waits_and_once_that_it_is_done() -> None:
    tip = a_tip(received())

    assert note_clinic_work(tip, EXAM, done=False) == [noted(EXAM, done=False)]
    waiting = a_tip(received(), noted(EXAM, done=False), noted(KIT, done=False))
    assert note_clinic_work(waiting, EXAM, done=False) == []
    assert note_clinic_work(waiting, EXAM, done=True) == [noted(EXAM, done=True)]
    after = a_tip(received(), noted(EXAM, done=False), noted(KIT, done=False), noted(EXAM, done=True))
    assert after.at_clinic == (KIT,)
    assert note_clinic_work(after, EXAM, done=True) == []


def test_of_a_tip_that_is_not_here_nothing_is_noted() -> None:
    assert note_clinic_work(a_tip(), EXAM, done=False) == []


@pytest.mark.parametrize(
    ("begins", "between", "ends"),
    [
        ("exam", "booked", "completed"),
        ("exam", "booked", "cancelled"),
        ("kit", "handed_over", "result"),
    ],
)
async def test_while_the_clinic_has_it_in_hand_the_case_is_not_closed(
    tips: RunningService, begins: str, between: str, ends: str
) -> None:
    tip = UUID(await received_here(tips, age="adult"))
    clinic = tips.upstream("forensic_clinic")
    told: dict[str, Event] = {
        "exam": ExamRequested(exam=EXAM, tip=tip, clinic="BRIDGE"),
        "booked": ExamBooked(exam=EXAM, tip=tip, clinic="BRIDGE", since=NOON, until=NOON),
        "completed": ExamCompleted(exam=EXAM, tip=tip, completed_at=NOON),
        "cancelled": ExamCancelled(exam=EXAM, tip=tip, cause="patient"),
        "kit": ReportedKitSealed(kit=KIT, tip=tip, stage="clinic", sealed_at=NOON, reported_at=NOON),
        "handed_over": KitHandedOver(kit=KIT, tip=tip, stage="law_enforcement", handed_over_at=NOON),
        "result": KitResult(kit=KIT, tip=tip, result="tested", result_at=NOON),
    }

    async def heard(times: int) -> None:
        async def so() -> bool:
            return tips.names().count(ClinicWorkNoted.NAME) == times

        await eventually(so)

    for each in (begins, between):
        await clinic.tell(EXAM if begins == "exam" else KIT, told[each], case=tip)
    await heard(1)
    refused = await act(tips, str(tip), "closing", None, by=COORDINATOR)
    assert (refused.status_code, refused.json()["code"]) == (409, "clinic_waits")
    assert str(EXAM) not in (page := (await tips.get(f"/tips/{tip}", by=COORDINATOR)).text)
    assert str(KIT) not in page
    await clinic.tell(EXAM if begins == "exam" else KIT, told[ends], case=tip)
    await heard(2)
    assert (await act(tips, str(tip), "closing", None, by=COORDINATOR)).status_code == 200
