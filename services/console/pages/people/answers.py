"""What the identity service answers about the people of an agency."""

from datetime import datetime
from uuid import UUID

import msgspec

STANDINGS = ("invited", "active", "leaving", "locked", "suspended", "dormant", "closed")


class Account(msgspec.Struct, frozen=True):
    """Names are None where a court had them destroyed. No `counties`: wherever their agency works."""

    reference: UUID
    version: int
    agency: str
    roles: list[str]
    name: str | None
    sign_in_name: str | None
    counties: list[str]
    leaves_at: datetime | None
    answer_by: datetime | None


class Person(msgspec.Struct, frozen=True):
    """An account with how it stands."""

    account: Account
    standing: str
    dormant: bool
    locked: bool
    invited_until: datetime | None
    signed_in_at: datetime | None


class People(msgspec.Struct, frozen=True):
    """A page of them; `next` leads to the following."""

    accounts: list[Person]
    next: int | None


class Quarter(msgspec.Struct, frozen=True):
    """When the agency's administrators are asked, and by when they answer."""

    quarter: int
    since: datetime
    asked_from: datetime
    due_at: datetime
    asked: bool
    total: int
    answered: int
    rule: str
    citation: str


class Attestation(msgspec.Struct, frozen=True):
    """`accounts` are those nobody has answered for."""

    quarter: Quarter | None
    accounts: list[Person]
    next: int | None


class Invited(msgspec.Struct, frozen=True):
    """The answer to a command that invites; shown once."""

    reference: UUID
    invitation: str
