"""What a kit is made of: who holds it, every handover there was, and what was decided of it. `fold.py` makes it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

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
