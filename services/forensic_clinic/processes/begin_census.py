"""Days are counted from the first on which this service puts on record that there is a census: its policies."""

from services.forensic_clinic.census.gathering import Census
from services.kernel.operations import PoliciesSet
from services.kernel.store import Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource


class BeginCensus:
    """Reacts to this service's own events. Of other policies later the timer finds a day that is to be counted anyway.

    In a house that ran without a census before, it begins now: of days on which nobody was asked, nothing is counted.
    """

    def __init__(self, census: Census, time: TimeSource) -> None:
        self._census = census
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        if not isinstance(happening.event, PoliciesSet):
            return None
        return Changes((), [self._census.to_be_counted(self._census.today(self._time.now()))])
