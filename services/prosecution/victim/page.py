"""A victim of a case as shown: what is owed, done and failed. No name, no contact: those are read by themselves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from services.kernel.due import CLOCK
from services.kernel.store import Loaded
from services.prosecution.case.state import Case
from services.prosecution.victim.notices import NEXT, Step
from services.prosecution.victim.owing import victims_of
from services.prosecution.victim.rights import Rights, clock_of_notice
from services.prosecution.victim.state import Attempt, Notice, Paper, Proposal, Restitution, Victim


class NoticeOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`due_at`, `clock` and `found` are of its clock, if the law gives a number. `next` may follow."""

    notice: UUID
    kind: str
    rule: str
    citation: str
    about: UUID
    arose_at: datetime
    phase: str
    attempts: tuple[Attempt, ...]
    next: tuple[Step, ...]
    due_at: datetime | None
    clock: str
    found: str


class ProposalOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`waits`: it stands for an open count, and the victim is still to be conferred with."""

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


class VictimOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`counts` are those of acts against this person, `may_propose` what they are heard before, `hearings` those
    held, to record their presence at. `version` is for `If-Match`.
    """

    victim: UUID
    version: int
    requested_at: datetime | None
    withdrawn_at: datetime | None
    channel: str
    has_wishes: bool
    counts: tuple[UUID, ...]
    open_counts: tuple[UUID, ...]
    may_propose: tuple[str, ...]
    proposals: tuple[ProposalOnPage, ...]
    notices: tuple[NoticeOnPage, ...]
    ends_at: tuple[tuple[UUID, datetime], ...]
    hearings: tuple[UUID, ...]
    presence: tuple[tuple[UUID, str], ...]
    statement: str
    statement_at: datetime | None
    restitution: tuple[Restitution, ...]
    papers: tuple[Paper, ...]


async def victims_page(rights: Rights, case: Case) -> tuple[Sequence[VictimOnPage], Sequence[Loaded[Victim]]]:
    """Put together from the streams themselves, so it is never behind; with the streams it was put together from."""
    loaded = [await rights.victim(case.case, who) for who in victims_of(case)]
    shown = [await victim_page(rights, case, who, each) for who, each in zip(victims_of(case), loaded, strict=True)]
    return shown, [each for each in loaded if each.version]


async def victim_page(rights: Rights, case: Case, who: UUID, loaded: Loaded[Victim]) -> VictimOnPage:
    """One of them, as `loaded` tells it."""
    victim = loaded.state
    counts = [each for each in case.counts.values() if each.victim == who and each.phase in ("open", "ended")]
    accused = {each.accused for each in counts}
    held = (each for each in case.hearings.values() if each.phase == "held")
    hearings = [each.hearing for each in held if not accused.isdisjoint(each.accused)]
    is_open = {each.count for each in counts if each.phase == "open"}
    newest_first = sorted(victim.notices.values(), key=lambda each: each.arose_at, reverse=True)
    return VictimOnPage(
        victim=who,
        version=loaded.version,
        requested_at=victim.requested_at,
        withdrawn_at=victim.withdrawn_at,
        channel=victim.channel,
        has_wishes=victim.has_wishes,
        counts=tuple(each.count for each in counts),
        open_counts=tuple(each.count for each in counts if each.count in is_open),
        may_propose=rights.rules.conferral.outcomes,
        proposals=tuple(_proposal(each, is_open=each.count in is_open) for each in victim.proposals.values()),
        notices=tuple([await _notice(rights, each) for each in newest_first]),
        ends_at=tuple(victim.ends_at.items()),
        hearings=tuple(hearings),
        presence=tuple(victim.presence.items()),
        statement=victim.statement,
        statement_at=victim.statement_at,
        restitution=victim.restitution,
        papers=tuple(victim.papers.values()),
    )


def _proposal(proposal: Proposal, *, is_open: bool) -> ProposalOnPage:
    return ProposalOnPage(
        proposal=proposal.proposal,
        count=proposal.count,
        outcome=proposal.outcome,
        proposed_at=proposal.proposed_at,
        phase=proposal.phase,
        waits=is_open and proposal.phase == "proposed" and proposal.settled_at is None,
        settled_at=proposal.settled_at,
        conferred_at=proposal.conferred_at,
        way=proposal.way,
        position=proposal.position,
        reason=proposal.reason,
    )


async def _notice(rights: Rights, notice: Notice) -> NoticeOnPage:
    clock = None
    if notice.timed:
        clock = (await rights.cases.store.load(CLOCK, clock_of_notice(notice.notice))).state
    return NoticeOnPage(
        notice=notice.notice,
        kind=notice.kind,
        rule=notice.rule,
        citation=notice.citation,
        about=notice.about,
        arose_at=notice.arose_at,
        phase=notice.phase,
        attempts=notice.attempts,
        next=NEXT[notice.phase],
        due_at=clock.due_at if clock else None,
        clock=clock.phase if clock else "",
        found=clock.found if clock else "",
    )
