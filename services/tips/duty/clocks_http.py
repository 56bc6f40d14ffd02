"""The clocks of a tip's reporting duties explained."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get

from contracts.events.tips import TipCorrected, TipReceived, TipScreened
from contracts.jurisdictions.explaining import Explained, explained
from contracts.language import Event
from services.kernel.http.clocks import ClockName, ClocksOf, Numbered, courses_shown
from services.kernel.http.commands import caller_of
from services.kernel.http.reading import Reader
from services.tips.duty.duties import Duties, clock_of
from services.tips.tip.events import SettingStated, StateLinesStated
from services.tips.tip.tips import Tips

BEGIN: tuple[type[Event], ...] = (TipReceived, TipScreened, TipCorrected, SettingStated, StateLinesStated)
"""What a duty arises by."""


class DutyClockController(Controller):
    """For whoever reads the duties. That they were shown it is put on record first."""

    path = "/tips/{tip:uuid}/clocks"
    tags = ["Reporting duties"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_duties"})
    async def clocks(
        self, tip: UUID, tips: Tips, duties: Duties, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[Explained]:
        """Every clock there was: rule and law, what it began with, the arithmetic in steps, and what became of it."""
        return await _shown(tips, duties, reader, request, tip, None)

    @get("/{clock:str}", opt={"action": "read_duties"})
    async def clock(
        self, tip: UUID, clock: ClockName, tips: Tips, duties: Duties, reader: Reader, request: Request[Any, Any, Any]
    ) -> Explained:
        """One of them: `C11-2` is the second of its rule, `C11` the last."""
        return (await _shown(tips, duties, reader, request, tip, clock))[0]


async def _shown(
    tips: Tips, duties: Duties, reader: Reader, request: Request[Any, Any, Any], tip: UUID, name: str | None
) -> list[Explained]:
    caller = caller_of(request)
    loaded = await tips.visible(caller, "read_duties", tip)
    arisen = [(rule, (await duties.duty(tip, rule)).state.opening) for rule in duties.rules]
    among = [Numbered(rule, each, clock_of(tip, rule, each)) for rule, last in arisen for each in range(1, last + 1)]
    begun = [each for each in await duties.store.happenings(tip) if isinstance(each.event, BEGIN)]
    of = ClocksOf("clocks of a tip", loaded, among, begun)
    shown = await courses_shown(duties.store, reader, caller, of, name)
    return [explained(duties.jurisdiction, *each) for each in shown]
