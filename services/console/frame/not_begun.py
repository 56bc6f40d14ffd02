"""A page of a past moment at which what it tells of did not exist yet: said so, with the first moment at which it did.

Only of a record that whoever looks back is shown as of today; any other is answered as one that never was.
"""

from collections.abc import Awaitable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from litestar import Response

from services.console.asking import Asking, Refusal
from services.console.frame.other import is_the_other
from services.console.frame.past import HOUR, Steps, then
from services.console.frame.times import Times
from services.console.frame.visit import Visit
from services.console.looking_back import Past, asked_as

ABSENT = 404
SECOND = timedelta(seconds=1)


class Record(NamedTuple):
    """Where a service has it. `kind` is of the words.

    Of what is told with a case `begins_with` are the names of the events that each of its kind begins with; what is of
    none says itself when it was started, and goes by `span`.
    """

    kind: str
    service: str
    path: str
    begins_with: Collection[str] = ()
    span: timedelta = HOUR


class _Drill(msgspec.Struct, frozen=True):
    started_at: datetime


class _Today(msgspec.Struct, frozen=True):
    """The `tip` of a `legacy` kit is its own: its events are told with it, and it is no case to be opened."""

    tip: UUID | None = None
    drill: _Drill | None = None
    legacy: dict[str, Any] | None = None

    @property
    def case(self) -> UUID | None:
        return self.tip if self.legacy is None else None


async def unless_not_begun(visit: Visit, record: Record, page: Awaitable[Response[Any]]) -> Response[Any]:
    """The page, or what is said in its place before there was what it tells of. Raises what the page raises."""
    try:
        return await page
    except Refusal as refusal:
        # The page that it is compared with is not read by anybody.
        if refusal.status != ABSENT or visit.past is None or is_the_other():
            raise
        found = await _not_begun(visit, visit.past, record)
        if found is None:
            raise
        return found


async def _not_begun(visit: Visit, past: Past, record: Record) -> Response[Any] | None:
    """None where it began before, or is not shown to them today."""
    today = await _shown(visit.asking, record, visit.present, past)
    if today is None:
        return None
    # A role that is re-enacted was not shown all that there was.
    if past.standing and await _shown(visit.asking, record, past.moment, past):
        return None
    steps = await visit.steps_of(today.tip, past) if today.tip else None
    for moment in _may_begin(today, steps, record, past):
        if await _shown(visit.asking, record, moment, past):
            return await _said(visit, past, record, today.case, moment)
    return None


async def _shown(asking: Asking, record: Record, moment: datetime, past: Past) -> _Today | None:
    """As of a moment, to their own eyes."""
    own = replace(asking, as_of=asked_as(moment, past.by))
    return await own.find(record.service, record.path, _Today)


def _may_begin(today: _Today, steps: Steps | None, record: Record, past: Past) -> Sequence[datetime]:
    """Later moments at which it may have: one of its kind did, or it says so itself."""
    begun = {each.at(past.by) for each in steps.events if each.name in record.begins_with} if steps else set()
    if today.drill is not None:
        # It was on record an instant after it began.
        begun |= {today.drill.started_at + later for later in (timedelta(0), SECOND, 60 * SECOND)}
    return sorted(moment for moment in begun if moment > past.moment)


async def _said(visit: Visit, past: Past, record: Record, case: UUID | None, first: datetime) -> Response[Any]:
    times = Times(visit.present, visit.words)
    return await visit.page(
        "not_begun.html",
        status=ABSENT,
        of_case=case,
        span=record.span,
        kind=record.kind,
        by=past.by,
        moment=times.exact(past.moment),
        first=times.exact(first),
        at_first=then(visit.path, first, past.by),
        case=f"/cases/{case}" if case else "",
    )
