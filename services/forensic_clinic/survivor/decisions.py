"""What a survivor may do on their page, and what the clinic does for it. Pure."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from contracts.language import Event, InvalidValue, Personal, Refused
from services.forensic_clinic.survivor.events import (
    AccessClosed,
    AccessGiven,
    ChoicesMade,
    PinChanged,
    QuestionAnswered,
    QuestionAsked,
    QuestionContinued,
    ReportChosen,
)
from services.forensic_clinic.survivor.state import Followed, Sees, Survivor, Told

PIN_LENGTHS = range(6, 11)
MOST_QUESTIONS = 50


class SurvivorRefusal(StrEnum):
    """Why a command is refused."""

    NOTHING_IN_IT = "survivor_no_kit"
    NO_PAGE = "survivor_no_page"
    ANSWERED_ALREADY = "question_answered"
    ASKED_TOO_MUCH = "questions_too_many"


def good_pin(field: str, pin: str) -> str:
    """Digits that are not the first anybody would try. Raises `InvalidValue`, which never says what was typed."""
    digits = pin.strip()
    if len(digits) not in PIN_LENGTHS or not (digits.isascii() and digits.isdigit()):
        raise InvalidValue(field, "Choose 6 to 10 digits.")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
    if len(steps) == 1 or len(set(digits)) < 3:  # two digits in turn are soon tried
        raise InvalidValue(field, "This is one of the first that somebody else would try. Choose other digits.")
    return digits


def give(kit: Followed, verifier: str, sees: Sequence[Sees], told: Told) -> list[Event]:
    """A receipt for the survivor whose kit it is. Raises `Refused` for a kit with nothing in it."""
    if not kit.there:
        raise Refused(SurvivorRefusal.NOTHING_IN_IT, "This kit was set aside or destroyed. There is nothing to follow.")
    return [AccessGiven(kit=kit.kit, verifier=_sealed(kit, verifier), sees=_in_order(sees), told=told)]


def change_pin(kit: Followed, verifier: str) -> list[Event]:
    """With the one that holds still."""
    return [PinChanged(kit=kit.kit, verifier=_sealed(kit, verifier))]


def choose(survivor: Survivor, sees: Sequence[Sees], told: Told) -> list[Event]:
    """Nothing where nothing changes."""
    wanted = _in_order(sees)
    return [] if (survivor.sees, survivor.told) == (wanted, told) else [
        ChoicesMade(kit=survivor.kit, sees=wanted, told=told)
    ]  # fmt: skip


def ask(survivor: Survivor, kit: Followed, question: str) -> list[Event]:
    """A new question, or more of the one that waits. Raises `InvalidValue`, `Refused`."""
    if not question.strip():
        raise InvalidValue("question", "Write your question, in a few words.")
    text = _sealed(kit, question.strip())
    if survivor.waits is not None:
        return [QuestionContinued(kit=kit.kit, number=survivor.waits, question=text)]
    if survivor.asked >= MOST_QUESTIONS:
        raise Refused(SurvivorRefusal.ASKED_TOO_MUCH, "No more questions fit here. Ask the clinic directly.")
    return [QuestionAsked(kit=kit.kit, number=survivor.asked + 1, question=text)]


def answer(survivor: Survivor, kit: Followed, number: int, by: UUID, text: str) -> list[Event]:
    """Raises `Refused` for a question that was answered, or that nobody asked."""
    if survivor.waits != number:
        raise Refused(SurvivorRefusal.ANSWERED_ALREADY, "This question was answered already, or was never asked.")
    return [QuestionAnswered(kit=kit.kit, number=number, by=by, answer=_sealed(kit, text))]


def report(kit: Followed, now: datetime) -> list[Event]:
    """Beside the kit's own event."""
    return [ReportChosen(kit=kit.kit, chosen_at=now)]


def close(survivor: Survivor, by: str) -> list[Event]:
    """The receipt opens nothing any more. Raises `Refused` where none does."""
    if not survivor.open:
        raise Refused(SurvivorRefusal.NO_PAGE, "No receipt opens a page of this kit.")
    return [AccessClosed(kit=survivor.kit, by=by)]


def _in_order(sees: Sequence[Sees]) -> tuple[str, ...]:
    return tuple(each for each in ("where", "next", "answers") if each in sees)


def _sealed(kit: Followed, text: str) -> Personal:
    return Personal(person=kit.person, text=text)
