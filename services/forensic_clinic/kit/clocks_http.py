"""The clocks of an evidence kit explained."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get

from contracts.jurisdictions.explaining import Explained, explained
from services.forensic_clinic.kit.duties import RULES
from services.forensic_clinic.kit.kits import Kits, clock_of
from services.forensic_clinic.processes.kit_clocks import TRIGGERS
from services.kernel.http.clocks import ClockName, ClocksOf, Numbered, courses_shown
from services.kernel.http.commands import caller_of
from services.kernel.http.reading import Reader


class KitClockController(Controller):
    """For whoever reads the kit. That they were shown it is put on record first."""

    path = "/kits/{kit:uuid}/clocks"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_kit"})
    async def clocks(self, kit: UUID, kits: Kits, reader: Reader, request: Request[Any, Any, Any]) -> list[Explained]:
        """Every clock there was: rule and law, what it began with, the arithmetic in steps, and what became of it."""
        return await _shown(kits, reader, request, kit, None)

    @get("/{clock:str}", opt={"action": "read_kit"})
    async def clock(
        self, kit: UUID, clock: ClockName, kits: Kits, reader: Reader, request: Request[Any, Any, Any]
    ) -> Explained:
        """One of them."""
        return (await _shown(kits, reader, request, kit, clock))[0]


async def _shown(
    kits: Kits, reader: Reader, request: Request[Any, Any, Any], kit: UUID, name: str | None
) -> list[Explained]:
    caller = caller_of(request)
    loaded = await kits.visible(caller, "read_kit", kit)
    streams = (kit, loaded.state.exam)
    begun = [each for stream in streams for each in await kits.store.happenings(stream) if type(each.event) in TRIGGERS]
    of = ClocksOf("clocks of a kit", loaded, [Numbered(rule, 1, clock_of(kit, rule)) for rule in RULES], begun)
    return [explained(kits.jurisdiction, *each) for each in await courses_shown(kits.store, reader, caller, of, name)]
