"""An agency as its events tell it."""

import msgspec

from contracts.events.identity import AgencyRegistered
from contracts.language import Event


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """`agency` is empty until it is registered."""

    agency: str = ""


def evolve(agency: Agency, event: Event) -> Agency:
    """Never fails; an event of another kind changes nothing."""
    return Agency(agency=event.agency) if isinstance(event, AgencyRegistered) else agency
