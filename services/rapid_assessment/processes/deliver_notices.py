"""Brings a requested notice to its role: on the board in any case, and by the carriers the agency set up.

A carrier may be asked twice when the process dies between sending and recording; nobody is told too little.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import apprise
import msgspec

from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import NOTICE
from services.rapid_assessment.notice.events import NoticeFailed, NoticeRequested, NoticeSent
from services.rapid_assessment.notice.notice import Why

BOARD = "board"
SENT_WITHIN_SECONDS = 20.0

WORDS: Mapping[str, str] = {
    Why.CLOCK_WARNED: "A 24-hour deadline is coming near. Open the case in Muster now.",
    Why.CLOCK_MISSED: "A 24-hour deadline was missed. Open the case in Muster now.",
    Why.SEATS_STILL_EMPTY: "A team does not stand: seats are empty. Open the case in Muster now.",
    Why.CONTACT_IMPOSSIBLE: "In-person contact cannot be made in time. Open the case in Muster now.",
    Why.ADULT_TIP: "A tip about an adult needs you. Open the case in Muster.",
    Why.KIT_DUTY_WARNED: "A deadline is coming near. Open your board in Muster now.",
    Why.GLASS_BROKEN: "Somebody opened a case in an emergency, which is to be reviewed. Open your board in Muster now.",
    Why.REVIEW_WARNED: "The review of an emergency opening is running out. Open your board in Muster now.",
    Why.REVIEW_MISSED: "The review of an emergency opening was missed. Open your board in Muster now.",
    Why.KIT_DUTY_MISSED: "A deadline was missed. Open your board in Muster now.",
}

log = logging.getLogger(__name__)


class Carrier(Protocol):
    """Takes a text to one address. Answers whether it was taken."""

    async def send(self, address: str, title: str, text: str) -> bool: ...


class AppriseCarrier:
    """Mail by SMTP, and whatever else an address of this library names."""

    def __init__(self) -> None:
        # The library logs recipients, sent or refused. What there is to say, `DeliverNotices` says without them.
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)

    async def send(self, address: str, title: str, text: str) -> bool:
        sender = apprise.Apprise()
        if not sender.add(address):
            return False
        try:
            async with asyncio.timeout(SENT_WITHIN_SECONDS):
                return bool(await sender.async_notify(title=title, body=text))
        except (TimeoutError, TypeError):
            return False


def read_addresses(file: Path) -> Mapping[str, Sequence[str]]:
    """Role to addresses, from `notices.json` beside the secrets; none where there is no file."""
    if not file.exists():
        return {}
    return msgspec.json.decode(file.read_bytes(), type=dict[str, list[str]])


class DeliverNotices:
    """The text holds no name, no place and no time of a case: only that there is something to open."""

    def __init__(self, store: EventStore, addresses: Mapping[str, Sequence[str]], carrier: Carrier) -> None:
        self._store = store
        self._addresses = addresses
        self._carrier = carrier

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, NoticeRequested):
            return None
        loaded = await self._store.load(NOTICE, event.notice)
        if loaded.state.delivered:
            return None
        sent, failed = await self._send(event)
        told = NoticeSent(notice=event.notice, carriers=(BOARD, *sent))
        events = [told, NoticeFailed(notice=event.notice, carriers=failed)] if failed else [told]
        return Changes([Change(event.notice, loaded.version, events)])

    async def _send(self, event: NoticeRequested) -> tuple[tuple[str, ...], tuple[str, ...]]:
        sent: list[str] = []
        failed: list[str] = []
        for address in self._addresses.get(event.role, ()):
            kind = address.partition(":")[0]
            taken = await self._carrier.send(address, "Muster", f"{WORDS[event.why]} Notice {event.notice}.")
            (sent if taken else failed).append(kind)
            if not taken:
                log.warning("a carrier refused a notice", extra={"notice": str(event.notice), "carrier": kind})
        return tuple(sent), tuple(failed)
