"""What happens to the identity of a tip's reporter: asked for, agreed to by a second person, or refused."""

from typing import Annotated

from contracts.language import Code, Event, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
Codes = Annotated[tuple[str, ...], classified("code")]


class ReleaseAsked(Event, frozen=True, kw_only=True):
    """Somebody asks to be shown who reported: for what, to tell whom, and by which authority."""

    NAME = "reporter.release_asked"

    tip: Reference
    release: Reference
    account: Reference
    agency: Code
    roles: Codes
    purpose: Code
    reason: Text
    to_whom: Text
    authority: Text


class CourtOrderStated(Event, frozen=True, kw_only=True):
    """A youth court ordered that whoever asks be shown it: which court, on which day (year-month-day), its number."""

    NAME = "reporter.court_order_stated"

    tip: Reference
    release: Reference
    court: Text
    ordered_on: Code
    number: Text


class ReleaseAgreed(Event, frozen=True, kw_only=True):
    """A second person of another role or agency agreed: whoever asked may read who reported until a moment."""

    NAME = "reporter.release_agreed"

    tip: Reference
    release: Reference
    account: Reference
    until: Moment


class ReleaseRefused(Event, frozen=True, kw_only=True):
    """A second person said no, and why."""

    NAME = "reporter.release_refused"

    tip: Reference
    release: Reference
    account: Reference
    reason: Text


REPORTER_EVENTS: tuple[type[Event], ...] = (ReleaseAsked, CourtOrderStated, ReleaseAgreed, ReleaseRefused)
