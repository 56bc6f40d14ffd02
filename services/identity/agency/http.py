"""Agencies over HTTP."""

from datetime import datetime
from uuid import uuid4

import msgspec
from litestar import Controller, Response, post

from services.identity.account.accounts import Accounts
from services.identity.account.decisions import ADMINISTRATOR, OpenAccount
from services.identity.account.http import WithInvitation, newly_opened, with_invitation
from services.identity.account.invitation import Invitations
from services.identity.agency import decisions
from services.identity.agency.agencies import Agencies
from services.identity.sign_in.sign_ins import SignIns
from services.identity.views.account_list import administered
from services.kernel.http.commands import Commands, Decided, Done, Intent
from services.kernel.store import Change, Changes
from services.kernel.views import Views


class RegisterAgency(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An id of the jurisdiction's table of agencies, for example MDCPS."""

    agency: str


class OpenFirstAdministrator(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is to open the agency's other accounts. `sign_in_name` looks like an e-mail address."""

    name: str
    sign_in_name: str


class AgencyController(Controller):
    """For operators."""

    path = "/agencies"
    tags = ["Agencies"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "register_agency"}, status_code=201)
    async def register(
        self, data: RegisterAgency, intent: Intent, commands: Commands, agencies: Agencies, accounts: Accounts
    ) -> Response[Done]:
        """Lets an agency take part: its first administrator can be opened."""

        async def decide(now: datetime) -> Decided:
            await accounts.require_standing(intent.caller)
            changes = await agencies.register(data.agency, now)
            (stream,) = changes.streams
            return Decided(changes, stream.stream, len(stream.events), stream.stream, now, status=201)

        return await commands.run(intent, decide)

    @post("/{agency:str}/first-administrator", opt={"action": "open_first_administrator"}, status_code=201)
    async def open_first_administrator(
        self,
        agency: str,
        data: OpenFirstAdministrator,
        intent: Intent,
        commands: Commands,
        agencies: Agencies,
        accounts: Accounts,
        sign_ins: SignIns,
        invitations: Invitations,
        views: Views,
    ) -> Response[WithInvitation]:
        """While the agency has no open administrator. The answer holds the invitation."""
        new = uuid4()
        command = OpenAccount(name=data.name, sign_in_name=data.sign_in_name, agency=agency, roles=(ADMINISTRATOR,))

        async def decide(now: datetime) -> Decided:
            await accounts.require_standing(intent.caller)
            # Loaded before the list is asked: of two operators at once the later one decides again.
            loaded = await agencies.load(agency)
            events = decisions.open_first_administrator(
                loaded.state, new, administered=await administered(views, agency, now)
            )
            opened = await newly_opened(accounts, sign_ins, new, command, now)
            letting_in = Change(loaded.id, loaded.version, events, loaded.case)
            changes = Changes([*opened.streams, letting_in], opened.effects)
            return Decided(changes, new, len(opened.streams[0].events), new, now, status=201)

        done, status = await commands.perform(intent, decide)
        return with_invitation(done, invitations.code(done.reference, 1), status)
