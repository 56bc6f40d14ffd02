"""The courts' numbers of causes: by them a court's file is brought together with cases. Sealed: they lead to people."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.kernel.sealing import CannotOpen
from services.prosecution.case.events import CauseNumberEntered
from services.prosecution.case.state import Case
from services.prosecution.cases import Cases
from services.prosecution.court_dates.judging import Finds


async def finding(cases: Cases, among: Iterable[Case]) -> Finds:
    """Finds the accused of these cases alone, opened for a decision and shown to nobody.

    A number that a court had destroyed finds nothing any more.
    """
    known: dict[tuple[str, str], list[tuple[UUID, UUID]]] = {}
    for case in among:
        if not any(each.causes for each in case.accused.values()):
            continue
        for (accused, court), number in (await _numbers(cases, case.case)).items():
            known.setdefault((court, number), []).append((case.case, accused))

    def finds(causes: Sequence[str], court: str) -> Mapping[UUID, tuple[UUID, ...]]:
        found: dict[UUID, tuple[UUID, ...]] = {}
        for cause in causes:
            for case, accused in known.get((court, cause), ()):
                if accused not in found.get(case, ()):
                    found[case] = (*found.get(case, ()), accused)
        return found

    return finds


async def _numbers(cases: Cases, case: UUID) -> Mapping[tuple[UUID, str], str]:
    """By accused and court, the last that was entered."""
    entered: dict[tuple[UUID, str], tuple[CauseNumberEntered, UUID]] = {}
    for happening in await cases.store.happenings(case):
        if isinstance(event := happening.event, CauseNumberEntered):
            entered[event.accused, event.court] = (event, happening.event_id)
    opened: dict[tuple[UUID, str], str] = {}
    for which, (event, event_id) in entered.items():
        if event.number is None:
            continue
        try:
            opened[which] = await cases.keys.open(event.number, event_id, "number")
        except CannotOpen:
            continue
    return opened
