"""When did each step of a case come, and was it in time? A page of cases, the latest received first.

A case counts for the month its tip was received in. What is recorded later than a week after that month changes its
row no more: figures made of these rows are told once and stay as they were told (docs/decisions/small-cells.md).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream

from contracts.events.rapid_assessment import TeamFormed, TeamOpened
from contracts.jurisdictions import LOCAL
from services.kernel.batch import Effect
from services.kernel.clock import ClockExcused, ClockFoundMet, ClockFoundMissed, ClockMet, ClockMissed
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed, put_search_on_record
from services.kernel.http.gate import Record
from services.kernel.http.reading import Reader
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from services.rapid_assessment.cases import CONTACT_RULE, TEAM_RULE, Cases, clock_of
from services.rapid_assessment.contact.events import ContactAttempted, ContactImpossible, ContactMade, StepPlanned
from services.rapid_assessment.notice.events import NoticeAcknowledged, NoticeRequested
from services.rapid_assessment.notice.notice import Why
from services.rapid_assessment.team.events import (
    AccountExcluded,
    ConflictDeclared,
    CountyNoted,
    DueTimeChanged,
    ExclusionEnded,
    SeatAccepted,
    SeatProposed,
)

LATE_ENTRIES = timedelta(days=7)
PAGE_LIMIT = 100

# `known` is how the team's clock ended as recorded, `found` what a later entry showed; `seats` by name, each with the
# first moments somebody was asked and accepted. The same of the contact's clock; and whether it was lawfully noticed:
# since when contact could not be made, what was tried and planned, `asked` roles by notice, those that acknowledged.
COLUMNS = """
    team uuid PRIMARY KEY, tip uuid, clock uuid, county text NOT NULL DEFAULT '', month date, closes_at timestamptz,
    received_at timestamptz, recorded_at timestamptz, due_at timestamptz, formed_at timestamptz,
    contact_at timestamptz, contact_clock uuid, contact_known text NOT NULL DEFAULT 'running',
    contact_found text NOT NULL DEFAULT '', impossible_at timestamptz, attempted boolean NOT NULL DEFAULT false,
    planned boolean NOT NULL DEFAULT false, asked jsonb NOT NULL DEFAULT '{{}}',
    acknowledged text[] NOT NULL DEFAULT '{{}}', known text NOT NULL DEFAULT 'running', found text NOT NULL DEFAULT '',
    seats jsonb NOT NULL DEFAULT '{{}}', excluded uuid[] NOT NULL DEFAULT '{{}}'
"""

_OPEN = """
    INSERT INTO {table} AS t (team, tip, clock, contact_clock, month, closes_at, received_at, recorded_at, due_at)
    VALUES (%(team)s, %(tip)s, %(clock)s, %(contact_clock)s, %(month)s, %(closes_at)s, %(received_at)s,
        %(recorded_at)s, %(due_at)s)
    ON CONFLICT (team) DO UPDATE SET tip = excluded.tip, clock = excluded.clock,
        contact_clock = excluded.contact_clock, contact_known = 'running', contact_found = '',
        month = coalesce(t.month, excluded.month), closes_at = coalesce(t.closes_at, excluded.closes_at),
        received_at = excluded.received_at, recorded_at = excluded.recorded_at, due_at = excluded.due_at,
        formed_at = NULL, known = 'running', found = '', seats = '{{}}'
    WHERE t.closes_at IS NULL OR excluded.recorded_at < t.closes_at
"""
_NOTE_COUNTY = """
    INSERT INTO {table} AS t (team, county) VALUES (%(team)s, %(county)s)
    ON CONFLICT (team) DO UPDATE SET county = excluded.county
    WHERE t.closes_at IS NULL OR %(recorded_at)s < t.closes_at
"""
# Each in a month that is not closed.
_FORM = "UPDATE {table} SET formed_at = %(at)s WHERE team = %(team)s AND %(recorded_at)s < closes_at"
_OF_CLOCK = "WHERE %(clock)s IN (clock, contact_clock) AND %(recorded_at)s < closes_at"
_KNOW = f"""
    UPDATE {{table}} SET known = CASE WHEN clock = %(clock)s THEN %(end)s ELSE known END,
        contact_known = CASE WHEN contact_clock = %(clock)s THEN %(end)s ELSE contact_known END {_OF_CLOCK}
