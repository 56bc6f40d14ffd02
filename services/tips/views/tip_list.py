"""Which tips are there, newest first? Without names: those are asked for one tip at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.events.tips import (
    AccountNamed,
    AccountReadmitted,
    CaseShared,
    ShareEnded,
    TipCorrected,
    TipLinked,
    TipParted,
    TipReceived,
    TipScreened,
)
from contracts.jurisdictions.tip import LikenessRules
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed, put_search_on_record
from services.kernel.http.gate import Gate, Record
from services.kernel.http.moments import require_moments
from services.kernel.http.reading import Reader
from services.kernel.http.scope import Columns
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.kernel.views import View, Views
from services.tips.hand.events import HandedOver, HandFinished, HandPutBack, HandTaken, HandTakenOver
from services.tips.likeness.events import AlikeFound
from services.tips.tip.events import AccountShutOut, AdditionsLookedAt, MoreTold, TeamNoted, TipKeptApart
from services.tips.tip.tips import Tips, reader_of

PAGE = 200

COLUMNS = """
    tip uuid PRIMARY KEY, received_at timestamptz, channel text NOT NULL DEFAULT '', county text NOT NULL DEFAULT '',
    age text NOT NULL DEFAULT '', screened boolean NOT NULL DEFAULT false, linked uuid[] NOT NULL DEFAULT '{{}}',
    kept_apart uuid[] NOT NULL DEFAULT '{{}}', first uuid, added timestamptz[] NOT NULL DEFAULT '{{}}',
    looked_at int NOT NULL DEFAULT 0, named uuid[] NOT NULL DEFAULT '{{}}', team_news text NOT NULL DEFAULT '',
    shares jsonb NOT NULL DEFAULT '{{}}', holder uuid, held_since timestamptz, offered_to uuid, let_go_at timestamptz,
    likes jsonb NOT NULL DEFAULT '{{}}'
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
_READMIT = "UPDATE {table} SET named = array_remove(named, %s) WHERE tip = %s"
_LINK = """
    UPDATE {table} SET linked = array_append(array_remove(linked, %(other)s), %(other)s),
        kept_apart = array_remove(kept_apart, %(other)s), first = %(first)s WHERE tip = %(tip)s
"""
# Whoever decided that two linked tips are about two people is not asked the same of them again.
_PART = """
    UPDATE {table} SET linked = array_remove(linked, %(other)s), first = %(first)s,
        kept_apart = CASE WHEN %(other)s = ANY(linked) THEN array_append(kept_apart, %(other)s) ELSE kept_apart END
    WHERE tip = %(tip)s
"""
_KEEP_APART = "UPDATE {table} SET kept_apart = array_append(kept_apart, %s) WHERE tip = %s"
_ADD = "UPDATE {table} SET added = array_append(added, %s::timestamptz) WHERE tip = %s"
_LOOK_AT = "UPDATE {table} SET looked_at = %s WHERE tip = %s"
# In whose hand it is; let go of where it was handed over or put back, and nobody has taken it yet.
_HOLD = "UPDATE {table} SET holder = %s, held_since = %s, offered_to = NULL, let_go_at = NULL WHERE tip = %s"
_LET_GO = "UPDATE {table} SET holder = NULL, held_since = NULL, offered_to = %s, let_go_at = %s WHERE tip = %s"

# What was found of two tips is of both.
_LIKE = """
    UPDATE {table} SET likes = likes || jsonb_build_object(
        CASE tip WHEN %(tip)s THEN %(other)s ELSE %(tip)s END::text,
        jsonb_build_object('score', %(score)s::int, 'clauses', %(clauses)s::text[])
    ) WHERE tip IN (%(tip)s, %(other)s)
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
            return [Effect(_LINK, {"other": e.other, "first": e.first, "tip": e.tip})]
        case TipParted() as e:
            return [Effect(_PART, {"other": e.other, "first": e.first, "tip": e.tip})]
        case TipKeptApart() as e:
            return [Effect(_KEEP_APART, (e.other, e.tip))]
        case MoreTold() as e:
            return [Effect(_ADD, (happening.happened_at, e.tip))]
        case AdditionsLookedAt() as e:
            return [Effect(_LOOK_AT, (e.number, e.tip))]
        case AccountNamed() | AccountShutOut() as e:
            return [Effect(_NAME, (e.tip, e.account))]
        case AccountReadmitted() as e:
            return [Effect(_READMIT, (e.account, e.tip))]
        case CaseShared() as e:
            return [Effect(_SHARE, (str(e.share), reader_of(e), e.until, e.tip))]
        case ShareEnded() as e:
            return [Effect("UPDATE {table} SET shares = shares - %s::text WHERE tip = %s", (str(e.share), e.tip))]
        case HandTaken(tip=tip, account=who) | HandTakenOver(tip=tip, account=who):
            return [Effect(_HOLD, (who, happening.happened_at, tip))]
        case HandedOver() as e:
            return [Effect(_LET_GO, (e.to, happening.happened_at, e.tip))]
        case HandPutBack() as e:
            return [Effect(_LET_GO, (None, happening.happened_at, e.tip))]
        case HandFinished() as e:
            return [Effect(_LET_GO, (None, None, e.tip))]
        case AlikeFound() as e:
            found = {"tip": e.tip, "other": e.other, "score": e.score, "clauses": list(e.clauses)}
            return [Effect(_LIKE, found)]
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

ALIKE = """
    t.tip <> o.tip AND coalesce(t.first, t.tip) <> coalesce(o.first, o.tip) AND t.tip <> ALL (o.kept_apart)
    AND t.received_at BETWEEN o.received_at - %(alike_window)s::interval AND o.received_at + %(alike_window)s::interval
    AND (o.likes ? t.tip::text OR (t.county = o.county AND o.county <> '' AND t.received_at
        BETWEEN o.received_at - %(alike_near)s::interval AND o.received_at + %(alike_near)s::interval))
    AND coalesce((o.likes -> t.tip::text ->> 'score')::int, 0)
        + CASE WHEN t.county = o.county AND o.county <> '' THEN %(alike_county)s::int ELSE 0 END
        + CASE WHEN t.age = o.age AND o.age <> 'not_known' THEN %(alike_age)s::int ELSE 0 END
        + CASE WHEN t.received_at BETWEEN o.received_at - %(alike_near)s::interval
            AND o.received_at + %(alike_near)s::interval THEN %(alike_time)s::int ELSE 0 END
        >= %(alike_threshold)s::int
