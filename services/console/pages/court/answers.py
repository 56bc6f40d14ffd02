"""What the prosecution answers, as far as these pages read it. Nobody is named in any of it but in `Named`."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec

from services.console.pages.court.safe_harbour.answers import HarbourRules

PROSECUTION = "prosecution"
NOT_ON_FILE = "not on file"


class Due(msgspec.Struct, frozen=True):
    """A clock's rule, or `hearing:` and its kind."""

    what: str
    due_at: datetime


class CaseRow(msgspec.Struct, frozen=True):
    """One line of the office's list."""

    case: UUID
    tip: UUID
    phase: str
    accused: int
    open_counts: int
    due: list[Due]
    missed: list[str]
    commence_by: date | None
    limitation_not_on_file: int
    notices_owed: int
    notices_failed: int
    papers_failed: int = 0


class Offence(msgspec.Struct, frozen=True):
    """A row of the table. Years and dollars that are not on file are None; `registrable` is in the table's words."""

    offence: str
    statute: str
    short_name: str
    elements: str
    level: str
    least_years: int | None
    most_years: int | None
    for_life: bool
    lowest_fine: int | None
    highest_fine: int | None
    registrable: str = NOT_ON_FILE


class Limitation(msgspec.Struct, frozen=True):
    """Until when prosecution must commence."""

    kind: str
    until: date | None
    arithmetic: str
    citation: str | None
    basis: str


class Gap(msgspec.Struct, frozen=True):
    """An element of a count that nothing on file supports."""

    element: str
    words: str


class Count(msgspec.Struct, frozen=True):
    """`may_enter` and `may_record` are what can come next."""

    count: UUID
    phase: str
    act_on: date
    age_at_act: str
    offence: Offence
    limitation: Limitation
    stage: str
    entered_at: datetime
    outcome: str
    may_enter: list[str]
    may_record: list[str]
    without_support: list[Gap] = []  # msgspec copies it
    victim: UUID | None = None


class CourtClock(msgspec.Struct, frozen=True):
    """A clock of an accused, its arithmetic line by line."""

    rule: str
    number: int
    citation: str
    phase: str
    found: str
    started_at: datetime
    due_at: datetime
    arithmetic: list[str]


class Continuance(msgspec.Struct, frozen=True):
    """What the court granted; which days and on whose motion, where that is on file."""

    ground: str
    days: int
    granted_at: datetime
    since: date | None = None
    until: date | None = None
    motion: str = ""
    in_error: str = ""


class Accused(msgspec.Struct, frozen=True):
    """By reference; the name is read on a page of its own."""

    accused: UUID
    born_on_file: bool
    counts: list[Count]
    clocks: list[CourtClock]
    continuances: list[Continuance]
    causes: list[str] = []  # msgspec copies it


class Hearing(msgspec.Struct, frozen=True):
    """A hearing as it stands."""

    hearing: UUID
    kind: str
    court: str
    accused: list[UUID]
    set_for: datetime
    phase: str
    held_at: datetime | None
    moved: int
    purpose: str = ""
    closed: str = ""
    outcome: str = ""
    next: str = ""
    next_hearing: UUID | None = None


class Case(msgspec.Struct, frozen=True):
    """One case of the office."""

    reference: UUID
    version: int
    tip: UUID
    phase: str
    reason: str
    office: str
    county: str
    tribal_land: bool
    believed_age: str
    accused: list[Accused]
    hearings: list[Hearing]


class Transfer(msgspec.Struct, frozen=True):
    """An offer of a case to another office, with what the first keeps of it: never what happened since."""

    case: UUID
    transfer: int
    tip: UUID
    giver: str
    receiver: str
    reason: str
    phase: str
    offered_at: datetime
    answered_at: datetime | None
    case_phase: str
    accused: int
    open_counts: int


class Named(msgspec.Struct, frozen=True):
    """Who is accused; None where nothing is on file, or a court had it destroyed."""

    accused: UUID
    name: str | None
    born: str | None
    causes: list[tuple[str, str | None]] = []  # msgspec copies it


class Note(msgspec.Struct, frozen=True):
    """What somebody wrote on the case."""

    occasion: str
    written_at: datetime
    text: str | None


