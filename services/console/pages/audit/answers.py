"""What the audit service answers, as its pages read it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class CaseRow(msgspec.Struct, frozen=True):
    """A case of the list."""

    case: UUID
    first_recorded_at: datetime
    last_recorded_at: datetime
    events: int
    missed_clocks: int


class CasePage(msgspec.Struct, frozen=True):
    """By their newest event."""

    cases: list[CaseRow]
    more: bool


class Cause(msgspec.Struct, frozen=True):
    """Why; `sentence` is the number of the one that led to it."""

    sentence: int | None
    text: str


class Sentence(msgspec.Struct, frozen=True):
    """One event, told; `below` are lines of what would make its sentence long."""

    number: int
    recorded_at: datetime
    happened_at: datetime
    service: str
    name: str
    actor: str
    agency: str
    role: str
    sentence: str
    cause: Cause | None
    stream: UUID | None
    event: UUID
    facts: Mapping[str, Any]
    below: Sequence[str] = ()

    @property
    def account(self) -> UUID | None:
        """Who did it; None for the system, and for whoever has no account."""
        kind, _, reference = self.actor.partition(":")
        return UUID(reference) if kind == "account" else None


class Replay(msgspec.Struct, frozen=True):
    """A case told; `positions` are how far the copy of each service's log had come."""

    case: UUID
    cases: list[UUID]
    as_of: datetime
    by: str
    positions: dict[str, int]
    sentences: list[Sentence]


class Read(msgspec.Struct, frozen=True):
    """One page read, one search, one file taken, or one telling."""

    recorded_at: datetime
    account: UUID | None
    agency: str
    role: str
    service: str
    name: str
    question: str
    records: list[UUID]
    positions: list[int]
    narrowed: list[str]

    @property
    def kind(self) -> str:
        """Without the service's name before it."""
        return self.name.rpartition(".")[2]


class ReadersPage(msgspec.Struct, frozen=True):
    """Newest first."""

    reads: list[Read]
    total: int


class Finding(msgspec.Struct, frozen=True):
    """Positions of a service's log that are not as they must be; `how` is empty while it stands open."""

    number: int
    kind: str
    severity: str
    first: int
    last: int
    how: str
    there: str
    here: str
    service: str = ""
    found_at: datetime | None = None
    resolved_at: datetime | None = None


class FindingPage(msgspec.Struct, frozen=True):
    """Newest first."""

    findings: list[Finding]
    more: bool


class Comparison(msgspec.Struct, frozen=True):
    """What reading a log through came to."""

    source: str
    copied: bool
    there: int
    here: int
    until: int
    fingerprint: str
    same: bool
    met: int
    open: int
    findings: Sequence[Finding]


class LiveAfterLeaving(msgspec.Struct, frozen=True):
    """The person left at `left_at`, and the account let them in until `ended_at`."""

    account: UUID
    agency: str
    left_at: datetime
    ended_at: datetime


class ReviewRow(msgspec.Struct, frozen=True):
    """A week of reading; `signed_at` is None while its review waits.

    `own` is what waits for another auditor, `unjudged` how much unusual reading waits.
    """

    review: UUID
    since: datetime
    until: datetime
    due_at: datetime
    missed: bool
    signed_at: datetime | None
    signed_by: list[UUID]
    own: int
    unjudged: int


class ReadBy(msgspec.Struct, frozen=True):
    """What those of one role of an agency did in a week."""

    agency: str
    role: str
    people: int
    shown: int
    opened: int
    searches: int
    files: int
    told: int


class ListRead(msgspec.Struct, frozen=True):
    """A list that somebody searched, or took away."""

    recorded_at: datetime
    account: UUID | None
    agency: str
    service: str
    question: str
    narrowed: list[str]
    records: int


class OpenedCase(msgspec.Struct, frozen=True):
    """A case opened in an emergency; `outcome` is empty while nobody has reviewed that."""

    recorded_at: datetime
    account: UUID
    agency: str
    case: UUID
    outcome: str


class KitMoved(msgspec.Struct, frozen=True):
    """A kit that `account` found and offered in place of `holder`, who had left."""

    recorded_at: datetime
    account: UUID
    agency: str
    holder: UUID
    case: UUID
    kit: UUID


class Reading(msgspec.Struct, frozen=True):
    """Who read what in a week."""

    reads: int
    own: int
    by_role: list[ReadBy]
    searches: list[ListRead]
    files: list[ListRead]
    openings: list[OpenedCase]
    kits: list[KitMoved]


class UnusualReading(msgspec.Struct, frozen=True):
    """Of one account, by one rule; `cases` is empty where it is not told which, `outcome` while nobody judged it."""

    finding: UUID
    rule: str
    rule_version: int
    citation: str
    account: UUID
    agency: str
    roles: list[str]
    count: int
    threshold: int
    of_cases: int
    cases: list[UUID]
    outcome: str
    judged_by: UUID | None
    judged_at: datetime | None
    note: str | None


class SignedOff(msgspec.Struct, frozen=True):
    """An auditor looked at it; `note` is None where a court had it destroyed."""

    account: UUID
    at: datetime
    reads: int
    own: int
    note: str | None


class Week(msgspec.Struct, frozen=True):
    """A week with who read what in it, what of that was unusual, and where its review stands."""

    review: UUID
    since: datetime
    until: datetime
    due_at: datetime
    phase: str
    rule: str
    citation: str
    signed: list[SignedOff]
    reading: Reading
    unusual: list[UnusualReading]
