"""The clock of a week's review explained."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get

from contracts.jurisdictions.explaining import Explained, explained
from services.audit.review.events import ReviewDue
from services.audit.review.http import Reviewing
from services.audit.review.reviews import RULE, clock_of
from services.kernel.http.clocks import ClockName, ClocksOf, Numbered, courses_shown
from services.kernel.http.commands import caller_of


class ReviewClockController(Controller):
    """For auditors. That they were shown it is put on record first."""

    path = "/reviews/{review:uuid}/clocks"
    tags = ["Reviews"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_review"})
    async def clocks(self, review: UUID, reviewing: Reviewing, request: Request[Any, Any, Any]) -> list[Explained]:
        """That it is done in time: rule and law, what it began with, the arithmetic in steps, what became of it."""
        return await _shown(reviewing, request, review, None)

    @get("/{clock:str}", opt={"action": "read_review"})
    async def clock(
        self, review: UUID, clock: ClockName, reviewing: Reviewing, request: Request[Any, Any, Any]
    ) -> Explained:
        """One of them."""
        return (await _shown(reviewing, request, review, clock))[0]


async def _shown(
    reviewing: Reviewing, request: Request[Any, Any, Any], review: UUID, name: str | None
) -> list[Explained]:
    week, reviews = await reviewing.week(review), reviewing.reviews
    begun = [each for each in await reviews.store.happenings(review) if isinstance(each.event, ReviewDue)]
    of = ClocksOf("clocks of a weekly review", week, [Numbered(RULE, 1, clock_of(review))], begun)
    shown = await courses_shown(reviews.store, reviewing.reader, caller_of(request), of, name)
    return [explained(reviews.jurisdiction, *each) for each in shown]
