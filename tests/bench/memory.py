"""What the whole house takes of the machine's memory before anybody uses it, and after many events.

Memory that processes share is counted once. In the longest run the events are a million; in a shorter one they are
those that the tips of this run have led to.
"""

import asyncio
from collections.abc import Sequence

from tests.bench.measuring import Result, at_most, below, beside, say
from tests.bench.stage import House, Stage
from tests.bench.tip_to_team import send
from tests.soak.memory import IDLE_LIMIT, whole
from tests.support.waiting import eventually

MEGABYTE = 1_000_000
GROWN_AT_MOST = 1.2
"""PostgreSQL's shared buffers fill up once: 128 MB of them are no growth."""
TIPS_A_TIME = 500
AT_REST_WITHIN_SECONDS = 900.0


def measure(stage: Stage) -> Sequence[Result]:
    """Of the house that the tips went to."""
    house = stage.house
    while (events := house.events()) < stage.size.remembered:
        say(f"{events:,} events of {stage.size.remembered:,}")
        asyncio.run(send(house, TIPS_A_TIME, stage.size.tips_a_second))
    asyncio.run(eventually(lambda: _at_rest(house), within=AT_REST_WITHIN_SECONDS))
    events = house.events()
    idle, after = whole(house.idle).pss / MEGABYTE, house.memory().pss / MEGABYTE
    limit = IDLE_LIMIT / MEGABYTE
    return [
        below("the whole house, idle", "MB", [idle], limit),
        below(f"the whole house after {events:,} events", "MB", [after], limit),
        beside(f"the whole house after {events:,} events", "MB", [after], "idle", [idle], at_most(GROWN_AT_MOST)),
    ]


async def _at_rest(house: House) -> bool:
    """No log grows."""
    before = house.events()
    await asyncio.sleep(2.0)
    return house.events() == before
