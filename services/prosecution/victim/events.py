"""What happens with a victim of a case. It stays in this service (and, sealed, with the auditors).

`victim` is the person's reference, as the tip has it or as a count names it; no event here names anybody.
"""

from typing import Annotated

from contracts.language import Code, Event, Flag, Measure, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]


class RequestReceived(Event, frozen=True, kw_only=True):
    """The victim's written request to be told of charges and proceedings is on file."""

    NAME = "victim.request_received"

    case: Reference
    victim: Reference
    received_at: Moment


class RequestWithdrawn(Event, frozen=True, kw_only=True):
    """The victim does not want to be told any more."""

    NAME = "victim.request_withdrawn"

    case: Reference
    victim: Reference
    withdrawn_at: Moment


class ContactStated(Event, frozen=True, kw_only=True):
    """How the victim is reached safely, and what to mind. Whoever entered it said that no accused is reached by it."""

    NAME = "victim.contact_stated"

    case: Reference
    victim: Reference
    channel: Code
    contact: Text
    wishes: Text | None


class ContactEnded(Event, frozen=True, kw_only=True):
    """The contact is not safe, or holds no more; none is on file now."""

    NAME = "victim.contact_ended"

    case: Reference
    victim: Reference


class DispositionProposed(Event, frozen=True, kw_only=True):
    """An outcome is proposed for the count: the victim is to be conferred with before it."""

    NAME = "victim.disposition_proposed"

    case: Reference
    victim: Reference
    proposal: Reference
    count: Reference
    outcome: Code
    proposed_at: Moment


class ProposalWithdrawn(Event, frozen=True, kw_only=True):
    """What was proposed is proposed no more."""

    NAME = "victim.proposal_withdrawn"

    case: Reference
    victim: Reference
    proposal: Reference
    withdrawn_at: Moment


class VictimConferredWith(Event, frozen=True, kw_only=True):
    """The prosecutor conferred with the victim about the proposal."""

    NAME = "victim.conferred_with"

    case: Reference
    victim: Reference
    proposal: Reference
    way: Code
    position: Code
    conferred_at: Moment
    view: Text | None


class ConferralNotHeld(Event, frozen=True, kw_only=True):
    """Why the victim was not conferred with about the proposal."""

    NAME = "victim.conferral_not_held"

    case: Reference
    victim: Reference
    proposal: Reference
    reason: Code
    decided_at: Moment


class ProposalCarriedOut(Event, frozen=True, kw_only=True):
    """The outcome that was proposed was recorded of the count."""

    NAME = "victim.proposal_carried_out"

    case: Reference
    victim: Reference
    proposal: Reference


class NoticeOwed(Event, frozen=True, kw_only=True):
    """The victim is to be told. `about` is what came: a count, a hearing, an accused, or the request itself."""

    NAME = "victim.notice_owed"

    case: Reference
    victim: Reference
    notice: Reference
    kind: Code
    rule: Code
    citation: Code
    about: Reference
    arose_at: Moment
    timed: Flag


class NoticeSent(Event, frozen=True, kw_only=True):
    """The victim was written to, called or told. A failed notice may be sent again."""

    NAME = "victim.notice_sent"

    case: Reference
    victim: Reference
    notice: Reference
    channel: Code
    sent_at: Moment


class NoticeDelivered(Event, frozen=True, kw_only=True):
    """It reached the victim, as far as the channel can tell."""

    NAME = "victim.notice_delivered"

    case: Reference
    victim: Reference
    notice: Reference
    delivered_at: Moment


class NoticeAcknowledged(Event, frozen=True, kw_only=True):
    """The victim said that they know."""

    NAME = "victim.notice_acknowledged"

    case: Reference
    victim: Reference
    notice: Reference
    acknowledged_at: Moment


