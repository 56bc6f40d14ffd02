"""Tells auditors that the review of a week waits, and operators too that one was missed.

The text says only that there is something to open. A week signed off meanwhile tells nobody. A carrier may be asked
twice when the process dies between sending and recording; nobody is told too little.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from contracts.language import Event
from services.audit.review.events import ReviewNoticeDropped, ReviewNoticeSent
from services.audit.review.reviews import RULE, Reviews
from services.kernel.carrier import Carrier, carried
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening

WAITS = "Who read what last week waits for its review. Open {origin}/audit/reviews."
MISSED = "Who read what in a week was not reviewed in time. Auditors open {origin}/audit/reviews."


class TellOfReviews:
    """Reacts to the clocks of reviews. Addresses are by role."""

    def __init__(self, reviews: Reviews, addresses: Mapping[str, Sequence[str]], carrier: Carrier, origin: str) -> None:
        self._reviews = reviews
        self._addresses = addresses
        self._carrier = carrier
        self._origin = origin

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, ClockWarned | ClockMissed) or event.rule != RULE:
            return None
        notice = uuid5(happening.event_id, "review notice")
        if await self._reviews.store.happenings(notice):
            return None
        if (await self._reviews.load(event.subject)).state.signed:
            told: Event = ReviewNoticeDropped(notice=notice, review=event.subject)
        else:
            told = await self._tell(notice, event.subject, missed=isinstance(event, ClockMissed))
        return Changes([Change(notice, 0, [told])])

    async def _tell(self, notice: UUID, review: UUID, *, missed: bool) -> Event:
        clock = (await self._reviews.clock(review)).state
        rule = self._reviews.jurisdiction.clock_rule(clock.rule, version=clock.rule_version)
        roles = rule.told_at_miss if missed else rule.told_at_warning
        addresses = [address for role in roles for address in self._addresses.get(role, ())]
        text = (MISSED if missed else WAITS).format(origin=self._origin)
        sent, refused = await carried(self._carrier, addresses, text, notice)
        return ReviewNoticeSent(
            notice=notice, review=review, rule=rule.rule, roles=roles, carriers=sent, refused=refused
        )
