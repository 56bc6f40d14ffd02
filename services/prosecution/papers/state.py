"""The papers of a case as their events tell it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.language import Event
from services.prosecution.papers.events import PaperIssued, PaperOut, PaperServed, PaperWithdrawn, ServiceFailed

Phase = Literal["issued", "out", "served", "failed", "withdrawn"]


class Step(msgspec.Struct, frozen=True):
    """What was done, by whom or how or why (a code; empty for what was issued), and when."""

    phase: Phase
    word: str
    at: datetime


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """`addressed`: whom it is for is on file. The last step is how it stands."""

    paper: UUID
    kind: str
    for_whom: str
    hearing: UUID | None
    accused: UUID | None
    victim: UUID | None
    addressed: bool
    steps: tuple[Step, ...]

    @property
    def phase(self) -> Phase:
        return self.steps[-1].phase


class Papers(msgspec.Struct, frozen=True, kw_only=True):
    """In the order they were issued."""

    papers: Mapping[UUID, Paper] = {}


def evolve(papers: Papers, event: Event) -> Papers:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case PaperIssued():
            issued = Paper(
                paper=event.paper,
                kind=event.kind,
                for_whom=event.for_whom,
                hearing=event.hearing,
                accused=event.accused,
                victim=event.victim,
                addressed=event.addressee is not None,
                steps=(Step("issued", "", event.issued_at),),
            )
            return _with(papers, issued)
        case PaperOut():
            return _stepped(papers, event.paper, Step("out", event.server, event.out_at))
        case PaperServed():
            return _stepped(papers, event.paper, Step("served", event.way, event.served_at))
        case ServiceFailed():
            return _stepped(papers, event.paper, Step("failed", event.reason, event.failed_at))
        case PaperWithdrawn():
            return _stepped(papers, event.paper, Step("withdrawn", event.reason, event.withdrawn_at))
        case _:
            return papers


def _stepped(papers: Papers, paper: UUID, step: Step) -> Papers:
    known = papers.papers[paper]
    return _with(papers, msgspec.structs.replace(known, steps=(*known.steps, step)))


def _with(papers: Papers, paper: Paper) -> Papers:
    return msgspec.structs.replace(papers, papers={**papers.papers, paper.paper: paper})
