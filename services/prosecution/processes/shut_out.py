"""Whom a tip names, or who declared a conflict of interest elsewhere, is out of every case of that tip."""

from uuid import UUID

from contracts.events.rapid_assessment import AccountKeptOut
from contracts.events.tips import AccountNamed
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.prosecution.case import decisions as cases
from services.prosecution.cases import Cases
from services.prosecution.matter import decisions as matters


class ShutOut:
    """Holds for cases referred later, too: the matter keeps who is out."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case AccountNamed(tip=tip, account=account) | AccountKeptOut(tip=tip, account=account):
                changes = await shut_out(self._cases, tip, account)
                return Changes(changes) if changes else None
            case _:
                return None


async def shut_out(cases_of: Cases, tip: UUID, account: UUID, but: UUID | None = None) -> list[Change]:
    """The changes that keep an account out of the matter and its cases; `but` is a case that is seen to already."""
    matter = await cases_of.matter(tip)
    changes = [Change(matter.id, matter.version, matters.shut_out(matter.state, tip, account))]
    for reference in matter.state.cases:
        if reference != but:
            case = await cases_of.case(reference)
            changes.append(Change(case.id, case.version, cases.keep_out(case.state, case.id, account)))
    return [change for change in changes if change.events]
