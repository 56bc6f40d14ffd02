"""Whom and what can a clinic call upon: which nurses, rooms, interpreters and advocates' places, and when?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get

from contracts.periods import Period
from services.forensic_clinic.attendant.http import record_of_attendant
from services.forensic_clinic.cases import Clinic
from services.forensic_clinic.nurse.http import CertificateOnPage, PeriodOnPage, record_of_nurse
from services.forensic_clinic.room.http import UsablePeriod, record_of_room
from services.forensic_clinic.views.roster import ATTENDANT, NURSE, ROOM, Listed, of_kind, roster
from services.kernel.http.caller import Caller
from services.kernel.http.commands import caller_of
from services.kernel.time_source import TimeSource
from services.kernel.views import Views

READ = "read_attendant"


class NurseOfClinic(msgspec.Struct, frozen=True, kw_only=True):
    """`from_afar`: she supports exams elsewhere by video (teleSANE). `available` is what of it has not passed."""

    nurse: UUID
    version: int
    certificates: tuple[CertificateOnPage, ...]
    available: tuple[PeriodOnPage, ...]
    from_afar: bool
    works_until: datetime | None


class AttendantOfList(msgspec.Struct, frozen=True, kw_only=True):
    """An interpreter, or an advocate's place: nobody is named. `available` is what of it has not passed."""

    attendant: UUID
    version: int
    kind: str
    number: int
    languages: tuple[str, ...]
    available: tuple[PeriodOnPage, ...]


class RoomOfClinic(msgspec.Struct, frozen=True, kw_only=True):
    """`number` tells it from the clinic's others. `available` is what of it has not passed."""

    room: UUID
    version: int
    number: int
    available: tuple[UsablePeriod, ...]


class ClinicPeoplePage(msgspec.Struct, frozen=True, kw_only=True):
    """Those of the caller's own clinic; rooms by number, interpreters first and each kind by its numbers."""

    clinic: str
    nurses: tuple[NurseOfClinic, ...]
    rooms: tuple[RoomOfClinic, ...]
    attendants: tuple[AttendantOfList, ...]


class ClinicPeopleController(Controller):
    """For the coordinator, who enters them. Read from the streams themselves, so it is never behind."""

    path = "/clinic-people"
    tags = ["Nurses", "Attendants"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": READ})
    async def people(
        self, clinic: Clinic, views: Views, time: TimeSource, request: Request[Any, Any, Any]
    ) -> ClinicPeoplePage:
        """All that were ever entered."""
        caller, now = caller_of(request), time.now()
        listed = await roster(views, caller.agency)
        nurses, attendants = [], []
        for account in of_kind(listed, NURSE):
            nurse = await clinic.nurse(account)
            if clinic.gate.may_touch(caller, "read_nurse", record_of_nurse(account, nurse.state.clinic)):
                nurses.append(
                    NurseOfClinic(
                        nurse=account,
                        version=nurse.version,
                        certificates=tuple(
                            msgspec.convert(each, CertificateOnPage, from_attributes=True)
                            for each in nurse.state.certificates
                        ),
                        available=_to_come(nurse.state.free, now),
                        from_afar=nurse.state.telehealth,
                        works_until=nurse.state.works_until,
                    )
                )
        for reference in of_kind(listed, ATTENDANT):
            attendant = await clinic.attendant(reference)
            state = attendant.state
            if clinic.gate.may_touch(caller, READ, record_of_attendant(reference, state.clinic)):
                attendants.append(
                    AttendantOfList(
                        attendant=reference,
                        version=attendant.version,
                        kind=state.kind,
                        number=state.number,
                        languages=state.languages,
                        available=_to_come(state.available, now),
                    )
                )
        attendants.sort(key=lambda each: (each.kind != "interpreter", each.number))
        return ClinicPeoplePage(
            clinic=caller.agency,
            nurses=tuple(nurses),
            rooms=await _rooms(clinic, caller, listed, now),
            attendants=tuple(attendants),
        )


async def _rooms(clinic: Clinic, caller: Caller, listed: Sequence[Listed], now: datetime) -> tuple[RoomOfClinic, ...]:
    found = []
    for reference in of_kind(listed, ROOM):
        room = await clinic.room(reference)
        if clinic.gate.may_touch(caller, "read_room", record_of_room(reference, room.state.clinic)):
            hours = [each for each in room.state.available if each.until > now]
            available = tuple(UsablePeriod(since=each.since, until=each.until) for each in hours)
            found.append(
                RoomOfClinic(room=reference, version=room.version, number=room.state.number, available=available)
            )
    return tuple(sorted(found, key=lambda each: each.number))


def _to_come(periods: Sequence[Period], now: datetime) -> tuple[PeriodOnPage, ...]:
    return tuple(PeriodOnPage(since=each.since, until=each.until) for each in periods if each.until > now)
