"""Kits and statements of one day, for tests of the count."""

from datetime import date, datetime
from uuid import UUID

from services.forensic_clinic.census.counting import Count, Difference, Held, Stated, Taken, count
from services.forensic_clinic.census.days import begin_of
from tests.services.forensic_clinic.kit.given import HOUR, MISSISSIPPI

ZONE = MISSISSIPPI.state.clocks
RULES = MISSISSIPPI.census
TODAY = date(2026, 11, 3)
BEGIN = begin_of(TODAY, ZONE)
CLINIC, POLICE, OTHER_POLICE, LABORATORY = "BRIDGE", "LOCAL-LE", "MBI-HTSVU", "MS-LAB"
KIT, OTHER_KIT, EXAM, NUMBER = (UUID(int=number) for number in (1, 2, 3, 4))


def at(hour: float) -> datetime:
    """So many hours after the day began; before it, where negative."""
    return BEGIN + hour * HOUR


def held(*line: tuple[str, float], kit: UUID = KIT, ended: bool = False, ended_at: float | None = None) -> Held:
    """Held by each agency since an hour of the day; without one, by the clinic since the day before."""
    keepers = tuple((agency, at(hour)) for agency, hour in line or ((CLINIC, -10),))
    return Held(kit=kit, line=keepers, ended=ended, ended_at=None if ended_at is None else at(ended_at))


def stated(
    agency: str = CLINIC,
    *kits: UUID,
    hour: float = 8,
    county: str = "",
    place: str = "evidence_room",
    unknown: tuple[UUID, ...] = (),
) -> Stated:
    return Stated(agency=agency, county=county, place=place, counted_at=at(hour), kits=kits, unknown=unknown)


def counted(kits: list[Held], statements: list[Stated], taken: list[Taken] | None = None) -> Count:
    return count(BEGIN, kits, taken or [], statements)


def kinds(found: Count) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each difference, without what it is about."""
    return sorted((each.kind, each.agency, each.stated_by) for each in found.differences)


def difference(**changes: object) -> Difference:
    """That the clinic states without the kit it holds."""
    fields: dict[str, object] = {"kind": "not_stated", "subject": KIT, "agency": CLINIC, "kits": (KIT,)}
    return Difference(**(fields | changes))  # type: ignore[arg-type]
