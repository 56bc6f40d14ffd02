"""Whom are an agency's administrators to answer for this quarter, and who else could (C84)?"""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.params import Parameter
from litestar.response import Stream

from services.identity.account.accounts import Accounts
from services.identity.account.decisions import ADMINISTRATOR, OPERATOR, Answering
from services.identity.account.http import PRIVATE
from services.identity.account.state import Account
from services.identity.attestation.attestations import Attestations
from services.identity.views.account_list import (
    FOUND,
    PAGE,
    STANDING,
    ListedAccount,
    found,
    listed_accounts,
    next_of,
)
from services.identity.views.attestation_list import present_quarter
from services.kernel.http.caller import Caller
from services.kernel.http.commands import caller_of
from services.kernel.http.exporting import ASKED_FOR, MEDIA_TYPE, Exports, Listed
from services.kernel.views import Views

_UNANSWERED = f"""
    {FOUND} WHERE position > %(after)s AND agency = %(agency)s AND answer_by IS NOT NULL AND standing <> 'closed'
    ORDER BY position LIMIT %(limit)s
"""
_LIVE_WITH_ROLE = f"""
    SELECT 1 FROM {{table}} WHERE %(role)s = ANY(roles) AND (%(agency)s::text IS NULL OR agency = %(agency)s)
        AND account <> %(besides)s AND {STANDING} IN ('active', 'leaving') LIMIT 1
"""
# Administrators for whom nobody of their agency can answer.
_ALONE = f"""
    {FOUND} WHERE 'administrator' = ANY(roles) AND answer_by IS NOT NULL
        AND standing <> 'closed' AND NOT EXISTS (
            SELECT 1 FROM {{table}} WHERE 'administrator' = ANY(roles) AND agency = found.agency
                AND account <> found.account AND {STANDING} IN ('active', 'leaving'))
    ORDER BY position LIMIT %(limit)s
"""


async def answering(views: Views, caller: Caller, account: Account, now: datetime) -> Answering:
    """Who answers for an account, and who else could, by the log as it stands."""

    async def anybody(role: str, agency: str | None) -> bool:
        values = {"role": role, "agency": agency, "besides": account.account, "now": now}
        return bool(await views.query("account_list", _LIVE_WITH_ROLE, values, current=True))

    return Answering(
        account=caller.account,
        administrator=ADMINISTRATOR in caller.roles and caller.agency == account.agency,
        others=await anybody(ADMINISTRATOR, account.agency),
        operators=await anybody(OPERATOR, None),
    )


class Quarter(msgspec.Struct, frozen=True, kw_only=True):
    """One quarter of the caller's agency. Its administrators are asked at `asked_from`, and answer before `due_at`."""

    quarter: int
    since: datetime
    asked_from: datetime
    due_at: datetime
    asked: bool
    total: int
    answered: int
    rule: str
    citation: str


class AttestationPage(msgspec.Struct, frozen=True, kw_only=True):
    """`accounts` are those nobody has answered for, `next` what to send as `after` for more of them.

    `quarter` is null for the moment in which one ends and the next begins.
    """

    quarter: Quarter | None
    accounts: list[ListedAccount]
    next: int | None


UNANSWERED = Listed("accounts to answer for", ListedAccount)
ALONE = Listed("administrators to answer for", ListedAccount)


class ToAnswerController(Controller):
    """For administrators; and for operators, where an agency has one administrator alone."""

    path = "/attestation"
    tags = ["Attestation"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_attestation"})
    async def attestation(
        self,
        views: Views,
        accounts: Accounts,
        attestations: Attestations,
        request: Request[Any, Any, Any],
        after: Annotated[int, Parameter(ge=0, le=10**15)] = 0,
    ) -> Response[AttestationPage]:
        """Of the caller's own agency, by the log as it stands; fifty accounts at a time."""
        caller = caller_of(request)
        await accounts.require_standing(caller)
        rows = await found(views, accounts, _UNANSWERED, {"agency": caller.agency, "after": after})
        page = AttestationPage(
            quarter=await _quarter(views, attestations, caller.agency, accounts.time.now()),
            accounts=await listed_accounts(accounts, caller, "read_attestation", UNANSWERED.name, rows[:PAGE]),
            next=next_of(rows, PAGE),
        )
        return Response(page, headers=PRIVATE)

    @post("/export", opt={"action": "read_attestation"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, accounts: Accounts, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of them as a file. That you read the names, and took it, is put on record before you have it."""
        caller = caller_of(request)
        await accounts.require_standing(caller)

        async def read() -> list[ListedAccount]:
            asked = {"agency": caller.agency, "after": 0}
            rows = await found(views, accounts, _UNANSWERED, asked, limit=ASKED_FOR)
            return await listed_accounts(accounts, caller, "read_attestation", UNANSWERED.name, rows[:ASKED_FOR])

        return await exports.take(request, UNANSWERED, read)

    @get("/administrators", opt={"action": "answer_for_administrators"})
    async def administrators(
        self, views: Views, accounts: Accounts, request: Request[Any, Any, Any]
    ) -> Response[list[ListedAccount]]:
        """The first fifty administrators nobody has answered for, and nobody of their agency can. For operators."""
        return Response(await _alone(views, accounts, caller_of(request), PAGE), headers=PRIVATE)

    @post("/administrators/export", opt={"action": "answer_for_administrators"}, status_code=200, media_type=MEDIA_TYPE)
    async def export_administrators(
        self, views: Views, accounts: Accounts, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of them as a file. That you read the names, and took it, is put on record before you have it."""
        caller = caller_of(request)
        return await exports.take(request, ALONE, lambda: _alone(views, accounts, caller, ASKED_FOR))


async def _alone(views: Views, accounts: Accounts, caller: Caller, limit: int) -> list[ListedAccount]:
    await accounts.require_standing(caller)
    rows = await found(views, accounts, _ALONE, {}, limit=limit)
    return await listed_accounts(accounts, caller, "answer_for_administrators", ALONE.name, rows[:limit])


async def _quarter(views: Views, attestations: Attestations, agency: str, now: datetime) -> Quarter | None:
    row = await present_quarter(views, agency, now)
    if row is None:
        return None
    clock = (await attestations.clock(row["attestation"])).state
    rule = attestations.jurisdiction.clock_rule(clock.rule, version=clock.rule_version)
    terms = attestations.jurisdiction.terms_by(rule, clock.started_at)
    return Quarter(
        quarter=row["quarter"],
        since=clock.started_at,
        asked_from=terms.warn_at[0],
        due_at=row["due_at"],
        asked=row["asked"],
        total=row["total"],
        answered=row["answered"],
        rule=rule.rule,
        citation=rule.citation,
    )
