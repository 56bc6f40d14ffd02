"""A lease: one holder at a time, succeeded at once when it dies, and told when it is no longer one."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import psycopg
import pytest

from services.kernel.lease import LeaseLost, Leases
from tests.kernel.toy import eventually
from tests.support.servers import Database


def instance(database: Database) -> Leases:
    return Leases(lambda: database.login)


def holders(database: Database) -> list[int]:
    """The backends that hold a lease in this database."""
    with psycopg.connect(database.admin) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchall()
    return [row[0] for row in rows]


async def test_one_at_a_time_holds_it_and_another_name_is_another_lease(database: Database) -> None:
    inside = 0
    most = 0

    async def work() -> None:
        nonlocal inside, most
        async with instance(database).lease("relay") as held:
            inside += 1
            most = max(most, inside)
            await held.check()
            inside -= 1

    async with instance(database).lease("views"):
        await asyncio.wait_for(asyncio.gather(work(), work(), work()), 20)
    assert most == 1


async def test_when_its_connection_dies_the_holder_is_told_and_another_takes_over(database: Database) -> None:
    async with AsyncExitStack() as stack:
        held = await stack.enter_async_context(instance(database).lease("relay"))
        waiting = asyncio.create_task(stack.enter_async_context(instance(database).lease("relay")))
        (holder,) = holders(database)
        assert not waiting.done()
        with psycopg.connect(database.admin, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", (holder,))
        with pytest.raises(LeaseLost):
            await held.check()
        successor = await asyncio.wait_for(waiting, 10)
        await successor.check()
        assert holders(database) not in ([], [holder])


async def test_who_waits_and_is_cancelled_leaves_nothing_behind(database: Database) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(instance(database).lease("relay"))
        waiting = asyncio.create_task(stack.enter_async_context(instance(database).lease("relay")))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    async def free() -> bool:
        return holders(database) == []

    await eventually(free)


async def test_a_lease_that_cannot_be_asked_for_raises(database: Database) -> None:
    with pytest.raises(psycopg.OperationalError):
        async with Leases(lambda: database.login + " port=1").lease("relay"):
            raise AssertionError("nobody listens there")


async def test_those_of_one_instance_are_on_one_connection_and_each_is_given_back_by_itself(database: Database) -> None:
    here, elsewhere = instance(database), instance(database)
    async with here.lease("relay") as kept:
        async with here.lease("views"):
            assert len(holders(database)) == 2
            assert len(set(holders(database))) == 1
        async with asyncio.timeout(10), elsewhere.lease("views"):
            assert len(set(holders(database))) == 2
        await kept.check()
    assert holders(database) == []


async def test_within_one_instance_too_one_at_a_time_holds_it(database: Database) -> None:
    here = instance(database)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(here.lease("views"))
        first = await stack.enter_async_context(AsyncExitStack())
        await first.enter_async_context(here.lease("relay"))
        waiting = asyncio.create_task(stack.enter_async_context(here.lease("relay")))
        assert (await asyncio.wait([waiting], timeout=1))[0] == set()
        await first.aclose()
        await asyncio.wait_for(waiting, 10)
        assert len(holders(database)) == 2


async def test_whenever_who_asks_is_cancelled_it_is_kept_from_nobody(database: Database) -> None:
    here = instance(database)

    async def asks() -> None:
        async with here.lease("relay"):
            await asyncio.Event().wait()

    async with here.lease("views") as kept:
        for turns in range(20):
            asking = asyncio.create_task(asks())
            for _ in range(turns):
                await asyncio.sleep(0)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            async with asyncio.timeout(10), instance(database).lease("relay"):
                pass
        await kept.check()


async def test_holders_who_look_together_ask_the_database_no_oftener_than_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    execute = psycopg.AsyncConnection.execute

    async def counted(connection: psycopg.AsyncConnection, query: str, *rest: Any) -> Any:
        nonlocal looks
        looks += query == "SELECT 1"
        return await execute(connection, query, *rest)

    leases = instance(database)
    async with AsyncExitStack() as stack:
        held = [await stack.enter_async_context(leases.lease(f"job {number}")) for number in range(6)]
        monkeypatch.setattr(psycopg.AsyncConnection, "execute", counted)
        await asyncio.gather(*(each.check() for each in held))
        assert looks == 2
        with psycopg.connect(database.admin, autocommit=True) as admin:
            for holder in holders(database):
                admin.execute("SELECT pg_terminate_backend(%s, 5000)", (holder,))
        ended = await asyncio.gather(*(each.check() for each in held), return_exceptions=True)
        assert [type(each) for each in ended] == [LeaseLost] * 6
