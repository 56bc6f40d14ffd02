"""Which accounts has an agency, in the order they were opened, and does anyone administer it?

The view holds references; names are opened for the page.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import Parameter
from litestar.response import Stream
from psycopg.rows import DictRow

from contracts.events.identity import AccountClosed, AccountOpened, RoleGranted, RoleRemoved
from contracts.language import InvalidValue
from services.identity.account.accounts import AccountPage, Accounts, file_of
from services.identity.account.events import (
    AccountAsked,
    AccountConfirmed,
    InvitationUsed,
    Invited,
    LeavingAnnounced,
    LeavingWithdrawn,
    PassphraseSet,
)
from services.identity.account.http import PRIVATE
from services.identity.sign_in.events import SignedIn, SignInLocked, SignInUnlocked
from services.kernel.batch import Effect
from services.kernel.http.caller import Caller
from services.kernel.http.commands import at_least_in, caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.http.gate import Gate
from services.kernel.http.problems import NotFound
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views

PAGE = 50

COLUMNS = """
    account uuid PRIMARY KEY, agency text NOT NULL, roles text[] NOT NULL, status text NOT NULL DEFAULT 'invited',
    invited_until timestamptz, locked boolean NOT NULL DEFAULT false, opened_at timestamptz NOT NULL,
    signed_in_at timestamptz, leaves_at timestamptz, answer_by timestamptz, position bigint NOT NULL
"""

# Somebody who never came in while the invitation held administers nothing: the agency would wait for them for ever.
_ADMINISTERED = """
    SELECT 1 FROM {table} WHERE agency = %(agency)s AND 'administrator' = ANY(roles)
        AND (status = 'active' OR (status = 'invited' AND invited_until > %(now)s)) LIMIT 1
"""


# By the moment somebody asks: what was announced, and what was to be answered, counts by itself.
STANDING = """
    CASE WHEN status = 'closed' OR leaves_at <= %(now)s THEN 'closed' WHEN answer_by <= %(now)s THEN 'suspended'
        WHEN locked THEN 'locked' WHEN leaves_at IS NOT NULL THEN 'leaving' ELSE status END
"""
FOUND = f"""
    SELECT * FROM (
        SELECT *, {STANDING} AS standing,
            status <> 'closed' AND coalesce(leaves_at > %(now)s, true)
                AND coalesce(signed_in_at, opened_at) <= %(dormant)s AS dormant FROM {{table}}
    ) AS found
"""
_LIST = f"""
    {FOUND} WHERE position > %(after)s AND agency = %(agency)s
        AND (%(role)s::text IS NULL OR %(role)s = ANY(roles))
        AND (%(standing)s::text IS NULL OR standing = %(standing)s OR (%(standing)s = 'dormant' AND dormant))
    ORDER BY position LIMIT %(limit)s
