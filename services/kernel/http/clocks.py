"""Clocks of a record by their name in an address: `C06-2`, the second of its rule there, or `C06`, the last."""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import msgspec
from litestar.params import Parameter

from contracts.deadline import Course
from services.kernel.clock import Clock, ClockRuled
from services.kernel.clock_course import course_of
from services.kernel.due import CLOCK
from services.kernel.http.caller import Caller
from services.kernel.http.problems import NotFound
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import EventStore, Loaded
from services.kernel.stored_form import Happening

ClockName = Annotated[str, Parameter(pattern=r"^[A-Z]\d\d[A-Z]?(-\d{1,3})?$", description="C06-2, or C06 for the last")]


class Numbered(NamedTuple):
    """Where the `number`th clock of a rule is found, if it was started."""

    rule: str
    number: int
    clock: UUID


class ToldClock(NamedTuple):
    """A clock that was started, and what became of it; `ruled` are decisions about it that name a paper."""

    number: int
    loaded: Loaded[Clock]
    course: Course
    ruled: Sequence[Happening]


class ClocksOf(NamedTuple):
    """The clocks a record may have. `question` is what is put on record when they are shown.

    `begun` are the events one of which each began with.
    """

    question: str
    loaded: Loaded[Any]
    among: Sequence[Numbered]
    begun: Sequence[Happening]


async def courses_shown(
    store: EventStore, reader: Reader, caller: Caller, of: ClocksOf, name: str | None
) -> list[tuple[Course, int]]:
    """Each with its number, as `clocks_told`: for whoever may read the record whole, papers of decisions included."""
    told = await clocks_told(store, of.among, of.begun, name)
    courses = await shown_clocks(reader, caller, of.question, of.loaded, told, papers=True)
    return [(course, each.number) for course, each in zip(courses, told, strict=True)]


async def shown_clocks(
    reader: Reader, caller: Caller, question: str, loaded: Loaded[Any], told: Sequence[ToldClock], *, papers: bool
) -> list[Course]:
    """Puts on record that they are shown, before they are. With `papers`, what a ruling names as its paper is told."""
    await reader.shown(caller, question, loaded, *(each.loaded for each in told))
    ruled = [happening for each in told for happening in each.ruled] if papers else []
    await reader.record(caller, "papers of decisions about clocks", loaded.case or loaded.id, ruled)
    opened = {
        each.event_id: await reader.open(SealedText(each.event.document, each.event_id, "document"))
        for each in ruled
        if isinstance(each.event, ClockRuled)
    }
    return [
        msgspec.structs.replace(
            each.course,
            turnings=tuple(
                msgspec.structs.replace(turning, document=opened.get(turning.paper)) if turning.paper else turning
                for turning in each.course.turnings
            ),
        )
        for each in told
    ]


async def clocks_told(
    store: EventStore, among: Sequence[Numbered], beside: Sequence[Happening], name: str | None = None
) -> list[ToldClock]:
    """Those that were started, in order; with `name` that one alone. Raises `NotFound` where it is none of them.

    `beside` are the events one of which each began with.
    """
    rule, _, number = (name or "").partition("-")
    asked = [each for each in among if name is None or (each.rule == rule and number in {"", str(each.number)})]
    told = [each for each in [await _told(store, each, beside) for each in asked] if each is not None]
    if name is None:
        return told
    if not told:
        raise NotFound
    return told[-1:]


async def _told(store: EventStore, asked: Numbered, beside: Sequence[Happening]) -> ToldClock | None:
    loaded = await store.load(CLOCK, asked.clock)
    told = await store.happenings(asked.clock) if loaded.exists else ()
    course = course_of(told, beside)
    ruled = [each for each in told if isinstance(each.event, ClockRuled) and each.event.document is not None]
    return ToldClock(asked.number, loaded, course, ruled) if course is not None else None
