"""What is kept of a tip. Pure: what the tips service says comes in, events go out."""

from datetime import datetime
from uuid import UUID

from contracts.language import Event
from services.prosecution.matter.events import AccountShutOut, ExclusionEnded, KitTold, MatterNoted, MatterReferred
from services.prosecution.matter.state import Matter


def note(
    matter: Matter, tip: UUID, person: UUID, *, county: str, age: str, tribal_land: bool | None = None
) -> list[Event]:
    """The tip as it is now. A screening does not speak of tribal land: what was said before holds."""
    on_tribal_land = matter.tribal_land if tribal_land is None else tribal_land
    if matter.noted and (matter.county, matter.age, matter.tribal_land) == (county, age, on_tribal_land):
        return []
    return [MatterNoted(tip=tip, person=person, county=county, tribal_land=on_tribal_land, age=age)]


def shut_out(matter: Matter, tip: UUID, account: UUID) -> list[Event]:
    """Holds before the tip is heard of, too; a second time changes nothing."""
    return [] if account in matter.kept_out else [AccountShutOut(tip=tip, account=account)]


def readmit(matter: Matter, tip: UUID, account: UUID) -> list[Event]:
    """No tip keeps it out any more."""
    return [ExclusionEnded(tip=tip, account=account)] if account in matter.kept_out else []


def note_case(matter: Matter, case: UUID) -> list[Event]:
    """Each case once, however often it is referred."""
    return [] if case in matter.cases else [MatterReferred(tip=matter.tip, case=case)]


def note_kit(matter: Matter, tip: UUID, kit: UUID, *, told: UUID, what: str, stage: str, at: datetime) -> list[Event]:
    """What the clinic told of a kit; each of its events once, however often it comes."""
    if any(each.told == told for each in matter.kits.get(kit, ())):
        return []
    return [KitTold(tip=tip, kit=kit, told=told, what=what, stage=stage, at=at)]
