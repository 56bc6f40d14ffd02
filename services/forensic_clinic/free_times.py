"""Gathers what offers are made of: who and what each clinic has, the way there, and what is taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from contracts.jurisdictions import travel_time
from contracts.periods import Period
from services.forensic_clinic.case.case import Case
from services.forensic_clinic.cases import Clinic, examiner_of, helper_of, place_of
from services.forensic_clinic.exam.checks import band_of
from services.forensic_clinic.exam.hours import DAY
from services.forensic_clinic.exam.last_times import Last, last_times
from services.forensic_clinic.exam.offers import Offer, Site, Taken, Wanted, offers
from services.forensic_clinic.exam.state import Exam
from services.forensic_clinic.exam.windows import Window, last_chance, windows
from services.forensic_clinic.views.roster import ATTENDANT, NURSE, ROOM, roster
from services.kernel.store import Loaded
from services.kernel.views import Views

DAYS = 7
NOBODYS = UUID(int=0)
"""No exam: what waits has nothing taken that would have to be left out."""


@dataclass(frozen=True)
class Found:
    """What was found for an exam, and what it was found among."""

    wanted: Wanted
    offers: Sequence[Offer]
    sites: Sequence[Site]
    taken: Taken


@dataclass(frozen=True)
class FreeTimes:
    """Read from the streams themselves and what the database holds taken, so it is never behind."""

    clinic: Clinic
    views: Views

    async def windows(self, exam: Exam, case: Case, now: datetime) -> tuple[Window, ...]:
        """Those of the exam's patient, by the age that counts now."""
        band = band_of(exam, case.age, self.clinic.jurisdiction.exams)
        return windows(self.clinic.jurisdiction, band.band, exam.assault_time, now)

    async def found(
        self,
        exam: Exam,
        case: Loaded[Case],
        now: datetime,
        *,
        days: int = DAYS,
        length: timedelta | None = None,
        advocate: bool = False,
        only: str | None = None,
        current: bool = True,
    ) -> Found:
        """At every clinic, or at one `only`, within so many days. As long as usual, where no `length` is asked for.

        Who was entered a moment ago is missing where it need not be `current`; nothing waits for that.
        """
        wanted = await self.wanted(exam, case, now, days=days, length=length, advocate=advocate)
        sites = await self.sites(case.state.county, only, current=current)
        taken = await self.taken(sites, [wanted.patient.person], wanted.within, exam.exam)
        return Found(wanted, offers(wanted, sites, taken, self.clinic.jurisdiction.exams), sites, taken)

    async def wanted(
        self,
        exam: Exam,
        case: Loaded[Case],
        now: datetime,
        *,
        days: int = DAYS,
        length: timedelta | None = None,
        advocate: bool = False,
    ) -> Wanted:
        """What is looked for. Raises `NotFound` for a tip that was not told of."""
        rules = self.clinic.jurisdiction.exams
        patient, _ = await self.clinic.patient(case.state)
        return Wanted(
            clinic=exam.clinic,
            patient=patient,
            band=band_of(exam, case.state.age, rules),
            windows=await self.windows(exam, case.state, now),
            language=exam.language,
            advocate=advocate,
            length=timedelta(minutes=rules.exam_minutes) if length is None else length,
            within=Period(now, now + timedelta(days=days)),
        )

    async def before_it_closes(self, exam: Exam, case: Loaded[Case], now: datetime) -> Found | None:
        """All that could still be in time. None where no window of evidence is known to be open."""
        last = last_chance(await self.windows(exam, case.state, now), now)
        if last is None:
            return None
        return await self.found(exam, case, now, days=max(-(-(last - now) // timedelta(days=1)), 1))

    async def last_times(
        self, exams: Sequence[tuple[Exam, Loaded[Case]]], at: datetime, *, passing: bool = False
    ) -> Sequence[Last]:
        """Of exams that wait, in their order. Clinics and what is taken are read once for all of them."""
        wanted = [await self.wanted(exam, case, at) for exam, case in exams]
        closes = [each for each in (last_chance(of.windows, at) for of in wanted) if each is not None]
        sites = await self.sites("") if closes else ()
        persons = [each.patient.person for each in wanted]
        ahead = max(closes, default=at)
        taken = await self.taken(sites, persons, Period(at, ahead + DAY), NOBODYS)
        rules = self.clinic.jurisdiction.exams
        return [
            last_times(each, self.seen_from(sites, case.state.county), taken, rules, passing=passing)
            for each, (_, case) in zip(wanted, exams, strict=True)
        ]

    async def sites(self, county: str, only: str | None = None, *, current: bool = True) -> Sequence[Site]:
        """Each clinic that has somebody or something, with the way there from the county."""
        listed = await roster(self.views, only, current=current)
        sites = []
        for clinic in dict.fromkeys(each.clinic for each in listed):
            of_kind = {
                kind: [each.resource for each in listed if (each.clinic, each.kind) == (clinic, kind)]
                for kind in (NURSE, ROOM, ATTENDANT)
            }
            attendants = [(await self.clinic.attendant(each)).state for each in of_kind[ATTENDANT]]
            sites.append(
                Site(
                    clinic=clinic,
                    nurses=tuple([examiner_of((await self.clinic.nurse(each)).state) for each in of_kind[NURSE]]),
                    rooms=tuple([place_of((await self.clinic.room(each)).state) for each in of_kind[ROOM]]),
                    helpers=tuple(helper_of(each) for each in attendants),
                )
            )
        return self.seen_from(sites, county)

    def seen_from(self, sites: Sequence[Site], county: str) -> Sequence[Site]:
        """The same clinics, with the way there from another county."""
        tables = self.clinic.jurisdiction
        home = tables.counties.get(county)
        found = []
        for each in sites:
            agency = tables.agencies.get(each.clinic)
            there = tables.counties.get(agency.base_county or "") if agency else None
            travel = travel_time(home, there, tables.exams.planning.travel)
            found.append(msgspec.structs.replace(each, travel=travel))
        return found

    async def helpers(self, clinic: str) -> Sequence[UUID]:
        """The interpreters and advocates' places of a clinic."""
        return [each.resource for each in await roster(self.views, clinic) if each.kind == ATTENDANT]

    async def taken(self, sites: Sequence[Site], persons: Sequence[UUID], within: Period, exam: UUID) -> Taken:
        """What others than the exam itself have, a day before and after, too: a nurse's rest is reckoned by it."""
        resources = [*persons]
        for site in sites:
            resources += [each.account for each in site.nurses]
            resources += [each.room for each in site.rooms]
            resources += [each.helper for each in site.helpers]
        found: dict[UUID, list[Period]] = {}
        since, until = within.in_utc
        for each in await self.clinic.periods.taken(resources, since - DAY, until + DAY):
            if each.holder != exam:
                found.setdefault(each.resource, []).append(Period(each.since, each.until))
        return found
