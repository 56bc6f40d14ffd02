"""When something happens in a case that its victims are to be told of, the notice is owed from then on."""

from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.prosecution.victim.owing import Owing, concerned
from services.prosecution.victim.rights import Rights


class OweNotices:
    """Reads the service's own log; each event owes each victim a notice of a kind once."""

    def __init__(self, rights: Rights, time: TimeSource) -> None:
        self._rights = rights
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, Owing):
            return None
        case = await self._rights.cases.case(event.case)
        changes: list[Change] = []
        for who in concerned(case.state, event):
            changes += await self._rights.owe(
                case.state, who, event, happening.event_id, happening.happened_at, self._time.now()
            )
        return Changes(changes) if changes else None
