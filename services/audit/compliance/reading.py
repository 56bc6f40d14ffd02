"""Reads from the copy what compliance is told of, all of one moment of the copy."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from contracts.events.tips import TipCorrected, TipReceived
from contracts.jurisdictions import Jurisdiction
from services.audit.compliance.circumstances import BESIDE, beside
from services.audit.compliance.closing import CLOSED
from services.audit.compliance.history import READ, History, histories
from services.audit.compliance.path import of_rule
from services.audit.compliance.placing import Placed, placed, without_answer
from services.audit.replay.reading import STORY, fetch, kept_from, positions_of, rows_of
from services.audit.replay.telling import Told, read
from services.audit.replay.words import KeepsOut
from services.audit.sources import OWN
from services.kernel.clock import ClockStarted
from services.kernel.operations import RecordShown

# How far a chain of reactions is followed to the act of somebody.
LONGEST_CHAIN = 8

_TOLD = "convert_from(state, 'UTF8')::json"
# Which clocks began in a span; when a clock began never changes, whatever becomes of it.
_BEGAN = f"""
    topic = %(started)s
    AND (%(since)s::timestamptz IS NULL OR ({_TOLD} #>> '{{data,started_at}}')::timestamptz >= %(since)s)
    AND (%(before)s::timestamptz IS NULL OR ({_TOLD} #>> '{{data,started_at}}')::timestamptz < %(before)s)
"""
_CLOCKS = f"""
    SELECT source, position, stream, topic, state FROM copied_events
    WHERE topic = ANY(%(topics)s) AND NOT correlation = ANY(%(hidden)s)
        AND stream IN (SELECT stream FROM copied_events WHERE {_BEGAN})
    ORDER BY source, position
"""
_OWN_CLOCKS = f"""
    SELECT %(own)s, notification_id, originator_id, topic, state FROM stored_events
    WHERE topic = ANY(%(topics)s) AND originator_id IN (SELECT originator_id FROM stored_events WHERE {_BEGAN})
    ORDER BY notification_id
"""
_BESIDE = """
    SELECT source, position, stream, topic, state FROM copied_events
    WHERE topic = ANY(%s) AND correlation = ANY(%s) ORDER BY source, position
"""
_COUNTIES = f"""
    SELECT DISTINCT ON (stream) stream, {_TOLD} #>> '{{data,county}}' FROM copied_events
    WHERE source = 'tips' AND topic = ANY(%s) ORDER BY stream, position DESC
"""
_CAUSES = f"""
    SELECT event_id, {_TOLD} ->> 'agency', {_TOLD} ->> 'causation_id', {_TOLD} #>> '{{data,agency}}'
    FROM copied_events WHERE event_id = ANY(%s)
"""
_CLOSED = """
    SELECT DISTINCT correlation FROM copied_events
    WHERE source = 'tips' AND topic = %s AND NOT correlation = ANY(%s) ORDER BY correlation
"""


class Span(NamedTuple):
    """Clocks that began from `since` to before `before`; None for no bound."""

    since: datetime | None = None
    before: datetime | None = None


class Read(NamedTuple):
    """The clocks there are, and how far the copy of each service's log had come."""

    clocks: Sequence[Placed]
    positions: dict[str, int]


class Hiding(NamedTuple):
    """Who asks, of which events which field keeps somebody out, and whether the asker sees even so."""

    account: UUID
    keeps_out: KeepsOut
    may_see: Callable[[frozenset[UUID]], bool]

    async def cases(self, connection: AsyncConnection) -> list[UUID]:
        """Those that the asker is not shown, and those linked with them."""
        if self.may_see(frozenset({self.account})):
            return []
        return await kept_from(connection, self.account, self.keeps_out)


async def clocks_of(pool: AsyncConnectionPool, span: Span, hiding: Hiding, tables: Jurisdiction) -> Read:
    """Every clock of every service that began in the span, but those of cases that are hidden."""
    async with pool.connection() as connection, connection.transaction():
        # One snapshot: positions and rows belong together.
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        values = {
            "topics": list(READ),
            "started": ClockStarted.NAME,
            "since": span.since,
            "before": span.before,
            "hidden": await hiding.cases(connection),
            "own": OWN,
        }
        rows = [*await rows_of(connection, _CLOCKS, values), *await rows_of(connection, _OWN_CLOCKS, values)]
        # A second for each twenty thousand clocks: meanwhile others are answered.
        ran = await asyncio.to_thread(lambda: histories(map(read, rows)))
        cases = sorted({each.case for each in ran})
        told = await rows_of(connection, _BESIDE, (list(BESIDE), cases))
        ran = beside(ran, map(read, told), tables)
        counties = await _counties(connection)
        began_by = await _began_by(connection, without_answer(ran, tables))
        return Read(placed(ran, counties, began_by, tables), await positions_of(connection))


async def closed_cases(pool: AsyncConnectionPool, hiding: Hiding) -> Sequence[UUID]:
    """Those that were ever closed, by reference; some may be open again."""
    async with pool.connection() as connection:
        hidden = await hiding.cases(connection)
        return [case for (case,) in await fetch(connection, _CLOSED, (CLOSED, hidden))]


async def events_of(pool: AsyncConnectionPool, cases: Iterable[UUID]) -> dict[UUID, list[Told]]:
    """All that is on record of each of these cases, each log in its order; nothing of those linked with them."""
    found: dict[UUID, list[Told]] = {each: [] for each in cases}
    async with pool.connection() as connection:
        rows = await rows_of(connection, STORY, {"cases": list(found), "shown": RecordShown.NAME})
    for each in by_log(map(read, rows)):
        if each.correlation_id in found:
            found[each.correlation_id].append(each)
    return found


def by_log(events: Iterable[Told]) -> list[Told]:
    """Each log in its order."""
    return sorted(events, key=lambda each: (each.source, each.position))


async def _counties(connection: AsyncConnection) -> Mapping[UUID, str]:
    """Of every tip, where it is said to be from today; empty where nobody knows."""
    found = await fetch(connection, _COUNTIES, ([TipReceived.NAME, TipCorrected.NAME],))
    return {tip: county or "" for tip, county in found}


class _Cause(NamedTuple):
    """An event, by its act's agency, what led to it, and the agency that it names."""

    agency: str
    cause: str | None
    named: str | None


async def _began_by(connection: AsyncConnection, ran: Sequence[History]) -> Mapping[UUID, str]:
    """Of each clock the agency that the event it began with names, where its rule's path says so.

    Else that of whoever's act it began with, through the reactions between.
    """
    naming = {each.clock for each in ran if (step := of_rule(each.rule)) and step.answers == "whom_it_names"}
    ahead = {each.clock: each.triggered_by for each in ran}
    found: dict[UUID, str] = {}
    for _ in range(LONGEST_CHAIN):
        if not ahead:
            break
        rows = await fetch(connection, _CAUSES, (list(set(ahead.values())),))
        causes = {event: _Cause(*told) for event, *told in rows}
        further: dict[UUID, UUID] = {}
        for clock, event in ahead.items():
            each = causes.get(event, _Cause("", None, None))
            agency = (each.named if clock in naming else "") or each.agency
            if agency:
                found[clock] = agency
            elif each.cause is not None:
                further[clock] = UUID(each.cause)
        ahead = further
    return found


def span_of(since: str, until: str, tables: Jurisdiction) -> Span:
    """From the first month to the last, each as 2026-11, whole by the state's clocks; empty for no bound."""
    return Span(
        since=_first_of(since, 0, tables) if since else None, before=_first_of(until, 1, tables) if until else None
    )


def _first_of(month: str, later: int, tables: Jurisdiction) -> datetime:
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + later, 12)
    return datetime(year, number + 1, 1, tzinfo=tables.state.clocks)
