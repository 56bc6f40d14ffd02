"""The clocks of an accused explained."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get

from contracts.events.prosecution import OutcomeRecorded
from contracts.jurisdictions.explaining import Explained, explained
from contracts.language import Event
from services.kernel.http.clocks import ClockName, Numbered, clocks_told
from services.kernel.http.commands import caller_of
from services.kernel.http.reading import Reader
from services.prosecution.case.events import ContinuanceGranted, HearingDemanded, HearingHeld, StageEntered
from services.prosecution.cases import Cases, accused_in, clock_of

BEGIN: tuple[type[Event], ...] = (HearingDemanded, HearingHeld, StageEntered, OutcomeRecorded, ContinuanceGranted)
"""What a clock begins with."""


class AccusedClockController(Controller):
    """For whoever reads the case. That they were shown it is put on record first."""

    path = "/cases/{case:uuid}/accused/{accused:uuid}/clocks"
    tags = ["Course"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_case"})
    async def clocks(
        self, case: UUID, accused: UUID, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[Explained]:
        """Every clock there was: rule and law, what it began with, the arithmetic in steps, and what became of it."""
        return await _shown(cases, reader, request, case, accused, None)

    @get("/{clock:str}", opt={"action": "read_case"})
    async def clock(
        self, case: UUID, accused: UUID, clock: ClockName, cases: Cases, reader: Reader, request: Request[Any, Any, Any]
    ) -> Explained:
        """One of them: `C35-2` is the second of its rule, `C35` the last."""
        return (await _shown(cases, reader, request, case, accused, clock))[0]


async def _shown(
    cases: Cases, reader: Reader, request: Request[Any, Any, Any], case: UUID, accused: UUID, name: str | None
) -> list[Explained]:
    caller = caller_of(request)
    loaded = await cases.visible(caller, "read_case", case)
    known = accused_in(loaded.state, accused)
    among = [
        Numbered(rule, each, clock_of(accused, rule, each))
        for rule, last in known.clocks.items()
        for each in range(1, last + 1)
    ]
    begun = [each for each in await cases.store.happenings(case) if isinstance(each.event, BEGIN)]
    told = await clocks_told(cases.store, among, begun, name)
    await reader.shown(caller, "clocks of an accused, explained", loaded, *(each.loaded for each in told))
    return [explained(cases.jurisdiction, each.course, each.number) for each in told]
