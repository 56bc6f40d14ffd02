"""What happens to a room in which a clinic examines."""

from contracts.language import Code, Event, Measure, Moment, Reference


class RoomOpened(Event, frozen=True, kw_only=True):
    """The clinic has a room; `number` tells it from its others."""

    NAME = "room.opened"

    room: Reference
    clinic: Code
    number: Measure


class RoomAvailable(Event, frozen=True, kw_only=True):
    """A period in which the room can be booked; periods add up."""

    NAME = "room.available"

    room: Reference
    since: Moment
    until: Moment


class RoomNotAvailable(Event, frozen=True, kw_only=True):
    """Availability between these moments was taken back."""

    NAME = "room.not_available"

    room: Reference
    since: Moment
    until: Moment


ROOM_EVENTS: tuple[type[Event], ...] = (RoomOpened, RoomAvailable, RoomNotAvailable)
