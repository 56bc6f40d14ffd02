"""Who may be told of a case; and that they were, which is on record before they are."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from contracts.language import Event
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate, Record
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Origin


def may_see_of(gate: Gate, caller: Caller, case: UUID, action: str) -> Callable[[frozenset[UUID]], bool]:
    """Asks the gate about the case, once it is known whom it keeps out."""

    def may_see(kept_out: frozenset[UUID]) -> bool:
        return gate.may_touch(caller, action, Record("Case", case, accounts={"kept_out": sorted(kept_out)}))

    return may_see


async def put_on_record(store: EventStore, gate: Gate, caller: Caller, case: UUID, event: Event, now: datetime) -> None:
    """A stream of its own for each: nobody decides on what others were told."""
    origin = Origin(
        actor=caller.actor,
        agency=caller.agency,
        command_id=uuid4(),
        causation_id=None,
        correlation_id=case,
        policy=gate.version,
    )
    await store.append(Changes([Change(uuid4(), 0, [event])]), origin, now)
