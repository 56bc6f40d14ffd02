"""What the library's cases do not ask of a recorder: order under a slow writer, lost answers, neighbours, memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent, Tracking
from psycopg_pool import AsyncConnectionPool

from services.kernel import recorder as recorder_module
from services.kernel.batch import (
    AlreadyDone,
    AlreadyProcessed,
    Append,
    CommandKey,
    Effect,
    EffectRefused,
    KeyUsedOtherwise,
    StaleVersion,
    Stored,
)
from services.kernel.log import Log
from services.kernel.recorder import APPEND_LOCK, Overloaded, Recorder, StoreUnavailable
from services.kernel.stored_form import BadState, recorded_at_of, stamp_recorded_at
from tests.kernel.lines import Cut, line_to
from tests.kernel.toy import chain, eventually, moment, stored
from tests.support.servers import Database, Servers

# A lock no program but these tests takes: an effect that waits for it holds its commit open.
TEST_LOCK = 987_654
HOLD_OPEN = Effect("SELECT pg_advisory_xact_lock(%s)", (TEST_LOCK,))
RESERVE = "INSERT INTO reservations (kind, value, holder) VALUES ('example', %s, %s)"


def machine_time() -> datetime:
    return datetime.now(UTC)


def recorder_of(login: str, now: Callable[[], datetime] = machine_time, **limits: float) -> Recorder:
    return Recorder(lambda: login, now, stamp=stamp_recorded_at, **limits)  # type: ignore[arg-type]  # limits are numbers


@pytest.fixture(params=["looks first", "writes unseen"], autouse=True)
def begun(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each recorder as it is when it has just begun, and after some commits, when it goes on without looking."""
    enter = Recorder.__aenter__

    async def goes_on(recorder: Recorder) -> Recorder:
        await enter(recorder)
        for _ in range(2):
            await recorder.append(Append(effects=[Effect("SELECT 1")]))
        return recorder

    if request.param == "writes unseen":
        monkeypatch.setattr(Recorder, "__aenter__", goes_on)
    return str(request.param)


@asynccontextmanager
async def log_of(database: Database) -> AsyncIterator[Log]:
    async with AsyncConnectionPool(database.login, min_size=1, max_size=3, open=False) as pool:
        yield Log(pool)


@asynccontextmanager
async def held_lock(database: Database, key: int) -> AsyncIterator[None]:
    """Holds an advisory lock until the block ends."""
    async with await psycopg.AsyncConnection.connect(database.admin) as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (key,))
        yield


async def waiting_backends(database: Database, key: int) -> list[int]:
    """Who waits for the lock."""
    async with await psycopg.AsyncConnection.connect(database.admin) as connection:
        found = await connection.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            (key,),
        )
        return [row[0] for row in await found.fetchall()]


async def copies(database: Database, stream: UUID) -> list[tuple[int, int]]:
    """Version and position of every stored event of a stream."""
    async with await psycopg.AsyncConnection.connect(database.admin) as connection:
        found = await connection.execute(
            "SELECT originator_version, notification_id FROM stored_events WHERE originator_id = %s ORDER BY 2",
            (stream,),
        )
        return await found.fetchall()


async def all_ids(database: Database) -> list[int]:
    async with await psycopg.AsyncConnection.connect(database.admin) as connection:
        found = await connection.execute("SELECT notification_id FROM stored_events ORDER BY 1")
        return [row[0] for row in await found.fetchall()]


async def test_a_tailing_reader_never_sees_a_position_before_the_one_below_it(database: Database) -> None:
    seen: list[int] = []
    done = asyncio.Event()

    async def tail(log: Log) -> None:
        while not done.is_set() or len(seen) < 60:
            seen.extend(notification.id for notification in await log.after(seen[-1] if seen else 0, 7))

    async def write(recorder: Recorder, effects: tuple[Effect, ...]) -> None:
        for _ in range(30):
            await recorder.append(Append(chain(uuid4(), 1), effects=effects))

    slow = (Effect("SELECT pg_sleep(0.01)"),)
    async with log_of(database) as log, recorder_of(database.login) as one, recorder_of(database.login) as other:
        reader = asyncio.create_task(tail(log))
        await asyncio.gather(write(one, slow), write(other, ()))
        done.set()
        await asyncio.wait_for(reader, 15)
    assert seen == list(range(1, 61))


