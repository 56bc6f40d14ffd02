"""The mail of a demonstration, as whoever it is for reads it."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from deploy.demo.interfaces import DemoStopped
from deploy.embedded.mailbox import Mail, read_mails

MAIL_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 0.1
# Nobody has, or will ever have, an address there (RFC 2606).
DOMAIN = "people.invalid"
DRILL = "DRILL / SIMULACRO"
_ASKED = re.compile(r"/answer#([A-Z2-7-]{20,})")
_PROOF = re.compile(r"code for Muster is ([0-9]{6})\b")


class Counted(NamedTuple):
    """How many mails somebody got of each kind."""

    asks: int
    drills: int


class Post:
    """`folder` holds the mails as they came; `set_up` makes the house send by mail."""

    def __init__(self, folder: Path, set_up: Callable[[], None]) -> None:
        self._folder = folder
        self.set_up = set_up

    def last(self) -> int:
        """The number of the newest mail; 0 where there is none."""
        mails = read_mails(self._folder)
        return mails[-1].number if mails else 0

    def counted(self, label: str) -> Counted:
        """What came for somebody so far."""
        asking = [mail for mail in self._of(label) if _ASKED.search(mail.text)]
        drills = sum(mail.title == DRILL for mail in asking)
        return Counted(len(asking) - drills, drills)

    def code(self, label: str, *, drill: bool) -> str:
        """That of the newest mail that asks them for a seat, or pages them for a drill; empty where none came."""
        found = [
            asked[1]
            for mail in self._of(label)
            if (mail.title == DRILL) == drill and (asked := _ASKED.search(mail.text)) is not None
        ]
        return found[-1] if found else ""

    async def proof(self, label: str, after: int) -> str:
        """The code in the mail that proves their address, once it has come. Raises `DemoStopped`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + MAIL_SECONDS
        while loop.time() < deadline:
            for mail in self._of(label, after):
                if found := _PROOF.search(mail.text):
                    return found[1]
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        raise DemoStopped(f"No code came to {address_of(label)}.")

    def _of(self, label: str, after: int = 0) -> list[Mail]:
        return [mail for mail in read_mails(self._folder, after) if mail.to == address_of(label)]


def address_of(label: str) -> str:
    """Everybody has one, and nobody at all reads it."""
    return f"{label}@{DOMAIN}"
