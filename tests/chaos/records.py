"""What stands in the databases, read as the superuser; and whether everybody has read it to its end."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from contracts.published import PUBLISHED
from deploy.topology import LISTENERS
from tests.chaos.house import NAMES, House

CONTRACTS = {service: frozenset(event.NAME for event in events) for service, events in PUBLISHED.items()}
DURABLES = frozenset(listener.durable for listener in LISTENERS)
# Which services copy whose whole log is in the topology.
COPIED_SERVICES = tuple(listener.upstream for listener in LISTENERS if listener.service == "audit")
Connections = Mapping[str, psycopg.Connection]
"""The superuser's, one to each service's database."""


class Head(msgspec.Struct, frozen=True):
    """What the checks ask of a stored state."""

    event_id: UUID
    actor: str
    command_id: UUID
    causation_id: UUID | None
    recorded_at: datetime
    data: dict[str, Any]


class Row(NamedTuple):
    """One event as it is stored."""

    position: int
    stream: UUID
    version: int
    name: str
    state: bytes

    @property
    def head(self) -> Head:
        return _head(self.state)


@lru_cache(maxsize=200_000)
def _head(state: bytes) -> Head:
    """Kept, because every check of every round asks for it."""
    return msgspec.json.decode(state, type=Head)


class KeyRow(NamedTuple):
    """What a command's key left."""

    reference: UUID
    version: int
    position: int


class Ledger(NamedTuple):
    """One service's log, its keys and what it parked, of one moment."""

    rows: list[Row]
    keys: dict[bytes, KeyRow]
    parked: list[tuple[str, int, str]]


class Progress(NamedTuple):
    """How far one service is: its own log, its road, its views, what it follows, and what is due and not handled."""

    last: int
    last_in_contract: int
    relayed: int
    views: dict[str, int]
    tracking: dict[str, int]
    due: int


ROWS = """
    SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events ORDER BY notification_id
"""
COPIED = "SELECT position, stream, version, topic, state FROM copied_events WHERE source = %s ORDER BY position"
TRACKING = "SELECT application_name, notification_id FROM notification_tracking"
LAST = """
    SELECT coalesce(max(notification_id), 0), coalesce(max(notification_id) FILTER (WHERE topic = ANY(%s)), 0)
    FROM stored_events
"""


def read_ledger(house: House, service: str) -> Ledger:
    """One snapshot."""
    with psycopg.connect(house.admin(service)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        ask = connection.execute
        return Ledger(
            rows=[Row(*row) for row in ask(ROWS).fetchall()],
            keys={
                bytes(digest): KeyRow(*rest)
                for digest, *rest in ask("SELECT key_digest, reference, version, position FROM command_keys").fetchall()
            },
            parked=ask("SELECT follower, position, reason FROM parked_events").fetchall(),
        )


def read_copy(house: House, source: str) -> list[Row]:
    """The audit service's copy of a log."""
    with psycopg.connect(house.admin("audit")) as connection:
        return [Row(*row) for row in connection.execute(COPIED, (source,)).fetchall()]


@contextmanager
def connected(house: House) -> Iterator[Connections]:
    """To look again and again: making a connection takes several times as long as a look."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(psycopg.connect(house.admin(name))) for name in NAMES}


def read_progress(connections: Connections, now: datetime) -> dict[str, Progress]:
    """Every service's, one after the other; told time is `now` and held."""
    progress = {}
    for service, connection in connections.items():
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with connection.transaction():
            ask = connection.execute
            last, in_contract = _row(ask(LAST, (list(CONTRACTS.get(service, ())),)).fetchone())
            (relayed,) = _row(ask("SELECT coalesce(max(position), 0) FROM checkpoints WHERE name = 'relay'").fetchone())
            (due,) = _row(ask("SELECT count(*) FROM due_moments WHERE due_at <= %s", (now,)).fetchone())
            views: dict[str, int] = dict(ask("SELECT view, position FROM view_generations WHERE answering").fetchall())
            tracking: dict[str, int] = dict(ask(TRACKING).fetchall())
        progress[service] = Progress(last, in_contract, relayed, views, tracking, due)
    return progress


def behind(progress: Mapping[str, Progress]) -> list[str]:
    """Who has not read to the end, or not done what is due. Empty when everybody has."""
    late = []
    for service, own in progress.items():
        places = {"relay": own.relayed, **{f"view {name}": at for name, at in own.views.items()}}
        places |= {name: at for name, at in own.tracking.items() if name not in DURABLES}
        late += [f"{service}: {name} at {at} of {own.last}" for name, at in places.items() if at < own.last]
        if own.due:
            late.append(f"{service}: {own.due} moments due and not handled")
    for listener in LISTENERS:
        upstream = progress[listener.upstream]
        wanted = upstream.last_in_contract if listener.subject.startswith("evt.") else upstream.last
        at = progress[listener.service].tracking.get(listener.durable, 0)
        if at < wanted:
            late.append(f"{listener.durable} at {at} of {wanted}")
    return late


def _row(row: tuple[Any, ...] | None) -> tuple[Any, ...]:
    assert row is not None
    return row
