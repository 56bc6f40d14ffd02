"""Which cases still need somebody, and whom? By time left: for the team, the child to be seen, the child's custody."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream

from contracts.jurisdictions import Jurisdiction
from contracts.language import InvalidValue
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed, put_search_on_record
from services.kernel.http.reading import Reader
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.rapid_assessment.cannot_be_called import ByCounty, cannot_be_called
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.ladder.ladder import WhyNobody
from services.rapid_assessment.team.withheld import withheld_from
from services.rapid_assessment.views.open_case_rows import OPEN_CASES, OWN, WHO, members_in, team_in
from services.rapid_assessment.views.roster import rows_by_account
from services.rapid_assessment.views.rotas import rotas_going_on
from services.rapid_assessment.views.team_board import READERS

PAGE_LIMIT = 100

SCOPE = replace(OWN, roles={"shared": READERS})

ONE_PERSON = "on_call"
"""Whom a rung calls that calls one person alone."""

Standing = Literal["missed", "running_out", "in_time", "formed"]
"""Past its time; within four hours of it; before that; and of any of them, a case whose team stands."""

# Whom the caller may not see is left out before anything is counted; the gate has the last word on each row. The seats
# of a case are those of the day its tip was received.
OPEN = """
    WITH wanted AS (
        SELECT since, names, lead(since, 1, 'infinity') OVER (ORDER BY since) AS until
        FROM jsonb_to_recordset(%(seats)s::jsonb) AS each (since timestamptz, names text[])
    ), open AS (
        SELECT cases.*, names,
            least(CASE WHEN phase = 'open' THEN due_at END,
                CASE WHEN phase IN ('open', 'formed') AND contact_open THEN contact_due_at END,
                (SELECT min((value ->> 'due_at')::timestamptz) FROM jsonb_each(custody))) AS next_due_at,
            CASE WHEN phase = 'open' THEN (SELECT count(*) FROM unnest(names) AS name
                WHERE NOT coalesce(seats -> name ? 'held_by', false)) ELSE 0 END AS missing,
            ARRAY(SELECT value ->> 'rule' FROM jsonb_each(custody)
                ORDER BY (value ->> 'due_at')::timestamptz, value ->> 'rule') AS custody_open
        FROM {table} AS cases JOIN wanted ON received_at >= wanted.since AND received_at < wanted.until
        WHERE (phase = 'open' OR (phase = 'formed' AND contact_open) OR custody <> '{{}}')
            AND (%(county)s::text IS NULL OR county = %(county)s)
            AND (%(seat)s::text IS NULL OR (phase = 'open' AND %(seat)s = ANY(names)
                AND NOT coalesce(seats -> %(seat)s ? 'held_by', false)))
            AND {scope} OFFSET 0
    ), standing AS (
        SELECT *, CASE WHEN next_due_at <= %(now)s THEN 'missed'
            WHEN next_due_at <= %(now)s + interval '4 hours' THEN 'running_out' ELSE 'in_time' END AS standing FROM open
    )
    SELECT *, count(*) OVER () AS total, count(*) FILTER (WHERE standing = 'missed') OVER () AS past_due,
        sum(missing) OVER () AS empty_seats
    FROM standing WHERE %(standing)s::text IS NULL OR %(standing)s IN (standing, phase)
    ORDER BY next_due_at, team LIMIT %(limit)s OFFSET %(skip)s
"""


class OpenLadder(msgspec.Struct, frozen=True, kw_only=True):
    """How the ladder of an empty seat stands: at which of how many rungs; 0 before the first, and while it `rests`.

    It waits until `until`, for whom a person asked where it is `by_hand`; when nobody is left it rests until then, and
    `why` says so (ladder.py). `next_who` is whom it calls then, `next_by` by which kinds of channels: any, where none.
    """

    rung: int
    rungs: int
    until: datetime | None
    by_hand: bool
    rests: bool
    why: str
    next_who: str
    next_by: tuple[str, ...]


class OpenSeat(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds it since when, or is asked since when; how many were asked in all, and how many said no.

    Where it is not told who, it is told since when. `told` is the kind of channel by which whoever is asked was told;
    empty where nothing went out, None while nobody has tried. `ladder` is that of a seat to be filled.
    """

    held_by: UUID | None = None
    accepted_at: datetime | None = None
    proposed: UUID | None = None
    asked_at: datetime | None = None
    asked: int = 0
    declined: int = 0
    told: str | None = None
    ladder: OpenLadder | None = None


class OpenCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case whose team does not stand, whose child was not seen, or of whose custody something is to be done.

    `next_due_at` is what of all is due first; `standing` is missed, running_out or in_time, by it. `custody_open` are
    the custody's rules by their due times, of a team stood down, too: a child stays held.
    """

    team: UUID
    tip: UUID
    phase: str
    county: str
    received_at: datetime
    recorded_at: datetime
    due_at: datetime
    formed_at: datetime | None
    contact_open: bool
    contact_due_at: datetime | None
    custody_open: list[str]
    next_due_at: datetime
    standing: str
    seats: dict[str, OpenSeat]


class OpenCases(msgspec.Struct, frozen=True, kw_only=True):
    """A page of them, and the numbers of all the caller sees.

    `cannot_be_called` is for who asks people: of the counties whose ladders call (cannot_be_called.py).
    """

    cases: list[OpenCase]
    total: int
    past_due: int
    empty_seats: int
    cannot_be_called: ByCounty = {}


OPEN_ONES = Listed("open cases", OpenCase, ("team", "tip"))


class Narrowed(NamedTuple):
    """What of the list is asked for; None leaves nothing out."""

    county: str | None
    standing: Standing | None
    seat: str | None


class OpenCasesController(Controller):
    """For the board."""

    path = "/teams/open"
    tags = ["Teams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_teams"})
    async def cases(
        self,
        views: Views,
        cases: Cases,
        time: TimeSource,
        reader: Reader,
        request: Request[Any, Any, Any],
        county: Annotated[str | None, Parameter(max_length=60)] = None,
        standing: Standing | None = None,
        seat: Annotated[str | None, Parameter(max_length=60)] = None,
        limit: Annotated[int, Parameter(ge=1, le=PAGE_LIMIT)] = PAGE_LIMIT,
        skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
    ) -> OpenCases:
        """What is due first comes first, of one county or of all; `limit` and `skip` page on.

        `seat` leaves the cases in which nobody has accepted that seat.
        """
        cases.jurisdiction.require_county(county)
        narrowed = Narrowed(county, standing, seat)
        found = await open_cases(views, cases, time, request, narrowed, limit, skip)
        await put_search_on_record(reader, request, OPEN_ONES, found.cases, county=county, standing=standing, seat=seat)
        if not cases.gate.may_use(caller_of(request), "find_people"):
            return found
        return msgspec.structs.replace(found, cannot_be_called=await _cannot_be_called(views, cases, found.cases))

    @post("/export", opt={"action": "list_teams"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        cases: Cases,
        time: TimeSource,
        exports: Exports,
        request: Request[Any, Any, Any],
        county: Annotated[str | None, Parameter(max_length=60)] = None,
        standing: Standing | None = None,
        seat: Annotated[str | None, Parameter(max_length=60)] = None,
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        cases.jurisdiction.require_county(county)

        async def read() -> list[OpenCase]:
            return (await open_cases(views, cases, time, request, Narrowed(county, standing, seat), ASKED_FOR, 0)).cases

        return await exports.take(request, OPEN_ONES, read, county=county, standing=standing, seat=seat)


async def open_cases(
    views: Views,
    cases: Cases,
    time: TimeSource,
    request: Request[Any, Any, Any],
    narrowed: Narrowed,
    limit: int,
    skip: int,
) -> OpenCases:
    """Those that the caller may see, and the numbers of all of them. Raises `InvalidValue`."""
    caller = caller_of(request)
    scope, now = cases.gate.scope(caller, "list_teams", SCOPE), time.now()
    names = [seat.seat for seat in cases.jurisdiction.seats]
    wanted = wanted_seats(cases.jurisdiction)
    if narrowed.seat is not None and narrowed.seat not in names:
        raise InvalidValue("seat", f"A team has no such seat. Choose one of: {', '.join(names)}.")
    rows = await views.query(
        OPEN_CASES.name,
        scope.into(OPEN),
        {"now": now, "limit": limit, "skip": skip, "seats": wanted, **narrowed._asdict(), **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    shown = await cases.gate.shown(caller, "list_teams", rows, lambda row: team_in(row, now))
    withheld = withheld_from(cases, caller)
    first = rows[0] if rows else {"total": 0, "past_due": 0, "empty_seats": 0}
    return OpenCases(
        cases=[_case(row, cases, withheld.of(members_in(row))) for row in shown],
        total=first["total"],
        past_due=first["past_due"],
        empty_seats=int(first["empty_seats"]),
    )


async def _cannot_be_called(views: Views, cases: Cases, found: Sequence[OpenCase]) -> ByCounty:
    """Asked once for all of these cases, and of a house that calls nobody not at all."""
    ladders = [(case.county, seat.ladder) for case in found for seat in case.seats.values()]
    counties = {county for county, ladder in ladders if ladder is not None and ladder.why != WhyNobody.NOTHING_SENT}
    if not counties:
        return {}
    rows, rotas = await rows_by_account(views), await rotas_going_on(views)
    return cannot_be_called(rows, rotas, counties, cases.jurisdiction, cases.time.now())


def wanted_seats(tables: Jurisdiction) -> str:
    """The names of the seats a team must have, by the receipt from which they hold, as the query reads it."""
    first, *later = tables.seat_sets
    sets = [("-infinity", first[1]), *((since.isoformat(), seats) for since, seats in later)]
    return msgspec.json.encode(
        [{"since": since, "names": [each.seat for each in seats]} for since, seats in sets]
    ).decode()


def _case(row: dict[str, Any], cases: Cases, withheld: Collection[str]) -> OpenCase:
    """Every seat of the rule, in its order, also one that nobody was asked for; not who holds a `withheld` one."""
    seats = [seat.seat for seat in cases.jurisdiction.seats_at(row["received_at"])]
    values = {name: row[name] for name in OpenCase.__struct_fields__ if name != "seats"}
    told = {seat: row["seats"].get(seat, {}) for seat in seats}
    for seat in withheld:
        told[seat] = {name: value for name, value in told[seat].items() if name not in WHO}
    if row["phase"] == "open":
        empty = [seat for seat in row["ladders"] if seat in told and "accepted_at" not in told[seat]]
        told |= {seat: {**told[seat], "ladder": _ladder(row["ladders"][seat])} for seat in empty}
    return msgspec.convert(values | {"seats": told}, OpenCase)


def _ladder(stands: dict[str, Any]) -> OpenLadder:
    """A rung of several people calls them one after the other before the next rung comes."""
    rungs, rung = stands["rungs"], stands["rung"]
    left = rungs[rung:] if rung == 0 or rungs[rung - 1][0] == ONE_PERSON else rungs[rung - 1 :]
    who, *by = left[0] if left else ("",)
    named = {name: stands[name] for name in ("rung", "until", "by_hand", "rests", "why")}
    return msgspec.convert(named | {"rungs": len(rungs), "next_who": who, "next_by": by}, OpenLadder)
