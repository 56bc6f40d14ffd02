"""Times of exams over HTTP: hold, book, book anyway, release, move to another clinic."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, post

from contracts.language import Refused
from services.forensic_clinic.cases import HOLD, Clinic, keep, rested
from services.forensic_clinic.exam import decisions
from services.forensic_clinic.exam.checks import plain_slot
from services.forensic_clinic.exam.decisions import Zoned
from services.forensic_clinic.exam.ground import Ground
from services.forensic_clinic.exam.http import Reason, expected, on_exam
from services.forensic_clinic.exam.offers import Offer, instead
from services.forensic_clinic.exam.refusals import ExamRefusal
from services.forensic_clinic.exam.state import Exam, Slot
from services.forensic_clinic.free_times import FreeTimes
from services.kernel import due_moments
from services.kernel.batch import Effect
from services.kernel.http.commands import Commands, Decided, Done, Intent
from services.kernel.http.problems import MEDIA_TYPE, Problem, problem_for
from services.kernel.periods import release
from services.kernel.time_source import TimeSource

TAKEN = frozenset(
    {
        ExamRefusal.NURSE_TAKEN,
        ExamRefusal.ROOM_TAKEN,
        ExamRefusal.PATIENT_TAKEN,
        ExamRefusal.HELPER_TAKEN,
        ExamRefusal.REST_TOO_SHORT,
        ExamRefusal.TOO_MANY_HOURS,
    }
)
DAYS_AFTER = (2, 14)
"""How far ahead alternatives are looked for; further only where nearer there are none."""


class SlotWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A nurse in a room of the clinic, from when until when, and who is beside the patient.

    `interpreter` and `advocate` are references of the clinic's own. Left out where the time that is held is booked,
    who was held with it stays.
    """

    nurse: UUID
    room: UUID
    since: Zoned
    until: Zoned
    interpreter: UUID | None = None
    advocate: UUID | None = None

    @property
    def helpers(self) -> Sequence[UUID]:
        return [each for each in (self.interpreter, self.advocate) if each is not None]

    @property
    def slot(self) -> Slot:
        return Slot(nurse=self.nurse, room=self.room, since=self.since, until=self.until)


class WithReason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In your own words; it is sealed and shown only to those who work on the exam."""

    reason: Reason


class BookAnyway(SlotWanted, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rules it breaks is found, and goes on record with the reason."""

    reason: Reason


