"""Audit as a witness of a service that really runs, and what a superuser does in its database all the same."""

import base64
import hashlib
import shutil
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg import sql

from services.audit.case_file import verify
from services.audit.main import DEFINITION as AUDIT
from services.audit.unusual.gathering import facts_of
from services.kernel.connections import pool_of
from services.kernel.proof.notes import Note, cosigned_at, read_note, read_verifier, require_signature
from services.kernel.proof.tree import check_consistency, root_by_inclusion
from services.kernel.proof.witnessing import Asked
from services.tips.main import DEFINITION as TIPS
from tests.deploy.asked import on_a_port
from tests.services.audit.given import words
from tests.services.audit.house import AUDITOR, House, places
from tests.support.proofs import SECOND, WITNESS, name_witnesses, proved, second_witness
from tests.support.running_service import NOON, Person, running_service
from tests.support.servers import Database, Nats, Servers, fresh_database
from tests.support.tampering import INSERTED, swapped_seals
from tests.support.waiting import eventually

WEEK = timedelta(days=7)
BYTE = "UPDATE stored_events SET state = replace(encode(state, 'escape'), 'Hinds', 'Rankin')::bytea"
RECEIVED = "topic = 'tips.tip_received'"
ANEW = ("DELETE FROM proof_cosignatures", "DELETE FROM proof_checkpoints", "DELETE FROM proof_nodes")
"""Whoever has the service make its tree anew from a changed log has all it kept of the old one go."""

TAMPERED = {
    "a byte": ([f"{BYTE} WHERE {RECEIVED}"], {"root_differs", "not_the_same"}),
    "a row": (["DELETE FROM stored_events WHERE notification_id = 2"], {"root_differs", "missing_there"}),
    "the newest row": (["DELETE FROM stored_events WHERE notification_id = {last}"], {"rolled_back", "missing_there"}),
    "all since yesterday": (
        ["DELETE FROM stored_events WHERE notification_id > 2"],
        {"rolled_back", "missing_there"},
    ),
    "the order": (
        [
            "UPDATE stored_events SET notification_id = 1001 WHERE notification_id = 1",
            "UPDATE stored_events SET notification_id = 1 WHERE notification_id = 3",
            "UPDATE stored_events SET notification_id = 3 WHERE notification_id = 1001",
        ],
        {"root_differs", "reordered"},
    ),
    "a row between others": ([each.format(at=3) for each in INSERTED], {"root_differs"}),
}


class ProvedHouse:
    """Audit countersigns what tips signs. Tips can be ended and started again on what its database holds by then."""

    def __init__(self, house: House, folder: Path, other: Database, nats_server: Nats) -> None:
        self.house = house
        self.folder = folder
        self._other = other
        self._nats = nats_server

    @asynccontextmanager
    async def tips(self) -> AsyncIterator[House]:
        """While it runs."""
        audit = self.house.audit
        async with (
            running_service(TIPS, self._other, self._nats, beside=audit, told=proved(self.folder)) as tips,
            on_a_port(tips) as port,
        ):
            audit.settings.peers["tips"] = f"http://127.0.0.1:{port}"
            self.house.tips = tips
            yield self.house

    async def countersigned(self) -> Note:
        """The newest head, once the witness has signed all there is."""
        tips = self.house.tips
        last = len(self.house.log())

        async def done() -> bool:
            answer = await tips.http.get("/proof/checkpoint")
            return answer.status_code == 200 and f"\n{last}\n" in answer.text and _is_signed(answer.text)

        await eventually(done)
        return read_note((await tips.http.get("/proof/checkpoint")).text)

    async def found(self, kind: str) -> dict[str, Any]:
        """A finding of the kind, once there is one."""
        found: list[dict[str, Any]] = []

        async def there() -> bool:
            found[:] = [each for each in await self.house.findings() if each["kind"] == kind]
            return bool(found)

        await eventually(there)
        return found[0]


@pytest.fixture
async def proof(servers: Servers, database: Database, nats_server: Nats, tmp_path: Path) -> AsyncIterator[ProvedHouse]:
    async with running_service(AUDIT, database, nats_server, told=proved(tmp_path)) as audit, on_a_port(audit) as port:
        with fresh_database(servers) as other, second_witness(tmp_path) as second:
            name_witnesses(tmp_path, {"witness.vkey": f"http://127.0.0.1:{port}/witness", "second.vkey": second})
            yield ProvedHouse(House(audit, audit), tmp_path, other, nats_server)


