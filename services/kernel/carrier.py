"""Brings a text to people's addresses, by mail or whatever else an operator set up; no address is ever logged."""

import asyncio
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol
from uuid import UUID

import msgspec

from services.kernel.settings import ProcessSettings

SENT_WITHIN_SECONDS = 20.0
# No user, no other host, and of what may follow "?" only what names no server: "smtp=" would be one.
_SAID = r"(mode=insecure|from=[a-z]+@[a-z.]+\.(example|invalid)|to=[^&?#/]+)"
HERE = re.compile(rf"(mailto|json)://127\.0\.0\.1:(?P<port>[0-9]{{4,5}})(/[A-Za-z0-9_-]*)?(\?{_SAID}(&{_SAID})*)?")

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
        import apprise  # noqa: PLC0415  # not at the start, which it makes longer by a tenth

        sender = apprise.Apprise()
        if not sender.add(address):
            return False
        try:
            async with asyncio.timeout(SENT_WITHIN_SECONDS):
                return bool(await sender.async_notify(title=title, body=text))
        except (TimeoutError, TypeError):
            return False


class StaysHere:
    """Of a demonstration: what it says goes to a server of this machine and nowhere else, whatever was set up for it.

    People type real addresses into houses they try; an invented alarm in the night must never reach one.
    """

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    async def send(self, address: str, title: str, text: str) -> bool:
        if not stays_here(address):
            log.warning("a demonstration sends nothing beyond this machine")
            return False
        return await self._carrier.send(address, title, text)


def carrier_of(settings: ProcessSettings) -> Carrier:
    """What a service of this house sends by."""
    carrier = AppriseCarrier()
    return carrier if settings.data_kind == "real" else StaysHere(carrier)


def stays_here(address: str) -> bool:
    """Whether it names a port of this machine, by number, in a form the library cannot take for another server.

    Below 1024 listen the mail systems of a machine, which would pass on to the world what they are given.
    """
    found = HERE.fullmatch(address)
    return found is not None and 1024 <= int(found["port"]) <= 65535


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
