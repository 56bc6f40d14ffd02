"""What may be done with an agency."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.events.identity import AgencyRegistered
from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.serving import counties_served
from contracts.language import Event, InvalidValue, Refused
from services.identity.agency.events import AgencyCountiesNoted, FirstAdministratorOpened
from services.identity.agency.state import Agency, evolve


class AgencyRefusal(StrEnum):
    """Why a command on an agency is refused."""

    REGISTERED = "agency_registered_already"
    NOT_REGISTERED = "agency_not_registered"
    HAS_ADMINISTRATOR = "agency_has_administrator"


def register(agency: Agency, id_: str, jurisdiction: Jurisdiction, now: datetime) -> list[Event]:
    """Raises `InvalidValue` for an agency that is not in the jurisdiction's table, `Refused`."""
    if id_ not in jurisdiction.agencies:
        raise InvalidValue("agency", "No such agency is on file. Choose one from the list of agencies.")
    if agency.agency:
        raise Refused(AgencyRefusal.REGISTERED, "This agency takes part already. Open its first administrator.")
    registered = AgencyRegistered(agency=id_)
    return [registered, *note_counties(evolve(agency, registered), jurisdiction, now)]


def note_counties(agency: Agency, jurisdiction: Jurisdiction, now: datetime) -> list[Event]:
    """What the tables say of an agency that takes part, if it is not what was noted last."""
    if not agency.agency:
        return []
    served = counties_served(jurisdiction, agency.agency, jurisdiction.day_of(now))
    return [] if served == agency.counties else [AgencyCountiesNoted(agency=agency.agency, counties=served)]


def open_first_administrator(agency: Agency, account: UUID, *, administered: bool) -> list[Event]:
    """`administered` says whether the agency has an open administrator. Raises `Refused`."""
    if not agency.agency:
        raise Refused(AgencyRefusal.NOT_REGISTERED, "This agency does not take part yet. Register it first.")
    if administered:
        raise Refused(
            AgencyRefusal.HAS_ADMINISTRATOR,
            "This agency has an administrator, who opens every other account. Ask them.",
        )
    return [FirstAdministratorOpened(agency=agency.agency, account=account)]
