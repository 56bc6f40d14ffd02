"""What the forensic clinic answers, as far as these pages read it."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec

CLINIC = "forensic_clinic"


class Slot(msgspec.Struct, frozen=True):
    """A nurse in a room."""

    nurse: UUID
    room: UUID
    since: datetime
    until: datetime


class Slots(msgspec.Struct, frozen=True):
    """Those that are free."""

    slots: list[Slot]


class Room(msgspec.Struct, frozen=True):
    """People know it by its number."""

    number: int


class Exam(msgspec.Struct, frozen=True):
    """One exam, without names and notes."""

    reference: UUID
    version: int
    tip: UUID
    clinic: str
    phase: str
    county: str
    age_band: str
    consent: str
    assault_earliest: datetime | None
    assault_latest: datetime | None
    slot: Slot | None
    nurse_fits: bool
    nurse_works: bool
    held_until: datetime | None
    completed_at: datetime | None
    cancelled_by: str


class Access(msgspec.Struct, frozen=True):
    """That this person may read the case now, as the tips service tells it."""


class ExamRow(msgspec.Struct, frozen=True):
    """One line of the list of exams."""

    exam: UUID
    tip: UUID
    clinic: str
    phase: str
    requested_at: datetime
    nurse: UUID | None
    since: datetime | None
    until: datetime | None
    held_until: datetime | None


class Note(msgspec.Struct, frozen=True):
    """A sealed text of an exam; None where a court had it destroyed."""

    about: str
    written_at: datetime
    text: str | None


class DutyRow(msgspec.Struct, frozen=True):
    """What is to be done with a kit. `missed`: its time came before."""

    rule: str
    due_at: datetime
    missed: bool


class KitRow(msgspec.Struct, frozen=True):
    """One line of the list of kits; the duties are those not done, due soonest first."""

    kit: UUID
    tip: UUID
    phase: str
    reported: bool
    clinic: str
    stage: str
    holder: UUID | None
    holder_agency: str
    held_since: datetime | None
    asked_agency: str
    asked_role: str
    seal_in_doubt: bool
    duties: list[DutyRow]
    legacy: bool = False


class Holder(msgspec.Struct, frozen=True):
    """Who answers for the kit."""

    account: UUID
    agency: str
    stage: str
    since: datetime


class Confirmed(msgspec.Struct, frozen=True):
    """What one side said of a handover beside the seal; `number` and `place` say whether those are on record."""

    side: str
    condition: str
    photograph: str
    number: bool
    place: bool


class CustodyException(msgspec.Struct, frozen=True):
    """What is not as it should be, in which handover and on which side of it."""

    handover: int
    what: str
    side: str


class Decision(msgspec.Struct, frozen=True):
    """That it is not tested, or destroyed; `answer` is empty while the prosecutor's office has not answered."""

    number: int
    decision: str
    reason: str
    office: str
    by: UUID
    agency: str
    answer: str
    answered_by: UUID | None


class Handover(msgspec.Struct, frozen=True):
    """One offer and what came of it: the giver's hand and the receiver's.

    `in_place_of` is who had left with the kit in their hand, where `by` found it and gave it for them.
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
    in_place_of: UUID | None
    outcome: str
    ended_by: UUID | None
    accepted_at: datetime | None
    seal_found: str
    doubted: list[str]
    heard: list[str]
    denied: bool = False
    confirmed: list[Confirmed] = []  # msgspec copies it


class KitClock(msgspec.Struct, frozen=True):
    """A statutory clock of a kit. `confidence` says how well the duty is known, `period_confidence` its hours."""

    rule: str
    phase: str
    found: str
    started_at: datetime
    due_at: datetime
    late_seconds: int
    citation: str
    confidence: str
    period_confidence: str


class Paper(msgspec.Struct, frozen=True):
    """What a paper found later says of such a kit. `taken_back_by` where it was misread."""

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
    taken_back_by: UUID | None


class BegunUnknown(msgspec.Struct, frozen=True):
    """A rule that the kit is under since nobody knows when."""

    rule: str
    citation: str


class Legacy(msgspec.Struct, frozen=True):
    """What a list says of a kit from before this record and who brought it in, and what papers said later."""

    by: UUID
    agency: str
    stage: str
    county: str
    held_since: date | None
    collected_by: str
    collected_on: date | None
    reported_on: date | None
    brought_in_at: datetime
    papers: list[Paper] = []  # msgspec copies them

    @property
    def paper(self) -> Paper | None:
        """The one that holds."""
        return next((each for each in self.papers if each.taken_back_by is None), None)


class Kit(msgspec.Struct, frozen=True):
    """One kit with its chain of custody."""

    reference: UUID
    version: int
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
    chain: list[Handover]
    seal_in_doubt: bool
    clocks: list[KitClock]
    state: str = ""
    test_begun_at: datetime | None = None
    uploaded_at: datetime | None = None
    returned_at: datetime | None = None
    destroyed_at: datetime | None = None
    told_elsewhere: list[datetime] = []  # msgspec copies them
    decisions: list[Decision] = []
    denied: int | None = None
    exceptions: list[CustodyException] = []
    legacy: Legacy | None = None
    begun_unknown: list[BegunUnknown] = []

    @property
    def went_on_before(self) -> bool:
        """A kit from before this record that lay with the police: nobody is called to pick it up."""
        return self.legacy is not None and self.held_by is not None and self.held_by.stage != "clinic"

    @property
    def offer(self) -> Handover | None:
        """The one that nobody has answered."""
        return self.chain[-1] if self.in_transit else None

    @property
    def last_moment(self) -> datetime | None:
        """What happens next with the kit in somebody's hand happens after this."""
        if self.offer is not None:
            return self.offer.offered_at
        return self.held_by.since if self.held_by else self.opened_at


class DecisionRow(msgspec.Struct, frozen=True):
    """One line of the list of what is proposed to an office."""

    kit: UUID
    tip: UUID
    number: int
    decision: str
    reason: str
    office: str
    proposed_by: str
    proposed_at: datetime
    answer: str


class DecisionAsked(msgspec.Struct, frozen=True):
    """What a prosecutor is asked about a kit, and why; a text is None where a court had it destroyed, or unsaid."""

    kit: UUID
    version: int
    tip: UUID
    state: str
    decision: Decision
    proposed_at: datetime
    sealed_at: datetime | None
    received_at: datetime | None
    tested_at: datetime | None
    explanation: str | None
    paper: str | None


class Question(msgspec.Struct, frozen=True):
    """What a survivor asked, in one or several writings, and what they were answered."""

    number: int
    asked_at: datetime
    due_at: datetime | None
    question: list[str | None]
    answered_at: datetime | None
    answer: str | None


class SurvivorOnKit(msgspec.Struct, frozen=True):
    """What the clinic knows of a survivor's page: whether there is one, its holder's choices and questions."""

    version: int
    given: int
    open: bool
    sees: list[str]
    told: str
    waits: int | None
    questions: list[Question]


class SealedText(msgspec.Struct, frozen=True):
    """A number, a reason or a statement; None where a court had it destroyed."""

    event: str
    field: str
    handover: int | None
    recorded_at: datetime
    text: str | None


def short(reference: UUID) -> str:
    """Enough of a reference to tell one from others, on a page and on the telephone."""
    return str(reference)[:8]


def agency_name(agencies: Mapping[str, str], agency: str) -> str:
    """As people say it; the code of one that is not on file."""
    return agencies.get(agency, agency)
