"""How a command on a kit is run: who acts, on the kit as they saw it, with the end of each clock it meets."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response

from contracts.language import Event
from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.fold import evolve
from services.forensic_clinic.kit.kits import Kits
from services.forensic_clinic.kit.state import Kit
from services.forensic_clinic.kit.states import must_be_a_step
from services.kernel.batch import Effect
from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.kernel.http.problems import NeverAllowed
from services.kernel.store import Change, Loaded

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
Number = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class WithReason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In your own words; it is sealed and shown only to those who work with the kit."""

    reason: Text


def hand_of(intent: Intent) -> Hand:
    """Who acts, in their own name."""
    caller = intent.caller
    if caller.account is None:
        raise NeverAllowed
    return Hand(account=caller.account, agency=caller.agency, roles=caller.roles)


async def run(
    kits: Kits,
    commands: Commands,
    intent: Intent,
    action: str,
    kit: UUID,
    happened_at: datetime | None,
    act: Callable[[Kit, datetime], list[Event]],
) -> Response[Done]:
    """A command that asks nothing but the kit itself. What has no time of its own happens now."""

    async def decide(now: datetime) -> Decided:
        loaded = intent.expect(await kits.visible(intent.caller, action, kit))
        return await on_kit(kits, intent, loaded, act(loaded.state, now), happened_at or now, now)

    return await commands.run(intent, decide)


async def on_kit(
    kits: Kits,
    intent: Intent,
    loaded: Loaded[Kit],
    events: list[Event],
    happened_at: datetime,
    now: datetime,
    *also: Change,
    effects: Sequence[Effect] = (),
) -> Decided:
    """The kit's events, and what they do to its clocks, in one commit; `also` changes with them.

    Raises `Refused` for a step that a kit cannot take.
    """
    after = loaded.state
    for event in events:
        after = evolve(after, event)
    must_be_a_step(loaded.state, after)
    clocks = await kits.both_hands(after, events, intent.command_id, now)
    settled = await kits.settled(after, now)
    return decided_on(loaded, events, happened_at, *clocks, *settled, *also, effects=effects)
