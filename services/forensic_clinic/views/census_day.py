"""What did a day's count find, agency by agency, and who has stated what so far?

Counted again over what the caller may be shown: it tells nobody of more kits than their own lists. So two people may
see other numbers of one agency; the record of the day holds them all.
"""

from collections.abc import Container, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get

from contracts.language import InvalidValue
from services.forensic_clinic.census.days import DAY
from services.forensic_clinic.census.events import DayCounted, DifferenceCounted
from services.forensic_clinic.census.gathering import Census
from services.forensic_clinic.census.http import keeping_record
from services.forensic_clinic.census.statements import Statement
from services.forensic_clinic.views.census_matters import matter_record
from services.forensic_clinic.views.kit_board import kits_among
from services.kernel.http.caller import Caller
from services.kernel.http.commands import caller_of
from services.kernel.http.gate import Gate, Record
from services.kernel.store import Loaded
from services.kernel.time_source import TimeSource
from services.kernel.views import Views

ACTION = "read_census"
OF_KITS = frozenset({"not_stated", "elsewhere", "stated_twice", "ended"})


class KeeperLine(msgspec.Struct, frozen=True, kw_only=True):
    """Of what the caller may be shown: kits expected there, kits seen, and differences."""

    agency: str
    expected: int
    seen: int
    differences: int


class StatedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as it stands: of how many kits, how often it was made (`version`), and by whom it was last."""

    agency: str
    county: str
    place: str
    counted_at: datetime
    kits: int
    version: int
    by: UUID


class CensusDay(msgspec.Struct, frozen=True, kw_only=True):
    """`counted` is False for a day of which no count was made (yet); `due_at` is when it is, or was, to be made."""

    today: date
    day: date
    counted: bool
    due_at: datetime
    keepers: tuple[KeeperLine, ...]
    stated: tuple[StatedLine, ...]
    stated_today: tuple[StatedLine, ...]


class CensusDayController(Controller):
    """A day of the census."""

    path = "/census"
    tags = ["Census"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": ACTION})
    async def read(
        self,
        census: Census,
        views: Views,
        gate: Gate,
        time: TimeSource,
        request: Request[Any, Any, Any],
        day: date | None = None,
    ) -> CensusDay:
        """The last that was counted, or the day asked for; and what your agency has stated today."""
        caller, today = caller_of(request), census.today(time.now())
        if day is not None and day > today:
            raise InvalidValue("day", "This day has not come yet.")
        chosen, counted = await _counted(census, day, today)
        seen = await kits_among(views, gate, request, ACTION, _kits(counted))
        found = await _differences(census, gate, caller, counted, seen)
        return CensusDay(
            today=today,
            day=chosen,
            counted=counted is not None,
            due_at=counted.due_at if counted is not None else census.counted_at(chosen),
            keepers=_keepers(counted, seen, found),
            stated=await _stated(census, gate, caller, chosen),
            stated_today=await _stated(census, gate, caller, today),
        )


async def _counted(census: Census, day: date | None, today: date) -> tuple[date, DayCounted | None]:
    """Without a day: yesterday, and before this morning's count the day before."""
    for each in (day,) if day is not None else (today - DAY, today - 2 * DAY):
        counted = (await census.counted(each)).state.event
        if counted is not None:
            return each, counted
    return day or today - DAY, None


def _kits(counted: DayCounted | None) -> list[UUID]:
    if counted is None:
        return []
    of_keepers = [kit for each in counted.keepers for kit in (*each.seen, *each.unseen)]
    return [*of_keepers, *(each.subject for each in counted.differences if each.kind in OF_KITS)]


async def _differences(
    census: Census, gate: Gate, caller: Caller, counted: DayCounted | None, kits: Container[UUID]
) -> Sequence[DifferenceCounted]:
    """Those about a kit, an exam or a statement that the caller may be shown."""
    every = counted.differences if counted is not None else ()
    others = [(each, await _record(census, each)) for each in every if each.kind not in OF_KITS]
    shown = await gate.shown(caller, ACTION, others, lambda other: other[1])
    return [*(each for each in every if each.kind in OF_KITS and each.subject in kits), *(each for each, _ in shown)]


async def _record(census: Census, difference: DifferenceCounted) -> Record:
    """Of a difference that is about no kit: of an exam it is hidden as the exam is."""
    own = difference.agency
    kept_out: Sequence[UUID] = ()
    if difference.kind == "taken_not_registered":
        exam = (await census.kits.clinic.exam(difference.subject)).state
        kept_out = (await census.kits.case(exam.tip)).kept_out
    return matter_record(
        difference.matter, clinic=own, police=own, laboratory=own, county=difference.county, kept_out=kept_out
    )


def _keepers(
    counted: DayCounted | None, kits: frozenset[UUID], found: Sequence[DifferenceCounted]
) -> tuple[KeeperLine, ...]:
    if counted is None:
        return ()
    by_agency = {each.agency: each for each in counted.keepers}
    exams = {each.subject for each in found if each.kind == "taken_not_registered"}
    lines = []
    for agency in sorted({*by_agency, *(each.agency for each in found)}):
        keeper = by_agency.get(agency)
        seen = sum(kit in kits for kit in keeper.seen) if keeper else 0
        unseen = sum(kit in kits for kit in keeper.unseen) if keeper else 0
        unregistered = sum(exam in exams for exam in keeper.unregistered) if keeper else 0
        differences = sum(each.agency == agency for each in found)
        line = KeeperLine(agency=agency, expected=seen + unseen + unregistered, seen=seen, differences=differences)
        lines += [line] if line.expected or line.differences else []
    return tuple(lines)


async def _stated(census: Census, gate: Gate, caller: Caller, day: date) -> tuple[StatedLine, ...]:
    every = await census.statements(day)
    shown = [each for each in every if gate.may_touch(caller, ACTION, keeping_record(each.state.place))]
    return tuple(sorted((_line(each) for each in shown), key=lambda each: (each.agency, each.county, each.place)))


def _line(loaded: Loaded[Statement]) -> StatedLine:
    statement = loaded.state
    if statement.counted_at is None:
        raise TypeError("Nothing was stated.")
    return StatedLine(
        agency=statement.place.agency,
        county=statement.place.county,
        place=statement.place.place,
        counted_at=statement.counted_at,
        kits=len(statement.kits) + len(statement.unknown),
        version=loaded.version,
        by=statement.by,
    )
