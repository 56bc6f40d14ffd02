"""Numbers of clocks: how each ended, and how early or late the duty was done. Pure.

Every number opens to its clocks: it is the length of the list that the same question gives.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.errors import UnknownRule
from services.audit.compliance.placing import Placed


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Clocks of one `key`: a month, county, agency or rule. `all` is the sum of the five."""

    key: str
    met: int = 0
    missed: int = 0
    lawfully_missed: int = 0
    excused: int = 0
    open: int = 0

    @property
    def all(self) -> int:
        """Of every outcome."""
        return self.met + self.missed + self.lawfully_missed + self.excused + self.open


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Minutes, each that of a clock there is: the least, by which a quarter, half, three quarters were, and the most.

    Null where there is none.
    """

    clocks: int
    least: int | None = None
    quarter: int | None = None
    half: int | None = None
    three_quarters: int | None = None
    most: int | None = None


class OfRule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule: its numbers, the same by month, and how much time was left of those that were met.

    `late` are those missed of which it is on record when the duty was done after all; `not_told` are the others.
    """

    rule: str
    name: str
    within: str
    citation: str
    counted: Counted
    months: list[Counted]
    left: Spread
    late: Spread
    not_told: int


def counted(clocks: Iterable[Placed], key: Callable[[Placed], str]) -> list[Counted]:
    """By key, in its order."""
    found: dict[str, Counter[str]] = {}
    for each in clocks:
        found.setdefault(key(each), Counter())[each.history.outcome] += 1
    return [Counted(key=name, **outcomes) for name, outcomes in sorted(found.items())]


def by_rule(clocks: Sequence[Placed], tables: Jurisdiction) -> list[OfRule]:
    """Each rule that a clock ran by."""
    found: dict[str, list[Placed]] = {}
    for each in clocks:
        found.setdefault(each.history.rule, []).append(each)
    return [_of_rule(rule, of_it, tables) for rule, of_it in sorted(found.items())]


def spread(lengths: Iterable[timedelta]) -> Spread:
    """By the nearest rank, so that each is the length of one of them, in whole minutes towards nothing."""
    minutes = sorted(int(each / timedelta(minutes=1)) for each in lengths)
    if not minutes:
        return Spread(clocks=0)
    quarter, half, three_quarters = (minutes[-(-len(minutes) * part // 4) - 1] for part in (1, 2, 3))
    return Spread(
        clocks=len(minutes),
        least=minutes[0],
        quarter=quarter,
        half=half,
        three_quarters=three_quarters,
        most=minutes[-1],
    )


def _of_rule(rule: str, clocks: Sequence[Placed], tables: Jurisdiction) -> OfRule:
    name, within, citation = _words(rule, clocks, tables)
    met = [each.history for each in clocks if each.history.outcome == "met"]
    missed = [each.history for each in clocks if each.history.outcome in {"missed", "lawfully_missed"}]
    late = [each.done_at - each.due_at for each in missed if each.done_at is not None]
    return OfRule(
        rule=rule,
        name=name,
        within=within,
        citation=citation,
        counted=counted(clocks, lambda each: each.history.rule)[0],
        months=counted(clocks, lambda each: each.month),
        left=spread(each.due_at - each.done_at for each in met if each.done_at is not None),
        late=spread(late),
        not_told=len(missed) - len(late),
    )


def _words(rule: str, clocks: Sequence[Placed], tables: Jurisdiction) -> tuple[str, str, str]:
    """As the newest version that one of them ran under says it; its number alone where no file has it any more."""
    try:
        found = tables.clock_rule(rule, version=max(each.history.rule_version for each in clocks))
    except UnknownRule:
        return rule, "", ""
    return found.name, found.within, found.citation
