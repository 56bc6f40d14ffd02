"""Whether deadlines are kept and notices brought: where they are not, every page says so."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec

from services.console.asking import Asking, Refusal, Unreachable

HOLDS = timedelta(seconds=10)
"""For so long one answer holds for everybody: it is asked for every page."""


class Standing(msgspec.Struct, frozen=True):
    """Something is past due and unhandled; some notices reached nobody, and what becomes of them."""

    timers_late: bool = False
    notices_lost: bool = False
    next_try: datetime | None = None
    given_up: bool = False


class StandingBoard:
    """One for the process."""

    def __init__(self) -> None:
        self._since = datetime.min.replace(tzinfo=UTC)
        self._last = Standing()

    async def at(self, now: datetime, asking: Asking) -> Standing:
        """Never keeps a page from being shown. A page that asks a service which is down says so itself."""
        if not self._since <= now < self._since + HOLDS:
            self._since = now
            try:
                async with asyncio.timeout(2.0):
                    self._last = await asking.get("rapid_assessment", "/standing", Standing)
            except (Refusal, Unreachable, TimeoutError):
                self._last = Standing()
        return self._last
