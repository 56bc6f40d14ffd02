"""What is done to a log, or to the copy of it, is found by itself: nobody verifies, and nothing is published again."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.audit.main import DEFINITION as AUDIT
from services.kernel.proof.blocks import BLOCK, Compare, Show, ShownRow
from services.kernel.proof.leaves import Row
from services.kernel.proof.notes import SIGNS_CHECKPOINTS, Signer, read_private_key
from services.kernel.proof.witnessing import VOUCHED
from services.tips.main import DEFINITION as TIPS
from tests.deploy.asked import on_a_port
from tests.services.audit.copied import wait_for_copy
from tests.services.audit.house import House
from tests.support.proofs import name_witnesses, proved
from tests.support.running_service import running_service
from tests.support.servers import Database, Nats, Servers, fresh_database
from tests.support.tampering import INSERTED, swapped_seals
from tests.support.waiting import eventually

ALIKE = "SET state = replace(encode(state, 'escape'), 'Hinds', 'Rankin')::bytea"


@pytest.fixture
async def house(servers: Servers, database: Database, nats_server: Nats, tmp_path: Path) -> AsyncIterator[House]:
    """Whose logs are compared, and whose trees are made anew, as fast as it goes."""
    told = proved(tmp_path, watched="")
    async with running_service(AUDIT, database, nats_server, told=told) as audit, on_a_port(audit) as port:
        witness = f"http://127.0.0.1:{port}/witness"
        name_witnesses(tmp_path, {"witness.vkey": witness})
        with fresh_database(servers) as other:
            watched = proved(tmp_path, watched=witness)
            async with running_service(TIPS, other, nats_server, beside=audit, told=watched) as tips:
                yield House(audit, tips)


async def found(house: House, kind: str, at: int | None = None) -> dict[str, Any]:
    """A finding of the kind that is about the position, once there is one."""
    met: list[dict[str, Any]] = []

    async def there() -> bool:
        of_kind = [each for each in await house.findings() if each["kind"] == kind]
        met[:] = [each for each in of_kind if at is None or each["first"] <= at <= each["last"]]
        return bool(met)

    await eventually(there)
    return met[0]


async def signed(house: House) -> None:
    """All there is, and countersigned."""
    last = len(house.log())

    async def done() -> bool:
        answer = await house.tips.http.get("/proof/checkpoint")
        return answer.status_code == 200 and f"\n{last}\n" in answer.text and answer.text.count("— ") == 2

    await eventually(done)


async def test_what_is_done_to_a_log_or_its_copy_is_found_by_itself(house: House) -> None:
    await house.receive(7)
    await signed(house)
    received = [position for position, name, _ in house.log() if name == "tips.tip_received"]
    assert await house.findings() == [], "nobody is accused of what nobody did"

    house.tamper(f"UPDATE stored_events SET state = state || ' '::bytea WHERE notification_id = {received[0]}")
    met = await found(house, "not_the_same", received[0])
    assert (met["first"], met["last"], met["severity"]) == (received[0], received[0], "grave")
    assert met["there"] != met["here"]

    house.tamper(f"DELETE FROM copied_events WHERE position = {received[1]}", copy=True)
    assert (await found(house, "missing_here", received[1]))["severity"] == "loss"

    for old, new in ((received[2], 1001), (received[2] + 1, received[2]), (1001, received[2] + 1)):
        house.tamper(f"UPDATE stored_events SET notification_id = {new} WHERE notification_id = {old}")
    met = await found(house, "reordered", received[2])
    assert (met["first"], met["last"]) == (received[2], received[2] + 1)

    swapped = swapped_seals(house.log(), received[3] + 1)
    for statement in swapped.statements:
        house.tamper(statement)
    for place in swapped.positions:
        assert (await found(house, "not_the_same", place))["severity"] == "grave"

    house.tamper(f"DELETE FROM stored_events WHERE notification_id = {received[3]}")
    assert (await found(house, "missing_there", received[3]))["severity"] == "grave"

    last = len(house.log()) + 1
    house.tamper(f"DELETE FROM stored_events WHERE notification_id = {last}")
    await found(house, "missing_there", last)
    assert sorted({each["kind"] for each in await house.findings()}) == [
        "missing_here",
        "missing_there",
        "not_the_same",
        "reordered",
    ]


async def test_a_row_put_between_others_is_found_by_itself_and_so_is_all_behind_it_moved(
    house: House,
) -> None:
    await house.receive(2)
    await signed(house)
    last = len(house.log())
    at = last - 2
    house.tamper_at_once([each.format(at=at) for each in INSERTED])
    met = await found(house, "not_the_same", at)
    assert met["severity"] == "grave"
    for moved in range(at + 1, last + 1):
        assert (await found(house, "reordered", moved))["severity"] == "grave"


async def test_log_and_copy_changed_alike_are_found_by_the_tree_that_is_made_anew(house: House) -> None:
    await house.receive(2)
    await signed(house)
    at = next(position for position, name, _ in house.log() if name == "tips.tip_received")
    before = house.log()[at - 1][2]
    house.tamper(f"UPDATE stored_events {ALIKE} WHERE notification_id = {at}")
    house.tamper(f"UPDATE copied_events {ALIKE} WHERE position = {at}", copy=True)
    met = await found(house, "copy_changed", at)
    assert (met["severity"], met["there"] != met["here"]) == ("grave", True)

    # Put back, it is no new finding: what was made of the changed row accuses nobody.
    house.tamper(f"UPDATE stored_events SET state = {_literal(before)} WHERE notification_id = {at}")
    house.tamper(f"UPDATE copied_events SET state = {_literal(before)} WHERE position = {at}", copy=True)
    known = len(await house.findings())
    await house.receive()
    await signed(house)
    await read_anew(house)
    assert len(await house.findings()) == known

    # Of audit's own log, which nobody copies.
    house.tamper("UPDATE stored_events SET state = state || ' '::bytea WHERE notification_id = 1", own=True)
    met = await found(house, "root_differs", 1)
    assert met["service"] == "audit"


async def test_a_copy_that_does_not_come_on_is_late_until_it_has_come(house: House) -> None:
    await house.receive()
    at = len(house.log())
    house.tamper(f"UPDATE checkpoints SET position = {at + 100} WHERE name = 'relay'")
    await house.receive_unseen()
    met = await found(house, "behind", at + 1)
    assert (met["severity"], met["first"], met["last"]) == ("delay", at + 1, len(house.log()))
    await house.publish_again()
    await wait_for_copy(house.audit, "tips", len(house.log()))

    async def over() -> bool:
        return not [each for each in await house.findings() if each["kind"] == "behind"]

    await eventually(over)
    told = [each for each in await house.findings(resolved="true") if each["kind"] == "behind"]
    assert [each["how"] for each in told] == ["road"], "it was said once"


async def test_a_log_that_is_longer_than_a_block_is_compared_to_its_end_and_only_it_is_heard(
    house: House, tmp_path: Path
) -> None:
    while len(house.log()) < BLOCK + 10:
        await house.receive(10)
    await signed(house)
    house.tamper(f"UPDATE stored_events SET state = state || ' '::bytea WHERE notification_id = {BLOCK + 5}")
    await found(house, "not_the_same", BLOCK + 5)
    assert len(await house.findings()) == 1
    metrics = (await house.audit.http.get("/metrics")).text
    assert 'muster_audit_compared_age_seconds{source="tips"}' in metrics

    own = Signer("muster/test/tips", SIGNS_CHECKPOINTS, read_private_key(tmp_path / "tips.pem"))
    other = Signer("muster/test/tips", SIGNS_CHECKPOINTS, Ed25519PrivateKey.generate())
    hello = Compare(origin="muster/test/tips", last=0, until=0, first=0, digests=[])
    row = ShownRow.of(Row(1, house.tips.rows()[0][0], 1, "tips.tip_received", b"{}"))
    show = Show(origin="muster/test/tips", after=0, until=1, rows=[row])

    async def say(route: str, said: object, signer: Signer = own) -> int:
        body = msgspec.json.encode(said)
        headers = {VOUCHED: signer.vouch(body)}
        return (await house.audit.http.post(f"/witness/{route}", content=body, headers=headers)).status_code

    replace: Callable[..., Any] = msgspec.structs.replace
    assert await say("compare", hello) == 200
    for route, said in (
        ("compare", replace(hello, until=10_000, digests=[""])),
        ("compare", replace(hello, until=10)),
        ("rows", replace(show, until=10_000)),
        ("rows", replace(show, after=1, until=2)),
        ("rows", replace(show, rows=[replace(row, state="no base64!")])),
        ("rows", hello),
    ):
        assert await say(route, said) == 400, said
    assert await say("compare", replace(hello, origin="muster/test/audit")) == 404
    assert await say("compare", replace(hello, origin="elsewhere")) == 404
    assert await say("rows", show, other) == 403, "nobody but the log accuses it"
    assert len(await house.findings()) == 1


async def read_anew(house: House) -> None:
    """The tree of tips is made anew once more, to its last row."""

    async def made() -> bool:
        with psycopg.connect(house.audit.database.owner) as connection:
            row = connection.execute("SELECT max(position) FROM recomputed_leaves WHERE source = 'tips'").fetchone()
        return row == (len(house.log()),)

    await eventually(made)
    house.tamper(f"DELETE FROM recomputed_leaves WHERE position = {len(house.log())}", copy=True)
    await eventually(made)


def _literal(state: bytes) -> str:
    return f"'\\x{state.hex()}'"
