"""Examinations as their entries made them, for tests of decisions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from contracts.jurisdictions.examination import ExaminationRules, Step
from contracts.language import Event
from services.forensic_clinic.examination.chart import Chart, Entry
from services.forensic_clinic.examination.content import (
    EVERYTHING,
    Consent,
    Content,
    Diagnosis,
    Noted,
    Outcome,
    Word,
    read,
)
from services.forensic_clinic.examination.decisions import Of
from services.forensic_clinic.examination.events import CodeEntered, ConsentSaid, EntryStruck, StepNoted
from tests.services.forensic_clinic.given import EXAM, MISSISSIPPI, PERSON
from tests.support.running_service import NOON

RULES: ExaminationRules = MISSISSIPPI.examination
STEPS = [each.step for each in RULES.steps]
GIVERS = [each.giver for each in RULES.givers]
MINUTE = timedelta(minutes=1)
NOW = NOON + 600 * MINUTE
OF = Of(exam=EXAM, person=PERSON, phase="booked")
EVIDENCE = "evidence"


def at(minutes: int) -> datetime:
    """So many minutes after noon."""
    return NOON + minutes * MINUTE


def step(name: str = EVIDENCE) -> Step:
    found = RULES.step(name)
    assert found is not None
    return found


def said(word: Word, by: str = "patient", of: str = EVIDENCE) -> Consent:
    return Consent(step=of, word=word, by=by)


def withdrawn(by: str = "patient") -> Consent:
    return said("withdrawn", by, EVERYTHING)


def noted(outcome: Outcome, of: str = EVIDENCE, reason: str = "") -> Noted:
    return Noted(step=of, outcome=outcome, reason=reason)


def chart(*said_at: tuple[int, Content], grown: bool = False, struck: Sequence[int] = ()) -> Chart:
    """Entries in the order in which they were typed, each with the minute it is about."""
    entries = tuple(
        Entry(
            number=number,
            kind=type(content).__name__,
            at=at(minute),
            content=content,
            struck="wrong_word" if number in struck else "",
        )
        for number, (minute, content) in enumerate(said_at, start=1)
    )
    return Chart(entries=entries, grown=grown)


def after(before: Chart, *events: Event) -> Chart:
    """The chart with what was decided on it, as it is read from the log."""
    for event in events:
        match event:
            case (
                ConsentSaid(entry=number, said=text, said_at=moment)
                | StepNoted(entry=number, noted=text, noted_at=moment)
            ):
                new = Entry(number=number, kind=event.NAME, at=moment, content=read(text.text))
                before = msgspec.structs.replace(before, entries=(*before.entries, new))
            case CodeEntered(entry=number, code=text):
                new = Entry(number=number, kind=event.NAME, at=NOW, content=read(text.text))
                before = msgspec.structs.replace(before, entries=(*before.entries, new))
            case EntryStruck(entry=number, mistake=mistake):
                entries = tuple(
                    msgspec.structs.replace(each, struck=mistake) if each.number == number else each
                    for each in before.entries
                )
                before = msgspec.structs.replace(before, entries=entries)
    return before


def content_of(events: list[Event]) -> Content:
    """What the one event seals."""
    (event,) = events
    assert isinstance(event, ConsentSaid | StepNoted | CodeEntered)
    match event:
        case ConsentSaid():
            return read(event.said.text)
        case StepNoted():
            return read(event.noted.text)
    return read(event.code.text)


CODE = Diagnosis(code="Z04.81")
