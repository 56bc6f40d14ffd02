"""What may be done with a kit. Pure: who acts and what time it is come in, events or a refusal go out.

Custody moves by both hands: who holds the kit offers it, who receives it accepts in their own name. Nobody accepts for
another, nobody gives what they do not hold, and in between both are on record. Whoever left gives nothing any more: for
them somebody of their agency says where the kit was found and offers it, and another takes it.

No decision here destroys a kit, and none may be added before the period for unreported kits is on file (C58;
Miss. Code 99-51-1(1)(g): the definition V, the period U).
"""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from contracts.events.forensic_clinic import KitHandedOver, KitResult, ReportedKitSealed
from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from services.forensic_clinic.kit.events import (
    CallCorrected,
    KitAccepted,
    KitOffered,
    KitOpened,
    KitRecovered,
    KitRefused,
    KitReported,
    KitResealed,
    KitSealed,
    KitSetAside,
    OfferWithdrawn,
    PoliceCalled,
    SealDoubted,
    StatementMade,
)
from services.forensic_clinic.kit.state import CLINIC, LABORATORY, POLICE, Handover, Holder, Kit, evolve

Consent = Literal["reported", "unreported"]
Purpose = Literal["relief", "pickup", "laboratory", "storage", "return"]
Seal = Literal["whole", "broken"]
Result = Literal["tested", "outsourced"]

UNREPORTED_RULE = "C58"

STAGES: Mapping[str, str] = {
    "forensic_nurse": CLINIC,
    "clinic_coordinator": CLINIC,
    "law_enforcement": POLICE,
    "trafficking_investigator": POLICE,
    "laboratory": LABORATORY,
}
"""The roles that can hold a kit, and where it is when they do."""

NUMBER_LENGTHS = range(3, 41)
MOST_ITEMS = 200


class KitRefusal(StrEnum):
    """Why a command on a kit is refused."""

    NUMBER_TAKEN = "kit_number_taken"
    NOT_OPEN = "kit_not_open"
    NOT_SEALED = "kit_not_sealed"
    UNREPORTED = "kit_unreported"
    REPORTED_ALREADY = "kit_reported_already"
    NOT_CALLED = "police_not_called"
    NOT_HELD = "kit_not_held"
    HOLDER_WORKS = "kit_holder_works"
    IN_TRANSIT = "kit_in_transit"
    NOT_OFFERED = "kit_not_offered"
    OWN_OFFER = "own_offer"
    NO_DOUBT = "seal_not_doubted"
    HEARD_ALREADY = "heard_already"
    NOT_AT_LABORATORY = "not_at_laboratory"
    RESULT_RECORDED = "result_recorded"


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, in their own name."""

    account: UUID
    agency: str
    roles: tuple[str, ...]


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """The exam a kit is opened for."""

    kit: UUID
    exam: UUID
    tip: UUID
    person: UUID


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """To whom a kit is offered: one account, or anyone of the agency with the role."""

    agency: str
    role: str
    account: UUID | None = None


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """Where a kit was found whose holder had left, when, and how it came to be there."""

    place: str
    reason: str
    recovered_at: datetime


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What one side of a handover says of the seal, with a statement when it is not as it should be."""

    seal: Literal["whole", "broken", "other_number"]
    statement: str = ""


def open_kit(
    opening: Opening, nurse: Hand, number: str, consent: Consent, opened_at: datetime, now: datetime, *, taken: bool
) -> list[Event]:
    """`taken` says whether another kit carries the number. Raises `InvalidValue`, `Refused`."""
    not_in_future("opened_at", opened_at, now)
    printed = plain_number("number", number)
    if taken:
        raise Refused(KitRefusal.NUMBER_TAKEN, "Another kit carries this number. Read it from the box once more.")
    return [
        KitOpened(
            kit=opening.kit,
            exam=opening.exam,
            tip=opening.tip,
            person=opening.person,
            clinic=nurse.agency,
            nurse=nurse.account,
            consent=consent,
            number=Personal(person=opening.person, text=printed),
            opened_at=opened_at,
        )
    ]


def set_aside(kit: Kit, reason: str) -> list[Event]:
    """A kit opened by mistake. Once it is sealed there is evidence in it, and it stays."""
    _is_open(kit)
    return [KitSetAside(kit=kit.kit, reason=_text(kit, reason))]


