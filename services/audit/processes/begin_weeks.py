"""The first week of reading runs from when the audit service first puts anything on record: its policies."""

from services.audit.review.reviews import Reviews
from services.kernel.operations import PoliciesSet
from services.kernel.store import Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource


class BeginWeeks:
    """Reacts to this service's own events. Of other policies later the timer finds that the first week is over.

    In a house that ran without this before, the weeks begin now: of what nobody was asked, nothing was missed.
    """

    def __init__(self, reviews: Reviews, time: TimeSource) -> None:
        self._reviews = reviews
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        if not isinstance(happening.event, PoliciesSet):
            return None
        return self._reviews.first_week(self._time.now())
