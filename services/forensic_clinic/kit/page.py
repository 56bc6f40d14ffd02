"""A kit as it is shown: who holds it since when, through whose hands it came, and what is due next. No names."""

from datetime import datetime
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction
from services.forensic_clinic.kit.custody import CustodyException, exceptions_of
from services.forensic_clinic.kit.duties import begun_unknown
from services.forensic_clinic.kit.kits import Kits
from services.forensic_clinic.kit.state import Decision, Handover, Holder, Legacy
from services.forensic_clinic.kit.state import Kit as KitState
from services.forensic_clinic.kit.states import state_of
from services.kernel.clock import Clock
from services.kernel.store import Loaded


class ClockOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`phase` is running or the end as recorded, `found` what a later entry showed.

    `confidence` is of the duty and `period_confidence` of the hours: V read, S from a secondary source, U unverified.
    """

    rule: str
    name: str
    who_acts: str | None
    phase: str
    found: str
    started_at: datetime
    due_at: datetime
    warned: tuple[datetime, ...]
    late_seconds: int
    citation: str
    confidence: str
    period_confidence: str
    note: str | None


class BegunUnknown(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that a reported legacy kit is under, of which nobody knows since when: no time is counted."""

    rule: str
    name: str
    who_acts: str | None
    citation: str


class KitPage(msgspec.Struct, frozen=True, kw_only=True):
    """The chain of custody in order. `held_by` answers for the kit until the offer is accepted.

    `holder_left` says that their account is closed: only their agency can find the kit and offer it in their place.
    `state` is how far it has come (states.py). `denied` is the handover whose receiver says that it never came, while
    that is open. `due_next` is the running clock that ends first; for an unreported kit none of the statute's may run.
    `legacy` is what a list, and a paper found later, say of a kit from before this record: such a kit has neither exam
    nor tip. `begun_unknown` are the rules it is under since a moment that is not on file.
    """

    reference: UUID
    version: int
    case: UUID
    exam: UUID
    tip: UUID
    phase: str
    consent: str
    clinic: str
    nurse: UUID
    opened_at: datetime | None
    reported_at: datetime | None
    sealed_at: datetime | None
    items: int
    called_at: datetime | None
    outsourced: bool
    tested_at: datetime | None
    held_by: Holder | None
    holder_left: bool
    in_transit: bool
    chain: tuple[Handover, ...]
    seal_in_doubt: bool
    state: str
    test_begun_at: datetime | None
    uploaded_at: datetime | None
    returned_at: datetime | None
    destroyed_at: datetime | None
    told_elsewhere: tuple[datetime, ...]
    decisions: tuple[Decision, ...]
    denied: int | None
    exceptions: tuple[CustodyException, ...]
    clocks: tuple[ClockOnPage, ...]
    due_next: ClockOnPage | None
    begun_unknown: tuple[BegunUnknown, ...]
    legacy: Legacy | None


async def kit_page(kits: Kits, loaded: Loaded[KitState]) -> KitPage:
    """Put together from the streams themselves, so it is never behind."""
    kit = loaded.state
    clocks = tuple(_clock(each.state, kits.jurisdiction) for each in await kits.all_clocks(kit))
    return KitPage(
        reference=loaded.id,
        version=loaded.version,
        case=loaded.case or loaded.id,
        exam=kit.exam,
        tip=kit.tip,
        phase=kit.phase,
        consent=kit.consent,
        clinic=kit.clinic,
        nurse=kit.nurse,
        opened_at=kit.opened_at,
        reported_at=kit.reported_at,
        sealed_at=kit.sealed_at,
        items=kit.items,
        called_at=kit.called_at,
        outsourced=kit.outsourced,
        tested_at=kit.tested_at,
        held_by=kit.holder,
        holder_left=await kits.holder_left_at(kit) is not None,
        in_transit=kit.offer is not None,
        chain=kit.handovers,
        seal_in_doubt=kit.seal_in_doubt,
        state=state_of(kit),
        test_begun_at=kit.test_begun_at,
        uploaded_at=kit.uploaded_at,
        returned_at=kit.returned_at,
        destroyed_at=kit.destroyed_at,
        told_elsewhere=kit.told_elsewhere,
        decisions=kit.decisions,
        denied=kit.denied.number if kit.denied is not None else None,
        exceptions=exceptions_of(kit),
        clocks=clocks,
        due_next=min((each for each in clocks if each.phase == "running"), key=lambda each: each.due_at, default=None),
        begun_unknown=tuple(_begun_unknown(rule, kits.jurisdiction) for rule in begun_unknown(kit)),
        legacy=kit.legacy,
    )


def _begun_unknown(rule: str, tables: Jurisdiction) -> BegunUnknown:
    found = tables.clock_rule(rule)
    return BegunUnknown(rule=rule, name=found.name, who_acts=found.who_acts, citation=found.citation)


def _clock(clock: Clock, tables: Jurisdiction) -> ClockOnPage:
    rule = tables.clock_rule(clock.rule, version=clock.rule_version)
    return ClockOnPage(
        rule=clock.rule,
        name=rule.name,
        who_acts=rule.who_acts,
        phase=clock.phase,
        found=clock.found,
        started_at=clock.started_at,
        due_at=clock.due_at,
        warned=clock.warned,
        late_seconds=clock.late_seconds,
        citation=rule.citation,
        confidence=rule.confidence,
        period_confidence=rule.period_confidence,
        note=rule.note,
    )