"""  # noqa: S608, RUF100 - a constant of this file
_FIND = f"""
    UPDATE {{table}} SET found = CASE WHEN clock = %(clock)s THEN %(end)s ELSE found END,
        contact_found = CASE WHEN contact_clock = %(clock)s THEN %(end)s ELSE contact_found END {_OF_CLOCK}
"""  # noqa: S608, RUF100
_EXCUSE = f"""
    UPDATE {{table}} SET found = CASE WHEN clock = %(clock)s AND known = 'missed' THEN 'excused' ELSE found END,
        known = CASE WHEN clock = %(clock)s AND known <> 'missed' THEN 'excused' ELSE known END,
        contact_found = CASE WHEN contact_clock = %(clock)s AND contact_known = 'missed' THEN 'excused'
            ELSE contact_found END,
        contact_known = CASE WHEN contact_clock = %(clock)s AND contact_known <> 'missed' THEN 'excused'
            ELSE contact_known END {_OF_CLOCK}
"""  # noqa: S608, RUF100
_MOVE = "UPDATE {table} SET due_at = %(at)s WHERE team = %(team)s AND %(recorded_at)s < closes_at"
_SEE = "UPDATE {table} SET contact_at = %(at)s WHERE tip = %(tip)s AND %(recorded_at)s < closes_at"
_TRY = """
    UPDATE {table} SET attempted = attempted OR %(attempted)s, planned = planned OR %(planned)s,
        impossible_at = coalesce(impossible_at, %(impossible_at)s)
    WHERE tip = %(tip)s AND %(recorded_at)s < closes_at
"""
_ASK = """
    UPDATE {table} SET asked = asked || jsonb_build_object(%(notice)s::text, %(role)s::text)
    WHERE tip = %(tip)s AND %(recorded_at)s < closes_at
"""
_ACKNOWLEDGE = """
    UPDATE {table} SET acknowledged = array_append(acknowledged, asked ->> %(notice)s::text)
    WHERE jsonb_exists(asked, %(notice)s::text) AND %(recorded_at)s < closes_at
"""
# The first time counts: what is there already stays.
_SEAT = """
    UPDATE {table} SET seats = seats || jsonb_build_object(%(seat)s::text,
        jsonb_build_object(%(step)s::text, %(at)s::text) || coalesce(seats -> %(seat)s::text, '{{}}'))
    WHERE team = %(team)s AND %(recorded_at)s < closes_at
"""
# Whoever is kept out is kept out of a closed month, too.
_EXCLUDE = """
    INSERT INTO {table} AS t (team, excluded) VALUES (%(team)s, ARRAY[%(who)s::uuid])
    ON CONFLICT (team) DO UPDATE SET excluded = array_append(t.excluded, %(who)s::uuid)
"""


def first_of(moment: datetime) -> date:
    """The month, on the clocks of the state."""
    return moment.astimezone(LOCAL).date().replace(day=1)


def next_month(month: date) -> date:
    """The first of the month after."""
    return (month + timedelta(days=31)).replace(day=1)


def closing(month: date) -> datetime:
    """When a month's figures are closed."""
    return datetime.combine(next_month(month), time(), LOCAL) + LATE_ENTRIES


