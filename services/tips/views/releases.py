"""Who asks to be shown who reported, and waits for an answer? Those that have waited longest first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream

from contracts.events.tips import AccountNamed, AccountReadmitted
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from services.tips.reporter.events import ReleaseAgreed, ReleaseAsked, ReleaseRefused
from services.tips.tip.events import AccountShutOut

PAGE = 200

# A tip has a row of its own, without an account, that holds whom it names: that may be known before anybody asks.
COLUMNS = """
    release uuid PRIMARY KEY, tip uuid NOT NULL, account uuid, agency text NOT NULL DEFAULT '',
    purpose text NOT NULL DEFAULT '', asked_at timestamptz, answered boolean NOT NULL DEFAULT false,
    named uuid[] NOT NULL DEFAULT '{{}}'
"""

_NAME = """
    INSERT INTO {table} AS t (release, tip, named) VALUES (%(tip)s, %(tip)s, ARRAY[%(who)s::uuid])
    ON CONFLICT (release) DO UPDATE SET named = t.named || excluded.named
"""
_READMIT = "UPDATE {table} SET named = array_remove(named, %s) WHERE release = %s"
_ASK = "INSERT INTO {table} (release, tip, account, agency, purpose, asked_at) VALUES (%s, %s, %s, %s, %s, %s)"


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    match happening.event:
        case AccountNamed(tip=tip, account=who) | AccountShutOut(tip=tip, account=who):
            return [Effect(_NAME, {"tip": tip, "who": who})]
        case AccountReadmitted() as e:
            return [Effect(_READMIT, (e.account, e.tip))]
        case ReleaseAsked() as e:
            return [Effect(_ASK, (e.release, e.tip, e.account, e.agency, e.purpose, happening.happened_at))]
        case ReleaseAgreed() | ReleaseRefused() as e:
            return [Effect("UPDATE {table} SET answered = true WHERE release = %s", (e.release,))]
        case _:
            return ()


RELEASES_TO_ANSWER = View("releases", COLUMNS, project)

SCOPE = Columns("Tip", accounts={"named": "coalesce(t.named, '{{}}')"})

# What the caller may not see is left out before anything is counted; the gate has the last word on each row.
RELEASES = """
    SELECT r.*, coalesce(t.named, '{{}}') AS kept_out, count(*) OVER () AS total
    FROM {table} AS r LEFT JOIN {table} AS t ON t.release = r.tip
    WHERE r.account IS NOT NULL AND NOT r.answered AND {scope}
    ORDER BY r.asked_at, r.release LIMIT %(page)s
"""


class ReleaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """One person who asks. Why, to tell whom and by which authority is read on the page of the case."""

    release: UUID
    tip: UUID
    account: UUID
    agency: str
    purpose: str
    asked_at: datetime


class WaitingReleases(msgspec.Struct, frozen=True, kw_only=True):
    """Those that have waited longest, and the number of all the caller sees."""

    releases: list[ReleaseRow]
    total: int


LISTED = Listed("releases to answer", ReleaseRow, ("release", "tip"))


class ReleasesController(Controller):
    """For whoever answers them, filtered by the gate record by record."""

    path = "/releases"
    tags = ["Reporter"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_releases"})
    async def releases(
        self,
        views: Views,
        gate: Gate,
        request: Request[Any, Any, Any],
        limit: Annotated[int, Parameter(ge=1, le=PAGE)] = PAGE,
    ) -> WaitingReleases:
        """What nobody has answered yet."""
        return await releases_seen(views, gate, request, limit)

    @post("/export", opt={"action": "list_releases"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(self, views: Views, gate: Gate, exports: Exports, request: Request[Any, Any, Any]) -> Stream:
        """All of it as a file. That you took it is put on record before you have it."""

        async def read() -> list[ReleaseRow]:
            return (await releases_seen(views, gate, request, ASKED_FOR)).releases

        return await exports.take(request, LISTED, read)


async def releases_seen(views: Views, gate: Gate, request: Request[Any, Any, Any], page: int) -> WaitingReleases:
    """Those that the caller may see, and the number of all of them."""
    caller = caller_of(request)
    scope = gate.scope(caller, "list_releases", SCOPE)
    rows = await views.query(
        RELEASES_TO_ANSWER.name,
        scope.into(RELEASES),
        {"page": page, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    shown = await gate.shown(caller, "list_releases", rows, _record)
    names = ReleaseRow.__struct_fields__
    waiting = [msgspec.convert({name: row[name] for name in names}, ReleaseRow) for row in shown]
    return WaitingReleases(releases=waiting, total=rows[0]["total"] if rows else 0)


def _record(row: Mapping[str, Any]) -> Record:
    return Record("Tip", row["tip"], accounts={"named": row["kept_out"]})
