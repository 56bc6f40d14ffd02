"""What may be entered of an examination. Pure: chart, phase and time come in, events or a refusal go out.

A step that was taken needs consent at that moment; all else may be entered at any time. A window that has closed
refuses nothing: care is never refused.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions.examination import ExaminationRules, Step
from contracts.language import Event, InvalidValue, Refused, not_in_future
from services.forensic_clinic.examination.chart import Chart, Standing
from services.forensic_clinic.examination.content import EVERYTHING, Consent, Diagnosis, Noted, sealed
from services.forensic_clinic.examination.events import CodeEntered, ConsentSaid, EntryStruck, StepNoted

Mistake = Literal["wrong_step", "wrong_word", "wrong_time", "wrong_patient"]

CODE = re.compile(r"[A-TV-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")
"""The form of an ICD-10-CM code (CDC/NCHS): 3 to 7 characters, the point after the third. U is for provisional use."""

EXAMINED = frozenset({"booked", "completed"})


class ExaminationRefusal(StrEnum):
    """Why an entry is refused."""

    NO_CONSENT_TO_STEP = "no_consent_to_step"
    STEP_DECLINED = "step_declined"
    CONSENT_TAKEN_BACK = "consent_taken_back"
    CANNOT_CONSENT = "cannot_consent"
    MINOR_NOT_ALONE = "minor_not_alone"
    NOT_EXAMINED = "not_examined"
    NO_SUCH_ENTRY = "no_such_entry"
    STRUCK_ALREADY = "struck_already"
    CODE_ENTERED = "code_entered"


WHY_NOT: Mapping[str, tuple[ExaminationRefusal, str]] = {
    "": (
        ExaminationRefusal.NO_CONSENT_TO_STEP,
        "Nobody's consent to this step is on record for that time. Record first who consented, and when.",
    ),
    "declined": (
        ExaminationRefusal.STEP_DECLINED,
        "This step was declined by then, so it cannot stand as taken. Check the times.",
    ),
    "withdrawn": (
        ExaminationRefusal.CONSENT_TAKEN_BACK,
        "Consent to this step was taken back by then. What was taken before that stands; check the times.",
    ),
    "consented": (
        ExaminationRefusal.CANNOT_CONSENT,
        "Whoever consented cannot consent for this patient. Record who else did.",
    ),
}
"""Why a step cannot stand as taken, by what of consent holds."""


class Of(msgspec.Struct, frozen=True, kw_only=True):
    """Whose examination: the exam, how far it has come, and the patient."""

    exam: UUID
    person: UUID
    phase: str


def say_consent(
    of: Of, chart: Chart, said: Consent, said_at: datetime, rules: ExaminationRules, now: datetime
) -> list[Event]:
    """At any time, also in the middle, and after the exam: what was said before the exam may be typed in later.

    Raises `InvalidValue` for words not on file, and for a giver who cannot consent for this patient: only their yes.
    """
    not_in_future("said_at", said_at, now)
    if said.step != EVERYTHING:
        _step(said.step, rules)
    elif said.word != "withdrawn":
        raise InvalidValue("step", "Consent is given or declined step by step. Only taking it back can be for all.")
    giver = rules.giver(said.by)
    if giver is None:
        raise InvalidValue("by", f"Choose one of: {', '.join(each.giver for each in rules.givers)}.")
    if said.word == "consented" and ("adult" if chart.grown else "child") not in giver.of:
        raise InvalidValue("by", "Nobody consents for an adult but the patient.")
    content = sealed(of.person, said)
    return [ConsentSaid(exam=of.exam, entry=_next(chart), said=content, said_at=said_at)]


def withdraw_altogether(
    of: Of, chart: Chart, by: str, said_at: datetime, rules: ExaminationRules, now: datetime
) -> list[Event]:
    """All consent is taken back. What was taken before stands; nothing is taken after, until somebody consents anew."""
    said = Consent(step=EVERYTHING, word="withdrawn", by=by)
    return say_consent(of, chart, said, said_at, rules, now)


def note_step(
    of: Of, chart: Chart, noted: Noted, noted_at: datetime, rules: ExaminationRules, now: datetime
) -> list[Event]:
    """Raises `Refused` for a step taken without consent at that moment, with the law it rests on; `InvalidValue`."""
    not_in_future("noted_at", noted_at, now)
    step = _step(noted.step, rules)
    known = [each.reason for each in rules.reasons]
    if noted.outcome == "not_applicable" and noted.reason not in known:
        raise InvalidValue("reason", f"Say why it does not apply: one of {', '.join(known)}.")
    if noted.outcome != "not_applicable" and noted.reason:
        raise InvalidValue("reason", "A reason is asked for only where a step does not apply.")
    if noted.outcome == "taken":
        if of.phase not in EXAMINED:
            raise Refused(
                ExaminationRefusal.NOT_EXAMINED,
                "No exam is booked, so nothing can have been taken. Book the time at which it was done first.",
            )
        _must_be_consented(chart.consent(step, noted_at, rules), step, rules)
    return [StepNoted(exam=of.exam, entry=_next(chart), noted=sealed(of.person, noted), noted_at=noted_at)]


def enter_code(of: Of, chart: Chart, code: str) -> list[Event]:
    """Raises `InvalidValue` for what has not the form of a code, `Refused` for one that stands there already."""
    plain = code.strip().upper()
    if not CODE.fullmatch(plain):
        raise InvalidValue("code", "Give the code as it is printed, for example Z04.81 or T74.52XA.")
    if plain in {each for _, each in chart.codes}:
        raise Refused(ExaminationRefusal.CODE_ENTERED, "This code stands there already.")
    return [CodeEntered(exam=of.exam, entry=_next(chart), code=sealed(of.person, Diagnosis(code=plain)))]


def strike(of: Of, chart: Chart, entry: int, mistake: Mistake) -> list[Event]:
    """An entry by mistake counts no more, and stays on record. Raises `Refused`."""
    found = next((each for each in chart.entries if each.number == entry), None)
    if found is None:
        raise Refused(ExaminationRefusal.NO_SUCH_ENTRY, "There is no entry of this number. Look at the page again.")
    if found.struck:
        raise Refused(ExaminationRefusal.STRUCK_ALREADY, "This entry was struck out already.")
    return [EntryStruck(exam=of.exam, entry=entry, mistake=mistake)]


def _must_be_consented(standing: Standing, step: Step, rules: ExaminationRules) -> None:
    if standing.given:
        return
    if standing.word == "consented" and step.minor_alone is False:
        sentence = "A minor's own consent is not enough for this step. Record who else consented."
        raise Refused(ExaminationRefusal.MINOR_NOT_ALONE, sentence, citation=step.citation)
    code, sentence = WHY_NOT[standing.word]
    raise Refused(code, sentence, citation=rules.citation)


def _step(name: str, rules: ExaminationRules) -> Step:
    step = rules.step(name)
    if step is None:
        raise InvalidValue("step", f"Choose one of: {', '.join(each.step for each in rules.steps)}.")
    return step


def _next(chart: Chart) -> int:
    """Entries are counted from 1."""
    return len(chart.entries) + 1
