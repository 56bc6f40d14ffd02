"""Wakes whoever waits for the next change. A wait is never the only way to learn of one: waiters also look again."""

import asyncio
import contextlib


class Bell:
    """Take `next()` before looking, so that a change between looking and waiting is not missed."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wakes all who took the present `next()`."""
        self._event.set()
        self._event = asyncio.Event()

    def next(self) -> asyncio.Event:
        """Is set at the next ring."""
        return self._event


async def set_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether the event was set in time."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()
