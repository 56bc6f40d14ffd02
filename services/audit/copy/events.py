"""What is found out while copying. Events of the audit service's own."""

from contracts.language import Code, Event, Measure


class GapFound(Event, frozen=True, kw_only=True):
    """Positions between `after` and `before`, both excluded, never arrived from this source."""

    NAME = "audit.gap_found"

    source: Code
    after: Measure
    before: Measure
