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

from contracts.events.rapid_assessment import TeamFormed, TeamOpened, TeamStoodDown
from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, InvalidValue
from services.kernel.batch import Effect
from services.kernel.clock import ClockExtended, ClockRecomputed, ClockStarted
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.kernel.views import View, Views
from services.rapid_assessment.cases import CONTACT_RULE, TEAM_RULE, Cases, clock_of
from services.rapid_assessment.contact.events import ContactMade, ContactNoLongerOwed, ContactOwed
from services.rapid_assessment.custody.clocks import done_by
from services.rapid_assessment.custody.custody import RULES as CUSTODY_RULES
from services.rapid_assessment.custody.events import ChildReleased, CustodyAuthorised, HearingHeld, OrderWritten
from services.rapid_assessment.sharing.events import ReaderGone, ReaderNoted
from services.rapid_assessment.team.events import (
    AccountExcluded,
    ConflictDeclared,
    CountyNoted,
    DueTimeChanged,
    SeatAccepted,
    SeatDeclined,
    SeatFellSilent,
    SeatLapsed,
    SeatProposed,
    SeatReleased,
    SeatVacated,
)
from services.rapid_assessment.team.withheld import withheld_from
from services.rapid_assessment.views.team_board import READERS, readers_in

PAGE_LIMIT = 100

# `seats` by name: held_by and accepted_at, proposed and asked_at, how many were asked and how many said no.
# `clocks` by rule: the version and citation they started under, since when they run and when they are due. `custody`:
# the same, with its rule, by the clock of what is to be done of a custody; `custody_done` are the clocks of what was.
COLUMNS = """
    team uuid PRIMARY KEY, tip uuid, phase text NOT NULL DEFAULT 'none', received_at timestamptz,
    recorded_at timestamptz, due_at timestamptz, formed_at timestamptz, county text NOT NULL DEFAULT '',
    contact_open boolean NOT NULL DEFAULT false, contact_due_at timestamptz,
    clocks jsonb NOT NULL DEFAULT '{{}}', custody jsonb NOT NULL DEFAULT '{{}}',
    custody_done text[] NOT NULL DEFAULT '{{}}', seats jsonb NOT NULL DEFAULT '{{}}',
    excluded uuid[] NOT NULL DEFAULT '{{}}', shares jsonb NOT NULL DEFAULT '{{}}'
"""

_OPEN = """
    INSERT INTO {table} (team, tip, phase, received_at, recorded_at, due_at) VALUES (%s, %s, 'open', %s, %s, %s)
    ON CONFLICT (team) DO UPDATE SET tip = excluded.tip, phase = 'open', received_at = excluded.received_at,
        recorded_at = excluded.recorded_at, due_at = excluded.due_at, formed_at = NULL, seats = '{{}}'
"""
_NOTE_COUNTY = """
    INSERT INTO {table} (team, county) VALUES (%s, %s) ON CONFLICT (team) DO UPDATE SET county = excluded.county
"""
_SEAT = """
    UPDATE {table} SET seats = seats || jsonb_build_object(%(seat)s::text,
        (coalesce(seats -> %(seat)s::text, '{{}}') - %(without)s::text[]) || {change}) WHERE team = %(team)s
"""
_ASKED = """
    jsonb_build_object('proposed', %(who)s::text, 'asked_at', %(at)s::text,
        'asked', coalesce((seats #>> ARRAY[%(seat)s::text, 'asked'])::int, 0) + 1)
"""
_HELD = "jsonb_build_object('held_by', %(who)s::text, 'accepted_at', %(at)s::text)"
_DECLINED = "jsonb_build_object('declined', coalesce((seats #>> ARRAY[%(seat)s::text, 'declined'])::int, 0) + 1)"
_NOTHING = "'{{}}'"
# A formed team that loses a seat no longer stands.
_REOPEN = "UPDATE {table} SET phase = 'open' WHERE team = %s AND phase = 'formed'"
_EXCLUDE = """
    INSERT INTO {table} AS t (team, excluded) VALUES (%(team)s, ARRAY[%(who)s::uuid])
    ON CONFLICT (team) DO UPDATE SET excluded = array_append(t.excluded, %(who)s::uuid),
        phase = CASE WHEN t.phase = 'formed' AND jsonb_path_exists(t.seats, '$.*.held_by ? (@ == $who)',
            jsonb_build_object('who', %(who)s::text)) THEN 'open' ELSE t.phase END,
        seats = (SELECT coalesce(jsonb_object_agg(key, value
                - CASE WHEN value ->> 'proposed' = %(who)s::text THEN ARRAY['proposed', 'asked_at'] ELSE '{{}}' END
                - CASE WHEN value ->> 'held_by' = %(who)s::text THEN ARRAY['held_by', 'accepted_at'] ELSE '{{}}' END
            ), '{{}}') FROM jsonb_each(t.seats))
"""
_CLOCK = """
    UPDATE {table} SET clocks = clocks || jsonb_build_object(%(rule)s::text,
        coalesce(clocks -> %(rule)s::text, '{{}}') || %(stated)s::jsonb) WHERE tip = %(tip)s
"""
_CUSTODY = """
    UPDATE {table} SET custody = custody || jsonb_build_object(%(clock)s::text,
        coalesce(custody -> %(clock)s::text, '{{}}') || %(stated)s::jsonb)
    WHERE tip = %(tip)s AND NOT %(clock)s::text = ANY(custody_done)
"""
_CUSTODY_DONE = """
    UPDATE {table} SET custody = custody - %(clocks)s::text[], custody_done = custody_done || %(clocks)s::text[]
    WHERE tip = %(tip)s
"""
RULES = (TEAM_RULE, CONTACT_RULE)
WHO = ("held_by", "proposed")
PROPOSAL, HOLDING = ["proposed", "asked_at"], ["held_by", "accepted_at"]


