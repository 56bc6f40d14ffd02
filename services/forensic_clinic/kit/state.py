"""A kit as its events tell it: who holds it, and every handover there was."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.events.forensic_clinic import KitResult
from contracts.language import Event
from services.forensic_clinic.kit.events import (
    CallCorrected,
    KitAccepted,
    KitOffered,
    KitOpened,
    KitRecovered,
    KitRefused,
    KitReported,
    KitSealed,
    KitSetAside,
    OfferWithdrawn,
    PoliceCalled,
    SealDoubted,
    StatementMade,
)

UNSET = UUID(int=0)
Phase = Literal["none", "open", "set_aside", "sealed"]
Outcome = Literal["offered", "accepted", "refused", "withdrawn"]

REPORTED = "reported"
CLINIC = "clinic"
POLICE = "law_enforcement"
LABORATORY = "laboratory"


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """One offer and its end. `account` is the one person who may take it, or None for anyone of agency and role.

    `in_place_of` is the holder who had left, where `by` found the kit and offered it for them. `ended_by` is who
    accepted, refused or withdrew. `doubted` holds the sides that doubt the seal, `heard` those that made a statement
    since.
    """

    number: int
    by: UUID
    from_agency: str
    agency: str
    role: str
    account: UUID | None
    purpose: str
    seal_given: str
    offered_at: datetime
    in_place_of: UUID | None = None
    outcome: Outcome = "offered"
    ended_by: UUID | None = None
    accepted_at: datetime | None = None
    seal_found: str = ""
    doubted: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers for the kit, and since when; `handover` is the one it came by, 0 for who sealed it."""

    account: UUID
    agency: str
    stage: str
    since: datetime
    handover: int = 0


class Kit(msgspec.Struct, frozen=True, kw_only=True):
    """`police` is the agency last called or last to take the kit, `laboratory` the laboratory that received it.

    `picked_up_at` and `received_at` are the first moments of a reported kit with the police and with a laboratory.
    """

    phase: Phase = "none"
    kit: UUID = UNSET
    exam: UUID = UNSET
    tip: UUID = UNSET
    person: UUID = UNSET
    clinic: str = ""
    nurse: UUID = UNSET
    consent: str = ""
    opened_at: datetime | None = None
    reported_at: datetime | None = None
    items: int = 0
    sealed_at: datetime | None = None
    called_at: datetime | None = None
    police: str = ""
    picked_up_at: datetime | None = None
    laboratory: str = ""
    received_at: datetime | None = None
    outsourced: bool = False
    tested_at: datetime | None = None
    holder: Holder | None = None
    handovers: tuple[Handover, ...] = ()

    @property
    def reported(self) -> bool:
        return self.consent == REPORTED

    @property
    def stage(self) -> str:
        """Where it is: clinic, law_enforcement or laboratory."""
        return CLINIC if self.holder is None else self.holder.stage

    @property
    def offer(self) -> Handover | None:
        """The handover nobody has ended: while there is one, the kit is between two hands."""
        return self.handovers[-1] if self.handovers and self.handovers[-1].outcome == "offered" else None

    @property
    def hands(self) -> tuple[UUID, ...]:
        """Everyone who ever gave the kit, took it or said no to it."""
        both = ((each.by, each.ended_by) for each in self.handovers)
        return tuple(dict.fromkeys(who for hand in both for who in hand if who is not None))

    @property
    def seal_in_doubt(self) -> bool:
        return any(handover.doubted for handover in self.handovers)


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
            return change(kit, called_at=called_at, police=event.agency)
        case CallCorrected():
            return change(kit, called_at=event.called_at)
        case KitResult(result="outsourced"):
            return change(kit, outsourced=True)
        case KitResult():
            return change(kit, tested_at=event.result_at)
        case _:
            return _handed_over(kit, event)


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
    holder = Holder(account=event.by, agency=event.agency, stage=event.stage, since=at, handover=event.handover)
    change = msgspec.structs.replace
    if event.stage == POLICE:
        picked_up_at = kit.picked_up_at or (at if kit.reported else None)
        return change(taken, holder=holder, police=event.agency, picked_up_at=picked_up_at)
    if event.stage == LABORATORY:
        return change(taken, holder=holder, laboratory=event.agency, received_at=kit.received_at or at)
    return change(taken, holder=holder)


def _with_handover(kit: Kit, number: int, **changes: object) -> Kit:
    handovers = tuple(
        msgspec.structs.replace(each, **changes) if each.number == number else each for each in kit.handovers
    )
    return msgspec.structs.replace(kit, handovers=handovers)


def _with_side(kit: Kit, number: int, field: str, side: str) -> Kit:
    sides = next((getattr(each, field) for each in kit.handovers if each.number == number), ())
    return _with_handover(kit, number, **{field: (*sides, side)})
