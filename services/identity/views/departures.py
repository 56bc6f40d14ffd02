"""Which accounts let somebody in after the person had left, at a given moment or at any?

An account whose leaving was announced beforehand let nobody in from that moment on. What is typed in late shows here
for as long as it was late: that is the auditors' question (C81).
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.params import Parameter
from litestar.response import Stream

from contracts.events.identity import AccountClosed, AccountOpened
from services.identity.account.accounts import Accounts, file_of
from services.identity.account.events import LeavingAnnounced, LeavingWithdrawn
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed, put_search_on_record
from services.kernel.http.reading import Reader
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

PAGE = 100

COLUMNS = """
    account uuid PRIMARY KEY, agency text NOT NULL, leaves_at timestamptz, left_at timestamptz, ended_at timestamptz
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes."""
    match happening.event:
        case AccountOpened() as e:
            return [Effect("INSERT INTO {table} (account, agency) VALUES (%s, %s)", (e.account, e.agency))]
        case LeavingAnnounced() as e:
            return [Effect("UPDATE {table} SET leaves_at = %s WHERE account = %s", (e.leaves_at, e.account))]
        case LeavingWithdrawn() as e:
            return [Effect("UPDATE {table} SET leaves_at = NULL WHERE account = %s", (e.account,))]
        case AccountClosed() as e:
            ended = "UPDATE {table} SET left_at = %s, ended_at = least(leaves_at, %s) WHERE account = %s"
            return [Effect(ended, (e.left_at, happening.recorded_at, e.account))]
        case _:
            return ()


DEPARTURES = View("departures", COLUMNS, project)

SCOPE = Columns("AccountFile", words={"agency": "agency"})

LIVE_AFTER_LEAVING = """
    SELECT * FROM {table} WHERE left_at < ended_at
        AND (%(on)s::timestamptz IS NULL OR (left_at <= %(on)s AND %(on)s < ended_at)) AND {scope}
    ORDER BY left_at DESC, account LIMIT %(limit)s OFFSET %(skip)s
"""


class LiveAfterLeaving(msgspec.Struct, frozen=True, kw_only=True):
    """The person left at `left_at`, and the account let them in until `ended_at`."""

    account: UUID
    agency: str
    left_at: datetime
    ended_at: datetime
    late_seconds: int


LISTED = Listed("accounts live after leaving", LiveAfterLeaving, ("account",))
On = Annotated[datetime | None, Parameter(description="A moment with its zone; none for whenever it was.")]


class DeparturesController(Controller):
    """For auditors, of every agency; for administrators, of their own."""

    path = "/accounts/live-after-leaving"
    tags = ["Accounts"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_departures"})
    async def accounts(
        self,
        views: Views,
        accounts: Accounts,
        reader: Reader,
        request: Request[Any, Any, Any],
        on: On = None,
        limit: Annotated[int, Parameter(ge=1, le=PAGE)] = PAGE,
        skip: Annotated[int, Parameter(ge=0, le=1_000_000)] = 0,
    ) -> list[LiveAfterLeaving]:
        """Who left last comes first. `Muster-At-Least` makes it as fresh as a position."""
        found = await _page_of(views, accounts, request, on, limit, skip)
        await put_search_on_record(reader, request, LISTED, found, on=on)
        return found

    @post("/export", opt={"action": "list_departures"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        accounts: Accounts,
        exports: Exports,
        request: Request[Any, Any, Any],
        on: On = None,
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        read = partial(_page_of, views, accounts, request, on, ASKED_FOR, 0)
        return await exports.take(request, LISTED, read, on=on)


async def _page_of(
    views: Views, accounts: Accounts, request: Request[Any, Any, Any], on: datetime | None, limit: int, skip: int
) -> list[LiveAfterLeaving]:
    caller = caller_of(request)
    await accounts.require_standing(caller)
    scope = accounts.gate.scope(caller, "list_departures", SCOPE)
    rows = await views.query(
        DEPARTURES.name,
        scope.into(LIVE_AFTER_LEAVING),
        {"on": on, "limit": limit, "skip": skip, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    # The gate has the last word on each.
    return [
        LiveAfterLeaving(
            account=row["account"],
            agency=row["agency"],
            left_at=row["left_at"],
            ended_at=row["ended_at"],
            late_seconds=int((row["ended_at"] - row["left_at"]).total_seconds()),
        )
        for row in rows
        if accounts.gate.may_touch(caller, "list_departures", file_of(row["account"], row["agency"], ()))
    ]
