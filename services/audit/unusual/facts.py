"""What unusual reading is looked for in: a week's reads, and what else is on record about who read and what."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from services.audit.replay.telling import RightsGiven
from services.audit.unusual.shifts import Rota, on_call

CaseAndAccount = tuple[UUID, UUID]
NOTHING_KNOWN: Sequence[RightsGiven] = ()


class Read(NamedTuple):
    """A page, a file of so many `rows`, or a telling. `case` is None for what belongs to none."""

    account: UUID
    agency: str
    at: datetime
    case: UUID | None
    rows: int = 0


class Seated(NamedTuple):
    """What was said at `at` about an account and a seat of a case's team; `left` where they left it by that."""

    at: datetime
    left: bool


class ShutOut(NamedTuple):
    """An account is kept out of a case from `at` on, and before `until`; `named` where a tip names it."""

    at: datetime
    until: datetime | None
    named: bool


class Departed(NamedTuple):
    """The account was closed in the week; its holder had left at `left_at`."""

    account: UUID
    left_at: datetime


class Opening(NamedTuple):
    """A case opened in an emergency, whose review was missed in the week."""

    account: UUID
    case: UUID


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Of the week from `since` to before `until`.

    `before` are earlier reads of those whom a tip named in the week, or whose account was closed in it. `counties` are
    those a case was ever said to be from. `seated` is in order.
    `concealed` are the accounts that were ever asked for one of the seats whose holder is `withheld`.
    """

    since: datetime
    until: datetime
    reads: Sequence[Read] = ()
    before: Sequence[Read] = ()
    rights: Mapping[str, Sequence[RightsGiven]] = {}
    counties: Mapping[UUID, frozenset[str]] = {}
    seated: Mapping[CaseAndAccount, Sequence[Seated]] = {}
    shut_out: Mapping[CaseAndAccount, Sequence[ShutOut]] = {}
    departed: Sequence[Departed] = ()
    openings: Sequence[Opening] = ()
    rotas: Sequence[Rota] = ()
    withheld: frozenset[str] = frozenset()
    concealed: frozenset[UUID] = frozenset()

    def rights_at(self, account: UUID, at: datetime) -> RightsGiven | None:
        """None before the account had any, and where nothing is known of it."""
        given = [each for each in self.rights.get(f"account:{account}", NOTHING_KNOWN) if each.since <= at]
        return given[-1] if given else None

    def conceals(self, account: UUID) -> bool:
        """Whether it may hold a seat whose holder is withheld: then no case is told of it, nor may one be guessed."""
        rights = self.rights_at(account, self.until)
        return account in self.concealed or (rights is not None and not self.withheld.isdisjoint(rights.roles))

    def is_on_call(self, account: UUID, at: datetime) -> bool:
        """By any rota."""
        return any(on_call(rota, at) == account for rota in self.rotas)

    def was_asked(self, read: Read) -> bool:
        """Whether the account had been asked to help with the case when it read."""
        return bool(self._seated(read))

    def had_left(self, read: Read) -> bool:
        """Whether what was said last of the account and the case's team, when it read, is that it had left."""
        said = self._seated(read)
        return bool(said) and said[-1].left

    def shut_out_of(self, read: Read) -> Sequence[ShutOut]:
        """When the account was kept out of the case it read, that time or another."""
        return self.shut_out.get((read.case, read.account), ()) if read.case else ()

    def _seated(self, read: Read) -> Sequence[Seated]:
        """In order."""
        said = self.seated.get((read.case, read.account), ()) if read.case else ()
        return [each for each in said if each.at <= read.at]
