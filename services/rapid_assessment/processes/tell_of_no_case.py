"""Who is told of what is of no case: a kit from before this record, and what the morning's count of kits found.

The notice leads to the kit, to what is proposed about it, or to the census; there is no case it could lead to.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from contracts.events.forensic_clinic import CensusPressing, LegacyKitPressing
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import NOTICE, Cases
from services.rapid_assessment.notice.events import PlaceNoticeRequested
from services.rapid_assessment.notice.notice import Why, notice_id

KIT = "kit"
KIT_DECISION = "kit_decision"
CENSUS = "census"

OF_LEGACY_KITS: Mapping[str, tuple[str, Why]] = {
    "duty_warned": (KIT, Why.KIT_DUTY_WARNED),
    "duty_missed": (KIT, Why.KIT_DUTY_MISSED),
    "decision_waits": (KIT_DECISION, Why.KIT_DECISION_WAITS),
}


class TellOfNoCase:
    """Reacts to the forensic clinic; each role is told once for each cause."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case LegacyKitPressing() as e:
                about, why = OF_LEGACY_KITS[e.why]
                return await self._requests(happening, about, e.kit, e.told, why, e.rule, e.citation)
            case CensusPressing() as e:
                return await self._requests(happening, CENSUS, None, e.told, Why.CENSUS_DIFFERS, "", "")
            case _:
                return None

    async def _requests(  # what a notice is made of
        self,
        happening: Happening,
        about: str,
        record: UUID | None,
        roles: Iterable[str],
        why: Why,
        rule: str,
        citation: str,
    ) -> Changes | None:
        changes = []
        for role in roles:
            loaded = await self._cases.store.load(NOTICE, notice_id(happening.event_id, role))
            if loaded.exists:
                continue
            requested = PlaceNoticeRequested(
                notice=loaded.id, about=about, record=record, role=role, why=why, rule=rule, citation=citation
            )
            changes.append(Change(loaded.id, 0, [requested]))
        return Changes(changes) if changes else None
