"""How soon what is done to a log, or to the auditors' copy of it, is found by itself.

In a whole house with tips coming in, somebody who is superuser of the databases does each kind of tampering again and
again, each time at rows that nothing was done to yet. Taken is the time from the act to the finding on record. Then how
fast a long log is read through. It fails when something was not found.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec
import psycopg
from psycopg import conninfo, sql

from deploy.embedded.installation import HOST, POSTGRES_PORT
from deploy.embedded.postgres import ADMIN
from services.kernel.connections import pool_of
from services.kernel.proof.blocks import AT_ONCE, BLOCK, digests_of_log
from tests.bench.contenders import stamped_event
from tests.bench.copying import copied
from tests.bench.measuring import Result, below, beside, say
from tests.bench.stage import Stage
from tests.end_to_end.town import Town, Visit, ok
from tests.support.servers import Database
from tests.support.waiting import eventually

TIPS_A_ROUND = 4
"""So many before anything is done: the rows that it is done to. Each leads to several."""
TIP_EVERY_SECONDS = 1.0
GIVEN_UP_AFTER = 60.0
LOOK_EVERY = 0.05
APART = 3
"""Positions between two acts, so that no finding about one tells of another."""
LONG_LOG = 200_000
LIMIT_SECONDS = 10.0

BYTE = "UPDATE stored_events SET state = state || ' '::bytea WHERE notification_id = {at}"
ALIKE = (
    "UPDATE stored_events SET state = state || ' '::bytea WHERE notification_id = {at}",
    "UPDATE copied_events SET state = state || ' '::bytea WHERE source = '{source}' AND position = {at}",
)
PUT_BACK = (
    "UPDATE stored_events SET state = substring(state FROM 1 FOR length(state) - 1) WHERE notification_id = {at}",
    """
    UPDATE copied_events SET state = substring(state FROM 1 FOR length(state) - 1)
    WHERE source = '{source}' AND position = {at}
    """,
)
DONE_TO_THE_LOG: Mapping[str, Sequence[str]] = {
    "a byte of a row": [BYTE],
    "a row deleted": ["DELETE FROM stored_events WHERE notification_id = {at}"],
    "another row in its place": [
        "UPDATE stored_events SET originator_id = gen_random_uuid() WHERE notification_id = {at}"
    ],
    "two rows in the other order": [
        "UPDATE stored_events SET notification_id = -1 WHERE notification_id = {at}",
        "UPDATE stored_events SET notification_id = {at} WHERE notification_id = {at} + 1",
        "UPDATE stored_events SET notification_id = {at} + 1 WHERE notification_id = -1",
    ],
}
DONE_TO_THE_COPY: Mapping[str, Sequence[str]] = {
    "a row of the copy deleted": ["DELETE FROM copied_events WHERE source = 'tips' AND position = {at}"],
}
NEWEST, LOST, LATE, BOTH = "the newest row deleted", "lost on the road", "the road stands still", "log and copy alike"


class Found(NamedTuple):
    """A finding, as audit put it on record."""

    source: str
    kind: str
    first: int
    last: int


class Attacker:
    """Superuser of the databases of a running house, who also sees what is found."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._seen = 0
        self._found: list[Found] = []
        self._next = 0

    def admin(self, service: str) -> psycopg.Connection:
        """Passes every trigger."""
        secrets = self._town.stack.folder.secrets
        connection = psycopg.connect(
            conninfo.make_conninfo(
                host=HOST,
                port=self._town.stack.port_base + POSTGRES_PORT,
                dbname=f"muster_{service}",
                user=ADMIN,
                password=(secrets / "postgres" / "admin.password").read_text().strip(),
            ),
            autocommit=True,
        )
        connection.execute("SET session_replication_role = replica")
        return connection

    def do(self, service: str, statements: Sequence[str], **values: object) -> None:
        """In one transaction."""
        with self.admin(service) as connection, connection.transaction():
            for statement in statements:
                changed = connection.execute(statement.format(**values).encode())
                assert changed.rowcount > 0, "nothing was done"

    def pass_over(self, rows: int) -> int:
        """Where the log of tips ended, if its relay had come so far: it takes so many more for published then. Else 0.

        No row may come in between: it would be published, and nothing be lost.
        """
        with self.admin("tips") as connection, connection.transaction():
            connection.execute("LOCK stored_events IN SHARE MODE")
            moved = connection.execute(
                "UPDATE checkpoints SET position = position + %(rows)s WHERE name = 'relay'"
                " AND position = (SELECT max(notification_id) FROM stored_events) RETURNING position - %(rows)s",
                {"rows": rows},
            ).fetchone()
        return int(moved[0]) if moved else 0

    def last(self, service: str) -> int:
        """The end of its log."""
        with self.admin(service) as connection:
            row = connection.execute("SELECT max(notification_id) FROM stored_events").fetchone()
        return int(row[0]) if row else 0

    def fresh(self) -> int:
        """A position of tips that nothing was done to yet."""
        self._next += APART
        return self._next

    async def found(self, service: str, kinds: set[str], first: int, last: int | None = None) -> bool:
        """Once a finding of one of the kinds is about one of the positions; False when it is given up."""
        wanted = range(first, (last or first) + 1)
        until = time.monotonic() + GIVEN_UP_AFTER
        while time.monotonic() < until:
            await asyncio.to_thread(self._look)
            for each in self._found:
                about = each.first <= wanted[-1] and each.last >= wanted[0]
                if (each.source, about) == (service, True) and each.kind in kinds:
                    return True
            await asyncio.sleep(LOOK_EVERY)
        return False

    def _look(self) -> None:
        with self.admin("audit") as connection:
            rows = connection.execute(
                "SELECT notification_id, state FROM stored_events WHERE notification_id > %s"
                " AND topic IN ('audit.finding_found', 'audit.gap_found') ORDER BY notification_id",
                (self._seen,),
            ).fetchall()
        for position, state in rows:
            self._seen = position
            self._found.append(_finding(msgspec.json.decode(bytes(state))["data"]))


