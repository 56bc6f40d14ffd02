"""When a week is over its reading is to be reviewed, and the next week runs from there, also through a standstill."""

from datetime import datetime

from services.audit.review.reviews import Reviews
from services.kernel.due import DueMoment, Fired


class EndWeeks:
    """The timer for moments of the kind `week`; state decides whether one still matters."""

    def __init__(self, reviews: Reviews) -> None:
        self._reviews = reviews

    async def __call__(self, due: DueMoment, now: datetime) -> Fired | None:
        loaded = await self._reviews.load(due.clock)
        changes = self._reviews.due(loaded, due.due_at, now)
        return None if changes is None else Fired(loaded, changes, due.due_at)
