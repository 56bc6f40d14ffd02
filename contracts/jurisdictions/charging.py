"""What a prosecutor charges by: offences, limitation, who is never accused, stages of a felony, victims' rights.

`None` in the offences table means "not on file", never "none": it is said in those words.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from contracts.jurisdictions.documents import DocumentRules
from contracts.jurisdictions.marks import Confidence, Loaded
from contracts.jurisdictions.proving import Element, EvidenceRules
from contracts.jurisdictions.safe_harbour import SafeHarbour
from contracts.jurisdictions.sitting import HearingRules
from contracts.jurisdictions.victims import VictimRules

NOT_ON_FILE = "not on file"
FEDERAL = "US"


class Offence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of offences.csv. `limitation` of `None`: the rule has a condition nobody but counsel can judge.

    `jurisdiction` is the state's code, or US.
    """

    offence_id: str
    statute: str
    jurisdiction: str
    short_name: str
    elements_paraphrase: str
    victim_class: Literal["adult", "minor", "any", "none"]
    offender_class: str
    minor_never_accused: Literal["yes", "no"]
    level: str | None
    prison_min_years: int | None
    prison_max_years: int | None
    prison_max_life: Literal["yes", "no"] | None
    fine_min_usd: int | None
    fine_max_usd: int | None
    limitation: Literal["never", "years"] | None
    limitation_years: int | None
    limitation_rule: str | None
    registrable_sex_offence: str | None
    elements_status: str
    penalty_status: str
    limitation_status: str
    amendments: str | None
    source: str

    @property
    def is_federal(self) -> bool:
        """Not of this state."""
        return self.jurisdiction == FEDERAL

    @property
    def prison(self) -> str:
        """The range in words."""
        longest = "life" if self.prison_max_life == "yes" else _years(self.prison_max_years)
        return _range(_years(self.prison_min_years), longest, "shortest term", "longest term")

    @property
    def fine(self) -> str:
        """The range in words."""
        return _range(_dollars(self.fine_min_usd), _dollars(self.fine_max_usd), "lowest fine", "highest fine")


class NeverAccused(Loaded, frozen=True, kw_only=True):
    """Of the offences marked `minor_never_accused` nobody under `under_age` at the time of the act is accused."""

    rule: str
    version: int
    in_force_from: date
    under_age: int
    words: str
    instead: str
    citation: str
    source: str
    confidence: Confidence
    note: str | None


class LimitationRule(Loaded, frozen=True, kw_only=True):
    """A limitation of this state by its clock rule."""

    rule: str
    limitation: Literal["never", "years"]
    years: int | None
    citation: str
    source: str
    confidence: Confidence


class Limitation(msgspec.Struct, frozen=True, kw_only=True):
    """Until when prosecution must commence for an act of a given day.

    `kind` is never, until or not_on_file. `until` is the anniversary of the act; whether that day still counts was not
    read, so commence before it. `rule` and `citation` are `None` where no rule of this state is on file; `basis` is
    what the offences table says.
    """

    kind: Literal["never", "until", "not_on_file"]
    until: date | None
    arithmetic: str
    rule: str | None
    citation: str | None
    confidence: Confidence | None
    basis: str
    status: str


class Stage(Loaded, frozen=True, kw_only=True):
    """A stage of a count. A count may open at it; its coming starts, meets and excuses clocks of the accused."""

    stage: str
    words: str
    opens: bool
    starts: tuple[str, ...]
    meets: tuple[str, ...]
    excuses: tuple[str, ...]
    citation: str