class NoticeFailed(Event, frozen=True, kw_only=True):
    """An attempt did not reach the victim: it is still owed."""

    NAME = "victim.notice_failed"

    case: Reference
    victim: Reference
    notice: Reference
    channel: Code
    reason: Code
    failed_at: Moment


class NoticeFellAway(Event, frozen=True, kw_only=True):
    """It is owed no more: the request was withdrawn, or another end of the sentence was stated."""

    NAME = "victim.notice_fell_away"

    case: Reference
    victim: Reference
    notice: Reference
    reason: Code


class SentenceEndStated(Event, frozen=True, kw_only=True):
    """When the sentence on a count ends, as its custodian says now: the day begins at `ends_at`."""

    NAME = "victim.sentence_end_stated"

    case: Reference
    victim: Reference
    count: Reference
    ends_at: Moment


class PresenceRecorded(Event, frozen=True, kw_only=True):
    """Whether the victim was at a hearing."""

    NAME = "victim.presence_recorded"

    case: Reference
    victim: Reference
    hearing: Reference
    presence: Code


class ImpactStatementRecorded(Event, frozen=True, kw_only=True):
    """The victim's impact statement was given in this form, or declined. What it says is not kept here."""

    NAME = "victim.impact_statement_recorded"

    case: Reference
    victim: Reference
    form: Code
    given_at: Moment


class RestitutionAsked(Event, frozen=True, kw_only=True):
    """Restitution of so many dollars was asked for, on a count."""

    NAME = "victim.restitution_asked"

    case: Reference
    victim: Reference
    count: Reference
    dollars: Measure
    asked_at: Moment


class RestitutionOrdered(Event, frozen=True, kw_only=True):
    """The court ordered restitution of so many dollars, on a count; none where it refused."""

    NAME = "victim.restitution_ordered"

    case: Reference
    victim: Reference
    count: Reference
    dollars: Measure
    ordered_at: Moment


class PaperAsked(Event, frozen=True, kw_only=True):
    """A paper that lets a foreign victim stay was asked for."""

    NAME = "victim.paper_asked"

    case: Reference
    victim: Reference
    paper: Reference
    kind: Code
    asked_at: Moment


class PaperDecided(Event, frozen=True, kw_only=True):
    """By this kind of office it was granted or declined. The day it runs out on begins at `ends_at`, where it says."""

    NAME = "victim.paper_decided"

    case: Reference
    victim: Reference
    paper: Reference
    by: Code
    decision: Code
    decided_at: Moment
    ends_at: Moment | None


class PaperSent(Event, frozen=True, kw_only=True):
    """What was granted was sent to whoever needs it: the victim, or whom they chose."""

    NAME = "victim.paper_sent"

    case: Reference
    victim: Reference
    paper: Reference
    sent_at: Moment


class PaperExtended(Event, frozen=True, kw_only=True):
    """It runs out on another day than was on file, which begins at `ends_at`."""

    NAME = "victim.paper_extended"

    case: Reference
    victim: Reference
    paper: Reference
    ends_at: Moment


class PaperEnded(Event, frozen=True, kw_only=True):
    """It holds no more, or is asked for no more."""

    NAME = "victim.paper_ended"

    case: Reference
    victim: Reference
    paper: Reference
    reason: Code
    ended_at: Moment


VICTIM_EVENTS: tuple[type[Event], ...] = (
    RequestReceived,
    RequestWithdrawn,
    ContactStated,
    ContactEnded,
    DispositionProposed,
    ProposalWithdrawn,
    VictimConferredWith,
    ConferralNotHeld,
    ProposalCarriedOut,
    NoticeOwed,
    NoticeSent,
    NoticeDelivered,
    NoticeAcknowledged,
    NoticeFailed,
    NoticeFellAway,
    SentenceEndStated,
    PresenceRecorded,
    ImpactStatementRecorded,
    RestitutionAsked,
    RestitutionOrdered,
    PaperAsked,
    PaperDecided,
    PaperSent,
    PaperExtended,
    PaperEnded,
)
