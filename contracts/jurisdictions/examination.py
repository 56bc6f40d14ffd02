"""What a forensic examination is made of: its steps, who may consent to each, and what follows it.

Kept apart from `exam.py`, which says how an exam is planned. Nothing here is a result: no step has one.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.evidence import EvidenceWindow
from contracts.jurisdictions.marks import Confidence, Loaded

FILE = "examination.json"

Of = Literal["child", "adult"]
PATIENT = "patient"
"""The giver whose no outranks everybody's yes."""


class Giver(Loaded, frozen=True, kw_only=True):
    """Who may consent. `of` are the patients for whom it counts; an age not known is a child's."""

    giver: str
    words: str
    of: tuple[Of, ...]
    citation: str | None
    source: str
    confidence: Confidence
    note: str | None


class Step(Loaded, frozen=True, kw_only=True):
    """One step. `minor_alone`: whether a minor's own consent is enough; `None`: the law is not on file.

    What is not on file is never made up: the minor's consent then counts, and the page says that it is not on file.
    `windows` are those of evidence_windows.json within which it is usually done. None of them closes anything.
    """

    step: str
    words: str
    windows: tuple[str, ...]
    minor_alone: bool | None
    citation: str | None
    source: str
    confidence: Confidence
    note: str | None

    def window(self, of_patient: Iterable[EvidenceWindow]) -> EvidenceWindow | None:
        """Of the patient's windows the step's own that is the first to close; None where none is on file."""
        own = (each for each in of_patient if each.window in self.windows)
        return min(own, key=lambda each: each.hours, default=None)


class Reason(Loaded, frozen=True, kw_only=True):
    """Why a step does not apply."""

    reason: str
    words: str


class DiagnosisCode(Loaded, frozen=True, kw_only=True):
    """An ICD-10-CM code that is offered; others of the same form may be typed."""

    code: str
    words: str
    source: str
    confidence: Confidence


class FollowUp(Loaded, frozen=True, kw_only=True):
    """A visit or test to come, so many days after the exam. `in_use` is False for what another row stands for."""

    follow_up: str
    rule: str
    words: str
    from_days: int
    until_days: int
    in_use: bool
    source: str
    confidence: Confidence
    note: str | None


class Billing(Loaded, frozen=True, kw_only=True):
    """What a claim says beside date and facility; `None`: not on file, and left blank."""

    payer: str
    service_code: str | None
    amount_cents: int | None
    citation: str
    source: str
    confidence: Confidence
    note: str | None


class ExaminationRules(Loaded, frozen=True, kw_only=True):
    """The examination of a state. `citation` is the law on who consents for a minor."""

    version: int
    in_force_from: date
    citation: str
    source: str
    confidence: Confidence
    note: str | None
    givers: tuple[Giver, ...]
    steps: tuple[Step, ...]
    reasons: tuple[Reason, ...]
    codes: tuple[DiagnosisCode, ...]
    follow_ups: tuple[FollowUp, ...]
    billing: Billing

    def giver(self, name: str) -> Giver | None:
        """None when there is none of the name."""
        return next((each for each in self.givers if each.giver == name), None)

    def step(self, name: str) -> Step | None:
        """None when there is none of the name."""
        return next((each for each in self.steps if each.step == name), None)

    def follow_up(self, name: str) -> FollowUp | None:
        """None when there is none of the name."""
        return next((each for each in self.follow_ups if each.follow_up == name), None)

    @property
    def planned(self) -> tuple[FollowUp, ...]:
        """What is planned when an exam ends."""
        return tuple(each for each in self.follow_ups if each.in_use)


def refuse_examination(rules: ExaminationRules, windows: Iterable[EvidenceWindow]) -> None:
    """Raises `DataRefused` for what contradicts itself or names what is not on file."""
    on_file = {each.window for each in windows}
    lists = {
        "givers": [each.giver for each in rules.givers],
        "steps": [each.step for each in rules.steps],
        "reasons": [each.reason for each in rules.reasons],
        "codes": [each.code for each in rules.codes],
        "follow_ups": [each.follow_up for each in rules.follow_ups],
    }
    for name, words in lists.items():
        if len(set(words)) < len(words):
            raise DataRefused(FILE, name, "", "a word stands there twice.")
    if PATIENT not in lists["givers"]:
        raise DataRefused(FILE, "givers", "giver", "the patient must be among those who consent.")
    for step in rules.steps:
        row = f"step {step.step}"
        if set(step.windows) - on_file:
            raise DataRefused(FILE, row, "windows", "it must stand in evidence_windows.json.")
        if step.minor_alone is not None and step.citation is None:
            raise DataRefused(FILE, row, "citation", "what the law says of a minor's consent needs its citation.")
    for each in rules.follow_ups:
        if not 0 < each.from_days <= each.until_days:
            raise DataRefused(FILE, f"follow-up {each.follow_up}", "until_days", "it must end after it begins.")
