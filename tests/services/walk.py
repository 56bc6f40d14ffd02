"""Every route that names a record, walked as everybody: what is answered, and what the database is asked for it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from unittest.mock import patch
from uuid import UUID, uuid4

import httpx
import msgspec
import psycopg
from litestar import Litestar
from litestar.handlers import BaseRouteHandler
from msgspec import inspect

from contracts.jurisdictions import load_mississippi
from services.kernel.http.gate import action_of
from tests.support.running_service import NOON, Person, RunningService

ROLES = sorted(load_mississippi().roles)
OF_THIS_ANSWER = frozenset({"date"})
"""Headers that differ from one answer to the next, whatever it is about."""


class Answer(NamedTuple):
    """Everything by which one answer can be told from another, but for how long it took."""

    status: int
    body: bytes
    headers: frozenset[tuple[str, str]]
    asked_of_the_database: tuple[str, ...]


@dataclass(frozen=True)
class Naming:
    """A route whose address names a record by `parameter`, with a body of the right shape."""

    method: str
    path: str
    action: str
    parameter: str
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def url(self, record: UUID, others: Mapping[str, str]) -> str:
        """`others` are the rest of the address's parameters."""
        values = {**others, self.parameter: str(record)}
        parts = [each.partition(":")[0] for each in self.path.replace("{", "\0").replace("}", "\0").split("\0")]
        return "".join(values.get(part, str(uuid4())) if place % 2 else part for place, part in enumerate(parts))


@dataclass(frozen=True)
class World:
    """A running service with records in it, by the parameter that names them.

    Everybody is kept out of those `shut_out`; with `others` they have nothing to do, unless their role sees all; and
    `theirs` is what some are to find. `rest` fills what else an address takes, `bodies` are for routes that look at a
    body before they look at the record.
    """

    service: RunningService
    agency: str
    shut_out: Mapping[str, UUID] = field(default_factory=dict)
    others: Mapping[str, UUID] = field(default_factory=dict)
    theirs: Sequence[tuple[Person, str]] = ()
    rest: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, Any] = field(default_factory=dict)
    people: Sequence[Person] = ()

    def everybody(self) -> Sequence[Person]:
        """One person for each role; `people` where a service must know their accounts."""
        return self.people or everybody(self.agency)

    @property
    def parameters(self) -> Sequence[str]:
        """What names a record here."""
        return (*self.shut_out, *(each for each in self.others if each not in self.shut_out))

    def hidden_from(self, route: "Naming", *, sees_all: bool) -> Sequence[UUID]:
        """The records everybody is to be told nothing of; whoever sees all is kept out of the first alone."""
        groups = (self.shut_out,) if sees_all else (self.shut_out, self.others)
        return [records[route.parameter] for records in groups if route.parameter in records]


_asked: ContextVar[list[str] | None] = ContextVar("asked", default=None)


@contextmanager
def statements_counted() -> Iterator[None]:
    """Has psycopg note each statement of a request; what the service's jobs send meanwhile is of another context."""
    execute = psycopg.AsyncCursor.execute

    async def noted(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        asked = _asked.get()
        if asked is not None:
            asked.append(query if isinstance(query, str) else repr(query))
        return await execute(self, query, *args, **kwargs)

    with patch.object(psycopg.AsyncCursor, "execute", noted):
        yield


async def answer_to(
    service: RunningService, by: Person | None, method: str, url: str, body: Any, *, version: int = 1
) -> Answer:
    """One request, within `statements_counted`."""
    asked: list[str] = []
    reset = _asked.set(asked)
    headers = {"Idempotency-Key": uuid4().hex, "If-Match": f'"{version}"', "Content-Type": "application/json"}
    if by is not None:
        headers["Authorization"] = f"Bearer {service.token(by)}"
    content = b"" if body is None else msgspec.json.encode(body)
    try:
        found: httpx.Response = await service.http.request(method, url, headers=headers, content=content)
    finally:
        _asked.reset(reset)
    headers_ = frozenset((name, value) for name, value in found.headers.items() if name not in OF_THIS_ANSWER)
    return Answer(found.status_code, found.content, headers_, tuple(asked))


def everybody(agency: str) -> Sequence[Person]:
    """One person for each role, always the same, who works where nothing of the world happened."""
    places = ("Issaquena",)
    return [Person((role,), agency, UUID(int=number + 1, version=4), places) for number, role in enumerate(ROLES)]


def naming_routes(service: RunningService, parameters: Sequence[str]) -> Iterator[Naming]:
    """The routes whose address names a record by one of these, the first of them that it has."""
    transport: Any = service.http._transport
    app: Litestar = transport.app
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            parameter = next((each for each in parameters if f"{{{each}:" in route.path), None)
            for method in sorted(handler.http_methods - {"OPTIONS"}) if parameter else ():
                yield Naming(str(method), route.path, action_of(handler), str(parameter), body_for(handler))


def body_for(handler: BaseRouteHandler) -> Any:
    """Of the right shape, as far as types tell; None for a route that takes none."""
    data = handler.parsed_fn_signature.parameters.get("data")
    return None if data is None else msgspec.to_builtins(_made(inspect.type_info(data.raw)))


def _made(type_: inspect.Type) -> Any:  # noqa: PLR0911  # one case for each kind of type
    match type_:
        case inspect.Metadata(type=inner):
            return _made(inner)
        case inspect.UnionType(types=types):
            return _made(next(each for each in types if not isinstance(each, inspect.NoneType)))
        case inspect.StructType(fields=fields):
            return {each.encode_name: _made(each.type) for each in fields if each.required}
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            return [_made(item)]
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case _:
            return _simple(type_)


def _simple(type_: inspect.Type) -> Any:
    match type_:
        case inspect.UUIDType():
            return uuid4()
        case inspect.DateTimeType():
            return NOON - datetime.resolution
        case inspect.DateType():
            return date(2026, 1, 1)
        case inspect.BoolType():
            return True
        case inspect.IntType(ge=least):
            return least or 1
        case inspect.StrType(min_length=shortest):
            return "an example of words"[: max(shortest or 0, 19)]
        case _:
            raise TypeError(f"Say in tests/services/walk.py which value {type_} shall have.")


async def tried(world: World, by: Person | None, route: Naming, record: UUID) -> Answer:
    """The route on a record."""
    body = world.bodies.get(str(route), route.body)
    return await answer_to(world.service, by, route.method, route.url(record, world.rest), body)
