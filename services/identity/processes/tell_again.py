"""Gives a notice about accounts or an incident that no carrier took to its carriers again, as long as it matters.

What a quarter asked matters until it is answered for, an incident until somebody said to have seen it. That an account
was live after its holder had left stays news.
"""

from datetime import datetime

from services.identity.attestation.attestations import RULE as ATTESTATION
from services.identity.attestation.attestations import Attestations
from services.identity.incident.incidents import INCIDENT
from services.identity.incident.incidents import RULE as REPORTED
from services.identity.notice.decisions import try_again
from services.identity.notice.events import AccountNoticeTriedAgain
from services.identity.notice.state import AccountNotice
from services.identity.notice.telling import NOTICE, Telling
from services.kernel.due import DueMoment, Fired
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening


class TellAgain:
    """Reacts to this service's own events."""

    def __init__(self, attestations: Attestations, telling: Telling) -> None:
        self._attestations = attestations
        self._store = attestations.store
        self._telling = telling

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, AccountNoticeTriedAgain):
            return None
        loaded = await self._store.load(NOTICE, event.notice)
        if loaded.state.over or loaded.state.refusals != event.nth - 1:
            return None
        return await self._telling.tell_again(loaded)

    async def on_time(self, due: DueMoment, now: datetime) -> Fired | None:
        """The timer for moments of the kind `notice`; state decides whether one still matters."""
        loaded = await self._store.load(NOTICE, due.clock)
        events = try_again(loaded.state, waits=await self._waits(loaded.state))
        return Fired(loaded, Changes([Change(loaded.id, loaded.version, events)]), now) if events else None

    async def _waits(self, notice: AccountNotice) -> bool:
        if notice.rule == ATTESTATION:
            return (await self._attestations.load(notice.about)).state.waits(missed=notice.missed)
        if notice.rule == REPORTED:
            return not (await self._store.load(INCIDENT, notice.about)).state.acknowledged
        return True
