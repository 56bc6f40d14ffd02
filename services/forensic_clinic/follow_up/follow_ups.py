"""Loads a follow-up, and opens what is sealed of it for whoever may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from contracts.jurisdictions import Jurisdiction
from contracts.language import Personal
from services.forensic_clinic.case.case import Case
from services.forensic_clinic.cases import Clinic, record_of
from services.forensic_clinic.exam.state import Exam
from services.forensic_clinic.follow_up.state import FollowUp, evolve
from services.kernel.http.caller import Caller
from services.kernel.keys import KeyStore
from services.kernel.sealing import personal_fields
from services.kernel.store import Kind, Loaded
from services.kernel.stored_form import Happening

FOLLOW_UP = Kind("follow_up", FollowUp(), evolve)


def follow_up_of(exam: UUID) -> UUID:
    """An exam has one, found again without asking anyone."""
    return uuid5(exam, "follow up")


@dataclass(frozen=True)
class Following:
    """A follow-up with what belongs to it, as one caller may see it."""

    exam: Loaded[Exam]
    case: Loaded[Case]
    loaded: Loaded[FollowUp]

    @property
    def person(self) -> UUID:
        """About whom it is sealed."""
        return self.exam.state.person


@dataclass(frozen=True)
class FollowUps:
    """For the routes, and for what plans them."""

    clinic: Clinic
    keys: KeyStore
    jurisdiction: Jurisdiction

    async def load(self, exam: UUID) -> Loaded[FollowUp]:
        """As it stands; version 0 where nothing was planned or said."""
        return await self.clinic.store.load(FOLLOW_UP, follow_up_of(exam))

    async def visible(self, caller: Caller, action: str, exam: UUID) -> Following:
        """Raises `NotFound` for an exam that is absent or not the caller's to touch."""
        loaded, case = await self.clinic.visible(caller, action, exam)
        return Following(loaded, case, await self.load(exam))

    def may_open(self, caller: Caller, following: Following) -> bool:
        """Whether the caller reads what is sealed."""
        record = record_of(following.exam.state, following.case.state)
        return self.clinic.gate.may_touch(caller, "open_examination", record)

    async def told(self, following: Following) -> Sequence[Happening]:
        """What happened, in order, as far as it was loaded."""
        return await self.clinic.store.happenings(following.loaded.id, until=following.loaded.version)

    async def opened(self, told: Sequence[Happening]) -> dict[tuple[UUID, str], str | None]:
        """Every sealed text by its event and field. That the caller reads them is put on record first."""
        fields: list[tuple[Personal, UUID, str]] = [
            (text, each.event_id, field) for each in told for field, text in personal_fields(each.event).items()
        ]
        texts = await self.keys.open_all(fields)
        return {(event, field): text for (_, event, field), text in zip(fields, texts, strict=True)}
