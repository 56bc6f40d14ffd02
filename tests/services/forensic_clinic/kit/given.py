"""Kits as events made them, for tests of decisions."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.events.forensic_clinic import KitHandedOver, KitResult, ReportedKitSealed
from contracts.jurisdictions import Jurisdiction, load_mississippi
from contracts.language import Event, Personal
from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.decisions import Opening
from services.forensic_clinic.kit.events import (
    KitAccepted,
    KitBroughtIn,
    KitOffered,
    KitOpened,
    KitRecovered,
    KitReported,
    KitSealed,
    PoliceCalled,
    SealDoubted,
)
from services.forensic_clinic.kit.fold import evolve
from services.forensic_clinic.kit.handovers import Found, Receiver
from services.forensic_clinic.kit.state import Kit
from tests.support.running_service import NOON

KIT = UUID("aaaaaaaa-1111-4111-8111-111111111111")
EXAM = UUID("aaaaaaaa-2222-4222-8222-222222222222")
TIP = UUID("aaaaaaaa-3333-4333-8333-333333333333")
PERSON = UUID("aaaaaaaa-4444-4444-8444-444444444444")
OPENING = Opening(kit=KIT, exam=EXAM, tip=TIP, person=PERSON)
NUMBER = "MS240017Z"
SEAL = "S55210"
REASON = "The box was for another room."

NURSE = Hand(account=UUID("bbbbbbbb-0001-4000-8000-000000000000"), agency="BRIDGE", roles=("forensic_nurse",))
SECOND_NURSE = Hand(account=UUID("bbbbbbbb-0002-4000-8000-000000000000"), agency="BRIDGE", roles=("forensic_nurse",))
OFFICER = Hand(account=UUID("bbbbbbbb-0003-4000-8000-000000000000"), agency="LOCAL-LE", roles=("law_enforcement",))
SECOND_OFFICER = Hand(
    account=UUID("bbbbbbbb-0004-4000-8000-000000000000"), agency="LOCAL-LE", roles=("law_enforcement",)
)
AGENT = Hand(
    account=UUID("bbbbbbbb-0005-4000-8000-000000000000"), agency="MBI-HTSVU", roles=("trafficking_investigator",)
)
PROSECUTOR = Hand(account=UUID("bbbbbbbb-0008-4000-8000-000000000000"), agency="DA-07", roles=("prosecutor",))
ANALYST = Hand(account=UUID("bbbbbbbb-0006-4000-8000-000000000000"), agency="MS-LAB", roles=("laboratory",))

TO_POLICE = Receiver(agency="LOCAL-LE", role="law_enforcement")
TO_LABORATORY = Receiver(agency="MS-LAB", role="laboratory")
WHOLE = Found(seal="whole")
BROKEN = Found(seal="broken", statement="The tape is cut at one side.")

MISSISSIPPI: Jurisdiction = load_mississippi()
HOUR = timedelta(hours=1)


def text(words: str) -> Personal:
    return Personal(person=PERSON, text=words)


def opened(consent: str = "reported") -> KitOpened:
    return KitOpened(
        kit=KIT,
        exam=EXAM,
        tip=TIP,
        person=PERSON,
        clinic=NURSE.agency,
        nurse=NURSE.account,
        consent=consent,
        number=text(NUMBER),
        opened_at=NOON,
    )


def brought_in(consent: str = "reported", by: Hand | None = None, stage: str = "law_enforcement") -> KitBroughtIn:
    """From before this record, with the police if nobody else is named."""
    by = by or OFFICER
    return KitBroughtIn(
        kit=KIT,
        tip=TIP,
        person=PERSON,
        file=EXAM,
        row=2,
        by=by.account,
        agency=by.agency,
        stage=stage,
        county="Hinds",
        number=text(NUMBER),
        held_since=None,
        collected_by=NURSE.agency,
        collected_on=None,
        consent=consent,
        reported_on=None,
        brought_in_at=NOON,
    )


def sealed() -> KitSealed:
    return KitSealed(kit=KIT, items=12, seal_number=text(SEAL), sealed_by=NURSE.account, sealed_at=NOON)


def told(stage: str = "clinic", reported_at: datetime = NOON) -> ReportedKitSealed:
    return ReportedKitSealed(kit=KIT, tip=TIP, stage=stage, sealed_at=NOON, reported_at=reported_at)


def reported(at: datetime = NOON) -> KitReported:
    return KitReported(kit=KIT, reported_at=at)


def called(at: datetime = NOON, agency: str = "LOCAL-LE") -> PoliceCalled:
    return PoliceCalled(kit=KIT, agency=agency, called_at=at, spoke_with=text("Example Officer One"))


def offered(number: int, by: Hand, to: Receiver, *, at: datetime = NOON, **changes: Any) -> KitOffered:
    fields: dict[str, Any] = {"purpose": "pickup", "seal": "whole"} | changes
    return KitOffered(
        kit=KIT,
        handover=number,
        by=by.account,
        agency=to.agency,
        role=to.role,
        account=to.account,
        offered_at=at,
        **fields,
    )


def recovered(number: int, by: Hand, holder: Hand, place: str, reason: str, *, at: datetime = NOON) -> KitRecovered:
    return KitRecovered(
        kit=KIT,
        handover=number,
        by=by.account,
        agency=by.agency,
        holder=holder.account,
        place=text(place),
        reason=text(reason),
        recovered_at=at,
    )


def accepted(number: int, by: Hand, stage: str, *, at: datetime = NOON, seal: str = "whole") -> KitAccepted:
    return KitAccepted(
        kit=KIT, handover=number, by=by.account, agency=by.agency, stage=stage, seal=seal, accepted_at=at
    )


def handed_over(stage: str, at: datetime = NOON) -> KitHandedOver:
    return KitHandedOver(kit=KIT, tip=TIP, stage=stage, handed_over_at=at)


def doubted(number: int, side: str, by: Hand, found: Found) -> SealDoubted:
    return SealDoubted(
        kit=KIT,
        handover=number,
        side=side,
        account=by.account,
        seal=found.seal,
        statement=text(found.statement),
    )


def result(code: str = "tested", at: datetime = NOON) -> KitResult:
    return KitResult(kit=KIT, tip=TIP, result=code, result_at=at)


def with_police(consent: str = "reported", at: datetime = NOON) -> list[Event]:
    return [
        opened(consent),
        sealed(),
        offered(1, NURSE, TO_POLICE, purpose="pickup" if consent == "reported" else "storage"),
        accepted(1, OFFICER, "law_enforcement", at=at),
    ]


def in_laboratory(at: datetime = NOON) -> list[Event]:
    return [
        *with_police(),
        offered(2, OFFICER, TO_LABORATORY, purpose="laboratory"),
        accepted(2, ANALYST, "laboratory", at=at),
    ]


def kit(*events: Event) -> Kit:
    """Folded from its events; without any, a kit nobody opened."""
    state = Kit()
    for event in events:
        state = evolve(state, event)
    return state
