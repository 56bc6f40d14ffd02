"""Exams over HTTP: request, consent, complete, cancel. How a time is found and kept: `slots_http`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event
from contracts.periods import covers
from services.forensic_clinic.case import case as cases
from services.forensic_clinic.case.case import Case
from services.forensic_clinic.cases import Clinic, examiner_of
from services.forensic_clinic.exam import decisions
from services.forensic_clinic.exam.checks import band_of
from services.forensic_clinic.exam.decisions import RequestExam, Zoned
from services.forensic_clinic.exam.events import (
    BookedAnyway,
    CancelExplained,
    ExamNoted,
    NoSlotAnswered,
    ReleaseExplained,
)
from services.forensic_clinic.exam.state import Exam, Slot
from services.kernel.batch import Effect
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.gate import Record
from services.kernel.http.problems import NeverAllowed
from services.kernel.http.reading import Reader, SealedText
from services.kernel.periods import release, shorten
from services.kernel.store import Change, Changes, Loaded

Written = ExamNoted | ReleaseExplained | CancelExplained | BookedAnyway | NoSlotAnswered
Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


class WhoConsents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word of the list of consents."""

    consent: str


class Completed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the exam ended."""

    completed_at: Zoned


class Cancel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`cause` is clinic, or patient when whoever consents said no."""

    cause: str
    reason: Reason


class ExamPage(msgspec.Struct, frozen=True, kw_only=True):
    """An exam as it stands, without names and notes.

    `nurse_fits` is False when no certificate of the nurse covers the patient's age and the slot any more, `nurse_works`
    when she is given no work any more before it ends.
    """

    reference: UUID
    version: int
    tip: UUID
    clinic: str
    phase: str
    county: str
    age_band: str
    consent: str
    assault_earliest: datetime | None
    assault_latest: datetime | None
    slot: Slot | None
    nurse_fits: bool
    nurse_works: bool
    held_until: datetime | None
    completed_at: datetime | None
    cancelled_by: str


class NoteOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """A note, or the reason for what was done; null where a court had it destroyed."""

    about: str
    written_at: datetime
    text: str | None


