"""Of whom something is asked at this moment by a kind of channel, and whose a certain address of that kind is.

Addresses are sealed: those are opened of whom something is asked now, and of nobody else. They are compared and shown
to nobody.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from services.kernel.keys import KeyStore
from services.kernel.views import Views
from services.rapid_assessment.ask.ask import HOLDS
from services.rapid_assessment.ask.carried import Kind, normal
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.cases import RESPONDER, Cases
from services.rapid_assessment.drill.drill import LASTS, page_named
from services.rapid_assessment.reaching import addresses_in
from services.rapid_assessment.seat_messages import SeatMessages
from services.rapid_assessment.views.drills import paged_since

SENDING_TAKES = timedelta(minutes=5)
"""At the most, from writing a message down until its code is good."""


class Waiting(NamedTuple):
    """What one message asks of one person. `stream` is that of the ask, or of the page of a drill.

    Whether its code is still good is for whoever takes an answer to look up.
    """

    responder: UUID
    stream: UUID
    code: str
    drill: bool


class AskedNow:
    """Of seats and drills."""

    def __init__(self, cases: Cases, views: Views, keys: KeyStore, codes: AskCodes, messages: SeatMessages) -> None:
        self._cases = cases
        self._views = views
        self._keys = keys
        self._codes = codes
        self._messages = messages

    async def of(self, kind: Kind, address: str, now: datetime) -> Sequence[Waiting]:
        """What whoever has this address was asked by this channel as long as a code is good. Nothing for nobody's."""
        waiting = [*await self._for_seats(kind, now), *await self._for_drills(kind, now)]
        theirs = await self._who_has(kind, normal(kind, address), sorted({each.responder for each in waiting}))
        return [each for each in waiting if each.responder in theirs]

    async def _for_seats(self, kind: Kind, now: datetime) -> list[Waiting]:
        sent = await self._messages.sent_since(kind, now - HOLDS - SENDING_TAKES)
        return [self._waiting(each.responder, each.rung, drill=False) for each in sent]

    async def _for_drills(self, kind: Kind, now: datetime) -> list[Waiting]:
        paged = await paged_since(self._views, now - LASTS)
        return [
            self._waiting(each.responder, page_named(each.drill, each.seat, each.responder), drill=True)
            for each in paged
            if each.carrier == kind
        ]

    def _waiting(self, responder: UUID, asked_by: UUID, *, drill: bool) -> Waiting:
        stream = self._codes.ask_of(self._codes.code(asked_by))
        return Waiting(responder, stream, self._codes.reply_code(asked_by), drill)

    async def _who_has(self, kind: Kind, address: str, responders: Sequence[UUID]) -> set[UUID]:
        if not address:
            return set()
        stated = []
        for who in responders:
            found = addresses_in(await self._cases.store.happenings(who)).get(kind)
            if found is not None and (await self._cases.store.load(RESPONDER, who)).state.counts:
                stated.append((who, *found))
        opened = await self._keys.open_all([(text, event_id, "address") for _, text, event_id in stated])
        return {
            who
            for (who, *_), text in zip(stated, opened, strict=True)
            if text is not None and normal(kind, text) == address
        }
