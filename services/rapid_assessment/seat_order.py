"""The order of people for a seat, of one team or for a county at a time, put together from what is on record."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from contracts.events.rapid_assessment import TeamOpened
from contracts.jurisdictions import County, Seat
from services.kernel.store import Loaded
from services.kernel.stored_form import Happening
from services.kernel.views import Views
from services.rapid_assessment import ranking
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.ranking import Order, Person, Place, Ranked
from services.rapid_assessment.rota.shifts import on_call_at
from services.rapid_assessment.rota.state import Rota
from services.rapid_assessment.team.decisions import Candidate
from services.rapid_assessment.team.events import (
    SeatAccepted,
    SeatDeclined,
    SeatProposed,
    SeatReleased,
    SeatUnreached,
)
from services.rapid_assessment.team.state import Team, evolve
from services.rapid_assessment.views.open_case_rows import LOADS, OPEN_CASES
from services.rapid_assessment.views.roster import Row, rows_by_account
from services.rapid_assessment.views.rotas import away_by, rotas_going_on

CARRIERS_REST = timedelta(minutes=30)
"""For so long nobody is called again whose carriers all refused. A ladder that rests does so for longer."""


class Pool(msgspec.Struct, frozen=True):
    """Everybody on the list, all rotas that go on, and on how many open cases each works."""

    rows: Mapping[UUID, Row]
    rotas: Sequence[Rota]
    loads: Mapping[str, int]

    def rotas_for(self, seat: Seat) -> list[Rota]:
        """Wherever they count."""
        return [each for each in self.rotas if each.seat == seat.seat]

    def known_to(self, account: UUID, at: datetime) -> Collection[UUID]:
        """Those of their own agency, and of the rotas they are on. Who is on call now every page tells them besides."""
        on_rotas = [each.people(at) for each in self.rotas]
        of_rotas = {who for people in on_rotas if account in people for who in people}
        own = self.rows.get(account)
        return of_rotas | {each.responder for each in self.rows.values() if own and each.agency == own.agency}

    def people(self, seat: Seat, at: datetime) -> list[Person]:
        """Who has, or had, to do with the seat: by a certificate or a rota. As of no case."""
        on_rotas = {who for rota in self.rotas_for(seat) for who in rota.people(at)}
        return [
            _person(row, seat, self.loads.get(str(row.responder), 0), at)
            for row in self.rows.values()
            if row.certified(seat) or row.lacks_role(seat) or row.responder in on_rotas
        ]


async def pool_of(views: Views, *, at_least: int = 0, current: bool = False) -> Pool:
    """At least as fresh as a position; with `current`, by what is on record now but for how much each has to do."""
    loads = await views.query(OPEN_CASES.name, LOADS, {}, at_least=at_least)
    return Pool(
        await rows_by_account(views, at_least=at_least, current=current),
        await rotas_going_on(views, at_least=at_least, current=current),
        {row["who"]: row["cases"] for row in loads},
    )


async def order_for(cases: Cases, views: Views, team: Loaded[Team], seat: Seat, now: datetime) -> Order:
    """Whom to ask for the seat at this moment, first to last, and who is left out."""
    return order_from(cases, await pool_of(views), team, await cases.store.happenings(team.id), seat, now)


async def colleagues_of(
    cases: Cases, views: Views, team: Loaded[Team], seat: Seat, account: UUID, now: datetime
) -> list[Ranked]:
    """Of the order, whom a responder may name in their place: who has not answered, of those whom they know anyway."""
    pool, told = await pool_of(views), await cases.store.happenings(team.id)
    found, done = order_from(cases, pool, team, told, seat, now), answered(told)
    known = pool.known_to(account, now)
    return [
        each
        for each in found.people
        if each.account not in done and (each.place is not Place.NEXT or each.account in known)
    ]


def answered(happenings: Sequence[Happening]) -> Collection[UUID]:
    """Who ever said yes or no, or left a seat, since the team opened: only a coordinator asks them again."""
    found: set[UUID] = set()
    for each in happenings:
        match each.event:
            case TeamOpened():
                found.clear()
            case SeatAccepted() | SeatDeclined() | SeatReleased() as event:
                found.add(event.responder)
            case _:
                pass
    return found


def emptied_since(told: Sequence[Happening], seat: Seat, position: int) -> bool:
    """Whether whoever held the seat lost it after that place in the log, and since the team opened."""
    if not told or told[-1].position <= position:
        return False
    team, emptied = Team(), False
    for each in told:
        held, team = team.seat(seat.seat).filled, evolve(team, each.event)
        if isinstance(each.event, TeamOpened):
            emptied = False
        elif held and not team.seat(seat.seat).filled:
            emptied = each.position > position
    return emptied


def reached_since(told: Sequence[Happening], seat: Seat, people: Sequence[Ranked]) -> Collection[UUID]:
    """Whom nothing reached when they were asked for the seat, and who has shown since that a channel works."""
    said = _said(told, seat)
    return {
        each.account
        for each in people
        if (last := said.get(each.account)) is not None
        and isinstance(last.event, SeatUnreached)
        and _proven_since(last, each.proven_at)
    }


def order_from(
    cases: Cases, pool: Pool, team: Loaded[Team], told: Sequence[Happening], seat: Seat, now: datetime
) -> Order:
    """Of the people and rotas that are given, by what was told of the team."""
    said = _said(told, seat)
    people = [_of_case(each, team.state, said, now) for each in pool.people(seat, now)]
    return ranking.order(pool.rotas_for(seat), people, county_of(cases, team.state), cases.jurisdiction, now)


async def is_on_call(cases: Cases, views: Views, team: Team, seat: Seat, account: UUID, now: datetime) -> bool:
    """Whether somebody is on call for the team's county by a rota for the seat."""
    rotas, county = await _rotas_for(views, seat), county_of(cases, team)
    ours = [each for each in rotas if county is None or each.area.covers(county)]
    away = away_by(await rows_by_account(views), ours, now)
    return any(on_call_at(each, away, now) == account for each in ours)


