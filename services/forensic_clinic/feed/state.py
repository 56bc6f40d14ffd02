"""A nurse's calendar address as the events tell it."""

from uuid import UUID

import msgspec

from contracts.language import Event
from services.forensic_clinic.feed.events import CalendarAddressMade, CalendarAddressRevoked


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """`feed` is the address that is answered; None where there is none, or none any more."""

    account: UUID = UUID(int=0)
    feed: UUID | None = None


def evolve(feed: Feed, event: Event) -> Feed:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case CalendarAddressMade():
            return Feed(account=event.account, feed=event.feed)
        case CalendarAddressRevoked() if event.feed == feed.feed:
            return msgspec.structs.replace(feed, feed=None)
        case _:
            return feed
