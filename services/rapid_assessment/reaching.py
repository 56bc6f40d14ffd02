"""Brings a text to a responder by the channels they stated: the one last seen to work first, until one takes it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, Protocol
from urllib.parse import quote
from uuid import UUID

import msgspec

from contracts.language import Personal
from services.kernel.carrier import Carrier
from services.kernel.keys import KeyStore
from services.kernel.on_file import OnFile
from services.kernel.sealing import CannotOpen
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import RESPONDER, Cases
from services.rapid_assessment.responder.events import (
    AddressStated,
    AddressWithdrawn,
    ChannelStated,
    ChannelWithdrawn,
)
from services.rapid_assessment.responder.state import ONCE, Channel
from services.rapid_assessment.seat_messages import Leave

PLACE = "{address}"
TITLE = "Muster"
MARK = "Sent once more, as the first may not have reached you."


class Reached(NamedTuple):
    """The kind of channel that took a text, if one did, and those that refused it before.

    `once_more`: it may have gone out twice. `stopped` says why it went out by none, where no channel was asked.
    """

    by: str | None
    refused: tuple[str, ...]
    once_more: bool = False
    stopped: Leave | None = None


class Sending(Protocol):
    """Asked before a text goes out by a kind of channel, and told what came of it."""

    async def begin(self, kind: str) -> Leave: ...

    async def end(self, kind: str, *, taken: bool) -> None: ...


class _Freely:
    """Whatever is to go out goes out."""

    async def begin(self, kind: str) -> Leave:
        return Leave.GO

    async def end(self, kind: str, *, taken: bool) -> None:
        return None


FREELY = _Freely()


class Reach:
    """Who has left or is suspended, by what is on record at this moment, is reached nowhere."""

    def __init__(self, cases: Cases, keys: KeyStore, carriers: Mapping[str, str], carrier: Carrier) -> None:
        self._cases = cases
        self._keys = keys
        self._carriers = carriers
        self._carrier = carrier

    @property
    def goes_out(self) -> bool:
        """Whether the operator has set up any carrier."""
        return bool(self._carriers)

    async def tell(
        self,
        responder: UUID,
        text: str,
        *,
        instead: Mapping[str, str] = MappingProxyType({}),
        only: str | None = None,
        first: Sequence[str] = (),
        seat: str | None = None,
        sending: Sending = FREELY,
        title: str = TITLE,
        mark: str = MARK,
    ) -> Reached:
        """By `only` one kind where it is given, else those that come `first` before the others.

        What goes out by some kinds `instead` of the text is given by their name.
        Of a `seat`, whoever fills none such is told nothing. `sending` has the say over each channel; otherwise a
        carrier may be asked twice after a crash. What may go out twice has the `mark` at its head the second time.
        """
        refused: list[str] = []
        addresses = await self._addresses(responder, only, seat)
        for kind, address in sorted(addresses, key=lambda each: each[0] not in first):
            leave = await sending.begin(kind)
            match leave:
                case Leave.TAKEN:
                    return Reached(kind, tuple(refused))
                case Leave.BRAKED | Leave.CHANGED:
                    return Reached(None, tuple(refused), stopped=leave)
                case Leave.REFUSED:
                    refused.append(kind)
                    continue
                case _:
                    pass
            once_more = leave is Leave.ONCE_MORE
            said = instead.get(kind, text)
            taken = await self._carrier.send(address, title, f"{mark} {said}" if once_more else said)
            await sending.end(kind, taken=taken)
            if taken:
                return Reached(kind, tuple(refused), once_more=once_more)
            refused.append(kind)
        return Reached(None, tuple(refused))

    async def _addresses(self, responder: UUID, only: str | None, seat: str | None) -> Sequence[tuple[str, str]]:
        """Kind and the carrier's whole address, of those that have a carrier and can be opened."""
        who = (await self._cases.store.load(RESPONDER, responder)).state
        if not who.counts or (seat is not None and not who.counts_for(seat)):
            return ()
        carriers = dict(self._carriers)
        sealed = addresses_in(await self._cases.store.happenings(responder))
        found = []
        for channel in in_order(who.channels):
            if channel.kind not in carriers or channel.kind not in sealed or only not in {None, channel.kind}:
                continue
            text, event_id = sealed[channel.kind]
            try:
                address = await self._keys.open(text, event_id, "address")
            except CannotOpen:
                continue
            found.append((channel.kind, carriers[channel.kind].replace(PLACE, quote(address, safe=""))))
        return found


class CarriersOnFile(OnFile[str]):
    """As `read_carriers`, whatever the file says at the moment."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, read_carriers)


def read_carriers(file: Path) -> Mapping[str, str]:
    """Kind of channel to a carrier's address, with `{address}` where somebody's goes; none where there is no file.

    What an operator set up for `telephone` before there were channels is meant for text messages.
    """
    written = msgspec.json.decode(file.read_bytes(), type=dict[str, str]) if file.exists() else {}
    return {ONCE.get(kind, kind): address for kind, address in written.items()}


def in_order(channels: Sequence[Channel]) -> Sequence[Channel]:
    """Last seen to work first; those never proven last, the newest of them before."""
    proven = sorted(
        (each for each in channels if each.proven_at is not None),
        key=lambda each: each.proven_at.timestamp() if each.proven_at else 0.0,
        reverse=True,
    )
    return [*proven, *(each for each in reversed(channels) if each.proven_at is None)]


def addresses_in(happenings: Sequence[Happening]) -> Mapping[str, tuple[Personal, UUID]]:
    """The latest of each kind that was not taken back, sealed, and the event it is sealed in."""
    found: dict[str, tuple[Personal, UUID]] = {}
    for each in happenings:
        match each.event:
            case ChannelStated() as event:
                found[event.kind] = (event.address, each.event_id)
            case AddressStated() as event:
                found[ONCE.get(event.kind, event.kind)] = (event.address, each.event_id)
            case AddressWithdrawn():
                found.clear()
            case ChannelWithdrawn() as event:
                found.pop(event.kind, None)
            case _:
                pass
    return found
