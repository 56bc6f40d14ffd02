"""Says that a notice, or a report to one's agency, was seen. Each home shows what waits for it."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from litestar import Controller, Response, post

from services.console.asking import Refusal, Stored, at
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other


class ToldController(Controller):
    """For every role that is told of something."""

    path = "/told"

    @post("/notices/{notice:uuid}", opt={"action": "acknowledge_told_notice"})
    async def notice(self, notice: UUID, visit: Visit) -> Response[Any]:
        """One's own role's; the service takes it from no other."""
        path = at("notices", notice, "acknowledgement")
        key = f"seen {notice}"
        await _once(visit.asking.post("rapid_assessment", path, {}, Stored, key=key))
        return _back(visit)

    @post("/duties/{duty:uuid}/{part:str}", opt={"action": "acknowledge_told_duty"})
    async def duty(self, duty: UUID, part: str, visit: Visit) -> Response[Any]:
        """For one's own agency; the service takes it for no other."""
        path = at("duties", duty, "parts", part, "acknowledgement")
        await _once(visit.asking.post("tips", path, {}, Stored, key=f"told {duty} {part}"))
        return _back(visit)


async def _once(command: Awaitable[Stored]) -> None:
    """What somebody else acknowledged meanwhile is acknowledged."""
    try:
        await command
    except Refusal as refused:
        if refused.status != 409:
            raise


def _back(visit: Visit) -> Response[Any]:
    """To the home it was said on."""
    home = Form.of(visit.request)["home"]
    known = {item.path for item in visit.navigation}
    return see_other(f"{home if home in known else '/'}#told")
