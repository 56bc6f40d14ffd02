"""A nurse who cannot come, and what she does from afar, over HTTP."""

from datetime import datetime
from functools import reduce
from uuid import UUID, uuid5

import msgspec
from litestar import Controller, Response, post

from contracts.events.forensic_clinic import ExamPressing
from contracts.periods import Period, Span
from services.forensic_clinic.cases import Clinic
from services.forensic_clinic.exam import standby
from services.forensic_clinic.exam.no_slot import Why, told_of
from services.forensic_clinic.exam.state import Exam
from services.forensic_clinic.exam.state import evolve as evolve_exam
from services.forensic_clinic.nurse import decisions
from services.forensic_clinic.nurse.http import visible_nurse
from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.kernel.periods import leave_free, release
from services.kernel.store import Change, Loaded


class SupportStated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether she supports exams elsewhere by video (teleSANE)."""

    from_afar: bool


class NurseIllnessController(Controller):
    """For the nurse, and for the coordinator of the clinic: a call at four in the morning is enough."""

    path = "/nurses"
    tags = ["Nurses"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/{nurse:uuid}/illness", opt={"action": "state_availability"}, status_code=200)
    async def fall_ill(
        self, nurse: UUID, data: Span, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """All that begins with her in that time is given up, goes on the standby list, and its people are told.

        What she had begun before stays: whether it was done is for people to say.
        """

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_nurse(clinic, intent.caller, "state_availability", nurse))
            span = data.period(decisions.LONGEST)
            events = decisions.fall_ill(loaded.state, data)
            taken = await clinic.periods.taken([nurse], *span)
            begun = max((each.until for each in taken if each.since < span.since), default=span.since)
            exams = [await clinic.exam(each.holder) for each in taken if each.since >= span.since]
            planned = [each for each in exams if each.state.kept_with(nurse)]
            changes = [change for each in planned for change in _waits_again(each, intent.command_id)]
            effects = [release(each.id) for each in planned]
            if begun < span.until:
                # A booking of the same moment makes this be decided again.
                effects += leave_free(nurse, *Period(begun, span.until))
            return decided_on(loaded, events, now, *changes, effects=effects)

        return await commands.run(intent, decide)

    @post("/{nurse:uuid}/support", opt={"action": "state_availability"}, status_code=200)
    async def support(
        self, nurse: UUID, data: SupportStated, intent: Intent, commands: Commands, clinic: Clinic
    ) -> Response[Done]:
        """Whether she can be asked to support an exam elsewhere."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await visible_nurse(clinic, intent.caller, "state_availability", nurse))
            return decided_on(loaded, decisions.state_support(loaded.state, from_afar=data.from_afar), now)

        return await commands.run(intent, decide)


def _waits_again(exam: Loaded[Exam], command: UUID) -> list[Change]:
    """Back on the list, and its people are told, with what made her stay away or not at all."""
    events = standby.back_on_list(exam.state)
    waiting = reduce(evolve_exam, events, exam.state)
    pressing = ExamPressing(exam=exam.id, tip=waiting.tip, why=Why.NURSE_GONE, told=told_of(waiting))
    told = uuid5(exam.id, f"{pressing.NAME} {command}")
    return [Change(exam.id, exam.version, events, case=waiting.tip), Change(told, 0, [pressing], case=waiting.tip)]
