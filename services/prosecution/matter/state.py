"""A tip as this service knows it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.language import Event
from services.prosecution.matter.events import AccountShutOut, ExclusionEnded, KitTold, MatterNoted, MatterReferred

UNSET = UUID(int=0)


class KitStep(msgspec.Struct, frozen=True):
    """What the clinic's event `told` says of a kit."""

    told: UUID
    what: str
    stage: str
    at: datetime


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """`noted` once the tip itself was heard of; who is kept out, and kits, may be known before."""

    noted: bool = False
    tip: UUID = UNSET
    person: UUID = UNSET
    county: str = ""
    tribal_land: bool = False
    age: str = ""
    kept_out: tuple[UUID, ...] = ()
    cases: tuple[UUID, ...] = ()
    kits: Mapping[UUID, tuple[KitStep, ...]] = {}


def evolve(matter: Matter, event: Event) -> Matter:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case MatterNoted():
            return change(
                matter,
                noted=True,
                tip=event.tip,
                person=event.person,
                county=event.county,
                tribal_land=event.tribal_land,
                age=event.age,
            )
        case AccountShutOut():
            return change(matter, tip=event.tip, kept_out=(*matter.kept_out, event.account))
        case ExclusionEnded():
            return change(matter, kept_out=tuple(each for each in matter.kept_out if each != event.account))
        case MatterReferred():
            return change(matter, cases=(*matter.cases, event.case))
        case KitTold():
            step = KitStep(event.told, event.what, event.stage, event.at)
            steps = (*matter.kits.get(event.kit, ()), step)
            return change(matter, tip=event.tip, kits={**matter.kits, event.kit: steps})
        case _:
            return matter
