"""The clocks of this service explained: of an account, of an incident, of an agency's attestations."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get

from contracts.events.identity import AccountClosed, AgencyRegistered
from contracts.jurisdictions.explaining import Explained, explained
from contracts.language import Event
from services.identity.account import closing
from services.identity.account.accounts import Accounts
from services.identity.agency.agencies import Agencies
from services.identity.attestation import attestations as quarters
from services.identity.attestation.attestations import Attestations
from services.identity.attestation.events import AttestationEnded
from services.identity.incident import incidents as reports
from services.identity.incident.events import IncidentReported
from services.identity.incident.incidents import Incidents
from services.kernel.http.caller import Caller
from services.kernel.http.clocks import ClockName, ClocksOf, Numbered, courses_shown
from services.kernel.http.commands import caller_of
from services.kernel.stored_form import Happening

BEGIN: tuple[type[Event], ...] = (AccountClosed, AgencyRegistered, AttestationEnded, IncidentReported)
"""What a clock begins with."""


class ClockController(Controller):
    """For whoever reads what the clock is of. That they were shown it is put on record first."""

    path = "/"
    tags = ["Clocks"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/accounts/{account:uuid}/clocks", opt={"action": "list_departures"})
    async def of_account(self, account: UUID, accounts: Accounts, request: Request[Any, Any, Any]) -> list[Explained]:
        """That it closed in time: rule and law, what it began with, the arithmetic in steps, and what became of it."""
        caller = caller_of(request)
        return await _shown(accounts, caller, await _of_account(accounts, caller, account))

    @get("/accounts/{account:uuid}/clocks/{clock:str}", opt={"action": "list_departures"})
    async def one_of_account(
        self, account: UUID, clock: ClockName, accounts: Accounts, request: Request[Any, Any, Any]
    ) -> Explained:
        """One of them."""
        caller = caller_of(request)
        return (await _shown(accounts, caller, await _of_account(accounts, caller, account), clock))[0]

    @get("/incidents/{incident:uuid}/clocks", opt={"action": "read_incident"})
    async def of_incident(
        self, incident: UUID, accounts: Accounts, incidents: Incidents, request: Request[Any, Any, Any]
    ) -> list[Explained]:
        """That it was reported in time."""
        caller = caller_of(request)
        return await _shown(accounts, caller, await _of_incident(accounts, incidents, caller, incident))

    @get("/incidents/{incident:uuid}/clocks/{clock:str}", opt={"action": "read_incident"})
    async def one_of_incident(
        self,
        incident: UUID,
        clock: ClockName,
        accounts: Accounts,
        incidents: Incidents,
        request: Request[Any, Any, Any],
    ) -> Explained:
        """One of them."""
        caller = caller_of(request)
        return (await _shown(accounts, caller, await _of_incident(accounts, incidents, caller, incident), clock))[0]

    @get("/attestation/clocks", opt={"action": "read_attestation"})
    async def of_agency(
        self, accounts: Accounts, agencies: Agencies, attestations: Attestations, request: Request[Any, Any, Any]
    ) -> list[Explained]:
        """Of the caller's own agency: of every quarter there was."""
        caller = caller_of(request)
        return await _shown(accounts, caller, await _of_agency(accounts, agencies, attestations, caller))

    @get("/attestation/clocks/{clock:str}", opt={"action": "read_attestation"})
    async def one_of_agency(
        self,
        clock: ClockName,
        accounts: Accounts,
        agencies: Agencies,
        attestations: Attestations,
        request: Request[Any, Any, Any],
    ) -> Explained:
        """One of them: `C84-2` is of the second quarter, `C84` of the last."""
        caller = caller_of(request)
        return (await _shown(accounts, caller, await _of_agency(accounts, agencies, attestations, caller), clock))[0]


async def _of_account(accounts: Accounts, caller: Caller, account: UUID) -> ClocksOf:
    """Raises `NotFound` for an account that is absent or not the caller's to touch, `NotSignedIn`."""
    loaded = await accounts.visible(caller, "list_departures", account)
    among = [Numbered(closing.RULE, 1, closing.clock_of(account))]
    return ClocksOf("clocks of an account", loaded, among, await _begun(accounts, account))


async def _of_incident(accounts: Accounts, incidents: Incidents, caller: Caller, incident: UUID) -> ClocksOf:
    """Raises `NotFound` for an incident that is absent or not the caller's to touch, `NotSignedIn`."""
    await accounts.require_standing(caller)
    loaded = await incidents.visible(caller, "read_incident", incident)
    among = [Numbered(reports.RULE, 1, reports.clock_of(incident))]
    return ClocksOf("clocks of an incident", loaded, among, await _begun(accounts, incident))


async def _of_agency(accounts: Accounts, agencies: Agencies, attestations: Attestations, caller: Caller) -> ClocksOf:
    """Raises `NotSignedIn`."""
    await accounts.require_standing(caller)
    agency = await agencies.load(caller.agency)
    found = await attestations.of_agency(agency.id)
    among = [Numbered(quarters.RULE, each.state.quarter, quarters.clock_of(each.id)) for each in found]
    begun = await _begun(accounts, agency.id, *(each.id for each in found))
    return ClocksOf("clocks of an agency", agency, among, begun)


async def _begun(accounts: Accounts, *streams: UUID) -> list[Happening]:
    told = [each for stream in streams for each in await accounts.store.happenings(stream)]
    return [each for each in told if isinstance(each.event, BEGIN)]


async def _shown(accounts: Accounts, caller: Caller, of: ClocksOf, name: str | None = None) -> list[Explained]:
    """Raises `NotFound` for a name that is none of its clocks."""
    shown = await courses_shown(accounts.store, accounts.reader, caller, of, name)
    return [explained(accounts.jurisdiction, *each) for each in shown]
