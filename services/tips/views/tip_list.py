"""Which tips are there, newest first? Without names: those are asked for one tip at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.events.tips import (
    AccountNamed,
    CaseShared,
    ShareEnded,
    TipCorrected,
    TipLinked,
    TipReceived,
    TipScreened,
)
from contracts.language import InvalidValue
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.moments import require_moments
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.kernel.views import View, Views
from services.tips.tip.events import AccountShutOut, TeamNoted
from services.tips.tip.tips import Tips, reader_of

PAGE = 200

COLUMNS = """
    tip uuid PRIMARY KEY, received_at timestamptz, channel text NOT NULL DEFAULT '', county text NOT NULL DEFAULT '',
    age text NOT NULL DEFAULT '', screened boolean NOT NULL DEFAULT false, linked uuid[] NOT NULL DEFAULT '{{}}',
    named uuid[] NOT NULL DEFAULT '{{}}', team_news text NOT NULL DEFAULT '', shares jsonb NOT NULL DEFAULT '{{}}'
"""

_RECEIVE = """
    INSERT INTO {table} (tip, received_at, channel, county, age) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (tip) DO UPDATE SET received_at = excluded.received_at, channel = excluded.channel,
        county = excluded.county, age = excluded.age
"""
# Accounts are named before the tip itself is told of.
_NAME = """
    INSERT INTO {table} AS t (tip, named) VALUES (%s, ARRAY[%s::uuid])
    ON CONFLICT (tip) DO UPDATE SET named = t.named || excluded.named
"""


# Who reads by it, in the words of the gate, and until when.
_SHARE = """
    UPDATE {table} SET shares = shares
        || jsonb_build_object(%s::text, jsonb_build_object('reader', %s::text, 'until', %s::timestamptz))
    WHERE tip = %s
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    match happening.event:
        case TipReceived() as e:
            return [Effect(_RECEIVE, (e.tip, e.received_at, e.channel, e.county, e.age))]
        case TipScreened() as e:
            return [Effect("UPDATE {table} SET age = %s, screened = true WHERE tip = %s", (e.age, e.tip))]
        case TipCorrected() as e:
            return [Effect("UPDATE {table} SET age = %s, county = %s WHERE tip = %s", (e.age, e.county, e.tip))]
        case TipLinked() as e:
            return [Effect("UPDATE {table} SET linked = array_append(linked, %s) WHERE tip = %s", (e.other, e.tip))]
        case AccountNamed() | AccountShutOut() as e:
            return [Effect(_NAME, (e.tip, e.account))]
        case CaseShared() as e:
            return [Effect(_SHARE, (str(e.share), reader_of(e), e.until, e.tip))]
        case ShareEnded() as e:
            return [Effect("UPDATE {table} SET shares = shares - %s::text WHERE tip = %s", (str(e.share), e.tip))]
        case TeamNoted() as e:
            return [Effect("UPDATE {table} SET team_news = %s WHERE tip = %s", (e.news, e.tip))]
        case _:
            return ()


SCOPE = Columns(
    "Tip",
    accounts={"named": "named"},
    roles={
        "shared": "ARRAY(SELECT value ->> 'reader' FROM jsonb_each(shares)"
        " WHERE %(now)s < (value ->> 'until')::timestamptz)"
    },
)

# What the caller may not see is left out before a page is counted; the gate has the last word on each row.
PAGE_OF_TIPS = """
    SELECT * FROM (
        SELECT * FROM {table}
        WHERE received_at IS NOT NULL
          AND (%(before)s::timestamptz IS NULL OR received_at < %(before)s)
          AND (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
          AND (%(county)s::text IS NULL OR county = %(county)s) AND {scope}
        ORDER BY received_at DESC FETCH FIRST (%(page)s::bigint) ROWS WITH TIES
    ) AS page ORDER BY received_at DESC, tip
"""

TIP_LIST = View("tip_list", COLUMNS, project)


class TipRow(msgspec.Struct, frozen=True, kw_only=True):
    """One tip of the list."""

    tip: UUID
    received_at: datetime
    channel: str
    county: str
    age: str
    screened: bool
    linked: list[UUID]
    team_news: str


TIPS = Listed("tips", TipRow, ("tip",))


class TipListController(Controller):
    """The list, filtered by the gate record by record."""

    path = "/tips"
    tags = ["Tips"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_tips"})
    async def tips(
        self,
        views: Views,
        gate: Gate,
        time: TimeSource,
        request: Request[Any, Any, Any],
        received_before: datetime | None = None,
        received_since: datetime | None = None,
        county: str | None = None,
    ) -> list[TipRow]:
        """The newest tips; `received_before` pages on. `Muster-At-Least` makes it as fresh as a position.

        Tips received at one moment are never parted by the end of a page, so a page may hold more than its number.
        `county` leaves those of one; an empty one leaves those whose county nobody knows.
        """
        return await tips_seen(views, gate, time, request, received_since, received_before, county, PAGE)

    @post("/export", opt={"action": "list_tips"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        gate: Gate,
        time: TimeSource,
        exports: Exports,
        tips: Tips,
        request: Request[Any, Any, Any],
        received_before: datetime | None = None,
        received_since: datetime | None = None,
        county: str | None = None,
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        if county and county not in tips.jurisdiction.counties:
            # What is no county may be anything, a name too, and would go on record.
            raise InvalidValue("county", "There is no county of this name. Choose one of the list.")
        return await exports.take(
            request,
            TIPS,
            lambda: tips_seen(views, gate, time, request, received_since, received_before, county, ASKED_FOR),
            received_since=received_since,
            received_before=received_before,
            county=county,
        )


async def tips_seen(
    views: Views,
    gate: Gate,
    time: TimeSource,
    request: Request[Any, Any, Any],
    since: datetime | None,
    before: datetime | None,
    county: str | None,
    page: int,
) -> list[TipRow]:
    """The newest that the caller may see. Raises `InvalidValue`."""
    require_moments(request, received_before=before, received_since=since)
    caller = caller_of(request)
    scope, now = gate.scope(caller, "list_tips", SCOPE), time.now()
    rows = await views.query(
        "tip_list",
        scope.into(PAGE_OF_TIPS),
        {"before": before, "since": since, "county": county, "page": page, "now": now, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    return [
        msgspec.convert({name: row[name] for name in TipRow.__struct_fields__}, TipRow)
        for row in await gate.shown(caller, "list_tips", rows, lambda row: _record(row, now))
    ]


def _record(row: Mapping[str, Any], now: datetime) -> Record:
    readers = [each["reader"] for each in row["shares"].values() if now < datetime.fromisoformat(each["until"])]
    return Record("Tip", row["tip"], accounts={"named": row["named"]}, roles={"shared": readers})
