"""Papers that let a foreign victim stay, over HTTP."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Literal
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, post

from contracts.language import Event
from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.kernel.http.problems import NotFound
from services.prosecution.victim import papers
from services.prosecution.victim.decisions import Of
from services.prosecution.victim.http import At, Happened
from services.prosecution.victim.rights import Rights
from services.prosecution.victim.state import Paper, Victim


class AskPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which kind, and when it was asked for."""

    kind: str
    at: At


class DecidePaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By which kind of office; `ends_on` is the day what was granted runs out on, by the state's clocks."""

    decision: Literal["granted", "declined"]
    by: str
    at: At
    ends_on: date | None = None


class ExtendPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The day it runs out on now."""

    ends_on: date


class EndPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why it holds no more, of the closed list."""

    reason: str
    at: At


class VictimPaperController(Controller):
    """`If-Match` is the victim's version."""

    path = "/cases/{case:uuid}/victims/{victim:uuid}/papers"
    tags = ["Victims' rights"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "record_victim_rights"}, status_code=200)
    async def ask(
        self, case: UUID, victim: UUID, data: AskPaper, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """A declaration for a T visa, or Continued Presence, was asked for."""
        paper = uuid4()

        async def decide(now: datetime) -> Decided:
            stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
            rules = rights.rules.immigration
            events = papers.ask(loaded.state, Of(case, victim), paper, data.kind, data.at, rules, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/{paper:uuid}/decision", opt={"action": "record_victim_rights"}, status_code=200)
    async def decide(
        self,
        case: UUID,
        victim: UUID,
        paper: UUID,
        data: DecidePaper,
        intent: Intent,
        commands: Commands,
        rights: Rights,
    ) -> Response[Done]:
        """Granted or declined, by whom, and until when."""

        def step(found: Paper, now: datetime) -> list[Event]:
            ends_at = None if data.ends_on is None else begins(rights, data.ends_on)
            of, rules = Of(case, victim), rights.rules.immigration
            return papers.decide(of, found, data.decision, data.by, data.at, ends_at, rules, now)

        return await _stepped(case, victim, paper, step, data.at, intent, commands, rights)

    @post("/{paper:uuid}/sending", opt={"action": "record_victim_rights"}, status_code=200)
    async def send(
        self, case: UUID, victim: UUID, paper: UUID, data: Happened, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """It was sent to whoever needs it."""

        def step(found: Paper, now: datetime) -> list[Event]:
            return papers.send(Of(case, victim), found, data.at, now)

        return await _stepped(case, victim, paper, step, data.at, intent, commands, rights)

    @post("/{paper:uuid}/extension", opt={"action": "record_victim_rights"}, status_code=200)
    async def extend(
        self,
        case: UUID,
        victim: UUID,
        paper: UUID,
        data: ExtendPaper,
        intent: Intent,
        commands: Commands,
        rights: Rights,
    ) -> Response[Done]:
        """It runs out on another day."""

        def step(found: Paper, now: datetime) -> list[Event]:
            return papers.extend(Of(case, victim), found, begins(rights, data.ends_on), now)

        return await _stepped(case, victim, paper, step, None, intent, commands, rights)

    @post("/{paper:uuid}/end", opt={"action": "record_victim_rights"}, status_code=200)
    async def end(
        self, case: UUID, victim: UUID, paper: UUID, data: EndPaper, intent: Intent, commands: Commands, rights: Rights
    ) -> Response[Done]:
        """It ran out, was taken back, or is not wanted any more."""

        def step(found: Paper, now: datetime) -> list[Event]:
            return papers.end(Of(case, victim), found, data.reason, data.at, rights.rules.immigration, now)

        return await _stepped(case, victim, paper, step, data.at, intent, commands, rights)


def begins(rights: Rights, day: date) -> datetime:
    """The moment a day begins by the state's clocks."""
    return datetime.combine(day, time(), rights.cases.jurisdiction.state.clocks)


async def _stepped(
    case: UUID,
    victim: UUID,
    paper: UUID,
    step: Callable[[Paper, datetime], list[Event]],
    at: datetime | None,
    intent: Intent,
    commands: Commands,
    rights: Rights,
) -> Response[Done]:
    """One step of a paper, as of a moment or of now."""

    async def decide(now: datetime) -> Decided:
        stands, loaded = await rights.named(intent, "record_victim_rights", case, victim)
        events = step(_paper_in(loaded.state, paper), now)
        return decided_on(loaded, events, at or now, rests_on=(stands,), case=stands.case)

    return await commands.run(intent, decide)


def _paper_in(victim: Victim, paper: UUID) -> Paper:
    """Raises `NotFound`."""
    if paper not in victim.papers:
        raise NotFound
    return victim.papers[paper]
