"""The reporting duties of a tip: loaded, and what becomes of them and their clocks when something changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from uuid import UUID, uuid5

from contracts.jurisdictions import AgencyToTell, Jurisdiction, whom_to_tell
from services.kernel import clock as clocks
from services.kernel.clock import Clock
from services.kernel.due import CLOCK
from services.kernel.http.gate import Record
from services.kernel.store import Change, EventStore, Kind, Loaded
from services.kernel.time_source import TimeSource
from services.tips.duty import decisions, owing
from services.tips.duty.owing import Because, Case
from services.tips.duty.state import Duty, evolve
from services.tips.tip.state import Tip

DUTY = Kind("duty", Duty(), evolve)


def duty_of(tip: UUID, rule: str) -> UUID:
    """One duty for a tip and a rule, found again without asking anyone."""
    return uuid5(tip, f"duty {rule}")


def clock_of(tip: UUID, rule: str, opening: int) -> UUID:
    """One clock for each time a duty arises: a clock ends once."""
    return uuid5(tip, f"{rule} {opening}")


def record_of(duty: UUID, tip: Tip, told: str) -> Record:
    """What policies may know of a part of a duty: the agency told, empty while none was; where; whom the tip names."""
    words = {"told": told, "county": tip.county}
    return Record("DutyPart", duty, accounts={"named": tip.named_accounts}, words=words)


@dataclass(frozen=True)
class Duties:
    """Loads what a tip obliges to, for routes and for the commands that a tip changes by."""

    store: EventStore
    jurisdiction: Jurisdiction
    time: TimeSource

    @property
    def rules(self) -> Sequence[str]:
        """The reporting duties there are, in the order of their file."""
        return tuple(dict.fromkeys(duty.rule for duty in self.jurisdiction.reporting))

    @property
    def stated_rules(self) -> Sequence[str]:
        """Those that arise only when somebody states that they apply."""
        return tuple(dict.fromkeys(duty.rule for duty in self.jurisdiction.reporting if duty.when_stated))

    async def duty(self, tip: UUID, rule: str) -> Loaded[Duty]:
        """As it stands; version 0 when it never arose."""
        return await self.store.load(DUTY, duty_of(tip, rule))

    async def clock(self, duty: Duty) -> Loaded[Clock]:
        """The clock of the duty's present opening; version 0 for one that the law gives no number."""
        return await self.store.load(CLOCK, clock_of(duty.tip, duty.rule, duty.opening))

    def agencies(self, tip: Tip) -> dict[str, AgencyToTell]:
        """The agency on file for each step of the notice rules, by the county, as of the day the tip was received."""
        on = self.jurisdiction.day_of(tip.received_at or self.time.now())
        told = whom_to_tell(self.jurisdiction, tip.county, on, tip.holding)
        return {agency.step: agency for agency in told}

    def case(self, tip: Tip, received_at: datetime) -> Case:
        """What of a tip decides its duties."""
        return Case(
            tip=tip.tip,
            person=tip.person,
            received_at=received_at,
            channel=tip.channel,
            age=tip.age,
            setting=tip.setting,
            agencies={step: agency.agency_id for step, agency in self.agencies(tip).items()},
            holding={
                each: (tip.state_lines_since if each == "state_lines" else None) or received_at for each in tip.holding
            },
        )

    async def following(self, before: Tip, after: Tip, cause: UUID, now: datetime) -> list[Change]:
        """What a change of the tip does to its duties. `before` is an empty tip for one just received."""
        if after.received_at is None:
            return []
        case = self.case(after, after.received_at)
        changes: list[Change] = []
        for rule in self.rules:
            is_new = before.received_at is None
            duty = Loaded(duty_of(after.tip, rule), Duty(), 0, None) if is_new else await self.duty(after.tip, rule)
            changes += await self._after(duty, rule, case, cause, now)
        return [change for change in changes if change.events]

    async def _after(self, duty: Loaded[Duty], rule: str, case: Case, cause: UUID, now: datetime) -> list[Change]:
        owed = owing.owed(duty.state, rule, case, self.jurisdiction)
        if owed is None:
            because = owing.why_not(rule, case, self.jurisdiction)
            ended = decisions.fall_away(duty.state, because)
            excused = await self.excused(duty.state, because, now) if ended else []
            return [Change(duty.id, duty.version, ended), *excused]
        arisen = decisions.arise(duty.state, owed, case)
        changes = [Change(duty.id, duty.version, arisen)]
        return [*changes, *self.started(reduce(evolve, arisen, duty.state), cause, now)] if arisen else changes

    def started(self, duty: Duty, cause: UUID, now: datetime) -> list[Change]:
        """The clock of a new opening, met at once by what was done under an earlier one; none without a number."""
        if duty.due_at is None or duty.since is None:
            return []
        rule = self.jurisdiction.clock_rule(duty.rule, version=duty.rule_version)
        events = clocks.start(Clock(), self.jurisdiction.terms_by(rule, duty.since), duty.tip, cause, now)
        if duty.done_at is not None:
            events += clocks.meet(reduce(clocks.evolve, events, Clock()), duty.done_at, now)
        return [Change(clock_of(duty.tip, duty.rule, duty.opening), 0, events)]

    async def excused(self, duty: Duty, because: Because, now: datetime) -> list[Change]:
        clock = await self.clock(duty)
        return [Change(clock.id, clock.version, clocks.excuse(clock.state, because, now))]

    async def settled(self, before: Duty, after: Duty, now: datetime) -> list[Change]:
        """What follows for the clock when a duty is done, or turns out to have been done at another time."""
        if after.done_at is None or after.done_at == before.done_at:
            return []
        clock = await self.clock(after)
        events = clocks.meet(clock.state, after.done_at, now) or clocks.correct(clock.state, after.done_at)
        return [Change(clock.id, clock.version, events)] if events else []