async def test_what_a_slow_writer_has_inserted_hides_nothing_behind_it(database: Database) -> None:
    async with log_of(database) as log, recorder_of(database.login) as slow, recorder_of(database.login) as quick:
        async with held_lock(database, TEST_LOCK):
            first = asyncio.create_task(slow.append(Append(chain(uuid4(), 1), effects=[HOLD_OPEN])))
            await eventually(lambda: waiting_backends(database, TEST_LOCK))
            second = asyncio.create_task(quick.append(Append(chain(uuid4(), 1))))
            await eventually(lambda: waiting_backends(database, APPEND_LOCK))
            assert await log.last_position() == 0
            assert not second.done()
        assert (await first).position == 1
        assert (await second).position == 2


async def test_positions_stay_without_gaps_after_refusals_and_rolled_back_effects(database: Database) -> None:
    stream = uuid4()
    async with recorder_of(database.login) as recorder:
        await recorder.append(Append(chain(stream, 3)))
        await recorder.append(Append((), effects=[Effect(RESERVE, (b"a", stream))]))
        for refused, error in (
            (Append(chain(stream, 2, first=3)), StaleVersion),
            (Append(chain(uuid4(), 2), effects=[Effect(RESERVE, (b"a", stream))]), EffectRefused),
            (Append(chain(uuid4(), 2), effects=[Effect("SELECT 1 / 0")]), psycopg.errors.DivisionByZero),
        ):
            with pytest.raises(error):
                await recorder.append(refused)
        assert (await recorder.append(Append(chain(stream, 2, first=4)))).ids == [4, 5]
    assert await all_ids(database) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("cut", ["before the commit arrives", "before its answer leaves"])
async def test_an_append_whose_commit_lost_its_connection_stands_exactly_once(database: Database, cut: Cut) -> None:
    stream, other = uuid4(), uuid4()
    command = CommandKey(b"key", b"request", stream, 2, 200)
    async with line_to(database.login) as (line, login), recorder_of(login) as recorder:
        await recorder.append(Append(chain(uuid4(), 1)))
        line.cut_at = cut
        reserve = Effect(RESERVE, (b"a", stream))
        one, two = await asyncio.gather(
            recorder.append(Append(chain(stream, 2), Tracking("upstream", 7), command, [reserve])),
            recorder.append(Append(chain(other, 1))),
        )
        assert line.cuts == 1
        assert sorted([*one.ids, *two.ids]) == [2, 3, 4]
        assert await copies(database, stream) == [(1, one.ids[0]), (2, one.ids[1])]
        assert await copies(database, other) == [(1, two.ids[0])]
        assert (await recorder.append(Append(chain(stream, 1, first=3)))).position == 5


@pytest.mark.parametrize("cut", ["before the commit arrives", "before its answer leaves"])
async def test_progress_without_events_is_told_truly_when_its_commit_lost_its_connection(
    database: Database, cut: Cut
) -> None:
    async with log_of(database) as log, line_to(database.login) as (line, login), recorder_of(login) as recorder:
        line.cut_at = cut
        assert await recorder.append(Append(tracking=Tracking("upstream", 7))) == Stored([], None)
        assert line.cuts == 1
        assert await log.tracked("upstream") == 7
        with pytest.raises(AlreadyProcessed):
            await recorder.append(Append(tracking=Tracking("upstream", 7)))


@pytest.mark.parametrize("cut", ["before the commit arrives", "before its answer leaves"])
async def test_a_refused_append_is_told_so_even_when_the_answer_was_lost(database: Database, cut: Cut) -> None:
    stream = uuid4()
    async with line_to(database.login) as (line, login), recorder_of(login) as recorder:
        await recorder.append(Append(chain(stream, 1)))
        line.cut_at = cut
        async with held_lock(database, APPEND_LOCK):
            good = asyncio.create_task(recorder.append(Append(chain(stream, 1, first=2))))
            await eventually(lambda: waiting_backends(database, APPEND_LOCK))
            stale = asyncio.create_task(recorder.append(Append([stored(stream, 2, other="content")])))
            await asyncio.sleep(0)
        assert (await good).ids == [2]
        with pytest.raises(StaleVersion):
            await stale
        assert await copies(database, stream) == [(1, 1), (2, 2)]


