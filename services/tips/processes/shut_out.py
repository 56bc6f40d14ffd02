"""Whoever declares a conflict of interest with the team is out of the tip, too: its pages, lists and shares.

And of every tip that is linked with it, for good: when they said so it was one case, and nobody asks them which child
they meant.
"""

from contracts.events.rapid_assessment import AccountKeptOut
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.tips.tip import decisions
from services.tips.tip.tips import Tips


class ShutOut:
    """Once for an account, however often it is told."""

    def __init__(self, tips: Tips) -> None:
        self._tips = tips

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, AccountKeptOut):
            return None
        loaded = await self._tips.load(event.tip)
        group = await self._tips.group(loaded)
        changes = [
            Change(
                each.id,
                each.version,
                decisions.shut_out(each.state, each.id, event.account)
                if each.id == loaded.id
                else decisions.name_account(each.state, event.account),
                case=each.case or each.id,
            )
            for each in group
        ]
        filled = [change for change in changes if change.events]
        unchanged = [each for each, change in zip(group, changes, strict=True) if each.exists and not change.events]
        return Changes(filled, rests_on=unchanged) if filled else None
