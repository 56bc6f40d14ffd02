"""Clocks of a record by their name in an address: `C06-2`, the second of its rule there, or `C06`, the last."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple
from uuid import UUID

from litestar.params import Parameter

from contracts.deadline import Course
from services.kernel.clock import Clock
from services.kernel.clock_course import course_of
from services.kernel.due import CLOCK
from services.kernel.http.problems import NotFound
from services.kernel.store import EventStore, Loaded
from services.kernel.stored_form import Happening

ClockName = Annotated[str, Parameter(pattern=r"^[A-Z]\d\d[A-Z]?(-\d{1,3})?$", description="C06-2, or C06 for the last")]


class Numbered(NamedTuple):
    """Where the `number`th clock of a rule is found, if it was started."""

    rule: str
    number: int
    clock: UUID


class ToldClock(NamedTuple):
    """A clock that was started, and what became of it."""

    number: int
    loaded: Loaded[Clock]
    course: Course


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
    course = course_of(await store.happenings(asked.clock), beside) if loaded.exists else None
    return ToldClock(asked.number, loaded, course) if course is not None else None
