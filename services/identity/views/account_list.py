"""Which accounts has an agency, in the order they were opened, and does anyone administer it?

The view holds references; names are opened for the page.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.response import Stream

from contracts.events.identity import AccountClosed, AccountOpened, RoleGranted, RoleRemoved
from services.identity.account.accounts import AccountPage, Accounts, file_of
from services.identity.account.events import InvitationUsed, Invited, PassphraseSet
from services.identity.account.http import PRIVATE
from services.identity.sign_in.events import SignInLocked, SignInUnlocked
from services.kernel.batch import Effect
from services.kernel.http.caller import Caller
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

PAGE = 50

COLUMNS = """
    account uuid PRIMARY KEY, agency text NOT NULL, roles text[] NOT NULL, status text NOT NULL DEFAULT 'invited',
    invited_until timestamptz, locked boolean NOT NULL DEFAULT false, position bigint NOT NULL
"""

# Somebody who never came in while the invitation held administers nothing: the agency would wait for them for ever.
_ADMINISTERED = """
    SELECT 1 FROM {table} WHERE agency = %(agency)s AND 'administrator' = ANY(roles)
        AND (status = 'active' OR (status = 'invited' AND invited_until > %(now)s)) LIMIT 1
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    match happening.event:
        case AccountOpened() as e:
            statement = "INSERT INTO {table} (account, agency, roles, position) VALUES (%s, %s, %s, %s)"
            return [Effect(statement, (e.account, e.agency, list(e.roles), happening.position))]
        case Invited() as e:
            return [Effect("UPDATE {table} SET invited_until = %s WHERE account = %s", (e.valid_until, e.account))]
        case InvitationUsed() | PassphraseSet() as e:
            return [_set_status(e.account, "active")]
        case AccountClosed() as e:
            return [_set_status(e.account, "closed")]
        case RoleGranted() as e:
            return [
                Effect("UPDATE {table} SET roles = array_append(roles, %s) WHERE account = %s", (e.role, e.account))
            ]
        case RoleRemoved() as e:
            return [
                Effect("UPDATE {table} SET roles = array_remove(roles, %s) WHERE account = %s", (e.role, e.account))
            ]
        case SignInLocked() as e:
            return [Effect("UPDATE {table} SET locked = true WHERE account = %s", (e.account,))]
        case SignInUnlocked() as e:
            return [Effect("UPDATE {table} SET locked = false WHERE account = %s", (e.account,))]
        case _:
            return ()


def _set_status(account: UUID, status: str) -> Effect:
    return Effect("UPDATE {table} SET status = %s WHERE account = %s", (status, account))


ACCOUNT_LIST = View("account_list", COLUMNS, project)


async def administered(views: Views, agency: str, now: datetime) -> bool:
    """Whether the agency has an open administrator, by the log as it stands."""
    rows = await views.query("account_list", _ADMINISTERED, {"agency": agency, "now": now}, current=True)
    return bool(rows)


class ListedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """`locked`: after failed sign-ins; an administrator unlocks it."""

    account: AccountPage
    locked: bool


class AccountListPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to send as `after` for the page that follows; null on the last."""

    accounts: list[ListedAccount]
    next: int | None


def agency_seen_to(gate: Gate, caller: Caller) -> str | None:
    """The caller's own agency, if the policies list its accounts for them."""
    nobodys = file_of(UUID(int=0), caller.agency, ())
    return caller.agency if gate.may_touch(caller, "list_accounts", nobodys) else None


ACCOUNTS = Listed("accounts", ListedAccount)


class AccountListController(Controller):
    """For administrators."""

    path = "/accounts"
    tags = ["Accounts"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_accounts"})
    async def accounts(
        self, views: Views, accounts: Accounts, request: Request[Any, Any, Any], after: int = 0
    ) -> Response[AccountListPage]:
        """Of the caller's agency, fifty at a time. `Muster-At-Least` makes it as fresh as a position."""
        return Response(await _page_of(views, accounts, request, after, PAGE), headers=PRIVATE)

    @post("/export", opt={"action": "list_accounts"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, accounts: Accounts, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of them as a file. That you read the names, and took it, is put on record before you have it."""

        async def read() -> list[ListedAccount]:
            return (await _page_of(views, accounts, request, 0, ASKED_FOR)).accounts

        return await exports.take(request, ACCOUNTS, read)


async def _page_of(
    views: Views, accounts: Accounts, request: Request[Any, Any, Any], after: int, limit: int
) -> AccountListPage:
    """Of the caller's agency, with names. That they were read is on record."""
    caller = caller_of(request)
    await accounts.require_standing(caller)
    rows = await views.query(
        "account_list",
        "SELECT * FROM {table} WHERE position > %(after)s AND agency = %(agency)s ORDER BY position LIMIT %(limit)s",
        {"after": after, "agency": agency_seen_to(accounts.gate, caller), "limit": limit + 1},
        at_least=at_least_in(request),
    )
    shown = rows[:limit]
    # The gate has the last word on each.
    references = [row["account"] for row in shown]
    pages = await accounts.pages(caller, "list_accounts", "list of accounts", references)
    locked = {row["account"] for row in shown if row["locked"]}
    return AccountListPage(
        accounts=[ListedAccount(account=page, locked=page.reference in locked) for page in pages],
        next=shown[-1]["position"] if len(rows) > limit else None,
    )