async def test_a_backend_killed_between_insert_and_commit_leaves_one_copy(database: Database) -> None:
    stream = uuid4()
    async with recorder_of(database.login) as recorder:
        async with held_lock(database, TEST_LOCK):
            append = asyncio.create_task(recorder.append(Append(chain(stream, 1), effects=[HOLD_OPEN])))
            await eventually(lambda: waiting_backends(database, TEST_LOCK))
            (backend,) = await waiting_backends(database, TEST_LOCK)
            async with await psycopg.AsyncConnection.connect(database.admin, autocommit=True) as admin:
                await admin.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
            assert await copies(database, stream) == []

            async def waits_again() -> bool:
                return await waiting_backends(database, TEST_LOCK) not in ([], [backend])

            await eventually(waits_again)
        assert (await append).ids == [1]
    assert await copies(database, stream) == [(1, 1)]


async def test_appends_wait_for_a_restarted_postgresql(servers: Servers, database: Database) -> None:
    async with recorder_of(database.login, give_up_after=60) as recorder:
        await recorder.append(Append(chain(uuid4(), 1)))
        await asyncio.to_thread(servers.postgres.stop)
        append = asyncio.create_task(recorder.append(Append(chain(uuid4(), 1))))
        await asyncio.to_thread(servers.postgres.start)
        assert (await append).ids == [2]
    assert await all_ids(database) == [1, 2]


async def test_a_caller_is_told_when_the_database_stays_away_and_later_appends_succeed(database: Database) -> None:
    async with line_to(database.login) as (line, login), recorder_of(login, give_up_after=0.1) as recorder:
        line.open = False
        line.hang_up()
        with pytest.raises(StoreUnavailable):
            await asyncio.wait_for(recorder.append(Append(chain(uuid4(), 1))), 15)
        line.open = True
        assert (await recorder.append(Append(chain(uuid4(), 1)))).ids == [1]


async def test_a_batch_refuses_each_bad_append_alone(database: Database) -> None:
    holder, stream = uuid4(), uuid4()
    no_brace = StoredEvent(uuid4(), 1, "toy.raw", b"not json")
    appends = {
        "first": Append(chain(stream, 1)),
        "stale": Append(chain(stream, 1)),
        "reserves": Append(chain(uuid4(), 1), effects=[Effect(RESERVE, (b"a", holder))]),
        "taken": Append(chain(uuid4(), 1), effects=[Effect(RESERVE, (b"a", holder))]),
        "nonsense": Append(chain(uuid4(), 1), effects=[Effect("NO SUCH STATEMENT")]),
        "too few values": Append(chain(uuid4(), 1), effects=[Effect("SELECT %s::int, %s::int", (1,))]),
        "cannot be stamped": Append([no_brace]),
        "last": Append(chain(uuid4(), 2)),
    }
    async with recorder_of(database.login) as recorder:
        async with held_lock(database, APPEND_LOCK):
            occupied = asyncio.create_task(recorder.append(Append(chain(uuid4(), 1))))
            await eventually(lambda: waiting_backends(database, APPEND_LOCK))
            answers = asyncio.gather(*map(recorder.append, appends.values()), return_exceptions=True)
            await asyncio.sleep(0)
            assert recorder.queued == len(appends)
        await occupied
        answered = dict(zip(appends, await answers, strict=True))
        assert (await recorder.append(Append(chain(uuid4(), 1)))).position == 6
    kinds = {name: type(answer) for name, answer in answered.items()}
    assert kinds == {
        "first": Stored,
        "stale": StaleVersion,
        "reserves": Stored,
        "taken": EffectRefused,
        "nonsense": psycopg.errors.SyntaxError,
        "too few values": psycopg.ProgrammingError,
        "cannot be stamped": BadState,
        "last": Stored,
    }
    assert await all_ids(database) == [1, 2, 3, 4, 5, 6]


