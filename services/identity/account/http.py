"""Accounts over HTTP: open, invite, grant and remove roles, close; and whose account is whose."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event, InvalidValue
from services.identity.account import decisions
from services.identity.account.accounts import AccountPage, Accounts, file_of
from services.identity.account.closing import LEAVE, Closing
from services.identity.account.decisions import OpenAccount
from services.identity.account.invitation import Invitations
from services.identity.account.state import Account
from services.identity.agency.agencies import Agencies
from services.identity.reservations import SIGN_IN_NAME, reserve
from services.identity.sign_in.sign_ins import SignIns
from services.kernel.batch import Effect
from services.kernel.due_moments import at
from services.kernel.http.commands import POSITION_HEADER, Commands, Decided, Done, Intent, caller_of
from services.kernel.http.problems import NotFound
from services.kernel.store import Change, Changes, Loaded

NAMES_AT_ONCE = 50
PRIVATE = {"Cache-Control": "no-store"}


class RoleOfAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code of the jurisdiction's list of roles."""

    role: str


class CountiesOfAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names of counties, in place of those stated before. None: wherever the agency works."""

    counties: Annotated[tuple[str, ...], msgspec.Meta(max_length=82)]


class CloseAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the person left the agency, with its zone."""

    left_at: Annotated[datetime, msgspec.Meta(tz=True)]


class AnnounceLeaving(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the person leaves the agency, with its zone."""

    leaves_at: Annotated[datetime, msgspec.Meta(tz=True)]


class WithInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """Give the invitation to the person, and to nobody else: with it they set up signing in, once."""

    reference: UUID
    version: int
    position: int
    invitation: str


class NamedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A name to show beside a reference; null where a court had it destroyed."""

    account: UUID
    name: str | None
    agency: str


class AccountController(Controller):
    """For administrators, but for one's own account and the names beside references."""

    path = "/accounts"
    tags = ["Accounts"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "open_account"}, status_code=201)
    async def open(
        self,
        data: OpenAccount,
        intent: Intent,
        commands: Commands,
        accounts: Accounts,
        agencies: Agencies,
        sign_ins: SignIns,
        invitations: Invitations,
    ) -> Response[WithInvitation]:
        """Opens an account; the answer holds the invitation with which the person sets up signing in."""
        new = uuid4()

        async def decide(now: datetime) -> Decided:
            await accounts.require_standing(intent.caller)
            accounts.gate.require(intent.caller, "open_account", file_of(new, data.agency, data.roles))
            served = await agencies.served(data.agency)
            changes = await newly_opened(accounts, sign_ins, new, data, now, served)
            return Decided(changes, new, len(changes.streams[0].events), new, now, status=201)

        done, status = await commands.perform(intent, decide)
        return with_invitation(done, invitations.code(done.reference, 1), status)

    @post("/{account:uuid}/invite", opt={"action": "invite"}, status_code=200)
    async def invite(
        self, account: UUID, intent: Intent, commands: Commands, accounts: Accounts, invitations: Invitations
    ) -> Response[WithInvitation]:
        """For a lost passphrase or phone, or an invitation that ran out. Earlier invitations end."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await accounts.visible(intent.caller, "invite", account))
            return _on_account(loaded, decisions.invite(loaded.state, now), now)

        done, status = await commands.perform(intent, decide)
        then = await accounts.load(account, until=done.version)
        return with_invitation(done, invitations.code(account, then.state.invitations), status)

    @post("/{account:uuid}/grant-role", opt={"action": "grant_role"}, status_code=200)
    async def grant_role(
        self, account: UUID, data: RoleOfAccount, intent: Intent, commands: Commands, accounts: Accounts
    ) -> Response[Done]:
        """One role more, from the next token on."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await accounts.visible(intent.caller, "grant_role", account, granting=[data.role]))
            return _on_account(loaded, decisions.grant_role(loaded.state, data.role, accounts.jurisdiction), now)

        return await commands.run(intent, decide)

    @post("/{account:uuid}/remove-role", opt={"action": "remove_role"}, status_code=200)
    async def remove_role(
        self, account: UUID, data: RoleOfAccount, intent: Intent, commands: Commands, accounts: Accounts
    ) -> Response[Done]:
        """One role less: here at once, elsewhere when the present token ends."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await accounts.visible(intent.caller, "remove_role", account))
            return _on_account(loaded, decisions.remove_role(loaded.state, data.role, intent.caller.account), now)

        return await commands.run(intent, decide)

    @post("/{account:uuid}/counties", opt={"action": "state_counties"}, status_code=200)
    async def state_counties(
        self,
        account: UUID,
        data: CountiesOfAccount,
        intent: Intent,
        commands: Commands,
        accounts: Accounts,
        agencies: Agencies,
    ) -> Response[Done]:
        """Where the person works: here at once, elsewhere when the present token ends."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await accounts.visible(intent.caller, "state_counties", account))
            served = await agencies.served(loaded.state.agency)
            events = decisions.state_counties(loaded.state, data.counties, served, accounts.jurisdiction)
            return _on_account(loaded, events, now)

        return await commands.run(intent, decide)

    @post("/{account:uuid}/close", opt={"action": "close_account"}, status_code=200)
    async def close(
        self,
        account: UUID,
        data: CloseAccount,
        intent: Intent,
        commands: Commands,
        accounts: Accounts,
        closing: Closing,
    ) -> Response[Done]:
        """The person left. Do it within 24 hours of that (C81)."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await accounts.visible(intent.caller, "close_account", account))
            events = decisions.close(loaded.state, data.left_at, intent.caller.account, now)
            changes = await closing.changes(loaded, events, data.left_at, now, intent.command_id, now)
            return Decided(changes, account, loaded.version + len(events), account, data.left_at)

        return await commands.run(intent, decide)

    @post("/{account:uuid}/leaving", opt={"action": "announce_leaving"}, status_code=200)
    async def announce_leaving(
        self, account: UUID, data: AnnounceLeaving, intent: Intent, commands: Commands, accounts: Accounts
    ) -> Response[Done]:
        """The person leaves at a moment to come: the account closes then by itself. The last word said counts."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await accounts.visible(intent.caller, "announce_leaving", account))
            events = decisions.announce_leaving(loaded.state, data.leaves_at, intent.caller.account, now)
            return _on_account(loaded, events, now, [at(account, LEAVE, data.leaves_at)])

        return await commands.run(intent, decide)

    @post("/{account:uuid}/leaving/withdraw", opt={"action": "announce_leaving"}, status_code=200)
    async def withdraw_leaving(
        self, account: UUID, intent: Intent, commands: Commands, accounts: Accounts
    ) -> Response[Done]:
        """The person stays after all."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await accounts.visible(intent.caller, "announce_leaving", account))
            return _on_account(loaded, decisions.withdraw_leaving(loaded.state, intent.caller.account, now), now)

        return await commands.run(intent, decide)

    @get("/me", opt={"action": "read_own_account"})
    async def me(self, accounts: Accounts, request: Request[Any, Any, Any]) -> Response[AccountPage]:
        """The caller's own account."""
        caller = caller_of(request)
        return await _one(accounts, request, "own account", caller.account or UUID(int=0), "read_own_account")

    @get("/names", opt={"action": "read_names"})
    async def names(
        self, account: list[UUID], accounts: Accounts, request: Request[Any, Any, Any]
    ) -> Response[list[NamedAccount]]:
        """The names of up to 50 accounts, for a page that shows references. The read is on record."""
        if len(account) > NAMES_AT_ONCE:
            raise InvalidValue("account", "Ask for the names of at most 50 accounts at a time.")
        caller = caller_of(request)
        await accounts.require_standing(caller)
        pages = await accounts.pages(caller, "read_names", "names of accounts", list(dict.fromkeys(account)))
        named = [NamedAccount(account=page.reference, name=page.name, agency=page.agency) for page in pages]
        return Response(named, headers=PRIVATE)

    @get("/{account:uuid}", opt={"action": "read_account"})
    async def read(self, account: UUID, accounts: Accounts, request: Request[Any, Any, Any]) -> Response[AccountPage]:
        """One account with its names. The read is on record."""
        return await _one(accounts, request, "account", account, "read_account")


