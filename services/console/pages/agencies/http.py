"""For whoever runs Muster: which agencies take part, their first administrators, whom nobody else can answer for."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Stored, Unreachable, at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.incidents.waiting import open_incidents
from services.console.pages.people.answers import Invited, Person
from services.console.pages.people.attestation import confirmed
from services.console.pages.people.http import invited_page

IDENTITY = "identity"


class Agency(msgspec.Struct, frozen=True):
    """One that takes part."""

    agency: str
    name: str


class AgenciesController(Controller):
    """For operators."""

    path = "/agencies"

    @get("/", opt={"action": "keep_agencies"})
    async def read(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Those that take part, and the forms."""
        return await _page(visit, jurisdiction)

    @post("/", opt={"action": "keep_agencies"})
    async def register(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Lets an agency take part."""
        form = Form.of(visit.request)
        body = {"agency": form.require("agency", "agencies.agency", visit.words)}
        status = 422
        if not form.problems:
            try:
                await visit.asking.post(IDENTITY, "/agencies", body, Stored, key=form.key)
            except (Refusal, Unreachable) as refused:
                status = form.refuse(refused, visit.words)
            else:
                return see_other("/agencies")
        return await _page(visit, jurisdiction, form, "register", status)

    @post("/administrators", opt={"action": "keep_agencies"}, status_code=200)
    async def open(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Opens the first administrator of an agency, and shows the invitation once."""
        form = Form.of(visit.request)
        if visit.switched:
            return await _page(visit, jurisdiction, form, "first")
        agency = form.require("of", "agencies.agency", visit.words)
        body = {
            "name": form.require("name", "accounts.name", visit.words),
            "sign_in_name": form.require("sign_in_name", "sign_in.name", visit.words),
        }
        status = 422
        if not form.problems:
            path = at("agencies", agency, "first-administrator")
            try:
                opened = await visit.asking.post(IDENTITY, path, body, Invited, key=form.key)
            except (Refusal, Unreachable) as refused:
                status = form.refuse(refused, visit.words)
            else:
                return await invited_page(visit, opened, back="/agencies")
        return await _page(visit, jurisdiction, form, "first", status)

    @post("/administrators/{account:uuid}", opt={"action": "keep_agencies"})
    async def answer(self, account: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """An administrator nobody of the agency can answer for still works there."""
        form = Form.of(visit.request)
        status = await confirmed(visit, jurisdiction, account, form)
        if status is None:
            return see_other("/agencies")
        return await _page(visit, jurisdiction, form, str(account), status)


async def _page(
    visit: Visit, jurisdiction: Jurisdiction, form: Form | None = None, place: str = "", status: int = 200
) -> Response[Any]:
    taking_part = await visit.asking.get(IDENTITY, "/agencies", list[Agency])
    known = {each.agency for each in taking_part}
    others = [(each.agency_id, each.name) for each in jurisdiction.agencies.values() if each.agency_id not in known]
    return await visit.page(
        "agencies/agencies.html",
        status=status,
        taking_part=taking_part,
        options=[(each.agency, each.name) for each in taking_part],
        others=sorted(others, key=lambda each: each[1]),
        alone=await visit.asking.get(IDENTITY, "/attestation/administrators", list[Person]),
        incidents=await open_incidents(visit),
        refused=form,
        refused_at=place,
        fresh=Form,
        answering="/agencies/administrators",
    )
