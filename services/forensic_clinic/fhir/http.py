"""FHIR R4 over HTTP: schedules, slots and appointments of a clinic, read and searched by whoever may see each."""

from collections.abc import Sequence
from typing import Annotated, Any, get_args
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.params import QueryParameter

from contracts.language import InvalidValue
from contracts.periods import Period, common
from services.forensic_clinic.cases import Clinic
from services.forensic_clinic.fhir import resources as fhir
from services.forensic_clinic.fhir.capability import capability
from services.forensic_clinic.fhir.mapping import (
    Bookable,
    Planned,
    appointment_of,
    period_in,
    schedule_of,
    slots_of,
)
from services.forensic_clinic.fhir.outcome import REFUSED, answer_as_outcome
from services.forensic_clinic.fhir.resources import MEDIA_TYPE, Appointment, Bundle, Schedule, Slot
from services.forensic_clinic.fhir.searching import MOST, page_of, reference_in, starts_in
from services.forensic_clinic.nurse.http import record_of_nurse
from services.forensic_clinic.room.http import record_of_room
from services.forensic_clinic.views.exam_board import exams_shown
from services.forensic_clinic.views.roster import NURSE, ROOM, of_kind, roster
from services.kernel.http.caller import Caller
from services.kernel.http.commands import caller_of
from services.kernel.http.exporting import ASKED_FOR
from services.kernel.http.gate import Gate
from services.kernel.http.problems import NotFound
from services.kernel.http.reading import Reader
from services.kernel.settings import Settings
from services.kernel.time_source import TimeSource
from services.kernel.views import Views

READ = "read_fhir"
PATH = "/fhir"
ACTORS = ("Practitioner", "Location")

Count = Annotated[int, QueryParameter(name="_count", ge=1, le=MOST)]
Offset = Annotated[int, QueryParameter(name="_offset", ge=0, le=1_000_000)]
# Of one that comes several times, all hold.
Times = list[str] | None
Said = list[tuple[str, str]]


class FhirController(Controller):
    """For the nurses and the coordinator of a clinic: nurses of themselves, the coordinator of all."""

    path = PATH
    tags = ["FHIR"]  # noqa: RUF012  # Litestar reads a class attribute
    exception_handlers = {Exception: answer_as_outcome}  # noqa: RUF012  # Litestar reads a class attribute

    @get("/metadata", opt={"action": "read_fhir_metadata"}, media_type=MEDIA_TYPE, responses=REFUSED)
    async def metadata(self, settings: Settings) -> dict[str, Any]:
        """What is answered here. Open to everybody: it tells of no clinic."""
        return capability(_address(settings))

    @get("/Schedule", opt={"action": READ}, media_type=MEDIA_TYPE, responses=REFUSED)
    async def schedules(
        self,
        clinic: Clinic,
        views: Views,
        settings: Settings,
        request: Request[Any, Any, Any],
        actor: str = "",
        date: Times = None,
        count: Count = 50,
        offset: Offset = 0,
    ) -> Bundle:
        """Of the nurses and rooms of your clinic, as far as you may see them."""
        wanted = reference_in("actor", actor, *ACTORS)[1] if actor else None
        asked: Said = [*_given("actor", actor), *(("date", each) for each in date or ())]
        starts = starts_in("date", date or ())
        found = [
            schedule_of(each)
            for each in await _bookable(clinic, views, caller_of(request))
            if wanted in {None, each.reference} and (not date or common(each.available, [starts.period]))
        ]
        return page_of(f"{_address(settings)}/Schedule", asked, found, count, offset)

    @get("/Schedule/{schedule:uuid}", opt={"action": READ}, media_type=MEDIA_TYPE, responses=REFUSED)
    async def schedule(
        self, schedule: UUID, clinic: Clinic, views: Views, request: Request[Any, Any, Any]
    ) -> Response[Schedule]:
        """Of one nurse or one room."""
        found = _one(await _bookable(clinic, views, caller_of(request)), schedule)
        return Response(schedule_of(found), media_type=MEDIA_TYPE, headers={"ETag": f'W/"{found.version}"'})

    @get("/Slot", opt={"action": READ}, media_type=MEDIA_TYPE, responses=REFUSED)
    async def slots(
        self,
        clinic: Clinic,
        views: Views,
        gate: Gate,
        settings: Settings,
        time: TimeSource,
        request: Request[Any, Any, Any],
        schedule: str = "",
        start: Times = None,
        status: str = "",
        count: Count = 50,
        offset: Offset = 0,
    ) -> Bundle:
        """What is free and what is taken, schedule by schedule, in order of time."""
        wanted = reference_in("schedule", schedule, "Schedule")[1] if schedule else None
        statuses = _statuses(status, get_args(fhir.SlotStatus))
        starts, caller = starts_in("start", start or ()), caller_of(request)
        within = starts.window(time.now())
        asked: Said = [
            *_given("schedule", schedule), *_given("status", status),
            ("start", f"ge{within.since.isoformat()}"), ("start", f"lt{within.until.isoformat()}"),
        ]  # fmt: skip
        exams = await _planned(views, gate, caller, within)
        found = [
            slot
            for each in await _bookable(clinic, views, caller)
            if wanted in {None, each.reference}
            for slot in slots_of(each, exams, within)
            if slot.status in statuses and within.since <= slot.start < within.until
        ]
        return page_of(f"{_address(settings)}/Slot", asked, found, count, offset)

    @get("/Slot/{slot:str}", opt={"action": READ}, media_type=MEDIA_TYPE, responses=REFUSED)
    async def slot(self, slot: str, clinic: Clinic, views: Views, gate: Gate, request: Request[Any, Any, Any]) -> Slot:
        """One time of a schedule, while it is one: what is booked, released or stated since is another."""
        said, caller = period_in(slot), caller_of(request)
        if said is None:
            raise NotFound
        schedule, period = said
        of = _one(await _bookable(clinic, views, caller), schedule)
        # Of what is free, as wide as it is said to be: an exam in it makes it another.
        exams = await _planned(views, gate, caller, period)
        found = [each for each in slots_of(of, exams, period) if each.id == slot]
        if not found:
            raise NotFound
        return found[0]

    @get("/Appointment", opt={"action": READ}, media_type=MEDIA_TYPE, responses=REFUSED)
    async def appointments(
        self,
        views: Views,
        gate: Gate,
        settings: Settings,
        reader: Reader,
        request: Request[Any, Any, Any],
        actor: str = "",
        date: Times = None,
        status: str = "",
        count: Count = 50,
        offset: Offset = 0,
    ) -> Bundle:
        """Exams that you may see: those without a time first, then in order of time. Each page is put on record."""
        wanted = reference_in("actor", actor, *ACTORS)[1] if actor else None
        statuses, starts = _statuses(status, get_args(fhir.AppointmentStatus)), starts_in("date", date or ())
        asked: Said = [*_given("actor", actor), *(("date", each) for each in date or ()), *_given("status", status)]
        found = [
            appointment
            for each in await _planned(views, gate, caller_of(request), None)
            if wanted in {None, each.nurse, each.room}
            and starts.holds(each.period.since if each.period else None)
            and (appointment := appointment_of(each)).status in statuses
        ]
        # Page by page a program takes all of them: who did, and which, is on record before it has them.
        records = tuple(UUID(each.id) for each in found[offset : offset + count])
        narrowed = tuple(f"{name}={value}" for name, value in [*asked, ("_offset", str(offset))])
        await reader.searched(caller_of(request), "exams", narrowed, len(records), records)
        return page_of(f"{_address(settings)}/Appointment", asked, found, count, offset)

    @get("/Appointment/{exam:uuid}", opt={"action": READ}, media_type=MEDIA_TYPE, responses=REFUSED)
    async def appointment(
        self, exam: UUID, clinic: Clinic, reader: Reader, request: Request[Any, Any, Any]
    ) -> Response[Appointment]:
        """One exam. That you were shown it is put on record."""
        caller = caller_of(request)
        loaded, _ = await clinic.visible(caller, READ, exam)
        await reader.shown(caller, "exam", loaded)
        state = loaded.state
        told = Planned(
            exam=exam,
            phase=state.phase,
            nurse=state.slot.nurse if state.slot else None,
            room=state.slot.room if state.slot else None,
            period=state.slot.period if state.slot else None,
            version=loaded.version,
        )
        return Response(appointment_of(told), media_type=MEDIA_TYPE, headers={"ETag": f'W/"{loaded.version}"'})


