"""Which teams are there, and which of them need someone? Due soonest first."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.events.rapid_assessment import TeamFormed, TeamOpened, TeamStoodDown
from contracts.language import Event
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.sharing.events import ReaderGone, ReaderNoted
from services.rapid_assessment.team.events import (
    AccountExcluded,
    ConflictDeclared,
    CountyNoted,
    DueTimeChanged,
    ExclusionEnded,
    SeatAccepted,
    SeatDeclined,
    SeatFellSilent,
    SeatLapsed,
    SeatProposed,
    SeatReleased,
    SeatVacated,
)
from services.rapid_assessment.team.withheld import withheld_from

PAGE = 200

COLUMNS = """
    team uuid PRIMARY KEY, tip uuid, phase text NOT NULL DEFAULT 'none', received_at timestamptz,
    due_at timestamptz, formed_at timestamptz, late boolean NOT NULL DEFAULT false,
    county text NOT NULL DEFAULT '', tribal_land boolean NOT NULL DEFAULT false,
    held jsonb NOT NULL DEFAULT '{{}}', proposed jsonb NOT NULL DEFAULT '{{}}', excluded uuid[] NOT NULL DEFAULT '{{}}',
    shares jsonb NOT NULL DEFAULT '{{}}'
"""

_OPEN = """
    INSERT INTO {table} (team, tip, phase, received_at, due_at) VALUES (%s, %s, 'open', %s, %s)
    ON CONFLICT (team) DO UPDATE SET tip = excluded.tip, phase = 'open', received_at = excluded.received_at,
        due_at = excluded.due_at, formed_at = NULL, late = false, held = '{{}}', proposed = '{{}}'
"""
_NOTE_COUNTY = """
    INSERT INTO {table} (team, county, tribal_land) VALUES (%s, %s, %s)
    ON CONFLICT (team) DO UPDATE SET county = excluded.county, tribal_land = excluded.tribal_land
"""
_PROPOSE = "UPDATE {table} SET proposed = proposed || jsonb_build_object(%s::text, %s::text) WHERE team = %s"
_UNPROPOSE = "UPDATE {table} SET proposed = proposed - %s::text WHERE team = %s"
_HOLD = """
    UPDATE {table} SET held = held || jsonb_build_object(%s::text, %s::text), proposed = proposed - %s::text
    WHERE team = %s
"""
_EMPTY = """
    UPDATE {table} SET held = held - %s::text, phase = CASE phase WHEN 'formed' THEN 'open' ELSE phase END
    WHERE team = %s
