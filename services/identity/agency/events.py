"""What happens to an agency and stays in this service."""

from contracts.events.identity import AgencyRegistered
from contracts.language import Code, Event, Reference


class FirstAdministratorOpened(Event, frozen=True, kw_only=True):
    """An operator opened this account to administer the agency, which had no administrator then."""

    NAME = "agency.first_administrator_opened"

    agency: Code
    account: Reference


AGENCY_EVENTS: tuple[type[Event], ...] = (AgencyRegistered, FirstAdministratorOpened)
