"""What many tests of a service begin with, made once: each of them is given a copy."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import psycopg

from services.kernel.clock_counts import CLOCK_COUNTS
from services.kernel.definition import Definition
from tests.support.running_service import Copies, Founded, RunningService, running_service
from tests.support.servers import Database, Servers, empty_nats, fresh_database, leave
from tests.support.waiting import eventually

T = TypeVar("T")


Begun = Callable[[Definition], AbstractContextManager[Database]]
"""A copy of the database of a service that was started once: its tables stand and its views answer.

It is as after a first start that has told nobody of anything yet.
"""


@contextmanager
def begun_once(servers: Servers) -> Iterator[Begun]:
    """Starts each service once, when a copy of its database is asked for first, and ends it."""
    with ExitStack() as stack:
        copies: dict[str, Copies] = {}

        def copy_of(definition: Definition) -> AbstractContextManager[Database]:
            if definition.name not in copies:
                database = stack.enter_context(fresh_database(servers))
                asyncio.run(_begin(definition, servers, database))
                copies[definition.name] = _copies(definition, servers, database)
            return copies[definition.name]()

        yield copy_of


async def _begin(definition: Definition, servers: Servers, database: Database) -> None:
    async with running_service(definition, database, empty_nats(servers)) as running:
        await _until_its_views_answer(definition, running)
    with psycopg.connect(database.admin) as connection:
        connection.execute("DELETE FROM checkpoints")
    leave(database)


@contextmanager
def founded(
    definition: Definition, servers: Servers, give: Callable[[RunningService], Awaitable[T]]
) -> Iterator[Founded[T]]:
    """Starts it once and gives it something."""

    async def found(database: Database, kept: Path) -> Founded[T]:
        async with running_service(definition, database, empty_nats(servers)) as running:
            given = await give(running)
            await _until_its_views_answer(definition, running)
            shutil.copytree(running.settings.secrets, kept, dirs_exist_ok=True)
            return Founded(_copies(definition, servers, database), kept, running.key, given)

    with tempfile.TemporaryDirectory(prefix="muster-founded-") as kept, fresh_database(servers) as database:
        house = asyncio.run(found(database, Path(kept)))
        leave(database)
        yield house


def _copies(definition: Definition, servers: Servers, database: Database) -> Copies:
    return lambda: fresh_database(servers, database.name, definition.name)


async def _until_its_views_answer(definition: Definition, running: RunningService) -> None:
    """Each of its own and the kernel's has read the log to its end."""
    views = len([*definition.views, CLOCK_COUNTS])

    async def answer() -> bool:
        with psycopg.connect(running.database.owner) as connection:
            found = connection.execute(
                "SELECT count(*) FROM view_generations"
                " WHERE answering AND position = (SELECT max(notification_id) FROM stored_events)"
            )
            return found.fetchone() == (views,)

    await eventually(answer)
