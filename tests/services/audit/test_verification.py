"""What happens to logs and copies behind everybody's back is found, mended where it can be, and never covered up."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.audit.views.finding_list import FINDING_LIST, open_findings
from services.kernel.bell import Bell
from services.kernel.connections import pool_of
from services.kernel.log import Log
from services.kernel.tail import Tail
from services.kernel.views import Views
from tests.services.audit.copied import wait_for_copy
from tests.services.audit.house import House, a_house, places
from tests.services.tips.house import NAME, STORY
from tests.support.running_service import Person
from tests.support.servers import Database, Nats, Servers


@pytest.fixture
async def house(servers: Servers, database: Database, nats_server: Nats) -> AsyncIterator[House]:
    async with a_house(servers, database, nats_server) as running:
        yield running


async def test_two_runs_agree_and_a_longer_log_has_another_fingerprint(house: House) -> None:
    await house.receive(2)
    rows = len(house.log())
    first, second = await house.verify(), await house.verify()
    await house.receive()
    third = await house.verify()

    assert first["same"]
    assert first == second
    assert (first["until"], first["there"], first["here"]) == (rows, rows, rows)
    assert third["same"]
    assert third["fingerprint"] != first["fingerprint"]


async def test_a_row_changed_by_a_superuser_is_found_with_both_digests_and_stays_as_it_is(house: House) -> None:
    await house.receive(2)
    assert (await house.verify())["same"]
    kept = house.copy()
    at = next(position for position, name, _ in kept if name == "tips.tip_received")
    change = "UPDATE stored_events SET state = replace(encode(state, 'escape'), '{}', '{}')::bytea"
    house.tamper(f"{change.format('Hinds', 'Rankin')} WHERE notification_id = {at}")

    found = await house.verify()

    assert set(places(found)) == {("rewritten", 1, len(kept), ""), ("not_the_same", at, at, "")}
    assert {each["severity"] for each in found["findings"]} == {"grave"}
    differs = next(each for each in found["findings"] if each["kind"] == "not_the_same")
    assert "" not in {differs["there"], differs["here"]}
    assert differs["there"] != differs["here"]
    assert house.copy() == kept
    assert places(await house.verify()) == places(found)

    house.tamper(f"{change.format('Rankin', 'Hinds')} WHERE notification_id = {at}")
    assert {how for *_, how in places(await house.verify())} == {"seen_whole"}
    assert (await house.verify())["same"]


async def test_a_row_deleted_from_the_copy_is_found_and_filled_with_a_record_of_how(house: House) -> None:
    await house.receive(3)
    whole = house.copy()
    house.tamper("DELETE FROM copied_events WHERE position IN (2, 3, 5)", copy=True)

    found = await house.verify()

    assert places(found) == [("missing_here", 2, 3, "rows"), ("missing_here", 5, 5, "rows")]
    assert house.copy() == whole
    assert (await house.verify())["same"]
    told = await house.findings(resolved="true")
    assert {(each["first"], each["how"], each["resolved_at"] is None) for each in told} == {
        (2, "rows", False),
        (5, "rows", False),
    }
    assert await house.findings() == []


async def test_a_whole_copy_lost_is_filled_again(house: House) -> None:
    await house.receive(3)
    whole = house.copy()
    house.tamper("DELETE FROM copied_events", copy=True)
    found = await house.verify()
    assert {how for *_, how in places(found)} == {"rows"}
    assert house.copy() == whole
    assert (await house.verify())["same"]


async def test_a_message_lost_on_the_road_is_found_at_once_and_filled_by_verifying(house: House) -> None:
    await house.receive()
    before = len(house.log())
    await house.lose_the_next()
    await wait_for_copy(house.audit, "tips", len(house.log()) - 1)
    assert house.audit.names() == ["audit.gap_found"]
    assert [(each["kind"], each["first"]) for each in await house.findings()] == [("gap", before + 1)]

    found = await house.verify()

    assert places(found) == [("gap", before + 1, before + 1, "rows")]
    assert house.copy() == house.log()
    assert (await house.verify())["same"]
    assert house.audit.names().count("audit.gap_found") == 1


async def test_a_message_lost_on_the_road_is_filled_when_the_log_is_published_again(house: House) -> None:
    await house.receive()
    lost = len(house.log()) + 1
    await house.lose_the_next()
    await wait_for_copy(house.audit, "tips", len(house.log()) - 1)

    await house.publish_again()
    await wait_for_copy(house.audit, "tips", len(house.log()))

    assert house.audit.names() == ["audit.gap_found", "audit.finding_resolved"]
    assert house.copy() == house.log()
    assert places(await house.verify()) == [("gap", lost, lost, "road")]
    assert (await house.verify())["same"]


async def test_what_was_seen_and_is_gone_from_the_log_is_found(house: House) -> None:
    await house.receive(2)
    house.tamper("DELETE FROM stored_events WHERE notification_id = 2")
    assert places(await house.verify()) == [("missing_there", 2, 2, "")]


async def test_rows_that_changed_places_are_told_from_rows_that_changed(house: House) -> None:
    await house.receive(2)
    for old, new in ((1, 1001), (3, 1), (1001, 3)):
        house.tamper(f"UPDATE stored_events SET notification_id = {new} WHERE notification_id = {old}")
    kinds = {(kind, first) for kind, first, _, _ in places(await house.verify()) if kind != "version_skipped"}
    assert kinds == {("reordered", 1), ("reordered", 3)}


async def test_log_and_copy_changed_alike_after_they_were_seen_to_be_whole_are_found(house: House) -> None:
    await house.receive(2)
    vouched = await house.verify()
    alike = "SET state = replace(encode(state, 'escape'), 'Hinds', 'Rankin')::bytea"
    house.tamper(f"UPDATE stored_events {alike} WHERE topic = 'tips.tip_received'")
    house.tamper(f"UPDATE copied_events {alike} WHERE topic = 'tips.tip_received'", copy=True)

    found = await house.verify()

    assert places(found) == [("rewritten", 1, vouched["until"], "")]
    assert found["findings"][0]["here"] == vouched["fingerprint"]


async def test_a_log_out_of_order_is_found_though_the_copy_is_the_same(house: House) -> None:
    await house.receive(2)
    last = len(house.log())
    back = "SET state = replace(encode(state, 'escape'), 'recorded_at\":\"2026', 'recorded_at\":\"2025')::bytea"
    house.tamper(f"UPDATE stored_events {back} WHERE notification_id = {last}")
    house.tamper(f"UPDATE copied_events {back} WHERE position = {last}", copy=True)
    house.tamper(f"UPDATE stored_events SET originator_version = 7 WHERE notification_id = {last}")
    house.tamper(f"UPDATE copied_events SET version = 7 WHERE position = {last}", copy=True)
    house.tamper("DELETE FROM stored_events WHERE notification_id = 1")
    house.tamper("DELETE FROM copied_events WHERE position = 1", copy=True)

    kinds = {kind: first for kind, first, _, _ in places(await house.verify())}

    assert kinds.pop("skipped") == 1
    assert kinds.pop("out_of_time") == last
    assert "version_skipped" in kinds


async def test_the_audit_services_own_log_is_looked_at_too(house: House) -> None:
    await house.receive()
    await house.verify()
    first = await house.verify("audit")
    assert (first["same"], first["copied"], first["there"]) == (True, False, 3)
    second = await house.verify("audit")
    assert (second["same"], second["there"]) == (True, 4)

    house.tamper("UPDATE stored_events SET state = state || ' '::bytea WHERE notification_id = 1", own=True)
    assert places(await house.verify("audit")) == [("rewritten", 1, 4, "")]


async def test_nothing_personal_is_in_what_is_found_said_or_logged(house: House) -> None:
    await house.receive(2)
    house.tamper("DELETE FROM copied_events WHERE position = 2", copy=True)
    house.tamper("UPDATE stored_events SET state = replace(encode(state, 'escape'), 'Hinds', 'Rankin')::bytea")
    answered = json.dumps([await house.verify(), await house.findings(resolved="true")])
    recorded = json.dumps([state["data"] for _, _, _, state in house.audit.rows()])
    for text in (answered, recorded, house.audit.log_lines(), house.tips.log_lines()):
        for word in (NAME, STORY, "Zqx", "Hinds", "Rankin"):
            assert word not in text


async def test_open_findings_are_counted_by_service_and_kind_for_a_metric(house: House) -> None:
    await house.receive(2)
    house.tamper("DELETE FROM stored_events WHERE notification_id IN (1, 3)")
    await house.verify()
    await house.findings()
    nothing: Any = None
    async with pool_of(house.audit.database.login) as pool:
        views = Views([FINDING_LIST], pool, Tail(Log(pool), Bell()), nothing, nothing)
        assert await open_findings(views) == {("tips", "missing_there"): 2}


@pytest.mark.parametrize("role", ["administrator", "operator", "cps_coordinator", "nobody"])
async def test_only_auditors_see_findings(house: House, role: str) -> None:
    assert (await house.audit.get("/findings", by=Person((role,)))).status_code == 403
    assert (await house.audit.get("/findings")).status_code == 401
