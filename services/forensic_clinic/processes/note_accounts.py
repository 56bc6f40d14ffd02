"""What happens to an account counts here: closed, suspended or no nurse's any more, it is offered and booked no more.

Of who left, or is no nurse any more, what is planned and has not begun is given up at once: the exam waits for another
time. A suspension may be lifted in the morning and nurses are few: what is booked with her stays, and shows it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from contracts.events.identity import AccountClosed, RoleGranted, RoleRemoved, WorkResumed, WorkSuspended
from contracts.language import Event
from contracts.periods import YEARS
from services.forensic_clinic.cases import Clinic
from services.forensic_clinic.exam import decisions as exams
from services.forensic_clinic.nurse import decisions
from services.forensic_clinic.nurse.events import NurseLeft, NurseRoleRemoved
from services.forensic_clinic.nurse.state import Nurse
from services.kernel.batch import Effect
from services.kernel.periods import leave_free, release
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource

ROLE = "forensic_nurse"
EVER = datetime(YEARS[-1], 1, 1, tzinfo=UTC)
AccountNews = AccountClosed | WorkSuspended | WorkResumed | RoleRemoved | RoleGranted
ACCOUNT_NEWS: tuple[type[Event], ...] = (AccountClosed, WorkSuspended, WorkResumed, RoleRemoved, RoleGranted)


class NoteAccounts:
    """Reacts to the identity service, of any account: it may be made a nurse's later. Nothing is noted twice."""

    def __init__(self, clinic: Clinic, time: TimeSource) -> None:
        self._clinic = clinic
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, AccountNews) or getattr(event, "role", ROLE) != ROLE:
            return None
        loaded = await self._clinic.nurse(event.account)
        noted = _noted(loaded.state, event, happening.happened_at)
        if not noted:
            return None
        own = Change(loaded.id, loaded.version, noted, case=loaded.case)
        gone = isinstance(noted[0], NurseLeft | NurseRoleRemoved)
        given_up, freed = await self._given_up(event.account) if gone else ((), ())
        return Changes([own, *given_up], freed)

    async def _given_up(self, nurse: UUID) -> tuple[Sequence[Change], Sequence[Effect]]:
        """Her exams that have not begun, and her time; a booking of the same moment makes this be decided again."""
        now = self._time.now()
        taken = await self._clinic.periods.taken([nurse], now, EVER)
        planned = [await self._clinic.exam(each.holder) for each in taken if each.since > now]
        changes = [
            Change(each.id, each.version, exams.give_up(each.state), case=each.state.tip)
            for each in planned
            if each.state.kept_with(nurse)
        ]
        in_hand_until = max((each.until for each in taken if each.since <= now), default=now)
        return changes, [*(release(each.stream) for each in changes), *leave_free(nurse, in_hand_until, EVER)]


def _noted(nurse: Nurse, event: AccountNews, since: datetime) -> list[Event]:
    match event:
        case AccountClosed():
            return decisions.leave(nurse, event.account, event.left_at)
        case WorkSuspended():
            return decisions.suspend(nurse, event.account, since)
        case WorkResumed():
            return decisions.come_back(nurse, event.account)
        case RoleRemoved():
            return decisions.lose_role(nurse, event.account, since)
        case RoleGranted():
            return decisions.regain_role(nurse, event.account)
