"""Which nurses, rooms, interpreters and advocates' places has a clinic?"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from services.forensic_clinic.attendant.events import AttendantEntered
from services.forensic_clinic.nurse.events import NurseRegistered
from services.forensic_clinic.room.events import RoomOpened
from services.kernel.batch import Effect
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

NURSE = "nurse"
ROOM = "room"
ATTENDANT = "attendant"

COLUMNS = "resource uuid PRIMARY KEY, kind text NOT NULL, clinic text NOT NULL"

_ADD = "INSERT INTO {table} (resource, kind, clinic) VALUES (%s, %s, %s)"


class Listed(NamedTuple):
    """One of a clinic's, by kind."""

    resource: UUID
    kind: str
    clinic: str


def project(happening: Happening) -> Sequence[Effect]:
    """What an event adds to the roster."""
    match happening.event:
        case NurseRegistered() as e:
            return [Effect(_ADD, (e.account, NURSE, e.clinic))]
        case RoomOpened() as e:
            return [Effect(_ADD, (e.room, ROOM, e.clinic))]
        case AttendantEntered() as e:
            return [Effect(_ADD, (e.attendant, ATTENDANT, e.clinic))]
        case _:
            return ()


ROSTER = View("roster", COLUMNS, project, revision=2)


async def roster(views: Views, clinic: str | None = None, *, current: bool = True) -> Sequence[Listed]:
    """What the clinic, or each of them, has when this is asked, in a fixed order; or a moment before, if it need not be
    `current`.
    """
    statement = """
        SELECT resource, kind, clinic FROM {table} WHERE %(clinic)s::text IS NULL OR clinic = %(clinic)s
        ORDER BY clinic, resource
    """
    rows = await views.query("roster", statement, {"clinic": clinic}, current=current)
    return [Listed(row["resource"], row["kind"], row["clinic"]) for row in rows]


def of_kind(listed: Sequence[Listed], kind: str) -> list[UUID]:
    """Those of one kind, in that order."""
    return [each.resource for each in listed if each.kind == kind]
