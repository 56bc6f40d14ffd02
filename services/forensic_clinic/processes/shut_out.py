"""Whoever is kept out of a case is kept out of its exams: shown none, and taken off those they were to do."""

from contracts.events.rapid_assessment import AccountKeptOut
from contracts.events.tips import AccountNamed
from services.forensic_clinic.case import case as cases
from services.forensic_clinic.cases import Clinic
from services.forensic_clinic.exam import decisions
from services.kernel.periods import release
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening


class ShutOut:
    """Whom a tip names, the tips service tells; whoever has a conflict, the rapid assessment service."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, AccountNamed | AccountKeptOut):
            return None
        case = await self._clinic.case(event.tip)
        shut = cases.shut_out(case.state, event.tip, event.account)
        if not shut:
            return None
        exams = [await self._clinic.exam(exam) for exam in case.state.exams]
        theirs = [each for each in exams if each.state.kept_with(event.account)]
        return Changes(
            [
                Change(case.id, case.version, shut, case=event.tip),
                *(Change(each.id, each.version, decisions.give_up(each.state), case=event.tip) for each in theirs),
            ],
            [release(each.id) for each in theirs],
            # An exam that is given to this nurse meanwhile is to be looked at again.
            [each for each in exams if each not in theirs],
        )
