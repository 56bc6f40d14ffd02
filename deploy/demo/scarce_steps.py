"""What is done where times of exams are short. One class per line kind; `exam` is the label of the line that asks."""

from typing import Literal

from deploy.demo.lines import Step, Time, Words


class NoteAssault(Step, frozen=True, kw_only=True, tag="note_assault"):
    """When it happened, as far as is known; the same twice where it is known exactly."""

    by: Words
    exam: Words
    earliest: Time
    latest: Time


class AnswerNoSlot(Step, frozen=True, kw_only=True, tag="answer_no_slot"):
    """No time is free before a window closes: what is done instead, and why."""

    by: Words
    exam: Words
    choice: Literal["beyond", "care_without_evidence"]
    reason: Words


class WaitOnStandby(Step, frozen=True, kw_only=True, tag="wait_on_standby"):
    """The next time that comes free and fits is held for it by itself."""

    by: Words
    exam: Words


class FallIll(Step, frozen=True, kw_only=True, tag="fall_ill"):
    """The nurse cannot come from now on: what is booked with her goes on the standby list."""

    nurse: Words
    until: Time


class StateHours(Step, frozen=True, kw_only=True, tag="state_hours"):
    """The nurse can be booked, from when until when."""

    nurse: Words
    since: Time
    until: Time


class BookHeld(Step, frozen=True, kw_only=True, tag="book_held"):
    """Settles whatever time came to be held for the exam."""

    by: Words
    exam: Words


ScarceStep = NoteAssault | AnswerNoSlot | WaitOnStandby | FallIll | StateHours | BookHeld
