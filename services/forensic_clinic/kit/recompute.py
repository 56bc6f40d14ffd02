"""Running clocks of a kit under a new version of their rule."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post

from services.forensic_clinic.kit.kits import Kits
from services.kernel.http import recomputing
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.recomputing import Confirm, Recomputed
from services.kernel.time_source import TimeSource


class RecomputeController(Controller):
    """Under a kit's path; `If-Match` is the kit's version."""

    path = "/kits/{kit:uuid}/recompute"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "recompute_clocks"})
    async def show(self, kit: UUID, kits: Kits, time: TimeSource, request: Request[Any, Any, Any]) -> list[Recomputed]:
        """Each clock of the kit that runs, with its old and new due time. Changes nothing."""
        caller = caller_of(request)
        loaded = await kits.visible(caller, "recompute_clocks", kit)
        await kits.reader.shown(caller, "clocks of a kit", loaded)
        now = time.now()
        return recomputing.listed(
            await kits.all_clocks(loaded.state), partial(kits.jurisdiction.terms_now, now=now), now
        )

    @post("/", opt={"action": "recompute_clocks"}, status_code=200)
    async def confirm(self, kit: UUID, data: Confirm, intent: Intent, commands: Commands, kits: Kits) -> Response[Done]:
        """Puts them under the version in force now. A second time there is nothing to do."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await kits.visible(intent.caller, "recompute_clocks", kit))
            reckon = partial(kits.jurisdiction.terms_now, now=now)
            _, changes = recomputing.moved(await kits.all_clocks(loaded.state), reckon, data, now)
            return decided_on(loaded, [], now, *changes)

        return await commands.run(intent, decide)