def counts_for(received_at: datetime, recorded_at: datetime) -> date:
    """The month received in; if its figures were closed before the case was on record, the month it came on record."""
    month = first_of(received_at)
    return month if recorded_at < closing(month) else first_of(recorded_at)


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes."""
    recorded = {"recorded_at": happening.recorded_at}
    match happening.event:
        case TeamOpened() as e:
            return [_opened(e, happening.recorded_at or e.received_at)]
        case CountyNoted() as e:
            return [Effect(_NOTE_COUNTY, {"team": e.team, "county": e.county, **recorded})]
        case TeamFormed() as e:
            return [Effect(_FORM, {"team": e.team, "at": e.formed_at, **recorded})]
        case SeatProposed() as e:
            at = happening.happened_at.isoformat()
            return [Effect(_SEAT, {"team": e.team, "seat": e.seat, "step": "asked_at", "at": at, **recorded})]
        case SeatAccepted() as e:
            at = e.accepted_at.isoformat()
            return [Effect(_SEAT, {"team": e.team, "seat": e.seat, "step": "accepted_at", "at": at, **recorded})]
        case DueTimeChanged() as e:
            return [Effect(_MOVE, {"team": e.team, "at": e.due_at, **recorded})]
        case ContactMade() as e:
            return [Effect(_SEE, {"tip": e.tip, "at": e.made_at, **recorded})]
        case ContactAttempted() as e:
            return [Effect(_TRY, _tried(e.tip, attempted=True) | recorded)]
        case StepPlanned() as e:
            return [Effect(_TRY, _tried(e.tip, planned=True) | recorded)]
        case ContactImpossible() as e:
            tried = _tried(e.tip, attempted=bool(e.attempts), planned=bool(e.planned_steps), at=happening.happened_at)
            return [Effect(_TRY, tried | recorded)]
        case NoticeRequested(why=Why.CONTACT_IMPOSSIBLE) as e:
            return [Effect(_ASK, {"tip": e.tip, "notice": str(e.notice), "role": e.role, **recorded})]
        case NoticeAcknowledged() as e:
            return [Effect(_ACKNOWLEDGE, {"notice": str(e.notice), **recorded})]
        case ConflictDeclared(team=team, responder=who) | AccountExcluded(team=team, account=who):
            return [Effect(_EXCLUDE, {"team": team, "who": who})]
        case ExclusionEnded(team=team, account=who):
            return [Effect("UPDATE {table} SET excluded = array_remove(excluded, %s) WHERE team = %s", (who, team))]
        case _:
            return _clock(happening)


def _tried(tip: UUID, *, attempted: bool = False, planned: bool = False, at: datetime | None = None) -> dict[str, Any]:
    return {"tip": tip, "attempted": attempted, "planned": planned, "impossible_at": at}


def _clock(happening: Happening) -> Sequence[Effect]:
    """Only the clocks of a team's present opening are those of a row."""
    values = {"clock": happening.stream, "recorded_at": happening.recorded_at}
    match happening.event:
        case ClockMet():
            return [Effect(_KNOW, values | {"end": "met"})]
        case ClockMissed():
            return [Effect(_KNOW, values | {"end": "missed"})]
        case ClockFoundMet():
            return [Effect(_FIND, values | {"end": "met"})]
        case ClockFoundMissed():
            return [Effect(_FIND, values | {"end": "missed"})]
        case ClockExcused():
            return [Effect(_EXCUSE, values)]
        case _:
            return ()


def _opened(e: TeamOpened, recorded_at: datetime) -> Effect:
    month = counts_for(e.received_at, recorded_at)
    values = {
        "team": e.team,
        "tip": e.tip,
        "clock": clock_of(e.tip, TEAM_RULE, e.opening),
        "contact_clock": clock_of(e.tip, CONTACT_RULE, e.opening),
        "month": month,
        "closes_at": closing(month),
        "received_at": e.received_at,
        "recorded_at": recorded_at,
        "due_at": e.due_at,
    }
    return Effect(_OPEN, values)


CASE_TIMES = View("case_times", COLUMNS, project)

SCOPE = Columns("Team", accounts={"excluded": "excluded"})

# How it is true as far as is known: a later finding outranks the end on record.
TRUE = "CASE found WHEN '' THEN known ELSE found END"

# Whom the caller may not see is left out before anything is counted; the gate has the last word on each row.
CASES = f"""
    SELECT *, count(*) OVER () AS total FROM {{table}}
    WHERE month BETWEEN coalesce(%(since)s::date, '-infinity') AND coalesce(%(until)s::date, 'infinity')
        AND (%(county)s::text IS NULL OR county = %(county)s)
        AND CASE %(outcome)s::text WHEN 'in_time' THEN {TRUE} = 'met' WHEN 'late' THEN {TRUE} IN ('missed', 'running')
            WHEN 'owed' THEN {TRUE} <> 'excused'
            WHEN 'fell_away' THEN {TRUE} = 'excused' ELSE true END
        AND {{scope}}
    ORDER BY received_at DESC, team LIMIT %(limit)s OFFSET %(skip)s
"""  # noqa: S608, RUF100 - a constant of this file

