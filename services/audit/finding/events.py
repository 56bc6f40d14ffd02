"""What is found out about a service's log and the copy of it. Events of the audit service's own, one stream a service.

The number of a finding is the place of its event in that stream.
"""

from contracts.language import Code, Event, Flag, Measure


class GapFound(Event, frozen=True, kw_only=True):
    """Positions between `after` and `before`, both excluded, never arrived from this source."""

    NAME = "audit.gap_found"

    source: Code
    after: Measure
    before: Measure


class FindingFound(Event, frozen=True, kw_only=True):
    """Positions from `first` to `last` are not as they must be; `kind` says in what.

    `there` and `here` are digests (SHA-256) of what the service and the copy hold of them, empty where that is nothing.
    """

    NAME = "audit.finding_found"

    source: Code
    kind: Code
    first: Measure
    last: Measure
    there: Code
    here: Code


class FindingResolved(Event, frozen=True, kw_only=True):
    """The positions of finding `number` are whole now; `how` they came to be."""

    NAME = "audit.finding_resolved"

    source: Code
    number: Measure
    how: Code


class CopyCompared(Event, frozen=True, kw_only=True):
    """Row by row: `there` in the service's own log, `here` in the copy.

    `difference` is empty when both are the same, else what the first difference is; `at` is its position, else 0.
    """

    NAME = "audit.copy_compared"

    source: Code
    there: Measure
    here: Measure
    difference: Code
    at: Measure


class LogFingerprinted(Event, frozen=True, kw_only=True):
    """A service's log as it was read: so many rows, up to `position`, with this digest (SHA-256, row chained to row).

    `whole` when no finding about it stood open then: later readings are held against the last such one.
    """

    NAME = "audit.log_fingerprinted"

    source: Code
    rows: Measure
    position: Measure
    fingerprint: Code
    whole: Flag


class TreeRecomputed(Event, frozen=True, kw_only=True):
    """The tree of a service's log, made anew from its rows, held against `heads` that were signed of it.

    It had the root of each up to `held`, the size of the largest that it had; `known` is that of the largest there is.
    """

    NAME = "audit.tree_recomputed"

    source: Code
    heads: Measure
    held: Measure
    known: Measure


FINDING_EVENTS: tuple[type[Event], ...] = (
    GapFound,
    FindingFound,
    FindingResolved,
    CopyCompared,
    LogFingerprinted,
    TreeRecomputed,
)
