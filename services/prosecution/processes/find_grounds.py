"""When a case shows that an accused is a victim or was a minor, the alert is raised and convictions are listed."""

from contracts.events.prosecution import OutcomeRecorded
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.prosecution.case.events import (
    CountAgeCorrected,
    CountCleared,
    CountEnteredInError,
    CountFiled,
    CountSuperseded,
    StageEntered,
)
from services.prosecution.safe_harbour.harbours import Harbours

OfCount = (
    CountAgeCorrected
    | CountCleared
    | CountEnteredInError
    | CountFiled
    | CountSuperseded
    | OutcomeRecorded
    | StageEntered
)
"""What a count's age, victim, stage and end can change by."""


class FindGrounds:
    """Reads the service's own log, and compares each accused of the case with what is on record: as the case stands
    now, so that an event read again changes nothing.
    """

    def __init__(self, harbours: Harbours) -> None:
        self._harbours = harbours

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, OfCount):
            return None
        case = await self._harbours.cases.case(event.case)
        changes: list[Change] = []
        for accused in case.state.accused:
            loaded = await self._harbours.harbour(accused)
            events = self._harbours.kept_up(case.state, accused, loaded, [], happening.happened_at)
            if events:
                changes.append(Change(loaded.id, loaded.version, events))
        return Changes(changes, rests_on=(case,)) if changes else None
