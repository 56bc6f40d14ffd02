"""What a survivor sees of their own kit, asks and chooses. It stays in this service (and, sealed, with the auditors).

A stream for each kit of which somebody was given a receipt. Nothing of it says who they are or how they are reached.
"""

from typing import Annotated

from contracts.language import Code, Event, Measure, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
Codes = Annotated[tuple[str, ...], classified("code")]


class AccessGiven(Event, frozen=True, kw_only=True):
    """A survivor was given a receipt, and chose a PIN: `verifier` is a slow hash of it, sealed besides.

    What was given before opens nothing any more. `sees` and `told` are their choices, as of `ChoicesMade`.
    """

    NAME = "survivor.access_given"

    kit: Reference
    verifier: Text
    sees: Codes
    told: Code


class PinChanged(Event, frozen=True, kw_only=True):
    """The survivor chose another PIN, on their own page."""

    NAME = "survivor.pin_changed"

    kit: Reference
    verifier: Text


class ChoicesMade(Event, frozen=True, kw_only=True):
    """What the survivor wants to see on their page (where, next, answers), and how they want to be told of it.

    `told` is only_here, in_person or nothing.
    """

    NAME = "survivor.choices_made"

    kit: Reference
    sees: Codes
    told: Code


class QuestionAsked(Event, frozen=True, kw_only=True):
    """The survivor asks something. `number` counts their questions; an answer is due."""

    NAME = "survivor.question_asked"

    kit: Reference
    number: Measure
    question: Text


class QuestionContinued(Event, frozen=True, kw_only=True):
    """The survivor wrote more while a question waited. Its answer is due when it was."""

    NAME = "survivor.question_continued"

    kit: Reference
    number: Measure
    question: Text


class QuestionAnswered(Event, frozen=True, kw_only=True):
    """Somebody of the clinic answered, on the survivor's page or in person."""

    NAME = "survivor.question_answered"

    kit: Reference
    number: Measure
    by: Reference
    answer: Text


class ReportChosen(Event, frozen=True, kw_only=True):
    """The survivor chose to report, on their own page: the kit's own event is in the same commit."""

    NAME = "survivor.report_chosen"

    kit: Reference
    chosen_at: Moment


class AccessClosed(Event, frozen=True, kw_only=True):
    """The receipt opens nothing any more. `by` is survivor, or clinic where the receipt was lost, say."""

    NAME = "survivor.access_closed"

    kit: Reference
    by: Code


SURVIVOR_EVENTS: tuple[type[Event], ...] = (
    AccessGiven,
    PinChanged,
    ChoicesMade,
    QuestionAsked,
    QuestionContinued,
    QuestionAnswered,
    ReportChosen,
    AccessClosed,
)
