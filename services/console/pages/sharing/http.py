"""With whom a case is shared: the list, one more, and ending one."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Stored, Unreachable, at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other


class Share(msgspec.Struct, frozen=True):
    """One of them. `account` is None where it is shared with a role of an agency."""

    share: UUID
    agency: str
    role: str
    account: UUID | None
    purpose: str
    people: bool
    until: datetime
    holds: bool


class SharingController(Controller):
    """For whoever is responsible for the case."""

    path = "/cases/{tip:uuid}/sharing"

    @get("/", opt={"action": "see_sharing"})
    async def read(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Who reads it now, and who did."""
        return await _page(visit, tip, jurisdiction, Form())

    @post("/", opt={"action": "share_case"})
    async def share(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Shares it until the end of the time given."""
        form = Form.of(visit.request)
        until = form.moment("until", visit.words)
        body = {
            "purpose": form.require("purpose", "sharing.purpose", visit.words),
            "agency": form.require("agency", "sharing.agency", visit.words),
            "role": form.require("role", "sharing.role", visit.words),
            "reason": form.require("reason", "case.reason", visit.words),
            "until": until.isoformat() if until else None,
        }
        return await _done(visit, tip, jurisdiction, form, at("tips", tip, "shares"), body)

    @post("/{share:uuid}/end", opt={"action": "share_case"})
    async def end(self, tip: UUID, share: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Ends one at once."""
        form = Form.of(visit.request)
        return await _done(visit, tip, jurisdiction, form, at("tips", tip, "shares", share, "end"), None)


async def _done(
    visit: Visit, tip: UUID, jurisdiction: Jurisdiction, form: Form, path: str, body: object
) -> Response[Any]:
    status = 422
    if not form.problems:
        try:
            await visit.asking.post("tips", path, body, Stored, key=form.key)
        except (Refusal, Unreachable) as refused:
            if isinstance(refused, Refusal) and refused.hidden:
                raise
            status = form.refuse(refused, visit.words)
        else:
            return see_other(f"/cases/{tip}/sharing")
    return await _page(visit, tip, jurisdiction, form, status=status)


async def _page(visit: Visit, tip: UUID, jurisdiction: Jurisdiction, form: Form, *, status: int = 200) -> Response[Any]:
    shares = await visit.asking.get("tips", f"/tips/{tip}/shares", list[Share])
    names = await visit.house.names.of(visit.asking, visit.caller, {each.account for each in shares if each.account})
    agencies = {each.agency_id: each.name for each in jurisdiction.agencies.values()}
    purposes = jurisdiction.sharing.purposes
    roles = dict.fromkeys(role for purpose in purposes for role in purpose.roles)
    return await visit.page(
        "sharing/sharing.html",
        status=status,
        form=form,
        fresh=Form,
        tip=tip,
        shares=shares,
        names=names,
        agency_names=agencies,
        purposes=[(each.purpose, visit.words.word("share_purpose", each.purpose)) for each in purposes],
        roles=[(role, visit.words.word("role", role)) for role in roles],
        agencies=sorted(agencies.items(), key=lambda each: each[1]),
        longest=jurisdiction.sharing.longest_days,
    )