async def test_a_full_queue_refuses_at_once_and_holds_no_more_than_its_limit(database: Database) -> None:
    async with recorder_of(database.login, queue_limit=5, batch_limit=2) as recorder:
        async with held_lock(database, APPEND_LOCK):
            in_flight = asyncio.create_task(recorder.append(Append(chain(uuid4(), 1))))
            await eventually(lambda: waiting_backends(database, APPEND_LOCK))
            accepted = [asyncio.create_task(recorder.append(Append(chain(uuid4(), 1)))) for _ in range(5)]
            await asyncio.sleep(0)
            for _ in range(1000):
                with pytest.raises(Overloaded):
                    await recorder.append(Append(chain(uuid4(), 1)))
            assert recorder.queued == 5
        answers = await asyncio.gather(in_flight, *accepted)
        assert sorted(answer.position for answer in answers) == [1, 2, 3, 4, 5, 6]


async def test_a_cancelled_caller_disturbs_neither_its_append_nor_its_neighbours(database: Database) -> None:
    stream = uuid4()
    async with recorder_of(database.login) as recorder:
        async with held_lock(database, APPEND_LOCK):
            cancelled = asyncio.create_task(recorder.append(Append(chain(stream, 1))))
            await eventually(lambda: waiting_backends(database, APPEND_LOCK))
            neighbour = asyncio.create_task(recorder.append(Append(chain(uuid4(), 1))))
            refused = asyncio.create_task(recorder.append(Append(chain(stream, 1))))
            await asyncio.sleep(0)
            cancelled.cancel()
            refused.cancel()
            with pytest.raises(asyncio.CancelledError):
                await cancelled
        assert (await neighbour).ids == [2]
    assert await copies(database, stream) == [(1, 1)]


async def test_closing_stores_what_is_queued(database: Database) -> None:
    async with recorder_of(database.login, batch_limit=3) as recorder:
        appends = [asyncio.create_task(recorder.append(Append(chain(uuid4(), 1)))) for _ in range(10)]
        await asyncio.sleep(0)
    assert sorted([(await append).position for append in appends]) == list(range(1, 11))
    with pytest.raises(Overloaded):
        await recorder.append(Append(chain(uuid4(), 1)))


async def test_a_repeated_key_is_answered_with_what_stands_and_stores_nothing(database: Database) -> None:
    stream = uuid4()
    command = CommandKey(b"key", b"request", stream, 1, 201)
    async with recorder_of(database.login) as recorder:
        await recorder.append(Append(chain(stream, 1), command=command))
        with pytest.raises(AlreadyDone) as again:
            await recorder.append(Append(chain(uuid4(), 1), command=command))
        row = again.value.row
        assert (row.reference, row.version, row.position, row.status) == (stream, 1, 1, 201)
    assert await all_ids(database) == [1]


async def test_of_one_key_sent_many_times_at_once_one_is_stored(database: Database) -> None:
    async with recorder_of(database.login) as one, recorder_of(database.login) as other:
        command = CommandKey(b"key", b"request", uuid4(), 1, 200)
        sends = [each.append(Append(chain(uuid4(), 1), command=command)) for each in (one, other) * 10]
        answers = await asyncio.gather(*sends, return_exceptions=True)
    kinds = [type(answer) for answer in answers]
    assert kinds.count(Stored) == 1
    assert kinds.count(AlreadyDone) == 19
    assert await all_ids(database) == [1]


async def test_a_key_used_for_something_else_is_refused_and_stores_nothing(database: Database) -> None:
    stream = uuid4()
    async with recorder_of(database.login) as recorder:
        await recorder.append(Append(chain(stream, 1), command=CommandKey(b"key", b"request", stream, 1, 200)))
        with pytest.raises(KeyUsedOtherwise):
            await recorder.append(Append(chain(stream, 1, 2), command=CommandKey(b"key", b"other", stream, 2, 200)))
    assert await all_ids(database) == [1]


async def test_of_two_on_one_version_one_wins_and_the_other_is_told(database: Database) -> None:
    stream = uuid4()
    async with recorder_of(database.login) as one, recorder_of(database.login) as other:
        for version in range(1, 11):
            tries = [each.append(Append([stored(stream, version)])) for each in (one, other)]
            answers = await asyncio.gather(*tries, return_exceptions=True)
            assert sorted(type(answer).__name__ for answer in answers) == ["StaleVersion", "Stored"]
    assert await copies(database, stream) == [(n, n) for n in range(1, 11)]


