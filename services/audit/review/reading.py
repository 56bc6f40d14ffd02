"""Who read what in a week: counts by agency and role, searches, files taken, cases opened in an emergency; and beside
that the evidence kits that were moved for somebody who had left.

From the reads on record in the copy, and from the audit service's own log for what auditors were told.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from contracts.events.tips import GlassBroken
from services.audit.case_file.events import CaseFileMade
from services.audit.replay.events import CaseReplayed, ReadersTold, WhyTold
from services.audit.replay.reading import fetch, positions_of, rights_of, rows_of
from services.audit.replay.telling import RightsGiven, Told, read
from services.audit.sources import OWN
from services.kernel.operations import ListExported, ListSearched, PageRead, RecordShown

REVIEWED = "break_glass.reviewed"
"""The tips service's own event: that another person looked at an emergency opening."""

RECOVERED = "kit.recovered"
"""The forensic clinic's own event: a kit was found whose holder had left, and offered in their place."""

LISTS_SHOWN = 200

CASE_FILE = "case file"
"""What a sealed case file is called among the lists taken away. Which case it is of is not told here."""

# The states of a copy are JSON, as every service stores them; the audit service's own log has no other column of time.
_TOLD = "convert_from(state, 'UTF8')::json"
_OF_THE_WEEK = "topic = ANY(%(topics)s) AND recorded_at >= %(since)s AND recorded_at < %(until)s"
_OWN_OF_THE_WEEK = f"""
    topic = ANY(%(topics)s) AND ({_TOLD} ->> 'recorded_at')::timestamptz >= %(since)s
        AND ({_TOLD} ->> 'recorded_at')::timestamptz < %(until)s
"""
_READS = f"""
    SELECT told ->> 'actor', told ->> 'agency', topic, count(*) FROM (
        SELECT topic, {_TOLD} AS told FROM copied_events WHERE {_OF_THE_WEEK}
        UNION ALL SELECT topic, {_TOLD} AS told FROM stored_events WHERE {_OWN_OF_THE_WEEK}
    ) AS reads GROUP BY 1, 2, 3
"""
_LISTS = f"""
    SELECT source, position, stream, topic, state FROM copied_events WHERE {_OF_THE_WEEK}
    UNION ALL
    SELECT %(own)s, notification_id, originator_id, topic, state FROM stored_events WHERE {_OWN_OF_THE_WEEK}
"""
_OF_CASES = f"SELECT source, position, stream, topic, state FROM copied_events WHERE {_OF_THE_WEEK}"
_OUTCOMES = f"""
    SELECT {_TOLD} #>> '{{data,opening}}', {_TOLD} #>> '{{data,outcome}}' FROM copied_events
    WHERE source = 'tips' AND topic = %s
"""
_COLUMNS = {
    RecordShown.NAME: "shown",
    PageRead.NAME: "opened",
    ListExported.NAME: "files",
    CaseFileMade.NAME: "files",
    ListSearched.NAME: "searches",
    CaseReplayed.NAME: "told",
    ReadersTold.NAME: "told",
    WhyTold.NAME: "told",
}


class ReadBy(msgspec.Struct, frozen=True, kw_only=True):
    """What those of one role of an agency did in the week, and how many people they were.

    Records `shown`, pages with sealed fields `opened`, `searches`, `files` taken, cases or their readers `told` to an
    auditor.
    """

    agency: str
    role: str
    people: int
    shown: int = 0
    opened: int = 0
    searches: int = 0
    files: int = 0
    told: int = 0


class ListRead(msgspec.Struct, frozen=True, kw_only=True):
    """A list that somebody searched, or took away: by what it was narrowed, and how many records it then held.

    Or a case file that left the house: for whom, and of how many records of a log it shows the bytes.
    """

    recorded_at: datetime
    account: UUID | None
    agency: str
    service: str
    question: str
    narrowed: list[str]
    records: int


class OpenedCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case opened in an emergency; `outcome` is empty while nobody has reviewed that."""

    recorded_at: datetime
    account: UUID
    agency: str
    case: UUID
    outcome: str


class KitMoved(msgspec.Struct, frozen=True, kw_only=True):
    """A kit that `account` of the agency found and offered in place of `holder`, who had left: not by both hands."""

    recorded_at: datetime
    account: UUID
    agency: str
    holder: UUID
    case: UUID
    kit: UUID


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A week. `own` is how much of it was read by whoever asks; `searches` and `files` are the newest of those.

    `positions` are how far the copy of each service's log had come.
    """

    reads: int
    own: int
    by_role: list[ReadBy]
    searches: list[ListRead]
    files: list[ListRead]
    openings: list[OpenedCase]
    kits: list[KitMoved]
    positions: dict[str, int]


