"""How a service carries out a court's order: its keys go, then it says so in its log, with what they had sealed.

A crash between the two is completed when the order is met with again, or at the next start. A database put back from a
backup of before the order says so anew at its start, and before it answers anybody.
"""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4, uuid5

import msgspec

from contracts.language import Event
from services.kernel.batch import StaleVersion
from services.kernel.definition import Parts
from services.kernel.destroyed import Order
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Origin

ANSWER = "keys destroyed"


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """How many texts of this log the keys of an order had sealed, and at which positions."""

    fields: int
    positions: tuple[int, ...]


class Destruction:
    """Of one service; `answer` makes the event by which it says what it destroyed."""

    def __init__(self, parts: Parts, service: str, answer: Callable[[Order, Gone], Event]) -> None:
        self._parts = parts
        self._service = service
        self._answer = answer

    async def carry_out(self, order: UUID, about: UUID, persons: Sequence[UUID]) -> Changes | None:
        """None where it was done, and said, before."""
        if await self._said(order):
            return None
        return await self._saying(await self._parts.keys.destroy(order, about, persons))

    async def say_again(self) -> None:
        """At start: of every order on the list that this log does not tell of."""
        for order in self._parts.keys.destroyed():
            if not await self._said(order.order):
                await self._say(order)

    async def _say(self, order: Order) -> None:
        origin = Origin(
            actor=f"service:{self._service}",
            agency="",
            command_id=uuid4(),
            causation_id=None,
            correlation_id=order.about,
            policy=self._parts.gate.version,
        )
        try:
            await self._parts.store.append(await self._saying(order), origin, self._parts.time.now())
        except StaleVersion:
            # Another instance that starts said it.
            return

    async def _said(self, order: UUID) -> bool:
        return bool(await self._parts.events.stream(uuid5(order, ANSWER), limit=1))

    async def _saying(self, order: Order) -> Changes:
        gone = gone_by(order, await self._parts.events.mentioning([str(key).encode() for key in order.keys]))
        return Changes([Change(uuid5(order.order, ANSWER), 0, [self._answer(order, gone)])])


def gone_by(order: Order, rows: Sequence[tuple[int, bytes]]) -> Gone:
    """What of these rows, position and state, the keys had sealed: a seal tells its key, and nothing else does."""
    seals = [f'"key":"{key}"'.encode() for key in order.keys]
    counted = {position: sum(state.count(seal) for seal in seals) for position, state in rows}
    return Gone(
        fields=sum(counted.values()), positions=tuple(position for position, fields in counted.items() if fields)
    )
