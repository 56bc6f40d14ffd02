"""Which nurses and rooms has a clinic?"""

from collections.abc import Sequence
from uuid import UUID

from services.forensic_clinic.nurse.events import NurseRegistered
from services.forensic_clinic.room.events import RoomOpened
from services.kernel.batch import Effect
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

NURSE = "nurse"
ROOM = "room"

COLUMNS = "resource uuid PRIMARY KEY, kind text NOT NULL, clinic text NOT NULL"

_ADD = "INSERT INTO {table} (resource, kind, clinic) VALUES (%s, %s, %s)"


def project(happening: Happening) -> Sequence[Effect]:
    """What an event adds to the roster."""
    match happening.event:
        case NurseRegistered() as e:
            return [Effect(_ADD, (e.account, NURSE, e.clinic))]
        case RoomOpened() as e:
            return [Effect(_ADD, (e.room, ROOM, e.clinic))]
        case _:
            return ()


ROSTER = View("roster", COLUMNS, project)


async def roster(views: Views, clinic: str) -> tuple[Sequence[UUID], Sequence[UUID]]:
    """Nurses and rooms the clinic has when this is asked, in a fixed order."""
    statement = "SELECT resource, kind FROM {table} WHERE clinic = %(clinic)s ORDER BY resource"
    rows = await views.query("roster", statement, {"clinic": clinic}, current=True)
    nurses = [row["resource"] for row in rows if row["kind"] == NURSE]
    return nurses, [row["resource"] for row in rows if row["kind"] == ROOM]
