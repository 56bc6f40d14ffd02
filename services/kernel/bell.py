"""Wakes whoever waits for the next change. A wait is never the only way to learn of one: waiters also look again."""

import asyncio


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
    try:
        # Not wait_for: before Python 3.12 it can swallow a cancellation that comes with the timeout.
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