class Coded(msgspec.Struct, frozen=True):
    """A stage, an outcome or a kind of hearing, by whichever name its table gives the code."""

    words: str
    stage: str | None = None
    outcome: str | None = None
    kind: str | None = None


class Reasons(msgspec.Struct, frozen=True):
    """Closed lists, each code with its words."""

    decline: Mapping[str, str]
    hearing_change: Mapping[str, str]
    continuance: Mapping[str, str]
    transfer: Mapping[str, str]
    motion: Mapping[str, str] = {}
    continuance_error: Mapping[str, str] = {}


class Attempt(msgspec.Struct, frozen=True):
    """What was done about a notice."""

    step: str
    channel: str
    reason: str
    at: datetime


class Notice(msgspec.Struct, frozen=True):
    """A notice owed to a victim. `due_at` is None where the law gives no number; `next` may follow."""

    notice: UUID
    kind: str
    rule: str
    citation: str
    about: UUID
    arose_at: datetime
    phase: str
    attempts: list[Attempt]
    next: list[str]
    due_at: datetime | None
    clock: str
    found: str


class Proposal(msgspec.Struct, frozen=True):
    """An outcome proposed for a count; `waits`: its victim is still to be conferred with."""

    proposal: UUID
    count: UUID
    outcome: str
    proposed_at: datetime
    phase: str
    waits: bool
    settled_at: datetime | None
    conferred_at: datetime | None
    way: str
    position: str
    reason: str


class Restitution(msgspec.Struct, frozen=True):
    """Asked for or ordered on a count, in whole dollars."""

    step: str
    count: UUID
    dollars: int
    at: datetime


class Paper(msgspec.Struct, frozen=True):
    """A paper that lets a foreign victim stay; the day it runs out on begins at `ends_at`."""

    paper: UUID
    kind: str
    asked_at: datetime
    phase: str
    by: str
    decided_at: datetime | None
    sent_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    reason: str


class Victim(msgspec.Struct, frozen=True):
    """A victim of the case, by reference; `version` is what forms on them are decided on."""

    victim: UUID
    version: int
    requested_at: datetime | None
    withdrawn_at: datetime | None
    channel: str
    has_wishes: bool
    counts: list[UUID]
    open_counts: list[UUID]
    may_propose: list[str]
    proposals: list[Proposal]
    notices: list[Notice]
    ends_at: list[tuple[UUID, datetime]]
    hearings: list[UUID]
    presence: list[tuple[UUID, str]]
    statement: str
    statement_at: datetime | None
    restitution: list[Restitution]
    papers: list[Paper]


class Told(msgspec.Struct, frozen=True):
    """What a victim entrusted to the office; None where nothing is on file, or a court had it destroyed."""

    victim: UUID
    channel: str
    contact: str | None
    wishes: str | None
    views: list[str | None]


class Conferral(msgspec.Struct, frozen=True):
    """How one confers, what the victim thinks, why nobody did: codes, each with its words."""

    ways: Mapping[str, str]
    positions: Mapping[str, str]
    reasons: Mapping[str, str]


class Immigration(msgspec.Struct, frozen=True):
    """Kinds of such papers, who decides, why one ends."""

    kinds: Mapping[str, str]
    deciders: Mapping[str, str]
    ends: Mapping[str, str]


class VictimRules(msgspec.Struct, frozen=True):
    """Closed lists about victims' rights."""

    conferral: Conferral
    immigration: Immigration
    channels: Mapping[str, str]
    failures: Mapping[str, str]
    presence: Mapping[str, str]
    statements: Mapping[str, str]


class Looked(msgspec.Struct, frozen=True):
    """Before which outcomes what lacks support is looked at."""

    looked_at_before: list[str]


class Sittings(msgspec.Struct, frozen=True):
    """Closed lists about hearings."""

    purposes: Mapping[str, str]
    outcomes: Mapping[str, str]
    nexts: Mapping[str, str]


class Reference(msgspec.Struct, frozen=True):
    """What a prosecutor charges and records with."""

    offences: list[Offence]
    stages: list[Coded]
    outcomes: list[Coded]
    hearings: list[Coded]
    courts: Mapping[str, str]
    reasons: Reasons
    victims: VictimRules
    safe_harbour: HarbourRules
    indicators: list[str]
    evidence: Looked
    sittings: Sittings
