"""What is known of the cases that somebody still works on: the rows behind the board, and behind each one's own seats,
own deadlines and load.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from contracts.events.rapid_assessment import TeamFormed, TeamOpened, TeamStoodDown
from contracts.language import Event
from services.kernel.batch import Effect
from services.kernel.clock import ClockExtended, ClockRecomputed, ClockStarted
from services.kernel.http.gate import Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View
from services.rapid_assessment.ask.events import AskHeldBack, AskNotSent, AskSent
from services.rapid_assessment.cases import CONTACT_RULE, TEAM_RULE, clock_of
from services.rapid_assessment.contact.events import ContactMade, ContactNoLongerOwed, ContactOwed
from services.rapid_assessment.custody.clocks import done_by
from services.rapid_assessment.custody.custody import RULES as CUSTODY_RULES
from services.rapid_assessment.custody.events import ChildReleased, CustodyAuthorised, HearingHeld, OrderWritten
from services.rapid_assessment.ladder.events import LadderOpened, LadderWaits, NobodyLeft, RungReached
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
from services.rapid_assessment.views.team_board import readers_in

# `seats` by name: held_by and accepted_at, proposed and asked_at, by which kind of channel they were told (empty where
# nothing went out), how many were asked and how many said no. `ladders` by seat: its rungs, and how it stands.
# `clocks` by rule: the version and citation they started under, since when they run and when they are due. `custody`:
# the same, with its rule, by the clock of what is to be done of a custody; `custody_done` are the clocks of what was.
COLUMNS = """
    team uuid PRIMARY KEY, tip uuid, phase text NOT NULL DEFAULT 'none', received_at timestamptz,
    recorded_at timestamptz, due_at timestamptz, formed_at timestamptz, county text NOT NULL DEFAULT '',
    contact_open boolean NOT NULL DEFAULT false, contact_due_at timestamptz,
    clocks jsonb NOT NULL DEFAULT '{{}}', custody jsonb NOT NULL DEFAULT '{{}}',
    custody_done text[] NOT NULL DEFAULT '{{}}', seats jsonb NOT NULL DEFAULT '{{}}',
    ladders jsonb NOT NULL DEFAULT '{{}}',
    excluded uuid[] NOT NULL DEFAULT '{{}}', shares jsonb NOT NULL DEFAULT '{{}}'
"""

_OPEN = """
    INSERT INTO {table} (team, tip, phase, received_at, recorded_at, due_at) VALUES (%s, %s, 'open', %s, %s, %s)
    ON CONFLICT (team) DO UPDATE SET tip = excluded.tip, phase = 'open', received_at = excluded.received_at,
        recorded_at = excluded.recorded_at, due_at = excluded.due_at, formed_at = NULL, seats = '{{}}', ladders = '{{}}'
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
# Whoever was replaced meanwhile was told, too; that is nothing of who is asked now.
_TOLD = """
    UPDATE {table} SET seats = jsonb_set(seats, ARRAY[%(seat)s::text, 'told'], to_jsonb(%(by)s::text))
    WHERE team = %(team)s AND seats #>> ARRAY[%(seat)s::text, 'proposed'] = %(who)s::text
"""
_LADDER = """
    UPDATE {table} SET ladders = ladders || jsonb_build_object(%(seat)s::text,
        coalesce(ladders -> %(seat)s::text, '{{}}') || %(stated)s::jsonb) WHERE team = %(team)s
"""
# A formed team that loses a seat no longer stands.
_REOPEN = "UPDATE {table} SET phase = 'open' WHERE team = %s AND phase = 'formed'"
_EXCLUDE = """
    INSERT INTO {table} AS t (team, excluded) VALUES (%(team)s, ARRAY[%(who)s::uuid])
    ON CONFLICT (team) DO UPDATE SET excluded = array_append(t.excluded, %(who)s::uuid),
        phase = CASE WHEN t.phase = 'formed' AND jsonb_path_exists(t.seats, '$.*.held_by ? (@ == $who)',
            jsonb_build_object('who', %(who)s::text)) THEN 'open' ELSE t.phase END,
        seats = (SELECT coalesce(jsonb_object_agg(key, value
                - CASE WHEN value ->> 'proposed' = %(who)s::text THEN ARRAY['proposed', 'asked_at', 'told']
                    ELSE '{{}}' END
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
PROPOSAL, HOLDING = ["proposed", "asked_at", "told"], ["held_by", "accepted_at"]


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
        case ExclusionEnded(team=team, account=who):
            return [Effect("UPDATE {table} SET excluded = array_remove(excluded, %s) WHERE team = %s", (who, team))]
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
        case LadderOpened() | RungReached() | LadderWaits() | NobodyLeft() as e:
            stated = msgspec.json.encode(_ladder(e)).decode()
            return [Effect(_LADDER, {"team": e.team, "seat": e.seat, "stated": stated})]
        case AskSent() | AskNotSent() | AskHeldBack() as e:
            by = e.carrier if isinstance(e, AskSent) else ""
            return [Effect(_TOLD, {"team": e.team, "seat": e.seat, "who": e.responder, "by": by})]
        case _:
            return _seats(happening.event, happening.happened_at)


def _ladder(e: LadderOpened | RungReached | LadderWaits | NobodyLeft) -> dict[str, object]:
    """What is to be told of it. Each rung is whom it calls, and by which kinds of channels."""
    match e:
        case LadderOpened():
            rungs = [[rung.who, *rung.by] for rung in e.rungs]
            return {"rungs": rungs, "rung": 0, "until": None, "by_hand": False, "rests": False, "why": ""}
        case RungReached():
            return {"rung": e.rung, "until": e.until, "by_hand": False, "rests": False, "why": ""}
        case LadderWaits():
            return {"until": e.until, "by_hand": True, "rests": False}
        case NobodyLeft():
            return {"rung": 0, "until": e.again_at, "rests": True, "why": e.why}


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
    in_role="ARRAY[seats -> %(then_role)s::text ->> 'held_by', seats -> %(then_role)s::text ->> 'proposed']::uuid[]",
)


def members_in(row: dict[str, Any]) -> Sequence[UUID]:
    """Who holds a seat, or is asked for one."""
    return [who for seat in row["seats"].values() for who in _at(seat)]


def _at(seat: dict[str, Any]) -> Sequence[UUID]:
    return [UUID(seat[part]) for part in WHO if part in seat]


def team_in(row: dict[str, Any], now: datetime) -> Record:
    """What policies may know of a row."""
    accounts = {"excluded": row["excluded"], "members": members_in(row)}
    in_role = {name: _at(seat) for name, seat in row["seats"].items()}
    return Record("Team", row["team"], accounts=accounts, roles={"shared": readers_in(row, now)}, in_role=in_role)
