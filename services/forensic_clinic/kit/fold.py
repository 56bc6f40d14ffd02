"""A kit as its events tell it, one after the other. Pure; what it is made of stands in `state.py`."""

from datetime import datetime
from uuid import UUID

import msgspec

from contracts.events.forensic_clinic import KitResult
from contracts.language import Event
from services.forensic_clinic.kit.events import (
    CallCorrected,
    DecisionAssented,
    DecisionDenied,
    DecisionProposed,
    DecisionTakenBack,
    HandConfirmed,
    KitAccepted,
    KitBroughtIn,
    KitDestroyed,
    KitOffered,
    KitOpened,
    KitRecovered,
    KitRefused,
    KitReported,
    KitSealed,
    KitSetAside,
    KitTestBegun,
    OfferWithdrawn,
    OtherJurisdictionTold,
    PaperFound,
    PaperTakenBack,
    PoliceCalled,
    ProfileUploaded,
    ReceiptDenied,
    SealDoubted,
    StatementMade,
)
from services.forensic_clinic.kit.state import (
    CLINIC,
    LABORATORY,
    PICKUP,
    POLICE,
    REPORTED,
    RETURN,
    Answer,
    Confirmed,
    Decision,
    Handover,
    Holder,
    Kit,
    Legacy,
    Paper,
)


def evolve(kit: Kit, event: Event) -> Kit:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case KitOpened():
            return change(
                kit,
                phase="open",
                kit=event.kit,
                exam=event.exam,
                tip=event.tip,
                person=event.person,
                clinic=event.clinic,
                nurse=event.nurse,
                consent=event.consent,
                opened_at=event.opened_at,
                reported_at=event.opened_at if event.consent == REPORTED else None,
            )
        case KitBroughtIn():
            return _brought_in(kit, event)
        case KitSetAside():
            return change(kit, phase="set_aside")
        case KitSealed():
            holder = Holder(account=event.sealed_by, agency=kit.clinic, stage=CLINIC, since=event.sealed_at)
            return change(kit, phase="sealed", items=event.items, sealed_at=event.sealed_at, holder=holder)
        case KitReported():
            with_police = kit.holder is not None and kit.holder.stage == POLICE
            picked_up_at = event.reported_at if with_police else None
            return change(kit, consent=REPORTED, reported_at=event.reported_at, picked_up_at=picked_up_at)
        case PoliceCalled():
            called_at = min(kit.called_at or event.called_at, event.called_at)
            return change(kit, called_at=called_at, police=event.agency, called_here=True)
        case CallCorrected():
            return change(kit, called_at=event.called_at)
        case KitResult(result="outsourced"):
            return change(kit, outsourced=True)
        case KitResult():
            return change(kit, tested_at=event.result_at)
        case KitTestBegun():
            return change(kit, test_begun_at=event.begun_at)
        case ProfileUploaded():
            return change(kit, uploaded_at=event.uploaded_at)
        case OtherJurisdictionTold():
            return change(kit, told_elsewhere=(*kit.told_elsewhere, event.told_at))
        case PaperFound() | PaperTakenBack():
            return _by_paper(kit, event)
        case _:
            return _decided(kit, event) or _handed_over(kit, event)


def _brought_in(kit: Kit, event: KitBroughtIn) -> Kit:
    """Under seal, in one hand. Of its reporting there is a day at most, so no moment from which anything could run."""
    at = event.brought_in_at
    legacy = Legacy(
        by=event.by,
        agency=event.agency,
        stage=event.stage,
        county=event.county,
        held_since=event.held_since,
        collected_by=event.collected_by,
        collected_on=event.collected_on,
        reported_on=event.reported_on,
        brought_in_at=at,
        consent=event.consent,
    )
    return msgspec.structs.replace(
        kit,
        phase="sealed",
        kit=event.kit,
        tip=event.tip,
        person=event.person,
        # Whoever collected it still speaks with its patient.
        clinic=event.agency if event.stage == CLINIC else event.collected_by,
        police=event.agency if event.stage == POLICE else "",
        consent=event.consent,
        holder=Holder(account=event.by, agency=event.agency, stage=event.stage, since=at),
        legacy=legacy,
    )


def _by_paper(kit: Kit, event: PaperFound | PaperTakenBack) -> Kit:
    """A day on a paper is no moment, and nothing runs from it. The hour of a call is one, where the kit waits yet."""
    if kit.legacy is None:
        return kit
    if isinstance(event, PaperTakenBack):
        return _paper_taken_back(kit, kit.legacy, event)
    paper = Paper(
        number=event.number,
        by=event.by,
        agency=event.agency,
        found_at=event.found_at,
        consent=event.consent,
        reported_on=event.reported_on,
        call=event.call,
        police=event.police,
        called_on=event.called_on,
        called_at=event.called_at,
        runs=event.runs,
    )
    waits = kit.legacy.stage == kit.stage == CLINIC and kit.picked_up_at is None
    change = msgspec.structs.replace
    return change(
        kit,
        legacy=change(kit.legacy, papers=(*kit.legacy.papers, paper)),
        consent=event.consent,
        police=event.police if event.police and kit.stage == CLINIC else kit.police,
        called_at=kit.called_at or (event.called_at if waits and event.runs else None),
    )


