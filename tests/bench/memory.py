"""What the whole house takes of the machine's memory before anybody uses it, and after many events.

Memory that processes share is counted once. The events are those that tips lead to in all services; they are a million
in the longest run alone.
"""

import asyncio
from collections.abc import Sequence

from tests.bench.measuring import Result, at_most, below, beside, say
from tests.bench.stage import House, Stage
from tests.bench.tip_to_team import send
from tests.soak.memory import IDLE_LIMIT
from tests.support.waiting import eventually

MEGABYTE = 1_000_000
GROWN_AT_MOST = 1.2
"""PostgreSQL's shared buffers fill up once: 128 MB of them are no growth."""
TIPS_A_TIME = 200
AT_REST_WITHIN_SECONDS = 900.0


def measure(stage: Stage) -> Sequence[Result]:
    """At rest, both times."""
    with stage.house("memory") as house:
        asyncio.run(eventually(lambda: _at_rest(house), within=AT_REST_WITHIN_SECONDS))
        idle = house.memory().pss / MEGABYTE
        while (events := house.events()) < stage.size.remembered:
            say(f"{events:,} events of {stage.size.remembered:,}")
            asyncio.run(send(house, TIPS_A_TIME, stage.size.tips_a_second))
        asyncio.run(eventually(lambda: _at_rest(house), within=AT_REST_WITHIN_SECONDS))
        events, after = house.events(), house.memory().pss / MEGABYTE
    limit = IDLE_LIMIT / MEGABYTE
    return [
        below("the whole house, idle", "MB", [idle], limit),
        below(f"the whole house after {events:,} events", "MB", [after], limit),
        beside(f"the whole house after {events:,} events", "MB", [after], "idle", [idle], at_most(GROWN_AT_MOST)),
    ]


async def _at_rest(house: House) -> bool:
    """No log grows."""
    before = house.events()
    # Nothing is waited for: whether a log grows takes a while to see. It is asked again until none does.
    await asyncio.sleep(2.0)
    return house.events() == before
