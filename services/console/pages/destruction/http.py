"""Orders of courts to destroy: entered, confirmed by a second person, certified; and legal holds."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Refusal, Stored, Unreachable, at
from services.console.frame.forms import DAY, Form
from services.console.frame.visit import Visit, see_other

NEW, HOLD = "order", "hold"


class Person(msgspec.Struct, frozen=True):
    """Whom the case speaks of; the name is for whoever chooses, and no part of the order."""

    person: UUID
    part: str
    name: str | None


class CarriedOut(msgspec.Struct, frozen=True):
    """What one service destroyed, and where in its log it says so."""

    service: str
    said_at: datetime
    keys: int
    fields: int
    positions: list[int]
    event: UUID
    at: int


class Order(msgspec.Struct, frozen=True):
    """An order and what was done by it. Court, number and reason are None where they were never said."""

    order: UUID
    persons: list[UUID]
    phase: str
    court: str | None
    number: str | None
    ordered_at: datetime
    due_at: datetime | None
    requested_by: UUID
    requested_at: datetime
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    reason: str | None
    held: bool
    carried_out: list[CarriedOut]
    outstanding: list[str]


class Hold(msgspec.Struct, frozen=True):
    """A hold of an agency, which alone lifts it."""

    hold: UUID
    agency: str
    lifted: bool
    authority: str | None


class Row(msgspec.Struct, frozen=True):
    """One order of the list."""

    order_id: UUID
    tip: UUID
    account: UUID
    agency: str
    phase: str
    ordered_at: datetime
    entered_at: datetime
    due_at: datetime | None


class OrdersController(Controller):
    """For the two who answer for orders: what waits for the second of them."""

    path = "/orders"

    @get("/", opt={"action": "read_orders"})
    async def orders(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What is due first comes first."""
        found = await visit.asking.get("tips", "/destructions", list[Row])
        return await visit.page(
            "destruction/orders.html",
            orders=found,
            names=await visit.house.names.of(visit.asking, visit.caller, {each.account for each in found}),
            agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
        )


class DestructionController(Controller):
    """For the two who answer for an order, and for who may forbid it."""

    path = "/cases/{tip:uuid}/destruction"

    @get("/", opt={"action": "see_destruction"})
    async def read(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The orders and holds there are."""
        return await _page(visit, tip, jurisdiction, Form(), "")

    @post("/", opt={"action": "request_destruction"})
    async def request(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Enters an order; nothing is destroyed by it yet."""
        form = Form.of(visit.request)
        ordered_at = form.moment("ordered_at", visit.words)
        by = form.moment("by", visit.words) if form.text("by" + DAY) or form.text("by") else None
        body = {
            "person": form.require("person", "destruction.person", visit.words),
            "court": form.require("court", "destruction.court", visit.words),
            "number": form.require("number", "destruction.number", visit.words),
            "ordered_at": ordered_at.isoformat() if ordered_at else None,
            "by": by.isoformat() if by else None,
        }
        return await _done(visit, tip, jurisdiction, form, NEW, at("tips", tip, "destructions"), body)

    @post("/{order:uuid}/confirmation", opt={"action": "confirm_destruction"})
    async def confirm(self, tip: UUID, order: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """From here on it cannot be stopped."""
        form = Form.of(visit.request)
        path = at("tips", tip, "destructions", order, "confirmation")
        return await _done(visit, tip, jurisdiction, form, str(order), path, None)

    @post("/{order:uuid}/dropping", opt={"action": "drop_destruction"})
    async def drop(self, tip: UUID, order: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Nothing is destroyed by it."""
        form = Form.of(visit.request)
        body = {"reason": form.require("reason", "case.reason", visit.words)}
        path = at("tips", tip, "destructions", order, "dropping")
        return await _done(visit, tip, jurisdiction, form, str(order), path, body)

    @post("/holds", opt={"action": "place_hold"})
    async def hold(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Nothing of the case is destroyed while it stands."""
        form = Form.of(visit.request)
        body = {"authority": form.require("authority", "destruction.authority", visit.words)}
        return await _done(visit, tip, jurisdiction, form, HOLD, at("tips", tip, "holds"), body)

    @post("/holds/{hold:uuid}/lifting", opt={"action": "place_hold"})
    async def lift(self, tip: UUID, hold: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Lifts one of the own agency."""
        form = Form.of(visit.request)
        body = {"authority": form.require("authority", "destruction.authority", visit.words)}
        return await _done(visit, tip, jurisdiction, form, str(hold), at("tips", tip, "holds", hold, "lifting"), body)


async def _done(
    visit: Visit, tip: UUID, jurisdiction: Jurisdiction, form: Form, place: str, path: str, body: object
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
            return see_other(f"/cases/{tip}/destruction")
    return await _page(visit, tip, jurisdiction, form, place, status=status)


async def _page(
    visit: Visit, tip: UUID, jurisdiction: Jurisdiction, form: Form, place: str, *, status: int = 200
) -> Response[Any]:
    asking = visit.asking
    orders = await asking.get("tips", at("tips", tip, "destructions"), list[Order]) if visit.may("read_orders") else []
    holds = await asking.get("tips", at("tips", tip, "holds"), list[Hold]) if visit.may("place_hold") else []
    persons = (
        await asking.get("tips", at("tips", tip, "persons"), list[Person]) if visit.may("request_destruction") else []
    )
    accounts = {each.requested_by for each in orders} | {each.confirmed_by for each in orders if each.confirmed_by}
    parts = {each.person: each for each in reversed(persons)}
    return await visit.page(
        "destruction/destruction.html",
        status=status,
        tip=tip,
        orders=orders,
        holds=holds,
        names=await visit.house.names.of(asking, visit.caller, accounts),
        agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
        own_agency=visit.caller.agency,
        persons=[(str(each.person), _called(each, visit)) for each in parts.values()],
        form_at=lambda where: form if where == place else Form(),
    )


def _called(person: Person, visit: Visit) -> str:
    part = visit.words.word("part", person.part)
    return f"{part}: {person.name or str(person.person)[:8]}"
