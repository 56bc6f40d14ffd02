"""Whoever must look at an addition, answer who asks for a reporter or send a caseworker is told; it waits elsewhere."""

from uuid import uuid4

import pytest

from contracts.events.tips import AdditionArrived, DutyPressing, ReporterAskedFor
from contracts.language import Event
from services.rapid_assessment.notice.events import NoticeRequested
from services.rapid_assessment.notice.notice import Why
from services.rapid_assessment.processes.deliver_notices import WORDS
from services.rapid_assessment.processes.tell_people import TellOfDuties, TellOfReporters
from tests.services.rapid_assessment.given import TIP
from tests.services.rapid_assessment.house import COORDINATOR, House
from tests.services.rapid_assessment.streams import Case, happening_of
from tests.support.running_service import Person

INTAKE = Person(("cps_intake",))
ADDED = AdditionArrived(tip=TIP)
ASKED = ReporterAskedFor(tip=TIP, release=uuid4())


@pytest.mark.parametrize(
    ("event", "why", "roles"),
    [
        (ADDED, Why.TOLD_MORE, ["cps_intake", "cps_coordinator"]),
        (ASKED, Why.REPORTER_ASKED_FOR, ["cps_coordinator"]),
    ],
)
async def test_each_role_is_told_once_however_often_it_is_heard(event: Event, why: Why, roles: list[str]) -> None:
    case, heard = Case(), happening_of(event, stream=TIP)

    told = [each.event for each in await case.tell(TellOfReporters(case.cases), heard)]

    requested = [each for each in told if isinstance(each, NoticeRequested)]
    assert [each.role for each in requested] == roles
    assert {(each.why, each.tip, each.rule) for each in requested} == {(why, TIP, "")}
    assert await case.tell(TellOfReporters(case.cases), heard) == []


async def test_whoever_sends_a_caseworker_is_told_each_time_it_presses() -> None:
    case = Case()
    presses = DutyPressing(tip=TIP, rule="C01", citation="Miss. Code 43-26-3(1)", told=("cps_coordinator",))

    told = [await case.tell(TellOfDuties(case.cases), happening_of(presses, stream=uuid4())) for _ in range(2)]

    requested = [each.event for once in told for each in once if isinstance(each.event, NoticeRequested)]
    assert [(each.role, each.why, each.rule) for each in requested] == [("cps_coordinator", "duty_pressing", "C01")] * 2


@pytest.mark.parametrize("why", list(Why))
def test_every_notice_has_words_that_tell_nothing_but_where_to_look(why: Why) -> None:
    assert "Open" in WORDS[why]


async def test_a_second_addition_is_told_too_and_neither_waits_to_be_acknowledged(house: House) -> None:
    tip = await house.tip()
    for event in (AdditionArrived(tip=tip), AdditionArrived(tip=tip), ReporterAskedFor(tip=tip, release=uuid4())):
        await house.tips.tell(tip, event)
    await house.until_told(tip, ("cps_coordinator", "reporter_asked_for"))

    told = (await house.service.get("/notices", by=COORDINATOR, params={"tip": str(tip)})).json()
    waiting = (await house.service.get("/notices/waiting", by=COORDINATOR)).json()

    assert sorted((each["role"], each["why"]) for each in told) == [
        ("cps_coordinator", "reporter_asked_for"),
        ("cps_coordinator", "told_more"),
        ("cps_coordinator", "told_more"),
        ("cps_intake", "told_more"),
        ("cps_intake", "told_more"),
    ]
    assert waiting == {"notices": [], "total": 0}
    assert await house.told(tip, by=INTAKE) == {("cps_intake", "told_more")}
