"""Who holds the advocate's seat is told to the team and to those who form it; others learn whether it is filled.

What an advocate does for a victim is theirs alone (28 CFR 94.115), and so is for whom.
"""

from collections.abc import Collection
from uuid import UUID

import msgspec

from services.kernel.http.caller import Caller
from services.kernel.http.gate import ANY, Record
from services.rapid_assessment.cases import Cases

NONE: Collection[str] = frozenset()


class Withheld(msgspec.Struct, frozen=True):
    """Of which seats a caller is not told the holder: of a team they sit on, and of any other. Asked once a page."""

    caller: Caller
    as_member: Collection[str]
    otherwise: Collection[str]

    def of(self, members: Collection[UUID]) -> Collection[str]:
        """The seats of a team with these members."""
        return self.as_member if self.caller.account in members else self.otherwise


def withheld_from(cases: Cases, caller: Caller) -> Withheld:
    """For teams that the caller sees at all: whoever is kept out of one was answered before."""
    seats = frozenset(seat.seat for seat in cases.jurisdiction.seat_rows if seat.holder_withheld)

    def withheld(*members: UUID) -> Collection[str]:
        record = Record("Team", ANY, accounts={"excluded": (), "members": members})
        return NONE if cases.gate.may_touch(caller, "read_advocate", record) else seats

    return Withheld(caller, withheld(caller.account) if caller.account else seats, withheld())
