"""What a prosecutor charges and records with: offences, stages, outcomes, hearings, reasons."""

from collections.abc import Mapping

import msgspec
from litestar import Controller, get

from contracts.jurisdictions.charging import HearingKind, Outcome, Reasons, Stage
from contracts.jurisdictions.proving import EvidenceRules
from contracts.jurisdictions.safe_harbour import SafeHarbour
from contracts.jurisdictions.sitting import HearingRules
from contracts.jurisdictions.victims import VictimRules
from services.kernel.time_source import TimeSource
from services.prosecution.case.page import OffenceOnPage, offence_on_page
from services.prosecution.cases import Cases


class Reference(msgspec.Struct, frozen=True):
    """Codes with plain words, as the jurisdiction's tables hold them."""

    offences: list[OffenceOnPage]
    stages: list[Stage]
    outcomes: list[Outcome]
    hearings: list[HearingKind]
    courts: Mapping[str, str]
    reasons: Reasons
    victims: VictimRules
    safe_harbour: SafeHarbour
    indicators: list[str]
    evidence: EvidenceRules
    sittings: HearingRules


class ReferenceController(Controller):
    """Read once by a page that works on cases."""

    path = "/reference"
    tags = ["Reference"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_reference"})
    async def read(self, cases: Cases, time: TimeSource) -> Reference:
        """Everything there is to choose from. `indicators` are the signs the state screens by now."""
        charging = cases.charging
        return Reference(
            [offence_on_page(cases, offence) for offence in charging.offences],
            list(charging.stages.values()),
            list(charging.outcomes.values()),
            list(charging.hearings.values()),
            charging.courts,
            charging.reasons,
            charging.victims,
            charging.safe_harbour,
            list(cases.jurisdiction.instrument_at(time.now()).codes),
            charging.evidence,
            charging.sittings,
        )
