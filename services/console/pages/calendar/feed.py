"""A nurse's calendar address: her page of it, and what is answered at it to whoever has it.

The secret is the last part of an address because calendar programs know no other way to show who they are. No log of
ours holds addresses, metrics hold their pattern, and between the services it goes in a body.
"""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from services.console.asking import Refusal, Unreachable
from services.console.frame.forms import Form
from services.console.frame.visit import House, Visit, see_other
from services.console.pages.clinic.answers import CLINIC
from services.kernel.http.problems import RETRY_AFTER_SECONDS, NeverAllowed, TooManyRequests

PAGE = "/calendar/address"
ENDING = ".ics"
MEDIA_TYPE = "text/calendar"


class Address(msgspec.Struct, frozen=True):
    """Whether there is one, and since when."""

    version: int
    made_at: datetime | None


class Made(msgspec.Struct, frozen=True):
    """The secret of a new one."""

    secret: str


class Revoked(msgspec.Struct, frozen=True):
    """There is none any more."""

    version: int


class CalendarAddressController(Controller):
    """For a nurse, of herself."""

    path = PAGE

    @get("/", opt={"action": "keep_calendar_address"})
    async def read(self, visit: Visit) -> Response[Any]:
        """What it is, what it gives away, and whether there is one."""
        return await _page(visit, Form())

    @post("/", opt={"action": "keep_calendar_address"}, status_code=200)
    async def make(self, visit: Visit) -> Response[Any]:
        """A new one, shown this once: no other page has it, and a reload makes the same."""
        form = Form.of(visit.request)
        try:
            made = await visit.asking.post(
                CLINIC, _path(visit), {}, Made, key=form.key, version=form.number("version") or None
            )
        except (Refusal, Unreachable) as refused:
            return await _page(visit, form, form.refuse(refused, visit.words))
        address = f"{visit.house.door.origin}/calendar/feed/{made.secret}{ENDING}"
        return await visit.page(
            "calendar/address_made.html", address=address, webcal=f"webcal://{address.partition('://')[2]}"
        )

    @post("/revoke", opt={"action": "keep_calendar_address"})
    async def revoke(self, visit: Visit) -> Response[Any]:
        """From now on nothing is answered at it."""
        form = Form.of(visit.request)
        path, version = f"{_path(visit)}/revocation", form.number("version")
        try:
            await visit.asking.post(CLINIC, path, {}, Revoked, key=form.key, version=version)
        except (Refusal, Unreachable) as refused:
            return await _page(visit, form, form.refuse(refused, visit.words))
        return see_other(PAGE)


class CalendarFeedController(Controller):
    """For programs. Every address that is none, was one, or is tried too often is answered alike."""

    path = "/calendar/feed"

    @get("/{secret:str}", opt={"action": "fetch_calendar"})
    async def fetch(self, secret: str, house: House, request: Request[Any, Any, Any]) -> Response[bytes]:
        """When the nurse is busy; nothing new where the program has it already."""
        doorstep = house.doorsteps.no_calendars
        # Who tried too many is answered without anything being looked up, a right address among them, too.
        if doorstep.is_spent(request):
            return _not_found()
        body = {"secret": secret.removesuffix(ENDING)}
        try:
            answer = await house.peers.ask("POST", CLINIC, "/calendar-feeds", json=body)
        except Unreachable:
            return Response(b"", status_code=503, media_type="text/plain", headers={"Retry-After": RETRY_AFTER_SECONDS})
        if not answer.is_success:
            _count(request, house)
            return _not_found()
        headers = {"ETag": f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'}
        if _has_it(request, headers["ETag"]):
            return Response(b"", status_code=304, media_type=MEDIA_TYPE, headers=headers)
        headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
        return Response(answer.content, media_type=MEDIA_TYPE, headers=headers)


async def _page(visit: Visit, form: Form, status: int = 200) -> Response[Any]:
    address = await visit.asking.find(CLINIC, _path(visit), Address)
    return await visit.page("calendar/address.html", status=status, form=form, address=address)


def _path(visit: Visit) -> str:
    if visit.caller.account is None:
        raise NeverAllowed
    account: UUID = visit.caller.account
    return f"/nurses/{account}/calendar-address"


def _count(request: Request[Any, Any, Any], house: House) -> None:
    try:
        house.doorsteps.no_calendars.count(request)
    except TooManyRequests:
        # Answered as every other.
        return


def _not_found() -> Response[bytes]:
    return Response(b"There is no calendar at this address.\n", status_code=404, media_type="text/plain")


def _has_it(request: Request[Any, Any, Any], tag: str) -> bool:
    """Whether the program says that it holds this one (RFC 9110, 13.1.2)."""
    held = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return tag in held or "*" in held
