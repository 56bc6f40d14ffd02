"""Attestation over HTTP: an answer for one account (C84)."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller, Response, post

from services.identity.account import decisions
from services.identity.account.accounts import Accounts
from services.identity.attestation.attestations import Attestations
from services.identity.attestation.decisions import Answer
from services.identity.views.to_answer import answering
from services.kernel.http.commands import Commands, Decided, Done, Intent
from services.kernel.store import Change, Changes
from services.kernel.views import Views


class Confirm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The person still works there. `roles` are those they still need: what the account holds besides is removed."""

    roles: tuple[str, ...]


class AttestationController(Controller):
    """For administrators; and for operators, where an agency has one administrator alone."""

    tags = ["Attestation"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/accounts/{account:uuid}/confirm", opt={"action": "confirm_account"}, status_code=200)
    async def confirm(
        self,
        account: UUID,
        data: Confirm,
        intent: Intent,
        commands: Commands,
        views: Views,
        accounts: Accounts,
        attestations: Attestations,
    ) -> Response[Done]:
        """The person still works there. An account that was suspended lets them in again."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await accounts.visible(intent.caller, "confirm_account", account))
            by = await answering(views, intent.caller, loaded.state, now)
            events = decisions.confirm(loaded.state, data.roles, by, accounts.jurisdiction, now)
            following = await attestations.answered(loaded.state, Answer.CONFIRMED, now)
            changes = Changes([Change(account, loaded.version, events), *following])
            return Decided(changes, account, loaded.version + len(events), account, now)

        return await commands.run(intent, decide)
