"""Showing who reported a tip takes two persons: one asks, another of another role or agency agrees. Pure."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.events.tips import ReporterAskedFor
from contracts.language import Event, InvalidValue, Personal, Refused
from services.tips.reporter.events import CourtOrderStated, ReleaseAgreed, ReleaseAsked, ReleaseRefused
from services.tips.reporter.state import Release, Releases

Words = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
Short = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Purpose = Literal["protect_the_reporter", "speak_with_the_reporter", "prosecution", "court_order"]


class ReleaseRefusal(StrEnum):
    """Why a command is refused."""

    ASKED_ALREADY = "release_asked_already"
    ORDER_NEEDED = "release_needs_order"
    NAMED = "release_to_named"
    OWN_ASK = "own_release"
    SAME_OFFICE = "same_role_and_agency"
    ANSWERED_ALREADY = "release_answered_already"


class CourtOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A youth court's order that whoever asks be shown it. Court and number are sealed."""

    court: Short
    ordered_on: date
    number: Short


class AskRelease(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why, to tell whom, and by which authority. All three are sealed. `order`: where a court ordered it."""

    purpose: Purpose
    reason: Words
    to_whom: Words
    authority: Words
    order: CourtOrder | None = None


class ShownWithout(msgspec.Struct, frozen=True, kw_only=True):
    """The roles that are shown it without a court's order, by which law."""

    roles: Collection[str]
    citation: str


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever asks or answers, and as what."""

    account: UUID
    agency: str
    roles: tuple[str, ...]


def ask(
    releases: Releases,
    tip: UUID,
    person: UUID,
    who: Who,
    command: AskRelease,
    new: UUID,
    now: datetime,
    *,
    without: ShownWithout,
    today: date,
) -> list[Event]:
    """The words are sealed under the person the tip is about, and the house is told that somebody waits.

    Who is not shown it without a court's order states one, and so does whoever asks by one. `today` is the state's.
    Raises `Refused`, `InvalidValue`.
    """
    if command.order is None and (command.purpose == "court_order" or not set(who.roles) & set(without.roles)):
        raise Refused(
            ReleaseRefusal.ORDER_NEEDED,
            "Without a youth court's order only law enforcement and prosecutors are shown who reported."
            " State the order: which court, when, and its number.",
            citation=without.citation,
        )
    if command.order is not None and command.order.ordered_on > today:
        raise InvalidValue("ordered_on", "This day has not come yet. Check the date of the order.")
    mine = [each for each in releases.releases if each.account == who.account]
    if any(not each.answer or (each.until is not None and now < each.until) for each in mine):
        raise Refused(
            ReleaseRefusal.ASKED_ALREADY, "You have asked already: it waits for an answer, or you may read it now."
        )
    asked: list[Event] = [
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
        )
    ]
    if command.order is not None:
        asked.append(
            CourtOrderStated(
                tip=tip,
                release=new,
                court=Personal(person=person, text=command.order.court),
                ordered_on=command.order.ordered_on.isoformat(),
                number=Personal(person=person, text=command.order.number),
            )
        )
    return [*asked, ReporterAskedFor(tip=tip, release=new)]


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
