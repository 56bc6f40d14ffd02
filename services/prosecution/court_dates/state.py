"""A file of court dates, as far as it was brought in."""

import msgspec

from contracts.language import Event
from services.prosecution.court_dates.events import CourtDatesBroughtIn


class CourtDatesFile(msgspec.Struct, frozen=True, kw_only=True):
    """How many hearings were set by it, in all."""

    hearings: int = 0


def evolve(file: CourtDatesFile, event: Event) -> CourtDatesFile:
    """Never fails; an event of another kind changes nothing."""
    if isinstance(event, CourtDatesBroughtIn):
        return CourtDatesFile(hearings=file.hearings + event.hearings)
    return file
