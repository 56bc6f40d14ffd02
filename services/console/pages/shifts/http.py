"""My shifts: when I am on call, what is offered to me, and offering a turn of mine to somebody."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.rotas.answers import Lacking, MyShifts, RotaPage
from services.console.pages.rotas.putting_on import SERVICE, put_on


class ShiftsController(Controller):
    """For those who take turns; a swap needs both to say yes."""

    path = "/shifts"

    @get("/", opt={"action": "see_shifts"})
    async def shifts(self, visit: Visit) -> Response[Any]:
        """The next four weeks."""
        return await _page(visit, Forms(visit))

    @post("/{rota:uuid}/swaps", opt={"action": "see_shifts"})
    async def offer(self, rota: UUID, visit: Visit) -> Response[Any]:
        """A turn of mine, for one of theirs or for nothing."""
        form = Form.of(visit.request)
        to, _, number = form.require("to", "shifts.to", visit.words).partition(" ")
        body = {
            "rotation": form["rotation"],
            "number": form.number("number"),
            "to": to,
            "in_return": int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None,
        }
        path, place = f"{at('rotas', rota)}/swaps", f"offer-{rota}-{form['number']}"
        return await _put_on(visit, form, place, path, f"{path}/check", body)

    @post("/{rota:uuid}/swaps/{swap:uuid}/agree", opt={"action": "see_shifts"})
    async def agree(self, rota: UUID, swap: UUID, visit: Visit) -> Response[Any]:
        """Yes."""
        path = at("rotas", rota, "swaps", swap, "agreement")
        return await _put_on(visit, Form.of(visit.request), f"swap-{swap}", path, f"{path}/check", {})

    @post("/{rota:uuid}/swaps/{swap:uuid}/decline", opt={"action": "see_shifts"})
    async def decline(self, rota: UUID, swap: UUID, visit: Visit) -> Response[Any]:
        """No."""
        return await _done(visit, swap, at("rotas", rota, "swaps", swap, "decline"))

    @post("/{rota:uuid}/swaps/{swap:uuid}/withdraw", opt={"action": "see_shifts"})
    async def withdraw(self, rota: UUID, swap: UUID, visit: Visit) -> Response[Any]:
        """Not after all."""
        return await _done(visit, swap, at("rotas", rota, "swaps", swap, "withdrawal"))


async def _done(visit: Visit, swap: UUID, path: str) -> Response[Any]:
    form = Form.of(visit.request)
    done = await send(visit, form, SERVICE, path, None)
    return await _page(visit, Forms(visit, form, f"swap-{swap}"), done) if isinstance(done, int) else _back()


async def _put_on(visit: Visit, form: Form, place: str, path: str, check: str, body: dict[str, Any]) -> Response[Any]:
    done = await put_on(visit, form, path, check, body)
    if isinstance(done, int):
        return await _page(visit, Forms(visit, form, place), done)
    return await _page(visit, Forms(visit, form, place), 409, done) if isinstance(done, list) else _back()


def _back() -> Response[Any]:
    return gone_to("/shifts", "shifts")


async def _page(visit: Visit, forms: Forms, status: int = 200, lacking: list[Lacking] | None = None) -> Response[Any]:
    mine = await visit.asking.get(SERVICE, "/mine/shifts", MyShifts)
    found = await asyncio.gather(*(visit.asking.find(SERVICE, f"/rotas/{each}", RotaPage) for each in mine.rotas))
    pages = {each.rota.rota: each for each in found if each is not None}
    people = {who for page in pages.values() for who in page.people}
    return await visit.page(
        "shifts/shifts.html",
        status=status,
        forms=forms,
        mine=mine,
        pages=pages,
        me=visit.caller.account,
        names=await visit.house.names.of(visit.asking, visit.caller, people),
        lacking=lacking or [],
    )