def _finding(data: Mapping[str, Any]) -> Found:
    if "after" in data:
        return Found(data["source"], "gap", data["after"] + 1, data["before"] - 1)
    return Found(data["source"], data["kind"], data["first"], data["last"])


class Measuring:
    """What took how long."""

    def __init__(self, attacker: Attacker) -> None:
        self.attacker = attacker
        self.took: dict[str, list[float]] = {}
        self.not_found: list[str] = []

    async def take(self, kind: str, service: str, kinds: set[str], first: int, last: int | None = None) -> None:
        """From now on."""
        began = time.monotonic()
        if await self.attacker.found(service, kinds, first, last):
            self.took.setdefault(kind, []).append(time.monotonic() - began)
        else:
            self.not_found.append(kind)

    async def round(self) -> None:
        """Every kind once but that of log and copy alike."""
        attacker, waiting = self.attacker, []
        differs = {"not_the_same", "reordered", "missing_there"}
        for kind, statements in DONE_TO_THE_LOG.items():
            at = attacker.fresh()
            await asyncio.to_thread(attacker.do, "tips", statements, at=at)
            waiting.append(asyncio.create_task(self.take(kind, "tips", differs, at)))
        for kind, statements in DONE_TO_THE_COPY.items():
            at = attacker.fresh()
            await asyncio.to_thread(attacker.do, "audit", statements, at=at)
            waiting.append(asyncio.create_task(self.take(kind, "tips", {"missing_here"}, at)))
        await asyncio.gather(*waiting)
        last = attacker.last("tips")
        await self._copied(last)
        await asyncio.to_thread(
            attacker.do, "tips", ["DELETE FROM stored_events WHERE notification_id = {at}"], at=last
        )
        await self.take(NEWEST, "tips", {"missing_there"}, last)
        await self._road(LOST, 1, {"gap"})
        await self._road(LATE, 100_000, {"behind"})

    async def _road(self, kind: str, rows: int, kinds: set[str]) -> None:
        """The relay passes over so many that come next, as if they had been published; afterwards it publishes them."""
        last = 0

        async def passed_over() -> bool:
            nonlocal last
            last = await asyncio.to_thread(self.attacker.pass_over, rows)
            return last > 0

        await eventually(passed_over, within=30.0)
        await eventually(lambda: self._grown(last), within=30.0)
        await self.take(kind, "tips", kinds, last + 1, last + rows)
        put_back = "UPDATE checkpoints SET position = {to} WHERE name = 'relay'"
        await asyncio.to_thread(self.attacker.do, "tips", [put_back], to=last)

    async def alike(self) -> None:
        """Log and copy of one service, under a head that says otherwise; put back at once, since one hides the next."""
        attacker, service = self.attacker, "rapid_assessment"
        while True:
            at = attacker.last(service)
            await eventually(lambda at=at: self._signed(service, at), within=120.0)  # type: ignore[misc]  # bound here
            for database, statement in zip((service, "audit"), ALIKE, strict=True):
                await asyncio.to_thread(attacker.do, database, [statement], at=at, source=service)
            await self.take(BOTH, service, {"copy_changed"}, at)
            for database, statement in zip((service, "audit"), PUT_BACK, strict=True):
                await asyncio.to_thread(attacker.do, database, [statement], at=at, source=service)

    async def _grown(self, last: int) -> bool:
        return self.attacker.last("tips") > last

    async def _copied(self, position: int) -> None:
        async def there() -> bool:
            with self.attacker.admin("audit") as connection:
                row = connection.execute("SELECT max(position) FROM copied_events WHERE source = 'tips'").fetchone()
            return row is not None and row[0] is not None and row[0] >= position

        await eventually(there, within=60.0)

    async def _signed(self, service: str, position: int) -> bool:
        with self.attacker.admin("audit") as connection:
            row = connection.execute("SELECT max(size) FROM witnessed_heads WHERE source = %s", (service,)).fetchone()
        return row is not None and row[0] is not None and row[0] >= position


