"""Each morning the day before is counted, and the next is to be; so also days that passed while nothing ran."""

from datetime import datetime

from services.forensic_clinic.census.gathering import Census
from services.kernel.due import DueMoment, Fired


class CountDays:
    """The timer for moments of the kind `census_day`; a day that was counted is not counted again."""

    def __init__(self, census: Census) -> None:
        self._census = census

    async def __call__(self, due: DueMoment, now: datetime) -> Fired | None:
        loaded = await self._census.counted(self._census.day_due_at(due.due_at))
        changes = await self._census.count_day(loaded, due.due_at)
        return None if changes is None else Fired(loaded, changes, due.due_at)
