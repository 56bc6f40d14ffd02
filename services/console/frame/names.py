"""Whom a reference stands for: asked of the identity service in the viewer's name, where each read is on record.

Remembered for ten minutes for that viewer with those roles, so that a board that renews itself does not fill the
record; with a session or a role, what was remembered for it is out of reach.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

import msgspec

from services.console.asking import Asking, Refusal
from services.kernel.http.caller import Caller

AT_ONCE = 50
REMEMBERED_SECONDS = 600.0
VIEWERS = 1_000


class Named(msgspec.Struct, frozen=True):
    """What the identity service answers; None for a name that a court had destroyed."""

    account: UUID
    name: str | None


class Names:
    """Names by viewer."""

    def __init__(self) -> None:
        self._seen: OrderedDict[Caller, dict[UUID, tuple[float, str]]] = OrderedDict()

    async def of(self, asking: Asking, caller: Caller, accounts: Iterable[UUID]) -> dict[UUID, str]:
        """Without those whose names the viewer may not know. Raises `Unreachable`."""
        wanted = set(accounts)
        seen = self._seen.setdefault(caller, {})
        self._seen.move_to_end(caller)
        if len(self._seen) > VIEWERS:
            self._seen.popitem(last=False)
        fresh = time.monotonic() - REMEMBERED_SECONDS
        missing = sorted(each for each in wanted if each not in seen or seen[each][0] < fresh)
        for start in range(0, len(missing), AT_ONCE):
            some = missing[start : start + AT_ONCE]
            try:
                # Of a past moment, too, as they are called today: what it names nobody of, nobody is asked about.
                found = await asking.of_the_present.get(
                    "identity", "/accounts/names", list[Named], {"account": [str(each) for each in some]}
                )
            except Refusal:
                break
            for each in found:
                if each.name is not None:
                    seen[each.account] = (time.monotonic(), each.name)
        return {each: seen[each][1] for each in wanted if each in seen}
