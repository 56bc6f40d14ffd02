"""Which time loses least for a patient, at any clinic? And what there is, where none is in time?"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import Parameter

from services.forensic_clinic.exam.no_slot import unmet
from services.forensic_clinic.exam.offers import Offer, times_alone
from services.forensic_clinic.exam.windows import Window
from services.forensic_clinic.free_times import DAYS, Found, FreeTimes
from services.forensic_clinic.views.free_slots import MOST_DAYS, MOST_MINUTES, length_of
from services.kernel.http.commands import caller_of
from services.kernel.http.reading import Reader
from services.kernel.time_source import TimeSource

SUPPORTS = 6


class WindowOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """A window of evidence or care. `standing` is how it stands now: open, may_be_closed, closed or not_known."""

    window: str
    rule: str
    purpose: str
    standing: str
    sure_until: datetime | None
    closed_by: datetime | None


class SupportFromAfar(msgspec.Struct, frozen=True, kw_only=True):
    """A nurse on record as supporting exams elsewhere by video, and when she is at no exam. Nothing is kept by it."""

    nurse: UUID
    clinic: str
    since: datetime
    until: datetime


class AttendantOfClinic(msgspec.Struct, frozen=True, kw_only=True):
    """An interpreter, or an advocate's place, of the exam's clinic. Nobody is named."""

    attendant: UUID
    kind: str
    number: int
    languages: tuple[str, ...]


class OfferPage(msgspec.Struct, frozen=True, kw_only=True):
    """`unmet` is no_slot where no time is free before evidence is surely lost, no_sure_slot where it may be.

    Empty where one is, or where nobody knows of an open window. `attending` are those of the `attendants` who are kept
    for the exam; these, `nurses` and `rooms` are all that its clinic has, free or not.
    """

    version: int
    clinic: str
    language: str
    standby: bool
    instead: str
    windows: tuple[WindowOnPage, ...]
    unmet: str
    offers: list[Offer]
    from_afar: list[SupportFromAfar]
    attending: tuple[UUID, ...]
    nurses: tuple[UUID, ...]
    rooms: tuple[UUID, ...]
    attendants: tuple[AttendantOfClinic, ...]


class OfferController(Controller):
    """Read from the streams themselves and what the database holds taken, so it is never behind."""

    path = "/exams"
    tags = ["Exams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/{exam:uuid}/offers", opt={"action": "list_slots"})
    async def offers(
        self,
        exam: UUID,
        free_times: FreeTimes,
        time: TimeSource,
        reader: Reader,
        request: Request[Any, Any, Any],
        days: Annotated[int, Parameter(ge=1, le=MOST_DAYS)] = DAYS,
        minutes: Annotated[int | None, Parameter(ge=15, le=MOST_MINUTES)] = None,
        advocate: bool = False,  # noqa: FBT001, FBT002 - Litestar passes what the address says by name
    ) -> Response[OfferPage]:
        """For an exam of so many `minutes`, within so many `days`; with an advocate's place, where one is asked for.

        Windows tell when the assault was: that you were shown them is put on record.
        """
        clinic, now = free_times.clinic, time.now()
        loaded, case = await clinic.visible(caller_of(request), "list_slots", exam)
        await reader.shown(caller_of(request), "times of an exam", loaded)
        length = length_of(minutes, clinic.jurisdiction.exams)
        found = await free_times.found(loaded.state, case, now, days=days, length=length, advocate=advocate)
        state = loaded.state
        own = next((site for site in found.sites if site.clinic == state.clinic), None)
        helpers = own.helpers if own else ()
        kept_out = found.wanted.patient.kept_out
        page = OfferPage(
            version=loaded.version,
            clinic=state.clinic,
            language=state.language,
            standby=state.standby,
            instead=state.instead,
            windows=tuple(_window(each, now) for each in found.wanted.windows),
            unmet="" if state.planned or state.ended else unmet(found.wanted.windows, found.offers, now) or "",
            offers=list(found.offers),
            from_afar=_from_afar(found),
            attending=tuple(await clinic.helpers_kept(state, [each.helper for each in helpers])),
            nurses=tuple(each.account for each in own.nurses if each.account not in kept_out) if own else (),
            rooms=tuple(each.room for each in own.rooms) if own else (),
            attendants=tuple(
                AttendantOfClinic(attendant=each.helper, kind=each.kind, number=each.number, languages=each.languages)
                for each in helpers
            ),
        )
        return Response(page, headers={"ETag": f'"{loaded.version}"'})


def _window(each: Window, now: datetime) -> WindowOnPage:
    return WindowOnPage(
        window=each.window,
        rule=each.rule,
        purpose=each.purpose,
        standing=each.at(now),
        sure_until=each.sure_until,
        closed_by=each.closed_by,
    )


def _from_afar(found: Found) -> list[SupportFromAfar]:
    """The first time of each, soonest first."""
    times = [
        SupportFromAfar(nurse=nurse.account, clinic=site.clinic, since=free[0].since, until=free[0].until)
        for site in found.sites
        for nurse in site.nurses
        if nurse.telehealth
        and nurse.account not in found.wanted.patient.kept_out
        and (free := times_alone(nurse, found.wanted, found.taken))
    ]
    return sorted(times, key=lambda each: (each.since, each.nurse))[:SUPPORTS]
