"""What may be done with an agency."""

from enum import StrEnum

from contracts.events.identity import AgencyRegistered
from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, InvalidValue, Refused
from services.identity.agency.state import Agency


class AgencyRefusal(StrEnum):
    """Why a command on an agency is refused."""

    REGISTERED = "agency_registered_already"


def register(agency: Agency, id_: str, jurisdiction: Jurisdiction) -> list[Event]:
    """Raises `InvalidValue` for an agency that is not in the jurisdiction's table, `Refused`."""
    if id_ not in jurisdiction.agencies:
        raise InvalidValue("agency", "No such agency is on file. Choose one from the list of agencies.")
    if agency.agency:
        raise Refused(AgencyRefusal.REGISTERED, "This agency takes part already. Open accounts in it.")
    return [AgencyRegistered(agency=id_)]
