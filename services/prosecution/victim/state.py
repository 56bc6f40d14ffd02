"""A victim of a case as the events tell it: request, contact, proposals, notices, and what was done in court."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.language import Event
from services.prosecution.victim.events import (
    ConferralNotHeld,
    ContactEnded,
    ContactStated,
    DispositionProposed,
    ImpactStatementRecorded,
    NoticeAcknowledged,
    NoticeDelivered,
    NoticeFailed,
    NoticeFellAway,
    NoticeOwed,
    NoticeSent,
    PaperAsked,
    PaperDecided,
    PaperEnded,
    PaperExtended,
    PaperSent,
    PresenceRecorded,
    ProposalCarriedOut,
    ProposalWithdrawn,
    RequestReceived,
    RequestWithdrawn,
    RestitutionAsked,
    RestitutionOrdered,
    SentenceEndStated,
    VictimConferredWith,
)

NoticePhase = Literal["owed", "sent", "delivered", "acknowledged", "failed", "fell_away"]
OPEN: tuple[NoticePhase, ...] = ("owed", "failed")
"""Somebody is to do something about it."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome proposed for a count. `settled_at` is when it was first conferred about, or decided that nobody does.

    `way`, `position` and `conferred_at` are of the last conferral; `reason` says why there was none so far.
    """

    proposal: UUID
    count: UUID
    outcome: str
    proposed_at: datetime
    phase: Literal["proposed", "withdrawn", "carried_out"] = "proposed"
    settled_at: datetime | None = None
    conferred_at: datetime | None = None
    way: str = ""
    position: str = ""
    reason: str = ""


class Attempt(msgspec.Struct, frozen=True):
    """What was done about a notice, by which channel, why it failed (else empty), and when."""

    step: NoticePhase
    channel: str
    reason: str
    at: datetime


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice owed, and what was done about it, in the order of recording. `timed`: its rule gives a number."""

    notice: UUID
    kind: str
    rule: str
    citation: str
    about: UUID
    arose_at: datetime
    timed: bool
    phase: NoticePhase = "owed"
    attempts: tuple[Attempt, ...] = ()


