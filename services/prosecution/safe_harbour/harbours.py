"""The accused of a case who may be victims, in and out of the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from contracts.jurisdictions.safe_harbour import ReferralTo
from contracts.jurisdictions.safe_harbour import SafeHarbour as Lists
from contracts.language import Event
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Intent
from services.kernel.http.gate import Record
from services.kernel.http.problems import Malformed, NotFound, Stale
from services.kernel.store import Kind, Loaded
from services.prosecution.case.state import Case
from services.prosecution.cases import Cases, accused_in
from services.prosecution.safe_harbour import state as harbour_state
from services.prosecution.safe_harbour.grounds import Of, keep_up
from services.prosecution.safe_harbour.state import Petition, SafeHarbour

SAFE_HARBOUR = Kind("safe_harbour", SafeHarbour(), harbour_state.evolve)
PROSECUTOR, COORDINATOR = "prosecutor", "cps_coordinator"


def harbour_of(accused: UUID) -> UUID:
    """The stream of an accused, whose reference is of one case alone."""
    return uuid5(accused, "safe harbour")


def record_of(case: Case, accused: UUID) -> Record:
    """What policies may know of the alert, which others than the case's office are told of."""
    words = {"office": case.office}
    return Record("SafeHarbour", harbour_of(accused), accounts={"kept_out": case.kept_out}, words=words)


@dataclass(frozen=True)
class Harbours:
    """Loads what is on record of an accused, for routes and reactions alike."""

    cases: Cases

    @property
    def lists(self) -> Lists:
        """Of the jurisdiction."""
        return self.cases.charging.safe_harbour

    async def harbour(self, accused: UUID) -> Loaded[SafeHarbour]:
        """As it stands; version 0 while nothing is on record."""
        return await self.cases.store.load(SAFE_HARBOUR, harbour_of(accused))

    async def named(self, intent: Intent, case: UUID, accused: UUID) -> tuple[Loaded[Case], Loaded[SafeHarbour]]:
        """Both, for a command on the accused. `If-Match` is the version of their safe harbour, 0 while there is none.

        Raises `NotFound`, `Malformed`, `Stale`.
        """
        stands = await self.cases.visible(intent.caller, "keep_safe_harbour", case)
        accused_in(stands.state, accused)
        loaded = await self.harbour(accused)
        if intent.expected is None:
            raise Malformed('Say which version you decided on: send If-Match with the version you read, such as "3".')
        if intent.expected != loaded.version:
            raise Stale
        return stands, loaded

    async def alerted(self, caller: Caller, case: UUID, accused: UUID) -> tuple[Loaded[Case], Loaded[SafeHarbour]]:
        """Both, for whoever is alerted, who need not see the case. Raises `NotFound`, so while nothing is on record."""
        stands, loaded = await self.cases.case(case), await self.harbour(accused)
        if stands.state.phase == "none" or accused not in stands.state.accused or not loaded.exists:
            raise NotFound
        self.cases.gate.require(caller, "see_safe_harbour", record_of(stands.state, accused))
        return stands, loaded

    def kept_up(
        self, case: Case, accused: UUID, loaded: Loaded[SafeHarbour], events: Sequence[Event], at: datetime
    ) -> list[Event]:
        """What was decided, with what follows from it by itself."""
        harbour = loaded.state
        for event in events:
            harbour = harbour_state.evolve(harbour, event)
        return [*events, *keep_up(case, accused, harbour, self.lists, at)]

    def referral(self, to: str) -> ReferralTo:
        """Raises `NotFound` for one that is not of the list."""
        found = self.lists.referral(to)
        if found is None:
            raise NotFound
        return found


def of_accused(case: Case, accused: UUID) -> Of:
    """Which accused of which case."""
    return Of(case=case.case, tip=case.tip, accused=accused)


def petition_in(harbour: SafeHarbour, petition: UUID) -> Petition:
    """Raises `NotFound`."""
    if petition not in harbour.petitions:
        raise NotFound
    return harbour.petitions[petition]


def seeing_roles(caller: Caller, case: Case) -> list[str]:
    """In which of the alerted roles somebody sees it: a prosecutor is alerted of their own office's cases alone."""
    own = [PROSECUTOR] if PROSECUTOR in caller.roles and caller.agency == case.office else []
    return [*own, *(role for role in (COORDINATOR,) if role in caller.roles)]
