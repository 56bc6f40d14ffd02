"""Which security incidents were reported, and which of them is nobody at? What is not closed comes first.

What happened, in people's words, is on the page of each.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from services.identity.account.accounts import Accounts
from services.identity.incident.events import IncidentAcknowledged, IncidentClosed, IncidentReported
from services.identity.incident.incidents import RULE, record_of
from services.kernel.batch import Effect
from services.kernel.clock import ClockMissed
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

PAGE = 200

COLUMNS = """
    incident uuid PRIMARY KEY, account uuid NOT NULL, agency text NOT NULL, kind text NOT NULL,
    discovered_at timestamptz NOT NULL, reported_at timestamptz NOT NULL, late_seconds bigint,
    acknowledged_at timestamptz, closed_at timestamptz
"""
_REPORT = """
    INSERT INTO {table} (incident, account, agency, kind, discovered_at, reported_at) VALUES (%s, %s, %s, %s, %s, %s)
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    match happening.event:
        case IncidentReported() as e:
            row = (e.incident, e.account, e.agency, e.kind, e.discovered_at, happening.recorded_at)
            return [Effect(_REPORT, row)]
        case ClockMissed() as e if e.rule == RULE:
            late = "UPDATE {table} SET late_seconds = %s WHERE incident = %s"
            return [Effect(late, (e.late_seconds, e.subject))]
        case IncidentAcknowledged() as e:
            seen = "UPDATE {table} SET acknowledged_at = %s WHERE incident = %s"
            return [Effect(seen, (happening.recorded_at, e.incident))]
        case IncidentClosed() as e:
            closed = "UPDATE {table} SET closed_at = %s WHERE incident = %s"
            return [Effect(closed, (happening.recorded_at, e.incident))]
        case _:
            return ()


INCIDENT_LIST = View("incident_list", COLUMNS, project)

SCOPE = Columns("Incident", words={"agency": "agency"})

# Of those that wait, what nobody is at comes first.
INCIDENTS = """
    SELECT * FROM {table} WHERE {scope}
    ORDER BY (closed_at IS NOT NULL), CASE WHEN closed_at IS NULL THEN acknowledged_at IS NOT NULL END,
        CASE WHEN closed_at IS NULL THEN reported_at END, reported_at DESC, incident LIMIT %(page)s
"""


class IncidentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One incident: reported by somebody of `agency`, `late_seconds` after the hour that C82 gives, null in time."""

    incident: UUID
    agency: str
    kind: str
    discovered_at: datetime
    reported_at: datetime
    late_seconds: int | None
    acknowledged_at: datetime | None
    closed_at: datetime | None


LISTED = Listed("security incidents", IncidentRow, ("incident",))


class IncidentListController(Controller):
    """For administrators, of their own agency; for operators, of every agency."""

    path = "/incidents"
    tags = ["Incidents"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_incidents"})
    async def incidents(self, views: Views, accounts: Accounts, request: Request[Any, Any, Any]) -> list[IncidentRow]:
        """The first two hundred. `Muster-At-Least` makes it as fresh as a position."""
        return await _seen(views, accounts, request, PAGE)

    @post("/export", opt={"action": "list_incidents"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, accounts: Accounts, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(request, LISTED, lambda: _seen(views, accounts, request, ASKED_FOR))


async def _seen(views: Views, accounts: Accounts, request: Request[Any, Any, Any], page: int) -> list[IncidentRow]:
    caller = caller_of(request)
    await accounts.require_standing(caller)
    scope = accounts.gate.scope(caller, "list_incidents", SCOPE)
    rows = await views.query(
        INCIDENT_LIST.name,
        scope.into(INCIDENTS),
        {"page": page, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    return [
        msgspec.convert({name: row[name] for name in IncidentRow.__struct_fields__}, IncidentRow)
        for row in await accounts.gate.shown(caller, "list_incidents", rows, _record)
    ]


def _record(row: Mapping[str, Any]) -> Record:
    return record_of(row["incident"], row["agency"], row["account"])
