"""A case with everything a document can be made of, read from the log as far as a position."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from services.kernel.store import Kind, Loaded
from services.kernel.stored_form import Happening
from services.prosecution.case.events import AccusedAdded, CauseNumberEntered
from services.prosecution.cases import CASE, Cases
from services.prosecution.documents.material import Material, Sealed
from services.prosecution.evidence.folder import EVIDENCE, evidence_stream
from services.prosecution.papers.events import PaperIssued
from services.prosecution.papers.http import PAPERS, papers_stream
from services.prosecution.safe_harbour.harbours import SAFE_HARBOUR, harbour_of
from services.prosecution.victim.owing import victims_of
from services.prosecution.victim.rights import VICTIM, victim_stream

S = TypeVar("S")


class CaseFile(NamedTuple):
    """A case as it stood, with the events of its streams."""

    material: Material
    happenings: Mapping[UUID, Sequence[Happening]]

    def loaded(self, streams: Iterable[UUID]) -> list[Loaded[Any]]:
        """The streams, as a command rests on them and a read shows them; version 0 where nothing is on record."""
        return [_loaded(stream, self.happenings.get(stream, ())) for stream in streams]

    def of(self, streams: Iterable[UUID]) -> list[Happening]:
        """Their events in the log's order."""
        found = [each for stream in streams for each in self.happenings.get(stream, ())]
        return sorted(found, key=lambda each: each.position)


async def read_case(cases: Cases, case: UUID, at: datetime, until: int | None = None) -> CaseFile:
    """The case at a moment, of the log as far as `until`."""
    own = _as_far_as(until, await cases.store.happenings(case))
    stands = _folded(CASE, own)
    victims, accused = victims_of(stands), tuple(stands.accused)
    streams = {"papers": papers_stream(case), "evidence": evidence_stream(case)}
    streams |= {f"victim {who}": victim_stream(case, who) for who in victims}
    streams |= {f"harbour {who}": harbour_of(who) for who in accused}
    read = await cases.store.happenings_of(list(streams.values()))
    happenings = {stream: _as_far_as(until, each) for stream, each in read.items()} | {case: own}
    of_papers = happenings[streams["papers"]]
    material = Material(
        case=stands,
        victims={who: _folded(VICTIM, happenings[streams[f"victim {who}"]]) for who in victims},
        papers=_folded(PAPERS, of_papers),
        evidence=_folded(EVIDENCE, happenings[streams["evidence"]]),
        harbours={who: _folded(SAFE_HARBOUR, happenings[streams[f"harbour {who}"]]) for who in accused},
        names=_names(own),
        causes=_causes(own),
        addressees=_addressees(of_papers),
        streams=streams,
        charging=cases.charging,
        tables=cases.jurisdiction,
        at=at,
    )
    return CaseFile(material, happenings)


def _as_far_as(until: int | None, happenings: Sequence[Happening]) -> Sequence[Happening]:
    return [each for each in happenings if until is None or each.position <= until]


def _folded(kind: Kind[S], happenings: Sequence[Happening]) -> S:
    state = kind.initial
    for each in happenings:
        state = kind.evolve(state, each.event)
    return state


def _loaded(stream: UUID, happenings: Sequence[Happening]) -> Loaded[Any]:
    if not happenings:
        return Loaded(stream, None, 0, None, of_kind=False)
    first, last = happenings[0], happenings[-1]
    return Loaded(stream, None, last.version, first.origin.correlation_id, last.event_id, position=last.position)


def _names(happenings: Sequence[Happening]) -> dict[UUID, Sealed]:
    return {
        event.accused: Sealed(event.name, each.event_id, "name")
        for each in happenings
        if isinstance(event := each.event, AccusedAdded)
    }


def _causes(happenings: Sequence[Happening]) -> dict[tuple[UUID, str], Sealed]:
    """The last that was entered; one that was taken back is none."""
    found: dict[tuple[UUID, str], Sealed] = {}
    for each in happenings:
        if isinstance(event := each.event, CauseNumberEntered):
            found.pop((event.accused, event.court), None)
            if event.number is not None:
                found[event.accused, event.court] = Sealed(event.number, each.event_id, "number")
    return found


def _addressees(happenings: Sequence[Happening]) -> dict[UUID, Sealed]:
    return {
        event.paper: Sealed(event.addressee, each.event_id, "addressee")
        for each in happenings
        if isinstance(event := each.event, PaperIssued) and event.addressee is not None
    }