class Restitution(msgspec.Struct, frozen=True):
    """What was asked for or ordered on a count, in whole dollars."""

    step: Literal["asked", "ordered"]
    count: UUID
    dollars: int
    at: datetime


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that lets a foreign victim stay. `by` who decided; `ends_at` when it runs out, where that is on file.

    `reason` says why it ended. That it ran out is entered by people: it may have been extended meanwhile.
    """

    paper: UUID
    kind: str
    asked_at: datetime
    phase: Literal["asked", "granted", "declined", "ended"] = "asked"
    by: str = ""
    decided_at: datetime | None = None
    sent_at: datetime | None = None
    ends_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""


class Victim(msgspec.Struct, frozen=True, kw_only=True):
    """`requested_at`: since when a written request stands. `channel`: of the safe contact; empty where none is on file.

    `ends_at` is by count when its sentence ends, `presence` by hearing whether the victim was there.
    """

    requested_at: datetime | None = None
    withdrawn_at: datetime | None = None
    channel: str = ""
    has_wishes: bool = False
    proposals: Mapping[UUID, Proposal] = {}
    notices: Mapping[UUID, Notice] = {}
    ends_at: Mapping[UUID, datetime] = {}
    presence: Mapping[UUID, str] = {}
    statement: str = ""
    statement_at: datetime | None = None
    restitution: tuple[Restitution, ...] = ()
    papers: Mapping[UUID, Paper] = {}


def evolve(victim: Victim, event: Event) -> Victim:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case RequestReceived():
            return change(victim, requested_at=event.received_at, withdrawn_at=None)
        case RequestWithdrawn():
            return change(victim, requested_at=None, withdrawn_at=event.withdrawn_at)
        case ContactStated():
            return change(victim, channel=event.channel, has_wishes=event.wishes is not None)
        case ContactEnded():
            return change(victim, channel="", has_wishes=False)
        case SentenceEndStated():
            return change(victim, ends_at={**victim.ends_at, event.count: event.ends_at})
        case PresenceRecorded():
            return change(victim, presence={**victim.presence, event.hearing: event.presence})
        case ImpactStatementRecorded():
            return change(victim, statement=event.form, statement_at=event.given_at)
        case RestitutionAsked():
            asked = Restitution("asked", event.count, event.dollars, event.asked_at)
            return change(victim, restitution=(*victim.restitution, asked))
        case RestitutionOrdered():
            ordered = Restitution("ordered", event.count, event.dollars, event.ordered_at)
            return change(victim, restitution=(*victim.restitution, ordered))
        case _:
            return _on_papers(_on_notices(_on_proposals(victim, event), event), event)


def _on_proposals(victim: Victim, event: Event) -> Victim:
    match event:
        case DispositionProposed():
            proposal = Proposal(
                proposal=event.proposal, count=event.count, outcome=event.outcome, proposed_at=event.proposed_at
            )
            return _with_proposal(victim, proposal)
        case ProposalWithdrawn():
            return _with_proposal(victim, _replaced(victim.proposals[event.proposal], phase="withdrawn"))
        case ProposalCarriedOut():
            return _with_proposal(victim, _replaced(victim.proposals[event.proposal], phase="carried_out"))
        case VictimConferredWith():
            known = victim.proposals[event.proposal]
            held = _replaced(
                known,
                settled_at=min(known.settled_at or event.conferred_at, event.conferred_at),
                conferred_at=event.conferred_at,
                way=event.way,
                position=event.position,
                reason="",
            )
            return _with_proposal(victim, held)
        case ConferralNotHeld():
            known = victim.proposals[event.proposal]
            settled_at = min(known.settled_at or event.decided_at, event.decided_at)
            return _with_proposal(victim, _replaced(known, settled_at=settled_at, reason=event.reason))
        case _:
            return victim


def _on_notices(victim: Victim, event: Event) -> Victim:
    match event:
        case NoticeOwed():
            owed = Notice(
                notice=event.notice,
                kind=event.kind,
                rule=event.rule,
                citation=event.citation,
                about=event.about,
                arose_at=event.arose_at,
                timed=event.timed,
            )
            return _with_notice(victim, owed)
        case NoticeSent():
            return _stepped(victim, event.notice, Attempt("sent", event.channel, "", event.sent_at))
        case NoticeDelivered():
            return _stepped(victim, event.notice, Attempt("delivered", "", "", event.delivered_at))
        case NoticeAcknowledged():
            return _stepped(victim, event.notice, Attempt("acknowledged", "", "", event.acknowledged_at))
        case NoticeFailed():
            return _stepped(victim, event.notice, Attempt("failed", event.channel, event.reason, event.failed_at))
        case NoticeFellAway():
            return _with_notice(victim, msgspec.structs.replace(victim.notices[event.notice], phase="fell_away"))
        case _:
            return victim


def _on_papers(victim: Victim, event: Event) -> Victim:
    match event:
        case PaperAsked():
            asked = Paper(paper=event.paper, kind=event.kind, asked_at=event.asked_at)
            return msgspec.structs.replace(victim, papers={**victim.papers, event.paper: asked})
        case PaperDecided():
            phase = "granted" if event.decision == "granted" else "declined"
            decided: dict[str, object] = {"by": event.by, "decided_at": event.decided_at, "ends_at": event.ends_at}
            return _with_paper(victim, event.paper, phase=phase, **decided)
        case PaperSent():
            return _with_paper(victim, event.paper, sent_at=event.sent_at)
        case PaperExtended():
            return _with_paper(victim, event.paper, ends_at=event.ends_at)
        case PaperEnded():
            return _with_paper(victim, event.paper, phase="ended", reason=event.reason, ended_at=event.ended_at)
        case _:
            return victim


def _with_paper(victim: Victim, paper: UUID, **changes: object) -> Victim:
    changed = msgspec.structs.replace(victim.papers[paper], **changes)
    return msgspec.structs.replace(victim, papers={**victim.papers, paper: changed})


def _stepped(victim: Victim, notice: UUID, attempt: Attempt) -> Victim:
    known = victim.notices[notice]
    attempts = (*known.attempts, attempt)
    return _with_notice(victim, msgspec.structs.replace(known, phase=attempt.step, attempts=attempts))


def _replaced(proposal: Proposal, **changes: object) -> Proposal:
    return msgspec.structs.replace(proposal, **changes)


def _with_proposal(victim: Victim, proposal: Proposal) -> Victim:
    return msgspec.structs.replace(victim, proposals={**victim.proposals, proposal.proposal: proposal})


def _with_notice(victim: Victim, notice: Notice) -> Victim:
    return msgspec.structs.replace(victim, notices={**victim.notices, notice.notice: notice})
