"""What the forensic clinic says of a kit's running clock is told to the roles it names, once each."""

from uuid import uuid4

import pytest

from contracts.events.forensic_clinic import KitDecisionPressing, KitDutyPressing
from services.rapid_assessment.notice.events import NoticeRequested
from services.rapid_assessment.notice.notice import Why
from services.rapid_assessment.processes.deliver_notices import WORDS
from services.rapid_assessment.processes.tell_people import TellOfKitDecisions, TellOfKits
from tests.services.rapid_assessment.given import TIP
from tests.services.rapid_assessment.house import COORDINATOR, House
from tests.services.rapid_assessment.streams import Case, happening_of
from tests.support.running_service import Person
from tests.support.waiting import eventually


def pressing(*, missed: bool) -> KitDutyPressing:
    return KitDutyPressing(
        kit=uuid4(),
        tip=TIP,
        rule="C54",
        citation="Miss. Code 99-51-1",
        missed=missed,
        told=("clinic_coordinator", "law_enforcement"),
    )


@pytest.mark.parametrize(("missed", "why"), [(False, Why.KIT_DUTY_WARNED), (True, Why.KIT_DUTY_MISSED)])
async def test_each_role_is_told_once_however_often_it_is_heard(missed: bool, why: Why) -> None:  # drawn
    case = Case()
    heard = happening_of(pressing(missed=missed), stream=uuid4())
    told = [each.event for each in await case.tell(TellOfKits(case.cases), heard)]

    requested = [each for each in told if isinstance(each, NoticeRequested)]
    assert [(each.role, each.why, each.rule, each.tip) for each in requested] == [
        ("clinic_coordinator", why, "C54", TIP),
        ("law_enforcement", why, "C54", TIP),
    ]
    assert await case.tell(TellOfKits(case.cases), heard) == []


async def test_the_office_whose_assent_is_waited_for_is_told_once_and_of_nothing_else() -> None:
    case = Case()
    waits = KitDecisionPressing(kit=uuid4(), tip=TIP, decision="no_test", told=("prosecutor of DA-07",))
    heard = happening_of(waits, stream=uuid4())
    told = [each.event for each in await case.tell(TellOfKitDecisions(case.cases), heard)]
    requested = [each for each in told if isinstance(each, NoticeRequested)]
    assert [(each.role, each.why, each.rule, each.tip) for each in requested] == [
        ("prosecutor of DA-07", Why.KIT_DECISION_WAITS, "", TIP)
    ]
    words = WORDS[Why.KIT_DECISION_WAITS].lower()
    assert not any(word in words for word in ("kit", "test", "destr", "evidence", "clinic"))
    assert await case.tell(TellOfKitDecisions(case.cases), heard) == []


async def test_the_clinic_reads_and_acknowledges_its_own_notice_and_no_other(house: House) -> None:
    clinic = house.service.upstream("forensic_clinic")
    event = pressing(missed=True)
    await clinic.tell(event.kit, event, case=TIP)
    of_clinic = Person(("clinic_coordinator",), agency="BRIDGE")

    async def told() -> bool:
        return await house.told(TIP) == {(role, Why.KIT_DUTY_MISSED.value) for role in event.told}

    await eventually(told)
    assert await house.told(TIP, by=of_clinic) == {("clinic_coordinator", "kit_duty_missed")}
    rows = (await house.service.get("/notices", by=COORDINATOR)).json()
    notices = {row["role"]: row["notice"] for row in rows}
    own = await house.service.post(f"/notices/{notices['clinic_coordinator']}/acknowledgement", by=of_clinic)
    other = await house.service.post(f"/notices/{notices['law_enforcement']}/acknowledgement", by=of_clinic)
    assert (own.status_code, other.status_code) == (200, 404)
