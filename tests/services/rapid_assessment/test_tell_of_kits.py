"""What the forensic clinic says of a kit's running clock is told to the roles it names, once each."""

from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from contracts.events.forensic_clinic import CensusPressing, KitDecisionPressing, KitDutyPressing, LegacyKitPressing
from services.kernel.store import EventStore
from services.rapid_assessment.notice.events import NoticeRequested, PlaceNoticeRequested
from services.rapid_assessment.notice.notice import Why
from services.rapid_assessment.processes.deliver_notices import WORDS, DeliverNotices
from services.rapid_assessment.processes.tell_of_no_case import TellOfNoCase
from services.rapid_assessment.processes.tell_people import TellOfKitDecisions, TellOfKits
from tests.services.rapid_assessment.given import TIP
from tests.services.rapid_assessment.house import COORDINATOR, House
from tests.services.rapid_assessment.streams import Case, happening_of
from tests.services.rapid_assessment.test_deliver_notices import MAIL, ORIGIN, FakeCarrier
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


KIT = uuid4()
DUTY: dict[str, Any] = {"kit": KIT, "rule": "C55", "citation": "", "told": ("a",)}
OF_NO_CASE = [
    (LegacyKitPressing(why="duty_warned", **DUTY), "kit", KIT, Why.KIT_DUTY_WARNED),
    (LegacyKitPressing(why="duty_missed", **DUTY), "kit", KIT, Why.KIT_DUTY_MISSED),
    (
        LegacyKitPressing(kit=KIT, why="decision_waits", rule="", citation="", told=("a",)),
        "kit_decision",
        KIT,
        Why.KIT_DECISION_WAITS,
    ),
    (CensusPressing(count=uuid4(), told=("a",)), "census", None, Why.CENSUS_DIFFERS),
]


@pytest.mark.parametrize(("event", "about", "record", "why"), OF_NO_CASE)
async def test_what_is_of_no_case_leads_to_where_it_is_and_is_told_once(
    event: LegacyKitPressing | CensusPressing, about: str, record: UUID | None, why: Why
) -> None:
    case = Case()
    heard = happening_of(event, stream=uuid4())
    told = [each.event for each in await case.tell(TellOfNoCase(case.cases), heard)]
    requested = [each for each in told if isinstance(each, PlaceNoticeRequested)]
    assert [(each.role, each.about, each.record, each.why) for each in requested] == [("a", about, record, why)]
    assert await case.tell(TellOfNoCase(case.cases), heard) == []


async def test_the_mail_about_what_is_of_no_case_names_no_case_and_says_nothing_of_what_it_is() -> None:
    for event, _, record, _ in OF_NO_CASE:
        case, carrier = Case(), FakeCarrier()
        (asked,) = await case.tell(TellOfNoCase(case.cases), happening_of(event, stream=uuid4()))
        handler = DeliverNotices(cast("EventStore", case.streams), {"a": [MAIL]}, carrier, ORIGIN, case.time)
        await case.tell(handler, asked)
        ((_, _, text),) = carrier.given
        assert f"{ORIGIN}/ " in text or text.endswith(f"{ORIGIN}/")
        assert (record is not None) == (str(record)[:8] in text)
        assert not [word for word in ("case", "kit", "census", "count", "C55", str(KIT)) if word in text.lower()]


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

    # Of no case: for those alone who were told of it, whoever else sees every notice of a case.
    kit, count = uuid4(), uuid4()
    roles = ("clinic_coordinator of BRIDGE",)
    await clinic.tell(kit, LegacyKitPressing(kit=kit, why="duty_missed", rule="C55", citation="x", told=roles))
    await clinic.tell(count, CensusPressing(count=count, told=roles))

    async def of_no_case() -> bool:
        found = (await house.service.get("/notices/waiting", by=of_clinic)).json()["notices"]
        return {(row["about"], row["record"], row["tip"]) for row in found if row["about"]} == {
            ("kit", str(kit), None),
            ("census", None, None),
        }

    await eventually(of_no_case)
    for who in (COORDINATOR, Person(("clinic_coordinator",), agency="CVP")):
        assert not [row for row in (await house.service.get("/notices", by=who)).json() if row["about"]]
    waiting = (await house.service.get("/notices/waiting", by=of_clinic)).json()["notices"]
    for row in waiting:
        if row["about"]:
            seen = await house.service.post(f"/notices/{row['notice']}/acknowledgement", by=of_clinic)
            assert seen.status_code == 200, seen.text
