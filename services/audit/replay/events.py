"""That somebody was told a case: a reading of the ledger is an event of its own."""

from datetime import datetime
from typing import Annotated

from contracts.language import Code, Event, Measure, Reference, classified

Cases = Annotated[tuple[Reference, ...], classified("reference")]
Codes = Annotated[tuple[str, ...], classified("code")]
Positions = Annotated[tuple[int, ...], classified("measure")]
AsOf = Annotated[datetime, classified("moment")]


class CaseReplayed(Event, frozen=True, kw_only=True):
    """The case, and those linked with it, as told of `as_of`: `by` is recorded (known then) or happened (true then).

    `positions` are how far the copy of each of `sources` had come, in the same order. Of no `sentences` where the
    moments of its events alone were told.
    """

    NAME = "audit.case_replayed"

    case: Reference
    told: Cases
    as_of: AsOf
    by: Code
    sources: Codes
    positions: Positions
    sentences: Measure


class ReadersTold(Event, frozen=True, kw_only=True):
    """Who has read the case, and those linked with it, was told: so many times it was read."""

    NAME = "audit.readers_told"

    case: Reference
    told: Cases
    reads: Measure


class WhyTold(Event, frozen=True, kw_only=True):
    """Why an event of the case came about, and what came of it, was told in so many sentences.

    `looks` are the looks of whoever decided it that were told with it.
    """

    NAME = "audit.why_told"

    case: Reference
    told: Cases
    event: Reference
    sentences: Measure
    looks: Measure


REPLAY_EVENTS: tuple[type[Event], ...] = (CaseReplayed, ReadersTold, WhyTold)