class Edge(Loaded, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Where a count may go from a stage: `after` one of these outcomes there, `unless` one of those. Empty: always."""

    from_: str
    to: tuple[str, ...]
    after: tuple[str, ...]
    unless: tuple[str, ...]


class Outcome(Loaded, frozen=True, kw_only=True):
    """What may come of a count at some stages. It ends the count, takes it back to a stage, or lets it go on.

    Of those with the same `answers` only one is recorded while the count is at a stage. The clocks of `runs_anew` run
    from it again, where the motion that it answers was filed in time.
    """

    outcome: str
    words: str
    answers: str | None
    at: tuple[str, ...]
    ends: bool
    returns_to: str | None
    meets: tuple[str, ...]
    excuses: tuple[str, ...]
    runs_anew: tuple[str, ...] = ()
    citation: str
    confidence: Confidence


class HearingKind(Loaded, frozen=True, kw_only=True):
    """A kind of hearing, and the stage its counts are at once it is held; `None`: it moves no count."""

    kind: str
    words: str
    stage: str | None


class Reasons(Loaded, frozen=True, kw_only=True):
    """Closed lists of reasons, each code with its words. `motion` is by whose motion the court put the trial off."""

    decline: Mapping[str, str]
    hearing_change: Mapping[str, str]
    continuance: Mapping[str, str]
    motion: Mapping[str, str]
    continuance_error: Mapping[str, str]
    transfer: Mapping[str, str]


class Charging(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a state's prosecutors charge by, keyed by its codes."""

    offences: Mapping[str, Offence]
    never_accused: NeverAccused
    limitations: tuple[LimitationRule, ...]
    stages: Mapping[str, Stage]
    edges: tuple[Edge, ...]
    outcomes: Mapping[str, Outcome]
    hearings: Mapping[str, HearingKind]
    courts: Mapping[str, str]
    reasons: Reasons
    victims: VictimRules
    safe_harbour: SafeHarbour
    elements: Mapping[str, tuple[Element, ...]]
    evidence: EvidenceRules
    sittings: HearingRules
    documents: DocumentRules

    def elements_of(self, offence: str) -> tuple[Element, ...]:
        """Empty where none are on file, which is not an offence without any."""
        return self.elements.get(offence, ())

    def next_stages(self, at: str, outcomes: Sequence[str]) -> tuple[str, ...]:
        """Where a count at a stage, with what came of it there, may go."""
        found = [stage for edge in self.edges if edge.from_ == at and _open(edge, outcomes) for stage in edge.to]
        return tuple(dict.fromkeys(found))

    def next_outcomes(self, at: str, outcomes: Sequence[str]) -> tuple[str, ...]:
        """What may be recorded of a count at a stage, beside what came of it there."""
        answered = {self.outcomes[each].answers for each in outcomes} - {None}
        return tuple(
            each.outcome
            for each in self.outcomes.values()
            if at in each.at and each.outcome not in outcomes and each.answers not in answered
        )

    def may_still_come(self, at: str, outcomes: Sequence[str], stage: str) -> bool:
        """Whether a count at a stage may go to another now, or by others before it."""
        ahead, passed = [*self.next_stages(at, outcomes)], set[str]()
        while ahead:
            each = ahead.pop()
            if each not in passed:
                passed.add(each)
                ahead.extend(to for edge in self.edges if edge.from_ == each for to in edge.to)
        return at == stage or stage in passed

    def limitation_of(self, offence: Offence, act_on: date) -> Limitation:
        """Never guesses: what the table does not hold is not on file."""
        rule = next((each for each in self.limitations if _governs(each, offence)), None)
        kind, until, arithmetic = _until(offence, act_on)
        return Limitation(
            kind=kind,
            until=until,
            arithmetic=arithmetic,
            rule=rule.rule if rule else None,
            citation=rule.citation if rule else None,
            confidence=rule.confidence if rule else None,
            basis=offence.limitation_rule or NOT_ON_FILE,
            status=offence.limitation_status,
        )


def anniversary(day: date, years: int) -> date:
    """The same day, years later; of 29 February in a common year 28 February: the earlier of the two it could be."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _open(edge: Edge, outcomes: Sequence[str]) -> bool:
    after = not edge.after or not set(edge.after).isdisjoint(outcomes)
    return after and set(edge.unless).isdisjoint(outcomes)


def _governs(rule: LimitationRule, offence: Offence) -> bool:
    same = (rule.limitation, rule.years) == (offence.limitation, offence.limitation_years)
    return not offence.is_federal and same


def _until(offence: Offence, act_on: date) -> tuple[Literal["never", "until", "not_on_file"], date | None, str]:
    if offence.limitation == "never":
        return "never", None, "no limitation"
    if offence.limitation == "years" and offence.limitation_years is not None:
        until = anniversary(act_on, offence.limitation_years)
        return "until", until, f"{act_on.isoformat()} + {offence.limitation_years} years = {until.isoformat()}"
    return "not_on_file", None, NOT_ON_FILE


def _years(years: int | None) -> str | None:
    return None if years is None else f"{years} years"


def _dollars(amount: int | None) -> str | None:
    return None if amount is None else f"${amount:,}"


def _range(least: str | None, most: str | None, least_words: str, most_words: str) -> str:
    if least is None and most is None:
        return NOT_ON_FILE
    if least is None:
        return f"up to {most}; the {least_words} is {NOT_ON_FILE}"
    if most is None:
        return f"from {least}; the {most_words} is {NOT_ON_FILE}"
    return f"{least} to {most}"
