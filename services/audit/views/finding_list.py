"""What was found about the logs and their copies, and what of it stands open? Positions and digests, no content."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream

from contracts.language import InvalidValue
from services.audit.finding.book import findings_of
from services.audit.finding.events import FindingFound, FindingResolved, GapFound
from services.audit.finding.state import FindingKind, severity_of
from services.audit.sources import NAMES, OWN
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

PAGE_LIMIT = 500

COLUMNS = """
    service text NOT NULL, number bigint NOT NULL, kind text NOT NULL, first bigint NOT NULL, last bigint NOT NULL,
    there text NOT NULL, here text NOT NULL, found_at timestamptz NOT NULL, resolved_at timestamptz,
    how text NOT NULL DEFAULT '', PRIMARY KEY (service, number)
"""

_FIND = """
    INSERT INTO {table} (service, number, kind, first, last, there, here, found_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_RESOLVE = "UPDATE {table} SET resolved_at = %s, how = %s WHERE service = %s AND number = %s"


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    number, when = happening.version, happening.recorded_at
    match happening.event:
        case GapFound() as e if happening.stream == findings_of(e.source):
            return [Effect(_FIND, (e.source, number, FindingKind.GAP, e.after + 1, e.before - 1, "", "", when))]
        case FindingFound() as e:
            return [Effect(_FIND, (e.source, number, e.kind, e.first, e.last, e.there, e.here, when))]
        case FindingResolved() as e:
            return [Effect(_RESOLVE, (when, e.how, e.source, e.number))]
        case _:
            return ()


FINDING_LIST = View("finding_list", COLUMNS, project)

_PAGE = """
    SELECT * FROM {table}
    WHERE (%(service)s = '' OR service = %(service)s) AND (NOT %(open)s OR resolved_at IS NULL)
    ORDER BY found_at DESC, service, number DESC LIMIT %(limit)s OFFSET %(skip)s
"""
_WITH_FINDINGS = """
    SELECT DISTINCT kept.correlation FROM {table} AS found
    JOIN copied_events AS kept ON kept.source = found.service AND kept.position BETWEEN found.first AND found.last
    WHERE found.resolved_at IS NULL
"""
_OPEN = "SELECT service, kind, count(*) AS many FROM {table} WHERE resolved_at IS NULL GROUP BY service, kind"


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """Positions from `first` to `last` of a service's log; `there` and `here` are digests of what is kept of them.

    `resolved_at` is None, and `how` empty, while it stands open.
    """

    service: str
    number: int
    kind: str
    severity: str
    first: int
    last: int
    there: str
    here: str
    found_at: datetime
    resolved_at: datetime | None
    how: str


class FindingPage(msgspec.Struct, frozen=True):
    """Newest first. `more` says whether a next page holds others."""

    findings: list[FindingRow]
    more: bool


FINDINGS = Listed("findings", FindingRow)


class FindingListController(Controller):
    """The list, for auditors."""

    path = "/findings"
    tags = ["Findings"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_findings"})
    async def findings(
        self,
        views: Views,
        request: Request[Any, Any, Any],
        service: Annotated[str, Parameter(max_length=40)] = "",
        resolved: bool = False,  # noqa: FBT001, FBT002 - Litestar passes what the address says by name
        limit: Annotated[int, Parameter(ge=1, le=PAGE_LIMIT)] = PAGE_LIMIT,
        skip: Annotated[int, Parameter(ge=0, le=10_000_000)] = 0,
    ) -> FindingPage:
        """Those that stand open, with `resolved` all there ever were; `limit` and `skip` page on."""
        rows = await _findings(views, request, service, resolved=resolved, limit=limit + 1, skip=skip)
        return FindingPage(rows[:limit], len(rows) > limit)

    @post("/export", opt={"action": "list_findings"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        exports: Exports,
        request: Request[Any, Any, Any],
        service: Annotated[str, Parameter(max_length=40)] = "",
        resolved: bool = False,  # noqa: FBT001, FBT002 - Litestar passes what the address says by name
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        if service not in {"", OWN, *NAMES}:
            raise InvalidValue("service", f"There is no such service. Choose one of: {', '.join((OWN, *NAMES))}.")
        return await exports.take(
            request,
            FINDINGS,
            lambda: _findings(views, request, service, resolved=resolved, limit=ASKED_FOR, skip=0),
            service=service or None,
            resolved=resolved,
        )


async def _findings(
    views: Views, request: Request[Any, Any, Any], service: str, *, resolved: bool, limit: int, skip: int
) -> list[FindingRow]:
    rows = await views.query(
        FINDING_LIST.name,
        _PAGE,
        {"service": service, "open": not resolved, "limit": limit, "skip": skip},
        at_least=at_least_in(request),
    )
    return [_row(row) for row in rows]


async def cases_with_findings(views: Views) -> Sequence[UUID]:
    """The cases that have a row where an open finding is. What never came to the copy is of no case here."""
    return [row["correlation"] for row in await views.query(FINDING_LIST.name, _WITH_FINDINGS, {}, current=True)]


async def open_findings(views: Views) -> Mapping[tuple[str, str], int]:
    """How many stand open, by service and kind; kinds of which there are none are left out. For a metric.

    Raises `NotFreshEnough` before the list was first built.
    """
    rows = await views.query(FINDING_LIST.name, _OPEN, {})
    return {(row["service"], row["kind"]): row["many"] for row in rows}


def _row(row: Mapping[str, Any]) -> FindingRow:
    severity = severity_of(FindingKind(row["kind"]))
    return msgspec.convert({**row, "severity": severity}, FindingRow)
