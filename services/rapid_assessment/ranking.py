"""Who may fill a seat at a moment, in the order in which they are asked, and why anybody is left out. Pure.

First whoever is on call for the county by a rota, the rota of the smallest area first; then the others of these rotas
in their order, beginning with the next; then whoever said to be callable now: those who serve the county before those
who serve elsewhere, the nearer before the farther, those with less to do first. Whoever said no comes last.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from contracts.jurisdictions import Area, County, Jurisdiction, counties_in, distance_km
from contracts.periods import Period
from services.rapid_assessment.rota.shifts import Away, next_in_order, on_call_at, rotation_at
from services.rapid_assessment.rota.state import Rota


class Place(StrEnum):
    """By what somebody has their place in the order."""

    ON_CALL = "on_call"
    NEXT = "next"
    HOURS = "hours"


class LeftOut(StrEnum):
    """Why somebody is not asked: the closed list."""

    KEPT_OUT = "kept_out"
    ON_TEAM = "on_team"
    SUSPENDED = "suspended"
    ON_LEAVE = "on_leave"
    NO_CREDENTIAL = "no_credential"
    NO_ROLE = "no_role"
    UNREACHED = "unreached"
    NOT_CALLABLE = "not_callable"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody as the order looks at them. `certified` is for the seat; `load` counts open cases they work on.

    `hours`: whether they said to be callable then. `no_role`: the role of the seat was taken from their account.
    `kept_out` and what follows are of a case and its seat.
    """

    account: UUID
    agency: str
    certified: tuple[Period, ...]
    away: tuple[Period, ...] = ()
    suspended: bool = False
    hours: bool = False
    no_role: bool = False
    area: Area = Area()
    proven_at: datetime | None = None
    load: int = 0
    kept_out: bool = False
    on_team: bool = False
    declined: bool = False
    unreached: bool = False


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """One of the order. `km` is from where they serve, None where that is not stated; `rota` for a place by one."""

    account: UUID
    agency: str
    place: Place
    rota: UUID | None
    km: int | None
    load: int
    certified_until: datetime
    proven_at: datetime | None
    declined: bool


class Passed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is left out, and every reason.

    `back_at` is the end of their leave, `credential_ended_at` when the last credential ended; None for what is neither.
    """

    account: UUID
    agency: str
    reasons: tuple[LeftOut, ...]
    back_at: datetime | None = None
    credential_ended_at: datetime | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ask, first to last, and who is left out: of those who are certified for the seat or on a rota for it."""

    people: list[Ranked]
    left_out: list[Passed]


def order(
    rotas: Sequence[Rota], people: Iterable[Person], county: County | None, tables: Jurisdiction, at: datetime
) -> Order:
    """For the seat of these rotas. A county that is not known is anywhere: every rota is asked."""
    by_account = {each.account: each for each in people}
    ours = sorted(
        (each for each in rotas if each.ended_at is None and (county is None or each.area.covers(county))),
        key=lambda each: (len(counties_in(each.area, tables)), each.rota),
    )
    places = _by_rota(ours, {who: each.away for who, each in by_account.items()}, at)
    first = [
        _ranked(by_account[who], place, rota, county, tables, at)
        for who, (place, rota) in places.items()
        if who in by_account
    ]
    last = [
        _ranked(each, Place.HOURS if each.hours else None, None, county, tables, at)
        for each in by_account.values()
        if each.account not in places and (each.certified or each.no_role)
    ]
    last.sort(key=_nearest)
    every = [*first, *last]
    return Order(
        people=sorted((each for each in every if isinstance(each, Ranked)), key=lambda each: each.declined),
        left_out=[each for each in every if isinstance(each, Passed)],
    )


def _nearest(each: Ranked | Passed) -> tuple[bool, int, int, UUID]:
    if isinstance(each, Passed):
        return (True, 0, 0, each.account)
    return (each.km is None, each.km or 0, each.load, each.account)


def _by_rota(rotas: Sequence[Rota], away: Away, at: datetime) -> dict[UUID, tuple[Place, UUID]]:
    """Everybody's first place: all who are on call before anybody who is next."""
    found: dict[UUID, tuple[Place, UUID]] = {}
    for rota in rotas:
        who = on_call_at(rota, away, at)
        if who is not None:
            found.setdefault(who, (Place.ON_CALL, rota.rota))
    for rota in rotas:
        rotation, who = rotation_at(rota, at), on_call_at(rota, away, at)
        if rotation is not None:
            for each in next_in_order(rotation, who):
                found.setdefault(each, (Place.NEXT, rota.rota))
    return found


def _ranked(
    person: Person, place: Place | None, rota: UUID | None, county: County | None, tables: Jurisdiction, at: datetime
) -> Ranked | Passed:
    until = max((each.until for each in person.certified if each.since <= at < each.until), default=None)
    reasons = {
        LeftOut.KEPT_OUT: person.kept_out,
        LeftOut.ON_TEAM: person.on_team,
        LeftOut.SUSPENDED: person.suspended,
        LeftOut.ON_LEAVE: not person.suspended and any(each.since <= at < each.until for each in person.away),
        LeftOut.NO_CREDENTIAL: until is None and not person.no_role,
        LeftOut.NO_ROLE: person.no_role,
        LeftOut.UNREACHED: person.unreached,
        LeftOut.NOT_CALLABLE: place is None,
    }
    met = tuple(reason for reason, holds in reasons.items() if holds)
    if met or place is None or until is None:
        return _passed(person, met, at)
    return Ranked(
        account=person.account,
        agency=person.agency,
        place=place,
        rota=rota,
        km=_km(person.area, county, tables),
        load=person.load,
        certified_until=until,
        proven_at=person.proven_at,
        declined=person.declined,
    )


def _passed(person: Person, met: tuple[LeftOut, ...], at: datetime) -> Passed:
    ended = max((each.until for each in person.certified), default=None)
    return Passed(
        account=person.account,
        agency=person.agency,
        reasons=met,
        back_at=next((each.until for each in person.away if each.since <= at < each.until), None)
        if LeftOut.ON_LEAVE in met
        else None,
        credential_ended_at=ended if LeftOut.NO_CREDENTIAL in met and ended is not None and ended <= at else None,
    )


def _km(area: Area, county: County | None, tables: Jurisdiction) -> int | None:
    """Nothing for a county they serve; else from the nearest that they do."""
    served = counties_in(area, tables)
    if county is None or not served:
        return None
    return round(min(distance_km(county, tables.counties[each]) for each in served))
