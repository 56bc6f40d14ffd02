"""A kit as its events tell it: who holds it, and every handover there was."""

from datetime import date, datetime
from typing import Literal
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

UNSET = UUID(int=0)
Phase = Literal["none", "open", "set_aside", "sealed", "destroyed"]
Outcome = Literal["offered", "accepted", "refused", "withdrawn"]
Answer = Literal["", "assented", "denied", "taken_back"]

REPORTED = "reported"
UNREPORTED = "unreported"
NOT_ON_FILE = "not_on_file"
"""What a legacy kit's patient chose, where no paper says it: handled as unreported, and never called so."""

CLINIC = "clinic"
POLICE = "law_enforcement"
LABORATORY = "laboratory"

RETURN = "return"
PICKUP = "pickup"
NO_TEST = "no_test"
DESTRUCTION = "destruction"


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """What one side of a handover said of it beside the seal; `number` and `place` say whether those are on record."""

    side: str
    condition: str
    photograph: str
    number: bool
    place: bool


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """One offer and its end. `account` is the one person who may take it, or None for anyone of agency and role.

    `in_place_of` is the holder who had left, where `by` found the kit and offered it for them. `ended_by` is who
    accepted, refused or withdrew. `doubted` holds the sides that doubt the seal, `heard` those that made a statement
    since. `denied`: whoever refused it says that it never came to them.
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
    denied: bool = False
    confirmed: tuple[Confirmed, ...] = ()


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """That the kit is not tested, or is destroyed: what one proposed, and what a prosecutor said."""

    number: int
    decision: str
    reason: str
    office: str
    by: UUID
    agency: str
    answer: Answer = ""
    answered_by: UUID | None = None


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers for the kit, and since when; `handover` is the one it came by, 0 for who sealed it."""

    account: UUID
    agency: str
    stage: str
    since: datetime
    handover: int = 0


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What a paper found later says of a legacy kit, as `PaperFound` has it; `taken_back_by` whoever read it anew."""

    number: int
    by: UUID
    agency: str
    found_at: datetime
    consent: str
    reported_on: date | None
    call: str
    police: str
    called_on: date | None
    called_at: datetime | None
    runs: bool
    taken_back_by: UUID | None = None


class Legacy(msgspec.Struct, frozen=True, kw_only=True):
    """What the list says of a kit from before this record; None and empty for what it does not say.

    `stage` is where it lay when it was brought in, with `agency`. `consent` is the list's word, `papers` what was found
    later, in order.
    """

    by: UUID
    agency: str
    stage: str
    county: str
    held_since: date | None
    collected_by: str
    collected_on: date | None
    reported_on: date | None
    brought_in_at: datetime
    consent: str = NOT_ON_FILE
    papers: tuple[Paper, ...] = ()

    @property
    def paper(self) -> Paper | None:
        """The one that holds."""
        return next((each for each in self.papers if each.taken_back_by is None), None)


class Kit(msgspec.Struct, frozen=True, kw_only=True):
    """`police` is the agency last called or last to take the kit, `laboratory` the laboratory that received it.

    `picked_up_at` and `received_at` are the first moments of a reported kit with the police and with a laboratory.
    `called_here` tells a call on record from one that a paper has.
    `returned_at` is when a reported kit that had gone on was given back, until it goes on again.
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
    called_here: bool = False
    police: str = ""
    picked_up_at: datetime | None = None
    laboratory: str = ""
    received_at: datetime | None = None
    outsourced: bool = False
    tested_at: datetime | None = None
    holder: Holder | None = None
    handovers: tuple[Handover, ...] = ()
    test_begun_at: datetime | None = None
    uploaded_at: datetime | None = None
    returned_at: datetime | None = None
    destroyed_at: datetime | None = None
    told_elsewhere: tuple[datetime, ...] = ()
    decisions: tuple[Decision, ...] = ()
    legacy: Legacy | None = None

    @property
    def accepted(self) -> int:
        """How many handovers both hands made."""
        return sum(each.outcome == "accepted" for each in self.handovers)

    @property
    def not_tested(self) -> bool:
        """Whether a prosecutor assented that it is not tested."""
        return self._assented(NO_TEST)

    @property
    def may_be_destroyed(self) -> bool:
        """Whether a prosecutor assented that it is destroyed."""
        return self._assented(DESTRUCTION)

    def _assented(self, to: str) -> bool:
        return any(each.decision == to and each.answer == "assented" for each in self.decisions)

    @property
    def calls_taken_back(self) -> int:
        """How often the hour of a call was read in a paper, and taken back: a call after that is another one."""
        papers = self.legacy.papers if self.legacy is not None else ()
        return sum(each.runs and each.taken_back_by is not None for each in papers)

    @property
    def denied(self) -> Handover | None:
        """The handover whose receiver says that it never came, until both hands have made another."""
        for each in reversed(self.handovers):
            if each.denied or each.outcome == "accepted":
                return each if each.denied else None
        return None

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
