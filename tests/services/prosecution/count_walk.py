"""A case that is walked at random, each commit decided as its route decides it, and followed as a reader would.

What must hold is read from the commits by `Course`, not from the states they fold to.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from uuid import UUID, uuid5

import msgspec

from contracts.language import Event, InvalidValue, Refused
from services.kernel import clock as clocks
from services.prosecution.case import charges, continuances, post_trial, proceedings
from services.prosecution.case.continuances import GrantContinuance, TrialTime
from services.prosecution.case.proceedings import Rule, SetHearing
from services.prosecution.case.state import Count, evolve
from services.prosecution.cases import clock_of
from services.prosecution.evidence import state as evidence_state
from services.prosecution.evidence import support
from services.prosecution.evidence.state import Evidence
from services.prosecution.evidence.support import ListEvidence
from services.prosecution.victim import conferral
from services.prosecution.victim import state as victim_state
from services.prosecution.victim.decisions import Of
from services.prosecution.victim.state import Victim
from tests.services.prosecution.count_course import Course
from tests.services.prosecution.given import (
    ACCUSED,
    CASE,
    CHARGING,
    DAY,
    HOUR,
    MISSISSIPPI,
    PERSON,
    PROSTITUTION,
    TRAFFICKING,
    case,
    charged,
    new_count,
)
from tests.services.prosecution.test_clock_walks import TWO_COUNTS, Walk

RULES, OF = CHARGING.victims, Of(CASE, PERSON)
INDICTED_TO_JUDGED = (
    ("grand_jury", "true_bill"),
    ("indictment_served", ""),
    ("arraignment", ""),
    ("trial_setting", ""),
    ("trial", ""),
    ("verdict", "guilty"),
    ("judgment", ""),
)
OFFENCES = (TRAFFICKING, PROSTITUTION, "MS-97-3-54.1-1a-MINOR")
OFTEN = ("stage", "stage", "stage", "outcome", "outcome", "heard", "heard", "propose", "confer", "not_held")
SELDOM = ("unseen", "late", "withdraw", "supersede", "file", "age", "clear", "support", "continue", "hearing", "motion")


class CountWalk(Walk):
    """A case with its clocks, one victim and its evidence; `commits` is all that was ever told of them."""

    def __init__(self) -> None:
        self.commits: list[Sequence[Event]] = [charged(*TWO_COUNTS)]
        self.victim, self.evidence, self.course = Victim(), Evidence(), Course()
        self.course.follow(self.commits[0])
        super().__init__()

    def holds(self, events: list[Event]) -> None:
        super().holds(events)
        self.course.follow(events, without_gaps=self.without_gaps)
        self.commits.append(events)
        self.victim = reduce(victim_state.evolve, events, self.victim)
        self.evidence = reduce(evidence_state.evolve, events, self.evidence)
        self.folds_anew()
        if not self.case.counts_of(ACCUSED):
            assert all(self.clock(rule, number).phase != "running" for rule, number, _ in self.numbered())

    def folds_anew(self) -> None:
        """What is stored, read again from the first event on, is what stands."""
        told = [again(event) for commit in self.commits for event in commit]
        assert case(*told) == self.case
        assert reduce(victim_state.evolve, told, Victim()) == self.victim
        assert reduce(evidence_state.evolve, told, Evidence()) == self.evidence
        for count in self.case.counts.values():
            ended = self.course.over.get(count.count, "")
            assert (count.phase == "open") == (not ended), "it is open, or over by one thing"
            assert count.phase != "ended" or CHARGING.outcomes[count.outcome].ends

    @property
    def without_gaps(self) -> list[UUID]:
        counts = self.case.counts.values()
        return [each.count for each in counts if not support.without_support(self.evidence, each, CHARGING)]

    def new(self) -> UUID:
        return uuid5(CASE, f"walk {len(self.commits)}")

    def brought(self, far: int) -> None:
        """Both counts, by so many of the stages from indictment to judgment."""
        for stage, outcome in INDICTED_TO_JUDGED[:far]:
            self.record(proceedings.proceed(self.case, ACCUSED, stage, None, self.now, CHARGING, self.now))
            for count in self.case.counts_of(ACCUSED) if outcome else ():
                self.record(recorded(self, count, outcome, self.now))

    def step(self, what: str, pick: int) -> None:
        """One thing that somebody asks for; refused, it changes nothing."""
        try:
            events = asked(self, what, pick)
        except (Refused, InvalidValue):
            return
        if events:
            self.record(events)


def again(event: Event) -> Event:
    return msgspec.json.decode(msgspec.json.encode(event), type=type(event))


def asked(walk: CountWalk, what: str, pick: int) -> list[Event]:
    counts = walk.case.counts_of(ACCUSED) or tuple(walk.case.counts.values())
    count, pick = counts[pick % len(counts)], pick // len(counts)
    return [*(_of_count(walk, what, count, pick) or _of_victim(walk, what, count, pick) or _of_case(walk, what, pick))]


def _of_count(walk: CountWalk, what: str, count: Count, pick: int) -> Sequence[Event]:
    state, now = walk.case, walk.now
    match what:
        case "stage":
            stage = one_of(CHARGING.next_stages(count.stage, count.outcomes) or tuple(CHARGING.stages), pick)
            return proceedings.proceed(state, ACCUSED, stage, [count] if pick % 3 else None, now, CHARGING, now)
        case "outcome" | "unseen" | "late" | "heard":
            return _came(walk, what, count, pick)
        case "supersede":
            return charges.supersede(state, count, walk.new(), _charge(pick), None, CHARGING, now)
        case "clear":
            return charges.clear(state, count, walk.new(), "vacated" if pick % 2 else "expunged", now, CHARGING)
        case "support":
            return _supported(walk, count, pick)
        case _:
            return ()


def _came(walk: CountWalk, what: str, count: Count, pick: int) -> list[Event]:
    """More often one by which the count goes on than one that ends it."""
    known = CHARGING.next_outcomes(count.stage, count.outcomes) or tuple(CHARGING.outcomes)
    proposed = [each.outcome for each in walk.victim.proposals.values() if each.count == count.count]
    going_on = [each for each in known if not CHARGING.outcomes[each].ends]
    outcome = one_of(proposed if what == "heard" and proposed else (going_on if pick % 4 and going_on else known), pick)
    at = walk.now - 30 * HOUR if what == "late" else walk.now
    return recorded(walk, count, outcome, at, unseen=what == "unseen")


def recorded(walk: CountWalk, count: Count, outcome: str, at: datetime, *, unseen: bool = False) -> list[Event]:
    """As the route records an outcome: the victim heard before it, and what lacks support seen before an indictment."""
    events = proceedings.record_outcome(walk.case, count, outcome, at, CHARGING, walk.now)
    heard = conferral.carry_out(walk.victim, OF, count.count, outcome, at, RULES)
    seen: list[Event] = []
    if outcome in CHARGING.evidence.looked_at_before:
        gaps = () if unseen else support.without_support(walk.evidence, count, CHARGING)
        seen = support.acknowledge(walk.case, walk.evidence, count, outcome, gaps, CHARGING)
    return [*events, *heard, *seen]


def _supported(walk: CountWalk, count: Count, pick: int) -> list[Event]:
    listed = support.list_evidence(
        walk.case, walk.evidence, walk.new(), ListEvidence(kind="interview"), (), None, CHARGING
    )
    evidence = reduce(evidence_state.evolve, listed, walk.evidence)
    element = one_of([each.element for each in CHARGING.elements_of(count.offence)] or ["none"], pick)
    item = evidence.items[walk.new()]
    return [*listed, *support.state_support(walk.case, evidence, count, element, item, CHARGING)]


def _of_victim(walk: CountWalk, what: str, count: Count, pick: int) -> Sequence[Event]:
    now, proposals = walk.now, tuple(walk.victim.proposals.values())
    if what == "propose":
        may = [each for each in CHARGING.next_outcomes(count.stage, count.outcomes) if each in RULES.conferral.outcomes]
        outcome = one_of(may or RULES.conferral.outcomes, pick)
        return conferral.propose(walk.victim, OF, walk.new(), count, outcome, now, RULES, now)
    if not proposals:
        return ()
    proposal = proposals[-1 - pick % len(proposals)]
    match what:
        case "confer":
            return conferral.confer(OF, proposal, "in_person", "objects", None, now, RULES, now)
        case "not_held":
            return conferral.not_held(OF, proposal, one_of([*RULES.conferral.reasons], pick), now, RULES, now)
        case "withdraw":
            return conferral.withdraw(OF, proposal, now, now)
        case _:
            return ()


def _of_case(walk: CountWalk, what: str, pick: int) -> Sequence[Event]:
    state, now = walk.case, walk.now
    match what:
        case "file":
            return charges.file_count(state, ACCUSED, walk.new(), _charge(pick), None, CHARGING, now)
        case "age":
            age: charges.AgeAtAct = ("adult", "adult", "under_18")[pick % 3]
            return charges.correct_age(state, ACCUSED, None, age, "Record.", CHARGING, now)
        case "hearing":
            hearing, kind = walk.new(), one_of([*CHARGING.hearings], pick)
            wanted = SetHearing(kind=kind, court="circuit", accused=(ACCUSED,), set_for=now)
            was_set = proceedings.set_hearing(state, hearing, wanted, CHARGING, now)
            after = reduce(evolve, was_set, state)
            return [*was_set, *proceedings.hold_hearing(after, after.hearings[hearing], now, CHARGING, now)]
        case "continue":
            return _continued(walk, pick)
        case "motion":
            acts = (post_trial.move_for_new_trial, post_trial.notice_cross_appeal, proceedings.demand_hearing)
            return acts[pick % 3](state, ACCUSED, now, CHARGING, now)
        case _:
            return ()


def _continued(walk: CountWalk, pick: int) -> Sequence[Event]:
    clock = walk.clock(Rule.TRIAL)
    if clock.phase != "running":
        return ()
    rule = MISSISSIPPI.clock_rule(Rule.TRIAL, version=clock.rule_version)
    due_at = MISSISSIPPI.terms_by(rule, clock.started_at).due_at
    trial = TrialTime(rule, clock.started_at, due_at, MISSISSIPPI.state)
    accused = walk.case.accused[ACCUSED]
    if pick % 4 == 0 and accused.continuances:
        number = 1 + pick % len(accused.continuances)
        return continuances.enter_in_error(walk.case, accused, number, "typed_wrongly", CHARGING)
    wanted = GrantContinuance(ground="witness", motion="state", at=walk.now, days=1 + pick % 60)
    events = continuances.grant(walk.case, accused, wanted, trial, CHARGING, walk.now)
    later = reduce(evolve, events, walk.case).accused[ACCUSED].continuances
    told = walk.streams.events[clock_of(ACCUSED, Rule.TRIAL, accused.clocks[Rule.TRIAL])]
    told.extend(clocks.extend(clock, max(trial.put_off(later), clock.due_at + DAY), "continuance_witness", walk.now))
    return events


def _charge(pick: int) -> charges.NewCount:
    stage = "charged" if pick % 2 else "grand_jury"
    return new_count(one_of(OFFENCES, pick), age_at_act="adult", stage=stage)


def one_of(of: Sequence[str], pick: int) -> str:
    return of[pick % len(of)]
