"""What is sealed of a visit or test: one word of a closed list, of one length. A result is no word of it."""

from typing import Literal
from uuid import UUID

import msgspec

from contracts.language import Personal

LENGTH = 64
"""Characters of every sealed word, so that its ciphertext does not tell it by its length."""

Settlement = Literal["done", "declined", "not_needed", "done_elsewhere"]
Outreach = Literal["reached", "not_reached", "not_safe_to_try_now"]


class Settled(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="settled"):
    """What became of it."""

    outcome: Settlement


class Tried(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="tried"):
    """What came of reaching out."""

    outcome: Outreach


def sealed(person: UUID, content: Settled | Tried) -> Personal:
    """As an event carries it on its way to be sealed."""
    return Personal(person=person, text=msgspec.json.encode(content).decode().ljust(LENGTH))


def read(text: str) -> str:
    """The word."""
    found: Settled | Tried = msgspec.json.decode(text.encode(), type=Settled | Tried)
    return found.outcome
