"""Which weeks of reading wait for their review, and who signed off the others? What waits longest comes first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from services.audit.review.events import ReadingReviewed, ReviewDue
from services.audit.review.http import Reviewing, account_of
from services.audit.review.reviews import RULE
from services.audit.unusual.decisions import told
from services.audit.unusual.events import UnusualReadingFound, UnusualReadingJudged
from services.kernel.batch import Effect
from services.kernel.clock import ClockMissed
from services.kernel.http.caller import Caller
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

PAGE = 200

COLUMNS = """
    review uuid PRIMARY KEY, since timestamptz NOT NULL, until timestamptz NOT NULL, due_at timestamptz NOT NULL,
    missed boolean NOT NULL DEFAULT false, signed_at timestamptz, signed_by uuid[] NOT NULL DEFAULT '{{}}',
    own bigint NOT NULL DEFAULT 0, unjudged uuid[] NOT NULL DEFAULT '{{}}'
"""
# What the first auditor read themselves is looked at when another signs.
_SIGN = """
    UPDATE {table} SET own = CASE WHEN signed_at IS NULL THEN %(own)s ELSE 0 END,
        signed_at = coalesce(signed_at, %(at)s), signed_by = signed_by || %(by)s::uuid
    WHERE review = %(review)s
"""
_FIND = """
    UPDATE {table} SET unjudged = array_remove(unjudged, %(instead_of)s::uuid) || %(finding)s::uuid
    WHERE review = %(review)s
"""
_JUDGE = "UPDATE {table} SET unjudged = array_remove(unjudged, %(finding)s::uuid) WHERE review = %(review)s"
_PAGE = """
    SELECT * FROM {table} WHERE NOT %(waiting)s OR signed_at IS NULL
    ORDER BY (signed_at IS NOT NULL), CASE WHEN signed_at IS NULL THEN until END, until DESC LIMIT %(limit)s
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    match happening.event:
        case ReviewDue() as e:
            insert = "INSERT INTO {table} (review, since, until, due_at) VALUES (%s, %s, %s, %s)"
            return [Effect(insert, (e.review, e.since, e.until, e.due_at))]
        case ClockMissed() as e if e.rule == RULE:
            return [Effect("UPDATE {table} SET missed = true WHERE review = %s", (e.subject,))]
        case ReadingReviewed() as e:
            values = {"own": e.own, "at": happening.recorded_at, "by": e.account, "review": e.review}
            return [Effect(_SIGN, values)]
        case UnusualReadingFound() as e:
            found = {"instead_of": e.instead_of, "finding": e.finding, "review": e.review}
            return [Effect(_FIND, found)]
        case UnusualReadingJudged() as e:
            return [Effect(_JUDGE, {"finding": e.finding, "review": e.review})]
        case _:
            return ()


REVIEW_LIST = View("review_list", COLUMNS, project)


class ReviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """One week, from `since` to `until`; `signed_at` is None while its review, due at `due_at`, waits.

    `own` is how much of it the auditor who signed read themselves, and no other has looked at; `unjudged` how much
    unusual reading waits to be judged, of what you are told of.
    """

    review: UUID
    since: datetime
    until: datetime
    due_at: datetime
    missed: bool
    signed_at: datetime | None
    signed_by: list[UUID]
    own: int
    unjudged: int


REVIEWS = Listed("reviews of reading", ReviewRow)


class ReviewListController(Controller):
    """The list, for auditors."""

    path = "/reviews"
    tags = ["Reviews"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_reviews"})
    async def reviews(
        self,
        views: Views,
        reviewing: Reviewing,
        request: Request[Any, Any, Any],
        waiting: bool = False,  # noqa: FBT001, FBT002 - Litestar passes what the address says by name
    ) -> list[ReviewRow]:
        """The first two hundred; with `waiting` those alone that nobody has signed off."""
        return await _reviews(views, reviewing, request, PAGE, waiting=waiting)

    @post("/export", opt={"action": "list_reviews"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        exports: Exports,
        reviewing: Reviewing,
        request: Request[Any, Any, Any],
        waiting: bool = False,  # noqa: FBT001, FBT002
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(
            request,
            REVIEWS,
            lambda: _reviews(views, reviewing, request, ASKED_FOR, waiting=waiting),
            waiting=waiting or None,
        )


async def _reviews(
    views: Views, reviewing: Reviewing, request: Request[Any, Any, Any], limit: int, *, waiting: bool
) -> list[ReviewRow]:
    values = {"waiting": waiting, "limit": limit}
    rows = await views.query(REVIEW_LIST.name, _PAGE, values, at_least=at_least_in(request), current=True)
    waits = await _told(reviewing, caller_of(request), [row["review"] for row in rows if row["unjudged"]])
    return [_row(row, waits.get(row["review"], 0)) for row in rows]


async def _told(reviewing: Reviewing, caller: Caller, reviews: Sequence[UUID]) -> Mapping[UUID, int]:
    """Of each of these weeks, how much waits that the caller is told of: a number, too, can say what is hidden."""
    me = account_of(caller)
    hidden = await reviewing.hidden(caller, me)
    books = {review: (await reviewing.unusual.load(review)).state for review in reviews}
    return {review: sum(each.open for each in told(book, me, hidden)) for review, book in books.items()}


def _row(row: Mapping[str, Any], unjudged: int) -> ReviewRow:
    named = {name: row[name] for name in ReviewRow.__struct_fields__}
    return msgspec.convert(named | {"unjudged": unjudged}, ReviewRow)
