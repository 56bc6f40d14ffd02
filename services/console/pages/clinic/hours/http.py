"""A nurse's own hours, on a phone: when she can be booked, more of them, and some of them taken back."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from services.console.asking import at
from services.console.frame.acting import Forms, gone_to, moment_in, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.clinic.answers import CLINIC
from services.console.pages.clinic.hours.answers import OwnHours
from services.kernel.http.problems import NotFound

PAGE = "/clinic/hours"


class OwnHoursController(Controller):
    """For the nurse herself; her clinic's coordinator does the same on the page of the clinic's people."""

    path = PAGE

    @get("/", opt={"action": "keep_own_hours"})
    async def read(self, visit: Visit) -> Response[Any]:
        """The hours to come in which she can be booked."""
        return await _page(visit, Forms(visit))

    @post("/", opt={"action": "keep_own_hours"})
    async def state(self, visit: Visit) -> Response[Any]:
        """More of them; what was stated before stays."""
        form = Form.of(visit.request)
        body = {"since": moment_in(form, "since", visit), "until": moment_in(form, "until", visit)}
        return await _done(visit, form, "more", "availability", body)

    @post("/withdraw", opt={"action": "keep_own_hours"})
    async def withdraw(self, visit: Visit) -> Response[Any]:
        """Not in this one of her periods after all."""
        form = Form.of(visit.request)
        body = {"since": form["since"], "until": form["until"]}
        return await _done(visit, form, "hours", "availability/withdrawals", body)

    @post("/withdraw-some", opt={"action": "keep_own_hours"})
    async def withdraw_some(self, visit: Visit) -> Response[Any]:
        """Not in some hours, of one period or of several."""
        form = Form.of(visit.request)
        body = {"since": moment_in(form, "since", visit), "until": moment_in(form, "until", visit)}
        return await _done(visit, form, "fewer", "availability/withdrawals", body)


async def _done(visit: Visit, form: Form, place: str, path: str, body: object) -> Response[Any]:
    status = await send(visit, form, CLINIC, at("nurses", _me(visit), *path.split("/")), body)
    if isinstance(status, int):
        return await _page(visit, Forms(visit, form, place), status)
    return gone_to(PAGE, "hours")


async def _page(visit: Visit, forms: Forms, status: int = 200) -> Response[Any]:
    nurse = await visit.asking.find(CLINIC, f"/nurses/{_me(visit)}", OwnHours)
    to_come = [each for each in nurse.available if each.until > visit.now] if nurse is not None else []
    return await visit.page("clinic/hours/hours.html", status=status, forms=forms, nurse=nurse, to_come=to_come)


def _me(visit: Visit) -> UUID:
    if visit.caller.account is None:
        raise NotFound
    return visit.caller.account
