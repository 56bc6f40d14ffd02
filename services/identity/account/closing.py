"""What becomes of everything around an account that closes: its clock, the quarter's attestation, what links it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from uuid import UUID, uuid5

from contracts.language import Event
from services.identity.account.state import Account
from services.identity.attestation.attestations import Attestations
from services.identity.attestation.decisions import Answer
from services.identity.reservations import PROVIDER_PERSON, PROVIDER_SUBJECT, release_all
from services.kernel import clock as clocks
from services.kernel.clock import Clock
from services.kernel.store import Change, Changes, Loaded

RULE = "C81"
LEAVE = "leave"
"""The kind of the moment at which somebody leaves."""


def clock_of(account: UUID) -> UUID:
    """An account closes once."""
    return uuid5(account, RULE)


@dataclass(frozen=True)
class Closing:
    """The one place where accounts close, by whomever."""

    attestations: Attestations

    async def changes(
        self,
        account: Loaded[Account],
        events: Sequence[Event],
        left_at: datetime,
        done_at: datetime,
        cause: UUID,
        now: datetime,
    ) -> Changes:
        """From `done_at` on the account let nobody in. The clock runs from `left_at`, however late that is told."""
        terms = self.attestations.jurisdiction.enforced(RULE, left_at)
        started = clocks.start(Clock(), terms, account.id, cause, now)
        ended = clocks.meet(reduce(clocks.evolve, started, Clock()), done_at, now)
        streams = [
            Change(account.id, account.version, events),
            Change(clock_of(account.id), 0, [*started, *ended], account.case),
            *await self.attestations.answered(account.state, Answer.CLOSED, now),
        ]
        # Who comes back to the agency is linked to a new account.
        return Changes(streams, [release_all(kind, account.id) for kind in (PROVIDER_SUBJECT, PROVIDER_PERSON)])
