"""Which running clocks of which cases would move under the version of their rule in force now, and what is sent back.

Asked only where a rule has a newer version: each case that is asked about is put on record as shown.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.listing import listed
from services.console.asking import Asking, at

Keeper = Literal["rapid_assessment", "tips"]
KEEPERS: tuple[Keeper, ...] = get_args(Keeper)
PATHS: Mapping[Keeper, str] = {"rapid_assessment": "teams", "tips": "tips"}
MOVES = "moves"
PAGE = 10
OPEN = 100
DUTIES = 200
"""As many of a rule as the tips service tells at once."""


class Recomputed(msgspec.Struct, frozen=True):
    """A clock that runs, as it stands and under the version in force now."""

    clock: UUID
    rule: str
    due_at: datetime
    new_version: int | None
    new_due_at: datetime | None
    outcome: str


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A clock and the time it was shown to get."""

    clock: UUID
    due_at: datetime


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was shown of one record, as its form sends it back: nothing else is done."""

    case: UUID
    keeper: Keeper
    record: UUID
    version: int
    moves: tuple[Move, ...]


class OfCase(msgspec.Struct, frozen=True):
    """A case: what would move, and of each record of it what is sent back."""

    case: UUID
    clocks: Sequence[Recomputed]
    records: Sequence[Shown]

    @property
    def fields(self) -> Sequence[str]:
        """For the form."""
        return [msgspec.json.encode(each).decode() for each in self.records]


class _Record(msgspec.Struct, frozen=True):
    reference: UUID
    version: int


class _Row(msgspec.Struct, frozen=True):
    tip: UUID


class _Open(msgspec.Struct, frozen=True):
    cases: list[_Row]
    total: int


def newer_rules(tables: Jurisdiction, today: date) -> Mapping[Keeper, Sequence[str]]:
    """By who keeps it, the rules of which a second or later version is in force."""
    found = [each for each in listed(tables, today) if each.version > 1 and each.standing == "on"]
    by_keeper = {keeper: tuple(each.rule for each in found if each.kept_by == keeper) for keeper in KEEPERS}
    return {keeper: rules for keeper, rules in by_keeper.items() if rules}


async def cases_with(asking: Asking, newer: Mapping[Keeper, Sequence[str]]) -> tuple[Sequence[UUID], bool]:
    """Open cases of which such a clock may run, those first that are due first; and whether those are all."""
    found, are_all = list[UUID](), True
    if "rapid_assessment" in newer:
        while True:
            page = await asking.get("rapid_assessment", "/teams/open", _Open, {"limit": OPEN, "skip": len(found)})
            found += [each.tip for each in page.cases]
            if not page.cases or len(found) >= page.total:
                break
    for rule in newer.get("tips", ()):
        rows = await asking.get("tips", "/duties", list[_Row], {"rule": rule})
        found += [each.tip for each in rows]
        are_all = are_all and len(rows) < DUTIES
    return list(dict.fromkeys(found)), are_all


async def of_case(asking: Asking, case: UUID, newer: Mapping[Keeper, Sequence[str]]) -> OfCase:
    """What would move of it; nothing of a record that is not there or not for these eyes."""
    kept = await asyncio.gather(*(_of_record(asking, keeper, case) for keeper in newer))
    moving = [(clocks, shown) for clocks, shown in kept if clocks and shown is not None]
    return OfCase(case, [each for clocks, _ in moving for each in clocks], [shown for _, shown in moving])


async def _of_record(asking: Asking, keeper: Keeper, case: UUID) -> tuple[Sequence[Recomputed], Shown | None]:
    place = at("teams", "of-tip", case) if keeper == "rapid_assessment" else at("tips", case)
    # Read before what would move: what changes between the two is refused as stale.
    record = await asking.find(keeper, place, _Record)
    if record is None:
        return (), None
    path = at(PATHS[keeper], record.reference, "recompute")
    clocks = [each for each in await asking.get(keeper, path, list[Recomputed]) if each.outcome == MOVES]
    moves = tuple(Move(each.clock, each.new_due_at) for each in clocks if each.new_due_at is not None)
    return clocks, Shown(case, keeper, record.reference, record.version, moves)
