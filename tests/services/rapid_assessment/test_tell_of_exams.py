"""What the clinic says must be looked at now is told to the roles it names, and names no nurse, time or place."""

from uuid import uuid4

import pytest

from contracts.events.forensic_clinic import ExamPressing
from services.forensic_clinic.exam.no_slot import Why as Pressing
from services.rapid_assessment.notice.events import NoticeRequested
from services.rapid_assessment.notice.notice import Why
from services.rapid_assessment.processes.deliver_notices import WORDS
from services.rapid_assessment.processes.tell_people import TellOfExams
from tests.services.rapid_assessment.given import TIP
from tests.services.rapid_assessment.streams import Case, happening_of


@pytest.mark.parametrize("why", [each.value for each in Pressing])
async def test_each_role_is_told_once_of_every_kind_there_is(why: str) -> None:
    case = Case()
    pressing = ExamPressing(exam=uuid4(), tip=TIP, why=why, told=("clinic_coordinator of BRIDGE", "cps_coordinator"))
    heard = happening_of(pressing, stream=uuid4())
    told = [each.event for each in await case.tell(TellOfExams(case.cases), heard)]

    requested = [each for each in told if isinstance(each, NoticeRequested)]
    assert [(each.role, each.why, each.tip) for each in requested] == [
        ("clinic_coordinator of BRIDGE", Why(f"exam_{why}"), TIP),
        ("cps_coordinator", Why(f"exam_{why}"), TIP),
    ]
    words = WORDS[Why(f"exam_{why}")].lower()
    assert not any(word in words for word in ("exam", "clinic", "bridge", "nurse"))
    assert await case.tell(TellOfExams(case.cases), heard) == []
