"""Tells people that their turns changed: whoever is put on, taken off, moved, replaced, or offered a swap.

The message names nobody, no place and no time. That it reached them, or did not, is on record.
"""

import asyncio
from datetime import datetime
from uuid import UUID, uuid5

from contracts.language import Event
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.rapid_assessment.cases import ROTA, TELLING, Cases
from services.rapid_assessment.reaching import Reach
from services.rapid_assessment.rota.events import (
    HandoverMoved,
    OverrideSet,
    OverrideWithdrawn,
    RotaEnded,
    RotaNotTold,
    RotationSet,
    RotaTold,
    SwapAgreed,
    SwapDeclined,
    SwapOffered,
    SwapWithdrawn,
)
from services.rapid_assessment.rota.shifts import Away, shifts_between
from services.rapid_assessment.rota.state import Rota
from services.rapid_assessment.rotas import people_of

TEXT = (
    "Something about when you are on call changed in Muster. Open {origin}/shifts."
    " / Algo cambió en sus guardias en Muster. Abra {origin}/shifts."
)
CHANGES = (
    RotationSet,
    HandoverMoved,
    RotaEnded,
    OverrideSet,
    OverrideWithdrawn,
    SwapOffered,
    SwapAgreed,
    SwapDeclined,
    SwapWithdrawn,
)


class TellOfRotas:
    """Reacts to this service's own events. Each is told once of each change."""

    def __init__(self, cases: Cases, reach: Reach, origin: str, time: TimeSource) -> None:
        self._cases = cases
        self._reach = reach
        self._origin = origin
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        before = await self._cases.store.load(ROTA, happening.stream, until=happening.version - 1)
        now, on_it = self._time.now(), before.state.people(self._time.now())
        away = (await people_of(self._cases, on_it)).away(on_it, now)
        told = whom(before.state, happening.event, away, now)
        tellings = {who: await self._cases.store.load(TELLING, uuid5(happening.event_id, who.hex)) for who in told}
        waiting = [who for who, telling in sorted(tellings.items()) if not telling.exists]
        events = await asyncio.gather(*(self._tell(before.id, who) for who in waiting))
        changes = [Change(tellings[who].id, 0, [event]) for who, event in zip(waiting, events, strict=True)]
        return Changes(changes) if changes else None

    async def _tell(self, rota: UUID, who: UUID) -> Event:
        reached = await self._reach.tell(who, TEXT.format(origin=self._origin))
        if reached.by is None:
            return RotaNotTold(rota=rota, account=who, refused=reached.refused)
        return RotaTold(rota=rota, account=who, channel=reached.by)


def whom(before: Rota, event: Event, away: Away, now: datetime) -> set[UUID]:
    """Everybody whose turns are others now, or who must answer. Pure. Whoever did it themselves knows."""
    found: set[UUID | None] = set()
    match event:
        case RotationSet() as e:
            found = {*e.participants, *before.people(now)}
        case HandoverMoved() | RotaEnded():
            found = {*before.people(now)}
        case OverrideSet() as e:
            replaced = shifts_between(before, away, e.since, e.until)
            found = {e.account, *(each.account for each in replaced)}
        case OverrideWithdrawn() as e:
            found = {each.account for each in before.overrides if each.override == e.override}
        case SwapOffered() as e:
            found = {e.to}
        case SwapAgreed(swap=swap) | SwapDeclined(swap=swap):
            found = {each.by for each in before.swaps if each.swap == swap}
        case SwapWithdrawn(swap=swap):
            found = {each.to for each in before.swaps if each.swap == swap}
        case _:
            pass
    return {each for each in found if each is not None}