_SHARE = """
    INSERT INTO {table} AS t (team, shares)
    VALUES (%s, jsonb_build_object(%s::text, jsonb_build_object('reader', %s::text, 'until', %s::timestamptz)))
    ON CONFLICT (team) DO UPDATE SET shares = t.shares || excluded.shares
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes."""
    match happening.event:
        case TeamOpened() as e:
            return [Effect(_OPEN, (e.team, e.tip, e.received_at, happening.recorded_at, e.due_at))]
        case CountyNoted() as e:
            return [Effect(_NOTE_COUNTY, (e.team, e.county))]
        case DueTimeChanged() as e:
            return [Effect("UPDATE {table} SET due_at = %s WHERE team = %s", (e.due_at, e.team))]
        case TeamFormed() as e:
            formed = "UPDATE {table} SET phase = 'formed', formed_at = %s WHERE team = %s"
            return [Effect(formed, (e.formed_at, e.team))]
        case TeamStoodDown() as e:
            return [Effect("UPDATE {table} SET phase = 'stood_down' WHERE team = %s", (e.team,))]
        case ConflictDeclared(team=team, responder=who) | AccountExcluded(team=team, account=who):
            return [Effect(_EXCLUDE, {"team": team, "who": who})]
        case ContactOwed() as e:
            return [Effect("UPDATE {table} SET contact_open = true WHERE tip = %s", (e.tip,))]
        case ContactMade() | ContactNoLongerOwed() as e:
            return [Effect("UPDATE {table} SET contact_open = false WHERE tip = %s", (e.tip,))]
        case ClockStarted() | ClockExtended() | ClockRecomputed() as e:
            return _clock(e, happening.stream)
        case CustodyAuthorised() | OrderWritten() | HearingHeld() | ChildReleased() as e:
            done = [str(clock_of(e.tip, rule, e.number)) for rule, _ in done_by(e)]
            return [Effect(_CUSTODY_DONE, {"clocks": done, "tip": e.tip})]
        case ReaderNoted() as e:
            return [Effect(_SHARE, (e.team, str(e.share), e.reader, e.until))]
        case ReaderGone() as e:
            return [Effect("UPDATE {table} SET shares = shares - %s::text WHERE team = %s", (str(e.share), e.team))]
        case _:
            return _seats(happening.event, happening.happened_at)


