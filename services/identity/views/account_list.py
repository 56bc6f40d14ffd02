"""Which accounts are there, in the order they were opened? The view holds references; names are opened for the page."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get

from contracts.events.identity import AccountClosed, AccountOpened, RoleGranted, RoleRemoved
from services.identity.account.accounts import AccountPage, Accounts
from services.identity.account.events import PassphraseSet
from services.identity.account.http import PRIVATE
from services.identity.sign_in.events import SignInLocked, SignInUnlocked
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

PAGE = 50

COLUMNS = """
    account uuid PRIMARY KEY, agency text NOT NULL, roles text[] NOT NULL, status text NOT NULL DEFAULT 'invited',
    locked boolean NOT NULL DEFAULT false, position bigint NOT NULL
"""


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    match happening.event:
        case AccountOpened() as e:
            statement = "INSERT INTO {table} (account, agency, roles, position) VALUES (%s, %s, %s, %s)"
            return [Effect(statement, (e.account, e.agency, list(e.roles), happening.position))]
        case PassphraseSet() as e:
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


class ListedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """`locked`: after failed sign-ins; an administrator unlocks it."""

    account: AccountPage
    locked: bool


class AccountListPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to send as `after` for the page that follows; null on the last."""

    accounts: list[ListedAccount]
    next: int | None


class AccountListController(Controller):
    """For administrators."""

    path = "/accounts"
    tags = ["Accounts"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_accounts"})
    async def accounts(
        self, views: Views, accounts: Accounts, request: Request[Any, Any, Any], agency: str = "", after: int = 0
    ) -> Response[AccountListPage]:
        """Fifty at a time, of one agency or all. `Muster-At-Least` makes it as fresh as a position."""
        caller = caller_of(request)
        await accounts.require_standing(caller)
        rows = await views.query(
            "account_list",
            "SELECT * FROM {table} WHERE position > %(after)s AND %(agency)s IN ('', agency)"
            " ORDER BY position LIMIT %(limit)s",
            {"after": after, "agency": agency, "limit": PAGE + 1},
            at_least=at_least_in(request),
        )
        shown = rows[:PAGE]
        pages = await accounts.pages(caller, "list of accounts", [row["account"] for row in shown])
        locked = {row["account"] for row in shown if row["locked"]}
        page = AccountListPage(
            accounts=[ListedAccount(account=page, locked=page.reference in locked) for page in pages],
            next=shown[-1]["position"] if len(rows) > PAGE else None,
        )
        return Response(page, headers=PRIVATE)
