"""By a court's order, which two persons confirmed, nothing opens here any more that was sealed about a person."""

from contracts.events.rapid_assessment import KeysDestroyed
from contracts.events.tips import DestructionOrdered
from services.kernel.destroyed import Order
from services.kernel.destruction import Destruction, Gone
from services.kernel.store import Changes
from services.kernel.stored_form import Happening


class DestroyKeys:
    """Answers each order once, also where it held nothing."""

    def __init__(self, destruction: Destruction) -> None:
        self._destruction = destruction

    async def __call__(self, happening: Happening) -> Changes | None:
        ordered = happening.event
        if not isinstance(ordered, DestructionOrdered):
            return None
        return await self._destruction.carry_out(ordered.order, ordered.tip, ordered.persons)


def answer(order: Order, gone: Gone) -> KeysDestroyed:
    """What was destroyed here."""
    return KeysDestroyed(
        order=order.order,
        tip=order.about,
        keys=len(order.keys),
        fields=gone.fields,
        positions=gone.positions,
    )
