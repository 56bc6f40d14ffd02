"""What the routes and reactions for kits work with: kits, the exam each belongs to, their clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from contracts.jurisdictions import Jurisdiction
from contracts.language import Event
from services.forensic_clinic.case.case import Case
from services.forensic_clinic.cases import Clinic
from services.forensic_clinic.kit.checks import plain_number
from services.forensic_clinic.kit.duties import BOTH_HANDS_RULE, PICKUP_RULE, RULES, TO_BE_TESTED, Duty, duties
from services.forensic_clinic.kit.events import (
    KitAccepted,
    KitOffered,
    KitRefused,
    KitResealed,
    KitSealed,
    OfferWithdrawn,
)
from services.forensic_clinic.kit.fold import evolve
from services.forensic_clinic.kit.state import POLICE, Kit
from services.kernel import clock as clocks
from services.kernel.clock import Clock
from services.kernel.due import CLOCK
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate, Record
from services.kernel.http.problems import NotFound
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import Change, EventStore, Kind, Loaded

KIT = Kind("kit", Kit(), evolve)
NOT_TESTED = "not_to_be_tested"
"""Why a clock of a kit is excused."""


def kit_of(exam: UUID, number: int) -> UUID:
    """An exam's kits are counted from 1, so that they are found again without asking anyone."""
    return uuid5(exam, f"kit {number}")


def clock_of(kit: UUID, rule: str, turn: int = 0) -> UUID:
    """One clock for a kit and a rule: a kit converted once starts it once. `turn` as in `Duty`."""
    return uuid5(kit, f"{rule} turn {turn}" if turn else rule)


def turns_of(kit: Kit) -> list[tuple[str, int]]:
    """Every clock of the statute that the kit can have had: by rule and turn, in the law's order."""
    last = {PICKUP_RULE: kit.calls_taken_back}
    return [(rule, turn) for rule in RULES for turn in range(last.get(rule, 0) + 1)]


def clock_of_handover(kit: UUID, number: int) -> UUID:
    """One for each offer of a kit."""
    return uuid5(kit, f"{BOTH_HANDS_RULE} {number}")


def settle(clock: Clock, done_at: datetime, now: datetime) -> list[Event]:
    """The duty was done at `done_at`: met, missed, or found otherwise than it was recorded."""
    return clocks.meet(clock, done_at, now) or clocks.correct(clock, done_at)


def record_of(kit: Kit, case: Case) -> Record:
    """What policies may know of a kit. The police see an unreported one only while it is in their keeping."""
    holder, offer = kit.holder, kit.offer
    accounts = {
        "excluded": case.kept_out,
        "nurse": (kit.nurse,),
        "holder": (holder.account,) if holder is not None else (),
        "hands": kit.hands,
    }
    words = {
        "clinic": kit.clinic,
        "police": kit.police if kit.reported or kit.stage == POLICE else "",
        "laboratory": kit.laboratory,
        "stage": kit.stage,
        "kept_by": holder.agency if holder is not None else "",
        "county": case.county or (kit.legacy.county if kit.legacy is not None else ""),
        "asked_agency": offer.agency if offer is not None else "",
    }
    asked = (offer.role,) if offer is not None else ()
    in_role = {"forensic_nurse": (kit.nurse,)}
    return Record("Kit", kit.kit, accounts=accounts, roles={"asked": asked}, words=words, in_role=in_role)


