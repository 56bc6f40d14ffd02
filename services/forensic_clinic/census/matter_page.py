"""A matter as it is shown: what differs, every time it was opened, settled or gone, and how it can be settled."""

from datetime import datetime
from uuid import UUID

import msgspec

from contracts.language import Personal
from services.forensic_clinic.census.events import MatterGone, MatterOpened, MatterSettled, NumberNoted
from services.forensic_clinic.census.gathering import Census, Subject
from services.forensic_clinic.census.matters import Matter
from services.kernel.http.caller import Caller
from services.kernel.http.reading import SealedText
from services.kernel.store import Loaded
from services.kernel.stored_form import Happening


class ToldOfMatter(msgspec.Struct, frozen=True, kw_only=True):
    """`what` is opened, settled or gone. `day` is the count's; `reason` is null where none is, or while sealed."""

    what: str
    at: datetime
    day: str = ""
    by: UUID | None = None
    agency: str = ""
    outcome: str = ""
    reason: str | None = None


class MatterPage(msgspec.Struct, frozen=True, kw_only=True):
    """`number` is what stands on a box that no kit here bears. `outcomes` are those that can be chosen."""

    matter: UUID
    version: int
    phase: str
    difference: str
    kit: UUID | None
    exam: UUID | None
    number: str | None
    agency: str
    county: str
    stated_by: tuple[str, ...]
    outcome: str
    outcomes: tuple[str, ...]
    told: tuple[ToldOfMatter, ...]


async def matter_page(census: Census, caller: Caller, loaded: Loaded[Matter], subject: Subject) -> MatterPage:
    """That the caller is shown it, and what was sealed, goes on record first."""
    matter, reader = loaded.state, census.kits.reader
    told = await census.kits.store.happenings(loaded.id, until=loaded.version)
    numbers = await census.kits.store.happenings(matter.subject) if matter.kind == "unknown" else ()
    sealed = [each for each in (*told, *numbers) if isinstance(each.event, MatterSettled | NumberNoted)]
    if sealed:
        await reader.record(caller, "matter of the census", loaded.case or loaded.id, sealed)
    else:
        await reader.shown(caller, "matter of the census", loaded)
    noted = [each for each in numbers if isinstance(each.event, NumberNoted)]
    return MatterPage(
        matter=loaded.id,
        version=loaded.version,
        phase=matter.phase,
        difference=matter.kind,
        kit=subject.kit.kit if subject.kit is not None else None,
        exam=subject.exam,
        number=await _opened(census, noted[0], "number") if noted else None,
        agency=matter.agency,
        county=matter.county,
        stated_by=matter.stated_by,
        outcome=matter.outcome,
        outcomes=tuple(each.outcome for each in census.rules.settlements if matter.kind in each.of),
        told=tuple([await _told(census, each) for each in told]),
    )


async def _told(census: Census, happening: Happening) -> ToldOfMatter:
    at, event = happening.happened_at, happening.event
    match event:
        case MatterOpened():
            return ToldOfMatter(what="opened", at=at, day=event.day)
        case MatterGone():
            return ToldOfMatter(what="gone", at=at, day=event.day)
        case MatterSettled():
            reason = await _opened(census, happening, "reason")
            return ToldOfMatter(
                what="settled", at=at, by=event.by, agency=event.agency, outcome=event.outcome, reason=reason
            )
        case _:
            raise TypeError(f"{event.NAME} is no event of a matter.")


async def _opened(census: Census, happening: Happening, field: str) -> str | None:
    text: Personal = getattr(happening.event, field)
    return await census.kits.reader.open(SealedText(text, happening.event_id, field))
