"""Gathers from the copy, all of one moment of it, what unusual reading of a week is looked for in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from contracts.events.identity import AccountClosed
from contracts.events.tips import AccountNamed, GlassBroken, TipCorrected, TipReceived
from services.audit.case_file.events import CaseFileMade
from services.audit.replay.events import CaseReplayed, ReadersTold, WhyTold
from services.audit.replay.reading import fetch, rights_of, rows_of
from services.audit.replay.telling import Told, read
from services.audit.replay.words import KeepsOut
from services.audit.unusual.facts import CaseAndAccount, Departed, Facts, Opening, Read, Seated, ShutOut
from services.audit.unusual.shifts import Rota, rotas_of
from services.kernel.clock import ClockMissed
from services.kernel.operations import ListExported, PageRead, RecordShown

LEAVES = frozenset({"team.seat_released", "team.seat_vacated"})
"""The rapid assessment service's own events by which somebody leaves a team."""

SEATS = sorted(LEAVES | {"team.seat_proposed", "team.seat_accepted"})
ROTAS = (
    "rota.rotation_set", "rota.handover_moved", "rota.ended", "rota.override_set", "rota.override_withdrawn",
    "rota.swap_offered", "rota.swap_agreed",
)  # fmt: skip

# The states of a copy are JSON, as every service stores them; the audit service's own log has no other column of time.
_TOLD = "convert_from(state, 'UTF8')::json"
_COLUMNS = """
    told ->> 'actor', told ->> 'agency', (told ->> 'recorded_at')::timestamptz, (told ->> 'correlation_id')::uuid,
    coalesce(told #>> '{data,rows}', told #>> '{data,shown}')::bigint
"""
_WEEK = f"""
    SELECT {_COLUMNS} FROM (
        SELECT {_TOLD} AS told FROM copied_events
        WHERE topic = ANY(%(reads)s) AND recorded_at >= %(since)s AND recorded_at < %(until)s
        UNION ALL
        SELECT {_TOLD} AS told FROM stored_events
        WHERE topic = ANY(%(own)s) AND ({_TOLD} ->> 'recorded_at')::timestamptz >= %(since)s
            AND ({_TOLD} ->> 'recorded_at')::timestamptz < %(until)s
    ) AS reads WHERE starts_with(told ->> 'actor', 'account:')
"""
_BEFORE = f"""
    SELECT {_COLUMNS} FROM (
        SELECT {_TOLD} AS told FROM copied_events WHERE topic = ANY(%(reads)s) AND recorded_at < %(since)s
            AND (correlation = ANY(%(cases)s) OR recorded_at >= %(left)s)
        UNION ALL
        SELECT {_TOLD} AS told FROM stored_events
        WHERE topic = ANY(%(own)s) AND ({_TOLD} ->> 'recorded_at')::timestamptz < %(since)s
    ) AS reads WHERE told ->> 'actor' = ANY(%(actors)s)
"""
_OF_CASES = """
    SELECT source, position, stream, topic, state FROM copied_events
    WHERE correlation = ANY(%(cases)s) AND topic = ANY(%(topics)s) ORDER BY source, position
"""
_OF_WEEK = """
    SELECT source, position, stream, topic, state FROM copied_events
    WHERE topic = ANY(%(topics)s) AND recorded_at >= %(since)s AND recorded_at < %(until)s ORDER BY source, position
"""
_OF_ROTAS = """
    SELECT source, position, stream, topic, state FROM copied_events
    WHERE topic = ANY(%(topics)s) AND recorded_at < %(until)s ORDER BY source, position
"""
_ASKED = f"""
    SELECT DISTINCT {_TOLD} #>> '{{data,responder}}' FROM copied_events
    WHERE topic = ANY(%(topics)s) AND {_TOLD} #>> '{{data,seat}}' = ANY(%(seats)s)
"""
_READS = (RecordShown.NAME, PageRead.NAME, ListExported.NAME)
_OWN = (CaseFileMade.NAME, CaseReplayed.NAME, ReadersTold.NAME, WhyTold.NAME, ListExported.NAME)


async def facts_of(
    pool: AsyncConnectionPool,
    since: datetime,
    until: datetime,
    keeps_out: KeepsOut,
    withheld: Collection[str],
    opening_rule: str,
) -> Facts:
    """Of the week from `since` to before `until`. `opening_rule` is that of the review of an emergency opening."""
    week: dict[str, Any] = {"since": since, "until": until}
    async with pool.connection() as connection, connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        rows = await fetch(connection, _WEEK, {**week, "reads": list(_READS), "own": list(_OWN)})
        in_week = await _told(connection, _OF_WEEK, {**week, "topics": [AccountNamed.NAME, AccountClosed.NAME]})
        named = {each.correlation_id for each in in_week if each.name == AccountNamed.NAME}
        departed = [_departed(each) for each in in_week if each.name == AccountClosed.NAME]
        correlations = sorted({row[3] for row in rows} | named)
        counties = await _counties(connection, correlations)
        shut_out = await _shut_out(connection, list(counties), keeps_out)
        earlier = await _before(connection, since, in_week, departed)
        openings = await _openings(connection, week, opening_rule)
        actors = {row[0] for row in (*rows, *earlier)} | {f"account:{each.account}" for each in openings}
        return Facts(
            since=since,
            until=until,
            reads=_reads(rows, counties),
            before=_reads(earlier, counties),
            rights=await rights_of(connection, actors),
            counties=counties,
            seated=await _seated(connection, list(counties)),
            shut_out=shut_out,
            departed=departed,
            openings=openings,
            rotas=await _rotas(connection, until),
            withheld=frozenset(withheld),
            concealed=await _asked_for(connection, withheld),
        )


