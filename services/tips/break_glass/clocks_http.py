"""The clock of an emergency opening's review explained."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get

from contracts.events.tips import GlassBroken
from contracts.jurisdictions.explaining import Explained, explained
from services.kernel.http.clocks import ClockName, ClocksOf, Numbered, courses_shown
from services.kernel.http.commands import caller_of
from services.kernel.http.reading import Reader
from services.tips.break_glass.http import clock_of, opening_seen
from services.tips.tip.tips import Tips


class OpeningClockController(Controller):
    """For whoever reads the opening. That they were shown it is put on record first."""

    path = "/tips/{tip:uuid}/openings/{opening:uuid}/clocks"
    tags = ["Break-glass"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_opening"})
    async def clocks(
        self, tip: UUID, opening: UUID, tips: Tips, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[Explained]:
        """That it is reviewed in time: rule and law, what it began with, the arithmetic in steps, what became of it."""
        return await _shown(tips, reader, request, tip, opening, None)

    @get("/{clock:str}", opt={"action": "read_opening"})
    async def clock(
        self, tip: UUID, opening: UUID, clock: ClockName, tips: Tips, reader: Reader, request: Request[Any, Any, Any]
    ) -> Explained:
        """One of them."""
        return (await _shown(tips, reader, request, tip, opening, clock))[0]


async def _shown(
    tips: Tips, reader: Reader, request: Request[Any, Any, Any], tip: UUID, opening: UUID, name: str | None
) -> list[Explained]:
    await opening_seen(tips, request, "read_opening", tip, opening)
    # They see the opening, not the case: the tip itself is not what was shown.
    loaded, rule = await tips.openings(tip), tips.jurisdiction.break_glass.rule
    told = await tips.store.happenings(loaded.id)
    begun = [each for each in told if isinstance(each.event, GlassBroken) and each.event.opening == opening]
    of = ClocksOf("clocks of an emergency opening", loaded, [Numbered(rule, 1, clock_of(opening, rule))], begun)
    shown = await courses_shown(tips.store, reader, caller_of(request), of, name)
    return [explained(tips.jurisdiction, *each) for each in shown]
