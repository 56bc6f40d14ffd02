"""What operators do to a service, reads that must be on record, and policies: events of the kernel's own."""

from typing import Annotated
from uuid import UUID

from contracts.language import Code, Event, Measure, Reference, classified

References = Annotated[tuple[UUID, ...], classified("reference")]
Positions = Annotated[tuple[int, ...], classified("measure")]
Codes = Annotated[tuple[str, ...], classified("code")]


class ParkedRetried(Event, frozen=True, kw_only=True):
    """An operator ordered a parked event, and what waits behind it, to be tried again."""

    NAME = "operation.parked_retried"

    follower: Code
    at: Measure


class ParkedDiscarded(Event, frozen=True, kw_only=True):
    """An operator discarded a parked event: its effect will not happen here."""

    NAME = "operation.parked_discarded"

    follower: Code
    at: Measure
    reason: Code


class ViewRebuilt(Event, frozen=True, kw_only=True):
    """An operator ordered a view to be built anew."""

    NAME = "operation.view_rebuilt"

    view: Code


class PublishedAgain(Event, frozen=True, kw_only=True):
    """An operator ordered the log to be published again from a position."""

    NAME = "operation.published_again"

    after: Measure


class PersonKeyDestroyed(Event, frozen=True, kw_only=True):
    """By a court's order, nothing that was sealed about this person opens any more, here or in a backup."""

    NAME = "operation.person_key_destroyed"

    person: Reference
    order: Code


class PageRead(Event, frozen=True, kw_only=True):
    """Someone was shown sealed fields: the question, the records, and the positions they stood at."""

    NAME = "operation.page_read"

    question: Code
    records: References
    positions: Positions


class RecordShown(Event, frozen=True, kw_only=True):
    """Someone was shown a record's page, without its sealed fields; `positions` are where in the log each stood."""

    NAME = "operation.record_shown"

    question: Code
    records: References
    positions: Positions


class ListExported(Event, frozen=True, kw_only=True):
    """Someone took a list away as a file: which, narrowed how (`phase=open`), how many rows, and of which records.

    The rows were no older than the log at `position`.
    """

    NAME = "operation.list_exported"

    question: Code
    narrowed: Codes
    rows: Measure
    records: References
    position: Measure


class ListSearched(Event, frozen=True, kw_only=True):
    """Someone searched a list: which, by what (`county=Hinds`), how many rows it returned, and of which records.

    It was no newer than the log ahead of this event.
    """

    NAME = "operation.list_searched"

    question: Code
    narrowed: Codes
    rows: Measure
    records: References


class PoliciesSet(Event, frozen=True, kw_only=True):
    """From here on the service decides by these policies. `policy` is what its events call them, `text` is Cedar's."""

    NAME = "operation.policies_set"

    policy: Code
    text: Code


class LogWentBack(Event, frozen=True, kw_only=True):
    """The log ended at `kept` at a start, though it had been published up to `known`: its database was put back.

    From here to `known` no position is used again: others hold what stood there, and pass over what they have.
    """

    NAME = "operation.log_went_back"

    kept: Measure
    known: Measure


class PositionLost(Event, frozen=True, kw_only=True):
    """What stood here went with the database that was put back; `known` is the last position that did."""

    NAME = "operation.position_lost"

    known: Measure


LOST = frozenset({LogWentBack.NAME, PositionLost.NAME})
"""What stands in place of what a log lost."""

OPERATION_EVENTS: tuple[type[Event], ...] = (
    ParkedRetried,
    ParkedDiscarded,
    ViewRebuilt,
    PublishedAgain,
    PersonKeyDestroyed,
    PageRead,
    RecordShown,
    ListExported,
    ListSearched,
    PoliciesSet,
    LogWentBack,
    PositionLost,
)
