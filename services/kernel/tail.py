"""The end of a log, read once for all jobs of an instance that follow it.

An append wakes them all, each at the same position: by themselves they would read the same rows, once each.
"""

import asyncio
from collections.abc import Sequence

from services.kernel.bell import Bell
from services.kernel.log import Log
from services.kernel.stored_form import Logged

READ_LIMIT = 200


class Tail:
    """What is appended to one log, for those who follow it.

    Take `next()` before `after()`, so that what this instance appends meanwhile is not missed. What another instance
    appends may be left out of one answer; who looks again has it.
    """

    def __init__(self, events: Log, appended: Bell) -> None:
        self._events = events
        self._appended = appended
        self._reading = asyncio.Lock()
        self._begun = 0
        self._since = appended.next()
        self._position = -1
        self._found: Sequence[Logged] = ()

    def next(self) -> asyncio.Event:
        """Is set at the next append of this instance."""
        return self._appended.next()

    async def after(self, position: int) -> Sequence[Logged]:
        """What follows a position in log order, `READ_LIMIT` at most: fewer are all there are."""
        asked = self._begun
        async with self._reading:
            # Nothing may have followed when it was read, and something by now: it must have been read for this asker.
            stands = bool(self._found) or self._begun > asked
            if self._position != position or self._since is not self._appended.next() or not stands:
                self._position, self._found = -1, ()
                self._begun += 1
                self._since = self._appended.next()
                self._found = await self._events.after(position, READ_LIMIT)
                self._position = position
            return self._found

    async def last_position(self) -> int:
        """0 for an empty log."""
        return await self._events.last_position()
