"""An accused who may be a victim, as the events tell it: grounds, referrals, listed convictions, petitions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from contracts.language import Event
from services.prosecution.safe_harbour.events import (
    AlertSeen,
    CountListed,
    CountUnlisted,
    GroundEnded,
    GroundFound,
    IndicatorsNoted,
    LetterIssued,
    OrderTold,
    PetitionDecided,
    PetitionFiled,
    PetitionHeard,
    PetitionOpened,
    PetitionWithdrawn,
    RecordExpunged,
    ReferralAnswered,
    ReferralMade,
    ReferralNotMade,
    ReferralOwed,
)

PetitionPhase = Literal["opened", "filed", "heard", "granted", "denied", "withdrawn", "expunged"]
BEFORE_COURT: tuple[PetitionPhase, ...] = ("opened", "filed", "heard")
"""Nothing is decided yet."""
STANDING: tuple[PetitionPhase, ...] = (*BEFORE_COURT, "granted")
"""While one stands so, another of the same route for the same count has no sense."""


class Referral(msgspec.Struct, frozen=True, kw_only=True):
    """To one place. `answer` and `reason` are empty where there is none."""

    to: str
    phase: Literal["owed", "made", "not_made", "answered"] = "owed"
    made_at: datetime | None = None
    answer: str = ""
    reason: str = ""


class Letter(msgspec.Struct, frozen=True):
    """A documentation letter by reference."""

    letter: UUID
    issuer: str
    issued_at: datetime


class Petition(msgspec.Struct, frozen=True, kw_only=True):
    """About one conviction by one route. `at` is when the last step was taken, `told` since when whom of `to_tell`."""

    petition: UUID
    count: UUID
    route: str
    at: datetime
    phase: PetitionPhase = "opened"
    court: str = ""
    reason: str = ""
    letters: tuple[Letter, ...] = ()
    steps: tuple[tuple[str, datetime], ...] = ()
    to_tell: tuple[str, ...] = ()
    told: Mapping[str, datetime] = {}

    @property
    def untold(self) -> tuple[str, ...]:
        """Who is still to be told."""
        return tuple(each for each in self.to_tell if each not in self.told)


class SafeHarbour(msgspec.Struct, frozen=True, kw_only=True):
    """`grounds` are those that hold, since when; `seen_by` the roles that saw what was found last."""

    grounds: Mapping[str, datetime] = {}
    indicators: tuple[str, ...] = ()
    noted_at: datetime | None = None
    seen_by: tuple[str, ...] = ()
    referrals: Mapping[str, Referral] = {}
    listed: tuple[UUID, ...] = ()
    petitions: Mapping[UUID, Petition] = {}


def evolve(harbour: SafeHarbour, event: Event) -> SafeHarbour:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case GroundFound():
            return change(harbour, grounds={**harbour.grounds, event.ground: event.found_at}, seen_by=())
        case GroundEnded():
            kept = {name: at for name, at in harbour.grounds.items() if name != event.ground}
            return change(harbour, grounds=kept)
        case IndicatorsNoted():
            indicators = tuple(dict.fromkeys((*harbour.indicators, *event.indicators)))
            return change(harbour, indicators=indicators, noted_at=event.noted_at, seen_by=())
        case AlertSeen():
            return change(harbour, seen_by=(*harbour.seen_by, event.role))
        case CountListed():
            return change(harbour, listed=(*harbour.listed, event.count))
        case CountUnlisted():
            return change(harbour, listed=tuple(each for each in harbour.listed if each != event.count))
        case _:
            return _on_petitions(_on_referrals(harbour, event), event)


def _on_referrals(harbour: SafeHarbour, event: Event) -> SafeHarbour:
    match event:
        case ReferralOwed():
            return _referred(harbour, Referral(to=event.to))
        case ReferralMade():
            return _referred(harbour, Referral(to=event.to, phase="made", made_at=event.made_at))
        case ReferralNotMade():
            return _referred(harbour, Referral(to=event.to, phase="not_made", reason=event.reason))
        case ReferralAnswered():
            made_at = harbour.referrals[event.to].made_at
            return _referred(harbour, Referral(to=event.to, phase="answered", made_at=made_at, answer=event.answer))
        case _:
            return harbour


def _on_petitions(harbour: SafeHarbour, event: Event) -> SafeHarbour:
    match event:
        case PetitionOpened():
            opened = Petition(
                petition=event.petition,
                count=event.count,
                route=event.route,
                at=event.opened_at,
                steps=(("opened", event.opened_at),),
            )
            return msgspec.structs.replace(harbour, petitions={**harbour.petitions, event.petition: opened})
        case LetterIssued():
            letters = harbour.petitions[event.petition].letters
            return _with(
                harbour, event.petition, letters=(*letters, Letter(event.letter, event.issuer, event.issued_at))
            )
        case PetitionFiled():
            return _stepped(harbour, event.petition, "filed", event.filed_at, court=event.court)
        case PetitionHeard():
            return _stepped(harbour, event.petition, "heard", event.heard_at)
        case PetitionDecided():
            phase: PetitionPhase = "granted" if event.granted else "denied"
            return _stepped(
                harbour, event.petition, phase, event.decided_at, reason=event.reason, to_tell=event.to_tell
            )
        case PetitionWithdrawn():
            return _stepped(harbour, event.petition, "withdrawn", event.withdrawn_at, reason=event.reason)
        case RecordExpunged():
            return _stepped(harbour, event.petition, "expunged", event.expunged_at)
        case OrderTold():
            told = harbour.petitions[event.petition].told
            return _with(harbour, event.petition, told={**told, event.whom: event.told_at})
        case _:
            return harbour


def _referred(harbour: SafeHarbour, referral: Referral) -> SafeHarbour:
    return msgspec.structs.replace(harbour, referrals={**harbour.referrals, referral.to: referral})


def _stepped(harbour: SafeHarbour, petition: UUID, phase: PetitionPhase, at: datetime, **changes: Any) -> SafeHarbour:
    steps = (*harbour.petitions[petition].steps, (phase, at))
    return _with(harbour, petition, phase=phase, at=at, steps=steps, **changes)


def _with(harbour: SafeHarbour, petition: UUID, **changes: Any) -> SafeHarbour:
    changed = msgspec.structs.replace(harbour.petitions[petition], **changes)
    return msgspec.structs.replace(harbour, petitions={**harbour.petitions, petition: changed})