@dataclass(frozen=True)
class Kits:
    """Loads what belongs to a kit, for routes and reactions alike."""

    store: EventStore
    gate: Gate
    reader: Reader
    clinic: Clinic
    jurisdiction: Jurisdiction

    async def load(self, kit: UUID) -> Loaded[Kit]:
        """As it stands; version 0 when it was never opened."""
        return await self.store.load(KIT, kit)

    async def visible(self, caller: Caller, action: str, kit: UUID) -> Loaded[Kit]:
        """Raises `NotFound` for a kit that is absent or not the caller's to touch."""
        loaded = await self.load(kit)
        # Asked of a kit there is not, too: it must not be told from a hidden one by the time the answer takes.
        case = await self.case(loaded.state.tip)
        if not loaded.exists:
            raise NotFound
        self.gate.require(caller, action, record_of(loaded.state, case))
        return loaded

    async def holder_left_at(self, kit: Kit) -> datetime | None:
        """When who holds the kit left their agency; None while their account is open, or nobody holds it."""
        return None if kit.holder is None else (await self.clinic.nurse(kit.holder.account)).state.left_at

    async def concluded_at(self, exam: UUID) -> datetime | None:
        """None while the exam goes on."""
        return (await self.clinic.exam(exam)).state.completed_at

    async def case(self, tip: UUID) -> Case:
        """What of it decides who is shown its kits: where it happened, and whom it is never shown to."""
        return (await self.clinic.case(tip)).state

    async def of_exam(self, exam: UUID) -> list[Loaded[Kit]]:
        """Every kit opened for the exam, in order."""
        found: list[Loaded[Kit]] = []
        while (loaded := await self.load(kit_of(exam, len(found) + 1))).exists:
            found.append(loaded)
        return found

    async def seal_matches(self, kit: UUID, seal_number: str) -> bool:
        """Whether the seal bears the number on record. Compared here and shown to nobody.

        A number whose key a court had destroyed cannot be compared, nor can that of a legacy kit, which nobody entered:
        the receiver's word stands. Raises `InvalidValue`.
        """
        plain = plain_number("seal_number", seal_number)
        told = [each for each in await self.store.happenings(kit) if isinstance(each.event, KitSealed | KitResealed)]
        if not told:
            return True
        last = told[-1]
        text = last.event.seal_number if isinstance(last.event, KitSealed | KitResealed) else None
        on_record = await self.reader.open(SealedText(text, last.event_id, "seal_number"))
        return on_record is None or on_record == plain

    async def clock(self, kit: UUID, rule: str, turn: int = 0) -> Loaded[Clock]:
        """The kit's clock of a rule."""
        return await self.store.load(CLOCK, clock_of(kit, rule, turn))

    async def clocks(self, kit: Kit) -> list[Loaded[Clock]]:
        """Those that started, in the law's order."""
        loaded = [await self.clock(kit.kit, rule, turn) for rule, turn in turns_of(kit)]
        return [each for each in loaded if each.exists]

    async def handover_clocks(self, kit: Kit) -> list[Loaded[Clock]]:
        """Those of its handovers, in order; none of one that was offered before there was such a rule."""
        streams = [clock_of_handover(kit.kit, each.number) for each in kit.handovers]
        return [each for each in await self.store.load_all(CLOCK, streams) if each.exists]

    async def all_clocks(self, kit: Kit) -> list[Loaded[Clock]]:
        """The statute's, then those of its handovers."""
        return [*await self.clocks(kit), *await self.handover_clocks(kit)]

    async def duties(self, kit: Kit) -> tuple[Duty, ...]:
        """What the statute asks that has begun."""
        return duties(kit, await self.concluded_at(kit.exam), self.jurisdiction.kits.converted_runs_from)

    async def both_hands(self, kit: Kit, events: Sequence[Event], cause: UUID, now: datetime) -> list[Change]:
        """An offer starts its clock, and its answer ends it, with the command that offers or answers."""
        changes = []
        for event in events:
            if isinstance(event, KitOffered):
                terms = self.jurisdiction.terms(BOTH_HANDS_RULE, event.offered_at)
                started = clocks.start(Clock(), terms, kit.kit, cause, now) if terms is not None else []
                changes.append(Change(clock_of_handover(kit.kit, event.handover), 0, started))
            elif isinstance(event, KitAccepted | KitRefused | OfferWithdrawn):
                at = event.accepted_at if isinstance(event, KitAccepted) else now
                clock = await self.store.load(CLOCK, clock_of_handover(kit.kit, event.handover))
                changes.append(Change(clock.id, clock.version, settle(clock.state, at, now)))
        return [each for each in changes if each.events]

    async def not_to_be_tested(self, kit: Kit, now: datetime) -> list[Change]:
        """A prosecutor assented: it need be neither delivered nor tested, and what runs for that is excused."""
        changes = []
        for rule in TO_BE_TESTED:
            clock = await self.clock(kit.kit, rule)
            excused = clocks.excuse(clock.state, NOT_TESTED, now)
            if excused:
                changes.append(Change(clock.id, clock.version, excused))
        return changes

    async def settled(self, kit: Kit, now: datetime) -> list[Change]:
        """What running and ended clocks say to the kit as it is now; nothing is started here."""
        changes = []
        for duty in await self.duties(kit):
            if duty.done_at is None:
                continue
            clock = await self.clock(kit.kit, duty.rule, duty.turn)
            events = settle(clock.state, duty.done_at, now)
            if events:
                changes.append(Change(clock.id, clock.version, events))
        return changes