def measure(stage: Stage) -> Sequence[Result]:
    """Of all times that one kind was done, the one that half were found in; of all kinds, the slowest in a hundred."""
    with stage.house("witness") as house:
        took, not_found = asyncio.run(_measured(house.town, stage.size.tampered))
    assert not not_found, f"Not found within {GIVEN_UP_AFTER:g} s: {', '.join(not_found)}."
    with stage.database() as database:
        a_row = microseconds_a_row(database)
        copy_row = 1e6 / copied(database, sql.Identifier("stored_events"))
    each = statistics.quantiles([one for some in took.values() for one in some], n=100, method="inclusive")
    return [
        *(below(kind, "s", seconds, LIMIT_SECONDS) for kind, seconds in took.items()),
        below("all of them, p99", "s", [each[98]], LIMIT_SECONDS),
        beside(f"a log of {LONG_LOG:,} read through, one side", "µs/row", [a_row], "COPY of it", [copy_row]),
    ]


async def _measured(town: Town, rounds: int) -> tuple[dict[str, list[float]], list[str]]:
    """How long each kind took each time, and what was not found."""
    attacker = Attacker(town)
    async with town.open() as visit, _tips_come_in(visit):
        await eventually(lambda: _at_least(attacker, TIPS_A_ROUND * rounds), within=900.0)
        measuring = Measuring(attacker)
        alike = asyncio.create_task(measuring.alike())
        for number in range(1, rounds + 1):
            say(f"round {number} of {rounds}")
            await measuring.round()
        alike.cancel()
        ended = (await asyncio.gather(alike, return_exceptions=True))[0]
        assert isinstance(ended, asyncio.CancelledError), f"log and copy could not be changed alike: {ended!r}"
        return measuring.took, measuring.not_found


async def _at_least(attacker: Attacker, tips: int) -> bool:
    with attacker.admin("tips") as connection:
        row = connection.execute("SELECT count(*) FROM stored_events WHERE topic = 'tips.tip_received'").fetchone()
    return row is not None and row[0] >= tips


@asynccontextmanager
async def _tips_come_in(visit: Visit) -> AsyncIterator[None]:
    async def type_in() -> None:
        while True:
            body = {
                "channel": "cps_hotline",
                "county": "Hinds",
                "received_at": visit.town.now.isoformat(),
                "age": "child",
                "persons": [{"part": "subject", "narrative": "Invented."}],
            }
            ok(await visit.post("cps_intake", "tips", "/tips", body))
            await asyncio.sleep(TIP_EVERY_SECONDS)

    typing = asyncio.create_task(type_in())
    try:
        yield
        assert not typing.done(), "tips no longer came in"
    finally:
        typing.cancel()
        await asyncio.gather(typing, return_exceptions=True)


def microseconds_a_row(database: Database) -> float:
    """To make the digests of a long log, on one side, as the database does it piece by piece."""
    state = stamped_event().state
    with psycopg.connect(database.login) as connection, connection.cursor() as cursor:
        columns = "originator_id, originator_version, topic, state, notification_id"
        with cursor.copy(f"COPY stored_events ({columns}) FROM STDIN") as copy:
            for position in range(1, LONG_LOG + 1):
                copy.write_row((uuid4(), 1, "bench.happened", state, position))
    return asyncio.run(_read_through(database.login)) / LONG_LOG * 1e6


async def _read_through(login: str) -> float:
    async with pool_of(login) as pool:
        began = time.perf_counter()
        for after in range(0, LONG_LOG, AT_ONCE * BLOCK):
            await digests_of_log(pool, after, after + AT_ONCE * BLOCK)
        return time.perf_counter() - began
