"""The steps of an examination and of a survivor's page, done over HTTP."""

from typing import Any

from deploy.demo.care_steps import (
    AnswerSurvivor,
    AskAsSurvivor,
    CareStep,
    ExaminationStep,
    GiveSurvivorPage,
    NoteStep,
    SayConsent,
    SurvivorStep,
)
from deploy.demo.hands import CLINIC, Hands, done, plain


class DoingCare:
    """By the nurse who examines, and by a survivor who has no account."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def do(self, step: CareStep) -> str:
        """The sentence to print. Raises `DemoStopped`."""
        return await (self._in_exam(step) if isinstance(step, ExaminationStep) else self._on_page(step))

    async def _in_exam(self, step: ExaminationStep) -> str:
        who, what = self._hands.who(step.by), f"{plain(step.step)} in exam {step.exam}"
        place = f"/exams/{self._hands.played.exams[step.exam]}/examination"
        match step:
            case SayConsent():
                body = {"step": step.step, "word": step.word, "by": step.giver, "said_at": self._hands.moment(step.at)}
                await self._hands.command(step.by, CLINIC, place, "consents", body, step.tip)
                return f"{who} records consent, {what}: {step.word}, by the {plain(step.giver)}."
            case NoteStep():
                noted = {"step": step.step, "outcome": step.outcome, "noted_at": self._hands.moment(step.at)}
                await self._hands.command(step.by, CLINIC, place, "steps", noted, step.tip)
                return f"{who} records {what}: {step.outcome}."

    async def _on_page(self, step: SurvivorStep) -> str:
        match step:
            case GiveSurvivorPage():
                await self._give(step)
                return f"{self._hands.who(step.by)} gives the survivor of kit {step.kit} a receipt for their own page."
            case AskAsSurvivor():
                opened = done(await open_page(self._hands, step.kit), step.tip)
                receipt, _ = self._hands.played.pages[step.kit]
                body = {"receipt": receipt, "ticket": opened["ticket"], "question": step.question}
                done(await self._hands.interfaces.post(None, CLINIC, "/survivor-pages/questions", body), step.tip)
                return f"The survivor of kit {step.kit} asks something on their page."
            case AnswerSurvivor():
                place = f"/kits/{self._hands.played.kits[step.kit]}/survivor"
                number = (await self._hands.page(step.by, CLINIC, place, step.tip))["waits"]
                await self._hands.command(
                    step.by, CLINIC, place, "answers", {"number": number, "answer": step.answer}, step.tip
                )
                return f"{self._hands.who(step.by)} answers the survivor of kit {step.kit}."

    async def _give(self, step: GiveSurvivorPage) -> None:
        hands = self._hands
        body = {"pin": step.pin, "sees": step.sees, "told": "only_here"}
        path = f"/kits/{hands.played.kits[step.kit]}/survivor/access"
        given = done(await hands.interfaces.post(hands.people[step.by], CLINIC, path, body), step.tip)
        hands.played.pages[step.kit] = (given["receipt"], step.pin)


async def open_page(hands: Hands, kit: str) -> Any:
    """What whoever has receipt and PIN is answered, without an account."""
    receipt, pin = hands.played.pages[kit]
    return await hands.interfaces.post(None, CLINIC, "/survivor-pages", {"receipt": receipt, "pin": pin})