async def test_heads_are_countersigned_and_each_event_and_each_growth_is_proved(proof: ProvedHouse) -> None:
    async with proof.tips() as house:
        await house.receive(2)
        first = await proof.countersigned()
        await house.receive()
        newest = await proof.countersigned()
        require_signature(newest, read_verifier((proof.folder / "tips.vkey").read_text()))
        for key in ("witness.vkey", "second.vkey"):
            cosigned_at(newest.checkpoint, newest.lines, read_verifier((proof.folder / key).read_text()))
        old, new = first.checkpoint, newest.checkpoint

        shown = await house.tips.get("/proof/inclusion/2", by=AUDITOR)
        inclusion = shown.json()
        hashes = [base64.b64decode(each) for each in inclusion["proof"]]
        assert root_by_inclusion(base64.b64decode(inclusion["leaf"]), 1, new.size, hashes) == new.root
        grown = await house.tips.get(f"/proof/consistency?old={old.size}&new={new.size}", by=AUDITOR)
        between = [base64.b64decode(each) for each in grown.json()["proof"]]
        check_consistency(old.size, old.root, new.size, new.root, between)
        kept = await house.tips.http.get(f"/proof/checkpoints/{old.size}")
        assert read_note(kept.text).checkpoint == old

        for absent in (
            "/proof/inclusion/0",
            f"/proof/inclusion/{new.size + 1}",
            f"/proof/consistency?old=1&new={2**40}",
        ):
            assert (await house.tips.get(absent, by=AUDITOR)).status_code == 404
        assert (await house.tips.get("/proof/consistency?old=3&new=2", by=AUDITOR)).status_code == 422
        assert (await house.tips.get("/proof/inclusion/1", by=Person(("operator",)))).status_code == 403

        await a_case_leaves_the_house_sealed(proof, house)
        told = await house.verify()
        assert told["same"], told
        assert (told["held"], told["known"]) == (new.size, new.size)
        assert told["heads"] >= 2

        # Whoever is not the log can raise no alarm.
        for asked, status in (
            (Asked(0, (), first), 409),
            (Asked(newest.checkpoint.size, (bytes(32),), newest), 422),
            (Asked(0, (), newest._replace(lines=())), 403),
            (Asked(0, (), newest._replace(checkpoint=newest.checkpoint._replace(origin="elsewhere"))), 404),
        ):
            answer = await _ask(house, asked.written)
            assert answer.status_code == status, answer.text
        assert (await _ask(house, "old 1\n")).status_code == 400
        assert await house.findings() == []

        # Audit's own log is held against what it signed itself.
        async def signed() -> bool:
            answer = await house.audit.http.get("/proof/checkpoint")
            return answer.status_code == 200 and f"\n{len(house.audit.rows())}\n" in answer.text

        await eventually(signed)
        told = await house.verify("audit")
        assert (told["same"], told["heads"] > 0) == (True, True), told
        house.tamper("UPDATE stored_events SET state = state || ' '::bytea WHERE notification_id = 1", own=True)
        assert "root_differs" in {kind for kind, *_ in places(await house.verify("audit"))}


async def a_case_leaves_the_house_sealed(proof: ProvedHouse, house: House) -> None:
    """With what tips proves, on record before it is handed out, and for an auditor alone."""
    with psycopg.connect(house.tips.database.owner) as connection:
        row = connection.execute(f"SELECT originator_id FROM stored_events WHERE {RECEIVED}").fetchone()
    assert row is not None
    path, wanted = f"/cases/{row[0]}/file", {"profile": "court", "authority": "youth_court_order", "number": "26-117"}
    answer = await house.audit.post(path, wanted, by=AUDITOR)
    assert answer.status_code == 200, answer.text
    ways = (await house.audit.get("/case-files/ways", by=AUDITOR)).json()
    case_file = verify.CaseFile(answer.content)
    shown, hashed = case_file.check_rows()
    second = read_verifier((proof.folder / "second.vkey").read_text()).written
    case_file.check_keys([ways["fingerprint"], verify.fingerprint(second)])
    (made,) = [state for _, _, name, state in house.audit.rows() if name == "audit.case_file_made"]
    assert made["data"]["digest"] == hashlib.sha256(answer.content).hexdigest() == answer.headers["Muster-Digest"]
    assert (made["data"]["shown"], made["data"]["hashed"], made["data"]["number"]) == (shown, hashed, "26-117")
    assert shown
    readers = (await house.audit.get(f"/cases/{row[0]}/readers", by=AUDITOR)).json()["reads"]
    assert "audit.case_file_made" in {each["name"] for each in readers}
    # Whose files hold very many rows in a week is unusual; this one is among them.
    async with pool_of(house.audit.database.owner) as pool:
        facts = await facts_of(pool, NOON - WEEK, NOON + WEEK, words().keeps_out, (), "C85")
    assert [(each.account, each.rows) for each in facts.reads if each.rows] == [(AUDITOR.account, shown)]
    for by, asked, status in (
        (Person(("cps_coordinator",)), wanted, 403),
        (AUDITOR, wanted | {"number": "In re Doe"}, 422),
        (AUDITOR, wanted | {"authority": "statute"}, 422),
        (AUDITOR, wanted | {"profile": "everybody"}, 422),
    ):
        assert (await house.audit.post(path, asked, by=by)).status_code == status
    absent = await house.audit.post(f"/cases/{uuid4()}/file", wanted, by=AUDITOR)
    assert absent.status_code == 404


