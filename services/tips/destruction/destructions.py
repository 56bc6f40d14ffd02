"""What routes and reactions about courts' orders work with: the orders and holds of a case, and an order's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec

from contracts.deadline import Terms
from services.kernel import clock as clocks
from services.kernel.clock import Clock
from services.kernel.due import CLOCK
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Record
from services.kernel.http.problems import NotFound
from services.kernel.store import Change, Kind, Loaded
from services.tips.destruction.decisions import RULE, Group
from services.tips.destruction.state import Destruction, Order, evolve
from services.tips.tip.events import PersonDescribed
from services.tips.tip.state import Tip
from services.tips.tip.tips import Tips

DESTRUCTION = Kind("destruction", Destruction(), evolve)


def destruction_of(tip: UUID) -> UUID:
    """The orders and holds of a tip, found again without asking anyone."""
    return uuid5(tip, "destruction")


def clock_of(order: UUID) -> UUID:
    """The clock of an order: from the day it was made until every service has answered."""
    return uuid5(order, RULE)


def record_of(tip: Tip, order: Order) -> Record:
    """What policies may know of an order: who entered it, and whom the tip names."""
    accounts = {"named": tip.named_accounts, "requested_by": (order.account,)}
    return Record("DestructionOrder", order.order, accounts=accounts)


@dataclass(frozen=True)
class Found:
    """A tip with its orders and holds, and with those of all tips linked with it."""

    tip: Loaded[Tip]
    own: Loaded[Destruction]
    others: Sequence[Loaded[Any]]
    group: Group


@dataclass(frozen=True)
class Destructions:
    """Loads them."""

    tips: Tips

    async def load(self, tip: UUID) -> Loaded[Destruction]:
        """Version 0 where there never was an order or a hold."""
        return await self.tips.store.load(DESTRUCTION, destruction_of(tip))

    async def found(self, tip: Loaded[Tip]) -> Found:
        """What is decided on: a command rests on all of it, since a hold at a linked tip holds here."""
        linked = await self.tips.group(tip)
        loaded = [await self.load(each.id) for each in linked]
        told = [happening for each in linked for happening in await self.tips.store.happenings(each.id)]
        rule = self._terms(self.tips.time.now())
        group = Group(
            subjects=tuple(each.state.person for each in linked),
            persons=frozenset(each.event.person for each in told if isinstance(each.event, PersonDescribed)),
            destructions=tuple(each.state for each in loaded),
            citation=rule.citation if rule else "",
        )
        own, *others = loaded
        return Found(tip, own, [*linked, *others], group)

    async def order_seen(self, caller: Caller, action: str, tip: UUID, order: UUID) -> tuple[Found, Order]:
        """Raises `NotFound` for an order that is absent or not the caller's to touch."""
        loaded = await self.tips.load(tip)
        order_ = (await self.load(tip)).state.order(order)
        if not loaded.exists or order_ is None:
            raise NotFound
        self.tips.gate.require(caller, action, record_of(loaded.state, order_))
        return await self.found(loaded), order_

    def begun(
        self, tip: UUID, order: UUID, since: datetime, by: datetime | None, cause: UUID, now: datetime
    ) -> list[Change]:
        """The order's clock, in a state whose rules have one. Past due already, it is missed at once."""
        terms = self._terms(since)
        if terms is None:
            return []
        return [Change(clock_of(order), 0, clocks.start(Clock(), _as_ordered(terms, by), tip, cause, now))]

    def _terms(self, since: datetime) -> Terms | None:
        on_file = any(each.rule == RULE for each in self.tips.jurisdiction.clocks)
        return self.tips.jurisdiction.terms(RULE, since) if on_file else None

    async def met(self, order: UUID, now: datetime) -> list[Change]:
        """Every service has answered."""
        clock = await self.tips.store.load(CLOCK, clock_of(order))
        return _changed(clock, clocks.meet(clock.state, now, now))

    async def excused(self, order: UUID, now: datetime) -> list[Change]:
        """Nothing is destroyed by this order: it was entered wrongly, or is not the court's."""
        clock = await self.tips.store.load(CLOCK, clock_of(order))
        return _changed(clock, clocks.excuse(clock.state, "order_dropped", now))


def _as_ordered(terms: Terms, by: datetime | None) -> Terms:
    """The court's own day goes before the rule's period."""
    if by is None:
        return terms
    said = f"The court's order itself names the day: {by.isoformat()}. The period of the rule is not used."
    warn_at = tuple(moment for moment in terms.warn_at if moment < by)
    return msgspec.structs.replace(terms, due_at=by, warn_at=warn_at, arithmetic=f"{terms.arithmetic}\n{said}")


def _changed(clock: Loaded[Clock], events: Sequence[Any]) -> list[Change]:
    return [Change(clock.id, clock.version, events)] if events else []
