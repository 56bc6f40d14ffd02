"""Waiting for a change, and looking again."""

import asyncio

from services.kernel.bell import until_next_look


async def test_all_who_look_so_often_look_at_one_moment_and_nobody_twice_at_it() -> None:
    loop = asyncio.get_running_loop()
    for every in (0.25, 1.0, 5.0):
        for _ in range(50):
            await asyncio.sleep(0)
            left = until_next_look(every)
            assert every / 10 < left <= every * 1.1
            looks = (loop.time() + left) / every
            assert abs(looks - round(looks)) < 0.02
