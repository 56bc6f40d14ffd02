"""The way in when nobody can let you in: a one-time code that lies in a file on the machine itself.

Each code opens one account, once, for ever: that of an operator who is the administrator of their own agency as well.
Should the only operator be locked out or lost, whoever keeps the machine writes a new code into the file: that, too, is
on record.
"""

import hmac
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import msgspec
from litestar import Controller, Request, Response, post

from services.identity.account import decisions
from services.identity.account.accounts import Accounts
from services.identity.account.decisions import ADMINISTRATOR, OPERATOR, OpenAccount
from services.identity.account.http import WithInvitation, with_invitation
from services.identity.account.invitation import Invitations
from services.identity.agency.agencies import Agencies
from services.identity.reservations import ADMINISTRATOR_CODE, SIGN_IN_NAME, Reservations, reserve
from services.identity.sign_in.door import SignInDoor
from services.identity.sign_in.sign_ins import SignIns
from services.kernel.http.commands import Commands, Decided, Intent
from services.kernel.keys import Digester
from services.kernel.store import Change, Changes


class OpenWithCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who becomes operator and administrator, and the code from the machine."""

    code: Annotated[str, msgspec.Meta(max_length=200)]
    name: str
    sign_in_name: str
    agency: str


class AdministratorCode:
    """The code in the file, read at each use, so that a new one counts at once."""

    def __init__(self, file: Path, digester: Digester, reservations: Reservations) -> None:
        self._file = file
        self._digester = digester
        self._reservations = reservations

    def digest(self, code: str) -> bytes:
        """What is kept of a code that was used."""
        return self._digester.digest("administrator code", code.strip().encode())

    async def valid(self, code: str) -> bool:
        """Whether it is the code in the file, never used before. Without a file none is."""
        try:
            kept = self._file.read_text().strip()
        except FileNotFoundError:
            return False
        fits = bool(kept) and hmac.compare_digest(self.digest(kept), self.digest(code))
        return fits and await self._reservations.holder(ADMINISTRATOR_CODE, self.digest(code)) is None


class FirstAdministratorController(Controller):
    """Open to whoever has the code."""

    path = "/first-administrator"
    tags = ["Accounts"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "open_with_code"}, status_code=201)
    async def open(
        self,
        data: OpenWithCode,
        intent: Intent,
        commands: Commands,
        code: AdministratorCode,
        accounts: Accounts,
        agencies: Agencies,
        sign_ins: SignIns,
        invitations: Invitations,
        door: SignInDoor,
        request: Request[Any, Any, Any],
    ) -> Response[WithInvitation]:
        """Opens an account that is operator and administrator; registers its agency where that is still to do."""
        door.count(request, data.code)
        new = uuid4()
        roles = (OPERATOR, ADMINISTRATOR)
        wanted = OpenAccount(name=data.name, sign_in_name=data.sign_in_name, agency=data.agency, roles=roles)

        async def decide(now: datetime) -> Decided:
            valid = await code.valid(data.code)
            digest = accounts.name_digest(data.sign_in_name) if valid else b""
            taken = valid and await accounts.account_named(digest) is not None
            events = decisions.open_with_code(new, wanted, accounts.jurisdiction, now, valid=valid, taken=taken)
            agency = await agencies.registration(data.agency, now)
            changes = Changes(
                [Change(new, 0, events), *await sign_ins.unlocked(digest, new), *agency.streams],
                [
                    reserve(ADMINISTRATOR_CODE, code.digest(data.code), new),
                    reserve(SIGN_IN_NAME, digest, new),
                    *agency.effects,
                ],
            )
            return Decided(changes, new, len(events), new, now, status=201)

        done, status = await commands.perform(intent, decide)
        return with_invitation(done, invitations.code(done.reference, 1), status)
