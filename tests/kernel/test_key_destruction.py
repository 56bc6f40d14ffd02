"""A destroyed key opens nothing: not here, not in yesterday's backup, not after a crash in the middle."""

import asyncio
import base64
import logging
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID, uuid4

import nats
import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from contracts.language import Personal
from deploy.embedded.binaries import find_postgres
from deploy.embedded.postgres import PostgresServer
from deploy.embedded.streams import make_streams
from services.kernel.destroyed import Order
from services.kernel.follower import Follower
from services.kernel.keys import KeyStore, WrappingKeys
from services.kernel.logs import JsonLines
from services.kernel.messages import Incoming, connect, event_id_of
from services.kernel.relay import Relay
from services.kernel.sealing import CannotOpen, open_seal, personal_fields
from services.kernel.stored_form import Logged
from tests.kernel.golden_events import mapper
from tests.kernel.toy import BOX, Kernel, Opened, Remarked, eventually, job, kernel
from tests.support.servers import Database, Servers, free_ports, fresh_database, running_servers

CHILD, ADULT = "Example Child Marked 7F3A", "Example Adult Marked 91C2"
WRAPPED_BYTES = 12 + 32 + 16
# How far behind its key's id a row's wrapped key can lie: person, generation, length.
REACH = 64


@pytest.fixture(scope="module")
def own_servers() -> Iterator[Servers]:
    """Servers whose every file this test may search; nothing else writes there."""
    with running_servers() as running:
        yield running


