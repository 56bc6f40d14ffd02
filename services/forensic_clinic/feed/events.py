"""What happens to the address at which a nurse's calendar programs fetch when she is busy."""

from contracts.language import Event, Reference


class CalendarAddressMade(Event, frozen=True, kw_only=True):
    """From now on the nurse's calendar is answered at a new address, which nobody but she was told.

    `feed` tells it from her others. The address itself is in no event: it is made from the reference and a key file.
    """

    NAME = "calendar_address.made"

    account: Reference
    feed: Reference


class CalendarAddressRevoked(Event, frozen=True, kw_only=True):
    """Nothing is answered at that address any more."""

    NAME = "calendar_address.revoked"

    account: Reference
    feed: Reference


FEED_EVENTS: tuple[type[Event], ...] = (CalendarAddressMade, CalendarAddressRevoked)
