"""A court's order as a service meets with it, whichever service it is."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from contracts.events.tips import DestructionOrdered
from tests.support.running_service import RunningService, Upstream
from tests.support.waiting import eventually


async def destroyed(
    service: RunningService, tips: Upstream, *persons: UUID, order: UUID | None = None
) -> Mapping[str, Any]:
    """Two people confirmed the order in the tips service; answers what the service then says it destroyed."""
    order, tip = order or uuid4(), uuid4()
    await tips.tell(uuid4(), DestructionOrdered(tip=tip, order=order, persons=persons), case=tip)

    def said() -> list[Mapping[str, Any]]:
        answers = [state["data"] for _, _, name, state in service.rows() if name.endswith(".keys_destroyed")]
        return [each for each in answers if each["order"] == str(order)]

    async def answered() -> bool:
        return bool(said())

    await eventually(answered)
    return said()[0]
