"""Who is on the list of responders, until when are they certified, and when can they be called?

Those without a certificate come first, then those whose last one ends soonest. The list is one and the same for
everybody who may read it; it holds nothing of a case.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream

from contracts.language import InvalidValue
from services.kernel.http.commands import at_least_in
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.views import Views
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.team.decisions import Certificate
from services.rapid_assessment.views.roster import ON_CALL, leave_in

PAGE = 200

LIST = """
    SELECT *, count(*) OVER () AS total FROM (
        SELECT *, (
            SELECT max((each ->> 'valid_until')::timestamptz) FROM jsonb_array_elements(certificates) AS each
            WHERE %(credential)s::text IS NULL OR each ->> 'kind' = %(credential)s
        ) AS ends FROM {table}
    ) AS everybody
    WHERE agency <> '' AND (%(credential)s::text IS NULL OR ends IS NOT NULL)
    ORDER BY ends NULLS FIRST, responder LIMIT %(limit)s OFFSET %(skip)s
"""


class Away(msgspec.Struct, frozen=True):
    """On leave between these moments."""

    since: datetime
    until: datetime


class ResponderRow(msgspec.Struct, frozen=True, kw_only=True):
    """`since` and `until`: when they said they can be called beside any rota; `channels` by kind: when last proven.

    `leave` is what is still to come of it. Who is `suspended` cannot be asked until their account was confirmed. A
    certificate for the seat of a role that their account `lacks` counts for nothing until the role is granted again.
    """

    responder: UUID
    agency: str
    task_force: str
    rapid_response: bool
    counties: list[str]
    circuits: list[int]
    statewide: bool
    languages: list[str]
    since: datetime | None
    until: datetime | None
    leave: list[Away]
    channels: dict[str, datetime | None]
    suspended: bool
    lacks: list[str]
    certificates: list[Certificate]


class Responders(msgspec.Struct, frozen=True, kw_only=True):
    """A page of them, and the number of all."""

    responders: list[ResponderRow]
    total: int


RESPONDERS = Listed("responders", ResponderRow)


class RespondersController(Controller):
    """For who keeps the list; the names are asked of the identity service."""

    path = "/responders"
    tags = ["Responders"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_responders"})
    async def responders(
        self,
        views: Views,
        cases: Cases,
        request: Request[Any, Any, Any],
        credential: str | None = None,
        limit: Annotated[int, Parameter(ge=1, le=PAGE)] = PAGE,
        skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
    ) -> Responders:
        """All, or those who have or had a `credential`. `Muster-At-Least` makes it as fresh as a position."""
        return await responders_listed(views, cases, request, credential, limit, skip)

    @post("/export", opt={"action": "list_responders"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        cases: Cases,
        exports: Exports,
        request: Request[Any, Any, Any],
        credential: str | None = None,
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""

        async def read() -> list[ResponderRow]:
            return (await responders_listed(views, cases, request, credential, ASKED_FOR, 0)).responders

        return await exports.take(request, RESPONDERS, read, credential=credential)


async def responders_listed(
    views: Views, cases: Cases, request: Request[Any, Any, Any], credential: str | None, limit: int, skip: int
) -> Responders:
    """Raises `InvalidValue` for a credential that the jurisdiction does not know."""
    known = cases.jurisdiction.credentials
    if credential is not None and credential not in known:
        raise InvalidValue("credential", f"No such credential. Choose one of: {', '.join(sorted(known))}.")
    rows = await views.query(
        ON_CALL.name,
        LIST,
        {"credential": credential, "limit": limit, "skip": skip},
        at_least=at_least_in(request),
        current=True,
    )
    found = [responder_row(row, cases.time.now()) for row in rows]
    return Responders(responders=found, total=rows[0]["total"] if rows else 0)


def responder_row(row: Mapping[str, Any], now: datetime) -> ResponderRow:
    """As it is shown."""
    told = {name: row[name] for name in ResponderRow.__struct_fields__ if name != "leave"}
    leave = [Away(each.since, each.until) for each in leave_in(row) if each.until > now]
    return msgspec.convert(told | {"leave": leave}, ResponderRow)
