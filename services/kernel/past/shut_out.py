"""Who is shut out of which case as of now: of all its past, too, though its record did not know it then."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from uuid import UUID

from contracts.language import Event
from services.kernel.log import Log
from services.kernel.store import EventStore
from services.kernel.stored_form import Happening


@dataclass(frozen=True)
class ShutsOut:
    """By event of a service: its field with an account that must not see the case, or that may see it again."""

    out: Mapping[type[Event], str] = field(default_factory=dict)
    again: Mapping[type[Event], str] = field(default_factory=dict)


class ShutOut:
    """Folded from the service's own log; each time it is asked it reads on from where it stopped.

    In each stream the last word about an account counts; of several streams, one that shuts it out is enough.
    """

    def __init__(self, said_by: ShutsOut, events: Log, store: EventStore) -> None:
        self._said_by = said_by
        self._topics = [event.NAME for event in (*said_by.out, *said_by.again)]
        self._events = events
        self._store = store
        self._position = 0
        self._last: dict[tuple[UUID, UUID], UUID | None] = {}
        self._reading = asyncio.Lock()

    async def cases_closed_to(self, account: UUID, position: int) -> frozenset[UUID]:
        """By all that the log held at the position."""
        async with self._reading:
            if self._topics and self._position < position:
                async with aclosing(self._events.pages(self._position + 1, position, self._topics)) as pages:
                    async for page in pages:
                        for row in page:
                            self._note(self._store.read(row))
                        self._position = page[-1].id
                self._position = position
        return frozenset(case for (_, who), case in self._last.items() if who == account and case is not None)

    def _note(self, said: Happening) -> None:
        kind = type(said.event)
        is_out = kind in self._said_by.out
        account: UUID = getattr(said.event, (self._said_by.out if is_out else self._said_by.again)[kind])
        self._last[said.stream, account] = said.origin.correlation_id if is_out else None