class _Count(NamedTuple):
    actor: str
    agency: str
    topic: str
    many: int


async def reading_of(
    pool: AsyncConnectionPool, since: datetime, until: datetime, me: UUID, hidden: frozenset[UUID]
) -> Reading:
    """Of what was recorded from `since` to before `until`, with no opening, kit or row of a list of a `hidden` case."""
    week = {"since": since, "until": until, "own": OWN}
    async with pool.connection() as connection, connection.transaction():
        # One snapshot: positions and rows belong together.
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        counts = [_Count(*row) for row in await fetch(connection, _READS, {**week, "topics": list(_COLUMNS)})]
        rights = await rights_of(connection, {each.actor for each in counts})
        return Reading(
            reads=sum(each.many for each in counts),
            own=sum(each.many for each in counts if each.actor == f"account:{me}"),
            by_role=_by_role(counts, rights, until),
            searches=await _lists(connection, week, [ListSearched.NAME], hidden),
            files=await _lists(connection, week, [ListExported.NAME, CaseFileMade.NAME], hidden),
            openings=await _openings(connection, week, hidden),
            kits=await _kits(connection, week, hidden),
            positions=await positions_of(connection),
        )


def _by_role(counts: Sequence[_Count], rights: Mapping[str, Sequence[RightsGiven]], until: datetime) -> list[ReadBy]:
    """By agency, then role: the roles an account had when the week ended."""
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    many: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for each in counts:
        held = [given.roles for given in rights.get(each.actor, ()) if given.since < until]
        who = (each.agency, ", ".join(held[-1]) if held else "")
        people[who].add(each.actor)
        many[who][_COLUMNS[each.topic]] += each.many
    return [
        ReadBy(agency=agency, role=role, people=len(people[agency, role]), **many[agency, role])
        for agency, role in sorted(many)
    ]


async def _lists(
    connection: AsyncConnection, week: Mapping[str, Any], names: Sequence[str], hidden: frozenset[UUID]
) -> list[ListRead]:
    rows = await rows_of(connection, _LISTS, {**week, "topics": list(names)})
    newest = sorted(map(read, rows), key=lambda each: (each.recorded_at, each.source, each.position), reverse=True)
    return [list_read(each, hidden) for each in newest[:LISTS_SHOWN]]


def list_read(event: Told, hidden: frozenset[UUID]) -> ListRead:
    """With the records it would have had if there were no hidden case: a county and a number would tell of one.

    Records, not rows: of a list with several rows a case, those of the others would not add up to them.
    """
    data, is_file = event.data, event.name == CaseFileMade.NAME
    listed = frozenset(map(UUID, () if is_file else data["records"]))
    rows = data["shown"] if is_file else data["rows"]
    return ListRead(
        recorded_at=event.recorded_at,
        account=event.account,
        agency=event.agency,
        service=event.source,
        question=CASE_FILE if is_file else data["question"],
        narrowed=[f"profile={data['profile']}"] if is_file else data["narrowed"],
        records=len(listed - hidden) if listed else rows,
    )


async def _openings(connection: AsyncConnection, week: Mapping[str, Any], hidden: frozenset[UUID]) -> list[OpenedCase]:
    rows = await rows_of(connection, _OF_CASES, {**week, "topics": [GlassBroken.NAME]})
    outcomes = dict(await fetch(connection, _OUTCOMES, (REVIEWED,))) if rows else {}
    return [
        OpenedCase(
            recorded_at=each.recorded_at,
            account=UUID(each.data["account"]),
            agency=each.data["agency"],
            case=each.correlation_id,
            outcome=outcomes.get(each.data["opening"], ""),
        )
        for each in sorted(map(read, rows), key=lambda each: each.position)
        if each.correlation_id not in hidden
    ]


async def _kits(connection: AsyncConnection, week: Mapping[str, Any], hidden: frozenset[UUID]) -> list[KitMoved]:
    rows = await rows_of(connection, _OF_CASES, {**week, "topics": [RECOVERED]})
    return [
        KitMoved(
            recorded_at=each.recorded_at,
            account=UUID(each.data["by"]),
            agency=each.data["agency"],
            holder=UUID(each.data["holder"]),
            case=each.correlation_id,
            kit=UUID(each.data["kit"]),
        )
        for each in sorted(map(read, rows), key=lambda each: each.position)
        if each.correlation_id not in hidden
    ]
