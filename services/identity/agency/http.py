"""Agencies over HTTP."""

from datetime import datetime

import msgspec
from litestar import Controller, Response, post

from services.identity.account.accounts import Accounts
from services.identity.agency.agencies import Agencies
from services.kernel.http.commands import Commands, Decided, Done, Intent


class RegisterAgency(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An id of the jurisdiction's table of agencies, for example MDCPS."""

    agency: str


class AgencyController(Controller):
    """For administrators."""

    path = "/agencies"
    tags = ["Agencies"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "register_agency"}, status_code=201)
    async def register(
        self, data: RegisterAgency, intent: Intent, commands: Commands, agencies: Agencies, accounts: Accounts
    ) -> Response[Done]:
        """Lets an agency take part: accounts can be opened in it."""

        async def decide(now: datetime) -> Decided:
            await accounts.require_standing(intent.caller)
            changes = await agencies.register(data.agency)
            (stream,) = changes.streams
            return Decided(changes, stream.stream, len(stream.events), stream.stream, now, status=201)

        return await commands.run(intent, decide)
