"""Gathers what a day's count is made of, and what it leads to; loads statements, counts and matters for the routes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.census import CensusRules
from contracts.language import Event, Personal
from services.forensic_clinic.census import matters, statements, telling
from services.forensic_clinic.census.counting import Count, Difference, Stated, Taken, count, held_of
from services.forensic_clinic.census.days import DAY, begin_of, counted_at, day_of
from services.forensic_clinic.census.events import DayCounted, DifferenceCounted, KeeperCounted, NumberNoted
from services.forensic_clinic.census.matters import Matter
from services.forensic_clinic.census.statements import Place, Statement
from services.forensic_clinic.examination.examinations import Examinations
from services.forensic_clinic.kit.kits import KIT, Kits
from services.forensic_clinic.kit.numbers import Numbers
from services.forensic_clinic.kit.state import Kit
from services.forensic_clinic.views.kit_board import KIT_BOARD
from services.kernel.batch import Effect
from services.kernel.due_moments import at
from services.kernel.store import Change, Changes, Kind, Loaded
from services.kernel.views import Views

CENSUS_DAY = "census_day"
"""The kind of the moment at which a day is counted."""

DAYS = UUID("b0d1f7a2-77a9-4c38-9a1e-5d2b6f0c9e41")
STATEMENTS = UUID("c41e8a93-0d6b-4f6a-8f1b-2e7d5a9c3b60")

_STATEMENTS = "SELECT record FROM {table} WHERE row_of = 'statement' AND day = %(day)s"

# Asked in one statement, so that all of it is of one moment.
_GATHERED = """
    SELECT 'kit' AS what, record FROM {table} WHERE is_kit AND phase <> ''
    UNION ALL SELECT 'statement', record FROM {table} WHERE row_of = 'statement' AND day = %(day)s
    UNION ALL SELECT 'matter', record FROM {table} WHERE row_of = 'matter' AND matter_phase IN ('open', 'settled')
    UNION ALL SELECT 'exam', e.record FROM {table} e
        WHERE e.row_of = 'exam' AND e.completed_at < %(before)s AND NOT EXISTS
            (SELECT FROM {table} k WHERE k.is_kit AND k.exam = e.record AND k.phase <> 'set_aside')
    ORDER BY what, record
"""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A day's count, once it was made."""

    event: DayCounted | None = None


