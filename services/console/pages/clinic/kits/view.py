"""Lists of kits as queues named by what is to be done, not by what a kit is."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from services.console.pages.clinic.answers import KitRow
from services.kernel.http.caller import Caller

OFFERED, HELD, ALL = "offered", "held", "all"
RULES = ("C54", "C55", "C56", "C57", "C89", "C90")
QUEUES = (OFFERED, HELD, *RULES, ALL)
MOST = 200
"""As many as the service lists, due soonest first."""


class Queue(NamedTuple):
    """Its code, how many are in it, and how many of those are late."""

    name: str
    number: int
    late: int


def is_in(row: KitRow, queue: str, caller: Caller) -> bool:
    """Whether a kit waits there for this person."""
    match queue:
        case "offered":
            return row.asked_agency == caller.agency and row.asked_role in caller.roles
        case "held":
            return row.holder is not None and row.holder == caller.account
        case "all":
            return True
        case rule:
            return any(duty.rule == rule for duty in row.duties)


def queues_of(rows: Sequence[KitRow], caller: Caller) -> list[Queue]:
    """Those that hold something, and the list of all."""
    found = []
    for name in QUEUES:
        there = [row for row in rows if is_in(row, name, caller)]
        late = sum(any(duty.missed for duty in row.duties if name in {duty.rule, ALL}) for row in there)
        if there or name == ALL:
            found.append(Queue(name, len(there), late))
    return found


def people_of(rows: Sequence[KitRow]) -> set[UUID]:
    """Whose names the lines need."""
    return {row.holder for row in rows if row.holder is not None}
