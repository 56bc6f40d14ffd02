"""A petition to vacate or expunge a conviction of an accused who was a victim, from opening to who was told. Pure.

Miss. Code 97-3-54.6(5) and (6). The law on file gives no period for any step, so none is kept by a clock.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from contracts.jurisdictions.safe_harbour import SafeHarbour as Lists
from contracts.language import Event, InvalidValue, Refused, not_in_future
from services.prosecution.safe_harbour.events import (
    LetterIssued,
    OrderTold,
    PetitionDecided,
    PetitionFiled,
    PetitionHeard,
    PetitionOpened,
    PetitionWithdrawn,
    RecordExpunged,
)
from services.prosecution.safe_harbour.grounds import HarbourRefusal, Of
from services.prosecution.safe_harbour.state import BEFORE_COURT, STANDING, Petition, PetitionPhase, SafeHarbour


def open_petition(
    harbour: SafeHarbour, of: Of, petition: UUID, count: UUID, route: str, at: datetime, lists: Lists, now: datetime
) -> list[Event]:
    """About a conviction that is listed; one of a route at a time. After a denial another may be opened."""
    not_in_future("at", at, now)
    if lists.route(route) is None:
        raise InvalidValue("route", f"The routes are {', '.join(each.route for each in lists.routes)}.")
    if count not in harbour.listed:
        raise Refused(
            HarbourRefusal.NOT_LISTED,
            "This count is not listed: no ground is on record for this accused, or it is no conviction that stands.",
        )
    same = (each for each in harbour.petitions.values() if (each.count, each.route) == (count, route))
    if any(each.phase in STANDING for each in same):
        raise Refused(HarbourRefusal.PETITION_STANDS, "A petition of this kind stands for the count already.")
    return [PetitionOpened(case=of.case, accused=of.accused, petition=petition, count=count, route=route, opened_at=at)]


def issue_letter(
    of: Of, petition: Petition, letter: UUID, issuer: str, at: datetime, lists: Lists, now: datetime
) -> list[Event]:
    """Official documentation came, or the office issued it. It may be older than the petition, and is not a must."""
    not_in_future("at", at, now)
    _known("issuer", issuer, lists.issuers)
    _at(petition, BEFORE_COURT)
    return [
        LetterIssued(
            case=of.case,
            accused=of.accused,
            petition=petition.petition,
            letter=letter,
            issuer=issuer,
            issued_at=at,
        )
    ]


def file(
    of: Of,
    petition: Petition,
    court: str,
    at: datetime,
    day: date,
    courts: Collection[str],
    lists: Lists,
    now: datetime,
) -> list[Event]:
    """With a court. `day` is the state's day of `at`: a route that was not open then is refused with its law."""
    _in_order(petition, at, now)
    _at(petition, ("opened",))
    if court not in courts:
        raise InvalidValue("court", f"The courts are {', '.join(courts)}.")
    route = lists.route(petition.route)
    if route is not None and route.in_force_from is not None and day < route.in_force_from:
        raise Refused(
            HarbourRefusal.NOT_IN_FORCE,
            f"This route is open from {route.in_force_from.isoformat()} on. Before, the other may have been.",
            citation=route.citation,
        )
    return [PetitionFiled(case=of.case, accused=of.accused, petition=petition.petition, court=court, filed_at=at)]


def hear(of: Of, petition: Petition, at: datetime, now: datetime) -> list[Event]:
    """The court heard it."""
    _in_order(petition, at, now)
    _at(petition, ("filed",))
    return [PetitionHeard(case=of.case, accused=of.accused, petition=petition.petition, heard_at=at)]


def decide(
    of: Of, petition: Petition, reason: str, at: datetime, lists: Lists, now: datetime, *, granted: bool
) -> list[Event]:
    """Granted or denied, for a reason of the list; whether a hearing was held is the court's to say."""
    _in_order(petition, at, now)
    _known("reason", reason, lists.granted if granted else lists.denied)
    _at(petition, ("filed", "heard"))
    to_tell = tuple(each.whom for each in lists.told if granted or each.on_denial)
    return [
        PetitionDecided(
            case=of.case,
            accused=of.accused,
            petition=petition.petition,
            granted=granted,
            reason=reason,
            to_tell=to_tell,
            decided_at=at,
        )
    ]


def withdraw(of: Of, petition: Petition, reason: str, at: datetime, lists: Lists, now: datetime) -> list[Event]:
    """It is not pursued any more."""
    _in_order(petition, at, now)
    _known("reason", reason, lists.withdrawn)
    _at(petition, BEFORE_COURT)
    return [
        PetitionWithdrawn(case=of.case, accused=of.accused, petition=petition.petition, reason=reason, withdrawn_at=at)
    ]


def expunge(of: Of, petition: Petition, at: datetime, now: datetime) -> list[Event]:
    """The record was expunged by the order that was granted."""
    _in_order(petition, at, now)
    _at(petition, ("granted",))
    return [RecordExpunged(case=of.case, accused=of.accused, petition=petition.petition, expunged_at=at)]


def tell(of: Of, petition: Petition, whom: str, at: datetime, now: datetime) -> list[Event]:
    """One of those to be told was told; each once."""
    not_in_future("at", at, now)
    if whom not in petition.to_tell:
        raise InvalidValue("whom", f"To be told are {', '.join(petition.to_tell) or 'none yet'}.")
    if whom in petition.told:
        raise Refused(HarbourRefusal.TOLD_ALREADY, "That they were told is on record already.")
    decided = next((when for phase, when in petition.steps if phase in ("granted", "denied")), at)
    if at < decided:
        raise InvalidValue("at", "This lies before the court decided. Check the date and the zone.")
    return [OrderTold(case=of.case, accused=of.accused, petition=petition.petition, whom=whom, told_at=at)]


def _at(petition: Petition, phases: tuple[PetitionPhase, ...]) -> None:
    if petition.phase not in phases:
        raise Refused(
            HarbourRefusal.PETITION_STEP,
            f"This petition is {petition.phase}; that step is taken while it is {' or '.join(phases)}.",
        )


def _in_order(petition: Petition, at: datetime, now: datetime) -> None:
    not_in_future("at", at, now)
    if at < petition.at:
        raise InvalidValue("at", "This lies before the step before it. Check the date and the zone.")


def _known(field: str, code: str, codes: Mapping[str, str]) -> None:
    if code not in codes:
        raise InvalidValue(field, f"It is one of {', '.join(codes)}.")
