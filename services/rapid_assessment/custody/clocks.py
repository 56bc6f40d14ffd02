"""What happens to the custody's clocks: each is started by one event of it, and met by another."""

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from uuid import UUID

from contracts.language import Event
from services.kernel import clock as clocks
from services.kernel.store import Change
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.custody.custody import TEMPORARY, WITHOUT_ORDER, WRITING_UP, Custody
from services.rapid_assessment.custody.events import (
    ChildReleased,
    ChildTaken,
    CustodyAuthorised,
    HearingHeld,
    OrderWritten,
)

Step = tuple[str, datetime]
"""A rule, and the moment its clock starts or its duty was done."""

OfClocks = ChildTaken | CustodyAuthorised | OrderWritten | HearingHeld | ChildReleased


async def clocks_after(cases: Cases, custody: Custody, event: Event, cause: UUID, now: datetime) -> list[Change]:
    """The clocks of the same taking, once the event is on record of `custody`. A clock that has ended stays as it is.

    A release meets what runs, and what starts by an entry typed in after it.
    """
    if not isinstance(event, OfClocks):
        return []
    changes = []
    for rule, done_at in done_by(event):
        clock = await cases.clock(event.tip, rule, event.number)
        changes.append(Change(clock.id, clock.version, clocks.meet(clock.state, done_at, now)))
    for rule, since in _started_by(event):
        clock = await cases.clock(event.tip, rule, event.number)
        terms = cases.jurisdiction.terms(rule, since)
        started = clocks.start(clock.state, terms, event.tip, cause, now) if terms is not None else []
        if started and rule == TEMPORARY and custody.released_at is not None:
            started += clocks.meet(reduce(clocks.evolve, started, clock.state), custody.released_at, now)
        changes.append(Change(clock.id, clock.version, started))
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


def done_by(event: Event) -> Iterator[Step]:
    """What an event does of what was owed, in time or not."""
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
