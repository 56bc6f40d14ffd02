"""What may be recorded of a nurse's calendar address. Pure."""

from enum import StrEnum
from uuid import UUID

from contracts.language import Event, Refused
from services.forensic_clinic.feed.events import CalendarAddressMade, CalendarAddressRevoked
from services.forensic_clinic.feed.state import Feed


class FeedRefusal(StrEnum):
    """Why a command on an address is refused."""

    NO_ADDRESS = "no_calendar_address"


def make(feed: Feed, account: UUID, new: UUID) -> list[Event]:
    """A new address. One that there was is revoked by it: a nurse has one at most, so that she knows what is out."""
    before: list[Event] = [] if feed.feed is None else [CalendarAddressRevoked(account=account, feed=feed.feed)]
    return [*before, CalendarAddressMade(account=account, feed=new)]


def revoke(feed: Feed) -> list[Event]:
    """Raises `Refused` where there is none."""
    if feed.feed is None:
        raise Refused(FeedRefusal.NO_ADDRESS, "There is no calendar address to revoke.")
    return [CalendarAddressRevoked(account=feed.account, feed=feed.feed)]
