"""A lease: one holder at a time, succeeded at once when it dies, and told when it is no longer one."""

import asyncio
from contextlib import AsyncExitStack

import psycopg
import pytest

from services.kernel.lease import LeaseLost, lease
from tests.kernel.toy import eventually
from tests.support.servers import Database


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
        async with lease(lambda: database.login, "relay") as held:
            inside += 1
            most = max(most, inside)
            await held.check()
            inside -= 1

    async with lease(lambda: database.login, "views"):
        await asyncio.wait_for(asyncio.gather(work(), work(), work()), 20)
    assert most == 1


async def test_when_its_connection_dies_the_holder_is_told_and_another_takes_over(database: Database) -> None:
    async with AsyncExitStack() as stack:
        held = await stack.enter_async_context(lease(lambda: database.login, "relay"))
        waiting = asyncio.create_task(stack.enter_async_context(lease(lambda: database.login, "relay")))
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
        await stack.enter_async_context(lease(lambda: database.login, "relay"))
        waiting = asyncio.create_task(stack.enter_async_context(lease(lambda: database.login, "relay")))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    async def free() -> bool:
        return holders(database) == []

    await eventually(free)


async def test_a_lease_that_cannot_be_asked_for_raises(database: Database) -> None:
    with pytest.raises(psycopg.OperationalError):
        async with lease(lambda: database.login + " port=1", "relay"):
            raise AssertionError("nobody listens there")
