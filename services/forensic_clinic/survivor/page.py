"""What a survivor's page says: no identity, place, agency or name, and nothing its holder did not choose."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from services.forensic_clinic.kit.kits import Kits
from services.forensic_clinic.kit.state import LABORATORY, POLICE, Kit
from services.forensic_clinic.kit.states import State, state_of
from services.forensic_clinic.survivor.events import QuestionAnswered, QuestionAsked, QuestionContinued
from services.forensic_clinic.survivor.survivors import Opened, Survivors
from services.kernel.http.caller import Caller
from services.kernel.http.reading import SealedText
from services.kernel.stored_form import Happening

Next = State | Literal["not_tested", "to_be_destroyed"]
"""A state by what follows it, or what was decided instead."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked and answered, in the words of both. A text is null where a court had it destroyed."""

    number: int
    asked_at: datetime
    due_at: datetime | None
    question: tuple[str | None, ...]
    answered_at: datetime | None
    answer: str | None


class SurvivorPage(msgspec.Struct, frozen=True, kw_only=True):
    """`where`, `next` and `by` are null unless the holder chose to see them; `questions` is empty likewise.

    `where` is one of a few words, with nobody named: where_collected, law_enforcement, laboratory, ended. `next` is
    what happens after that, `by` when the law wants it done. `ticket` is sent back with what is done next.
    """

    ticket: str
    sees: tuple[str, ...]
    told: str
    can_report: bool
    where: str | None
    next: Next | None
    by: datetime | None
    waits: bool
    questions: tuple[Question, ...]


async def survivor_page(survivors: Survivors, opened: Opened, ticket: str, caller: Caller) -> SurvivorPage:
    """From the streams themselves. That words were shown is put on record before they are."""
    kits, survivor = survivors.kits, opened.survivor.state
    kit = (await kits.load(opened.kit)).state
    running = [each.state for each in await kits.clocks(kit) if each.state.phase == "running"]
    see_next, see_answers = "next" in survivor.sees, "answers" in survivor.sees
    return SurvivorPage(
        ticket=ticket,
        sees=survivor.sees,
        told=survivor.told,
        can_report=not kit.reported and kit.phase in {"open", "sealed"},
        where=_where(kit) if "where" in survivor.sees else None,
        next=next_of(kit) if see_next else None,
        by=min((each.due_at for each in running), default=None) if see_next else None,
        waits=survivor.waits is not None,
        questions=await questions_told(survivors, opened.happenings, kit, caller) if see_answers else (),
    )


async def questions_told(
    survivors: Survivors, happenings: Sequence[Happening], kit: Kit, caller: Caller
) -> tuple[Question, ...]:
    """All of them, the latest first. That they were read is put on record before they are told."""
    reader = survivors.kits.reader
    told = [each for each in happenings if isinstance(each.event, QuestionAsked | QuestionContinued | QuestionAnswered)]
    await reader.record(caller, "what a survivor asked and was answered", kit.tip, told)
    found = []
    for asked in [each for each in told if isinstance(each.event, QuestionAsked)]:
        number = asked.event.number if isinstance(asked.event, QuestionAsked) else 0
        texts = [
            await reader.open(SealedText(each.event.question, each.event_id, "question"))
            for each in told
            if isinstance(each.event, QuestionAsked | QuestionContinued) and each.event.number == number
        ]
        answered = next(
            (each for each in told if isinstance(each.event, QuestionAnswered) and each.event.number == number), None
        )
        clock = (await survivors.question_clock(kit.kit, number)).state
        found.append(
            Question(
                number=number,
                asked_at=asked.happened_at,
                due_at=clock.due_at if clock.phase != "not started" else None,
                question=tuple(texts),
                answered_at=answered.happened_at if answered is not None else None,
                answer=await _answer(kits=survivors.kits, answered=answered),
            )
        )
    return tuple(reversed(found))


async def _answer(kits: Kits, answered: Happening | None) -> str | None:
    if answered is None or not isinstance(answered.event, QuestionAnswered):
        return None
    return await kits.reader.open(SealedText(answered.event.answer, answered.event_id, "answer"))


def next_of(kit: Kit) -> Next:
    """What happens after this. Where it was decided otherwise, no laboratory is promised that will not come."""
    state = state_of(kit)
    if kit.may_be_destroyed and state != "destroyed":
        return "to_be_destroyed"
    return "not_tested" if kit.not_tested and state in {"picked_up", "received", "in_test"} else state


def _where(kit: Kit) -> str:
    if kit.phase == "destroyed":
        return "ended"
    return {POLICE: "law_enforcement", LABORATORY: "laboratory"}.get(kit.stage, "where_collected")