class MoveExam(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another agency that examines."""

    clinic: str


class TakenProblem(Problem, frozen=True, kw_only=True, omit_defaults=True):
    """The refusal, and times that were free when it was made: not the same for everybody who is refused at once."""

    instead: tuple[Offer, ...] = ()


class SlotTaken(Refused):
    """Somebody else has it, or the nurse's rest; `instead` may be had."""

    def __init__(self, refused: Refused, instead: Sequence[Offer]) -> None:
        super().__init__(refused.code, refused.sentence, rule=refused.rule, citation=refused.citation)
        self.instead = tuple(instead)


def taken_answer(_: Request[Any, Any, Any], error: SlotTaken) -> Response[TakenProblem]:
    """As every refusal, with what may be had instead."""
    problem = problem_for(error)
    told = TakenProblem(**msgspec.structs.asdict(problem), instead=error.instead)
    return Response(told, status_code=problem.status, media_type=MEDIA_TYPE)


class ExamSlotController(Controller):
    """Nurse, room, patient and who is beside the patient are reserved by the database, all of them or none.

    Of bookings at one moment the possible ones succeed; the others are told what else is free.
    """

    path = "/exams/{exam:uuid}"
    tags = ["Exams"]  # noqa: RUF012  # Litestar reads a class attribute
    exception_handlers = {SlotTaken: taken_answer}  # noqa: RUF012  # Litestar reads a class attribute

    @post("/hold", opt={"action": "book_exam"}, status_code=200)
    async def hold(
        self,
        exam: UUID,
        data: SlotWanted,
        intent: Intent,
        commands: Commands,
        free_times: FreeTimes,
        time: TimeSource,
    ) -> Response[Done]:
        """Keeps nurse, room and time for a while, as a booking would; then they are free again."""
        clinic = free_times.clinic

        async def decide(now: datetime) -> Decided:
            loaded, case = await expected(clinic, intent, "book_exam", exam)
            rules = clinic.jurisdiction.exams
            plain_slot(data.slot, rules, now)
            ground, rests_on = await clinic.ground(loaded.state, case, data.slot, data.helpers)
            events = decisions.hold(loaded.state, data.slot, ground, rules, now)
            ends = due_moments.at(exam, HOLD, decisions.hold_ends(rules, now))
            effects = _kept(exam, data.slot, ground, data.helpers, now)
            return on_exam(loaded, events, now, [*effects, ends], rests_on)

        return await _or_instead(commands.run(intent, decide), free_times, exam, data, time)

    @post("/booking", opt={"action": "book_exam"}, status_code=200)
    async def book(
        self,
        exam: UUID,
        data: SlotWanted,
        intent: Intent,
        commands: Commands,
        free_times: FreeTimes,
        time: TimeSource,
    ) -> Response[Done]:
        """Settles nurse, room and time: those that are held, or others."""
        clinic = free_times.clinic

        async def decide(now: datetime) -> Decided:
            loaded, case = await expected(clinic, intent, "book_exam", exam)
            rules = clinic.jurisdiction.exams
            plain_slot(data.slot, rules, now)
            helpers = await _helpers(free_times, loaded.state, data)
            ground, rests_on = await clinic.ground(loaded.state, case, data.slot, helpers)
            events = decisions.book(loaded.state, data.slot, ground, rules, now)
            effects = _kept(exam, data.slot, ground, helpers, now)
            return on_exam(loaded, events, now, effects, rests_on)

        return await _or_instead(commands.run(intent, decide), free_times, exam, data, time)

    @post("/booking/anyway", opt={"action": "book_exam"}, status_code=200)
    async def book_anyway(
        self,
        exam: UUID,
        data: BookAnyway,
        intent: Intent,
        commands: Commands,
        free_times: FreeTimes,
        time: TimeSource,
    ) -> Response[Done]:
        """Against a nurse's hours or rest, or with a certificate that lapses: listed for audit, the reason sealed."""
        clinic = free_times.clinic

        async def decide(now: datetime) -> Decided:
            loaded, case = await expected(clinic, intent, "book_exam", exam)
            rules = clinic.jurisdiction.exams
            plain_slot(data.slot, rules, now)
            helpers = await _helpers(free_times, loaded.state, data)
            ground, rests_on = await clinic.ground(loaded.state, case, data.slot, helpers)
            events = decisions.book_anyway(loaded.state, data.slot, ground, rules, data.reason, now)
            effects = _kept(exam, data.slot, ground, helpers, now)
            return on_exam(loaded, events, now, effects, rests_on)

        return await _or_instead(commands.run(intent, decide), free_times, exam, data, time)

    @post("/release", opt={"action": "book_exam"}, status_code=200)
    async def release(
        self, exam: UUID, data: WithReason, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """Gives up what is held or booked. The exam waits for another time."""

        async def decide(now: datetime) -> Decided:
            loaded, _ = await expected(clinic, intent, "book_exam", exam)
            return on_exam(loaded, decisions.release(loaded.state, data.reason), now, [release(exam)])

        return await commands.run(intent, decide)

    @post("/clinic", opt={"action": "move_exam"}, status_code=200)
    async def move(
        self, exam: UUID, data: MoveExam, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """It is asked of another clinic from now on, which finds a time; the one that was asked sees it no more."""

        async def decide(now: datetime) -> Decided:
            loaded, _ = await expected(clinic, intent, "move_exam", exam)
            return on_exam(loaded, decisions.move(loaded.state, data.clinic, clinic.jurisdiction), now)

        return await commands.run(intent, decide)


def _kept(exam: UUID, slot: Slot, ground: Ground, helpers: Sequence[UUID], now: datetime) -> Sequence[Effect]:
    """A time that has passed asks no rest. Against the rule, too, it is booked on what was known: all that it breaks is
    on record.
    """
    kept = keep(exam, slot, ground.patient.person, helpers)
    return kept if slot.since <= now else [*kept, *rested(exam, slot, ground)]


async def _helpers(free_times: FreeTimes, exam: Exam, data: SlotWanted) -> Sequence[UUID]:
    """Those asked for; of the very time that is held, those held with it unless others are asked for."""
    if data.helpers or exam.slot != data.slot:
        return data.helpers
    return await free_times.clinic.helpers_kept(exam, await free_times.helpers(exam.clinic))


async def _or_instead(
    running: Awaitable[Response[Done]], free_times: FreeTimes, exam: UUID, asked: SlotWanted, time: TimeSource
) -> Response[Done]:
    """Raises `SlotTaken` where somebody else was quicker, with other times."""
    try:
        return await running
    except Refused as refused:
        if refused.code not in TAKEN:
            raise
        raise SlotTaken(refused, await _instead(free_times, exam, asked, time.now())) from refused


async def _instead(free_times: FreeTimes, exam: UUID, asked: SlotWanted, now: datetime) -> Sequence[Offer]:
    """As long as was asked for, with an advocate's place where one was. Two hundred are not all sent to one time."""
    loaded = await free_times.clinic.exam(exam)
    case = await free_times.clinic.case(loaded.state.tip)
    length, advocate = asked.until - asked.since, asked.advocate is not None
    for days in DAYS_AFTER:
        found = await free_times.found(
            loaded.state, case, now, days=days, length=length, advocate=advocate, current=False
        )
        if found.offers:
            rules = free_times.clinic.jurisdiction.exams
            period = asked.slot.period
            return instead(found.wanted, found.sites, found.taken, rules, found.offers, period, exam.int)
    return ()