"""
# A person leaves every seat; a formed team that loses one no longer stands.
_EXCLUDE = """
    INSERT INTO {table} AS t (team, excluded) VALUES (%(team)s, ARRAY[%(who)s::uuid])
    ON CONFLICT (team) DO UPDATE SET excluded = array_append(t.excluded, %(who)s::uuid),
        phase = CASE WHEN t.phase = 'formed' AND jsonb_path_exists(t.held, '$.* ? (@ == $who)',
            jsonb_build_object('who', %(who)s::text)) THEN 'open' ELSE t.phase END,
        held = (SELECT coalesce(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each(t.held)
            WHERE value <> to_jsonb(%(who)s::text)),
        proposed = (SELECT coalesce(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each(t.proposed)
            WHERE value <> to_jsonb(%(who)s::text))
"""


_SHARE = """
    INSERT INTO {table} AS t (team, shares)
    VALUES (%s, jsonb_build_object(%s::text, jsonb_build_object('reader', %s::text, 'until', %s::timestamptz)))
    ON CONFLICT (team) DO UPDATE SET shares = t.shares || excluded.shares
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes on the board."""
    match happening.event:
        case TeamOpened() as e:
            return [Effect(_OPEN, (e.team, e.tip, e.received_at, e.due_at))]
        case DueTimeChanged() as e:
            return [Effect("UPDATE {table} SET due_at = %s WHERE team = %s", (e.due_at, e.team))]
        case CountyNoted() as e:
            return [Effect(_NOTE_COUNTY, (e.team, e.county, e.tribal_land))]
        case TeamFormed() as e:
            formed = "UPDATE {table} SET phase = 'formed', formed_at = %s, late = %s WHERE team = %s"
            return [Effect(formed, (e.formed_at, e.late, e.team))]
        case TeamStoodDown() as e:
            return [Effect("UPDATE {table} SET phase = 'stood_down' WHERE team = %s", (e.team,))]
        case ConflictDeclared(team=team, responder=who) | AccountExcluded(team=team, account=who):
            return [Effect(_EXCLUDE, {"team": team, "who": who})]
        case ExclusionEnded(team=team, account=who):
            return [Effect("UPDATE {table} SET excluded = array_remove(excluded, %s) WHERE team = %s", (who, team))]
        case ReaderNoted() as e:
            return [Effect(_SHARE, (e.team, str(e.share), e.reader, e.until))]
        case ReaderGone() as e:
            return [Effect("UPDATE {table} SET shares = shares - %s::text WHERE team = %s", (str(e.share), e.team))]
        case _:
            return _seats(happening.event)


def _seats(event: Event) -> Sequence[Effect]:
    match event:
        case SeatProposed() as e:
            return [Effect(_PROPOSE, (e.seat, str(e.responder), e.team))]
        case SeatAccepted() as e:
            return [Effect(_HOLD, (e.seat, str(e.responder), e.seat, e.team))]
        case SeatDeclined() as e:
            return [Effect(_UNPROPOSE, (e.seat, e.team))]
        case SeatReleased() | SeatLapsed() | SeatFellSilent() as e:
            return [Effect(_EMPTY, (e.seat, e.team))]
        case SeatVacated() as e:
            return [Effect(_EMPTY, (e.seat, e.team)), Effect(_UNPROPOSE, (e.seat, e.team))]
        case _:
            return ()


TEAM_BOARD = View("team_board", COLUMNS, project)


# Whose share holds now, in the words of the gate.
READERS = "ARRAY(SELECT value ->> 'reader' FROM jsonb_each(shares) WHERE %(now)s < (value ->> 'until')::timestamptz)"

SCOPE = Columns(
    "Team",
    accounts={
        "excluded": "excluded",
        "members": "ARRAY(SELECT value::uuid FROM jsonb_each_text(held)"
        " UNION ALL SELECT value::uuid FROM jsonb_each_text(proposed))",
    },
    roles={"shared": READERS},
    in_role="ARRAY[held ->> %(then_role)s::text, proposed ->> %(then_role)s::text]::uuid[]",
)

# What the caller may not see is left out before the board is counted; the gate has the last word on each row.
BOARD = """
    SELECT * FROM {table}
    WHERE phase <> 'none' AND (%(phase)s::text IS NULL OR phase = %(phase)s) AND {scope}
    ORDER BY phase = 'open' DESC, CASE phase WHEN 'open' THEN due_at END, due_at DESC, team LIMIT %(page)s
"""


Phase = Literal["open", "formed", "stood_down"]


class TeamRow(msgspec.Struct, frozen=True, kw_only=True):
    """One team of the board: who holds a seat, and who is asked to; null where that is not told."""

    team: UUID
    tip: UUID
    phase: str
    county: str
    tribal_land: bool
    received_at: datetime
    due_at: datetime
    formed_at: datetime | None
    late: bool
    held: dict[str, UUID | None]
    proposed: dict[str, UUID | None]


TEAMS = Listed("teams", TeamRow, ("team", "tip"))


class TeamBoardController(Controller):
    """The board, filtered by the gate record by record."""

    path = "/teams"
    tags = ["Teams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_teams"})
    async def board(
        self, views: Views, cases: Cases, request: Request[Any, Any, Any], phase: Phase | None = None
    ) -> list[TeamRow]:
        """Open teams, due soonest first, then the others, newest first."""
        return await teams_seen(views, cases, request, phase, PAGE)

    @post("/export", opt={"action": "list_teams"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        cases: Cases,
        exports: Exports,
        request: Request[Any, Any, Any],
        phase: Phase | None = None,
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(
            request, TEAMS, lambda: teams_seen(views, cases, request, phase, ASKED_FOR), phase=phase
        )


async def teams_seen(
    views: Views, cases: Cases, request: Request[Any, Any, Any], phase: Phase | None, page: int
) -> list[TeamRow]:
    """Those that the caller may see."""
    caller = caller_of(request)
    scope, now = cases.gate.scope(caller, "list_teams", SCOPE), cases.time.now()
    rows = await views.query(
        "team_board",
        scope.into(BOARD),
        {"phase": phase, "page": page, "now": now, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    withheld = withheld_from(cases, caller)
    return [
        _row(row, withheld.of(_members(row)))
        for row in await cases.gate.shown(caller, "list_teams", rows, lambda row: _record(row, now))
    ]


def _row(row: Mapping[str, Any], withheld: Collection[str]) -> TeamRow:
    """Of a `withheld` seat it is told that somebody holds it or is asked to, and not who."""
    values = {name: row[name] for name in TeamRow.__struct_fields__}
    told = {
        part: {seat: None if seat in withheld else who for seat, who in row[part].items()}
        for part in ("held", "proposed")
    }
    return msgspec.convert(values | told, TeamRow)


def readers_in(row: Mapping[str, Any], now: datetime) -> Sequence[str]:
    """Whose share holds now, of a row with shares."""
    return [each["reader"] for each in row["shares"].values() if now < datetime.fromisoformat(each["until"])]


def _members(row: Mapping[str, Any]) -> Sequence[UUID]:
    return [UUID(who) for who in (*row["held"].values(), *row["proposed"].values())]


def _in_role(row: Mapping[str, Any]) -> Mapping[str, Sequence[UUID]]:
    seats = {*row["held"], *row["proposed"]}
    return {seat: [UUID(row[part][seat]) for part in ("held", "proposed") if seat in row[part]] for seat in seats}


def _record(row: Mapping[str, Any], now: datetime) -> Record:
    return Record(
        "Team",
        row["team"],
        accounts={"excluded": row["excluded"], "members": _members(row)},
        roles={"shared": readers_in(row, now)},
        in_role=_in_role(row),
    )
