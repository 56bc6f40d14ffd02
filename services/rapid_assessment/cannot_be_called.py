"""How many of those whom the rotas name cannot be called, and why: for a county and a seat, and as of no case. Pure.

Of a case it would tell who is kept out of it: a number of one is a person. So whoever must not take part in a case
counts here as everybody else, and the page of the case says it to those who may know.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.jurisdictions import Jurisdiction, Seat
from services.rapid_assessment.rota.state import Rota
from services.rapid_assessment.views.roster import Row


class Cannot(StrEnum):
    """The closed list; of somebody with several reasons the first is told."""

    SUSPENDED = "suspended"
    NO_ROLE = "no_role"
    NO_CREDENTIAL = "no_credential"
    ON_LEAVE = "on_leave"
    NO_CHANNEL = "no_channel"


BySeat = dict[str, dict[Cannot, int]]
ByCounty = dict[str, BySeat]
"""By the county's name, the seat and the reason. Where all can be called there is nothing."""


def cannot_be_called(
    rows: Mapping[UUID, Row], rotas: Sequence[Rota], counties: Collection[str], tables: Jurisdiction, at: datetime
) -> ByCounty:
    """By the rotas that hold each county; by all of them for one that is not on file, since then all are asked."""
    return {name: found for name in counties if (found := _in_county(rows, rotas, name, tables, at))}


def _in_county(
    rows: Mapping[UUID, Row], rotas: Sequence[Rota], name: str, tables: Jurisdiction, at: datetime
) -> BySeat:
    county = tables.counties.get(name)
    ours = [each for each in rotas if county is None or each.area.covers(county)]
    found: BySeat = {}
    for seat in tables.seats:
        people = {who for each in ours if each.seat == seat.seat for who in each.people(at)}
        reasons = [_reason(rows[who], seat, at) for who in people if who in rows]
        if counted := Counter(each for each in reasons if each is not None):
            found[seat.seat] = dict(sorted(counted.items()))
    return found


def _reason(row: Row, seat: Seat, at: datetime) -> Cannot | None:
    reasons = {
        Cannot.SUSPENDED: row.suspended,
        Cannot.NO_ROLE: seat.seat in row.lacks,
        Cannot.NO_CREDENTIAL: not any(each.since <= at < each.until for each in row.certified(seat)),
        Cannot.ON_LEAVE: any(each.since <= at < each.until for each in row.leave),
        Cannot.NO_CHANNEL: not row.channels,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)
