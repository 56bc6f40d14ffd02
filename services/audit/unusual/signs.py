"""Which reading of a week is unusual. Pure: each rule counts, and the table says from how much on it is found.

Of whoever may hold a seat whose holder is withheld no case is told (28 CFR 94.115). Nor does it show by what is not
found of them: that they were asked to help with a case is no excuse of theirs, since whoever saw them read it, and
nothing found, would know.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from contracts.jurisdictions import LOCAL, UnusualReading, UnusualRule
from services.audit.replay.telling import RightsGiven
from services.audit.unusual.decisions import Sign
from services.audit.unusual.facts import Facts, Read, ShutOut

WorksIn = Callable[[RightsGiven], Collection[str] | None]
"""In which counties an account with these rights works; None: everywhere."""


class Counted(NamedTuple):
    """How much of an account a rule counts, and how much of that each case makes."""

    many: int
    cases: Mapping[UUID, int]


def signs_of(facts: Facts, rules: Sequence[UnusualReading], works_in: WorksIn) -> list[Sign]:
    """In the order of the rules, then of the accounts."""
    found: list[Sign] = []
    for rule in rules:
        counted = _counted(facts, rule, works_in)
        found += [sign for account in sorted(counted) if (sign := _sign(facts, rule, account, counted[account]))]
    return found


def _sign(facts: Facts, rule: UnusualReading, account: UUID, counted: Counted) -> Sign | None:
    rights = facts.rights_at(account, facts.until) or RightsGiven(facts.until)
    threshold = rule.threshold_of(rights.roles)
    if threshold is None or counted.many < threshold:
        return None
    told = () if facts.conceals(account) else tuple(sorted(counted.cases))
    return Sign(
        rule=rule.rule.value,
        rule_version=rule.version,
        account=account,
        agency=rights.agency or _agency_of(facts, account),
        roles=rights.roles,
        count=counted.many,
        threshold=threshold,
        of_cases=len(counted.cases),
        cases=told,
        counts=tuple(counted.cases[case] for case in told),
    )


def _counted(facts: Facts, rule: UnusualReading, works_in: WorksIn) -> Mapping[UUID, Counted]:  # noqa: PLR0911  # a rule each
    match rule.rule:
        case UnusualRule.MANY_CASES:
            return _many_cases(facts, rule.within)
        case UnusualRule.OTHER_COUNTIES:
            return _by_cases(_in_other_counties(facts, works_in))
        case UnusualRule.AT_NIGHT:
            return _by_reads(_at_night(facts, rule))
        case UnusualRule.AFTER_LEAVING_TEAM:
            return _by_reads(_after_leaving_team(facts))
        case UnusualRule.OWN_CASE:
            return _by_reads(_of_their_own(facts))
        case UnusualRule.AFTER_LEAVING_AGENCY:
            return _by_reads(_after_leaving_agency(facts))
        case UnusualRule.MUCH_TAKEN:
            return _rows_taken(facts)
        case UnusualRule.OPENING_NOT_REVIEWED:
            return _not_reviewed(facts)


def _many_cases(facts: Facts, within: timedelta) -> Mapping[UUID, Counted]:
    by_account: dict[UUID, list[tuple[datetime, UUID]]] = defaultdict(list)
    for each in facts.reads:
        if each.case is not None:
            by_account[each.account].append((each.at, each.case))
    most = {account: _most_within(sorted(reads), within) for account, reads in by_account.items()}
    return {account: _each_once(cases) for account, cases in most.items()}


def _most_within(reads: Sequence[tuple[datetime, UUID]], within: timedelta) -> frozenset[UUID]:
    """The cases of that stretch, shorter than `within`, in which they were the most. `reads` are in order."""
    most: frozenset[UUID] = frozenset()
    inside: Counter[UUID] = Counter()
    first = 0
    for at, case in reads:
        inside[case] += 1
        while at - reads[first][0] >= within:
            gone = reads[first][1]
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            first += 1
        if len(inside) > len(most):
            most = frozenset(inside)
    return most


def _in_other_counties(facts: Facts, works_in: WorksIn) -> Iterator[Read]:
    for each in facts.reads:
        rights = facts.rights_at(each.account, each.at)
        counties = facts.counties.get(each.case, frozenset()) if each.case else frozenset()
        places = works_in(rights) if rights else None
        if places is not None and counties and counties.isdisjoint(places) and not _is_excused(facts, each):
            yield each


def _at_night(facts: Facts, rule: UnusualReading) -> Iterator[Read]:
    for each in facts.reads:
        is_night = each.case is not None and rule.is_night(each.at.astimezone(LOCAL).hour)
        if is_night and not facts.is_on_call(each.account, each.at) and not _is_excused(facts, each):
            yield each


def _is_excused(facts: Facts, read: Read) -> bool:
    return facts.was_asked(read) and not facts.conceals(read.account)


def _after_leaving_team(facts: Facts) -> Iterator[Read]:
    return (each for each in facts.reads if facts.had_left(each) and not facts.conceals(each.account))


def _of_their_own(facts: Facts) -> Iterator[Read]:
    """After they were kept out; and of whom a tip named in the week, whatever they had read of it before."""
    earlier = ((each, False) for each in facts.before)
    for each, in_week in (*earlier, *((read, True) for read in facts.reads)):
        if any(_is_their_own(facts, each, shut, in_week=in_week) for shut in facts.shut_out_of(each)):
            yield each


def _is_their_own(facts: Facts, read: Read, shut: ShutOut, *, in_week: bool) -> bool:
    if read.at < shut.at:
        return shut.named and facts.since <= shut.at < facts.until
    return in_week and (shut.until is None or read.at < shut.until)


def _after_leaving_agency(facts: Facts) -> Iterator[Read]:
    left = {each.account: each.left_at for each in facts.departed}
    return (each for each in (*facts.before, *facts.reads) if each.account in left and each.at >= left[each.account])


def _rows_taken(facts: Facts) -> Mapping[UUID, Counted]:
    rows: Counter[UUID] = Counter()
    for each in facts.reads:
        rows[each.account] += each.rows
    return {account: Counted(many, {}) for account, many in rows.items()}


def _not_reviewed(facts: Facts) -> Mapping[UUID, Counted]:
    by_account: dict[UUID, Counter[UUID]] = defaultdict(Counter)
    for each in facts.openings:
        by_account[each.account][each.case] += 1
    return {account: Counted(cases.total(), cases) for account, cases in by_account.items()}


def _by_reads(reads: Iterator[Read]) -> Mapping[UUID, Counted]:
    many: Counter[UUID] = Counter()
    cases: dict[UUID, Counter[UUID]] = defaultdict(Counter)
    for each in reads:
        many[each.account] += 1
        if each.case is not None:
            cases[each.account][each.case] += 1
    return {account: Counted(count, cases[account]) for account, count in many.items()}


def _by_cases(reads: Iterator[Read]) -> Mapping[UUID, Counted]:
    return {account: _each_once(found.cases) for account, found in _by_reads(reads).items()}


def _each_once(cases: Collection[UUID]) -> Counted:
    return Counted(len(cases), dict.fromkeys(cases, 1))


def _agency_of(facts: Facts, account: UUID) -> str:
    return next((each.agency for each in (*facts.reads, *facts.before) if each.account == account), "")
