"""What happens to the custody's clocks: each is started by one event of it, and met by another."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from contracts.language import Event
from services.kernel import clock as clocks
from services.kernel.store import Change
from services.rapid_assessment.cases import Cases, clock_of
from services.rapid_assessment.custody.custody import TEMPORARY, WITHOUT_ORDER, WRITING_UP
from services.rapid_assessment.custody.events import (
    ChildReleased,
    ChildTaken,
    CustodyAuthorised,
    HearingHeld,
    OrderWritten,
)

Step = tuple[str, datetime]
"""A rule, and the moment its clock starts or its duty was done."""


async def clocks_after(cases: Cases, event: Event, cause: UUID, now: datetime) -> list[Change]:
    """The clocks of the same taking. A release meets what runs; a clock that has ended stays as it is."""
    changes = []
    match event:
        case ChildTaken() | CustodyAuthorised() | OrderWritten() | HearingHeld() | ChildReleased():
            for rule, done_at in _met_by(event):
                clock = await cases.clock(event.tip, rule, event.number)
                changes.append(Change(clock.id, clock.version, clocks.meet(clock.state, done_at, now)))
            for rule, since in _started_by(event):
                changes.append(await _started(cases, event.tip, event.number, rule, since, cause, now))
        case _:
            pass
    return [change for change in changes if change.events]


def _started_by(event: Event) -> Iterator[Step]:
    match event:
        case ChildTaken():
            yield WITHOUT_ORDER, event.taken_at
        case CustodyAuthorised():
            yield TEMPORARY, event.authorised_at
            if event.form in WRITING_UP:
                yield WRITING_UP[event.form], event.authorised_at
        case _:
            pass


def _met_by(event: Event) -> Iterator[Step]:
    match event:
        case CustodyAuthorised():
            yield WITHOUT_ORDER, event.authorised_at
        case OrderWritten():
            yield WRITING_UP[event.form], event.written_at
        case HearingHeld():
            yield TEMPORARY, event.held_at
        case ChildReleased():
            yield WITHOUT_ORDER, event.released_at
            yield TEMPORARY, event.released_at
        case _:
            pass


async def _started(
    cases: Cases, tip: UUID, number: int, rule: str, since: datetime, cause: UUID, now: datetime
) -> Change:
    clock = await cases.clock(tip, rule, number)
    terms = cases.jurisdiction.terms(rule, since)
    started = clocks.start(clock.state, terms, tip, cause, now) if terms is not None else []
    return Change(clock_of(tip, rule, number), clock.version, started)
