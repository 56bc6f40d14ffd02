"""Asks the next when the person on call could not be reached: at once, and one after the other until one is.

Only while nobody else was asked for the seat meanwhile. Where nobody is left the coordinator asks, who is told of each.
"""

from contracts.language import Refused
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.kernel.views import Views
from services.rapid_assessment.cases import Cases
from services.rapid_assessment.seat_order import as_on_rota, order_for
from services.rapid_assessment.team import decisions
from services.rapid_assessment.team.events import SeatUnreached


class AskNext:
    """Reacts to this service's own events."""

    def __init__(self, cases: Cases, views: Views, time: TimeSource) -> None:
        self._cases = cases
        self._views = views
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        unreached = happening.event
        if not isinstance(unreached, SeatUnreached):
            return None
        now, team = self._time.now(), await self._cases.team(happening.stream)
        seat = decisions.seat_named(unreached.seat, team.state, self._cases.jurisdiction)
        if team.state.phase != "open" or team.state.seat(seat.seat).proposed != unreached.responder:
            return None
        order = await order_for(self._cases, self._views, team, seat, now)
        for each in order.people:
            if each.declined:
                continue
            candidates = await self._cases.candidates(team.state, each.account)
            candidate = await as_on_rota(self._views, seat, candidates.people.get(each.account), now)
            try:
                events = decisions.propose(team.state, seat, candidate, now)
            except Refused:
                # By what is on record at this moment they cannot be asked: the list was a moment behind.
                continue
            return Changes([Change(team.id, team.version, events)], rests_on=candidates.responders)
        return None