async def newly_opened(
    accounts: Accounts,
    sign_ins: SignIns,
    new: UUID,
    command: OpenAccount,
    now: datetime,
    served: Sequence[str] = (),
) -> Changes:
    """What opens an account, its own stream first. Raises `InvalidValue`, `Refused`."""
    digest = accounts.name_digest(command.sign_in_name)
    taken = await accounts.account_named(digest) is not None
    events = decisions.open_account(new, command, accounts.jurisdiction, now, taken=taken, served=served)
    # Someone may have tried the name, and locked it, before it was anyone's.
    unlocked = await sign_ins.unlocked(digest, new)
    return Changes([Change(new, 0, events), *unlocked], [reserve(SIGN_IN_NAME, digest, new)])


def with_invitation(done: Done, code: str, status: int) -> Response[WithInvitation]:
    """The answer to a command that invites."""
    body = WithInvitation(reference=done.reference, version=done.version, position=done.position, invitation=code)
    headers = {"ETag": f'"{done.version}"', POSITION_HEADER: str(done.position), **PRIVATE}
    return Response(body, status_code=status, headers=headers)


async def _one(
    accounts: Accounts, request: Request[Any, Any, Any], question: str, account: UUID, action: str
) -> Response[AccountPage]:
    caller = caller_of(request)
    await accounts.require_standing(caller)
    pages = await accounts.pages(caller, action, question, [account])
    if not pages:
        raise NotFound
    return Response(pages[0], headers={"ETag": f'"{pages[0].version}"', **PRIVATE})


def _on_account(
    loaded: Loaded[Account], events: list[Event], happened_at: datetime, effects: Sequence[Effect] = ()
) -> Decided:
    changes = Changes([Change(loaded.id, loaded.version, events)], effects)
    return Decided(changes, loaded.id, loaded.version + len(events), loaded.id, happened_at)
