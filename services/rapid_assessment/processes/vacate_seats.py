"""Whoever is given no work any more holds no seat and is asked for none: the board shows it, for another to be asked.

Which teams somebody was asked to sit on is kept beside, in the order of the log. Who takes a seat at the very moment
they leave is refused: accepting rests on the responder.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from psycopg_pool import AsyncConnectionPool

from contracts.language import Event
from services.kernel.batch import Effect
from services.kernel.connections import reading
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.responder.events import ResponderLeft, ResponderRoleRemoved, ResponderSuspended
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.events import SeatProposed

VACATING: tuple[type[Event], ...] = (SeatProposed, ResponderLeft, ResponderSuspended, ResponderRoleRemoved)

_ADD = "INSERT INTO teams_asked_for (responder, team) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_OF = "SELECT team FROM teams_asked_for WHERE responder = %s ORDER BY team"


class VacateSeats:
    """Reacts to this service's own events, in one commit for all teams."""

    def __init__(self, cases: Cases, pool: AsyncConnectionPool) -> None:
        self._cases = cases
        self._pool = pool

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case SeatProposed() as asked:
                return Changes((), [Effect(_ADD, (asked.responder, asked.team))])
            case ResponderLeft(account=who) | ResponderSuspended(account=who):
                return await self._vacated(who, [seat.seat for seat in self._cases.jurisdiction.seats])
            case ResponderRoleRemoved(account=who, role=role):
                return await self._vacated(who, [role])
            case _:
                return None

    async def _vacated(self, who: UUID, seats: Collection[str]) -> Changes | None:
        teams = [await self._cases.team(team) for team in await self._asked_for(who)]
        vacated = [
            Change(team.id, team.version, decisions.vacate(team.state, who, seats), case=team.case) for team in teams
        ]
        changes = [change for change in vacated if change.events]
        return Changes(changes) if changes else None

    async def _asked_for(self, who: UUID) -> Sequence[UUID]:
        async with reading(self._pool) as connection:
            rows = await (await connection.execute(_OF, (who,))).fetchall()
        return [row[0] for row in rows]