"""
STANDINGS = ("invited", "active", "leaving", "locked", "suspended", "dormant", "closed")


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    match happening.event:
        case AccountOpened() as e:
            statement = "INSERT INTO {table} (account, agency, roles, opened_at, position) VALUES (%s, %s, %s, %s, %s)"
            row = (e.account, e.agency, list(e.roles), happening.happened_at, happening.position)
            return [Effect(statement, row)]
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
        case SignedIn() as e:
            return [_set(e.account, "signed_in_at", happening.happened_at)]
        case LeavingAnnounced() as e:
            return [_set(e.account, "leaves_at", e.leaves_at)]
        case LeavingWithdrawn() as e:
            return [_set(e.account, "leaves_at", None)]
        case AccountAsked() as e:
            return [_set(e.account, "answer_by", e.answer_by)]
        case AccountConfirmed() as e:
            return [_set(e.account, "answer_by", None)]
        case SignInLocked() as e:
            return [Effect("UPDATE {table} SET locked = true WHERE account = %s", (e.account,))]
        case SignInUnlocked() as e:
            return [Effect("UPDATE {table} SET locked = false WHERE account = %s", (e.account,))]
        case _:
            return ()


def _set_status(account: UUID, status: str) -> Effect:
    return Effect("UPDATE {table} SET status = %s WHERE account = %s", (status, account))


def _set(account: UUID, column: str, moment: datetime | None) -> Effect:
    return Effect(f"UPDATE {{table}} SET {column} = %s WHERE account = %s", (moment, account))  # noqa: S608, RUF100 - a column's name


ACCOUNT_LIST = View("account_list", COLUMNS, project)


async def administered(views: Views, agency: str, now: datetime) -> bool:
    """Whether the agency has an open administrator, by the log as it stands."""
    rows = await views.query("account_list", _ADMINISTERED, {"agency": agency, "now": now}, current=True)
    return bool(rows)


class ListedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """`locked`: after failed sign-ins; an administrator unlocks it. `standing` is one of those in STANDINGS.

    `dormant` where nobody signed in with it for longer than the rule on file allows.
    """

    account: AccountPage
    locked: bool
    standing: str
    dormant: bool
    invited_until: datetime | None
    signed_in_at: datetime | None


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
        self,
        views: Views,
        accounts: Accounts,
        request: Request[Any, Any, Any],
        after: Annotated[int, Parameter(ge=0, le=10**15)] = 0,
        role: Annotated[str | None, Parameter(max_length=60)] = None,
        standing: Annotated[str | None, Parameter(max_length=20)] = None,
    ) -> Response[AccountListPage]:
        """Of the caller's agency, fifty at a time, of one role or standing or of all.

        `Muster-At-Least` makes it as fresh as a position.
        """
        page = await _page_of(views, accounts, request, {"after": after, "role": role, "standing": standing}, PAGE)
        return Response(page, headers=PRIVATE)

    @post("/export", opt={"action": "list_accounts"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self,
        views: Views,
        accounts: Accounts,
        exports: Exports,
        request: Request[Any, Any, Any],
        role: Annotated[str | None, Parameter(max_length=60)] = None,
        standing: Annotated[str | None, Parameter(max_length=20)] = None,
    ) -> Stream:
        """All of them as a file. That you read the names, and took it, is put on record before you have it."""

        async def read() -> list[ListedAccount]:
            asked = {"after": 0, "role": role, "standing": standing}
            return (await _page_of(views, accounts, request, asked, ASKED_FOR)).accounts

        return await exports.take(request, ACCOUNTS, read, role=role, standing=standing)

    @get("/{account:uuid}/standing", opt={"action": "read_account"})
    async def standing(
        self, account: UUID, views: Views, accounts: Accounts, request: Request[Any, Any, Any]
    ) -> Response[ListedAccount]:
        """One account as the list has it, with its names. The read is on record."""
        caller = caller_of(request)
        await accounts.require_standing(caller)
        pages = await accounts.pages(caller, "read_account", "account", [account])
        if not pages:
            raise NotFound
        rows = await found(views, accounts, f"{FOUND} WHERE account = %(account)s", {"account": account})
        return Response(_listed(pages[0], rows[0]), headers={"ETag": f'"{pages[0].version}"', **PRIVATE})


async def _page_of(
    views: Views, accounts: Accounts, request: Request[Any, Any, Any], narrowed: Mapping[str, Any], limit: int
) -> AccountListPage:
    """Of the caller's agency, with names. That they were read is on record. Raises `InvalidValue`."""
    caller = caller_of(request)
    await accounts.require_standing(caller)
    if narrowed["standing"] not in {None, *STANDINGS}:
        raise InvalidValue("standing", f"There is no such standing. Choose one of: {', '.join(STANDINGS)}.")
    if narrowed["role"] not in {None, *accounts.jurisdiction.roles}:
        known = ", ".join(sorted(accounts.jurisdiction.roles))
        raise InvalidValue("role", f"There is no such role. Choose one of: {known}.")
    asked = {"agency": agency_seen_to(accounts.gate, caller), **narrowed}
    rows = await found(views, accounts, _LIST, asked, limit=limit, at_least=at_least_in(request))
    listed = await listed_accounts(accounts, caller, "list_accounts", "list of accounts", rows[:limit])
    return AccountListPage(accounts=listed, next=next_of(rows, limit))


def next_of(rows: Sequence[DictRow], limit: int) -> int | None:
    """What leads to the rows after these, of which one more was asked for than is shown."""
    return rows[limit - 1]["position"] if len(rows) > limit else None


async def found(
    views: Views,
    accounts: Accounts,
    statement: str,
    asked: Mapping[str, Any],
    *,
    limit: int = PAGE,
    at_least: int = 0,
) -> Sequence[DictRow]:
    """Rows with their standing at this moment, by the log as it stands; one more than `limit` where there are more."""
    now = accounts.time.now()
    values = {"now": now, "dormant": now - accounts.jurisdiction.accounts.dormant_after, "limit": limit + 1, **asked}
    return await views.query("account_list", statement, values, at_least=at_least, current=True)


async def listed_accounts(
    accounts: Accounts, caller: Caller, action: str, question: str, rows: Sequence[DictRow]
) -> list[ListedAccount]:
    """With their names; the gate has the last word on each."""
    pages = await accounts.pages(caller, action, question, [row["account"] for row in rows])
    by_account = {row["account"]: row for row in rows}
    return [_listed(page, by_account[page.reference]) for page in pages]


def _listed(page: AccountPage, row: DictRow) -> ListedAccount:
    columns = ("locked", "standing", "dormant", "invited_until", "signed_in_at")
    return ListedAccount(account=page, **{column: row[column] for column in columns})
