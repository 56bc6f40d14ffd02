"""What the law asks of a tip: which reports are owed, by which version of a rule, in which parts. Pure.

An age not known is a child's until shown otherwise; for an adult the statutes read so far oblige to nothing. A tip
linked with another keeps its own duties: each report is to be passed on, also when two are about one child.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions import ClockRule, Condition, DutyPart, DutyRule, Jurisdiction, ReportingDuty, UnknownRule
from contracts.language import InvalidValue
from services.tips.duty.state import Duty

Because = Literal["shown_to_be_adult", "setting_changed", "not_so"]
NOT_SO: Because = "not_so"
"""What was stated, and made the duty arise, turned out wrong."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What of a tip decides its duties. `agencies` are those to tell, by the step of the notice rules.

    `holding` are the conditions that hold, each with since when that is known.
    """

    tip: UUID
    person: UUID
    received_at: datetime
    channel: str
    age: str
    setting: str
    agencies: Mapping[str, str] = {}
    holding: Mapping[Condition, datetime] = {}


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it applies to a case, counted from `since`. `due_at` is none where the law gives no number."""

    rule: str
    version: int
    citation: str
    since: datetime
    due_at: datetime | None
    parts: tuple[DutyPart, ...]


def owed(
    duty: Duty, rule: str, case: Case, jurisdiction: Jurisdiction, *, known_since: datetime | None = None
) -> Owed | None:
    """None when the rule asks nothing of this case. A duty that stands keeps the version it arose by.

    `known_since` states that a rule applies which arises only when stated; so it stays, until that is taken back.
    """
    since = known_since or duty.since or case.received_at
    stated = _stated(duty, rule, since, jurisdiction)
    if case.age == "adult" or stated is None or stated.standing != "on":
        return None
    found = reporting_duty(jurisdiction, rule, stated.version)
    if not _applies(found, case) or (found.when_stated and known_since is None and not _was_stated(duty)):
        return None
    if found.on and duty.phase != "stands":
        since = min(known for condition, known in case.holding.items() if condition in found.on)
    return Owed(
        rule=rule,
        version=stated.version,
        citation=stated.citation,
        since=since,
        due_at=jurisdiction.terms_by(stated, since).due_at if isinstance(stated, ClockRule) else None,
        parts=tuple(part for part in found.parts if not part.settings or case.setting in part.settings),
    )


def why_not(rule: str, case: Case, jurisdiction: Jurisdiction) -> Because:
    """Why a duty that stood is not owed any more."""
    if case.age == "adult":
        return "shown_to_be_adult"
    return NOT_SO if any(each.on for each in jurisdiction.reporting if each.rule == rule) else "setting_changed"


def reporting_duty(jurisdiction: Jurisdiction, rule: str, version: int) -> ReportingDuty:
    """Whom this version of the rule tells. Raises `UnknownRule`."""
    for each in jurisdiction.reporting:
        if (each.rule, each.version) == (rule, version):
            return each
    raise UnknownRule(f"There is no reporting duty {rule!r} of version {version} on file.")


def part_named(duty: Duty, name: str, jurisdiction: Jurisdiction) -> DutyPart:
    """A part of the duty as it stands. Raises `InvalidValue` that names the parts there are."""
    for part in reporting_duty(jurisdiction, duty.rule, duty.rule_version).parts:
        if part.part == name and name in duty.parts:
            return part
    raise InvalidValue("part", f"This duty has no such part. Its parts are: {', '.join(duty.parts)}.")


def _applies(found: ReportingDuty, case: Case) -> bool:
    in_setting = not found.settings or case.setting in found.settings
    holds = not found.on or any(condition in case.holding for condition in found.on)
    return in_setting and holds and (not found.channels or case.channel in found.channels)


def _was_stated(duty: Duty) -> bool:
    return duty.phase == "stands" or (duty.phase == "fell_away" and duty.fell_because != NOT_SO)


def _stated(duty: Duty, rule: str, since: datetime, jurisdiction: Jurisdiction) -> ClockRule | DutyRule | None:
    if duty.phase == "stands":
        return rule_of(duty, jurisdiction)
    found = jurisdiction.rule_at(rule, since)
    return found if isinstance(found, ClockRule | DutyRule) else None


def rule_of(duty: Duty, jurisdiction: Jurisdiction) -> ClockRule | DutyRule:
    """The version it arose by."""
    if duty.due_at is not None:
        return jurisdiction.clock_rule(duty.rule, version=duty.rule_version)
    return jurisdiction.duty_rule(duty.rule, version=duty.rule_version)
