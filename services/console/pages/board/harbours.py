"""Which accused may be victims, for the coordinator's board: the alert, and what is still owed, without the case."""

import asyncio
from collections.abc import Sequence

from services.console.asking import Refusal, Unreachable
from services.console.frame.visit import Visit
from services.console.pages.court.answers import PROSECUTION
from services.console.pages.court.safe_harbour.answers import HarbourRow


async def alerts_of(visit: Visit) -> Sequence[HarbourRow] | None:
    """Those to see or to refer. None where the prosecution did not say: the board of the night is shown without it."""
    try:
        async with asyncio.timeout(2.0):
            rows = await visit.asking.get(PROSECUTION, "/safe-harbour", list[HarbourRow])
    except (Refusal, Unreachable, TimeoutError):
        return None
    return [each for each in rows if each.of_the_coordinator]