"""
"""Whether the tips `t` and `o` may be about one person, by the clauses on file, and nobody has decided it yet.

As services/tips/likeness decides it. Tips of which no sealed clause holds are looked at where county and time agree.
"""


def alike_values(rules: LikenessRules) -> Mapping[str, Any]:
    """What `ALIKE` is asked with."""
    return {
        "alike_window": rules.window,
        "alike_near": rules.near,
        "alike_threshold": rules.threshold,
        **{f"alike_{clause}": rules.score((clause,)) for clause in ("county", "age", "time")},
    }


# What the caller may not see is left out before a page is counted, and is like nothing; the gate has the last word on
# each row.
PAGE_OF_TIPS = """
    WITH seen AS NOT MATERIALIZED (SELECT * FROM {table} WHERE received_at IS NOT NULL AND {scope})
    SELECT * FROM (
        SELECT * FROM seen AS t
        WHERE (%(before)s::timestamptz IS NULL OR received_at < %(before)s)
          AND (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
          AND (%(county)s::text IS NULL OR county = %(county)s)
          AND (%(alike)s::uuid IS NULL OR EXISTS (SELECT FROM seen AS o WHERE o.tip = %(alike)s AND {alike}))
        ORDER BY received_at DESC FETCH FIRST (%(page)s::bigint) ROWS WITH TIES
    ) AS page ORDER BY received_at DESC, tip
""".replace("{alike}", ALIKE)

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


class Narrowed(NamedTuple):
    """What of the list is asked for; None leaves nothing out."""

    since: datetime | None
    before: datetime | None
    county: str | None
    alike: UUID | None


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
        likeness: LikenessRules,
        reader: Reader,
        tips: Tips,
        request: Request[Any, Any, Any],
        received_before: datetime | None = None,
        received_since: datetime | None = None,
        county: str | None = None,
        alike: UUID | None = None,
    ) -> list[TipRow]:
        """The newest tips; `received_before` pages on. `Muster-At-Least` makes it as fresh as a position.

        Tips received at one moment are never parted by the end of a page, so a page may hold more than its number.
        `county` leaves those of one; an empty one leaves those whose county nobody knows. `alike` leaves those that may
        be about the same person as that tip, and nobody has decided whether they are.
        """
        tips.jurisdiction.require_county(county)
        narrowed = Narrowed(received_since, received_before, county, alike)
        found = await tips_seen(views, gate, time, likeness, request, narrowed, PAGE)
        await put_search_on_record(
            reader,
            request,
            TIPS,
            found,
            received_since=received_since,
            received_before=received_before,
            county=county,
            alike=alike,
        )
        return found

    @post("/export", opt={"action": "list_tips"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        gate: Gate,
        time: TimeSource,
        likeness: LikenessRules,
        exports: Exports,
        tips: Tips,
        request: Request[Any, Any, Any],
        received_before: datetime | None = None,
        received_since: datetime | None = None,
        county: str | None = None,
        alike: UUID | None = None,
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        tips.jurisdiction.require_county(county)
        narrowed = Narrowed(received_since, received_before, county, alike)
        return await exports.take(
            request,
            TIPS,
            lambda: tips_seen(views, gate, time, likeness, request, narrowed, ASKED_FOR),
            received_since=received_since,
            received_before=received_before,
            county=county,
            alike=alike,
        )


async def tips_seen(
    views: Views,
    gate: Gate,
    time: TimeSource,
    likeness: LikenessRules,
    request: Request[Any, Any, Any],
    narrowed: Narrowed,
    page: int,
) -> list[TipRow]:
    """The newest that the caller may see. Raises `InvalidValue`."""
    require_moments(request, received_before=narrowed.before, received_since=narrowed.since)
    caller = caller_of(request)
    scope, now = gate.scope(caller, "list_tips", SCOPE), time.now()
    rows = await views.query(
        "tip_list",
        scope.into(PAGE_OF_TIPS),
        {**narrowed._asdict(), "page": page, "now": now, **alike_values(likeness), **scope.values},
        at_least=at_least_in(request),
        current=True,
    )
    return [
        msgspec.convert({name: row[name] for name in TipRow.__struct_fields__}, TipRow)
        for row in await gate.shown(caller, "list_tips", rows, lambda row: record_of_row(row, now))
    ]


def record_of_row(row: Mapping[str, Any], now: datetime) -> Record:
    """What policies may know of a tip of the list."""
    readers = [each["reader"] for each in row["shares"].values() if now < datetime.fromisoformat(each["until"])]
    return Record("Tip", row["tip"], accounts={"named": row["named"]}, roles={"shared": readers})
