"""When something happens in a case that its victims are to be told of, the notice is owed from then on."""

from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.prosecution.victim.owing import OfCase, concerned
from services.prosecution.victim.rights import Rights


class OweNotices:
    """Reads the service's own log; each event owes each victim a notice of a kind once. What a request or the end of a
    sentence owes is decided with it.
    """

    def __init__(self, rights: Rights, time: TimeSource) -> None:
        self._rights = rights
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, OfCase):
            return None
        case = await self._rights.cases.case(event.case)
        changes: list[Change] = []
        for who in concerned(case.state, event):
            victim = await self._rights.victim(case.id, who)
            events, clocks = await self._rights.owe(
                case.state, victim, event, who, happening.event_id, happening.happened_at, self._time.now()
            )
            if events:
                changes += [Change(victim.id, victim.version, events), *clocks]
        return Changes(changes) if changes else None
