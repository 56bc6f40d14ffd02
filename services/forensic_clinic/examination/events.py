"""What happens in an examination. It is the medical compartment: which step, which word and whose is sealed in each.

In the clear stand the exam, a number and a time, so that whoever copies the log learns that something was entered, and
nothing of what. No event holds a result.
"""

from typing import Annotated

from contracts.language import Code, Event, Measure, Moment, Personal, Reference, classified

Sealed = Annotated[Personal, classified("personal")]
"""Words of closed lists, written by `content.sealed`, all of one length."""


class ConsentSaid(Event, frozen=True, kw_only=True):
    """Somebody consented to a step, declined it or took consent back. What is sealed: `content.Consent`."""

    NAME = "examination.consent_said"

    exam: Reference
    entry: Measure
    said: Sealed
    said_at: Moment


class StepNoted(Event, frozen=True, kw_only=True):
    """A step was offered, taken, declined, or does not apply. What is sealed: `content.Noted`."""

    NAME = "examination.step_noted"

    exam: Reference
    entry: Measure
    noted: Sealed
    noted_at: Moment


class CodeEntered(Event, frozen=True, kw_only=True):
    """A diagnosis code (ICD-10-CM). What is sealed: `content.Diagnosis`."""

    NAME = "examination.code_entered"

    exam: Reference
    entry: Measure
    code: Sealed


class EntryStruck(Event, frozen=True, kw_only=True):
    """An entry was made by mistake. It stays on record and counts no more."""

    NAME = "examination.entry_struck"

    exam: Reference
    entry: Measure
    mistake: Code


EXAMINATION_EVENTS: tuple[type[Event], ...] = (ConsentSaid, StepNoted, CodeEntered, EntryStruck)