class ExamController(Controller):
    """An exam from the request to its end."""

    path = "/exams"
    tags = ["Exams"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "request_exam"}, status_code=201)
    async def request(self, data: RequestExam, intent: Intent, commands: Commands, clinic: Clinic) -> Response[Done]:
        """Asks a clinic for an exam of whom a tip is about."""
        new = uuid4()

        async def decide(now: datetime) -> Decided:
            case = await clinic.case(data.tip)
            wanted = {"clinic": data.clinic}
            clinic.gate.require(
                intent.caller,
                "request_exam",
                Record("Case", case.id, accounts={"excluded": case.state.kept_out}, words=wanted),
            )
            patient, _ = await clinic.patient(case.state)
            by, agency = _account(intent.caller), intent.caller.agency
            events = decisions.request(new, data, patient, by, agency, clinic.jurisdiction, now)
            added = Change(case.id, case.version, cases.add_exam(data.tip, new))
            changes = Changes([Change(new, 0, events), added])
            return Decided(changes, new, len(events), data.tip, now, status=201)

        return await commands.run(intent, decide)

    @get("/{exam:uuid}", opt={"action": "read_exam"})
    async def read(
        self, exam: UUID, clinic: Clinic, reader: Reader, request: Request[Any, Any, Any]
    ) -> Response[ExamPage]:
        """The exam as it stands. That you were shown it is put on record."""
        loaded, case = await clinic.visible(caller_of(request), "read_exam", exam)
        await reader.shown(caller_of(request), "exam", loaded)
        page = await _page(clinic, loaded, case.state)
        return Response(page, headers={"ETag": f'"{loaded.version}"'})

    @get("/{exam:uuid}/notes", opt={"action": "read_exam_notes"})
    async def notes(
        self, exam: UUID, clinic: Clinic, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[NoteOnPage]:
        """What was written about the exam. That you read it is put on record before you see it."""
        caller = caller_of(request)
        loaded, _ = await clinic.visible(caller, "read_exam_notes", exam)
        written = [
            (happening, happening.event)
            for happening in await clinic.store.happenings(exam)
            if isinstance(happening.event, Written)
        ]
        await reader.record(caller, "notes of an exam", loaded.state.tip, [happening for happening, _ in written])
        found = []
        for happening, event in written:
            field, text = ("note", event.note) if isinstance(event, ExamNoted) else ("reason", event.reason)
            opened = await reader.open(SealedText(text, happening.event_id, field))
            found.append(NoteOnPage(about=event.NAME, written_at=happening.happened_at, text=opened))
        return found

    @post("/{exam:uuid}/consent", opt={"action": "record_consent"}, status_code=200)
    async def consent(
        self, exam: UUID, data: WhoConsents, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """Who consents now, or that nobody does any more."""

        async def decide(now: datetime) -> Decided:
            loaded, _ = await expected(clinic, intent, "record_consent", exam)
            events = decisions.record_consent(loaded.state, data.consent, clinic.jurisdiction.exams)
            return on_exam(loaded, events, now)

        return await commands.run(intent, decide)

    @post("/{exam:uuid}/completion", opt={"action": "complete_exam"}, status_code=200)
    async def complete(
        self, exam: UUID, data: Completed, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """The exam was done. What is left of its time is free; nobody can have been elsewhere in the time it took."""

        async def decide(now: datetime) -> Decided:
            loaded, _ = await expected(clinic, intent, "complete_exam", exam)
            events = decisions.complete(loaded.state, data.completed_at, clinic.jurisdiction.exams, now)
            return on_exam(loaded, events, data.completed_at, [shorten(exam, data.completed_at)])

        return await commands.run(intent, decide)

    @post("/{exam:uuid}/cancellation", opt={"action": "cancel_exam"}, status_code=200)
    async def cancel(
        self, exam: UUID, data: Cancel, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """There will be no exam: the clinic's decision, or the patient's."""

        async def decide(now: datetime) -> Decided:
            loaded, _ = await expected(clinic, intent, "cancel_exam", exam)
            return on_exam(loaded, decisions.cancel(loaded.state, data.cause, data.reason), now, [release(exam)])

        return await commands.run(intent, decide)


async def expected(clinic: Clinic, intent: Intent, action: str, exam: UUID) -> tuple[Loaded[Exam], Loaded[Case]]:
    """As the caller read it. Raises `NotFound`, `Stale`."""
    loaded, case = await clinic.visible(intent.caller, action, exam)
    return intent.expect(loaded), case


def on_exam(
    loaded: Loaded[Exam],
    events: list[Event],
    happened_at: datetime,
    effects: Sequence[Effect] = (),
    rests_on: Sequence[Loaded[Any]] = (),
) -> Decided:
    """In the case of its tip."""
    return decided_on(loaded, events, happened_at, effects=effects, rests_on=rests_on, case=loaded.state.tip)


async def _page(clinic: Clinic, loaded: Loaded[Exam], case: Case) -> ExamPage:
    exam = loaded.state
    nurse_fits, nurse_works = await _nurse_still(clinic, exam, case)
    return ExamPage(
        reference=loaded.id,
        version=loaded.version,
        tip=exam.tip,
        clinic=exam.clinic,
        phase=exam.phase,
        county=case.county,
        age_band=exam.age_band,
        consent=exam.consent,
        assault_earliest=exam.assault_time.since if exam.assault_time else None,
        assault_latest=exam.assault_time.until if exam.assault_time else None,
        slot=exam.slot,
        nurse_fits=nurse_fits,
        nurse_works=nurse_works,
        held_until=exam.held_until,
        completed_at=exam.completed_at,
        cancelled_by=exam.cancelled_by,
    )


async def _nurse_still(clinic: Clinic, exam: Exam, case: Case) -> tuple[bool, bool]:
    """Whether she is certified and works: an age corrected, a certificate withdrawn, an account suspended since."""
    if exam.slot is None or not exam.planned:
        return True, True
    nurse = (await clinic.nurse(exam.slot.nurse)).state
    band = band_of(exam, case.age, clinic.jurisdiction.exams)
    fits = covers(examiner_of(nurse).certified_for(band), exam.slot.period)
    return fits, nurse.works_until is None or exam.slot.until <= nurse.works_until


def _account(caller: Caller) -> UUID:
    if caller.account is None:
        raise NeverAllowed
    return caller.account
