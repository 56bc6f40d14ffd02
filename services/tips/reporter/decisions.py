"""Showing who reported a tip takes two persons: one asks, another of another role or agency agrees. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.events.tips import ReporterAskedFor
from contracts.language import Event, Personal, Refused
from services.tips.reporter.events import ReleaseAgreed, ReleaseAsked, ReleaseRefused
from services.tips.reporter.state import Release, Releases

Words = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
Purpose = Literal["protect_the_reporter", "speak_with_the_reporter", "prosecution", "court_order"]


class ReleaseRefusal(StrEnum):
    """Why a command is refused."""

    ASKED_ALREADY = "release_asked_already"
    NAMED = "release_to_named"
    OWN_ASK = "own_release"
    SAME_OFFICE = "same_role_and_agency"
    ANSWERED_ALREADY = "release_answered_already"


class AskRelease(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why, to tell whom, and by which authority: a law or an order. All three are sealed."""

    purpose: Purpose
    reason: Words
    to_whom: Words
    authority: Words


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever asks or answers, and as what."""

    account: UUID
    agency: str
    roles: tuple[str, ...]


def ask(
    releases: Releases, tip: UUID, person: UUID, who: Who, command: AskRelease, new: UUID, now: datetime
) -> list[Event]:
    """The words are sealed under the person the tip is about, and the house is told that somebody waits.

    Raises `Refused`.
    """
    mine = [each for each in releases.releases if each.account == who.account]
    if any(not each.answer or (each.until is not None and now < each.until) for each in mine):
        raise Refused(
            ReleaseRefusal.ASKED_ALREADY, "You have asked already: it waits for an answer, or you may read it now."
        )
    return [
        ReleaseAsked(
            tip=tip,
            release=new,
            account=who.account,
            agency=who.agency,
            roles=who.roles,
            purpose=command.purpose,
            reason=Personal(person=person, text=command.reason),
            to_whom=Personal(person=person, text=command.to_whom),
            authority=Personal(person=person, text=command.authority),
        ),
        ReporterAskedFor(tip=tip, release=new),
    ]


def agree(
    release: Release, tip: UUID, who: Who, lasts: timedelta, now: datetime, *, asker_is_named: bool
) -> list[Event]:
    """Whom the tip has come to name since they asked is shown nothing. Raises `Refused`."""
    _second(release, who)
    if asker_is_named:
        raise Refused(ReleaseRefusal.NAMED, "Whoever asked is kept out of this case. Refuse it.")
    return [ReleaseAgreed(tip=tip, release=release.release, account=who.account, until=now + lasts)]


def refuse(release: Release, tip: UUID, person: UUID, who: Who, reason: str) -> list[Event]:
    """Raises `Refused`."""
    _second(release, who)
    text = Personal(person=person, text=reason)
    return [ReleaseRefused(tip=tip, release=release.release, account=who.account, reason=text)]


def _second(release: Release, who: Who) -> None:
    if release.account == who.account:
        raise Refused(ReleaseRefusal.OWN_ASK, "You asked for this yourself. Somebody else answers.")
    if release.agency == who.agency and set(release.roles) & set(who.roles):
        raise Refused(
            ReleaseRefusal.SAME_OFFICE,
            "You hold the same role in the same agency. Somebody of another role or agency answers.",
        )
    if release.answer:
        raise Refused(ReleaseRefusal.ANSWERED_ALREADY, "This was answered already.")
