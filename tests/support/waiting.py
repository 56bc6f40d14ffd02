"""Waiting for what happens elsewhere: on a condition, with a deadline, never for a time that is hoped to be enough."""

import asyncio
from collections.abc import Awaitable, Callable

WITHIN_SECONDS = 15.0
LOOK_AGAIN_SECONDS = 0.02


async def eventually(condition: Callable[[], Awaitable[bool]], within: float = WITHIN_SECONDS) -> None:
    """Returns when the condition holds. Raises AssertionError when it does not in time."""
    deadline = asyncio.get_running_loop().time() + within
    while not await condition():
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"It did not come to hold within {within:g} s: {condition.__qualname__}")
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
