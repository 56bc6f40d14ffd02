"""Whoever must look at an addition or answer who asks for a reporter is told, and of duties whom their rule names."""

from uuid import UUID, uuid4

import pytest

from contracts.events.tips import AccountNamed, AdditionArrived, DutyPressing, ReporterAskedFor, TimedDutyPressing
from contracts.language import Event
from services.rapid_assessment.notice.events import NoticeRequested
from services.rapid_assessment.notice.notice import Why
from services.rapid_assessment.processes.deliver_notices import WORDS
from services.rapid_assessment.processes.tell_people import TellOfDuties, TellOfReporters
from tests.services.rapid_assessment.given import TIP
from tests.services.rapid_assessment.house import COORDINATOR, LAW_ENFORCEMENT, House
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


def to_report(*, missed: bool, tip: UUID = TIP) -> TimedDutyPressing:
    told = ("cps_coordinator", "law_enforcement") if missed else ("cps_investigator", "cps_coordinator")
    return TimedDutyPressing(tip=tip, rule="C31", citation="42 U.S.C. 671(a)(34)(A)", missed=missed, told=told)


@pytest.mark.parametrize(("missed", "why"), [(False, Why.DUTY_WARNED), (True, Why.DUTY_MISSED)])
async def test_whom_the_rule_of_a_report_names_is_told_once_however_often_it_is_heard(missed: bool, why: Why) -> None:
    case, event = Case(), to_report(missed=missed)
    heard = happening_of(event, stream=uuid4())

    told = [each.event for each in await case.tell(TellOfDuties(case.cases), heard)]

    requested = [each for each in told if isinstance(each, NoticeRequested)]
    assert [each.role for each in requested] == list(event.told)
    assert {(each.why, each.tip, each.rule, each.citation) for each in requested} == {(why, TIP, "C31", event.citation)}
    assert await case.tell(TellOfDuties(case.cases), heard) == []


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


async def test_a_missed_report_is_acknowledged_by_each_role_and_hidden_from_whom_the_tip_names(house: House) -> None:
    named, elsewhere = Person(("law_enforcement",)), Person(("law_enforcement",), places=("Lee",))
    tip = await house.open_team()
    await house.tips.tell(tip, AccountNamed(tip=tip, account=named.account))
    event = to_report(missed=True, tip=tip)
    await house.tips.tell(uuid4(), event, case=tip)
    await house.until_told(tip, *((role, "duty_missed") for role in event.told))

    assert await house.told(tip, by=LAW_ENFORCEMENT) == {("law_enforcement", "duty_missed")}
    assert await house.told(tip, by=named) == await house.told(tip, by=elsewhere) == set()
    waiting = (await house.service.get("/notices/waiting", by=LAW_ENFORCEMENT)).json()
    (row,) = waiting["notices"]
    assert (row["why"], row["rule"]) == ("duty_missed", "C31")
    path = f"/notices/{row['notice']}/acknowledgement"
    codes = [(await house.service.post(path, by=who)).status_code for who in (named, elsewhere, LAW_ENFORCEMENT)]
    assert codes == [404, 404, 200]
    assert (await house.service.get("/notices/waiting", by=LAW_ENFORCEMENT)).json()["total"] == 0
