"""A quarter's attestation as its events tell it."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from contracts.language import Event
from services.identity.attestation.events import (
    AttestationAnswered,
    AttestationAsked,
    AttestationBegun,
    AttestationEnded,
)

NEVER = datetime.min.replace(tzinfo=UTC)


class Attestation(msgspec.Struct, frozen=True, kw_only=True):
    """`asked` is None until the first warning."""

    attestation: UUID = UUID(int=0)
    agency: str = ""
    quarter: int = 0
    due_at: datetime = NEVER
    asked: frozenset[UUID] | None = None
    answered: frozenset[UUID] = frozenset()
    ended: bool = False

    @property
    def unanswered(self) -> frozenset[UUID]:
        """Of those it was asked about."""
        return (self.asked or frozenset()) - self.answered

    @property
    def done(self) -> bool:
        """Whether it was asked, and every account is answered for."""
        return self.asked is not None and not self.unanswered

    def waits(self, *, missed: bool) -> bool:
        """Whether there is anything to answer still: before it ends, and of one that was `missed` after it, too."""
        return not self.done and (missed or not self.ended)


def evolve(attestation: Attestation, event: Event) -> Attestation:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case AttestationBegun():
            return Attestation(
                attestation=event.attestation, agency=event.agency, quarter=event.quarter, due_at=event.due_at
            )
        case AttestationAsked():
            return change(attestation, asked=frozenset(event.accounts))
        case AttestationAnswered():
            return change(attestation, answered=attestation.answered | {event.account})
        case AttestationEnded():
            return change(attestation, ended=True)
        case _:
            return attestation
