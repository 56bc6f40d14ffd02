"""Tells a responder who was asked for a seat, by the address they stated, that something waits for their answer.

The message holds no name, no place and no time of a case: a link, and a code that answers this proposal alone. What
stands is looked at once more before it is sent: nobody who answered, was replaced or is kept out is told. A carrier may
be asked twice when the process dies between sending and recording; the second message holds the same code.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import msgspec

from contracts.language import Event
from services.kernel.carrier import Carrier
from services.kernel.keys import KeyStore
from services.kernel.sealing import CannotOpen
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.rapid_assessment.ask.ask import HOLDS
from services.rapid_assessment.ask.codes import AskCodes
from services.rapid_assessment.ask.events import AskNotSent, AskSent
from services.rapid_assessment.ask.proposals import standing
from services.rapid_assessment.cases import ASK, RESPONDER, Cases
from services.rapid_assessment.responder.events import AddressStated, AddressWithdrawn
from services.rapid_assessment.team.events import SeatProposed

PLACE = "{address}"
TEXT = (
    "Something waits for your answer in Muster. Open {origin}/answer#{code} or sign in."
    " If you are asked for a code, it is {code}. It is good for two hours, once, and for you alone."
)

log = logging.getLogger(__name__)


def read_carriers(file: Path) -> Mapping[str, str]:
    """Kind of address to a carrier's, with `{address}` where somebody's goes; none where there is no file."""
    return msgspec.json.decode(file.read_bytes(), type=dict[str, str]) if file.exists() else {}


class TellAsked:
    """Reacts to proposals."""

    def __init__(  # noqa: PLR0913, PLR0917, RUF100 - each is a part of its own
        self,
        cases: Cases,
        keys: KeyStore,
        codes: AskCodes,
        carriers: Mapping[str, str],
        carrier: Carrier,
        origin: str,
        time: TimeSource,
    ) -> None:
        self._cases = cases
        self._keys = keys
        self._codes = codes
        self._carriers = carriers
        self._carrier = carrier
        self._origin = origin
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        asked = happening.event
        if not isinstance(asked, SeatProposed):
            return None
        code = self._codes.code(happening.event_id)
        ask = await self._cases.store.load(ASK, self._codes.ask_of(code))
        where = await self._address_of(asked.responder, asked.seat)
        if ask.exists or where is None:
            return None
        team = await self._cases.team(asked.team)
        if await standing(self._cases, team, asked.seat, asked.responder) != happening.event_id:
            return None
        kind, address = where
        taken = await self._carrier.send(address, "Muster", TEXT.format(origin=self._origin, code=code))
        if not taken:
            log.warning("a carrier refused to tell somebody who is asked", extra={"ask": str(ask.id), "carrier": kind})
        return Changes([Change(ask.id, ask.version, [self._told(asked, happening.event_id, kind, taken=taken)])])

    def _told(self, asked: SeatProposed, proposal: UUID, carrier: str, *, taken: bool) -> Event:
        team, seat, responder = asked.team, asked.seat, asked.responder
        if not taken:
            return AskNotSent(team=team, seat=seat, responder=responder, proposal=proposal, carrier=carrier)
        until = self._time.now() + HOLDS
        return AskSent(team=team, seat=seat, responder=responder, proposal=proposal, carrier=carrier, until=until)

    async def _address_of(self, responder: UUID, seat: str) -> tuple[str, str] | None:
        """The kind and the carrier's whole address; None where none was stated, can be opened, or has a carrier.

        None, too, where they fill no such seat: they left, say, by what is on record at this moment.
        """
        last = None
        if not (await self._cases.store.load(RESPONDER, responder)).state.counts_for(seat):
            return None
        for each in await self._cases.store.happenings(responder):
            if isinstance(each.event, AddressStated):
                last = (each.event, each.event_id)
            elif isinstance(each.event, AddressWithdrawn):
                last = None
        if last is None or last[0].kind not in self._carriers:
            return None
        stated, event_id = last
        try:
            address = await self._keys.open(stated.address, event_id, "address")
        except CannotOpen:
            return None
        return stated.kind, self._carriers[stated.kind].replace(PLACE, quote(address, safe=""))
