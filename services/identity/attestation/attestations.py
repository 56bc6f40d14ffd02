"""Attestations by agency and quarter, their clocks, and what follows for both when an account is answered for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from uuid import UUID, uuid5

from contracts.jurisdictions import Jurisdiction
from services.identity.account.state import Account
from services.identity.attestation import decisions
from services.identity.attestation.decisions import Answer
from services.identity.attestation.state import Attestation, evolve
from services.kernel import clock as clocks
from services.kernel.clock import Clock
from services.kernel.due import CLOCK
from services.kernel.due_moments import at
from services.kernel.store import Change, Changes, EventStore, Kind, Loaded

ATTESTATION = Kind("attestation", Attestation(), evolve)
RULE = "C84"
QUARTER = "quarter"
"""The kind of the moment at which a quarter is over."""


def first_of(agency: UUID) -> UUID:
    """The attestation of an agency's first quarter; `agency` is its stream."""
    return uuid5(agency, "attestation 1")


def next_of(attestation: UUID) -> UUID:
    """That of the quarter after."""
    return uuid5(attestation, "attestation after")


def clock_of(attestation: UUID) -> UUID:
    """One clock for each quarter."""
    return uuid5(attestation, RULE)


@dataclass(frozen=True)
class Attestations:
    """Loads them, for routes, reactions and timers."""

    store: EventStore
    jurisdiction: Jurisdiction

    async def load(self, attestation: UUID) -> Loaded[Attestation]:
        """As it stands; version 0 for a quarter that has not begun."""
        return await self.store.load(ATTESTATION, attestation)

    async def clock(self, attestation: UUID) -> Loaded[Clock]:
        """Of the quarter."""
        return await self.store.load(CLOCK, clock_of(attestation))

    async def of_agency(self, agency: UUID) -> list[Loaded[Attestation]]:
        """Every quarter there was, in order; `agency` is its stream."""
        found: list[Loaded[Attestation]] = []
        quarter = first_of(agency)
        while (loaded := await self.load(quarter)).exists:
            found.append(loaded)
            quarter = next_of(quarter)
        return found

    async def begun(
        self,
        new: UUID,
        agency: str,
        quarter: int,
        since: datetime,
        cause: UUID,
        now: datetime,
        case: UUID | None = None,
    ) -> Changes:
        """A quarter that runs from `since`, with its clock and the moment of its end; nothing where it has begun."""
        loaded, terms = await self.load(new), self.jurisdiction.enforced(RULE, since)
        events = decisions.begin(loaded.state, new, agency, quarter, terms.due_at)
        if not events:
            return Changes(())
        started = clocks.start(Clock(), terms, new, cause, now)
        streams = [Change(new, loaded.version, events, case), Change(clock_of(new), 0, started, case)]
        return Changes(streams, [at(new, QUARTER, terms.due_at)])

    async def answered(self, account: Account, said: Answer, now: datetime) -> Sequence[Change]:
        """What an answer about an account does to the quarter it was asked in, and to its clock."""
        if account.asked_in is None:
            return []
        loaded = await self.load(account.asked_in)
        events = decisions.answer(loaded.state, account.account, said)
        if not events:
            return []
        change = Change(loaded.id, loaded.version, events, loaded.case)
        return [change, *await self.met(reduce(evolve, events, loaded.state), now)]

    async def met(self, attestation: Attestation, now: datetime) -> Sequence[Change]:
        """The clock's end, once every account is answered for."""
        if not attestation.done:
            return []
        clock = await self.clock(attestation.attestation)
        events = clocks.meet(clock.state, now, now)
        return [Change(clock.id, clock.version, events, clock.case)] if events else []
