"""An examination as its opened entries tell it: who consented to what at a moment, and what was done. Pure.

Asked of a moment, since much is typed in afterwards: what counts is when something was said, not when it was typed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from contracts.jurisdictions.examination import PATIENT, ExaminationRules, Step
from services.forensic_clinic.examination.content import EVERYTHING, Consent, Content, Diagnosis, Noted, Outcome, Word

Counting = Literal["yes", "law_not_on_file", "no"]
NO: frozenset[Word] = frozenset({"declined", "withdrawn"})


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry by its number. `content` is None where it stays sealed, or a court had it destroyed."""

    number: int
    kind: str
    at: datetime
    content: Content | None
    struck: str = ""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What of consent holds for a step at a moment; `word` is empty where nobody said anything.

    `counts` says whether a yes is enough for this patient; `law_not_on_file`: it is a minor's own, it counts here, and
    whether the law gives it is not on file.
    """

    word: Word | Literal[""] = ""
    by: str = ""
    said_at: datetime | None = None
    counts: Counting = "no"

    @property
    def given(self) -> bool:
        """Whether the step may be taken."""
        return self.word == "consented" and self.counts != "no"


class StepStands(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a step: of what counts, taken outranks the rest; else the last word. Empty: nothing yet.

    `without_consent`: it stands as taken at a moment for which, by what was typed later, nobody's consent holds. It
    stays on record and is shown so.
    """

    step: str
    consent: Standing
    outcome: Outcome | Literal[""] = ""
    reason: str = ""
    at: datetime | None = None
    without_consent: bool = False


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Every entry in order, struck ones too. `grown`: the patient is an adult; an age not known is a child's."""

    entries: tuple[Entry, ...]
    grown: bool

    @property
    def _counting(self) -> Iterable[tuple[Entry, Content]]:
        return ((each, each.content) for each in self.entries if each.content is not None and not each.struck)

    @property
    def codes(self) -> Sequence[tuple[int, str]]:
        """Those that count, with the number of their entry."""
        return [(entry.number, said.code) for entry, said in self._counting if isinstance(said, Diagnosis)]

    def withdrawn_altogether_at(self, rules: ExaminationRules) -> datetime | None:
        """When all consent was taken back; None where nobody did, and where somebody's still holds or does again."""
        said = [(entry.at, each) for entry, each in _in_order(self._counting) if isinstance(each, Consent)]
        taken_back = [at for at, each in said if each.step == EVERYTHING]
        if not taken_back or any(self.consent(step, said[-1][0], rules).given for step in rules.steps):
            return None
        return taken_back[-1]

    def consent(self, step: Step, moment: datetime, rules: ExaminationRules) -> Standing:
        """What holds at that moment, said by then. The patient's no outranks everybody's yes."""
        last: dict[str, Standing] = {}
        for entry, said in _in_order(self._counting):
            if isinstance(said, Consent) and said.step in {step.step, EVERYTHING} and entry.at <= moment:
                counts = self._counts(said.by, step, rules)
                last[said.by] = Standing(word=said.word, by=said.by, said_at=entry.at, counts=counts)
        own = last.get(PATIENT)
        if own is not None and own.word in NO:
            return own
        given = [each for each in last.values() if each.given]
        # One that rests on law before one of which the law is not on file.
        for counting in ("yes", "law_not_on_file"):
            for each in given:
                if each.counts == counting:
                    return each
        return max(last.values(), key=lambda each: (each.word in NO, each.said_at), default=Standing())

    def stands(self, step: Step, moment: datetime, rules: ExaminationRules) -> StepStands:
        """As it stands at that moment."""
        noted = [
            (entry, said)
            for entry, said in _in_order(self._counting)
            if isinstance(said, Noted) and said.step == step.step and entry.at <= moment
        ]
        consent = self.consent(step, moment, rules)
        if not noted:
            return StepStands(step=step.step, consent=consent)
        taken = [each for each in noted if each[1].outcome == "taken"]
        entry, said = (taken or noted)[-1]
        return StepStands(
            step=step.step,
            consent=consent,
            outcome=said.outcome,
            reason=said.reason,
            at=entry.at,
            without_consent=any(not self.consent(step, each.at, rules).given for each, _ in taken),
        )

    def _counts(self, by: str, step: Step, rules: ExaminationRules) -> Counting:
        giver = rules.giver(by)
        if giver is None or ("adult" if self.grown else "child") not in giver.of:
            return "no"
        if by != PATIENT or self.grown or step.minor_alone:
            return "yes"
        return "law_not_on_file" if step.minor_alone is None else "no"


def _in_order(counting: Iterable[tuple[Entry, Content]]) -> list[tuple[Entry, Content]]:
    """By when it was said; what was said at one moment, as it was typed."""
    return sorted(counting, key=lambda each: (each[0].at, each[0].number))