def _address(settings: Settings) -> str:
    """By the house's own name, never by what a request says it was sent to."""
    scheme = "https" if settings.certificate else "http"
    return f"{scheme}://{urlsplit(settings.origin).hostname}:{settings.http_port}{PATH}"


def _given(name: str, value: str) -> Said:
    return [(name, value)] if value else []


def _statuses(value: str, known: Sequence[str]) -> Sequence[str]:
    """Raises `InvalidValue` for what is none."""
    asked = [each for each in value.split(",") if each]
    if set(asked) - set(known):
        raise InvalidValue("status", f"Choose one or several of: {', '.join(known)}.")
    return asked or known


async def _bookable(clinic: Clinic, views: Views, caller: Caller) -> Sequence[Bookable]:
    """Nurses, then rooms, of the caller's clinic, that they may see."""
    listed = await roster(views, caller.agency)
    found = []
    for account in of_kind(listed, NURSE):
        loaded = await clinic.nurse(account)
        nurse = loaded.state
        if clinic.gate.may_touch(caller, READ, record_of_nurse(account, nurse.clinic)):
            works = nurse.works_until is None
            found.append(Bookable("nurse", account, 0, loaded.version, nurse.free, works=works))
    for reference in of_kind(listed, ROOM):
        place = await clinic.room(reference)
        room = place.state
        if clinic.gate.may_touch(caller, READ, record_of_room(reference, room.clinic)):
            found.append(Bookable("room", reference, room.number, place.version, room.available))
    return found


def _one(found: Sequence[Bookable], wanted: UUID) -> Bookable:
    """Raises `NotFound`."""
    for each in found:
        if each.reference == wanted:
            return each
    raise NotFound


async def _planned(views: Views, gate: Gate, caller: Caller, within: Period | None) -> Sequence[Planned]:
    rows = await exams_shown(views, gate, caller, during=within, page=ASKED_FOR)
    return [
        Planned(
            exam=row["exam"],
            phase=row["phase"],
            nurse=row["nurse"],
            room=row["room"],
            period=Period(row["since"], row["until"]).in_utc if row["since"] else None,
            requested_at=row["requested_at"],
        )
        for row in rows
    ]
