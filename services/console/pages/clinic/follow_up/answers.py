"""What the forensic clinic answers of what follows an exam, as far as these pages read it."""

from datetime import datetime
from uuid import UUID

import msgspec


class Contact(msgspec.Struct, frozen=True):
    """The safe way; None for what was not said, stays sealed, or was destroyed."""

    stated_at: datetime
    how: str | None
    when: str | None
    may_say: str | None
    never_say: str | None


class Try(msgspec.Struct, frozen=True):
    """That somebody reached out."""

    tried_at: datetime
    outcome: str | None


class Item(msgspec.Struct, frozen=True):
    """A visit or test."""

    item: str
    since: datetime
    until: datetime
    stands: str
    settled_at: datetime | None
    outcome: str | None
    outreach: bool
    tries: list[Try]


class FollowUp(msgspec.Struct, frozen=True):
    """All of it. `version` is not the exam's."""

    exam: UUID
    version: int
    tip: UUID
    contact: Contact | None
    items: list[Item]


class FollowUpRow(msgspec.Struct, frozen=True):
    """One line of the list."""

    exam: UUID
    tip: UUID
    item: str
    since: datetime
    until: datetime
    missed: bool
    outreach: bool
    tried_at: datetime | None
