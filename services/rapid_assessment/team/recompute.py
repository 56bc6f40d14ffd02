"""Running clocks under a new version of their rule: shown first, and moved only as they were shown.

A clock keeps the version it began by, until somebody who answers for the case says otherwise, on record.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.deadline import Terms
from contracts.language import Event, Refused
from services.kernel import clock as clocks
from services.kernel.clock import Clock, ClockRecomputed, Recomputing
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import Stale
from services.kernel.http.reading import Reader
from services.kernel.store import Change, Loaded
from services.rapid_assessment.cases import TEAM_RULE, Cases
from services.rapid_assessment.team.events import DueTimeChanged
from services.rapid_assessment.team.state import Team

Because = Literal["law_changed", "rule_corrected", "court_order"]
NOTHING = "nothing_to_recompute"


class Recomputed(msgspec.Struct, frozen=True, kw_only=True):
    """A clock that runs, as it stands and under the version in force now; `outcome` says whether it moves, or why not.

    `new_due_at` is null where the rule has no number any more: then the clock stays.
    """

    clock: UUID
    rule: str
    version: int
    due_at: datetime
    new_version: int | None
    new_due_at: datetime | None
    outcome: Recomputing | Literal["no_number"]
    arithmetic: str


class Moved(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A clock and the due time it was shown to get."""

    clock: UUID
    due_at: Annotated[datetime, msgspec.Meta(tz=True)]


class Confirm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why, and every clock that was shown to move. Where that is not what would be done now, nothing is."""

    because: Because
    moves: Annotated[tuple[Moved, ...], msgspec.Meta(min_length=1, max_length=20)]


class Standing(NamedTuple):
    """A running clock, and what its rule's present version makes of it."""

    loaded: Loaded[Clock]
    terms: Terms | None


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
        return [_shown(each, now) for each in await _standing(cases, loaded.state, now)]

    @post("/", opt={"action": "recompute_clocks"}, status_code=200)
    async def confirm(
        self, team: UUID, data: Confirm, intent: Intent, commands: Commands, cases: Cases
    ) -> Response[Done]:
        """Puts them under the version in force now. A second time there is nothing to do."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await cases.visible(intent.caller, "recompute_clocks", team))
            moved = {
                each.loaded: event
                for each in await _standing(cases, loaded.state, now)
                if each.terms
                for event in clocks.recompute(each.loaded.state, each.terms, data.because, now)
            }
            if not moved:
                raise Refused(NOTHING, "No clock of this case runs under an older version of its rule.")
            if {clock.id: event.due_at for clock, event in moved.items()} != {m.clock: m.due_at for m in data.moves}:
                raise Stale
            changes = (Change(clock.id, clock.version, [event]) for clock, event in moved.items())
            return decided_on(loaded, _on_team(loaded.state, moved.values()), now, *changes)

        return await commands.run(intent, decide)


async def _standing(cases: Cases, team: Team, now: datetime) -> list[Standing]:
    found = []
    for each in await cases.clocks(team):
        clock = each.state
        if clock.phase == "running":
            rule = cases.jurisdiction.clock_rule_at(clock.rule, now)
            on = rule is not None and rule.standing == "on"
            found.append(Standing(each, cases.jurisdiction.terms_by(rule, clock.started_at) if rule and on else None))
    return found


def _shown(standing: Standing, now: datetime) -> Recomputed:
    clock, terms = standing.loaded.state, standing.terms
    return Recomputed(
        clock=standing.loaded.id,
        rule=clock.rule,
        version=clock.rule_version,
        due_at=clock.due_at,
        new_version=terms.version if terms else None,
        new_due_at=terms.due_at if terms else None,
        outcome=clocks.recomputing(clock, terms, now) if terms else "no_number",
        arithmetic=terms.arithmetic if terms else "",
    )


def _on_team(team: Team, moved: Iterable[ClockRecomputed]) -> list[Event]:
    """The team stands in time or late by the due time of its clock."""
    return [DueTimeChanged(team=team.team, due_at=event.due_at) for event in moved if event.rule == TEAM_RULE]
