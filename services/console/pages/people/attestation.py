"""Once a quarter: who still works here, and needs which roles? Account by account, by a time (C84)."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Stored, Unreachable, at
from services.console.frame.forms import VERSION, Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.people.answers import Attestation
from services.console.pages.people.http import roles_in

IDENTITY = "identity"


class AttestationController(Controller):
    """For administrators."""

    path = "/attestation"

    @get("/", opt={"action": "see_accounts"})
    async def read(self, visit: Visit, after: Annotated[int, Parameter(ge=0, le=10**15)] = 0) -> Response[Any]:
        """What is due when, and whom nobody has answered for."""
        return await _page(visit, after)

    @post("/{account:uuid}", opt={"action": "keep_accounts"})
    async def confirm(self, account: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The person still works here, and needs the roles ticked."""
        form = Form.of(visit.request)
        status = await confirmed(visit, jurisdiction, account, form)
        return see_other("/attestation") if status is None else await _page(visit, 0, form, account, status)


async def confirmed(visit: Visit, jurisdiction: Jurisdiction, account: UUID, form: Form) -> int | None:
    """None when it is on record; else the status of the page that says why not. Raises `Refusal` for what is hidden."""
    roles = roles_in(form, jurisdiction)
    if not roles:
        form.problems[""] = visit.words.say("attestation.no_role")
        return 422
    path = at("accounts", account, "confirm")
    try:
        await visit.asking.post(IDENTITY, path, {"roles": roles}, Stored, key=form.key, version=form.number(VERSION))
    except (Refusal, Unreachable) as refused:
        if isinstance(refused, Refusal) and refused.hidden:
            raise
        return form.refuse(refused, visit.words)
    return None


async def _page(
    visit: Visit, after: int, form: Form | None = None, refused_at: UUID | None = None, status: int = 200
) -> Response[Any]:
    found = await visit.asking.get(IDENTITY, "/attestation", Attestation, {"after": after})
    return await visit.page(
        "people/attestation.html",
        status=status,
        found=found,
        refused=form,
        refused_at=refused_at,
        fresh=Form,
        answering="/attestation",
    )
