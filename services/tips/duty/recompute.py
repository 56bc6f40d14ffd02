"""Running clocks of a tip's reporting duties under a new version of their rule. Whom a duty tells stays as it arose."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post

from services.kernel.clock import Clock, ClockRecomputed
from services.kernel.http import recomputing
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.reading import Reader
from services.kernel.http.recomputing import Confirm, Recomputed
from services.kernel.store import Change, Loaded
from services.tips.duty import decisions
from services.tips.duty.duties import Duties
from services.tips.duty.state import Duty
from services.tips.tip.tips import Tips


class RecomputeController(Controller):
    """Under a tip's path; `If-Match` is the tip's version."""

    path = "/tips/{tip:uuid}/recompute"
    tags = ["Reporting duties"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "recompute_clocks"})
    async def show(
        self, tip: UUID, tips: Tips, duties: Duties, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[Recomputed]:
        """Each duty's clock that runs, with its old and new due time. Changes nothing."""
        caller = caller_of(request)
        loaded = await tips.visible(caller, "recompute_clocks", tip)
        await reader.shown(caller, "clocks of a tip", loaded)
        now = tips.time.now()
        clocks = [clock for _, clock in await _timed(duties, tip)]
        return recomputing.listed(clocks, partial(duties.jurisdiction.terms_now, now=now), now)

    @post("/", opt={"action": "recompute_clocks"}, status_code=200)
    async def confirm(
        self, tip: UUID, data: Confirm, intent: Intent, commands: Commands, tips: Tips, duties: Duties
    ) -> Response[Done]:
        """Puts them under the version in force now. A second time there is nothing to do."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await tips.visible(intent.caller, "recompute_clocks", tip))
            timed = await _timed(duties, tip)
            reckon = partial(duties.jurisdiction.terms_now, now=now)
            moved, changes = recomputing.moved([clock for _, clock in timed], reckon, data, now)
            return decided_on(loaded, [], now, *changes, *_on_duties([duty for duty, _ in timed], moved))

        return await commands.run(intent, decide)


async def _timed(duties: Duties, tip: UUID) -> list[tuple[Loaded[Duty], Loaded[Clock]]]:
    """The duties that have a due time, each with the clock of its present opening."""
    found = [await duties.duty(tip, rule) for rule in duties.rules]
    return [(duty, await duties.clock(duty.state)) for duty in found if duty.state.due_at is not None]


def _on_duties(timed: list[Loaded[Duty]], moved: list[ClockRecomputed]) -> list[Change]:
    due = {event.rule: event.due_at for event in moved}
    return [
        Change(duty.id, duty.version, decisions.due_by(duty.state, due[duty.state.rule]))
        for duty in timed
        if duty.state.rule in due
    ]