def _clock(e: ClockStarted | ClockExtended | ClockRecomputed, clock: UUID) -> Sequence[Effect]:
    stated: dict[str, str | int] = {"due_at": e.due_at.isoformat()}
    if not isinstance(e, ClockExtended):
        stated |= {"version": e.rule_version, "citation": e.citation}
    if isinstance(e, ClockStarted):
        stated["since"] = e.started_at.isoformat()
    if e.rule in CUSTODY_RULES:
        of_custody = msgspec.json.encode({**stated, "rule": e.rule}).decode()
        return [Effect(_CUSTODY, {"clock": str(clock), "stated": of_custody, "tip": e.subject})]
    if e.rule not in RULES:
        return ()
    values = {"rule": e.rule, "stated": msgspec.json.encode(stated).decode(), "tip": e.subject}
    due = [Effect("UPDATE {table} SET contact_due_at = %s WHERE tip = %s", (e.due_at, e.subject))]
    return [Effect(_CLOCK, values), *(due if e.rule == CONTACT_RULE else [])]


def _seats(event: Event, at: datetime) -> Sequence[Effect]:
    match event:
        case SeatProposed() as e:
            return [_on_seat(e.team, e.seat, _ASKED, PROPOSAL, who=e.responder, at=at)]
        case SeatAccepted() as e:
            return [_on_seat(e.team, e.seat, _HELD, PROPOSAL, who=e.responder, at=e.accepted_at)]
        case SeatDeclined() as e:
            return [_on_seat(e.team, e.seat, _DECLINED, PROPOSAL)]
        case SeatReleased() | SeatLapsed() | SeatFellSilent() as e:
            return [_on_seat(e.team, e.seat, _NOTHING, HOLDING), Effect(_REOPEN, (e.team,))]
        case SeatVacated() as e:
            return [_on_seat(e.team, e.seat, _NOTHING, [*HOLDING, *PROPOSAL]), Effect(_REOPEN, (e.team,))]
        case _:
            return ()


def _on_seat(
    team: UUID, seat: str, change: str, without: Sequence[str], *, who: UUID | None = None, at: datetime | None = None
) -> Effect:
    values = {"team": team, "seat": seat, "without": list(without)}
    more = {"who": str(who), "at": at.isoformat()} if who and at else {}
    return Effect(_SEAT.replace("{change}", change), values | more)


OPEN_CASES = View("open_cases", COLUMNS, project, revision=2)

# How many open cases each is asked for or works on.
LOADS = """
    SELECT who, count(*) AS cases FROM {table}, jsonb_each(seats) AS seat,
        unnest(ARRAY[seat.value ->> 'held_by', seat.value ->> 'proposed']) AS who
    WHERE who IS NOT NULL AND (phase = 'open' OR (phase = 'formed' AND contact_open)) GROUP BY who
"""

OWN = Columns(
    "Team",
    accounts={
        "excluded": "excluded",
        "members": "ARRAY(SELECT who::uuid FROM jsonb_each(seats),"
        " unnest(ARRAY[value ->> 'held_by', value ->> 'proposed']) AS who WHERE who IS NOT NULL)",
    },
)
SCOPE = replace(OWN, roles={"shared": READERS})

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


class OpenSeat(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds it since when, or is asked since when; how many were asked in all, and how many said no.

    Where it is not told who, it is told since when.
    """

    held_by: UUID | None = None
    accepted_at: datetime | None = None
    proposed: UUID | None = None
    asked_at: datetime | None = None
    asked: int = 0
    declined: int = 0


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
    """A page of them, and the numbers of all the caller sees."""

    cases: list[OpenCase]
    total: int
    past_due: int
    empty_seats: int


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
        narrowed = Narrowed(county, standing, seat)
        return await open_cases(views, cases, time, request, narrowed, limit, skip)

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
        if county is not None and county not in cases.jurisdiction.counties:
            # What is no county may be anything, a name too, and would go on record.
            raise InvalidValue("county", "There is no county of this name. Choose one of the list.")

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
        cases=[_case(row, cases, withheld.of(_members(row))) for row in shown],
        total=first["total"],
        past_due=first["past_due"],
        empty_seats=int(first["empty_seats"]),
    )


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
    return msgspec.convert(values | {"seats": told}, OpenCase)


def _members(row: dict[str, Any]) -> Sequence[UUID]:
    return [UUID(seat[part]) for seat in row["seats"].values() for part in WHO if part in seat]


def team_in(row: dict[str, Any], now: datetime) -> Record:
    """What policies may know of a row."""
    accounts = {"excluded": row["excluded"], "members": _members(row)}
    return Record("Team", row["team"], accounts=accounts, roles={"shared": readers_in(row, now)})
