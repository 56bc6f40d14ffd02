"""Tells the administrators of the reporter's agency, and the operators, that a security incident was reported.

In time or late: a miss of the hour is recorded with the report and told by no notice of its own.
"""

from services.identity.incident.events import IncidentReported
from services.identity.incident.incidents import Incidents
from services.identity.notice.state import notice_of
from services.identity.notice.telling import NOTICE, Telling
from services.kernel.store import Changes
from services.kernel.stored_form import Happening


class TellOfIncidents:
    """Reacts to this service's own events."""

    def __init__(self, incidents: Incidents, telling: Telling) -> None:
        self._incidents = incidents
        self._telling = telling

    async def __call__(self, happening: Happening) -> Changes | None:
        reported = happening.event
        if not isinstance(reported, IncidentReported):
            return None
        notice = await self._incidents.store.load(NOTICE, notice_of(reported.incident))
        if notice.state.done:
            return None
        rule = await self._incidents.rule(reported.incident)
        about = reported.incident
        return await self._telling.tell(notice, reported.agency, rule.rule, rule.told_at_miss, about, missed=False)
