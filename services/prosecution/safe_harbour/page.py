"""An accused who may be a victim, as shown: grounds, referrals, convictions that are listed, petitions. No name."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from services.kernel.store import Loaded
from services.prosecution.case.state import Case
from services.prosecution.safe_harbour.harbours import Harbours
from services.prosecution.safe_harbour.state import BEFORE_COURT, Letter, Petition, PetitionPhase, SafeHarbour

# What may be recorded next of a petition that stands so.
NEXT: dict[PetitionPhase, tuple[str, ...]] = {
    "opened": ("letter", "filed", "withdrawn"),
    "filed": ("letter", "heard", "granted", "denied", "withdrawn"),
    "heard": ("letter", "granted", "denied", "withdrawn"),
    "granted": ("expunged",),
}


class GroundOnPage(msgspec.Struct, frozen=True):
    """`by_itself`: it follows from the case, and ends with it."""

    ground: str
    found_at: datetime
    by_itself: bool


class ReferralOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`citation` is None where no law is on file; `answers` are those that may be recorded now."""

    to: str
    phase: str
    made_at: datetime | None
    answer: str
    reason: str
    citation: str | None
    answers: tuple[str, ...]


class PetitionOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` may be recorded of it; `untold` are still to be told of what the court decided."""

    petition: UUID
    count: UUID
    route: str
    phase: str
    court: str
    reason: str
    letters: tuple[Letter, ...]
    steps: tuple[tuple[str, datetime], ...]
    told: tuple[tuple[str, datetime], ...]
    untold: tuple[str, ...]
    next: tuple[str, ...]


class HarbourOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`to_petition` are listed convictions about which no petition is before a court. `version` is for `If-Match`."""

    accused: UUID
    version: int
    grounds: tuple[GroundOnPage, ...]
    may_find: tuple[str, ...]
    indicators: tuple[str, ...]
    noted_at: datetime | None
    seen_by: tuple[str, ...]
    referrals: tuple[ReferralOnPage, ...]
    listed: tuple[UUID, ...]
    to_petition: tuple[UUID, ...]
    petitions: tuple[PetitionOnPage, ...]


async def harbours_page(
    harbours: Harbours, case: Case
) -> tuple[Sequence[HarbourOnPage], Sequence[Loaded[SafeHarbour]]]:
    """Of every accused, in the case's order, with the streams it was put together from."""
    loaded = {who: await harbours.harbour(who) for who in case.accused}
    shown = [harbour_page(harbours, who, each) for who, each in loaded.items()]
    return shown, [each for each in loaded.values() if each.exists]


def harbour_page(harbours: Harbours, accused: UUID, loaded: Loaded[SafeHarbour]) -> HarbourOnPage:
    """One of them."""
    harbour, lists = loaded.state, harbours.lists
    by_itself = {each.ground for each in lists.grounds if each.by_itself}
    before_court = {each.count for each in harbour.petitions.values() if each.phase in BEFORE_COURT}
    return HarbourOnPage(
        accused=accused,
        version=loaded.version,
        grounds=tuple(GroundOnPage(name, at, name in by_itself) for name, at in harbour.grounds.items()),
        may_find=tuple(
            each.ground for each in lists.grounds if not each.by_itself and each.ground not in harbour.grounds
        ),
        indicators=harbour.indicators,
        noted_at=harbour.noted_at,
        seen_by=harbour.seen_by,
        referrals=tuple(_referrals(harbours, harbour)),
        listed=harbour.listed,
        to_petition=tuple(each for each in harbour.listed if each not in before_court),
        petitions=tuple(_petition(each) for each in harbour.petitions.values()),
    )


def _referrals(harbours: Harbours, harbour: SafeHarbour) -> list[ReferralOnPage]:
    return [
        ReferralOnPage(
            to=each.to,
            phase=known.phase,
            made_at=known.made_at,
            answer=known.answer,
            reason=known.reason,
            citation=each.citation,
            answers=tuple(each.answers) if known.phase == "made" else (),
        )
        for each in harbours.lists.referrals
        if (known := harbour.referrals.get(each.to)) is not None
    ]


def _petition(petition: Petition) -> PetitionOnPage:
    return PetitionOnPage(
        petition=petition.petition,
        count=petition.count,
        route=petition.route,
        phase=petition.phase,
        court=petition.court,
        reason=petition.reason,
        letters=petition.letters,
        steps=petition.steps,
        told=tuple(petition.told.items()),
        untold=petition.untold,
        next=NEXT.get(petition.phase, ()),
    )
