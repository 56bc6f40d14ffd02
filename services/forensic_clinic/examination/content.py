"""What is sealed in an examination's events: words of closed lists, and no free text, so that no result fits in.

All are written to one length: a ciphertext is as long as its text, and a length would tell a step.
"""

from typing import Literal
from uuid import UUID

import msgspec

from contracts.language import Personal

LENGTH = 256
"""Characters of every sealed content; longer than any that can be written."""

EVERYTHING = "everything"
"""In place of a step: all of them, for whoever takes their consent back altogether."""

Word = Literal["consented", "declined", "withdrawn"]
Outcome = Literal["offered", "taken", "declined", "not_applicable"]


class Consent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="consent"):
    """Who said what about which step. `by` is a giver of the jurisdiction's list, `step` one of it or `EVERYTHING`."""

    step: str
    word: Word
    by: str


class Noted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="step"):
    """What was done about a step; `reason` is of the list, and empty where none is asked for."""

    step: str
    outcome: Outcome
    reason: str = ""


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="code"):
    """A diagnosis code, in capitals."""

    code: str


Content = Consent | Noted | Diagnosis


def sealed(person: UUID, content: Content) -> Personal:
    """As an event carries it on its way to be sealed."""
    return Personal(person=person, text=msgspec.json.encode(content).decode().ljust(LENGTH))


def read(text: str) -> Content:
    """The other way."""
    found: Content = msgspec.json.decode(text.encode(), type=Content)
    return found