def seal(kit: Kit, hand: Hand, items: int, seal_number: str, sealed_at: datetime, now: datetime) -> list[Event]:
    """Raises `InvalidValue`, `Refused`. From here on somebody always answers for the kit."""
    _is_open(kit)
    _in_order("sealed_at", sealed_at, kit.opened_at, now)
    if not 1 <= items <= MOST_ITEMS:
        raise InvalidValue("items", f"Count what is in the kit: 1 to {MOST_ITEMS}.")
    sealed = KitSealed(
        kit=kit.kit,
        items=items,
        seal_number=_text(kit, plain_number("seal_number", seal_number)),
        sealed_by=hand.account,
        sealed_at=sealed_at,
    )
    return [sealed, *_told_when_ready(evolve(kit, sealed))]


def reseal(kit: Kit, hand: Hand, seal_number: str, reason: str, sealed_at: datetime, now: datetime) -> list[Event]:
    """A laboratory opens the kit to test it: the seal put on afterwards is the one the next receiver must find."""
    holder = _holds(kit, hand)
    _in_order("sealed_at", sealed_at, holder.since, now)
    return [
        KitResealed(
            kit=kit.kit,
            seal_number=_text(kit, plain_number("seal_number", seal_number)),
            reason=_text(kit, reason),
            sealed_by=hand.account,
            sealed_at=sealed_at,
        )
    ]


def report(kit: Kit, reported_at: datetime, now: datetime) -> list[Event]:
    """The patient of an unreported kit chose to report. Whether clocks start at that moment is to be confirmed (U)."""
    if kit.phase not in {"open", "sealed"}:
        raise Refused(KitRefusal.NOT_OPEN, "This kit was set aside. Nothing of the exam is in it.")
    if kit.reported:
        raise Refused(KitRefusal.REPORTED_ALREADY, "This kit is a reported one already.")
    _in_order("reported_at", reported_at, kit.opened_at, now)
    reported = KitReported(kit=kit.kit, reported_at=reported_at)
    return [reported, *_told_when_ready(evolve(kit, reported))]


def call_police(
    kit: Kit, agency: str, called_at: datetime, spoke_with: str, tables: Jurisdiction, now: datetime
) -> list[Event]:
    """The clinic's call that a kit is ready (C54). Raises `Refused` for an unreported kit: nobody is told of it."""
    if kit.phase not in {"open", "sealed"}:
        raise Refused(KitRefusal.NOT_OPEN, "This kit was set aside. Nothing of the exam is in it.")
    _is_reported(kit, tables)
    _in_order("called_at", called_at, kit.reported_at, now)
    known_agency(agency, tables)
    return [PoliceCalled(kit=kit.kit, agency=agency, called_at=called_at, spoke_with=_text(kit, spoke_with))]


def correct_call(kit: Kit, called_at: datetime, reason: str, now: datetime) -> list[Event]:
    """The first call was at another time. Its clock then shows what is true, beside what was known."""
    if kit.called_at is None:
        raise Refused(KitRefusal.NOT_CALLED, "No call to law enforcement is on record for this kit.")
    _in_order("called_at", called_at, kit.reported_at, now)
    return [CallCorrected(kit=kit.kit, called_at=called_at, reason=_text(kit, reason))]


def offer(
    kit: Kit,
    giver: Hand,
    receiver: Receiver,
    purpose: Purpose,
    found: Found,
    offered_at: datetime,
    tables: Jurisdiction,
    now: datetime,
) -> list[Event]:
    """Gives the kit out of hand. Raises `InvalidValue`, `Refused`.

    An unreported kit goes to no laboratory, and to law enforcement for storage alone.
    """
    holder = _holds(kit, giver)
    _in_order("offered_at", offered_at, holder.since, now)
    offered = _offered(kit, giver, receiver, purpose, found, offered_at, tables)
    return [offered, *_doubt(kit, offered.handover, "giver", giver, found)]


def recover(
    kit: Kit,
    finder: Hand,
    receiver: Receiver,
    purpose: Purpose,
    recovery: Recovery,
    found: Found,
    left_at: datetime | None,
    tables: Jurisdiction,
    now: datetime,
) -> list[Event]:
    """The holder left at `left_at`: somebody of their agency found the kit and offers it. Another takes it.

    What the holder had offered, or another had found before, nobody took: it is taken back. Raises `InvalidValue`;
    `Refused` while the holder's account is open.
    """
    holder = kit.holder
    if kit.phase != "sealed" or holder is None:
        raise Refused(KitRefusal.NOT_SEALED, "This kit is not sealed yet, so it stays with the nurse.")
    if left_at is None:
        raise Refused(KitRefusal.HOLDER_WORKS, "Who holds this kit still has an account. They must hand it over.")
    _in_order("recovered_at", recovery.recovered_at, max(holder.since, left_at), now)
    open_offer = kit.offer
    offered = _offered(kit, finder, receiver, purpose, found, recovery.recovered_at, tables)
    recovered = KitRecovered(
        kit=kit.kit,
        handover=offered.handover,
        by=finder.account,
        agency=finder.agency,
        holder=holder.account,
        place=_text(kit, recovery.place),
        reason=_text(kit, recovery.reason),
        recovered_at=recovery.recovered_at,
    )
    taken_back = [_withdrawn(kit, open_offer, finder, recovery.reason)] if open_offer is not None else []
    return [*taken_back, offered, recovered, *_doubt(kit, offered.handover, "giver", finder, found)]


