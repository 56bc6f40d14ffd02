"""The clinic's calendar: a week at a glance, and a day hour by hour; of the whole clinic, or of one nurse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from contracts.periods import YEARS
from services.console.frame.visit import Visit
from services.console.pages.calendar.answers import Calendar
from services.console.pages.calendar.days import Day, days_from
from services.console.pages.calendar.drawing import picture
from services.console.pages.calendar.view import shown
from services.console.pages.clinic.answers import CLINIC
from services.kernel.http.problems import NotFound

EXAMINES = "forensic_exam"
WEEK = 7
WEEK_PAGE, DAY_PAGE = "/calendar", "/calendar/day"

# A clinic as its code has it.
Of = Annotated[str, Parameter(max_length=40)]


@dataclass(frozen=True)
class Asked:
    """Whose calendar a page is of, from which day: what every way from it keeps."""

    day: date
    of: str
    nurse: UUID | None

    def to(self, path: str, day: date, *, whole: bool = False, nurse: UUID | None = None) -> str:
        """The address of another day; of the clinic's whole calendar, of one nurse's, or of what this one is of."""
        of = {"of": self.of} if self.of else {}
        chosen = None if whole else nurse or self.nurse
        return f"{path}?{urlencode({'day': day.isoformat(), **of, **({'nurse': chosen} if chosen else {})})}"


class CalendarController(Controller):
    """For those who work at the clinic; and as of a past moment for auditors, who choose a clinic."""

    path = "/calendar"

    @get("/", opt={"action": "see_calendar"})
    async def week(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        day: date | None = None,
        of: Of = "",
        nurse: UUID | None = None,
    ) -> Response[Any]:
        """The week from Monday in which the day lies, or the present one."""
        asked = _asked(visit, jurisdiction, day, of, nurse)
        monday = asked.day - timedelta(days=asked.day.weekday())
        days = days_from(monday, WEEK)
        return await _page(visit, jurisdiction, asked, "calendar/week.html", days, step=WEEK)

    @get("/day", opt={"action": "see_calendar"})
    async def day(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        day: date | None = None,
        of: Of = "",
        nurse: UUID | None = None,
    ) -> Response[Any]:
        """One day, or today."""
        asked = _asked(visit, jurisdiction, day, of, nurse)
        return await _page(visit, jurisdiction, asked, "calendar/day.html", days_from(asked.day, 1), step=1)


def _asked(visit: Visit, tables: Jurisdiction, day: date | None, of: str, nurse: UUID | None) -> Asked:
    """Raises `NotFound` for a day that no calendar has."""
    if day is not None and (day.year not in YEARS or (day + timedelta(days=WEEK)).year not in YEARS):
        raise NotFound
    clinics = _clinics(tables)
    # Whoever is of no clinic looks at one of them; which, they choose on the page.
    if not of and visit.caller.agency not in clinics:
        of = next(iter(clinics), "")
    return Asked(day or tables.day_of(visit.now), of, nurse)


def _clinics(tables: Jurisdiction) -> dict[str, str]:
    return {each.agency_id: each.name for each in tables.agencies.values() if each.workflow_role == EXAMINES}


async def _page(
    visit: Visit, tables: Jurisdiction, asked: Asked, template: str, days: Sequence[Day], *, step: int
) -> Response[Any]:
    params: dict[str, str | int | list[str]] = {"first_day": days[0].day.isoformat(), "days": len(days)}
    if asked.of:
        params["of"] = asked.of
    if asked.nurse:
        params["nurse"] = str(asked.nurse)
    calendar = await visit.asking.get(CLINIC, "/calendar", Calendar, params)
    nurses = {row.resource for row in calendar.rows if row.kind == "nurse"} | {each.nurse for each in calendar.exams}
    people = await visit.house.names.of(visit.asking, visit.caller, nurses)
    names = {nurse: people.get(nurse, visit.words.say("exam.a_nurse")) for nurse in nurses}
    names |= {
        row.resource: visit.words.say("calendar.room", number=row.number) for row in calendar.rows if row.kind == "room"
    }
    told = shown(calendar, days, visit.caller.account)
    return await visit.page(
        template,
        asked=asked,
        calendar=calendar,
        clinics=_clinics(tables),
        days=told,
        names=names,
        drawn=picture(told[0], names, visit.now) if step == 1 and told[0].rows else None,
        today=tables.day_of(visit.now),
        before=_near(asked.day, -step),
        after=_near(asked.day, step),
        week_page=WEEK_PAGE,
        day_page=DAY_PAGE,
    )


def _near(day: date, days: int) -> date | None:
    """None beyond the calendar's last day, or before its first."""
    near = day + timedelta(days=days)
    return near if near.year in YEARS and (near + timedelta(days=WEEK)).year in YEARS else None
