"""What Prometheus reads of a running service: true while it works, true while a part of it is down, and of nobody."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from contracts.language import Event
from services.kernel import clock as clocks
from services.kernel.clock import Clock
from services.kernel.clock_counts import CLOCK_COUNTS, running_and_missed
from services.kernel.definition import Definition
from services.kernel.due import OVERDUE_AFTER
from services.kernel.scrape import STATE
from services.kernel.store import Change, Changes
from services.kernel.time_source import HeldTime
from services.kernel.views import Views
from tests.kernel.toy import Counted, eventually, job, kernel, moment, origin
from tests.kernel.toy_service import definition
from tests.support.running_service import NOON, Person, RunningService, running_service
from tests.support.servers import Database, Nats
from tests.support.terms import elapsed

MARKED = "Example Child Marked"
KEEPER = Person(("keeper",))

Numbers = dict[tuple[str, ...], float]


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Definition:
    """One for all tests: what was defined once is put together once."""
    return definition(tmp_path_factory.mktemp("toy") / "policies.cedar")


@pytest.fixture
async def service(toy: Definition, database: Database, nats_server: Nats) -> AsyncIterator[RunningService]:
    async with running_service(toy, database, nats_server) as running:
        yield running


async def scraped(service: RunningService) -> Numbers:
    """Every number by its name and the values of its labels."""
    answer = await service.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def until(service: RunningService, number: tuple[str, ...], value: float) -> Numbers:
    async def so() -> bool:
        return (await scraped(service)).get(number) == value

    await eventually(so)
    return await scraped(service)


def execute(service: RunningService, statement: str, *values: object) -> None:
    """As somebody who may do everything: what must not happen by itself."""
    with psycopg.connect(service.database.admin) as connection:
        connection.execute(statement, values)


async def test_requests_are_counted_by_the_template_of_their_route(service: RunningService) -> None:
    answer = await service.post("/boxes/", {"colour": "red"}, by=KEEPER)
    box = answer.json()["reference"]
    assert (await service.post(f"/boxes/{box}/count", {"things": 1}, by=KEEPER, version=1)).status_code == 200
    assert (await service.post(f"/boxes/{box}/count", {"things": 1}, by=KEEPER, version=1)).status_code == 412
    assert (await service.get(f"/boxes/{box}")).status_code == 401
    numbers = await scraped(service)
    counted = {key[1:]: value for key, value in numbers.items() if key[0] == "muster_http_requests_total"}
    assert counted["POST", "/boxes", "201"] == 1
    assert counted["POST", "/boxes/{box}/count", "200"] == 1
    assert counted["POST", "/boxes/{box}/count", "412"] == 1
    assert counted["GET", "/boxes/{box}", "401"] == 1
    assert numbers["muster_http_request_seconds_count", "POST", "/boxes/{box}/count"] == 2


async def test_the_log_its_relay_its_views_and_its_appends_are_told(service: RunningService) -> None:
    for _ in range(3):
        await service.post("/boxes/", {"colour": "red"}, by=KEEPER)
    # The policies stand first in the log.
    numbers = await until(service, ("muster_relay_position",), 4)
    assert numbers["muster_log_position",] == 4
    assert numbers["muster_relay_lag_events",] == 0
    numbers = await until(service, ("muster_view_lag_events", "boxes"), 0)
    assert numbers["muster_append_seconds_count",] >= 3
    assert numbers["muster_commit_appends_sum",] >= 3
    assert (numbers["muster_recorder_queue",], numbers["muster_recorder_queue_limit",]) == (0, 1024)
    assert numbers["muster_job_failing", "relay"] == 0
    assert not [key for key, value in numbers.items() if key[0] == "muster_scrape_missing" and value]


async def test_a_relay_that_cannot_move_on_is_told_as_lagging_until_it_can(service: RunningService) -> None:
    await service.post("/boxes/", {"colour": "red"}, by=KEEPER)
    await until(service, ("muster_relay_position",), 2)
    with psycopg.connect(service.database.admin) as other:
        other.execute("SELECT * FROM checkpoints FOR UPDATE")
        await service.post("/boxes/", {"colour": "red"}, by=KEEPER)
        numbers = await scraped(service)
        assert (numbers["muster_relay_lag_events",], numbers["muster_relay_position",]) == (1, 2)
    assert (await until(service, ("muster_relay_lag_events",), 0))["muster_relay_position",] == 3


async def test_a_deadline_past_due_and_not_handled_is_told_with_its_age(service: RunningService) -> None:
    due = service.time.now() + timedelta(days=1)
    # Held by another, as by a worker that hangs: ours skips it.
    with psycopg.connect(service.database.admin) as other:
        other.execute("INSERT INTO due_moments VALUES (%s, 'due', %s)", (uuid4(), due))
        other.commit()
        other.execute("SELECT * FROM due_moments FOR UPDATE")
        assert (await scraped(service))["muster_overdue_moments",] == 0
        service.time.turn(timedelta(days=1) + OVERDUE_AFTER)
        assert (await scraped(service))["muster_overdue_moments",] == 0
        service.time.turn(timedelta(seconds=30))
        numbers = await scraped(service)
        assert numbers["muster_overdue_moments",] == 1
        assert numbers["muster_overdue_oldest_seconds",] == 90


async def test_a_database_that_is_down_leaves_a_scrape_that_says_so(service: RunningService) -> None:
    execute(service, "ALTER TABLE checkpoints RENAME TO gone")
    numbers = await scraped(service)
    assert numbers["muster_scrape_missing", "database"] == 1
    assert ("muster_relay_lag_events",) not in numbers
    assert numbers["muster_recorder_queue",] == 0
    execute(service, "ALTER TABLE gone RENAME TO checkpoints")
    assert (await scraped(service))["muster_scrape_missing", "database"] == 0


async def test_no_reference_and_no_name_is_in_a_scrape(service: RunningService) -> None:
    answer = await service.post("/boxes/", {"colour": "red", "remark": MARKED}, by=KEEPER)
    text = (await service.get("/metrics")).text
    assert MARKED not in text
    assert answer.json()["reference"] not in text
    assert str(KEEPER.account) not in text


def test_a_scrape_scans_neither_the_log_nor_the_moments(database: Database) -> None:
    with psycopg.connect(database.admin) as connection:
        # Many enough rows that a scan is not the cheaper way.
        connection.execute(
            "INSERT INTO stored_events SELECT gen_random_uuid(), 1, 'tips.box_opened', '', number"
            " FROM generate_series(1, 20000) AS number"
        )
        connection.execute(
            "INSERT INTO due_moments"
            " SELECT gen_random_uuid(), 'due', timestamptz '2027-01-01' + number * interval '1 h'"
            " FROM generate_series(1, 20000) AS number"
        )
        connection.execute("ANALYZE stored_events, due_moments")
        plan = "\n".join(row[0] for row in connection.execute("EXPLAIN " + STATE, {"late": NOON}).fetchall())
    assert "Seq Scan on notification_tracking" in plan, "a plan that this test can read"
    assert "Seq Scan on stored_events" not in plan
    assert "Seq Scan on due_moments" not in plan


async def test_clocks_are_counted_by_rule_while_they_run_and_once_missed(database: Database, tmp_path: Path) -> None:
    time = HeldTime(moment("08:00"))
    async with kernel(database, tmp_path, time) as parts:
        views = Views([CLOCK_COUNTS], parts.pool, parts.tail(), parts.store, parts.leases())

        async def decided(clock: UUID, after: int, events: Sequence[Event]) -> None:
            await parts.store.append(Changes([Change(clock, after, events)]), origin(), time.now())

        run, met, missed, late, excused = (uuid4() for _ in range(5))
        began = clocks.start(Clock(), elapsed(time.now(), timedelta(hours=4)), uuid4(), uuid4(), time.now())
        state = clocks.evolve(Clock(), began[0])
        for each in (run, met, missed, late, excused):
            await decided(each, 0, began)
        await decided(met, 1, clocks.meet(state, time.now(), time.now()))
        await decided(excused, 1, clocks.excuse(state, "other", time.now()))
        past = time.turn(timedelta(hours=5))
        await decided(missed, 1, clocks.expire(state, past))
        await decided(late, 1, clocks.excuse(state, "other", past))
        async with job(views.run()):

            async def told() -> bool:
                position = await parts.log.last_position()
                return await views.position(CLOCK_COUNTS.name) >= position

            await eventually(told)
            assert sorted(await running_and_missed(views)) == [("C01", "missed", 2), ("C01", "running", 1)]


async def test_many_scrapes_at_once_disturb_no_command(service: RunningService) -> None:
    commands = [service.post("/boxes/", {"colour": "red"}, by=KEEPER) for _ in range(20)]
    answers = await asyncio.gather(*commands, *(service.get("/metrics") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201, 200}
    assert Counted.NAME not in answers[-1].text


async def test_from_another_machine_nobody_learns_by_numbers_that_something_came_in(service: RunningService) -> None:
    transport: Any = service.http._transport
    answers = []
    for host in ("192.0.2.7", "127.0.0.1"):
        elsewhere = httpx.ASGITransport(app=transport.app, client=(host, 1))
        async with httpx.AsyncClient(transport=elsewhere, base_url="http://muster.test") as client:
            answers.append(await client.get("/metrics"))
    assert [each.status_code for each in answers] == [404, 200]
    assert answers[0].json()["type"] == "urn:muster:problem:not-found"
