"""An examination as it is shown: each step with consent, window and what was done, then every entry, then the codes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions import EvidenceWindow, Jurisdiction
from contracts.jurisdictions.examination import Step
from contracts.periods import Period
from services.forensic_clinic.exam.windows import Standing, window_of
from services.forensic_clinic.examination.chart import Chart, Entry, StepStands
from services.forensic_clinic.examination.content import Consent, Diagnosis, Noted
from services.forensic_clinic.examination.examinations import Before

WindowState = Literal["open", "may_be_past", "past", "time_not_known"]


class WindowOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """How long a step is usually done; `usual_until` from the earliest time that is known. It closes nothing."""

    rule: str
    hours: int
    state: WindowState
    usual_until: datetime | None
    confidence: str


class MinorOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a minor's own consent is enough; `alone` and `citation` null: not on file."""

    alone: bool | None
    citation: str | None
    confidence: str


class StepOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """A step. `minor` is null for an adult. `stands` says consent and outcome."""

    step: str
    stands: StepStands
    window: WindowOnPage | None
    minor: MinorOnPage | None


class EntryOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """An entry by its number. What it says is empty while it is sealed, or was destroyed."""

    number: int
    kind: str
    at: datetime
    struck: str
    step: str
    word: str
    by: str
    reason: str
    code: str


class ExaminationPage(msgspec.Struct, frozen=True, kw_only=True):
    """For who looks back, to whom nothing is opened, there are entries and no steps.

    `version` is of the examination, not of the exam: 0 while nothing was entered.
    """

    exam: UUID
    version: int
    tip: UUID
    clinic: str
    phase: str
    age_band: str
    grown: bool
    steps: tuple[StepOnPage, ...]
    withdrawn_altogether_at: datetime | None
    codes: tuple[str, ...]
    entries: tuple[EntryOnPage, ...]


def examination_page(
    before: Before, chart: Chart, tables: Jurisdiction, now: datetime, *, opened: bool
) -> ExaminationPage:
    """Every step of the jurisdiction is on it, whatever its window, so that none is forgotten to be offered."""
    exam = before.exam.state
    rules, band = tables.examination, exam.age_band
    windows = tables.evidence_windows_at(now, band if before.grown or band != "adult" else "not_known")
    return ExaminationPage(
        exam=exam.exam,
        version=before.loaded.version,
        tip=exam.tip,
        clinic=exam.clinic,
        phase=exam.phase,
        age_band=band,
        grown=before.grown,
        steps=tuple(
            StepOnPage(
                step=step.step,
                stands=chart.stands(step, now, rules),
                window=_window(step, windows, exam.assault_time, now),
                minor=None
                if before.grown
                else MinorOnPage(alone=step.minor_alone, citation=step.citation, confidence=step.confidence),
            )
            for step in rules.steps
        )
        if opened
        else (),
        withdrawn_altogether_at=chart.withdrawn_altogether_at(rules),
        codes=tuple(code for _, code in chart.codes),
        entries=tuple(_entry(each) for each in chart.entries),
    )


def _window(
    step: Step, of_patient: Sequence[EvidenceWindow], assault: Period | None, now: datetime
) -> WindowOnPage | None:
    window = step.window(of_patient)
    if window is None:
        return None
    stands = window_of(window, assault)
    states: Mapping[Standing, WindowState] = {"may_be_closed": "may_be_past", "closed": "past", "open": "open"}
    return WindowOnPage(
        rule=window.rule,
        hours=window.hours,
        state=states.get(stands.at(now), "time_not_known"),
        usual_until=stands.sure_until,
        confidence=window.confidence,
    )


def _entry(entry: Entry) -> EntryOnPage:
    said = entry.content
    return EntryOnPage(
        number=entry.number,
        kind=entry.kind,
        at=entry.at,
        struck=entry.struck,
        step=said.step if isinstance(said, Consent | Noted) else "",
        word=said.word if isinstance(said, Consent) else said.outcome if isinstance(said, Noted) else "",
        by=said.by if isinstance(said, Consent) else "",
        reason=said.reason if isinstance(said, Noted) else "",
        code=said.code if isinstance(said, Diagnosis) else "",
    )
