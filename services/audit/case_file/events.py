"""That a case file was made, and may be in anybody's hands: on record before it is handed out."""

from typing import Annotated

from contracts.language import Code, Event, Measure, Reference, classified

Cases = Annotated[tuple[Reference, ...], classified("reference")]
Codes = Annotated[tuple[str, ...], classified("code")]
Positions = Annotated[tuple[int, ...], classified("measure")]


class CaseFileMade(Event, frozen=True, kw_only=True):
    """The case, and those linked with it, left the house for whom `profile` says, by an authority and its number.

    `digest` (SHA-256) is of the whole file. Of so many rows the bytes are `shown`, so many stand as a hash alone.
    `positions` are how far the copy of each of `sources` had come, in the same order.
    """

    NAME = "audit.case_file_made"

    case: Reference
    told: Cases
    profile: Code
    authority: Code
    number: Code
    digest: Code
    shown: Measure
    hashed: Measure
    sources: Codes
    positions: Positions


CASE_FILE_EVENTS: tuple[type[Event], ...] = (CaseFileMade,)
