"""What is done in an examination step by step, and on a survivor's own page. One class per line kind."""

from typing import Literal

from deploy.demo.lines import Step, Words


class SayConsent(Step, frozen=True, kw_only=True, tag="say_consent"):
    """`giver` says yes or no to a step of the examination, or takes the yes back."""

    by: Words
    exam: Words
    step: Words
    word: Literal["consented", "declined", "withdrawn"]
    giver: Words


class NoteStep(Step, frozen=True, kw_only=True, tag="note_step"):
    """What was done about a step; never what was found."""

    by: Words
    exam: Words
    step: Words
    outcome: Literal["offered", "taken", "declined"]


class GiveSurvivorPage(Step, frozen=True, kw_only=True, tag="give_survivor_page"):
    """The survivor is given a receipt, and chooses a PIN and what the page shows."""

    by: Words
    kit: Words
    pin: Words
    sees: tuple[Literal["where", "next", "answers"], ...]


class AskAsSurvivor(Step, frozen=True, kw_only=True, tag="ask_as_survivor"):
    """By whoever has the receipt and the PIN, without an account."""

    kit: Words
    question: Words


class AnswerSurvivor(Step, frozen=True, kw_only=True, tag="answer_survivor"):
    """The clinic answers what waits."""

    by: Words
    kit: Words
    answer: Words


ExaminationStep = SayConsent | NoteStep
SurvivorStep = GiveSurvivorPage | AskAsSurvivor | AnswerSurvivor
CareStep = ExaminationStep | SurvivorStep
