"""When a week is over, what of its reading was unusual is found, and stands to be judged before the week is signed off.

What the copy takes in after that is looked through when an auditor opens the week, and when one signs it off.
"""

from services.audit.review.events import ReviewDue
from services.audit.review.state import Review, evolve
from services.audit.unusual.book import UnusualBook
from services.kernel.store import Changes
from services.kernel.stored_form import Happening


class FindUnusual:
    """Reacts to this service's own events."""

    def __init__(self, book: UnusualBook) -> None:
        self._book = book

    async def __call__(self, happening: Happening) -> Changes | None:
        if not isinstance(happening.event, ReviewDue):
            return None
        _, changes = await self._book.new(evolve(Review(), happening.event))
        return changes