def accept(kit: Kit, receiver: Hand, found: Found, accepted_at: datetime, now: datetime) -> list[Event]:
    """The receiver takes the kit in their own name. A seal that is not as it should be goes on record with it."""
    offered = _offered_to(kit, receiver)
    _in_order("accepted_at", accepted_at, offered.offered_at, now)
    stage = STAGES[offered.role]
    accepted = KitAccepted(
        kit=kit.kit,
        handover=offered.number,
        by=receiver.account,
        agency=receiver.agency,
        stage=stage,
        seal=found.seal,
        accepted_at=accepted_at,
    )
    events = [accepted, *_doubt(kit, offered.number, "receiver", receiver, found)]
    if kit.reported and kit.holder is not None and kit.holder.stage != stage:
        events.append(KitHandedOver(kit=kit.kit, tip=kit.tip, stage=stage, handed_over_at=accepted_at))
    return events


def refuse(kit: Kit, receiver: Hand, reason: str) -> list[Event]:
    """The kit stays with the giver, who answered for it all the time."""
    offered = _offered_to(kit, receiver)
    return [KitRefused(kit=kit.kit, handover=offered.number, by=receiver.account, reason=_text(kit, reason))]


def withdraw(kit: Kit, giver: Hand, reason: str) -> list[Event]:
    """The giver takes the offer back: nobody came for the kit."""
    offered = kit.offer
    if offered is None:
        raise Refused(KitRefusal.NOT_OFFERED, "This kit is not offered to anyone.")
    if offered.by != giver.account:
        raise Refused(KitRefusal.NOT_HELD, "Only who offered this kit can take the offer back.")
    return [_withdrawn(kit, offered, giver, reason)]


def state_on_seal(kit: Kit, number: int, hand: Hand, statement: str) -> list[Event]:
    """The side that did not doubt the seal is heard, once, in its own name."""
    handover = next((each for each in kit.handovers if each.number == number), None)
    if handover is None or not handover.doubted:
        raise Refused(KitRefusal.NO_DOUBT, "Nobody doubts the seal in this handover.")
    side = "giver" if hand.account == handover.by else "receiver" if hand.account == handover.ended_by else ""
    if not side or side in handover.doubted or side in handover.heard:
        raise Refused(
            KitRefusal.HEARD_ALREADY, "Each side of this handover is heard once, in its own name. It is on record."
        )
    return [
        StatementMade(kit=kit.kit, handover=number, side=side, account=hand.account, statement=_text(kit, statement))
    ]


def record_result(kit: Kit, hand: Hand, result: Result, result_at: datetime, now: datetime) -> list[Event]:
    """That the kit was tested, or given to another laboratory to test: never what was found."""
    if kit.received_at is None or hand.agency != kit.laboratory:
        raise Refused(KitRefusal.NOT_AT_LABORATORY, "Your laboratory has not received this kit.")
    _in_order("result_at", result_at, kit.received_at, now)
    if kit.tested_at is not None or (result == "outsourced" and kit.outsourced):
        raise Refused(KitRefusal.RESULT_RECORDED, "This is on record for the kit already.")
    return [KitResult(kit=kit.kit, tip=kit.tip, result=result, result_at=result_at)]


def plain_number(field: str, text: str) -> str:
    """The one spelling of a printed number: no blanks or hyphens, capitals. Raises `InvalidValue`."""
    joined = "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "").upper()
    if len(joined) not in NUMBER_LENGTHS or not joined.isascii() or not joined.isalnum():
        raise InvalidValue(field, "Give the number as it is printed: 3 to 40 letters and digits.")
    return joined


def known_agency(agency: str, tables: Jurisdiction) -> None:
    """Raises `InvalidValue` for an agency that is not in the jurisdiction's table."""
    if agency not in tables.agencies:
        raise InvalidValue("agency", "No such agency is on file. Choose one from the list of agencies.")


