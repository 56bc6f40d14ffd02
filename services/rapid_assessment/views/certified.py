"""Whom did my agency certify, and who waits for a certificate? For the people of an issuer.

Those without any certificate come first, since one of the issuers must act; then those whose last one from this agency
ends soonest. Of others' certificates nothing is told.
"""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream

from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.views import Views
from services.rapid_assessment.team.decisions import Certificate
from services.rapid_assessment.views.roster import ON_CALL

PAGE = 200

LIST = """
    SELECT responder, agency, own, count(*) OVER () AS total FROM (
        SELECT responder, agency, certificates, (
            SELECT coalesce(jsonb_agg(each), '[]') FROM jsonb_array_elements(certificates) AS each
            WHERE each ->> 'issuer' = %(issuer)s
        ) AS own FROM {table}
    ) AS everybody
    WHERE agency <> '' AND (own <> '[]' OR certificates = '[]')
    ORDER BY (SELECT max((each ->> 'valid_until')::timestamptz) FROM jsonb_array_elements(own) AS each) NULLS FIRST,
        responder
    LIMIT %(limit)s OFFSET %(skip)s
"""


class CertifiedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A responder, and the certificates the caller's agency issued to them."""

    responder: UUID
    agency: str
    certificates: list[Certificate]


class Certified(msgspec.Struct, frozen=True, kw_only=True):
    """A page of them, and the number of all."""

    responders: list[CertifiedRow]
    total: int


CERTIFIED = Listed("certified responders", CertifiedRow)


class CertifiedController(Controller):
    """The names are asked of the identity service."""

    path = "/responders/certified"
    tags = ["Responders"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_certified"})
    async def certified(
        self,
        views: Views,
        request: Request[Any, Any, Any],
        limit: Annotated[int, Parameter(ge=1, le=PAGE)] = PAGE,
        skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
    ) -> Certified:
        """Of your own agency. `Muster-At-Least` makes it as fresh as a position."""
        return await _certified(views, request, limit, skip)

    @post("/export", opt={"action": "list_certified"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(self, views: Views, exports: Exports, request: Request[Any, Any, Any]) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""

        async def read() -> list[CertifiedRow]:
            return (await _certified(views, request, ASKED_FOR, 0)).responders

        return await exports.take(request, CERTIFIED, read)


async def _certified(views: Views, request: Request[Any, Any, Any], limit: int, skip: int) -> Certified:
    asked = {"issuer": caller_of(request).agency, "limit": limit, "skip": skip}
    rows = await views.query(ON_CALL.name, LIST, asked, at_least=at_least_in(request), current=True)
    found = [
        CertifiedRow(
            responder=row["responder"],
            agency=row["agency"],
            certificates=msgspec.convert(row["own"], list[Certificate]),
        )
        for row in rows
    ]
    return Certified(responders=found, total=rows[0]["total"] if rows else 0)
