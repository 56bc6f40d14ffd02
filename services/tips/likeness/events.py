"""That two tips may be about one person, as what is sealed in them shows: which clauses hold, never by what words."""

from typing import Annotated

from contracts.language import Event, Measure, Reference, classified

Codes = Annotated[tuple[str, ...], classified("code")]


class AlikeFound(Event, frozen=True, kw_only=True):
    """Names or numbers in two tips were compared, and these clauses hold. `score` is theirs by that version of rules.

    What of two tips is not sealed, the county or the day, is compared whenever somebody asks.
    """

    NAME = "likeness.found"

    tip: Reference
    other: Reference
    clauses: Codes
    score: Measure
    rules: Measure


LIKENESS_EVENTS: tuple[type[Event], ...] = (AlikeFound,)
