"""What this service knows of the sharing of a case: who reads its team by it, and until when."""

from contracts.language import Code, Event, Moment, Reference


class ReaderNoted(Event, frozen=True, kw_only=True):
    """By this share the team may be read until a moment. `reader` is an account, or a role of an agency."""

    NAME = "team_sharing.reader_noted"

    team: Reference
    tip: Reference
    share: Reference
    reader: Code
    until: Moment


class ReaderGone(Event, frozen=True, kw_only=True):
    """From now on nobody reads the team by this share."""

    NAME = "team_sharing.reader_gone"

    team: Reference
    tip: Reference
    share: Reference


class GlassBrokenNoted(Event, frozen=True, kw_only=True):
    """Somebody opened the case in an emergency: the team may be read by that account until a moment."""

    NAME = "team_sharing.glass_broken"

    team: Reference
    tip: Reference
    opening: Reference
    account: Reference
    until: Moment


SHARING_EVENTS: tuple[type[Event], ...] = (ReaderNoted, ReaderGone, GlassBrokenNoted)
