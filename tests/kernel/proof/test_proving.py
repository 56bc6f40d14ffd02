"""The tree over a real log: it follows, goes on after a start, can be made anew, and halts where the log changed."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from contracts.language import Personal
from deploy.embedded.keys import make_proof_key
from services.kernel.lease import Leases
from services.kernel.proof.chains import Chains
from services.kernel.proof.leaves import Row, without_sealed
from services.kernel.proof.notes import SIGNS_CHECKPOINTS, read_note, read_verifier, require_signature
from services.kernel.proof.proving import Proving
from services.kernel.proof.tree import Frontier, check_consistency, root_by_inclusion
from services.kernel.settings import ProofSettings
from tests.kernel.toy import Counted, Kernel, Opened, Remarked, eventually, job, kernel
from tests.support.servers import Database

ORIGIN = "muster/test/tips"


@dataclass
class Log:
    """One service's log, and what proves it."""

    running: Kernel
    folder: Path

    def proving(self, *, as_shipped: bool = False) -> Proving:
        """Signs at once; `as_shipped`, as often as a house does."""
        settings = ProofSettings(
            origin=ORIGIN,
            key_file=self.folder / "key.pem",
            witnesses_file=self.folder / "witnesses.json",
            anchor_file=self.folder / "anchor.folder",
            logs=self.folder,
            stamps_file=self.folder / "timestamps.json",
        )
        if not as_shipped:
            settings = msgspec.structs.replace(settings, checkpoint_seconds=0.0, gather_seconds=0.0)
        make_proof_key(settings.key_file, ORIGIN, SIGNS_CHECKPOINTS, self.folder / "tips.vkey")
        parts = self.running
        appended = parts.recorder.appended
        return Proving(settings, parts.pool, parts.log, Leases(parts.conninfo), parts.time, appended, _nobody)

    @asynccontextmanager
    async def proved(self) -> AsyncIterator[Proving]:
        """While the job runs, and has signed all there is."""
        proving = self.proving()
        async with job(proving.run()):
            await eventually(lambda: self.signed(proving))
            yield proving

    async def signed(self, proving: Proving) -> bool:
        newest = await proving.tree.newest()
        return newest is not None and newest.checkpoint.size == await self.running.log.last_position()

    async def fill(self, streams: int) -> None:
        """Three events a stream, of which some are of people."""
        about = Personal(person=uuid4(), text="Example Person said so.")
        for _ in range(streams):
            stream = uuid4()
            await self.running.add(stream, 0, Opened(colour="red"), Counted(things=1))
            await self.running.add(stream, 2, Remarked(about=about))

    async def rows(self) -> list[Row]:
        found = await self.running.log.after(0, 10_000)
        return [Row(n.id, UUID(str(n.originator_id)), n.originator_version, n.topic, n.state) for n in found]

    def tamper(self, *statements: str) -> None:
        with psycopg.connect(self.running.database.admin) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                assert connection.execute(statement.encode()).rowcount > 0


@pytest.fixture
async def log(database: Database, tmp_path: Path) -> AsyncIterator[Log]:
    async with kernel(database, tmp_path) as running:
        yield Log(running, tmp_path)


def root_of(rows: list[Row]) -> bytes:
    """Made anew from the rows alone."""
    chains, frontier = Chains(), Frontier()
    for leaf in chains.leaves(rows):
        frontier.add(leaf)
    chains.close()
    return frontier.root()


def _nobody(_address: str) -> SSLContext:
    raise AssertionError("nobody is asked")


async def test_what_is_signed_is_the_log_and_each_event_and_every_growth_is_proved(log: Log) -> None:
    await log.fill(2)
    async with log.proved() as proving:
        first = await proving.tree.newest()
        await log.fill(100)
        await eventually(lambda: log.signed(proving))
        newest = await proving.tree.newest()
        assert first
        assert newest
        require_signature(newest, read_verifier((log.folder / "tips.vkey").read_text()))
        size = newest.checkpoint.size
        assert (first.checkpoint.size, size) == (6, 306)
        assert newest.checkpoint.root == root_of(await log.rows())
        for position in (1, 6, 256, 257, 306):
            leaf = await proving.tree.leaf(position - 1)
            proof = await proving.tree.prove_inclusion(position - 1, size)
            assert leaf
            assert root_by_inclusion(leaf, position - 1, size, proof) == newest.checkpoint.root
        proof = await proving.tree.prove_consistency(6, size)
        check_consistency(6, first.checkpoint.root, size, newest.checkpoint.root, proof)