def _paper_taken_back(kit: Kit, legacy: Legacy, event: PaperTakenBack) -> Kit:
    """As the list says again. Of a call there is what was said here, if it was."""
    change = msgspec.structs.replace
    papers = tuple(
        change(each, taken_back_by=event.by) if each.number == event.number else each for each in legacy.papers
    )
    return change(
        kit,
        legacy=change(legacy, papers=papers),
        consent=legacy.consent,
        police="" if kit.stage == CLINIC else kit.police,
        called_at=kit.called_at if kit.called_here else None,
    )


def _decided(kit: Kit, event: Event) -> Kit | None:
    """None for an event of another kind."""
    change = msgspec.structs.replace
    match event:
        case DecisionProposed():
            proposed = Decision(
                number=event.number,
                decision=event.decision,
                reason=event.reason,
                office=event.office,
                by=event.by,
                agency=event.agency,
            )
            return change(kit, decisions=(*kit.decisions, proposed))
        case DecisionAssented():
            return _answered(kit, event.number, "assented", event.by)
        case DecisionDenied():
            return _answered(kit, event.number, "denied", event.by)
        case DecisionTakenBack():
            return _answered(kit, event.number, "taken_back", event.by)
        case KitDestroyed():
            return change(kit, phase="destroyed", destroyed_at=event.destroyed_at, holder=None)
        case _:
            return None


def _answered(kit: Kit, number: int, answer: Answer, by: UUID) -> Kit:
    change = msgspec.structs.replace
    decisions = tuple(
        change(each, answer=answer, answered_by=by) if each.number == number else each for each in kit.decisions
    )
    return change(kit, decisions=decisions)


def _handed_over(kit: Kit, event: Event) -> Kit:
    change = msgspec.structs.replace
    match event:
        case KitOffered():
            handover = Handover(
                number=event.handover,
                by=event.by,
                from_agency=kit.holder.agency if kit.holder else "",
                agency=event.agency,
                role=event.role,
                account=event.account,
                purpose=event.purpose,
                seal_given=event.seal,
                offered_at=event.offered_at,
            )
            return change(kit, handovers=(*kit.handovers, handover))
        case KitRecovered():
            return _with_handover(kit, event.handover, in_place_of=event.holder)
        case KitAccepted():
            return _accepted(kit, event)
        case ReceiptDenied():
            return _with_handover(kit, event.handover, denied=True)
        case HandConfirmed():
            return _with_side(kit, event.handover, "confirmed", _confirmed(event))
        case KitRefused():
            return _with_handover(kit, event.handover, outcome="refused", ended_by=event.by)
        case OfferWithdrawn():
            return _with_handover(kit, event.handover, outcome="withdrawn", ended_by=event.by)
        case SealDoubted():
            return _with_side(kit, event.handover, "doubted", event.side)
        case StatementMade():
            return _with_side(kit, event.handover, "heard", event.side)
        case _:
            return kit


def _accepted(kit: Kit, event: KitAccepted) -> Kit:
    taken = _with_handover(
        kit,
        event.handover,
        outcome="accepted",
        ended_by=event.by,
        accepted_at=event.accepted_at,
        seal_found=event.seal,
    )
    at = event.accepted_at
    taken = msgspec.structs.replace(taken, returned_at=_returned_at(kit, event))
    holder = Holder(account=event.by, agency=event.agency, stage=event.stage, since=at, handover=event.handover)
    change = msgspec.structs.replace
    if event.stage == POLICE:
        # From one officer to another nothing is picked up: with a legacy kit that was done, and when is not on file.
        picked_up = kit.reported and kit.stage != POLICE
        picked_up_at = kit.picked_up_at or (at if picked_up else None)
        return change(taken, holder=holder, police=event.agency, picked_up_at=picked_up_at)
    if event.stage == LABORATORY:
        return change(taken, holder=holder, laboratory=event.agency, received_at=kit.received_at or at)
    return change(taken, holder=holder)


def _returned_at(kit: Kit, event: KitAccepted) -> datetime | None:
    """Given back, it stays so from hand to hand; a laboratory takes it anew, and so do police before any laboratory."""
    purpose = next((each.purpose for each in kit.handovers if each.number == event.handover), "")
    if event.stage == LABORATORY or (event.stage == POLICE and purpose == PICKUP and kit.received_at is None):
        return None
    gone_on = kit.reported and (kit.picked_up_at is not None or kit.received_at is not None)
    return event.accepted_at if purpose == RETURN and gone_on else kit.returned_at


def _confirmed(event: HandConfirmed) -> Confirmed:
    return Confirmed(
        side=event.side,
        condition=event.condition,
        photograph=event.photograph,
        number=event.seal_number is not None,
        place=event.place is not None,
    )


def _with_handover(kit: Kit, number: int, **changes: object) -> Kit:
    handovers = tuple(
        msgspec.structs.replace(each, **changes) if each.number == number else each for each in kit.handovers
    )
    return msgspec.structs.replace(kit, handovers=handovers)


def _with_side(kit: Kit, number: int, field: str, side: str | Confirmed) -> Kit:
    sides = next((getattr(each, field) for each in kit.handovers if each.number == number), ())
    return _with_handover(kit, number, **{field: (*sides, side)})
