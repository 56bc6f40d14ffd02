"""Lists compared with the policies, record by record: what a caller sees is what Cedar lets that caller see."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import psycopg

from services.kernel.http.caller import Caller
from tests.support.running_service import Person, RunningService
from tests.support.waiting import eventually


def caller_of(person: Person) -> Caller:
    """The person as the gate sees them."""
    return Caller(person.account, person.agency, person.roles, person.places)


async def fill_view(service: RunningService, view: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Puts made-up rows into the answering generation of a view, once one answers, in place of what it held."""

    async def answers() -> bool:
        return generation(service, view) > 0

    await eventually(answers)
    marks = ", ".join(["%s"] * len(columns))
    with psycopg.connect(service.database.admin) as connection:
        table = answering(connection, view)
        connection.execute(f"TRUNCATE {table}")  # noqa: S608, RUF100 - a view's own name
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", list(rows))  # noqa: S608, RUF100 - as above


def all_rows(service: RunningService, view: str) -> list[tuple[Any, ...]]:
    """Everything the answering generation holds."""
    with psycopg.connect(service.database.admin) as connection:
        return sorted(connection.execute(f"SELECT * FROM {answering(connection, view)}").fetchall(), key=repr)  # noqa: S608, RUF100 - as above


def generation(service: RunningService, view: str) -> int:
    """Which generation answers; 0 while none does."""
    with psycopg.connect(service.database.admin) as connection:
        found = connection.execute(
            "SELECT generation FROM view_generations WHERE view = %s AND answering", (view,)
        ).fetchone()
    return int(found[0]) if found else 0


def answering(connection: psycopg.Connection[Any], view: str) -> str:
    """The table of the generation that answers."""
    found = connection.execute(
        "SELECT generation FROM view_generations WHERE view = %s AND answering", (view,)
    ).fetchone()
    assert found is not None
    return f"views.{view}_{found[0]}"


async def at_once(*commands: Callable[[], Awaitable[Any]]) -> list[Any]:
    """Starts all together, and answers what each came to."""
    return list(await asyncio.gather(*(command() for command in commands)))
