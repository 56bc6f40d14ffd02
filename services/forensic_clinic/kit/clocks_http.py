"""The clocks of an evidence kit explained."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get

from contracts.jurisdictions.explaining import Explained, explained
from services.forensic_clinic.kit.duties import BOTH_HANDS_RULE, QUESTION_RULE
from services.forensic_clinic.kit.events import KitOffered
from services.forensic_clinic.kit.kits import Kits, clock_of, clock_of_handover, turns_of
from services.forensic_clinic.processes.kit_clocks import TRIGGERS
from services.forensic_clinic.survivor.events import QuestionAsked
from services.forensic_clinic.survivor.survivors import clock_of_question, survivor_of
from services.kernel.http.clocks import ClockName, ClocksOf, Numbered, courses_shown
from services.kernel.http.commands import caller_of
from services.kernel.http.reading import Reader

BEGIN = frozenset({*TRIGGERS, KitOffered, QuestionAsked})
"""The events one of which each clock of a kit began with."""


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
    streams = (kit, loaded.state.exam, survivor_of(kit))
    begun = [each for stream in streams for each in await kits.store.happenings(stream) if type(each.event) in BEGIN]
    handovers = [
        Numbered(BOTH_HANDS_RULE, each.number, clock_of_handover(kit, each.number)) for each in loaded.state.handovers
    ]
    asked = sum(isinstance(each.event, QuestionAsked) for each in begun)
    questions = [Numbered(QUESTION_RULE, number, clock_of_question(kit, number)) for number in range(1, asked + 1)]
    statutory = [Numbered(rule, turn + 1, clock_of(kit, rule, turn)) for rule, turn in turns_of(loaded.state)]
    of = ClocksOf("clocks of a kit", loaded, [*statutory, *handovers, *questions], begun)
    return [explained(kits.jurisdiction, *each) for each in await courses_shown(kits.store, reader, caller, of, name)]
