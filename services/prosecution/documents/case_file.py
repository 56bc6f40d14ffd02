"""A case with everything a document can be made of, read from the log as far as a position."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from contracts.jurisdictions import Charging, Jurisdiction
from services.kernel.store import Kind, Loaded
from services.kernel.stored_form import Happening
from services.prosecution.case.events import AccusedAdded, CauseNumberEntered
from services.prosecution.case.state import Case
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
    store = cases.store
    own = _as_far_as(until, await store.happenings(case))
    read = await store.happenings_of(list(_streams(_folded(CASE, own)).values()))
    happenings = {stream: _as_far_as(until, each) for stream, each in read.items()} | {case: own}
    return case_file(happenings, case, cases.charging, cases.jurisdiction, at)


def case_file(
    happenings: Mapping[UUID, Sequence[Happening]],
    case: UUID,
    charging: Charging,
    tables: Jurisdiction,
    at: datetime,
) -> CaseFile:
    """Of the events of its streams, those of the case among them; one that is not there has none."""
    stands = _folded(CASE, happenings[case])
    streams = _streams(stands)
    of = {name: happenings.get(stream, ()) for name, stream in streams.items()}
    material = Material(
        case=stands,
        victims={who: _folded(VICTIM, of[f"victim {who}"]) for who in victims_of(stands)},
        papers=_folded(PAPERS, of["papers"]),
        evidence=_folded(EVIDENCE, of["evidence"]),
        harbours={who: _folded(SAFE_HARBOUR, of[f"harbour {who}"]) for who in stands.accused},
        names=_names(happenings[case]),
        causes=_causes(happenings[case]),
        addressees=_addressees(of["papers"]),
        streams=streams,
        charging=charging,
        tables=tables,
        at=at,
    )
    return CaseFile(material, happenings)


def _streams(case: Case) -> dict[str, UUID]:
    """Beside the case's own."""
    return {
        "papers": papers_stream(case.case),
        "evidence": evidence_stream(case.case),
        **{f"victim {who}": victim_stream(case.case, who) for who in victims_of(case)},
        **{f"harbour {who}": harbour_of(who) for who in case.accused},
    }


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
