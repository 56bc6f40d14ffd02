"""Exams that wait for a time over HTTP: what is known of them, the standby list, and what was chosen where none is."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, post

from services.forensic_clinic.cases import Clinic
from services.forensic_clinic.exam import decisions, no_slot, standby
from services.forensic_clinic.exam.decisions import AssaultTime
from services.forensic_clinic.exam.http import Reason, expected, on_exam
from services.forensic_clinic.exam.no_slot import Choice
from services.kernel.http.commands import Commands, Decided, Done, Intent


class CorrectAgeBand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word of the list of age bands."""

    age_band: str


class NeedLanguage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word of the list of languages; empty where no interpreter is needed."""

    language: Annotated[str, msgspec.Meta(max_length=20)]


class Standby(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether it is to be on the list."""

    on: bool


class NoSlotAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`nurse` for support from afar alone; `clinic` where it is on file. The reason is sealed."""

    choice: Choice
    reason: Reason
    clinic: str = ""
    nurse: UUID | None = None


class WaitingExamController(Controller):
    """Nothing here refuses an exam, or takes a time from anybody."""

    path = "/exams/{exam:uuid}"
    tags = ["Exams"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/assault-time", opt={"action": "describe_exam"}, status_code=200)
    async def assault_time(
        self, exam: UUID, data: AssaultTime, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """As far as it is known now; windows are reckoned anew."""

        async def decide(now: datetime) -> Decided:
            loaded, _ = await expected(clinic, intent, "describe_exam", exam)
            return on_exam(loaded, decisions.note_assault_time(loaded.state, data, now), now)

        return await commands.run(intent, decide)

    @post("/age-band", opt={"action": "describe_exam"}, status_code=200)
    async def age_band(
        self, exam: UUID, data: CorrectAgeBand, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """It was found to be another. What is booked stays, and shows whether the nurse fits."""

        async def decide(now: datetime) -> Decided:
            loaded, case = await expected(clinic, intent, "describe_exam", exam)
            patient, rests_on = await clinic.patient(case.state)
            events = decisions.correct_age_band(loaded.state, data.age_band, patient, clinic.jurisdiction.exams)
            return on_exam(loaded, events, now, rests_on=(case, *rests_on))

        return await commands.run(intent, decide)

    @post("/language", opt={"action": "describe_exam"}, status_code=200)
    async def language(
        self, exam: UUID, data: NeedLanguage, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """For which language an interpreter is to be there."""

        async def decide(now: datetime) -> Decided:
            loaded, _ = await expected(clinic, intent, "describe_exam", exam)
            return on_exam(loaded, decisions.need_language(loaded.state, data.language, clinic.jurisdiction), now)

        return await commands.run(intent, decide)

    @post("/standby", opt={"action": "wait_for_exam"}, status_code=200)
    async def standby(
        self, exam: UUID, data: Standby, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """On the list, what comes free and fits is held for it by itself, for whoever is first."""

        async def decide(now: datetime) -> Decided:
            loaded, _ = await expected(clinic, intent, "wait_for_exam", exam)
            change = standby.put_on if data.on else standby.take_off
            return on_exam(loaded, change(loaded.state), now)

        return await commands.run(intent, decide)

    @post("/no-slot", opt={"action": "wait_for_exam"}, status_code=200)
    async def no_slot(
        self, exam: UUID, data: NoSlotAnswer, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """What was chosen, where no time is free before evidence is lost."""

        async def decide(now: datetime) -> Decided:
            loaded, _ = await expected(clinic, intent, "wait_for_exam", exam)
            tables = clinic.jurisdiction
            events = no_slot.answer(loaded.state, data.choice, data.clinic, data.nurse, data.reason, tables)
            return on_exam(loaded, events, now)

        return await commands.run(intent, decide)
