"""A hold that nobody booked in time falls away, and what it kept is free in the same commit."""

from datetime import datetime

from services.forensic_clinic.cases import Clinic
from services.forensic_clinic.exam import decisions
from services.kernel.due import DueMoment, Fired
from services.kernel.periods import release
from services.kernel.store import Change, Changes


class ExpireHolds:
    """The timer for moments of the kind `hold`; state decides whether one still matters."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic

    async def __call__(self, due: DueMoment, now: datetime) -> Fired | None:
        loaded = await self._clinic.exam(due.clock)
        expired = decisions.expire(loaded.state, now)
        if not expired:
            return None
        changes = Changes([Change(loaded.id, loaded.version, expired)], [release(loaded.id)])
        return Fired(loaded, changes, due.due_at)
