"""What is put on record about a database that was put back from a backup. One stream a service.

The number of a restore is the place of its declaration among those of its service. Who declared it, and who confirmed
it, is the actor of the event.
"""

from contracts.language import Code, Event, Measure


class RestoreDeclared(Event, frozen=True, kw_only=True):
    """Somebody says that the database of `source` was put back on order: what is from `first` to `last` is lost."""

    NAME = "audit.restore_declared"

    source: Code
    number: Measure
    first: Measure
    last: Measure
    reason: Code


class RestoreConfirmed(Event, frozen=True, kw_only=True):
    """A second person says so, too. What was lost stays in the copy, and in the tree by its leaves."""

    NAME = "audit.restore_confirmed"

    source: Code
    number: Measure
    first: Measure
    last: Measure


class RestoreRefused(Event, frozen=True, kw_only=True):
    """The second person does not say so: the log stays accused."""

    NAME = "audit.restore_refused"

    source: Code
    number: Measure
    reason: Code


RESTORE_EVENTS: tuple[type[Event], ...] = (RestoreDeclared, RestoreConfirmed, RestoreRefused)
