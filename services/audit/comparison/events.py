"""A comparison of the copy with the log it was made from."""

from contracts.language import Code, Event, Measure


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