def _reads(rows: Iterable[tuple[Any, ...]], cases: Collection[UUID]) -> Sequence[Read]:
    """What belongs to something that no tip began, an account say, is of no case."""
    return [
        Read(UUID(actor.partition(":")[2]), agency, at, case if case in cases else None, many or 0)
        for actor, agency, at, case, many in rows
    ]


async def _told(connection: AsyncConnection, statement: str, values: Mapping[str, Any]) -> Sequence[Told]:
    return [read(row) for row in await rows_of(connection, statement, values)]


async def _counties(connection: AsyncConnection, correlations: Sequence[UUID]) -> Mapping[UUID, frozenset[str]]:
    """Of each that a tip began."""
    placed = {"cases": correlations, "topics": [TipReceived.NAME, TipCorrected.NAME]}
    found: dict[UUID, set[str]] = {}
    for each in await _told(connection, _OF_CASES, placed):
        counties = found.setdefault(each.correlation_id, set())
        if each.data.get("county"):
            counties.add(each.data["county"])
    return {case: frozenset(counties) for case, counties in found.items()}


async def _seated(connection: AsyncConnection, cases: Sequence[UUID]) -> Mapping[CaseAndAccount, Sequence[Seated]]:
    found: dict[CaseAndAccount, list[Seated]] = defaultdict(list)
    for each in await _told(connection, _OF_CASES, {"cases": cases, "topics": SEATS}):
        who = each.correlation_id, UUID(each.data["responder"])
        found[who].append(Seated(each.recorded_at, each.name in LEAVES))
    return found


async def _asked_for(connection: AsyncConnection, seats: Collection[str]) -> frozenset[UUID]:
    asked = {"topics": SEATS, "seats": sorted(seats)}
    return frozenset(UUID(row[0]) for row in await fetch(connection, _ASKED, asked) if row[0])


async def _shut_out(
    connection: AsyncConnection, cases: Sequence[UUID], keeps_out: KeepsOut
) -> Mapping[CaseAndAccount, Sequence[ShutOut]]:
    """From when on each service said so, and until when; the same may be said by several."""
    topics = sorted({name for name, _ in (*keeps_out.out, *keeps_out.again)})
    running: dict[tuple[UUID | None, UUID, UUID], ShutOut] = {}
    found: dict[CaseAndAccount, list[ShutOut]] = defaultdict(list)
    for each in await _told(connection, _OF_CASES, {"cases": cases, "topics": topics}):
        form = (each.name, each.version)
        field = keeps_out.out.get(form) or keeps_out.again.get(form, "")
        if not field:
            continue
        account = UUID(each.data[field])
        place = (each.stream, each.correlation_id, account)
        if form in keeps_out.out:
            running.setdefault(place, ShutOut(each.recorded_at, None, each.name == AccountNamed.NAME))
        elif place in running:
            found[place[1:]].append(running.pop(place)._replace(until=each.recorded_at))
    for (_, case, account), shut in running.items():
        found[case, account].append(shut)
    return found


def _departed(closed: Told) -> Departed:
    return Departed(UUID(closed.data["account"]), datetime.fromisoformat(closed.data["left_at"]))


async def _before(
    connection: AsyncConnection, since: datetime, in_week: Sequence[Told], departed: Sequence[Departed]
) -> Sequence[tuple[Any, ...]]:
    """Earlier reads of cases by those whom a tip named since, and of those who are known to have left since."""
    named = [each for each in in_week if each.name == AccountNamed.NAME]
    accounts = {each.data["account"] for each in named} | {str(each.account) for each in departed}
    if not accounts:
        return ()
    values = {
        "reads": list(_READS),
        "own": list(_OWN),
        "since": since,
        "cases": [each.correlation_id for each in named],
        "left": min((each.left_at for each in departed), default=since),
        "actors": [f"account:{account}" for account in sorted(accounts)],
    }
    return await fetch(connection, _BEFORE, values)


async def _openings(connection: AsyncConnection, week: Mapping[str, Any], rule: str) -> Sequence[Opening]:
    missed = [
        each
        for each in await _told(connection, _OF_WEEK, {**week, "topics": [ClockMissed.NAME]})
        if each.data["rule"] == rule
    ]
    cases = sorted({each.correlation_id for each in missed})
    broken = await _told(connection, _OF_CASES, {"cases": cases, "topics": [GlassBroken.NAME]})
    # The clock of an opening is known by its name, as the tips service gives it.
    by_clock: dict[UUID | None, Told] = {uuid5(UUID(each.data["opening"]), rule): each for each in broken}
    opened = [by_clock[each.stream] for each in missed if each.stream in by_clock]
    return [Opening(UUID(each.data["account"]), each.correlation_id) for each in opened]


async def _rotas(connection: AsyncConnection, until: datetime) -> Sequence[Rota]:
    return rotas_of(await _told(connection, _OF_ROTAS, {"topics": list(ROTAS), "until": until}))
