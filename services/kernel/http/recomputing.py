"""Running clocks under a new version of their rule: shown first, and moved only as they were shown.

A clock keeps the version it began by, until somebody who answers for it says otherwise, on record.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.deadline import Terms
from contracts.language import Refused
from services.kernel import clock as clocks
from services.kernel.clock import Clock, ClockRecomputed, Recomputing
from services.kernel.http.problems import Stale
from services.kernel.store import Change, Loaded

Because = Literal["law_changed", "rule_corrected", "court_order"]
NOTHING = "nothing_to_recompute"

Reckon = Callable[[str, datetime], Terms | None]
"""What the version of a rule in force now makes of what began then; None where it starts no clock any more."""


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
    moves: Annotated[tuple[Moved, ...], msgspec.Meta(min_length=1, max_length=100)]


def listed(found: Iterable[Loaded[Clock]], reckon: Reckon, now: datetime) -> list[Recomputed]:
    """Each that runs, with its old and its new due time."""
    return [_shown(each, reckon(each.state.rule, each.state.started_at), now) for each in found if _runs(each)]


def moved(
    found: Iterable[Loaded[Clock]], reckon: Reckon, data: Confirm, now: datetime
) -> tuple[list[ClockRecomputed], list[Change]]:
    """What is said of the clocks that move, and their changes.

    Raises `Refused` where none moves, `Stale` where others would move than were shown, or to another time.
    """
    events: list[ClockRecomputed] = []
    changes = []
    for each in found:
        terms = reckon(each.state.rule, each.state.started_at) if _runs(each) else None
        of_one = clocks.recompute(each.state, terms, data.because, now) if terms else []
        events += of_one
        if of_one:
            changes.append(Change(each.id, each.version, of_one))
    if not events:
        raise Refused(NOTHING, "No clock of this case runs under an older version of its rule.")
    due = {change.stream: event.due_at for change, event in zip(changes, events, strict=True)}
    if due != {move.clock: move.due_at for move in data.moves}:
        raise Stale
    return events, changes


def _runs(loaded: Loaded[Clock]) -> bool:
    return loaded.state.phase == "running"


def _shown(loaded: Loaded[Clock], terms: Terms | None, now: datetime) -> Recomputed:
    clock = loaded.state
    return Recomputed(
        clock=loaded.id,
        rule=clock.rule,
        version=clock.rule_version,
        due_at=clock.due_at,
        new_version=terms.version if terms else None,
        new_due_at=terms.due_at if terms else None,
        outcome=clocks.recomputing(clock, terms, now) if terms else "no_number",
        arithmetic=terms.arithmetic if terms else "",
    )
