"""What the page of an examination offers."""

from collections.abc import Sequence
from typing import Literal

from contracts.jurisdictions.examination import ExaminationRules
from services.console.pages.clinic.examination.answers import Examination

Said = Literal["consented", "declined", "withdrawn"]
OUTCOMES = ("taken", "offered", "not_applicable")
"""Beside what is said. That a step was declined is said, not done."""

MISTAKES = ("wrong_step", "wrong_word", "wrong_time", "wrong_patient")


def givers_of(found: Examination, rules: ExaminationRules) -> Sequence[str]:
    """Who may consent for this patient: for an adult nobody else."""
    of = "adult" if found.grown else "child"
    return [each.giver for each in rules.givers if of in each.of]
