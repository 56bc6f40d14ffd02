"""What is done in the forensic clinic: exams and kits. One class per line kind.

`exam` and `kit` are labels of the scenario's own, given by the line that requests or opens one.
"""

from typing import Literal

from deploy.demo.lines import Step, Time, Words


class RequestExam(Step, frozen=True, kw_only=True, tag="request_exam"):
    """`clinic` is an agency id; age band and consent are words of exams.json."""

    by: Words
    exam: Words
    clinic: Words
    age_band: Words
    consent: Words


class Slot(Step, frozen=True, kw_only=True):
    """A nurse in a room, from when until when."""

    by: Words
    exam: Words
    nurse: Words
    room: Words
    since: Time
    until: Time


class HoldExam(Slot, frozen=True, kw_only=True, tag="hold_exam"):
    """The slot is kept for a while."""


class BookExam(Slot, frozen=True, kw_only=True, tag="book_exam"):
    """The slot is settled."""


class CompleteExam(Step, frozen=True, kw_only=True, tag="complete_exam"):
    """The exam was done and ended at `completed`."""

    by: Words
    exam: Words
    completed: Time


class CancelExam(Step, frozen=True, kw_only=True, tag="cancel_exam"):
    """There will be no exam."""

    by: Words
    exam: Words
    cause: Literal["clinic", "patient"]
    reason: Words


class OpenKit(Step, frozen=True, kw_only=True, tag="open_kit"):
    """The nurse who examines opens a kit. Of an unreported one nobody is told, and none of its clocks starts."""

    by: Words
    kit: Words
    exam: Words
    number: Words
    consent: Literal["reported", "unreported"]


class SealKit(Step, frozen=True, kw_only=True, tag="seal_kit"):
    """From here on somebody always answers for the kit."""

    by: Words
    kit: Words
    items: int
    seal_number: Words


class SetKitAside(Step, frozen=True, kw_only=True, tag="set_kit_aside"):
    """The kit was opened by mistake."""

    by: Words
    kit: Words
    reason: Words


class ReportKit(Step, frozen=True, kw_only=True, tag="report_kit"):
    """The patient of an unreported kit chose to report."""

    by: Words
    kit: Words


class CallPolice(Step, frozen=True, kw_only=True, tag="call_police"):
    """The clinic's call that the kit is ready."""

    by: Words
    kit: Words
    agency: Words
    spoke_with: Words


class OfferKit(Step, frozen=True, kw_only=True, tag="offer_kit"):
    """Whoever holds the kit offers it to anyone of the agency with the role."""

    by: Words
    kit: Words
    agency: Words
    role: Words
    purpose: Literal["relief", "pickup", "laboratory", "storage", "return"]


class AcceptKit(Step, frozen=True, kw_only=True, tag="accept_kit"):
    """Somebody takes the kit in their own name, and reads the number of the seal."""

    by: Words
    kit: Words
    seal_number: Words


class RecordResult(Step, frozen=True, kw_only=True, tag="record_result"):
    """That the kit was tested, never what was found."""

    by: Words
    kit: Words
    result: Literal["tested", "outsourced"]


ExamStep = RequestExam | HoldExam | BookExam | CompleteExam | CancelExam
KitStep = OpenKit | SealKit | SetKitAside | ReportKit | CallPolice | OfferKit | AcceptKit | RecordResult
ClinicStep = ExamStep | KitStep
