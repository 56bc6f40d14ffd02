"""That a file of court dates came in. The hearings themselves are in the cases they belong to."""

from contracts.language import Event, Locating, Measure, Reference


class CourtDatesBroughtIn(Event, frozen=True, kw_only=True):
    """Of the `rows` of a file so many hearings were set. The file itself is kept nowhere; `file` cannot be guessed."""

    NAME = "court_dates.brought_in"

    file: Reference
    office: Locating
    rows: Measure
    hearings: Measure


COURT_DATES_EVENTS: tuple[type[Event], ...] = (CourtDatesBroughtIn,)
