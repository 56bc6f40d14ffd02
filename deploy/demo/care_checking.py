"""Whether an expectation about scarce times, an examination or a survivor's page holds."""

import httpx

from deploy.demo.care_doing import open_page
from deploy.demo.care_expectations import (
    CareExpectation,
    ExaminationShows,
    ExamOffered,
    LabelsPrinted,
    NoTimeInTime,
    StepRefused,
    SurvivorSees,
)
from deploy.demo.hands import CLINIC, Hands

PDF = b"%PDF-"


class CheckingCare:
    """As the clinic's coordinator would look, a nurse who prints, or a survivor without an account."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def holds(self, expected: CareExpectation) -> bool:
        """Whether it is so now."""
        match expected:
            case ExamOffered() | NoTimeInTime():
                return await self._is_offered(expected)
            case ExaminationShows():
                return await self._shows(expected)
            case StepRefused():
                hands = self._hands
                place = f"/exams/{hands.played.exams[expected.exam]}/examination"
                body = {"step": expected.step, "outcome": "taken", "noted_at": hands.moment(expected.at)}
                return await hands.is_refused(expected.by, CLINIC, place, "steps", body, expected.because)
            case LabelsPrinted():
                printing = self._hands.people[expected.by]
                answer = await self._hands.interfaces.post(printing, CLINIC, "/kit-labels", {"count": expected.labels})
                return answer.status_code == httpx.codes.OK and answer.content.startswith(PDF)
            case SurvivorSees():
                return await self._survivor_sees(expected)

    async def _is_offered(self, expected: ExamOffered | NoTimeInTime) -> bool:
        hands = self._hands
        place = f"/exams/{hands.played.exams[expected.exam]}/offers"
        page = await hands.shown(hands.first("clinic_coordinator"), CLINIC, place)
        if page is None:
            return False
        if isinstance(expected, NoTimeInTime):
            return bool((page["unmet"], page["instead"]) == ("no_slot", expected.instead))
        if not page["offers"]:
            return False
        first = page["offers"][0]
        told = (first["nurse"], first["travel_minutes"], tuple(first["lost"]))
        return bool(told == (hands.people[expected.nurse].account, expected.travel_minutes, expected.lost))

    async def _shows(self, expected: ExaminationShows) -> bool:
        hands = self._hands
        place = f"/exams/{hands.played.exams[expected.exam]}/examination"
        page = await hands.shown(hands.first("clinic_coordinator"), CLINIC, place)
        if page is None:
            return False
        stands = next(each["stands"] for each in page["steps"] if each["step"] == expected.step)
        return bool((stands["consent"]["word"], stands["outcome"]) == (expected.consent, expected.outcome))

    async def _survivor_sees(self, expected: SurvivorSees) -> bool:
        answer = await open_page(self._hands, expected.kit)
        if not answer.is_success:
            return False
        page = answer.json()
        answered = [each for each in page["questions"] if each["answer"]]
        told = (page["where"], page["can_report"], len(answered))
        return bool(told == (expected.where, expected.can_report, expected.answers))