async def test_while_nobody_else_appends_it_looks_at_nothing_that_a_key_would_refuse(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    take_ground = recorder_module._take_ground

    async def counted(*given: Any) -> Any:
        nonlocal looks
        looks += 1
        return await take_ground(*given)

    stream = uuid4()
    async with recorder_of(database.login) as one, recorder_of(database.login) as other:
        for number in (1, 2, 3):
            await one.append(Append(chain(stream, 1, first=number)))
        monkeypatch.setattr(recorder_module, "_take_ground", counted)
        key = CommandKey(b"key", b"request", stream, 4, 200)
        assert (await one.append(Append(chain(stream, 1, first=4), Tracking("upstream", 1), key))).ids == [4]
        assert looks == 0
        assert (await one.append(Append(chain(uuid4(), 1), rests_on=[(stream, 4)]))).ids == [5]
        assert looks == 1, "what an append rests on is only read, so no key refuses it"
        with pytest.raises(StaleVersion):
            await one.append(Append(chain(uuid4(), 1), rests_on=[(stream, 3)]))
        await other.append(Append(chain(uuid4(), 1)))
        looks = 0
        for number in (5, 6):
            await one.append(Append(chain(stream, 1, first=number)))
        assert looks == 2, "one was written in vain, and before the next somebody else had appended"
        assert (await one.append(Append(chain(stream, 1, first=7)))).ids == [9]
        assert looks == 2
    assert await all_ids(database) == list(range(1, 10))


async def test_what_another_instance_stored_meanwhile_is_refused_as_ever(database: Database) -> None:
    stream, command = uuid4(), CommandKey(b"key", b"request", uuid4(), 1, 200)
    taken = {
        StaleVersion: Append(chain(stream, 1)),
        AlreadyDone: Append(chain(uuid4(), 1), command=command),
        AlreadyProcessed: Append(tracking=Tracking("upstream", 7)),
        EffectRefused: Append(effects=[Effect(RESERVE, (b"a", stream))]),
    }
    async with recorder_of(database.login) as one, recorder_of(database.login) as other:
        await other.append(Append(tracking=Tracking("upstream", 6)))
        for error, append in taken.items():
            await one.append(Append(chain(uuid4(), 1)))
            await one.append(Append(chain(uuid4(), 1)))
            await other.append(append)
            good, refused = await asyncio.gather(
                one.append(Append(chain(uuid4(), 2))), one.append(append), return_exceptions=True
            )
            assert isinstance(good, Stored)
            assert isinstance(refused, error)
    assert await all_ids(database) == list(range(1, 4 * 4 + 3))


async def test_recorded_at_never_steps_back_though_the_clock_does(database: Database, begun: str) -> None:
    told = moment("12:00")
    steps = count()

    def unsteady() -> datetime:
        return told + timedelta(minutes=(5, 3, 9, -60, 8, 10)[next(steps) % 6])

    async with log_of(database) as log:
        for _ in range(3):  # a restarted service goes on from what stands
            async with recorder_of(database.login, unsteady) as recorder:
                for _ in range(4):
                    await recorder.append(Append(chain(uuid4(), 2)))
        moments = [recorded_at_of(notification.state) for notification in await log.after(0, 100)]
    known = [each for each in moments if each is not None]
    assert len(known) == 24
    assert known == sorted(known)
    assert known[0] == told + timedelta(minutes=5 if begun == "looks first" else 9)
    assert known[-1] == told + timedelta(minutes=10)


@pytest.mark.parametrize("change", ["UPDATE {} SET topic = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["stored_events", "stored_snapshots"])
async def test_the_role_that_appends_can_change_nothing_it_stored(database: Database, change: str, table: str) -> None:
    async with recorder_of(database.login) as recorder:
        await recorder.append(Append(chain(uuid4(), 1)))
        effect = Effect(change.format(table))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await recorder.append(Append(chain(uuid4(), 1), effects=[effect]))
    assert await all_ids(database) == [1]
