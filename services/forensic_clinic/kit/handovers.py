"""How a kit moves. Pure, as the other decisions on it.

Custody moves by both hands: who holds the kit offers it, who receives it accepts in their own name. Nobody accepts for
another, nobody gives what they do not hold, and in between both are on record. Whoever left gives nothing any more: for
them somebody of their agency says where the kit was found and offers it, and another takes it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.events.forensic_clinic import KitHandedOver
from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, InvalidValue, Refused
from services.forensic_clinic.kit.checks import Hand, holds, in_order, known_agency, must_be_reported, sealed_text
from services.forensic_clinic.kit.events import (
    HandConfirmed,
    KitAccepted,
    KitOffered,
    KitRecovered,
    KitRefused,
    OfferWithdrawn,
    ReceiptDenied,
    SealDoubted,
    StatementMade,
)
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.kit.state import CLINIC, LABORATORY, POLICE, Handover, Kit

Purpose = Literal["relief", "pickup", "laboratory", "storage", "return"]
Seal = Literal["whole", "broken"]
Condition = Literal["intact", "damaged", "wet"]

STAGES: Mapping[str, str] = {
    "forensic_nurse": CLINIC,
    "clinic_coordinator": CLINIC,
    "law_enforcement": POLICE,
    "trafficking_investigator": POLICE,
    "laboratory": LABORATORY,
}
"""The roles that can hold a kit, and where it is when they do."""


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
    """What one side of a handover says of it: the seal, with a statement when it is not as it should be; and the box,
    where it changes hands, the number read from the seal, and the SHA-256 of a photograph. Empty for what is not said.
    """

    seal: Literal["whole", "broken", "other_number"]
    statement: str = ""
    condition: Condition | Literal[""] = ""
    place: str = ""
    seal_number: str = ""
    photograph: str = ""

    @property
    def says_more(self) -> bool:
        """Whether anything is said beside the seal and its number."""
        return bool(self.condition or self.place or self.photograph)


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
    holder = holds(kit, giver)
    in_order("offered_at", offered_at, holder.since, now)
    offered = _offered(kit, giver, receiver, purpose, found, offered_at, tables)
    return [offered, *_said(kit, offered.handover, "giver", giver, found)]


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
    in_order("recovered_at", recovery.recovered_at, max(holder.since, left_at), now)
    open_offer = kit.offer
    offered = _offered(kit, finder, receiver, purpose, found, recovery.recovered_at, tables)
    recovered = KitRecovered(
        kit=kit.kit,
        handover=offered.handover,
        by=finder.account,
        agency=finder.agency,
        holder=holder.account,
        place=sealed_text(kit, recovery.place),
        reason=sealed_text(kit, recovery.reason),
        recovered_at=recovery.recovered_at,
    )
    taken_back = [_withdrawn(kit, open_offer, finder, recovery.reason)] if open_offer is not None else []
    return [*taken_back, offered, recovered, *_said(kit, offered.handover, "giver", finder, found)]


def accept(kit: Kit, receiver: Hand, found: Found, accepted_at: datetime, now: datetime) -> list[Event]:
    """The receiver takes the kit in their own name. A seal that is not as it should be goes on record with it."""
    offered = _offered_to(kit, receiver)
    in_order("accepted_at", accepted_at, offered.offered_at, now)
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
    events = [accepted, *_said(kit, offered.number, "receiver", receiver, found)]
    # Of a legacy kit there is no case that anybody else could be told about.
    if kit.reported and kit.legacy is None and kit.holder is not None and kit.holder.stage != stage:
        events.append(KitHandedOver(kit=kit.kit, tip=kit.tip, stage=stage, handed_over_at=accepted_at))
    return events


def refuse(kit: Kit, receiver: Hand, reason: str, *, denied: bool = False) -> list[Event]:
    """The kit stays with the giver, who answered for it all the time. `denied`: the receiver says it never came."""
    offered = _offered_to(kit, receiver)
    refused = KitRefused(kit=kit.kit, handover=offered.number, by=receiver.account, reason=sealed_text(kit, reason))
    if not denied:
        return [refused]
    by, agency = receiver.account, receiver.agency
    return [ReceiptDenied(kit=kit.kit, handover=offered.number, by=by, agency=agency), refused]


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
        StatementMade(
            kit=kit.kit, handover=number, side=side, account=hand.account, statement=sealed_text(kit, statement)
        )
    ]


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
        must_be_reported(kit, tables)
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
    return OfferWithdrawn(kit=kit.kit, handover=offered.number, by=by.account, reason=sealed_text(kit, reason))


def _said(kit: Kit, number: int, side: str, hand: Hand, found: Found) -> list[Event]:
    """A doubt of the seal, and what else this side says of the handover."""
    doubt = _doubt(kit, number, side, hand, found)
    # That a receiver read the number on record says no more than that the seal is whole.
    number_matters = bool(found.seal_number) and (side == "giver" or found.seal == "other_number")
    if not (found.says_more or number_matters):
        return doubt
    confirmed = HandConfirmed(
        kit=kit.kit,
        handover=number,
        side=side,
        account=hand.account,
        condition=found.condition,
        photograph=found.photograph,
        seal_number=sealed_text(kit, found.seal_number) if found.seal_number else None,
        place=sealed_text(kit, found.place) if found.place else None,
    )
    return [*doubt, confirmed]


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
            statement=sealed_text(kit, found.statement),
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
