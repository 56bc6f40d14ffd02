"""Whom only a linked tip named sees the cases of a tip again when that link is taken back."""

from collections.abc import Sequence
from typing import Any

from contracts.events.tips import AccountReadmitted
from services.kernel.store import Change, Changes, Loaded
from services.kernel.stored_form import Happening
from services.prosecution.case import decisions as cases
from services.prosecution.cases import Cases
from services.prosecution.matter import decisions as matters


class ReadmitAccounts:
    """Not whoever declared a conflict of interest in one of the cases: that holds for every case of the tip."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, AccountReadmitted):
            return None
        matter = await self._cases.matter(event.tip)
        of_tip = [await self._cases.case(case) for case in matter.state.cases]
        if any(event.account in each.state.conflicts for each in of_tip):
            return None
        streams: Sequence[Loaded[Any]] = (matter, *of_tip)
        changes = [
            Change(matter.id, matter.version, matters.readmit(matter.state, event.tip, event.account)),
            *(Change(each.id, each.version, cases.readmit(each.state, event.account)) for each in of_tip),
        ]
        filled = [change for change in changes if change.events]
        # A conflict that is declared in one of them meanwhile is to be looked at again.
        unchanged = [each for each, change in zip(streams, changes, strict=True) if not change.events]
        return Changes(filled, rests_on=unchanged) if filled else None
