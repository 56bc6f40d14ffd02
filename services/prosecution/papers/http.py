"""Papers and their service over HTTP: issued, out, served, failed, withdrawn. One served may bring a stage."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import msgspec
from litestar import Controller, Request, Response, get, post

from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import Malformed, NotFound, Stale
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import Change, Kind, Loaded
from services.prosecution.case import proceedings
from services.prosecution.case import state as case_state
from services.prosecution.case.proceedings import clock_steps
from services.prosecution.case.state import Case
from services.prosecution.cases import Cases
from services.prosecution.papers import serving
from services.prosecution.papers import state as paper_state
from services.prosecution.papers.events import PaperIssued
from services.prosecution.papers.serving import NEXT, Issue, Next, Took, comes_to
from services.prosecution.papers.state import Paper, Papers, Step
from services.prosecution.victim.owing import victims_of

PAPERS = Kind("papers", Papers(), paper_state.evolve)
OPEN = ("issued", "out", "failed")


class PaperOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` may follow. `hearing_off`: the hearing it calls to does not take place, and it is still to be served."""

    paper: UUID
    kind: str
    for_whom: str
    hearing: UUID | None
    accused: UUID | None
    victim: UUID | None
    addressed: bool
    phase: str
    steps: tuple[Step, ...]
    next: tuple[Next, ...]
    hearing_off: bool


class PapersPage(msgspec.Struct, frozen=True, kw_only=True):
    """What failed comes first, then what is to be served; `version` is for `If-Match`. `victims` may be served."""

    version: int
    papers: tuple[PaperOnPage, ...]
    victims: tuple[UUID, ...]


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a paper is for, and where; null where a court had it destroyed."""

    paper: UUID
    addressee: str | None


def papers_stream(case: UUID) -> UUID:
    """One stream a case, found from it alone."""
    return uuid5(case, "papers")


class PaperController(Controller):
    """Under a case's path, for its office. `If-Match` is the papers' version, 0 while nothing is on record."""

    path = "/cases/{case:uuid}/papers"
    tags = ["Papers"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_case"})
    async def read(
        self, case: UUID, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> Response[PapersPage]:
        """How each stands, without names."""
        stands = await cases.visible(caller_of(request), "read_case", case)
        loaded = await cases.store.load(PAPERS, papers_stream(case))
        await reader.shown(caller_of(request), "papers of a case", stands, *([loaded] if loaded.version else []))
        return Response(_page(stands.state, loaded), headers={"ETag": f'"{loaded.version}"'})

    @get("/addressees", opt={"action": "read_notes"})
    async def addressees(
        self, case: UUID, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[Served]:
        """Who is to be served, and where. That you read it is put on record before you see it."""
        caller = caller_of(request)
        stands = await cases.visible(caller, "read_notes", case)
        told = [
            (each, issued.paper, SealedText(issued.addressee, each.event_id, "addressee"))
            for each in await cases.store.happenings(papers_stream(case))
            if isinstance(issued := each.event, PaperIssued) and issued.addressee is not None
        ]
        await reader.record(caller, "who is to be served", stands.case or case, [each for each, _, _ in told])
        return [Served(paper=paper, addressee=await reader.open(text)) for _, paper, text in told]

    @post("/", opt={"action": "record_course"}, status_code=200)
    async def issue(self, case: UUID, data: Issue, intent: Intent, commands: Commands, cases: Cases) -> Response[Done]:
        """A subpoena or another paper is to be served."""
        paper = uuid4()

        async def decide(now: datetime) -> Decided:
            stands, loaded = await _named(cases, intent, case)
            events = serving.issue(stands.state, paper, data, victims_of(stands.state), cases.charging, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/{paper:uuid}/steps", opt={"action": "record_course"}, status_code=200)
    async def take_step(
        self, case: UUID, paper: UUID, data: Took, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """It is out for service, was served, failed, or is withdrawn. A failed one stays a task until it is out again.

        An indictment served on the accused brings their counts to that stage, and starts its clock, in one commit.
        """

        async def decide(now: datetime) -> Decided:
            stands, loaded = await _named(cases, intent, case)
            found = _paper_in(loaded.state, paper)
            events = serving.step(stands.state, found, data, cases.charging, now)
            also = await _brought(cases, stands, found, data, intent, now)
            rests_on = () if also else (stands,)
            return decided_on(loaded, events, data.at, *also, rests_on=rests_on, case=stands.case)

        return await commands.run(intent, decide)


async def _brought(
    cases: Cases, stands: Loaded[Case], paper: Paper, took: Took, intent: Intent, now: datetime
) -> list[Change]:
    """What a paper served does to the case and its clocks."""
    coming = comes_to(stands.state, paper, took, cases.charging)
    if coming is None or paper.accused is None:
        return []
    stage, counts = coming
    events = proceedings.proceed(stands.state, paper.accused, stage, counts, took.at, cases.charging, now)
    after = stands.state
    for event in events:
        after = case_state.evolve(after, event)
    steps = clock_steps(stands.state, events, cases.charging, took.at)
    begun, clocks = await cases.move_clocks(after, steps, intent.command_id, now)
    return [Change(stands.id, stands.version, [*events, *begun]), *clocks]


async def _named(cases: Cases, intent: Intent, case: UUID) -> tuple[Loaded[Case], Loaded[Papers]]:
    """Both, for a command on a paper. Raises `NotFound`, `Malformed`, `Stale`."""
    stands = await cases.visible(intent.caller, "record_course", case)
    loaded = await cases.store.load(PAPERS, papers_stream(case))
    if intent.expected is None:
        raise Malformed('Say which version you decided on: send If-Match with the version you read, such as "3".')
    if intent.expected != loaded.version:
        raise Stale
    return stands, loaded


def _paper_in(papers: Papers, paper: UUID) -> Paper:
    if paper not in papers.papers:
        raise NotFound
    return papers.papers[paper]


def _page(case: Case, loaded: Loaded[Papers]) -> PapersPage:
    order = ("failed", "issued", "out", "served", "withdrawn")
    papers = sorted(loaded.state.papers.values(), key=lambda each: order.index(each.phase))
    return PapersPage(
        version=loaded.version,
        papers=tuple(_on_page(case, each) for each in papers),
        victims=tuple(victims_of(case)),
    )


def _on_page(case: Case, paper: Paper) -> PaperOnPage:
    hearing = case.hearings.get(paper.hearing) if paper.hearing is not None else None
    return PaperOnPage(
        paper=paper.paper,
        kind=paper.kind,
        for_whom=paper.for_whom,
        hearing=paper.hearing,
        accused=paper.accused,
        victim=paper.victim,
        addressed=paper.addressed,
        phase=paper.phase,
        steps=paper.steps,
        next=NEXT[paper.phase],
        hearing_off=paper.phase in OPEN and hearing is not None and hearing.phase == "vacated",
    )
