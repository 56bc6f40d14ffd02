"""Whether an expectation about cases, accused and counts holds."""

from typing import Any

from deploy.demo.expectations import (
    AccusedRefused,
    CaseHidden,
    CaseIs,
    CountIs,
    CountShown,
    CourtExpectation,
    ReferralRefused,
)
from deploy.demo.hands import COURTS, Hands, refused_for


class CheckingCourt:
    """As a prosecutor of the office would look."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def holds(self, expected: CourtExpectation) -> bool:
        """Whether it is so now."""
        hands = self._hands
        match expected:
            case CaseIs():
                page = await hands.case(expected.tip)
                return bool((page["office"], page["phase"]) == (expected.office, expected.phase))
            case CaseHidden():
                place = f"/cases/{hands.played.cases[expected.tip]}"
                return await hands.shown(expected.hidden_from, COURTS, place) is None
            case ReferralRefused():
                body = {"tip": hands.played.references[expected.tip]}
                answer = await hands.interfaces.post(hands.people[expected.by], COURTS, "/cases", body)
                return refused_for(answer, expected.because)
            case AccusedRefused():
                return await self._accused_is_refused(expected)
            case CountShown() | CountIs():
                return await self._count_is(expected)

    async def _accused_is_refused(self, expected: AccusedRefused) -> bool:
        count = {"offence": expected.offence, "act_on": expected.act_on.isoformat()}
        body = {
            "name": expected.name,
            "born": expected.born.isoformat() if expected.born else None,
            "counts": [count],
        }
        place = f"/cases/{self._hands.played.cases[expected.tip]}"
        return await self._hands.is_refused(
            expected.by, COURTS, place, "accused", body, expected.because, expected.citation
        )

    async def _count_is(self, expected: CountShown | CountIs) -> bool:
        reference = self._hands.played.counts[expected.count]
        page = await self._hands.case(expected.tip)
        (count,) = (count for accused in page["accused"] for count in accused["counts"] if count["count"] == reference)
        if isinstance(expected, CountIs):
            stands = (count["stage"], count["phase"], count["outcome"])
            return bool(stands == (expected.stage, expected.phase, expected.outcome))
        return _shown(count) == (
            expected.prison,
            expected.fine,
            expected.limitation,
            expected.until.isoformat() if expected.until else None,
        )


def _shown(count: dict[str, Any]) -> tuple[str, str, str, str | None]:
    offence, limitation = count["offence"], count["limitation"]
    return offence["prison"], offence["fine"], limitation["kind"], limitation["until"]
