"""Everything this service holds about one tip and its cases, and the references by which it is found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid5

from contracts.jurisdictions import Charging, Jurisdiction
from contracts.language import Event, Personal
from services.kernel import clock as clocks
from services.kernel.clock import Clock
from services.kernel.due import CLOCK
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate, Record
from services.kernel.http.problems import NotFound
from services.kernel.keys import KeyStore
from services.kernel.sealing import CannotOpen
from services.kernel.store import Change, EventStore, Kind, Loaded
from services.prosecution.case import state as case_state
from services.prosecution.case.events import AccusedAdded, AgeCorrected, ClockBegun
from services.prosecution.case.proceedings import ClockStep
from services.prosecution.case.state import Accused, Case, Count, Hearing
from services.prosecution.matter import state as matter_state
from services.prosecution.matter.state import Matter

MATTER = Kind("matter", Matter(), matter_state.evolve)
CASE = Kind("case", Case(), case_state.evolve)


def matter_of(tip: UUID) -> UUID:
    """What is kept of a tip, found again without asking anyone."""
    return uuid5(tip, "matter")


def case_of(tip: UUID, office: str) -> UUID:
    """One case for a tip at an office, however often it is referred there."""
    return uuid5(tip, f"case {office}")


def clock_of(accused: UUID, rule: str, number: int) -> UUID:
    """One clock for a rule and an occasion: who is arrested again has a second one."""
    return uuid5(accused, f"{rule} {number}")


def record_of(case: Case) -> Record:
    """What policies may know of a case."""
    return Record("Case", case.case, accounts={"kept_out": case.kept_out}, words={"office": case.office})


def transfer_of(case: UUID, number: int) -> UUID:
    """A case's transfers are counted from 1."""
    return uuid5(case, f"transfer {number}")


def transfer_record(case: Case) -> Record:
    """What policies may know of the latest offer of a case to another office, or of one there is not."""
    number = case.transfer.number if case.transfer is not None else 0
    words = {"giver": case.office, "receiver": case.offered_to}
    return Record("Transfer", transfer_of(case.case, number), accounts={"kept_out": case.kept_out}, words=words)


def matter_record(matter: Loaded[Matter]) -> Record:
    """What policies may know of a tip before it is referred."""
    words = {"county": matter.state.county}
    return Record("Matter", matter.id, accounts={"kept_out": matter.state.kept_out}, words=words)


@dataclass
class MovingClock:
    """A clock with what is being decided about it."""

    loaded: Loaded[Clock]
    events: list[Event] = field(default_factory=list)

    @property
    def state(self) -> Clock:
        """As it will stand."""
        state = self.loaded.state
        for event in self.events:
            state = clocks.evolve(state, event)
        return state

    def meet(self, at: datetime, now: datetime) -> None:
        """The duty was done."""
        self.events.extend(clocks.meet(self.state, at, now))

    def excuse(self, at: datetime, reason: str, now: datetime) -> None:
        """The duty fell away at a moment; what fell away only after the due time stays missed."""
        self.events.extend(clocks.expire(self.state, now))
        if at < self.state.due_at:
            self.events.extend(clocks.excuse(self.state, reason, now))

    def run_anew(self, reason: str, now: datetime) -> None:
        """Another clock takes its place, missed or not: by what is known now the time was not over."""
        self.events.extend(clocks.expire(self.state, now))
        self.events.extend(clocks.excuse(self.state, reason, now))

    @property
    def was_met(self) -> bool:
        """As far as is known now."""
        return (self.state.phase == "met" and self.state.found != "missed") or self.state.found == "met"

    @property
    def change(self) -> Change:
        return Change(self.loaded.id, self.loaded.version, self.events)


