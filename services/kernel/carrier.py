"""Brings a text to people's addresses, by mail or whatever else an operator set up; no address is ever logged."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol
from uuid import UUID

import apprise
import msgspec

SENT_WITHIN_SECONDS = 20.0

log = logging.getLogger(__name__)


class Carrier(Protocol):
    """Takes a text to one address. Answers whether it was taken."""

    async def send(self, address: str, title: str, text: str) -> bool: ...


class AppriseCarrier:
    """Mail by SMTP, and whatever else an address of this library names."""

    def __init__(self) -> None:
        # The library logs recipients, sent or refused. What there is to say, `carried` says without them.
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


async def carried(
    carrier: Carrier, addresses: Iterable[str], text: str, notice: UUID
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds of carriers that took a notice, and of those that refused it."""
    sent: list[str] = []
    failed: list[str] = []
    for address in addresses:
        kind = address.partition(":")[0]
        taken = await carrier.send(address, "Muster", f"{text} Notice {notice}.")
        (sent if taken else failed).append(kind)
        if not taken:
            log.warning("a carrier refused a notice", extra={"notice": str(notice), "carrier": kind})
    return tuple(sent), tuple(failed)
