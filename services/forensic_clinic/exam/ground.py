"""What an exam asks about nurse, room, patient and whoever is beside the patient."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.jurisdictions import AgeBand
from contracts.periods import Period


class Certified(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate of a nurse; valid from the first moment and before the last."""

    certificate: str
    valid: Period


class Examiner(msgspec.Struct, frozen=True, kw_only=True):
    """What an exam asks about a nurse. She is given nothing from `works_until` on, whatever she stated.

    `telehealth`: she supports an exam elsewhere from afar (teleSANE), as on record.
    """

    account: UUID
    clinic: str
    certificates: tuple[Certified, ...]
    available: tuple[Period, ...]
    works_until: datetime | None = None
    telehealth: bool = False

    def certified_for(self, band: AgeBand) -> tuple[Period, ...]:
        """When the nurse holds a certificate for patients of the band."""
        return tuple(each.valid for each in self.certificates if each.certificate in band.certificates)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What an exam asks about a room."""

    room: UUID
    clinic: str
    available: tuple[Period, ...]


class Helper(msgspec.Struct, frozen=True, kw_only=True):
    """What an exam asks about an interpreter, or a place that a victim service fills."""

    helper: UUID
    clinic: str
    kind: str
    number: int
    languages: tuple[str, ...]
    available: tuple[Period, ...]


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """What an exam asks about its case: of whom, how old as the tip says, and who is kept out."""

    person: UUID
    age: str
    kept_out: Collection[UUID]


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What a slot is decided on. `taken` are those of them all that another exam has at that time.

    `beside` are the nurse's other exams within a day of it. Of `helpers` there is a None for each that is not known.
    """

    nurse: Examiner | None
    room: Place | None
    patient: Patient
    taken: Collection[UUID]
    beside: tuple[Period, ...] = ()
    helpers: tuple[Helper | None, ...] = ()
