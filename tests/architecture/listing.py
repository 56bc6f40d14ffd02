"""Every list a service answers, found in its routes by what they return, and the route that takes it away as a file."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

import msgspec
from litestar import Litestar, Response, Router
from litestar.handlers import BaseRouteHandler

from services.kernel.definition import Definition
from services.kernel.http.gate import action_of
from services.kernel.http.operator import OperatorController
from tests.architecture.wired import wiring_of

PAGING = frozenset({"limit", "skip", "after"})
"""A file is not paged."""


@dataclass(frozen=True)
class Handled:
    """A route with what serves it."""

    method: str
    path: str
    handler: BaseRouteHandler

    @property
    def action(self) -> str:
        return action_of(self.handler)

    @property
    def filters(self) -> frozenset[str]:
        """What narrows it, by the names in the address."""
        names = {field.name for field in self.handler.parsed_fn_signature.parameters.values() if _is_asked(field)}
        return frozenset(names) - PAGING

    @property
    def rows(self) -> tuple[str, type[msgspec.Struct]] | None:
        """Where in the answer its rows are (empty: it is the rows), and what a row is. None for what is no list."""
        answer = self.handler.parsed_fn_signature.return_type.annotation
        if get_origin(answer) is Response:
            (answer,) = get_args(answer)
        row = _row_in(answer)
        if row is not None:
            return "", row
        if isinstance(answer, type) and issubclass(answer, msgspec.Struct):
            for each in msgspec.structs.fields(answer):
                row = _row_in(each.type)
                if row is not None:
                    return each.name, row
        return None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def handled(definition: Definition) -> dict[str, Handled]:
    """The service's routes by method and path, without starting it."""
    with tempfile.TemporaryDirectory() as folder:
        own = wiring_of(definition, Path(folder)).routes
    app = Litestar([OperatorController, Router(path="/", route_handlers=own)], openapi_config=None, logging_config=None)
    found = [
        Handled(str(method), route.path, handler)
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods - {"OPTIONS"}
    ]
    return {str(each): each for each in found}


def lists(definition: Definition) -> Iterator[Handled]:
    """What answers many records to one question about none of them."""
    for each in handled(definition).values():
        if each.method == "GET" and "{" not in each.path and each.rows is not None:
            yield each


def _row_in(kind: Any) -> type[msgspec.Struct] | None:
    inner = get_args(kind)
    if get_origin(kind) in {list, tuple} and inner and isinstance(inner[0], type):
        return inner[0] if issubclass(inner[0], msgspec.Struct) else None
    return None


def _is_asked(field: Any) -> bool:
    """What comes from the address has a simple type; parts of the service are handed in by name."""
    return any(kind in {str, int, bool} or _is_told(kind) for kind in (field.annotation, *get_args(field.annotation)))


def _is_told(kind: Any) -> bool:
    return kind in {date, datetime, UUID} or get_origin(kind) is Literal