async def test_after_a_start_it_goes_on_and_made_anew_it_is_the_same(log: Log) -> None:
    await log.fill(90)
    async with log.proved():
        pass
    await log.fill(1)
    async with log.proved() as proving:
        newest = await proving.tree.newest()
    assert newest
    assert newest.checkpoint.root == root_of(await log.rows())
    log.tamper("DELETE FROM proof_nodes", "DELETE FROM proof_checkpoints")
    async with log.proved() as proving:
        again = await proving.tree.newest()
    assert again
    assert again.checkpoint == newest.checkpoint


async def test_without_the_key_and_without_the_sealed_texts_the_proof_holds(log: Log) -> None:
    await log.fill(3)
    async with log.proved() as proving:
        newest = await proving.tree.newest()
        assert newest
        for (person,) in psycopg.connect(log.running.database.admin).execute("SELECT person FROM person_keys"):
            await log.running.keys.destroy(uuid4(), person, [person])
        rows = await log.rows()
        assert root_of(rows) == newest.checkpoint.root
        left_out = [row._replace(state=without_sealed(row.state)) for row in rows]
        assert left_out != rows
        assert root_of(left_out) == newest.checkpoint.root


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM stored_events WHERE notification_id = 6"],
        ["UPDATE stored_events SET state = state || ' '::bytea WHERE notification_id = 6"],
        ["DELETE FROM stored_events WHERE notification_id > 3"],
        ["DELETE FROM proof_nodes WHERE index = 5"],
        ["DELETE FROM proof_nodes WHERE index < 4"],
    ],
)
async def test_where_the_log_lost_its_newest_rows_nothing_more_is_signed(log: Log, statements: list[str]) -> None:
    await log.fill(2)
    async with log.proved():
        pass
    log.tamper(*statements)
    await log.running.add(uuid4(), 0, Opened(colour="blue"))
    proving = log.proving()
    async with job(proving.run()):

        async def broken() -> bool:
            return bool((await proving.halted().read())[()])

        await eventually(broken)
        newest = await proving.tree.newest()
    assert newest
    assert newest.checkpoint.size == 6


async def test_each_head_lies_once_more_where_an_operator_says(log: Log) -> None:
    elsewhere = log.folder / "elsewhere"
    (log.folder / "anchor.folder").write_text(f"{elsewhere}\n")
    await log.fill(1)

    async def lies_there() -> bool:
        return any(elsewhere.glob("*/*.txt"))

    async with log.proved() as proving:
        newest = await proving.tree.newest()
        await eventually(lies_there)
    assert newest
    (file,) = elsewhere.glob("*/*.txt")
    assert read_note(file.read_text()).checkpoint == newest.checkpoint
    assert base64.b64encode(newest.checkpoint.root).decode() in file.read_text()


async def test_as_shipped_a_head_is_signed_within_a_minute_of_what_was_appended_and_not_at_each_append(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    told, turned = loop.time, 0.0
    monkeypatch.setattr(loop, "time", lambda: told() + turned)
    await log.fill(1)
    proving = log.proving(as_shipped=True)
    async with job(proving.run()):
        await eventually(lambda: log.signed(proving))
        first = loop.time()
        await log.fill(1)
        appended = loop.time()
        turned += 2.0
        await eventually(lambda: _grown(log, proving))
        assert not await log.signed(proving) or loop.time() - first >= ProofSettings.checkpoint_seconds
        turned += 40.0
        await eventually(lambda: log.signed(proving))
        assert loop.time() - appended < 60.0


async def _grown(log: Log, proving: Proving) -> bool:
    return (await proving.tree.frontier()).size == await log.running.log.last_position()
