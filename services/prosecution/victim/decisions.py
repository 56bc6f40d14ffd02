"""What may be recorded of a victim: the written request, the safe contact, presence, statement, restitution. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions.victims import VictimRules
from contracts.language import EARLIEST, Event, InvalidValue, Personal, Refused, not_in_future
from services.prosecution.victim.events import (
    ContactEnded,
    ContactStated,
    ImpactStatementRecorded,
    NoticeFellAway,
    PresenceRecorded,
    RequestReceived,
    RequestWithdrawn,
    RestitutionAsked,
    RestitutionOrdered,
    SentenceEndStated,
)
from services.prosecution.victim.state import OPEN, Victim

Contact = Annotated[str, msgspec.Meta(min_length=3, max_length=500)]
Wishes = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
ReachesAccused = Literal["no", "yes", "not_known"]


class VictimRefusal(StrEnum):
    """Why a command on a victim's rights is refused."""

    REQUEST_STANDS = "victim_request_stands"
    NO_REQUEST = "victim_request_not_on_file"
    CONTACT_REACHES_ACCUSED = "contact_reaches_accused"
    CONTACT_NOT_CLEARED = "contact_not_cleared"
    NO_CONTACT = "victim_contact_not_on_file"
    PROPOSED_ALREADY = "proposed_already"
    PROPOSAL_CLOSED = "proposal_closed"
    COUNT_OVER = "victim_count_over"
    NOT_PROPOSED = "disposition_not_proposed"
    NOT_CONFERRED = "victim_not_conferred_with"
    CONFERRED_AFTER = "conferred_after_the_outcome"
    NOTICE_STEP = "notice_step_not_next"
    PAPER_STANDS = "paper_stands"
    PAPER_STEP = "paper_step_not_next"


class Of(msgspec.Struct, frozen=True):
    """Which victim of which case an event is about."""

    case: UUID
    victim: UUID


class StateContact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the victim is reached; `contact` and `wishes` are sealed.

    `reaches_accused` is asked each time: does an accused, or somebody of their household, live there, answer, or read
    it? Only no is taken. Whoever does not know finds out first.
    """

    channel: str
    contact: Contact
    reaches_accused: ReachesAccused
    wishes: Wishes | None = None


def receive_request(victim: Victim, of: Of, received_at: datetime, now: datetime) -> list[Event]:
    """The victim asked in writing to be told."""
    not_in_future("received_at", received_at, now)
    if victim.requested_at is not None:
        raise Refused(VictimRefusal.REQUEST_STANDS, "A written request of this victim is on file already.")
    return [RequestReceived(case=of.case, victim=of.victim, received_at=received_at)]


def withdraw_request(victim: Victim, of: Of, at: datetime, rules: VictimRules, now: datetime) -> list[Event]:
    """They ask no more. What was owed on the request alone, and is not done, falls away; all else stays owed."""
    not_in_future("at", at, now)
    if victim.requested_at is None:
        raise Refused(
            VictimRefusal.NO_REQUEST,
            "No written request of this victim is on file, so there is none to withdraw.",
            citation=rules.request_citation,
        )
    if at < victim.requested_at:
        raise InvalidValue("at", "This lies before the request itself. Check the date and the zone.")
    falls = [
        NoticeFellAway(case=of.case, victim=of.victim, notice=each.notice, reason="request_withdrawn")
        for each in victim.notices.values()
        if each.phase in OPEN and rules.notice(each.kind).on_request
    ]
    return [RequestWithdrawn(case=of.case, victim=of.victim, withdrawn_at=at), *falls]


def state_contact(of: Of, stated: StateContact, rules: VictimRules) -> list[Event]:
    """Takes the place of what was on file. Nothing that reaches an accused, or might, is ever put on file."""
    if stated.channel not in rules.channels:
        raise InvalidValue("channel", f"The channels are {', '.join(rules.channels)}.")
    if stated.reaches_accused == "yes":
        raise Refused(
            VictimRefusal.CONTACT_REACHES_ACCUSED,
            "This reaches an accused or their household, so it is not put on file. Ask the victim for another way.",
            citation=rules.contact_citation,
        )
    if stated.reaches_accused == "not_known":
        raise Refused(
            VictimRefusal.CONTACT_NOT_CLEARED,
            "Find out first who lives there, answers or reads it. Until then it is not put on file.",
            citation=rules.contact_citation,
        )
    wishes = None if stated.wishes is None else Personal(person=of.victim, text=stated.wishes)
    contact = Personal(person=of.victim, text=stated.contact)
    return [
        ContactStated(case=of.case, victim=of.victim, channel=stated.channel, contact=contact, wishes=wishes),
    ]


def end_contact(victim: Victim, of: Of) -> list[Event]:
    """It is not safe or holds no more."""
    if not victim.channel:
        raise Refused(VictimRefusal.NO_CONTACT, "No safe contact of this victim is on file.")
    return [ContactEnded(case=of.case, victim=of.victim)]


def state_sentence_end(victim: Victim, of: Of, count: UUID, ends_at: datetime) -> list[Event]:
    """The day the sentence on a count ends, or another than was stated before."""
    if ends_at < EARLIEST:
        raise InvalidValue("ends_on", "This is too long ago to be right. Check the year.")
    if victim.ends_at.get(count) == ends_at:
        return []
    return [SentenceEndStated(case=of.case, victim=of.victim, count=count, ends_at=ends_at)]


def record_presence(
    victim: Victim, of: Of, hearing: UUID, presence: str, rules: VictimRules, *, held: bool
) -> list[Event]:
    """Whether the victim was at a hearing that was held; what is recorded later holds."""
    if not held:
        raise InvalidValue("hearing", "By the record this hearing was not held. Enter first that it began.")
    if presence not in rules.presence:
        raise InvalidValue("presence", f"It is one of {', '.join(rules.presence)}.")
    if victim.presence.get(hearing) == presence:
        return []
    return [PresenceRecorded(case=of.case, victim=of.victim, hearing=hearing, presence=presence)]


def record_statement(of: Of, form: str, at: datetime, rules: VictimRules, now: datetime) -> list[Event]:
    """The impact statement was given, or declined. Who declined may still give one."""
    not_in_future("at", at, now)
    if form not in rules.statements:
        raise InvalidValue("form", f"It is one of {', '.join(rules.statements)}.")
    return [ImpactStatementRecorded(case=of.case, victim=of.victim, form=form, given_at=at)]


def record_restitution(
    of: Of, count: UUID, step: Literal["asked", "ordered"], dollars: int, at: datetime, now: datetime
) -> list[Event]:
    """Asked of the court, or ordered by it; ordered, and no dollars: the court refused."""
    not_in_future("at", at, now)
    if step == "ordered":
        return [
            RestitutionOrdered(case=of.case, victim=of.victim, count=count, dollars=dollars, ordered_at=at),
        ]
    if dollars == 0:
        raise InvalidValue("dollars", "Say how many dollars were asked for.")
    return [RestitutionAsked(case=of.case, victim=of.victim, count=count, dollars=dollars, asked_at=at)]
