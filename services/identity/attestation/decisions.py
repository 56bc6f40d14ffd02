"""What a quarter's attestation leads to. Pure: `now` comes in, events or nothing go out."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.language import Event
from services.identity.attestation.events import (
    AttestationAnswered,
    AttestationAsked,
    AttestationBegun,
    AttestationEnded,
)
from services.identity.attestation.state import Attestation


class Answer(StrEnum):
    """What was said of an account."""

    CONFIRMED = "confirmed"
    CLOSED = "closed"


def begin(attestation: Attestation, new: UUID, agency: str, quarter: int, due_at: datetime) -> list[Event]:
    """Nothing for a quarter that has begun."""
    if attestation.agency:
        return []
    return [AttestationBegun(attestation=new, agency=agency, quarter=quarter, due_at=due_at)]


def ask(attestation: Attestation, accounts: Sequence[UUID]) -> list[Event]:
    """Once, at the first warning; not of a quarter that is over."""
    if not attestation.agency or attestation.asked is not None or attestation.ended:
        return []
    return [
        AttestationAsked(
            attestation=attestation.attestation, agency=attestation.agency, accounts=tuple(sorted(accounts, key=str))
        )
    ]


def answer(attestation: Attestation, account: UUID, said: Answer) -> list[Event]:
    """Also after the end: the account was suspended until then. Nothing for one that was not asked about."""
    if account not in attestation.unanswered:
        return []
    return [AttestationAnswered(attestation=attestation.attestation, account=account, answer=said)]


def end(attestation: Attestation, suspended: int, now: datetime) -> list[Event]:
    """Once, when the quarter is over; never early."""
    if not attestation.agency or attestation.ended or now < attestation.due_at:
        return []
    return [AttestationEnded(attestation=attestation.attestation, agency=attestation.agency, suspended=suspended)]