@dataclass(frozen=True)
class Cases:
    """Loads what belongs to a case, for routes and reactions alike."""

    store: EventStore
    gate: Gate
    keys: KeyStore
    jurisdiction: Jurisdiction
    charging: Charging

    async def matter(self, tip: UUID) -> Loaded[Matter]:
        """What is kept of a tip; version 0 when nothing was heard of it."""
        return await self.store.load(MATTER, matter_of(tip))

    async def case(self, case: UUID) -> Loaded[Case]:
        """As it stands; version 0 when there is none."""
        return await self.store.load(CASE, case)

    async def visible(self, caller: Caller, action: str, case: UUID) -> Loaded[Case]:
        """Raises `NotFound` for a case that is absent or not the caller's to touch."""
        loaded = await self.case(case)
        if loaded.state.phase == "none":
            raise NotFound
        self.gate.require(caller, action, record_of(loaded.state))
        return loaded

    async def clock(self, accused: UUID, rule: str, number: int) -> Loaded[Clock]:
        """The numbered clock of a rule."""
        return await self.store.load(CLOCK, clock_of(accused, rule, number))

    async def born(self, case: UUID, accused: UUID) -> date | None:
        """The date of birth on file, for a decision alone: it is shown to nobody. None, too, once it was destroyed."""
        sealed: tuple[Personal | None, UUID] | None = None
        for happening in await self.store.happenings(case):
            match happening.event:
                case AccusedAdded(accused=who, born=born) | AgeCorrected(accused=who, born=born) if who == accused:
                    sealed = (born, happening.event_id)
                case _:
                    pass
        if sealed is None or sealed[0] is None:
            return None
        try:
            return date.fromisoformat(await self.keys.open(sealed[0], sealed[1], "born"))
        except CannotOpen:
            return None

    async def move_clocks(
        self, case: Case, steps: Sequence[ClockStep], cause: UUID, now: datetime
    ) -> tuple[list[Event], list[Change]]:
        """What the steps do to the clocks of a case: events of the case itself, and changes of clocks."""
        begun: list[Event] = []
        moving: dict[UUID, MovingClock] = {}
        for step in steps:
            known = case.accused[step.accused]
            latest = await self._latest(known, step.rule, moving)
            if step.if_met and not _was_met(await self._latest(known, step.if_met, moving)):
                continue
            if latest is not None and _moved(latest, step, now):
                moving[latest.loaded.id] = latest
            if step.what in {"start", "run_anew"} and (latest is None or _leaves_room(latest, step)):
                terms = self.jurisdiction.terms(step.rule, step.at)
                if terms is None:
                    continue
                number = known.clocks.get(step.rule, 0) + 1
                event = ClockBegun(case=case.case, accused=known.accused, rule=step.rule, number=number)
                case = case_state.evolve(case, event)
                begun.append(event)
                clock = MovingClock(await self.clock(known.accused, step.rule, number))
                clock.events.extend(clocks.start(clock.state, terms, known.accused, cause, now))
                moving[clock.loaded.id] = clock
        return begun, [each.change for each in moving.values() if each.events]

    async def _latest(self, accused: Accused, rule: str, moving: dict[UUID, MovingClock]) -> MovingClock | None:
        number = accused.clocks.get(rule, 0)
        if number == 0:
            return None
        clock = clock_of(accused.accused, rule, number)
        return moving.get(clock) or MovingClock(await self.store.load(CLOCK, clock))


def _moved(latest: MovingClock, step: ClockStep, now: datetime) -> bool:
    """Does to the latest clock of a rule what a step says; False for a step that is about the next one alone."""
    match step.what:
        case "meet":
            latest.meet(step.at, now)
        case "excuse":
            latest.excuse(step.at, step.reason, now)
        case "run_anew" if not latest.was_met:
            latest.run_anew(step.reason, now)
        case _:
            return False
    return True


def _leaves_room(latest: MovingClock, step: ClockStep) -> bool:
    """Whether another clock of the rule may start: one that runs goes on, and what was done is not owed anew."""
    return latest.state.phase != "running" and not (step.what == "run_anew" and latest.was_met)


def _was_met(clock: MovingClock | None) -> bool:
    return clock is not None and clock.was_met


def count_in(case: Case, count: UUID) -> Count:
    """Raises `NotFound`."""
    if count not in case.counts:
        raise NotFound
    return case.counts[count]


def accused_in(case: Case, accused: UUID) -> Accused:
    """Raises `NotFound`."""
    if accused not in case.accused:
        raise NotFound
    return case.accused[accused]


def hearing_in(case: Case, hearing: UUID) -> Hearing:
    """Raises `NotFound`."""
    if hearing not in case.hearings:
        raise NotFound
    return case.hearings[hearing]