def _offered(
    kit: Kit,
    giver: Hand,
    receiver: Receiver,
    purpose: Purpose,
    found: Found,
    offered_at: datetime,
    tables: Jurisdiction,
) -> KitOffered:
    """To whoever may hold it. Raises `InvalidValue`, `Refused`."""
    known_agency(receiver.agency, tables)
    stage = STAGES.get(receiver.role)
    if stage is None:
        raise InvalidValue("role", f"A kit is held by one of these roles: {', '.join(STAGES)}.")
    if tables.roles[receiver.role].agency_id not in {None, receiver.agency}:
        raise InvalidValue("role", "This role is held in another agency.")
    if receiver.account == giver.account:
        raise Refused(KitRefusal.OWN_OFFER, "You offer this kit yourself. Offer it to somebody else.")
    if stage == LABORATORY or (stage == POLICE and purpose != "storage"):
        _is_reported(kit, tables)
    return KitOffered(
        kit=kit.kit,
        handover=len(kit.handovers) + 1,
        by=giver.account,
        agency=receiver.agency,
        role=receiver.role,
        account=receiver.account,
        purpose=purpose,
        seal=found.seal,
        offered_at=offered_at,
    )


def _withdrawn(kit: Kit, offered: Handover, by: Hand, reason: str) -> OfferWithdrawn:
    return OfferWithdrawn(kit=kit.kit, handover=offered.number, by=by.account, reason=_text(kit, reason))


def _told_when_ready(kit: Kit) -> list[Event]:
    """Others learn of a kit when it is sealed and reported, and of an unreported one never."""
    if not kit.reported or kit.sealed_at is None or kit.reported_at is None or kit.holder is None:
        return []
    return [
        ReportedKitSealed(
            kit=kit.kit,
            tip=kit.tip,
            stage=kit.holder.stage,
            sealed_at=kit.sealed_at,
            reported_at=kit.reported_at,
        )
    ]


def _doubt(kit: Kit, number: int, side: str, hand: Hand, found: Found) -> list[Event]:
    if found.seal == "whole":
        return []
    if not found.statement:
        raise InvalidValue("statement", "The seal is broken, or its number is not the one on record. Say what you see.")
    return [
        SealDoubted(
            kit=kit.kit,
            handover=number,
            side=side,
            account=hand.account,
            seal=found.seal,
            statement=_text(kit, found.statement),
        )
    ]


def _offered_to(kit: Kit, receiver: Hand) -> Handover:
    offered = kit.offer
    if offered is None:
        raise Refused(KitRefusal.NOT_OFFERED, "This kit is not offered to anyone. Ask who holds it to offer it first.")
    if offered.by == receiver.account:
        raise Refused(KitRefusal.OWN_OFFER, "You offered this kit yourself. Somebody else must take it.")
    if (
        offered.agency != receiver.agency
        or offered.role not in receiver.roles
        or offered.account not in {None, receiver.account}
    ):
        raise Refused(KitRefusal.NOT_OFFERED, "This kit is offered to somebody else, who must answer in person.")
    return offered


def _holds(kit: Kit, hand: Hand) -> Holder:
    if kit.phase != "sealed" or kit.holder is None:
        raise Refused(KitRefusal.NOT_SEALED, "This kit is not sealed yet, so it stays with the nurse.")
    if kit.offer is not None:
        raise Refused(KitRefusal.IN_TRANSIT, "This kit is offered to somebody and not in your hand alone.")
    if kit.holder.account != hand.account:
        raise Refused(KitRefusal.NOT_HELD, "You do not hold this kit. Who holds it must do this.")
    return kit.holder


def _is_open(kit: Kit) -> None:
    if kit.phase != "open":
        raise Refused(KitRefusal.NOT_OPEN, "This kit is sealed, or was set aside.")


def _is_reported(kit: Kit, tables: Jurisdiction) -> None:
    if not kit.reported:
        raise Refused(
            KitRefusal.UNREPORTED,
            "The patient did not choose to report. This kit is neither told of nor tested until they do.",
            rule=UNREPORTED_RULE,
            citation=tables.duty_rule(UNREPORTED_RULE).citation,
        )


def _in_order(field: str, moment: datetime, after: datetime | None, now: datetime) -> None:
    """What is typed in afterwards still happened in order."""
    not_in_future(field, moment, now)
    if after is not None and moment < after:
        raise InvalidValue(field, "This is before what the kit's record has already. Check the date and the zone.")


def _text(kit: Kit, text: str) -> Personal:
    return Personal(person=kit.person, text=text)
