"""The medical compartment of an exam over HTTP: consent by step, what was offered, taken and declined, diagnosis codes.

For the exam's nurse and the clinic's coordinator. Nobody else has a route here, and what is entered goes out to nobody.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event
from services.forensic_clinic.examination import decisions
from services.forensic_clinic.examination.chart import Chart
from services.forensic_clinic.examination.content import Consent, Noted, Outcome, Word
from services.forensic_clinic.examination.decisions import Mistake, Of
from services.forensic_clinic.examination.examinations import Before, Examinations, expected
from services.forensic_clinic.examination.page import ExaminationPage, examination_page
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.reading import Reader
from services.kernel.time_source import TimeSource

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Listed = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
QUESTION = "examination of an exam"


class SayConsent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who said what about a step, and when."""

    step: Listed
    word: Word
    by: Listed
    said_at: Moment


class WithdrawAltogether(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who takes all consent back, and when."""

    by: Listed
    said_at: Moment


class NoteStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was done about a step; a reason, of the list, where it does not apply. Never what was found."""

    step: Listed
    outcome: Outcome
    noted_at: Moment
    reason: Annotated[str, msgspec.Meta(max_length=40)] = ""


class EnterCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A diagnosis code of ICD-10-CM, as it is printed. It goes on no claim and to nobody."""

    code: Listed


class StrikeEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which entry, and what was wrong with it."""

    entry: int
    mistake: Mistake


class ExaminationController(Controller):
    """Under an exam's path. Times are when it was said or done, and may be typed in afterwards."""

    path = "/exams/{exam:uuid}/examination"
    tags = ["Examination"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_examination"})
    async def read(
        self, exam: UUID, examinations: Examinations, reader: Reader, time: TimeSource, request: Request[Any, Any, Any]
    ) -> Response[ExaminationPage]:
        """As it stands. That you read it is put on record before you see it."""
        caller = caller_of(request)
        before = await examinations.visible(caller, "read_examination", exam)
        opened = examinations.may_open(caller, before)
        if opened and before.entries:
            await reader.record(caller, QUESTION, before.exam.state.tip, before.entries)
        else:
            await reader.shown(caller, QUESTION, before.exam)
        chart = await examinations.opened(before) if opened else examinations.unopened(before)
        page = examination_page(before, chart, examinations.jurisdiction, time.now(), opened=opened)
        return Response(page, headers={"ETag": f'"{page.version}"'})

    @post("/consents", opt={"action": "record_examination"}, status_code=200)
    async def consent(
        self, exam: UUID, data: SayConsent, intent: Intent, commands: Commands, examinations: Examinations
    ) -> Response[Done]:
        """Consented, declined, or taken back: of one step."""
        said = Consent(step=data.step, word=data.word, by=data.by)

        def act(of: Of, chart: Chart, now: datetime) -> list[Event]:
            return decisions.say_consent(of, chart, said, data.said_at, examinations.jurisdiction.examination, now)

        return await _run(examinations, commands, intent, exam, data.said_at, act)

    @post("/withdrawal", opt={"action": "record_examination"}, status_code=200)
    async def withdraw(
        self, exam: UUID, data: WithdrawAltogether, intent: Intent, commands: Commands, examinations: Examinations
    ) -> Response[Done]:
        """All consent is taken back. What was taken before stands on record."""

        def act(of: Of, chart: Chart, now: datetime) -> list[Event]:
            rules = examinations.jurisdiction.examination
            return decisions.withdraw_altogether(of, chart, data.by, data.said_at, rules, now)

        return await _run(examinations, commands, intent, exam, data.said_at, act)

    @post("/steps", opt={"action": "record_examination"}, status_code=200)
    async def step(
        self, exam: UUID, data: NoteStep, intent: Intent, commands: Commands, examinations: Examinations
    ) -> Response[Done]:
        """Offered, taken, declined, or why it does not apply. Taken needs consent at that time."""
        noted = Noted(step=data.step, outcome=data.outcome, reason=data.reason)

        def act(of: Of, chart: Chart, now: datetime) -> list[Event]:
            return decisions.note_step(of, chart, noted, data.noted_at, examinations.jurisdiction.examination, now)

        return await _run(examinations, commands, intent, exam, data.noted_at, act)

    @post("/codes", opt={"action": "record_examination"}, status_code=200)
    async def code(
        self, exam: UUID, data: EnterCode, intent: Intent, commands: Commands, examinations: Examinations
    ) -> Response[Done]:
        """A diagnosis code. It stays in this compartment."""

        def act(of: Of, chart: Chart, _: datetime) -> list[Event]:
            return decisions.enter_code(of, chart, data.code)

        return await _run(examinations, commands, intent, exam, None, act)

    @post("/struck", opt={"action": "record_examination"}, status_code=200)
    async def strike(
        self, exam: UUID, data: StrikeEntry, intent: Intent, commands: Commands, examinations: Examinations
    ) -> Response[Done]:
        """An entry was made by mistake. It stays on record, struck out."""

        def act(of: Of, chart: Chart, _: datetime) -> list[Event]:
            return decisions.strike(of, chart, data.entry, data.mistake)

        return await _run(examinations, commands, intent, exam, None, act)


async def _run(
    examinations: Examinations,
    commands: Commands,
    intent: Intent,
    exam: UUID,
    happened_at: datetime | None,
    act: Callable[[Of, Chart, datetime], list[Event]],
) -> Response[Done]:
    """What has no time of its own happens now. Decided again when exam or age changed meanwhile."""

    async def decide(now: datetime) -> Decided:
        before: Before = expected(intent, await examinations.visible(intent.caller, "record_examination", exam))
        events = act(before.of, await examinations.opened(before), now)
        rests_on = (before.exam, before.case)
        return decided_on(before.loaded, events, happened_at or now, rests_on=rests_on, case=before.exam.state.tip)

    return await commands.run(intent, decide)
