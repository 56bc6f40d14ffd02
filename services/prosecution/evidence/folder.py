"""The evidence of a case in and out of the log. One stream a case: who enters evidence does not hold up a hearing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from contracts.jurisdictions import Agency
from services.kernel.http.commands import Intent
from services.kernel.http.problems import Malformed, NotFound, Stale
from services.kernel.store import Change, Kind, Loaded
from services.prosecution.case.state import Case, Count
from services.prosecution.cases import Cases
from services.prosecution.evidence import state as evidence_state
from services.prosecution.evidence.state import Evidence, Giving, Item, Request
from services.prosecution.evidence.support import acknowledge

EVIDENCE = Kind("evidence", Evidence(), evidence_state.evolve)


def evidence_stream(case: UUID) -> UUID:
    """Found from the case alone."""
    return uuid5(case, "evidence")


@dataclass(frozen=True)
class Folder:
    """Loads what belongs to the evidence of a case."""

    cases: Cases

    async def evidence(self, case: UUID) -> Loaded[Evidence]:
        """As it stands; version 0 while nothing is on record."""
        return await self.cases.store.load(EVIDENCE, evidence_stream(case))

    async def named(self, intent: Intent, action: str, case: UUID) -> tuple[Loaded[Case], Loaded[Evidence]]:
        """Both, for a command on the evidence. `If-Match` is the evidence's version, 0 while nothing is on record.

        Raises `NotFound`, `Malformed`, `Stale`.
        """
        stands = await self.cases.visible(intent.caller, action, case)
        loaded = await self.evidence(case)
        if intent.expected is None:
            raise Malformed('Say which version you decided on: send If-Match with the version you read, such as "3".')
        if intent.expected != loaded.version:
            raise Stale
        return stands, loaded

    def agency(self, name: str) -> Agency | None:
        """None for one that is not on file."""
        return self.cases.jurisdiction.agencies.get(name)

    async def kits(self, case: Case) -> Collection[UUID]:
        """Those of the tip that the clinic told of."""
        return (await self.cases.matter(case.tip)).state.kits.keys()

    async def seen(
        self, case: Case, count: Count, outcome: str, seen: Collection[str]
    ) -> tuple[Sequence[Change], Sequence[Loaded[Evidence]]]:
        """What recording an outcome of a count does here, in the same commit; and what else that was decided on.

        Raises `Refused` where what lacks support was to be looked at before it, and was not.
        """
        if outcome not in self.cases.charging.evidence.looked_at_before:
            return [], []
        loaded = await self.evidence(case.case)
        events = acknowledge(case, loaded.state, count, outcome, seen, self.cases.charging)
        return ([Change(loaded.id, loaded.version, events)], []) if events else ([], [loaded])


def item_in(evidence: Evidence, item: UUID) -> Item:
    """Raises `NotFound`."""
    if item not in evidence.items:
        raise NotFound
    return evidence.items[item]


def giving_in(evidence: Evidence, giving: UUID) -> Giving:
    """Raises `NotFound`."""
    if giving not in evidence.givings:
        raise NotFound
    return evidence.givings[giving]


def request_in(evidence: Evidence, request: UUID) -> Request:
    """Raises `NotFound`."""
    if request not in evidence.requests:
        raise NotFound
    return evidence.requests[request]
