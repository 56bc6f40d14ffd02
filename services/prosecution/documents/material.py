"""What a document can be made of: a case with its papers, evidence, victims and safe harbours, at one moment. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from contracts.jurisdictions import Charging, Jurisdiction
from contracts.jurisdictions.documents import Template
from contracts.language import Event, Personal
from services.prosecution.case.state import Case
from services.prosecution.documents.content import Rows
from services.prosecution.evidence.state import Evidence
from services.prosecution.papers.state import Papers
from services.prosecution.safe_harbour.state import SafeHarbour
from services.prosecution.victim.state import Victim


class Sealed(NamedTuple):
    """A sealed text and where it lies; with `initials` no more of it than these is shown."""

    text: Personal
    event_id: UUID
    field: str
    initials: bool = False


Value = tuple[str | Sealed | None, ...]
"""What stands in a blank, in pieces; `None` for a piece that is not on file, no piece where nothing is."""


class Material(NamedTuple):
    """`names`, `causes` (by accused and court) and `addressees` are sealed still; the streams are by what they hold."""

    case: Case
    victims: Mapping[UUID, Victim]
    papers: Papers
    evidence: Evidence
    harbours: Mapping[UUID, SafeHarbour]
    names: Mapping[UUID, Sealed]
    causes: Mapping[tuple[UUID, str], Sealed]
    addressees: Mapping[UUID, Sealed]
    streams: Mapping[str, UUID]
    charging: Charging
    tables: Jurisdiction
    at: datetime


class Wanted(NamedTuple):
    """A document: its template, what it is about, and for which court."""

    template: Template
    about: UUID
    court: str


class Facts(NamedTuple):
    """What a document says of its subject. It rests on `streams`, and of them on the events that `speak` of `of`.

    `speak` names, by kind of event, the field that has to name one of `of`.
    """

    blanks: Mapping[str, Value]
    tables: Mapping[str, Rows]
    streams: tuple[UUID, ...]
    of: frozenset[UUID]
    speak: Mapping[type[Event], str]


def rests_on(event: Event, facts: Facts) -> bool:
    """Whether the document rests on it."""
    field = facts.speak.get(type(event))
    if field is None:
        return False
    named = getattr(event, field)
    return not facts.of.isdisjoint(named if isinstance(named, tuple) else (named,))
