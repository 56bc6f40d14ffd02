"""Loads an examination, and opens its entries for whoever may see them and for what is decided on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, Personal
from services.forensic_clinic.case.case import Case
from services.forensic_clinic.cases import Clinic, record_of
from services.forensic_clinic.exam.checks import band_of
from services.forensic_clinic.exam.state import Exam
from services.forensic_clinic.examination.chart import Chart, Entry
from services.forensic_clinic.examination.content import read
from services.forensic_clinic.examination.decisions import Of
from services.forensic_clinic.examination.events import CodeEntered, ConsentSaid, EntryStruck, StepNoted
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Intent
from services.kernel.http.problems import Malformed, Stale
from services.kernel.keys import KeyStore
from services.kernel.store import Kind, Loaded
from services.kernel.stored_form import Happening


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """As much as is known of it without opening anything."""

    exam: UUID | None = None


def evolve(state: Examination, event: Event) -> Examination:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case ConsentSaid() | StepNoted() | CodeEntered() | EntryStruck():
            return Examination(exam=event.exam)
        case _:
            return state


IN_CHART = ConsentSaid | StepNoted | CodeEntered
EXAMINATION = Kind("examination", Examination(), evolve)


def examination_of(exam: UUID) -> UUID:
    """An exam has one, found again without asking anyone."""
    return uuid5(exam, "examination")


@dataclass(frozen=True)
class Before:
    """An examination with what belongs to it, as one caller may see it."""

    exam: Loaded[Exam]
    case: Loaded[Case]
    loaded: Loaded[Examination]
    told: Sequence[Happening]
    grown: bool

    @property
    def entries(self) -> Sequence[Happening]:
        """Those that something is sealed in, struck ones too."""
        return [each for each in self.told if isinstance(each.event, IN_CHART)]

    @property
    def of(self) -> Of:
        """Whose it is."""
        exam = self.exam.state
        return Of(exam=exam.exam, person=exam.person, phase=exam.phase)


@dataclass(frozen=True)
class Examinations:
    """For the routes."""

    clinic: Clinic
    keys: KeyStore
    jurisdiction: Jurisdiction

    async def visible(self, caller: Caller, action: str, exam: UUID) -> Before:
        """Raises `NotFound` for an exam that is absent or not the caller's to touch."""
        return await self._before(*await self.clinic.visible(caller, action, exam))

    async def of_exam(self, exam: UUID) -> Before:
        """For what this service itself decides on it; nobody is shown it."""
        loaded = await self.clinic.exam(exam)
        return await self._before(loaded, await self.clinic.case(loaded.state.tip))

    async def _before(self, loaded: Loaded[Exam], case: Loaded[Case]) -> Before:
        stream = examination_of(loaded.id)
        own = await self.clinic.store.load(EXAMINATION, stream)
        told = await self.clinic.store.happenings(stream, until=own.version)
        # Looked back at between the first two events of an exam, it has no band yet: then it is a child's.
        described = bool(loaded.state.age_band)
        grown = described and band_of(loaded.state, case.state.age, self.jurisdiction.exams).grown
        return Before(loaded, case, own, told, grown)

    def may_open(self, caller: Caller, before: Before) -> bool:
        """Whether the caller reads what is sealed: the exam's nurse and the clinic's coordinator, and nobody else."""
        record = record_of(before.exam.state, before.case.state)
        return self.clinic.gate.may_touch(caller, "open_examination", record)

    async def opened(self, before: Before) -> Chart:
        """What it says; what a court had destroyed is not in it. Whoever is shown it has that put on record first."""
        sealed = [(*_sealed(each.event), each.event_id) for each in before.entries]
        texts = await self.keys.open_all([(text, event_id, field) for text, field, event_id in sealed])
        return _chart(before, texts)

    def unopened(self, before: Before) -> Chart:
        """How many entries there are, of what kind and when: for who looks back."""
        return _chart(before, [None] * len(before.entries))


def expected(intent: Intent, before: Before) -> Before:
    """The examination where the caller read it; its first entry is made on version 0. Raises `Malformed`, `Stale`."""
    if intent.expected is None:
        raise Malformed('Say which version you decided on: send If-Match with the ETag you read, for example "3".')
    if intent.expected != before.loaded.version:
        raise Stale
    return before


def _chart(before: Before, texts: Sequence[str | None]) -> Chart:
    struck = {each.event.entry: each.event.mistake for each in before.told if isinstance(each.event, EntryStruck)}
    entries = [
        Entry(
            number=each.event.entry,
            kind=each.event.NAME,
            at=_at(each),
            content=None if text is None else read(text),
            struck=struck.get(each.event.entry, ""),
        )
        for each, text in zip(before.entries, texts, strict=True)
        if isinstance(each.event, IN_CHART)
    ]
    return Chart(entries=tuple(entries), grown=before.grown)


def _at(happening: Happening) -> datetime:
    """When it was said or done, which is not when it was typed."""
    match happening.event:
        case ConsentSaid(said_at=at) | StepNoted(noted_at=at):
            return at
        case _:
            return happening.happened_at


def _sealed(event: Event) -> tuple[Personal, str]:
    """The sealed content of an entry, and the field it is bound to."""
    match event:
        case ConsentSaid():
            return event.said, "said"
        case StepNoted():
            return event.noted, "noted"
        case CodeEntered():
            return event.code, "code"
        case _:
            raise TypeError(f"{event.NAME} is no entry of an examination.")
