"""Which proposal waits for an answer at a seat: looked at anew before each message, and before each answer by code."""

from uuid import UUID

from services.kernel.http.caller import Caller
from services.kernel.store import Loaded
from services.rapid_assessment.cases import Cases, record_of
from services.rapid_assessment.sharing.sharing import Sharing
from services.rapid_assessment.team.events import SeatProposed
from services.rapid_assessment.team.state import Team


async def standing(cases: Cases, team: Loaded[Team], seat: str, responder: UUID) -> UUID | None:
    """The event by which this responder was asked; None where they are not asked for this seat, or kept out.

    The proposals are read after the team: one made meanwhile is seen, and none is taken for another.
    """
    told = await cases.store.happenings(team.id)
    asked = [each.event_id for each in told if isinstance(each.event, SeatProposed) and each.event.seat == seat]
    waits = team.state.phase == "open" and team.state.seat(seat).proposed == responder
    may = cases.gate.may_touch(Caller(responder), "accept", record_of(team.state, Sharing(), cases.time.now()))
    return asked[-1] if asked and waits and may else None