async def as_on_rota(
    views: Views, seat: Seat, candidate: Candidate | None, now: datetime, *, current: bool = False
) -> Candidate | None:
    """The same, with whether they take turns for the seat or were put there: such people may be asked at any hour.

    With `current`, by what is on record now: whoever was put on a moment ago can be asked.
    """
    if candidate is None:
        return None
    rotas = await rotas_going_on(views, current=current)
    on_rota = any(each.seat == seat.seat and candidate.account in each.people(now) for each in rotas)
    return msgspec.structs.replace(candidate, on_rota=on_rota)


def county_of(cases: Cases, team: Team) -> County | None:
    """None for one that is not on file."""
    return cases.jurisdiction.counties.get(team.county)


async def _rotas_for(views: Views, seat: Seat) -> list[Rota]:
    return [each for each in await rotas_going_on(views) if each.seat == seat.seat]


def _said(happenings: Sequence[Happening], seat: Seat) -> Mapping[UUID, Happening]:
    """What came last of each who was asked for the seat since the team opened."""
    found: dict[UUID, Happening] = {}
    for each in happenings:
        match each.event:
            case TeamOpened():
                found.clear()
            case SeatProposed() | SeatAccepted() | SeatDeclined() | SeatUnreached() as event if event.seat == seat.seat:
                found[event.responder] = each
            case _:
                pass
    return found


def _person(row: Row, seat: Seat, load: int, at: datetime) -> Person:
    return Person(
        account=row.responder,
        agency=row.agency,
        certified=row.certified(seat),
        away=row.away(at),
        suspended=row.suspended,
        hours=row.hours(at) is not None,
        no_role=row.lacks_role(seat),
        area=row.area,
        proven_at=row.proven_at,
        load=load,
    )


def _of_case(person: Person, team: Team, said: Mapping[UUID, Happening], now: datetime) -> Person:
    last = said.get(person.account)
    return msgspec.structs.replace(
        person,
        kept_out=person.account in team.excluded,
        on_team=person.account in team.members,
        declined=last is not None and isinstance(last.event, SeatDeclined),
        unreached=last is not None and _unreached(last, person.proven_at, now),
    )


def _unreached(last: Happening, proven_at: datetime | None, now: datetime) -> bool:
    """Nothing reached them, and there is no reason to think that it would by now.

    Whoever has shown since that a channel of theirs works is tried again; and in a while whoever's carriers refused:
    were one out of order for minutes, nobody would be called for this case any more.
    """
    if not isinstance(last.event, SeatUnreached) or _proven_since(last, proven_at):
        return False
    return not last.event.refused or now < last.happened_at + CARRIERS_REST


def _proven_since(last: Happening, proven_at: datetime | None) -> bool:
    return proven_at is not None and proven_at > last.happened_at
