"""Running clocks of a case under a new version of their rule: those of the team, of the contact, and of the custody."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post

from contracts.language import Event
from services.kernel.clock import ClockRecomputed
from services.kernel.http import recomputing
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.reading import Reader
from services.kernel.http.recomputing import Confirm, Recomputed
from services.rapid_assessment.cases import TEAM_RULE, Cases
from services.rapid_assessment.team.events import DueTimeChanged
from services.rapid_assessment.team.state import Team


class RecomputeController(Controller):
    """Under a team's path; `If-Match` is the team's version."""

    path = "/teams/{team:uuid}/recompute"
    tags = ["Teams"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "recompute_clocks"})
    async def show(self, team: UUID, cases: Cases, reader: Reader, request: Request[Any, Any, Any]) -> list[Recomputed]:
        """Each clock of the case that runs, with its old and new due time. Changes nothing."""
        caller = caller_of(request)
        loaded = await cases.visible(caller, "recompute_clocks", team)
        await reader.shown(caller, "clocks of a case", loaded)
        now = cases.time.now()
        reckon = partial(cases.jurisdiction.terms_now, now=now)
        return recomputing.listed(await cases.clocks(loaded.state), reckon, now)

    @post("/", opt={"action": "recompute_clocks"}, status_code=200)
    async def confirm(
        self, team: UUID, data: Confirm, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Puts them under the version in force now. A second time there is nothing to do."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "recompute_clocks", team))
            reckon = partial(cases.jurisdiction.terms_now, now=now)
            moved, changes = recomputing.moved(await cases.clocks(loaded.state), reckon, data, now)
            return decided_on(loaded, _on_team(loaded.state, moved), now, *changes)

        return await commands.run(intent, decide)


def _on_team(team: Team, moved: Iterable[ClockRecomputed]) -> list[Event]:
    """The team stands in time or late by the due time of its clock."""
    return [DueTimeChanged(team=team.team, due_at=event.due_at) for event in moved if event.rule == TEAM_RULE]
