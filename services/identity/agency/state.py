"""An agency as its events tell it."""

import msgspec

from contracts.events.identity import AgencyRegistered
from contracts.language import Event
from services.identity.agency.events import AgencyCountiesNoted


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """`agency` is empty until it is registered; `counties` are those it serves, none where it is the whole state."""

    agency: str = ""
    counties: tuple[str, ...] = ()


def evolve(agency: Agency, event: Event) -> Agency:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case AgencyRegistered():
            return Agency(agency=event.agency)
        case AgencyCountiesNoted():
            return msgspec.structs.replace(agency, counties=event.counties)
        case _:
            return agency