@asynccontextmanager
async def logging_to(path: Path) -> AsyncIterator[None]:
    """Everything any logger says, in a file, as a service writes it."""
    handler = logging.FileHandler(path)
    handler.setFormatter(JsonLines("tips"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()


async def publish_all(running: Kernel, servers: Servers) -> None:
    """Runs the relay until the whole log is in JetStream."""
    client = await connect(servers.nats.url, servers.seed("tips"), "tips")
    contract = frozenset({Opened.NAME})
    relay = Relay("tips", "TIPS", contract, running.leases(), running.pool, running.tail(), client)

    async def published() -> bool:
        return await relay.position() == await running.log.last_position()

    try:
        async with job(relay.run()):
            await eventually(published)
    finally:
        await client.close()


async def park_one(running: Kernel, stored: Logged) -> None:
    """A follower that fails on the event, with the name in its exception."""

    async def fail(_: Incoming) -> None:
        raise RuntimeError(CHILD)

    await Follower("rapid", fail, running.store, running.log, running.pool, running.time).take(Incoming("tips", stored))


def copy_of_yesterday(servers: Servers, target: Path) -> None:
    """A base backup: the data folder of the stopped server. The wrapping keys are no part of it."""
    servers.postgres.stop()
    shutil.copytree(servers.folder / "postgres", target)
    for each in (target, *target.rglob("*")):
        shutil.chown(each, (servers.folder / "postgres").stat().st_uid, (servers.folder / "postgres").stat().st_gid)
    servers.postgres.start()


def restored(servers: Servers, home: Path) -> PostgresServer:
    """A second server over the backup."""
    return PostgresServer(
        home,
        programs=find_postgres(servers.folder / "programs"),
        port=free_ports(1)[0],
        password_file=servers.folder / "admin.password",
        record=servers.folder / "restored.json",
        log=servers.folder / "restored.log",
        durable=False,
    )


def seals_in(admin: str) -> Sequence[StoredEvent]:
    """Every event of every table that holds any."""
    with psycopg.connect(admin) as connection:
        rows = connection.execute(
            "SELECT originator_id, originator_version, topic, state FROM stored_events"
            " UNION ALL SELECT originator_id, originator_version, topic, state FROM parked_events"
        ).fetchall()
    return [StoredEvent(row[0], row[1], row[2], bytes(row[3])) for row in rows]


def keys_left(admin: str, wrapping: WrappingKeys) -> set[bytes]:
    """Every person's key that any wrapping key still in existence opens."""
    with psycopg.connect(admin) as connection:
        rows = connection.execute("SELECT key_id, wrapped FROM person_keys").fetchall()
    found = set()
    for generation in wrapping.generations():
        for key_id, wrapped in rows:
            with suppress(CannotOpen):
                found.add(wrapping.unwrap(generation, key_id, bytes(wrapped)))
    return found


def texts(events: Sequence[StoredEvent], keys: set[bytes]) -> set[str]:
    """Everything any of the keys opens."""
    found = set()
    for stored in events:
        event = mapper().to_domain_event(stored).event
        for path, personal in personal_fields(event).items():
            assert personal.text == ""
            for key in keys:
                with suppress(CannotOpen):
                    if personal.seal is not None:
                        found.add(open_seal(personal.seal, key, event_id_of(stored.state), path))
    return found


def all_files(*folders: Path) -> dict[Path, bytes]:
    """Every byte that lies there; a file that a running server removes meanwhile is gone."""
    found = {}
    for folder in folders:
        for path in folder.rglob("*"):
            with suppress(FileNotFoundError):
                if path.is_file() and "programs" not in path.parts:
                    found[path] = path.read_bytes()
    return found


def keys_in_raw_bytes(data: bytes, key_id: UUID, wrapping: WrappingKeys) -> int:
    """How often a wrapped key that still opens lies behind its id: in a live or dead row, or the write-ahead log."""
    opened, at = 0, data.find(key_id.bytes)
    while at >= 0:
        for begin in range(at + 16, at + 16 + REACH):
            blob = data[begin : begin + WRAPPED_BYTES]
            for generation in wrapping.generations():
                with suppress(CannotOpen):
                    wrapping.unwrap(generation, key_id, blob)
                    opened += 1
        at = data.find(key_id.bytes, at + 1)
    return opened


async def remark(running: Kernel, child: UUID, adult: UUID) -> UUID:
    """One box with a remark about both."""
    stream = uuid4()
    event = Remarked(about=Personal(child, CHILD), others=(Personal(adult, ADULT),))
    await running.add(stream, 0, Opened(colour="red"), event)
    return stream


async def test_no_marked_name_opens_by_any_key_left_in_any_file(own_servers: Servers, tmp_path: Path) -> None:
    servers = own_servers
    child, adult = uuid4(), uuid4()
    yesterday, old_keys, log_file = servers.folder / "yesterday", tmp_path / "old keys", servers.folder / "service.log"
    keys_folder = tmp_path / "keys"
    keys_folder.mkdir()
    admin = await nats.connect(servers.nats.url, nkeys_seed_str=servers.nats.admin_seed.read_text())
    await make_streams(admin, ["tips"], [])
    with fresh_database(servers) as database:
        async with logging_to(log_file):
            async with kernel(database, keys_folder) as running:
                stream = await remark(running, child, adult)
                stored = (await running.log.stream(stream))[1]
                await publish_all(running, servers)
                await park_one(running, stored)
                event = mapper().to_domain_event(stored).event
                assert isinstance(event, Remarked)
                seal = event.about.seal
                assert seal is not None
            shutil.copytree(keys_folder, old_keys)
            await asyncio.to_thread(copy_of_yesterday, servers, yesterday)
            async with kernel(database, keys_folder) as running:
                await running.keys.destroy(uuid4(), stream, [child])
                await publish_all(running, servers)
        wrapping, before = WrappingKeys(keys_folder), WrappingKeys(old_keys)
        message = await admin.jetstream().get_msg("TIPS", seq=2)
        assert message.data == stored.state
        await admin.close()

        backup = restored(servers, yesterday)
        await asyncio.to_thread(backup.start)
        try:
            here, there = database.admin, backup.admin(database.name)
            events = [*seals_in(here), *seals_in(there), StoredEvent(stream, 2, Remarked.NAME, message.data or b"")]
            assert len(events) == 2 * 2 + 2 + 1
            left = keys_left(here, wrapping) | keys_left(there, wrapping)
            # The search finds what it must: the adult here, and with yesterday's wrapping key both in the backup.
            assert texts(events, left) == {ADULT}
            assert texts(events, keys_left(there, before)) == {CHILD, ADULT}
            (secret,) = keys_left(there, before) - keys_left(here, wrapping)
        finally:
            await asyncio.to_thread(backup.stop)

        files = all_files(servers.folder)
        # The search sees where a name would be: the sealed event lies in every part, as the clear bytes it is made of.
        commitment = base64.b64encode(seal.commitment)
        found_in = {path.relative_to(servers.folder).parts[:2] for path, data in files.items() if commitment in data}
        for part in (("postgres", "base"), ("postgres", "pg_wal"), ("yesterday", "base"), ("nats", "jetstream")):
            assert part in found_in
        assert b"event parked" in files[log_file]
        everything = b"\0".join(files.values())
        for mark in (CHILD, ADULT, CHILD.encode().hex(), "7F3A", "91C2"):
            assert mark.encode() not in everything
        assert secret not in everything
        assert keys_in_raw_bytes(everything, seal.key, wrapping) == 0
        assert keys_in_raw_bytes(everything, seal.key, before) > 0
        assert (old_keys / "wrapping-1.key").read_bytes() not in everything


class Crash(Exception):
    """The process ended here."""


STEPS = (
    "before the new wrapping key",
    "half of the new wrapping key",
    "after the new wrapping key",
    "first key wrapped anew",
    "second key wrapped anew",
    "before the old wrapping key goes",
    "old wrapping key overwritten",
)


class CrashingKeys(WrappingKeys):
    """Ends the process at one step."""

    def __init__(self, folder: Path, at: str) -> None:
        super().__init__(folder)
        self.where = folder
        self._at = at
        self._wrapped = 0

    def make_next(self) -> int:
        self._step("before the new wrapping key")
        if self._at == "half of the new wrapping key":
            (self.where / "wrapping-2.new").write_bytes(b"aGFs")
            raise Crash
        generation = super().make_next()
        self._step("after the new wrapping key")
        return generation

    def wrap(self, generation: int, key_id: UUID, secret: bytes) -> bytes:
        wrapped = super().wrap(generation, key_id, secret)
        self._wrapped += 1
        self._step(f"{('', 'first', 'second')[self._wrapped]} key wrapped anew")
        return wrapped

    def destroy(self, generation: int) -> None:
        self._step("before the old wrapping key goes")
        if self._at == "old wrapping key overwritten":
            path = self.where / f"wrapping-{generation}.key"
            path.write_bytes(b"\0" * path.stat().st_size)
            raise Crash
        super().destroy(generation)

    def _step(self, step: str) -> None:
        if self._at == step:
            raise Crash


def wrapped_row(database: Database, person: UUID) -> tuple[UUID, bytes] | None:
    with psycopg.connect(database.admin) as connection:
        row = connection.execute("SELECT key_id, wrapped FROM person_keys WHERE person = %s", (person,)).fetchone()
    return (row[0], bytes(row[1])) if row else None


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_at_any_step_of_a_destruction_is_completed_at_the_next_start(
    database: Database, tmp_path: Path, step: str
) -> None:
    child, adult, third, order = uuid4(), uuid4(), uuid4(), uuid4()
    async with kernel(database, tmp_path) as running:
        stream = await remark(running, child, adult)
        await running.add(uuid4(), 0, Remarked(about=Personal(third, "Example Three")))
        event_id = (await running.store.happenings(stream))[1].event_id
        (about,) = (await running.store.load(BOX, stream)).state.remarks
        yesterday = wrapped_row(database, child)
        assert yesterday is not None
        with pytest.raises(Crash):
            await KeyStore(running.pool, CrashingKeys(tmp_path, step)).destroy(order, stream, [child])

    async with kernel(database, tmp_path) as running:
        await running.keys.finish_destruction()
        assert len(running.wrapping.generations()) == 1
        others = (await running.store.happenings(stream))[1].event
        assert isinstance(others, Remarked)
        assert await running.keys.open(others.others[0], event_id, "others.0") == ADULT
        with pytest.raises(CannotOpen):
            await running.keys.open(about, event_id, "about")
        # The order is met with again, since nothing was answered: it is told what went.
        assert await running.keys.destroy(order, stream, [child]) == Order(order, stream, (yesterday[0],))
        assert running.keys.destroyed() == (Order(order, stream, (yesterday[0],)),)
        (left,) = running.wrapping.generations()
        with pytest.raises(CannotOpen):
            await running.keys.open(about, event_id, "about")
        with pytest.raises(CannotOpen):
            running.wrapping.unwrap(left, *yesterday)
        assert wrapped_row(database, child) is None
        assert await running.keys.open(others.others[0], event_id, "others.0") == ADULT


async def test_neighbours_are_sealed_and_opened_while_keys_are_destroyed(database: Database, tmp_path: Path) -> None:
    adult = uuid4()
    async with kernel(database, tmp_path) as one, kernel(database, tmp_path) as other:
        stream = await remark(one, uuid4(), adult)
        happening = (await one.store.happenings(stream))[1]
        assert isinstance(happening.event, Remarked)
        about_adult = happening.event.others[0]

        async def open_often(running: Kernel) -> set[str]:
            return {await running.keys.open(about_adult, happening.event_id, "others.0") for _ in range(20)}

        async def destroy_often(running: Kernel) -> None:
            for _ in range(4):
                doomed = uuid4()
                await running.add(uuid4(), 0, Remarked(about=Personal(doomed, CHILD)))
                await running.keys.destroy(uuid4(), doomed, [doomed])

        opened, opened_there, *_ = await asyncio.gather(
            open_often(one), open_often(other), destroy_often(one), destroy_often(other)
        )
        assert opened == opened_there == {ADULT}
        assert len(one.wrapping.generations()) == 1


async def test_a_second_start_finishes_a_destruction_only_once_and_keeps_all_others(
    database: Database, tmp_path: Path
) -> None:
    async with kernel(database, tmp_path) as one, kernel(database, tmp_path) as other:
        stream, gone = await remark(one, uuid4(), uuid4()), uuid4()
        await one.add(uuid4(), 0, Remarked(about=Personal(gone, CHILD)))
        with pytest.raises(Crash):
            await KeyStore(one.pool, CrashingKeys(tmp_path, "after the new wrapping key")).destroy(
                uuid4(), stream, [gone]
            )
        await asyncio.gather(one.keys.finish_destruction(), other.keys.finish_destruction())
        assert one.wrapping.generations() == [3]
        happening = (await one.store.happenings(stream))[1]
        opened = [
            await other.keys.open(personal, happening.event_id, path)
            for path, personal in personal_fields(happening.event).items()
        ]
        assert opened == [CHILD, ADULT]


async def test_a_person_spoken_of_again_after_the_order_gets_a_new_key_and_the_old_text_stays_closed(
    database: Database, tmp_path: Path
) -> None:
    child = uuid4()
    async with kernel(database, tmp_path) as running:
        streams, order = [await remark(running, child, uuid4())], uuid4()
        await running.keys.destroy(order, streams[0], [child])
        streams.append(await remark(running, child, uuid4()))
        # The order does not reach what is said after it, however often it is met with.
        await running.keys.destroy(order, streams[0], [child])
        before, after = [(await running.store.happenings(stream))[1] for stream in streams]
        assert isinstance(before.event, Remarked)
        assert isinstance(after.event, Remarked)
        with pytest.raises(CannotOpen):
            await running.keys.open(before.event.about, before.event_id, "about")
        assert await running.keys.open(after.event.about, after.event_id, "about") == CHILD
