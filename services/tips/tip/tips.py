"""What the routes on a tip work with: tips by reference, seen by whoever may, with their shares and openings."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from contracts.events.tips import CaseShared
from contracts.jurisdictions import AgencyToTell, Jurisdiction, Routing, route, whom_to_tell
from services.kernel.http.caller import Caller, of_agency
from services.kernel.http.gate import Gate, Record
from services.kernel.http.problems import NotFound
from services.kernel.store import EventStore, Kind, Loaded
from services.kernel.time_source import TimeSource
from services.tips.break_glass import state as openings_state
from services.tips.break_glass.state import Openings
from services.tips.hand import state as hand_state
from services.tips.hand.state import Hand
from services.tips.sharing import state as sharing_state
from services.tips.sharing.state import Share, Sharing
from services.tips.tip.state import Tip, evolve

TIP = Kind("tip", Tip(), evolve)
SHARING = Kind("sharing", Sharing(), sharing_state.evolve)
HAND = Kind("hand", Hand(), hand_state.evolve)
OPENINGS = Kind("openings", Openings(), openings_state.evolve)


class TipPage(msgspec.Struct, frozen=True, kw_only=True):
    """A tip without any name or story. `routing` is null while nobody knows the county.

    `opened_until`: the viewer opened it in an emergency, and reads it until then.
    """

    reference: UUID
    version: int
    case: UUID
    state: Tip
    routing: Routing | None
    to_tell: tuple[AgencyToTell, ...]
    opened_until: datetime | None


@dataclass(frozen=True)
class SeenTip:
    """A tip that a caller sees. `opened_until`: they opened it in an emergency, and read it until then."""

    tip: Loaded[Tip]
    record: Record
    opened_until: datetime | None


@dataclass(frozen=True)
class Tips:
    """What the routes work with."""

    store: EventStore
    gate: Gate
    jurisdiction: Jurisdiction
    time: TimeSource

    async def visible(self, caller: Caller, action: str, tip: UUID) -> Loaded[Tip]:
        """Raises `NotFound` for a tip that is absent or not the caller's to touch."""
        return (await self.seen(caller, action, tip)).tip

    async def seen(self, caller: Caller, action: str, tip: UUID) -> SeenTip:
        """As `visible`, with all that was looked at to decide it."""
        loaded = await self.load(tip)
        # Asked of a tip there is not, too: it must not be told from a hidden one by the time the answer takes.
        sharing, openings = await self.sharing(tip), await self.openings(tip)
        if not loaded.exists:
            raise NotFound
        now = self.time.now()
        record = record_of(loaded.state, sharing.state, openings.state, now)
        self.gate.require(caller, action, record)
        return SeenTip(loaded, record, openings.state.held_by(caller.account, now))

    async def load(self, tip: UUID) -> Loaded[Tip]:
        """As it stands; version 0 when there is none."""
        return await self.store.load(TIP, tip)

    async def openings(self, tip: UUID) -> Loaded[Openings]:
        """Who opened the tip in an emergency; version 0 when nobody did."""
        return await self.store.load(OPENINGS, openings_of(tip))

    async def sharing(self, tip: UUID) -> Loaded[Sharing]:
        """With whom the tip is shared; version 0 when it never was."""
        return await self.store.load(SHARING, sharing_of(tip))

    async def hand(self, tip: UUID) -> Loaded[Hand]:
        """In whose hand the tip is; version 0 when it never was in anybody's."""
        return await self.store.load(HAND, hand_of(tip))

    async def group(self, *tips: Loaded[Tip]) -> list[Loaded[Tip]]:
        """These tips and every tip that a chain of links leads to. A link stands while both its tips say so."""
        found = {each.id: each for each in tips}
        ahead = [(each.id, other) for each in tips for other in each.state.linked]
        while ahead:
            tip, other = ahead.pop()
            if other not in found and tip in (loaded := await self.load(other)).state.linked:
                found[other] = loaded
                ahead.extend((other, each) for each in loaded.state.linked)
        return list(found.values())

    def page(self, seen: SeenTip, *, told_whom: bool) -> TipPage:
        """What is shown of a tip; whom it names is told to those alone who keep that list, what waits at the clinic to
        nobody.
        """
        loaded = seen.tip
        named = loaded.state.named_accounts if told_whom else ()
        state = msgspec.structs.replace(
            loaded.state, named_accounts=named, named_by_link=(), readmitted=(), at_clinic=()
        )
        pathway = "adult" if state.age == "adult" else "child"
        # Of a tip told as it was received: a circuit redrawn later makes nobody else to be told.
        on = self.jurisdiction.day_of(state.received_at or self.time.now())
        told = whom_to_tell(self.jurisdiction, state.county, on, state.holding)
        return TipPage(
            reference=loaded.id,
            version=loaded.version,
            case=loaded.case or loaded.id,
            state=state,
            routing=route(
                self.jurisdiction,
                state.county,
                on,
                tribal_land=state.tribal_land,
                state_lines="state_lines" in state.holding,
            )
            if state.county
            else None,
            to_tell=tuple(agency for agency in told if pathway in agency.pathways),
            opened_until=seen.opened_until,
        )


def sharing_of(tip: UUID) -> UUID:
    """The sharing of a tip, found again without asking anyone."""
    return uuid5(tip, "sharing")


def hand_of(tip: UUID) -> UUID:
    """In whose hand a tip is, found again without asking anyone."""
    return uuid5(tip, "hand")


def openings_of(tip: UUID) -> UUID:
    """The emergency openings of a tip, found again without asking anyone."""
    return uuid5(tip, "openings")


def record_of(tip: Tip, sharing: Sharing, openings: Openings, now: datetime) -> Record:
    """What policies may know of a tip: whom it names, and who reads it by a share or an opening that holds now."""
    shares = sharing.holding(now)
    readers = {
        "shared": [reader_of(each) for each in shares],
        "shared_people": [reader_of(each) for each in shares if each.people],
    }
    accounts = {"named": tip.named_accounts, "opened": [each.account for each in openings.holding(now)]}
    return Record("Tip", tip.tip, accounts=accounts, roles=readers, words={"county": tip.county})


def reader_of(share: Share | CaseShared) -> str:
    """Who reads by it, in the words of the gate."""
    return str(share.account) if share.account else of_agency(share.role, share.agency)
