"""What the prosecution answers about the evidence of a case, as far as its pages read it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec


class Item(msgspec.Struct, frozen=True):
    """Evidence by reference. `ended`: why it supports nothing any more."""

    item: UUID
    kind: str
    kit: UUID | None
    kept_by: str
    located: bool
    ended: str


class Element(msgspec.Struct, frozen=True):
    """What has to be proved, and what supports it."""

    element: str
    way: str
    words: str
    items: list[UUID]


class Count(msgspec.Struct, frozen=True):
    """An open count with its elements; none where the offence has none on file."""

    count: UUID
    accused: UUID
    statute: str
    short_name: str
    elements: list[Element]
    without_support: list[str]


class Acknowledged(msgspec.Struct, frozen=True):
    """What lacked support when an outcome was recorded."""

    count: UUID
    outcome: str
    elements: list[str]


class Giving(msgspec.Struct, frozen=True):
    """What was disclosed at once."""

    giving: UUID
    accused: UUID
    items: list[UUID]
    recipient: str
    way: str
    given_at: datetime
    in_error: str


class ToGive(msgspec.Struct, frozen=True):
    """What was not disclosed in the matter of an accused yet."""

    accused: UUID
    items: list[UUID]


class Answered(msgspec.Struct, frozen=True):
    """An answer of a laboratory."""

    answer: str
    report: UUID | None
    at: datetime


class Request(msgspec.Struct, frozen=True):
    """An examination asked for."""

    request: UUID
    item: UUID
    laboratory: str
    test: str
    asked_at: datetime
    answers: list[Answered]
    ended: str
    waits: bool = False


class Evidence(msgspec.Struct, frozen=True):
    """All of it. `version` is what forms are decided on."""

    version: int
    items: list[Item]
    counts: list[Count]
    acknowledged: list[Acknowledged]
    givings: list[Giving]
    to_give: list[ToGive]
    requests: list[Request]
    kits: list[UUID]


class Place(msgspec.Struct, frozen=True):
    """Where an item is found; None where a court had it destroyed."""

    item: UUID
    locator: str | None


class ToldByClinic(msgspec.Struct, frozen=True):
    """A step of a kit's custody, by the clinic's own event."""

    told: UUID
    what: str
    stage: str
    at: datetime


class Custody(msgspec.Struct, frozen=True):
    """Where an item was, for a court."""

    item: Item
    steps: list[ToldByClinic]
    listed_at: datetime | None
    ended_at: datetime | None
    givings: list[Giving]
    requests: list[Request]


class Answer(msgspec.Struct, frozen=True):
    """What a laboratory may answer."""

    answer: str


class Lists(msgspec.Struct, frozen=True):
    """Closed lists about evidence."""

    kinds: Mapping[str, str]
    ended: Mapping[str, str]
    kept_from: list[str]
    recipients: Mapping[str, str]
    ways: Mapping[str, str]
    discovery_error: Mapping[str, str]
    discovery_citation: str
    tests: Mapping[str, str]
    laboratories: list[str]
    answers: list[Answer]
    request_ended: Mapping[str, str]


class Tables(msgspec.Struct, frozen=True):
    """Of what there is to choose from, what these pages need."""

    evidence: Lists
