"""Whom a morning's count is told to: those who must look at what it found anew. Pure.

That there is something is told, and to whom: never how much, of which kit, or where. Whoever is told sees in the census
what they may see of it (docs/decisions/hiding.md).
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from contracts.events.forensic_clinic import CensusPressing
from contracts.jurisdictions import Jurisdiction
from contracts.language import Event
from services.forensic_clinic.census.events import MatterOpened
from services.kernel.http.caller import of_agency

SETTLES: Mapping[str, str] = {
    "forensic_exam": "clinic_coordinator",
    "emergency_response": "law_enforcement",
    "investigate_state": "trafficking_investigator",
    "test_kits": "laboratory",
}
"""By what an agency does: who in it settles a matter of the census."""


def pressing(count: UUID, events: Iterable[Event], tables: Jurisdiction) -> list[CensusPressing]:
    """One for the whole count, and none where it opened no matter: what was open yesterday is no news today."""
    keepers = {each.agency for each in events if isinstance(each, MatterOpened)}
    told = tuple(of_agency(role, agency) for agency in sorted(keepers) if (role := _settles(agency, tables)))
    return [CensusPressing(count=count, told=told)] if told else []


def _settles(agency: str, tables: Jurisdiction) -> str:
    """Empty for an agency that is not on file any more, or keeps no kits."""
    found = tables.agencies.get(agency)
    return SETTLES.get(found.workflow_role, "") if found is not None else ""
