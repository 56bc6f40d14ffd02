"""What a team member says of themselves: when they are away, and how they are reached, which they prove."""

from typing import Any

from litestar import Controller, Response, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.mine.http import done, me
from services.console.pages.responders.http import span_in

CHANNELS = "channels"


class OwnEntryController(Controller):
    """Under one's own page, and back to it."""

    path = "/mine"

    @post("/leave", opt={"action": "answer_seat"})
    async def leave(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """I am away."""
        form = Form.of(visit.request)
        return await done(
            visit, jurisdiction, form, "leave", at("responders", me(visit), "leave"), span_in(form, visit)
        )

    @post("/leave/withdraw", opt={"action": "answer_seat"})
    async def withdraw_leave(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """I am not away after all."""
        form = Form.of(visit.request)
        path = at("responders", me(visit), "leave", "withdrawals")
        return await done(visit, jurisdiction, form, "leave", path, {"since": form["since"], "until": form["until"]})

    @post("/channels", opt={"action": "answer_seat"})
    async def state(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A way to reach me."""
        form = Form.of(visit.request)
        kind = form.require("kind", "mine.channel.kind", visit.words)
        body = {"kind": kind, "address": form.require("address", "mine.channel.where", visit.words)}
        return await done(visit, jurisdiction, form, CHANNELS, at("responders", me(visit), CHANNELS), body)

    @post("/channels/{kind:str}/withdraw", opt={"action": "answer_seat"})
    async def withdraw(self, kind: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Not this way any more."""
        path = at("responders", me(visit), CHANNELS, kind, "withdrawal")
        return await done(visit, jurisdiction, Form.of(visit.request), CHANNELS, path, None)

    @post("/channels/{kind:str}/proof", opt={"action": "answer_seat"})
    async def send_code(self, kind: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Send me a code this way."""
        path = at("responders", me(visit), CHANNELS, kind, "proof")
        return await done(visit, jurisdiction, Form.of(visit.request), CHANNELS, path, None)

    @post("/channels/{kind:str}/proof/code", opt={"action": "answer_seat"})
    async def answer(self, kind: str, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The code as it came."""
        form = Form.of(visit.request)
        body = {"code": form.require("code", "mine.channel.code", visit.words)}
        path = at("responders", me(visit), CHANNELS, kind, "proof", "code")
        return await done(visit, jurisdiction, form, CHANNELS, path, body)