def evolve(counted: Counted, event: Event) -> Counted:
    """Never fails; an event of another kind changes nothing."""
    return Counted(event=event) if isinstance(event, DayCounted) else counted


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A number that no kit bore when it was stated; sealed."""

    number: Personal | None = None


def note(number: Number, event: Event) -> Number:
    """Never fails; an event of another kind changes nothing."""
    return Number(number=event.number) if isinstance(event, NumberNoted) else number


COUNTED = Kind("census_day", Counted(), evolve)
STATEMENT = Kind("census_statement", Statement(), statements.evolve)
MATTER = Kind("census_matter", Matter(), matters.evolve)
NUMBER = Kind("census_number", Number(), note)


def count_of(day: date) -> UUID:
    """A day has one count."""
    return uuid5(DAYS, day.isoformat())


def statement_of(place: Place, day: str) -> UUID:
    """A place has one statement a day, made as often as it is amended."""
    return uuid5(STATEMENTS, f"{place.agency} {place.county} {place.place} {day}")


@dataclass(frozen=True)
class Subject:
    """What a matter is about: a kit or an exam of a case, or neither."""

    kit: Kit | None
    exam: UUID | None
    tip: UUID
    person: UUID | None


@dataclass(frozen=True)
class Census:
    """For routes and timer."""

    kits: Kits
    examinations: Examinations
    numbers: Numbers
    views: Views

    @property
    def jurisdiction(self) -> Jurisdiction:
        return self.kits.jurisdiction

    @property
    def rules(self) -> CensusRules:
        return self.jurisdiction.census

    @property
    def zone(self) -> ZoneInfo:
        return self.jurisdiction.state.clocks

    def today(self, now: datetime) -> date:
        """By the state's own clocks."""
        return day_of(now, self.zone)

    def counted_at(self, day: date) -> datetime:
        """When it is to be counted."""
        return counted_at(day, self.rules.counted_at, self.zone)

    def day_due_at(self, moment: datetime) -> date:
        """The day that is counted at a moment."""
        return day_of(moment, self.zone) - DAY

    def to_be_counted(self, day: date) -> Effect:
        """Has the day counted when it is time; said again, it is counted once all the same."""
        return at(count_of(day), CENSUS_DAY, self.counted_at(day))

    async def counted(self, day: date) -> Loaded[Counted]:
        """Version 0 for a day that was not counted."""
        return await self.kits.store.load(COUNTED, count_of(day))

    async def statement(self, place: Place, day: str) -> Loaded[Statement]:
        """Version 0 where nothing was stated."""
        return await self.kits.store.load(STATEMENT, statement_of(place, day))

    async def statements(self, day: date) -> Sequence[Loaded[Statement]]:
        """The last of every place for the day."""
        rows = await self.views.query(KIT_BOARD.name, _STATEMENTS, {"day": day.isoformat()}, current=True)
        return await self.kits.store.load_all(STATEMENT, [row["record"] for row in rows])

    async def matter(self, matter: UUID) -> Loaded[Matter]:
        """As it stands."""
        return await self.kits.store.load(MATTER, matter)

    async def subject(self, matter: Matter) -> Subject:
        """The same is asked for whatever the matter is about: a hidden one is not to be told by the time it takes."""
        kit, exam = await self.kits.load(matter.subject), await self.kits.clinic.exam(matter.subject)
        if kit.exists:
            return Subject(kit.state, None, kit.state.tip, kit.state.person)
        if exam.exists:
            return Subject(None, exam.id, exam.state.tip, exam.state.person)
        return Subject(None, None, exam.state.tip, None)

    async def count_day(self, counted: Loaded[Counted], due_at: datetime) -> Changes | None:
        """Counts the day that was due, and has the next one counted; None for a day that is counted already."""
        if counted.exists:
            return None
        day = self.day_due_at(due_at)
        begin, end = begin_of(day, self.zone), begin_of(day + DAY, self.zone)
        gathered = await self._gathered(day, end)
        kits = await self.kits.store.load_all(KIT, gathered["kit"])
        held = [each for each in (held_of(kit.state) for kit in kits) if each is not None]
        taken, tips = await self._taken(gathered["exam"], end)
        found = count(begin, held, taken, await self._stated(gathered["statement"]))
        tips |= {kit.id: kit.state.tip for kit in kits}
        own = Change(counted.id, counted.version, [_told(found, day, due_at)])
        changed = await self._matters(found.differences, gathered["matter"], day, tips)
        pressing = telling.pressing(counted.id, [event for each in changed for event in each.events], self.jurisdiction)
        said = [Change(uuid5(counted.id, each.NAME), 0, [each]) for each in pressing]
        return Changes([own, *changed, *said], [self.to_be_counted(day + DAY)])

    async def _gathered(self, day: date, before: datetime) -> Mapping[str, list[UUID]]:
        """Kits, the day's statements, matters not gone, and exams that ended before a moment without a kit."""
        values = {"day": day.isoformat(), "before": before}
        found: dict[str, list[UUID]] = {"kit": [], "statement": [], "matter": [], "exam": []}
        for row in await self.views.query(KIT_BOARD.name, _GATHERED, values, current=True):
            found[row["what"]].append(row["record"])
        return found

    async def _stated(self, statements: Sequence[UUID]) -> list[Stated]:
        """With the numbers that a kit has come to bear since."""
        found = [each.state for each in await self.kits.store.load_all(STATEMENT, statements)]
        borne = await self.numbers.all_carried({number for each in found for number in each.unknown})
        return [_as_stated(each, borne) for each in found]

    async def _taken(self, exams: Sequence[UUID], before: datetime) -> tuple[list[Taken], dict[UUID, UUID]]:
        """Those of these exams in which evidence was taken before a moment; and the tip of each.

        That a kit was taken is in the medical compartment. It is opened here to be counted, and shown to nobody: what
        comes of it says no more than `kit.opened` says of an exam whose kit was opened.
        """
        taken, tips = [], {}
        step = self.jurisdiction.examination.step(self.rules.taken_step)
        for exam in exams:
            of_exam = await self.examinations.of_exam(exam)
            chart = await self.examinations.opened(of_exam)
            if step and chart.stands(step, before, self.jurisdiction.examination).outcome == "taken":
                taken.append(Taken(exam=exam, clinic=of_exam.exam.state.clinic))
                tips[exam] = of_exam.exam.state.tip
        return taken, tips

    async def _matters(
        self, differences: Sequence[Difference], standing: Sequence[UUID], day: date, tips: Mapping[UUID, UUID]
    ) -> list[Change]:
        """Opens what is new, and ends what is gone; each in the case of its kit or exam."""
        by_matter = {each.matter: each for each in differences}
        known = dict.fromkeys([*by_matter, *standing])
        changes = []
        for loaded in await self.kits.store.load_all(MATTER, list(known)):
            difference = by_matter.get(loaded.id)
            events: list[Event] = (
                matters.found(loaded.state, difference, day.isoformat(), self.rules)
                if difference is not None
                else matters.not_found(loaded.state, day.isoformat())
            )
            if events:
                case = tips.get(difference.subject) if difference is not None else None
                changes.append(Change(loaded.id, loaded.version, events, case=loaded.case or case or loaded.id))
        return changes


def _as_stated(statement: Statement, borne: Mapping[UUID, UUID]) -> Stated:
    if statement.counted_at is None:
        raise TypeError("Nothing was stated.")
    return Stated(
        agency=statement.place.agency,
        county=statement.place.county,
        place=statement.place.place,
        counted_at=statement.counted_at,
        kits=(*statement.kits, *(borne[each] for each in statement.unknown if each in borne)),
        unknown=tuple(each for each in statement.unknown if each not in borne),
    )


def _told(found: Count, day: date, due_at: datetime) -> DayCounted:
    return DayCounted(
        day=day.isoformat(),
        due_at=due_at,
        keepers=tuple(
            KeeperCounted(agency=each.agency, seen=each.seen, unseen=each.unseen, unregistered=each.unregistered)
            for each in found.keepers
        ),
        differences=tuple(
            DifferenceCounted(
                matter=each.matter, kind=each.kind, subject=each.subject, agency=each.agency, county=each.county
            )
            for each in found.differences
        ),
    )
