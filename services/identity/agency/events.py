"""What happens to an agency and stays in this service."""

from typing import Annotated

from contracts.events.identity import AgencyRegistered
from contracts.language import Code, Event, Reference, classified

Counties = Annotated[tuple[str, ...], classified("code")]


class FirstAdministratorOpened(Event, frozen=True, kw_only=True):
    """An operator opened this account to administer the agency, which had no administrator then."""

    NAME = "agency.first_administrator_opened"

    agency: Code
    account: Reference


class AgencyCountiesNoted(Event, frozen=True, kw_only=True):
    """The counties the agency serves, as the tables had it then. None: the whole state, or not on file."""

    NAME = "agency.counties_noted"

    agency: Code
    counties: Counties


AGENCY_EVENTS: tuple[type[Event], ...] = (AgencyRegistered, FirstAdministratorOpened, AgencyCountiesNoted)
