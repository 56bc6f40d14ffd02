"""Running clocks of a case's accused under a new version of their rule. Hearings that are set are not moved by it."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post

from services.kernel.clock import Clock
from services.kernel.http import recomputing
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.reading import Reader
from services.kernel.http.recomputing import Confirm, Recomputed
from services.kernel.store import Loaded
from services.kernel.time_source import TimeSource
from services.prosecution.case.proceedings import Rule
from services.prosecution.case.state import Case
from services.prosecution.cases import Cases


class RecomputeController(Controller):
    """Under a case's path; `If-Match` is the case's version."""

    path = "/cases/{case:uuid}/recompute"
    tags = ["Cases"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "recompute_clocks"})
    async def show(
        self, case: UUID, cases: Cases, reader: Reader, time: TimeSource, request: Request[Any, Any, Any]
    ) -> list[Recomputed]:
        """Each clock of the case that runs, with its old and new due time. Changes nothing."""
        caller = caller_of(request)
        loaded = await cases.visible(caller, "recompute_clocks", case)
        await reader.shown(caller, "clocks of a prosecution case", loaded)
        now = time.now()
        clocks = await _clocks(cases, loaded.state)
        return recomputing.listed(clocks, partial(cases.jurisdiction.terms_now, now=now), now)

    @post("/", opt={"action": "recompute_clocks"}, status_code=200)
    async def confirm(
        self, case: UUID, data: Confirm, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Puts them under the version in force now. A second time there is nothing to do."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "recompute_clocks", case))
            reckon = partial(cases.jurisdiction.terms_now, now=now)
            _, changes = recomputing.moved(await _clocks(cases, loaded.state), reckon, data, now)
            return decided_on(loaded, [], now, *changes)

        return await commands.run(intent, decide)


async def _clocks(cases: Cases, case: Case) -> list[Loaded[Clock]]:
    """The latest of each rule for each accused: an earlier one has ended. A time for trial that a continuance moved is
    not the rule's any more, and stays.
    """
    return [
        await cases.clock(accused.accused, rule, number)
        for accused in case.accused.values()
        for rule, number in accused.clocks.items()
        if rule != Rule.TRIAL or all(each.in_error for each in accused.continuances)
    ]
