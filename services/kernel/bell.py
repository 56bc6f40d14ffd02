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


def until_next_look(every: float) -> float:
    """Seconds until all who look so often look together, and a little more at most: what one of them reads serves all.

    Each at a moment of its own, a service that nobody uses asked its database ten times as often.
    """
    left = every - asyncio.get_running_loop().time() % every
    # A timer may be a little early: whoever just looked is not to look again at once.
    return left if left > every / 10 else left + every


async def set_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether the event was set in time."""
    try:
        # Not wait_for: before Python 3.12 it can swallow a cancellation that comes with the timeout.
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
