"""Of which reports was my agency told, and which has it not acknowledged? Newest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.events.tips import AccountNamed, AccountReadmitted, TipCorrected, TipReceived
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate, Record
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from services.tips.duty.duties import duty_of
from services.tips.duty.events import DutyArose, DutyPartAcknowledged, DutyPartDone, DutyPartFound
from services.tips.tip.events import AccountShutOut

PAGE = 200

# The row of a tip itself, with no rule, holds whom the tip names and where it happened: that may be told before any
# duty arises, and later.
COLUMNS = """
    tip uuid NOT NULL, rule text NOT NULL, part text NOT NULL, agency text NOT NULL DEFAULT '',
    told_at timestamptz, how text NOT NULL DEFAULT '', acknowledged_at timestamptz,
    must_be_acknowledged text[] NOT NULL DEFAULT '{{}}', named uuid[] NOT NULL DEFAULT '{{}}',
    county text NOT NULL DEFAULT '',
    PRIMARY KEY (tip, rule, part)
"""

_NAME = """
    INSERT INTO {table} AS t (tip, rule, part, named) VALUES (%s, '', '', ARRAY[%s::uuid])
    ON CONFLICT (tip, rule, part) DO UPDATE SET named = t.named || excluded.named
"""
_READMIT = "UPDATE {table} SET named = array_remove(named, %s) WHERE tip = %s AND rule = ''"
_PLACE = """
    INSERT INTO {table} (tip, rule, part, county) VALUES (%s, '', '', %s)
    ON CONFLICT (tip, rule, part) DO UPDATE SET county = excluded.county
"""
# The row of a rule itself, with no part, holds what of it must be acknowledged.
_ARISE = """
    INSERT INTO {table} (tip, rule, part, must_be_acknowledged) VALUES (%s, %s, '', %s)
    ON CONFLICT (tip, rule, part) DO UPDATE SET must_be_acknowledged = excluded.must_be_acknowledged
"""
_TELL = """
    INSERT INTO {table} (tip, rule, part, agency, told_at, how) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (tip, rule, part) DO UPDATE SET agency = excluded.agency, told_at = excluded.told_at,
        how = excluded.how, acknowledged_at = NULL
"""
_ACKNOWLEDGE = "UPDATE {table} SET acknowledged_at = %s WHERE tip = %s AND rule = %s AND part = %s"
_FIND = """
    UPDATE {table} SET told_at = coalesce(%s, told_at), acknowledged_at = coalesce(%s, acknowledged_at)
    WHERE tip = %s AND rule = %s AND part = %s
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    match happening.event:
        case AccountNamed() | AccountShutOut() as e:
            return [Effect(_NAME, (e.tip, e.account))]
        case AccountReadmitted() as e:
            return [Effect(_READMIT, (e.account, e.tip))]
        case TipReceived() | TipCorrected() as e:
            return [Effect(_PLACE, (e.tip, e.county))]
        case DutyArose() as e:
            return [Effect(_ARISE, (e.tip, e.rule, list(e.acknowledged)))]
        case DutyPartDone() as e:
            return [Effect(_TELL, (e.tip, e.rule, e.part, e.agency, e.done_at, e.how))]
        case DutyPartAcknowledged() as e:
            return [Effect(_ACKNOWLEDGE, (e.acknowledged_at, e.tip, e.rule, e.part))]
        case DutyPartFound() as e:
            return [Effect(_FIND, (e.done_at, e.acknowledged_at, e.tip, e.rule, e.part))]
        case _:
            return ()


DUTY_TOLD = View("duty_told", COLUMNS, project, revision=2)

SCOPE = Columns(
    "DutyPart",
    accounts={"named": "coalesce(t.named, '{{}}')"},
    words={"told": "p.agency", "county": "coalesce(t.county, '')"},
)

# What the caller may not see is left out before a page is counted; the gate has the last word on each row.
TOLD = """
    SELECT p.*, coalesce(t.named, '{{}}') AS kept_out, coalesce(p.part = ANY(r.must_be_acknowledged), false) AS must,
        coalesce(t.county, '') AS of_county
    FROM {table} AS p
    LEFT JOIN {table} AS t ON t.tip = p.tip AND t.rule = '' AND t.part = ''
    LEFT JOIN {table} AS r ON r.tip = p.tip AND r.rule = p.rule AND r.part = ''
    WHERE p.rule <> '' AND p.part <> '' AND {scope}
    ORDER BY (p.acknowledged_at IS NULL) DESC, p.told_at DESC, p.tip, p.rule, p.part LIMIT %(page)s
"""


class ToldRow(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a duty that your agency was told of. Acknowledge it by `duty` and `part`."""

    duty: UUID
    tip: UUID
    rule: str
    part: str
    told_at: datetime
    how: str
    must_be_acknowledged: bool
    acknowledged_at: datetime | None


TOLD_DUTIES = Listed("told duties", ToldRow, ("duty", "tip"))


class DutyToldController(Controller):
    """The caller's own agency alone, filtered by the gate record by record."""

    path = "/duties/told"
    tags = ["Reporting duties"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_told"})
    async def told(self, views: Views, gate: Gate, request: Request[Any, Any, Any]) -> list[ToldRow]:
        """What is not acknowledged first, then the newest. No name: whoever told you has said what it is about."""
        return await told_seen(views, gate, request, PAGE)

    @post("/export", opt={"action": "list_told"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(self, views: Views, gate: Gate, exports: Exports, request: Request[Any, Any, Any]) -> Stream:
        """All of it as a file. That you took it is put on record before you have it."""
        return await exports.take(request, TOLD_DUTIES, lambda: told_seen(views, gate, request, ASKED_FOR))


async def told_seen(views: Views, gate: Gate, request: Request[Any, Any, Any], page: int) -> list[ToldRow]:
    """What the caller's agency was told."""
    caller = caller_of(request)
    scope = gate.scope(caller, "list_told", SCOPE)
    rows = await views.query(
        "duty_told",
        scope.into(TOLD),
        {"page": page, **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    return [
        ToldRow(
            duty=duty_of(row["tip"], row["rule"]),
            tip=row["tip"],
            rule=row["rule"],
            part=row["part"],
            told_at=row["told_at"],
            how=row["how"],
            must_be_acknowledged=row["must"],
            acknowledged_at=row["acknowledged_at"],
        )
        for row in await gate.shown(caller, "list_told", rows, _record)
    ]


def _record(row: dict[str, Any]) -> Record:
    duty = duty_of(row["tip"], row["rule"])
    words = {"told": row["agency"], "county": row["of_county"]}
    return Record("DutyPart", duty, accounts={"named": row["kept_out"]}, words=words)
