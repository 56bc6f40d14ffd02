"""The rules of a state for people to read, each with its law and how sure it is; and what of the files runs out."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import msgspec

from contracts.jurisdictions.clocks import AnyRule, ClockRule, DutyRule, Standing
from contracts.jurisdictions.county import Court
from contracts.jurisdictions.dated import in_force, in_order
from contracts.jurisdictions.jurisdiction import Jurisdiction
from contracts.jurisdictions.marks import Confidence, RuleKind
from contracts.rules import KEPT_BY


class ListedRule(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a rule. `standing` is waiting where it is kept in words only; `kept_by` of `None`: by no part yet.

    `told` are the roles told at a warning, a miss, or once a duty arises. `otherwise` is what follows while it is not
    met. `period_confidence` is of the number, `None` where there is none.
    """

    rule: str
    version: int
    name: str
    kind: RuleKind
    standing: Standing | Literal["waiting"]
    kept_by: str | None
    in_force_from: date
    in_force_until: date | None
    review_by: date | None
    starts_when: str
    due: str
    who_acts: str | None
    told: tuple[str, ...]
    met_by: str
    otherwise: str
    citation: str
    source: str
    confidence: Confidence
    period_confidence: Confidence | None
    note: str | None


class CourtsEnd(msgspec.Struct, frozen=True, kw_only=True):
    """Of so many counties the district of a court is on file until a day, and not after."""

    court: Court
    until: date
    counties: int


class ToLookAt(msgspec.Struct, frozen=True, kw_only=True):
    """What of the files runs out. `holidays_until` is the last year of state holidays, `None`: none are on file."""

    holidays_until: int | None
    courts: tuple[CourtsEnd, ...]
    reviews: tuple[tuple[str, date], ...]


def listed(tables: Jurisdiction, on: date | None = None) -> tuple[ListedRule, ...]:
    """Every version by number, the newest last; with `on`, the one in force that day, of each rule that has one."""
    rules = sorted({rule.rule for rule in tables.rules})
    return tuple(_listed(version) for rule in rules for version in _versions(tables, rule, on))


def to_look_at(tables: Jurisdiction) -> ToLookAt:
    """In the order in which it runs out."""
    ends: dict[tuple[date, Court], int] = {}
    for county in tables.counties.values():
        last = {row.court: row.in_force_until for row in county.courts}
        for court, until in last.items():
            if until is not None:
                ends[until, court] = ends.get((until, court), 0) + 1
    reviews = {(rule.rule, rule.review_by) for rule in tables.rules if rule.review_by is not None}
    return ToLookAt(
        holidays_until=max(tables.holidays.years, default=None),
        courts=tuple(CourtsEnd(court=court, until=until, counties=n) for (until, court), n in sorted(ends.items())),
        reviews=tuple(sorted(reviews, key=lambda each: (each[1], each[0]))),
    )


def _versions(tables: Jurisdiction, rule: str, on: date | None) -> Iterator[AnyRule]:
    every = in_order(each for each in tables.rules if each.rule == rule)
    if on is None:
        yield from every
    elif (found := in_force(every, on)) is not None:
        yield found


def _listed(rule: AnyRule) -> ListedRule:
    return ListedRule(
        rule=rule.rule,
        version=rule.version,
        name=rule.name,
        kind=rule.kind,
        standing=rule.standing if isinstance(rule, ClockRule | DutyRule) else "waiting",
        kept_by=KEPT_BY.get(rule.rule),
        in_force_from=rule.in_force_from,
        in_force_until=rule.in_force_until,
        review_by=rule.review_by,
        starts_when=rule.arises_when if isinstance(rule, DutyRule) else rule.starts_when,
        due=rule.within if isinstance(rule, ClockRule) else rule.due.replace("_", " "),
        who_acts=rule.who_acts,
        told=_told(rule),
        met_by=rule.met_by,
        otherwise=rule.until_met if isinstance(rule, DutyRule) else rule.when_missed,
        citation=rule.citation,
        source=rule.source,
        confidence=rule.confidence,
        period_confidence=rule.period_confidence if isinstance(rule, ClockRule) else None,
        note=rule.note,
    )


def _told(rule: AnyRule) -> tuple[str, ...]:
    match rule:
        case ClockRule():
            return tuple(dict.fromkeys((*rule.told_at_warning, *rule.told_at_miss)))
        case DutyRule():
            return rule.told
        case _:
            return ()
