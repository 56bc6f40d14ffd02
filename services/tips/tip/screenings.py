"""The screenings of a tip for those who read it, the one done last first."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.events.tips import TipScreened
from contracts.jurisdictions import Jurisdiction
from services.kernel.stored_form import Happening
from services.tips.tip.events import IndicatorsSeen, TipScreenedWith


class Screening(msgspec.Struct, frozen=True, kw_only=True):
    """One of them. `citation` is the law that its result rests on, null where none does.

    Of those done before lists of signs had versions `instrument`, `result` and what was asked in vain are empty: not on
    record.
    """

    screened_at: datetime
    recorded_at: datetime
    by: UUID | None
    age: str
    exploitation: str
    instrument: str = ""
    instrument_version: int = 0
    present: tuple[str, ...] = ()
    not_present: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()
    result: str = ""
    citation: str | None = None


def screenings(happenings: Iterable[Happening], jurisdiction: Jurisdiction) -> list[Screening]:
    """From the tip's own events."""
    found: list[Screening] = []
    judged: TipScreened | None = None
    for each in happenings:
        match each.event:
            case TipScreened() as event:
                judged = event
            case IndicatorsSeen() as event if judged is not None:
                found.append(
                    Screening(
                        screened_at=each.happened_at,
                        recorded_at=_recorded(each),
                        by=_account(each),
                        age=judged.age,
                        exploitation=judged.exploitation,
                        present=event.indicators,
                    )
                )
            case TipScreenedWith() as event:
                found.append(_shown(each, event, jurisdiction))
            case _:
                pass
    # Of those done at one moment the one recorded last comes first, as it holds.
    found.reverse()
    return sorted(found, key=lambda each: each.screened_at, reverse=True)


def _shown(happening: Happening, event: TipScreenedWith, jurisdiction: Jurisdiction) -> Screening:
    asked_by = (event.instrument, event.instrument_version)
    cited = [
        result.citation
        for each in jurisdiction.instruments
        if (each.instrument, each.version) == asked_by
        for result in each.results
        if result.result == event.result
    ]
    return Screening(
        screened_at=event.screened_at,
        recorded_at=_recorded(happening),
        by=_account(happening),
        age=event.age,
        exploitation=event.exploitation,
        instrument=event.instrument,
        instrument_version=event.instrument_version,
        present=event.present,
        not_present=event.not_present,
        not_asked=event.not_asked,
        result=event.result,
        citation=cited[0] if cited else None,
    )


def _recorded(happening: Happening) -> datetime:
    if happening.recorded_at is None:
        raise LookupError("An event that was not read back has no history.")
    return happening.recorded_at


def _account(happening: Happening) -> UUID | None:
    kind, _, account = happening.origin.actor.partition(":")
    return UUID(account) if kind == "account" else None