async def test_what_a_superuser_does_to_a_signed_log_is_found_by_verifying(proof: ProvedHouse) -> None:
    async with proof.tips() as house:
        await house.receive()
        head = (await proof.countersigned()).checkpoint.size
        await house.receive()
        last = (await proof.countersigned()).checkpoint.size
        for what, (statements, kinds) in TAMPERED.items():
            with as_before(house):
                for statement in statements:
                    house.tamper(statement.replace("{last}", str(last)))
                found = {kind for kind, *_ in places(await house.verify())}
                assert kinds <= found, what
            # What was found beyond the end of the log stays until the log is as long.
            resolved = [each for each in (await house.verify())["findings"] if each["last"] <= last]
            assert {each["how"] for each in resolved} == {"seen_whole"}, what
        with as_before(house):
            for statement in swapped_seals(house.log()).statements:
                house.tamper(statement)
            assert {kind for kind, *_ in places(await house.verify())} >= {"root_differs", "not_the_same"}
        await house.verify()

        # Log and copy alike.
        at = next(position for position, name, _ in house.log() if name == "tips.tip_received" and position > head)
        alike = "SET state = replace(encode(state, 'escape'), 'Hinds', 'Rankin')::bytea"
        house.tamper(f"UPDATE stored_events {alike} WHERE notification_id = {at}")
        house.tamper(f"UPDATE copied_events {alike} WHERE position = {at}", copy=True)
        alone = {kind: (first, until) for kind, first, until, _ in places(await house.verify()) if until <= last}
        assert set(alone) == {"root_differs", "rewritten"}
        first, until = alone["root_differs"]
        assert head < first <= at <= until


async def test_a_log_rolled_back_to_a_backup_is_found_by_the_witness_at_the_next_start(proof: ProvedHouse) -> None:
    async with proof.tips() as house:
        await house.receive()
        backup = (await proof.countersigned()).checkpoint.size
        await house.receive()
        size = (await proof.countersigned()).checkpoint.size
    for statement in (
        f"DELETE FROM stored_events WHERE notification_id > {backup}",
        f"DELETE FROM proof_cosignatures WHERE size > {backup}",
        f"DELETE FROM proof_checkpoints WHERE size > {backup}",
        f"DELETE FROM proof_nodes WHERE level = 0 AND index >= {backup}",
    ):
        house.tamper(statement)
    async with proof.tips():
        found = await proof.found("rolled_back")
        assert (found["severity"], found["last"]) == ("grave", size)
        await eventually(lambda: _any(proof.folder.glob("second/refused/*/*.txt")))


async def test_a_tree_made_anew_from_a_changed_log_is_found_by_the_witness_and_by_what_lies_elsewhere(
    proof: ProvedHouse,
) -> None:
    async with proof.tips() as house:
        await house.receive()
        anchored = await proof.countersigned()
    for statement in (f"{BYTE} WHERE {RECEIVED}", *ANEW):
        house.tamper(statement)
    async with proof.tips():
        assert (await proof.found("forked"))["severity"] == "grave"
        kept = (await house.tips.http.get("/proof/checkpoint")).text
        assert WITNESS not in kept
        assert SECOND not in kept, "it is not countersigned"

    # Whoever changes the auditors' database alike leaves no trace in the house.
    for statement in ("DELETE FROM copied_events", "DELETE FROM witnessed_heads"):
        house.tamper(statement, copy=True)
    shutil.rmtree(proof.folder / "second" / "signed")
    async with proof.tips():
        await proof.countersigned()
        await house.verify()
        assert (await house.verify())["same"]
        answer = await house.audit.post("/comparisons", {"source": "tips", "against": [anchored.written]}, by=AUDITOR)
        assert [kind for kind, *_ in places(answer.json())] == ["root_differs"]
        wrong = await house.audit.post("/comparisons", {"source": "tips", "against": ["no head"]}, by=AUDITOR)
        assert wrong.status_code == 422


@contextmanager
def as_before(house: House) -> Iterator[None]:
    """What is done meanwhile to the log, and by a comparison to its copy, is undone afterwards."""
    with ExitStack() as both:
        for database, table in ((house.tips.database, "stored_events"), (house.audit.database, "copied_events")):
            both.enter_context(_as_before(database, table))
        yield


@contextmanager
def _as_before(database: Database, table: str) -> Iterator[None]:
    named = sql.Identifier(table)
    with psycopg.connect(database.admin, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(sql.SQL("CREATE TABLE aside AS TABLE {}").format(named))
        yield
        connection.execute(sql.SQL("DELETE FROM {}").format(named))
        connection.execute(sql.SQL("INSERT INTO {} TABLE aside").format(named))
        connection.execute("DROP TABLE aside")


def _is_signed(text: str) -> bool:
    return f"— {WITNESS} " in text and f"— {SECOND} " in text


async def _any(found: Iterable[object]) -> bool:
    return any(True for _ in found)


async def _ask(house: House, body: str) -> httpx.Response:
    return await house.audit.http.post("/witness/add-checkpoint", content=body.encode())
