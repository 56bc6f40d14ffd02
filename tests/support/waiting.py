"""Waiting for what happens elsewhere: on a condition, with a deadline, never for a time that is hoped to be enough."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx

WITHIN_SECONDS = 15.0
LOOK_AGAIN_SECONDS = 0.02
LOOK_AGAIN_AT_MOST_SECONDS = 0.25
LONGER_EACH_TIME = 1.5
"""A look takes the processor from whoever is waited for. So what takes long is looked at less often."""


async def eventually(condition: Callable[[], Awaitable[bool]], within: float = WITHIN_SECONDS) -> None:
    """Returns when the condition holds. Raises AssertionError when it does not in time."""
    deadline = asyncio.get_running_loop().time() + within
    pause = LOOK_AGAIN_SECONDS
    while not await condition():
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"It did not come to hold within {within:g} s: {condition.__qualname__}")
        await asyncio.sleep(pause)
        pause = min(pause * LONGER_EACH_TIME, LOOK_AGAIN_AT_MOST_SECONDS)


async def as_it_stands(send: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """What came of it once nothing came between reading and sending: a reaction of the house may, as for people."""
    answer = httpx.Response(httpx.codes.PRECONDITION_FAILED)

    async def decided() -> bool:
        nonlocal answer
        answer = await send()
        return answer.status_code != httpx.codes.PRECONDITION_FAILED

    await eventually(decided)
    return answer
