"""That a claim was sent, paid or refused, or that this was entered by mistake. Pure.

One that was refused may be sent again; of one that is paid nothing more is recorded, but that it was a mistake. No step
waits for another clock: how long a claim may take is not on file.
"""

from datetime import date
from uuid import UUID

from contracts.language import Event, InvalidValue, Refused
from services.forensic_clinic.claim.events import ClaimPaid, ClaimRefused, ClaimSent, ClaimStepTakenBack
from services.forensic_clinic.claim.refusals import ClaimRefusal
from services.forensic_clinic.claim.state import Claim

MOST_CENTS = 10_000_000


def send(claim: UUID, before: Claim, by: UUID, agency: str, on: date, exam_on: date, today: date) -> list[Event]:
    """Raises `Refused`, `InvalidValue`."""
    if before.stage in {"sent", "paid"}:
        raise Refused(
            ClaimRefusal.SENT, "This claim is sent already. If it was refused, record that; then it can be sent again."
        )
    _within(on, before.last.on if before.last else exam_on, today)
    return [ClaimSent(claim=claim, by=by, agency=agency, sent_on=on)]


def pay(claim: UUID, before: Claim, by: UUID, agency: str, on: date, cents: int | None, today: date) -> list[Event]:
    """Raises `Refused`, `InvalidValue`."""
    _answered(before, on, today)
    if cents is not None and not 0 < cents <= MOST_CENTS:
        raise InvalidValue("cents", "Write the amount that was paid, or leave it empty.")
    return [ClaimPaid(claim=claim, by=by, agency=agency, paid_on=on, cents=cents)]


def refuse(claim: UUID, before: Claim, by: UUID, agency: str, on: date, today: date) -> list[Event]:
    """Raises `Refused`, `InvalidValue`."""
    _answered(before, on, today)
    return [ClaimRefused(claim=claim, by=by, agency=agency, refused_on=on)]


def take_back(claim: UUID, before: Claim, by: UUID, agency: str) -> list[Event]:
    """The last step. Raises `Refused`."""
    if not before.steps:
        raise Refused(ClaimRefusal.NO_STEP, "Nothing is on record of this claim that could be taken back.")
    return [ClaimStepTakenBack(claim=claim, by=by, agency=agency, step=len(before.steps))]


def _answered(before: Claim, on: date, today: date) -> None:
    last = before.last
    if last is None or last.stage != "sent":
        raise Refused(
            ClaimRefusal.NOT_SENT, "This claim is not sent, or its answer is on record. Record that it was sent first."
        )
    _within(on, last.on, today)


def _within(on: date, first: date, today: date) -> None:
    if not first <= on <= today:
        raise InvalidValue("on", "This day has not come yet, or it is before the exam or the step before.")
