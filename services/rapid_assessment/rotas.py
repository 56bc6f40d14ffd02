"""Rotas with the people on them: what the rules of a rota ask about a responder, and who is away."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from contracts.jurisdictions import Jurisdiction, Seat
from contracts.periods import YEARS, Period
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Record
from services.kernel.http.problems import NotFound
from services.kernel.store import Loaded
from services.rapid_assessment.cases import RESPONDER, ROTA, Cases
from services.rapid_assessment.responder.state import Channel, Credential, Responder
from services.rapid_assessment.rota.fitness import Lacking, Standing, lacking
from services.rapid_assessment.rota.shifts import Away
from services.rapid_assessment.rota.state import Rota
from services.rapid_assessment.team.decisions import Certificate

FAR = datetime(YEARS[-1], 1, 1, tzinfo=UTC)
"""Whoever has left or is suspended is away until somebody says otherwise."""


@dataclass(frozen=True)
class People:
    """Responders by account, as loaded; who is not on the list, or has left, is not among them."""

    loaded: Mapping[UUID, Loaded[Responder]]

    @property
    def known(self) -> Collection[UUID]:
        return self.loaded.keys()

    @property
    def rests_on(self) -> Sequence[Loaded[Responder]]:
        """What was decided on them is decided again when one of them changes meanwhile."""
        return list(self.loaded.values())

    def lacks(
        self, given: Mapping[UUID, Sequence[Period]], seat: Seat, tables: Jurisdiction, now: datetime
    ) -> list[Lacking]:
        """What those lack for the shifts they would be given."""
        since = now - tables.responders.proof_holds
        return [
            each
            for who, shifts in given.items()
            if who in self.loaded
            for each in lacking(standing_of(self.loaded[who].state, seat), shifts, since)
        ]

    def away(self, asked: Collection[UUID], now: datetime) -> Away:
        """Of those asked for, when each is away; who is not on the list is, from now on."""
        gone = [Period(now, FAR)]
        return {who: away_of(self.loaded[who].state, now) if who in self.loaded else gone for who in asked}


def standing_of(responder: Responder, seat: Seat) -> Standing:
    """As a rota for the seat looks at them."""
    return Standing(
        account=responder.account,
        certified=certified_for(seat, responder.credentials) if responder.counts_for(seat.seat) else (),
        leave=responder.leave,
        channels=bool(responder.channels),
        proven_at=last_proven(responder.channels),
        suspended=responder.suspended,
    )


def certified_for(seat: Seat, certificates: Sequence[Certificate | Credential]) -> tuple[Period, ...]:
    """When a credential for the seat is valid."""
    return tuple(
        Period(each.valid_from, each.valid_until)
        for each in certificates
        if each.kind == seat.credential and each.issuer in seat.issuers
    )


def last_proven(channels: Sequence[Channel]) -> datetime | None:
    """When one of them was last seen to work."""
    return max((each.proven_at for each in channels if each.proven_at is not None), default=None)


def gone(now: datetime) -> tuple[Period, ...]:
    """When somebody is away who is not on the list of responders any more."""
    return (Period(now, FAR),)


def away_of(responder: Responder, now: datetime) -> tuple[Period, ...]:
    """Leave; and from now on, whoever is suspended."""
    return responder.leave if responder.counts else (*responder.leave, *gone(now))


async def people_of(cases: Cases, accounts: Collection[UUID]) -> People:
    """Of these, whoever is on the list and has not left."""
    loaded = {who: await cases.store.load(RESPONDER, who) for who in sorted(accounts)}
    return People({who: each for who, each in loaded.items() if each.state.registered and not each.state.left})


async def visible_rota(cases: Cases, caller: Caller, action: str, rota: UUID) -> Loaded[Rota]:
    """Raises `NotFound` for a rota that is absent or not the caller's to touch."""
    loaded = await cases.store.load(ROTA, rota)
    if not loaded.exists:
        raise NotFound
    cases.gate.require(caller, action, record_of_rota(loaded.state, cases.time.now()))
    return loaded


def record_of_rota(rota: Rota, now: datetime) -> Record:
    """What policies may know of a rota: who is on it."""
    return Record("Rota", rota.rota, accounts={"on": sorted(rota.people(now))})
