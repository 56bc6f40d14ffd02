"""The victims of a case in and out of the log, with the clocks of what they are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from contracts.deadline import Terms
from contracts.jurisdictions import ClockRule
from contracts.jurisdictions.victims import VictimRules
from contracts.language import Event, InvalidValue
from services.kernel import clock as clocks
from services.kernel.due import CLOCK
from services.kernel.http.commands import Intent
from services.kernel.http.problems import Malformed, NotFound, Stale
from services.kernel.store import Change, Kind, Loaded
from services.prosecution.case.state import Case, Count
from services.prosecution.cases import Cases, MovingClock, count_in
from services.prosecution.victim import state as victim_state
from services.prosecution.victim.conferral import carry_out
from services.prosecution.victim.decisions import Of
from services.prosecution.victim.events import NoticeFellAway, NoticeOwed
from services.prosecution.victim.owing import Owed, Owing, owed, victims_of
from services.prosecution.victim.state import OPEN, Notice, Proposal, Victim

VICTIM = Kind("victim", Victim(), victim_state.evolve)


def victim_stream(case: UUID, victim: UUID) -> UUID:
    """One stream for a person in a case: in another case of theirs they may wish otherwise."""
    return uuid5(case, f"victim {victim}")


def clock_of_notice(notice: UUID) -> UUID:
    """Of a notice whose rule gives a number."""
    return uuid5(notice, "clock")


@dataclass(frozen=True)
class Rights:
    """Loads what belongs to the victims of a case, for routes and reactions alike."""

    cases: Cases

    @property
    def rules(self) -> VictimRules:
        """The lists and which rule they are by."""
        return self.cases.charging.victims

    async def victim(self, case: UUID, who: UUID) -> Loaded[Victim]:
        """As they stand; version 0 while nothing is on record."""
        return await self.cases.store.load(VICTIM, victim_stream(case, who))

    async def named(self, intent: Intent, action: str, case: UUID, who: UUID) -> tuple[Loaded[Case], Loaded[Victim]]:
        """Both, for a command on the victim. `If-Match` is the victim's version, 0 while nothing is on record.

        Raises `NotFound`, `Malformed`, `Stale`.
        """
        stands = await self.cases.visible(intent.caller, action, case)
        if who not in victims_of(stands.state):
            raise NotFound
        loaded = await self.victim(case, who)
        if intent.expected is None:
            raise Malformed('Say which version you decided on: send If-Match with the version you read, such as "3".')
        if intent.expected != loaded.version:
            raise Stale
        return stands, loaded

    async def owe(
        self, case: Case, loaded: Loaded[Victim], event: Owing, who: UUID, cause: UUID, at: datetime, now: datetime
    ) -> tuple[list[Event], list[Change]]:
        """The notices that an event owes a victim, as it leaves them: events of theirs, and changes of clocks.

        None where the rule is not in force.
        """
        tables, of = self.cases.jurisdiction, Of(case.case, who)
        victim = victim_state.evolve(loaded.state, event)
        events: list[Event] = []
        also: list[Change] = []
        for each in owed(case, who, victim, event, cause, at, self.cases.charging):
            if not tables.is_on(each.kind.rule, tables.day_of(at)):
                continue
            for other in _made_void(victim, each):
                events.append(NoticeFellAway(case=of.case, victim=who, notice=other.notice, reason="stated_otherwise"))
                also += await self.excused(other, now)
            terms = self._terms(each, now)
            events.append(_opened(of, each, self._citation(each, at), timed=terms is not None))
            if terms is not None:
                clock = MovingClock(await self.cases.store.load(CLOCK, clock_of_notice(each.notice)))
                clock.events.extend(clocks.start(clock.state, terms, case.case, cause, now))
                also.append(clock.change)
        return events, also

    async def heard(self, case: Case, count: Count, outcome: str, at: datetime) -> Sequence[Change]:
        """What recording an outcome of a count does to its victim's proposals, in the same commit.

        Raises `Refused` where the victim was to be conferred with before it, and was not.
        """
        loaded = await self.victim(case.case, count.victim)
        events = carry_out(loaded.state, Of(case.case, count.victim), count.count, outcome, at, self.rules)
        return [Change(loaded.id, loaded.version, events)] if events else []

    async def done(self, notice: Notice, at: datetime, now: datetime) -> Sequence[Change]:
        """What becomes of a notice's clock when it was sent or is known of, after `notice`.

        One that was sent in time, came back, and went out again too late is found missed.
        """
        if not notice.timed:
            return []
        clock = MovingClock(await self.cases.store.load(CLOCK, clock_of_notice(notice.notice)))
        if notice.phase == "failed":
            clock.events.extend(clocks.correct(clock.state, at))
        clock.meet(at, now)
        return [clock.change] if clock.events else []

    async def excused(self, notice: Notice, now: datetime) -> Sequence[Change]:
        """It is owed no more."""
        if not notice.timed:
            return []
        clock = MovingClock(await self.cases.store.load(CLOCK, clock_of_notice(notice.notice)))
        clock.excuse(now, "notice_fell_away", now)
        return [clock.change] if clock.events else []

    def _citation(self, owing: Owed, at: datetime) -> str:
        found = self.cases.jurisdiction.rule_at(owing.kind.rule, at)
        return "" if found is None else found.citation

    def _terms(self, owing: Owed, now: datetime) -> Terms | None:
        """None for a rule without a number. What is due before a moment is measured back from it."""
        tables, rule = self.cases.jurisdiction, owing.kind.rule
        found = tables.clock_rule_at(rule, owing.arose_at)
        if not isinstance(found, ClockRule):
            return None
        since = owing.due_from - found.period if owing.kind.notice == "sentence_end" else owing.due_from
        terms = tables.terms_by(found, since)
        return msgspec.structs.replace(terms, started_at=min(terms.started_at, now))


def count_of_victim(case: Case, who: UUID, count: UUID) -> Count:
    """Raises `NotFound` for a count there is not, `InvalidValue` for one of an act against somebody else."""
    found = count_in(case, count)
    if found.victim != who:
        raise InvalidValue("count", "This count is of an act against somebody else. Choose one of this victim's.")
    return found


def proposal_in(victim: Victim, proposal: UUID) -> Proposal:
    """Raises `NotFound`."""
    if proposal not in victim.proposals:
        raise NotFound
    return victim.proposals[proposal]


def notice_in(victim: Victim, notice: UUID) -> Notice:
    """Raises `NotFound`."""
    if notice not in victim.notices:
        raise NotFound
    return victim.notices[notice]


def _made_void(victim: Victim, by: Owed) -> Sequence[Notice]:
    """Another end of the same sentence was stated before: that is told no more."""
    if by.kind.notice != "sentence_end":
        return []
    same = (each for each in victim.notices.values() if (each.kind, each.about) == ("sentence_end", by.about))
    return [each for each in same if each.phase in OPEN]


def _opened(of: Of, owing: Owed, citation: str, *, timed: bool) -> NoticeOwed:
    return NoticeOwed(
        case=of.case,
        victim=of.victim,
        notice=owing.notice,
        kind=owing.kind.notice,
        rule=owing.kind.rule,
        citation=citation,
        about=owing.about,
        arose_at=owing.arose_at,
        timed=timed,
    )