# `owed` are those in time and late: what the figures count.
Outcome = Literal["in_time", "late", "owed", "fell_away"]
Month = Annotated[str | None, Parameter(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$")]


class SeatTimes(msgspec.Struct, frozen=True, kw_only=True):
    """When somebody was first asked, and when somebody first accepted."""

    asked_at: datetime | None = None
    accepted_at: datetime | None = None


class CaseTimes(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of a case. `known` is how its clock ended as recorded, `found` what a later entry showed."""

    team: UUID
    tip: UUID
    county: str
    month: date
    received_at: datetime
    recorded_at: datetime
    due_at: datetime
    formed_at: datetime | None
    contact_at: datetime | None
    known: Literal["running", "met", "missed", "excused"]
    found: Literal["", "met", "missed", "excused"]
    seats: dict[str, SeatTimes]


class PageOfTimes(msgspec.Struct, frozen=True, kw_only=True):
    """A page, and the number of all that the caller sees."""

    cases: list[CaseTimes]
    total: int


TIMES = Listed("times of cases", CaseTimes, ("team", "tip"))


class CaseTimesController(Controller):
    """The cases behind a figure, for whoever may see each of them."""

    path = "/teams/times"
    tags = ["Teams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_case_times"})
    async def cases(
        self,
        views: Views,
        cases: Cases,
        reader: Reader,
        request: Request[Any, Any, Any],
        since: Month = None,
        until: Month = None,
        county: Annotated[str | None, Parameter(max_length=60)] = None,
        outcome: Outcome | None = None,
        limit: Annotated[int, Parameter(ge=1, le=PAGE_LIMIT)] = PAGE_LIMIT,
        skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
    ) -> PageOfTimes:
        """Of the months from `since` to `until`, of one county or all; `late` are also those not formed yet."""
        cases.jurisdiction.require_county(county)
        found = await case_times(views, cases, request, _asked(since, until, county, outcome), limit, skip)
        await put_search_on_record(
            reader, request, TIMES, found.cases, since=since, until=until, county=county, outcome=outcome
        )
        return found

    @post("/export", opt={"action": "list_case_times"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        cases: Cases,
        exports: Exports,
        request: Request[Any, Any, Any],
        since: Month = None,
        until: Month = None,
        county: Annotated[str | None, Parameter(max_length=60)] = None,
        outcome: Outcome | None = None,
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        cases.jurisdiction.require_county(county)
        asked = _asked(since, until, county, outcome)

        async def read() -> list[CaseTimes]:
            return (await case_times(views, cases, request, asked, ASKED_FOR, 0)).cases

        return await exports.take(request, TIMES, read, since=since, until=until, county=county, outcome=outcome)


def _asked(since: str | None, until: str | None, county: str | None, outcome: str | None) -> dict[str, str | None]:
    return {
        "since": f"{since}-01" if since else None,
        "until": f"{until}-01" if until else None,
        "county": county,
        "outcome": outcome,
    }


async def case_times(
    views: Views,
    cases: Cases,
    request: Request[Any, Any, Any],
    asked: Mapping[str, str | None],
    limit: int,
    skip: int,
) -> PageOfTimes:
    """Those that the caller may see, and the number of all of them."""
    caller = caller_of(request)
    scope = cases.gate.scope(caller, "list_case_times", SCOPE)
    rows = await views.query(
        CASE_TIMES.name,
        scope.into(CASES),
        {**asked, "limit": limit, "skip": skip, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    shown = [_case(row, cases) for row in await cases.gate.shown(caller, "list_case_times", rows, _record)]
    return PageOfTimes(cases=shown, total=rows[0]["total"] if rows else 0)


def _case(row: dict[str, Any], cases: Cases) -> CaseTimes:
    seats = [seat.seat for seat in cases.jurisdiction.seats_at(row["received_at"])]
    values = {name: row[name] for name in CaseTimes.__struct_fields__ if name != "seats"}
    return msgspec.convert(values | {"seats": {seat: row["seats"].get(seat, {}) for seat in seats}}, CaseTimes)


def _record(row: dict[str, Any]) -> Record:
    return Record("Team", row["team"], accounts={"excluded": row["excluded"]})
