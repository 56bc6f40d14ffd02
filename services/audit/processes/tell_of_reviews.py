"""Tells auditors that the review of a week waits, and operators too that one was missed.

The text says only that there is something to open. A week signed off meanwhile tells nobody. What no carrier took is
given to them again by the kernel's rule (`tries.py`), until the week is signed off. A carrier may be asked twice when
the process dies between sending and recording; nobody is told too little.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from contracts.jurisdictions import ClockRule
from contracts.language import Event
from services.audit.review.events import ReviewNoticeDropped, ReviewNoticeSent, ReviewNoticeTriedAgain
from services.audit.review.notice import ReviewNotice, evolve, try_again
from services.audit.review.reviews import RULE, Reviews
from services.kernel.carrier import Carrier, carried
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.due import DueMoment, Fired
from services.kernel.store import Change, Changes, Kind, Loaded
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.kernel.tries import again

NOTICE = Kind("review notice", ReviewNotice(), evolve)
WAITS = "Who read what last week waits for its review. Open {origin}/audit/reviews."
MISSED = "Who read what in a week was not reviewed in time. Auditors open {origin}/audit/reviews."


class TellOfReviews:
    """Reacts to the clocks of reviews, and to its own record that it is time to try again. Addresses are by role."""

    def __init__(
        self,
        reviews: Reviews,
        addresses: Mapping[str, Sequence[str]],
        carrier: Carrier,
        origin: str,
        time: TimeSource,
    ) -> None:
        self._reviews = reviews
        self._addresses = addresses
        self._carrier = carrier
        self._origin = origin
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if isinstance(event, ReviewNoticeTriedAgain):
            return await self._again(event)
        if not isinstance(event, ClockWarned | ClockMissed) or event.rule != RULE:
            return None
        loaded = await self._reviews.store.load(NOTICE, uuid5(happening.event_id, "review notice"))
        if loaded.exists:
            return None
        if (await self._reviews.load(event.subject)).state.signed:
            return _changes(loaded, [ReviewNoticeDropped(notice=loaded.id, review=event.subject)])
        rule = await self._rule(event.subject)
        missed = isinstance(event, ClockMissed)
        roles = rule.told_at_miss if missed else rule.told_at_warning
        notice = ReviewNotice(notice=loaded.id, review=event.subject, rule=rule.rule, roles=roles)
        return await self._tell(loaded, notice, missed=missed)

    async def on_time(self, due: DueMoment, now: datetime) -> Fired | None:
        """The timer for moments of the kind `notice`; state decides whether one still matters."""
        loaded = await self._reviews.store.load(NOTICE, due.clock)
        signed = bool((await self._reviews.load(loaded.state.review)).state.signed)
        events = try_again(loaded.state, signed=signed)
        return Fired(loaded, _changes(loaded, events), now) if events else None

    async def _again(self, event: ReviewNoticeTriedAgain) -> Changes | None:
        """What was missed since is told as missed."""
        loaded = await self._reviews.store.load(NOTICE, event.notice)
        if loaded.state.over or loaded.state.refusals != event.nth - 1:
            return None
        missed = (await self._reviews.clock(event.review)).state.phase == "missed"
        return await self._tell(loaded, loaded.state, missed=missed)

    async def _tell(self, loaded: Loaded[ReviewNotice], notice: ReviewNotice, *, missed: bool) -> Changes:
        addresses = [address for role in notice.roles for address in self._addresses.get(role, ())]
        text = (MISSED if missed else WAITS).format(origin=self._origin)
        sent, refused = await carried(self._carrier, addresses, text, notice.notice)
        told = ReviewNoticeSent(
            notice=notice.notice,
            review=notice.review,
            rule=notice.rule,
            roles=notice.roles,
            carriers=sent,
            refused=refused,
        )
        stands = evolve(loaded.state, told)
        effects = () if stands.over else again(loaded.id, stands.refusals, self._time.now())
        return Changes([Change(loaded.id, loaded.version, [told])], effects)

    async def _rule(self, review: UUID) -> ClockRule:
        """In the version its clock runs by."""
        clock = (await self._reviews.clock(review)).state
        return self._reviews.jurisdiction.clock_rule(clock.rule, version=clock.rule_version)


def _changes(loaded: Loaded[ReviewNotice], events: Sequence[Event]) -> Changes:
    return Changes([Change(loaded.id, loaded.version, events)])
