"""What a tip obliges to report, and what may be recorded of it. Pure: `now` and the rules come in.

An age not known is a child's until shown otherwise; for an adult the statutes read so far oblige to nothing. A tip
linked with another keeps its own duties: each report is to be passed on, also when two are about one child.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions import ClockRule, DutyPart, DutyRule, Jurisdiction, ReportingDuty, UnknownRule
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from services.tips.duty.events import (
    DutyArose,
    DutyDueTimeChanged,
    DutyFellAway,
    DutyPartAcknowledged,
    DutyPartDone,
    DutyPartFound,
)
from services.tips.duty.state import Duty, PartOnRecord

How = Literal["telephone", "in_person", "email", "fax", "letter", "online_system"]
NOT_OWED_AS_IT_STANDS = "This is not owed for the tip as it stands. If it should be, correct the tip first."
BY_THE_TIP = "the_tip"
"""How a part is done that the tip itself is."""

Because = Literal["shown_to_be_adult", "setting_changed", "not_so"]
NOT_SO: Because = "not_so"
"""What was stated, and made the duty arise, turned out wrong."""


class DutyRefusal(StrEnum):
    """Why a command on a duty is refused."""

    NOT_OWED = "duty_not_owed"
    DONE_ALREADY = "part_done_already"
    NOT_DONE = "part_not_done"
    ACKNOWLEDGED_ALREADY = "part_acknowledged_already"
    NOT_ACKNOWLEDGED = "part_not_acknowledged"
    NOTHING_CHANGES = "nothing_changes"
    STATED_ALREADY = "duty_stated_already"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What of a tip decides its duties. `agencies` are those to tell, by the step of the notice rules."""

    tip: UUID
    person: UUID
    received_at: datetime
    channel: str
    age: str
    setting: str
    agencies: Mapping[str, str] = {}


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it applies to a case, counted from `since`. `due_at` is none where the law gives no number."""

    rule: str
    version: int
    citation: str
    since: datetime
    due_at: datetime | None
    parts: tuple[DutyPart, ...]


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """Who was told, when and how. Without an agency on file, `told` says whom."""

    agency: str
    done_at: datetime
    how: How
    told: str | None = None
    number: str | None = None


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
    return Owed(
        rule=rule,
        version=stated.version,
        citation=stated.citation,
        since=since,
        due_at=jurisdiction.terms_by(stated, since).due_at if isinstance(stated, ClockRule) else None,
        parts=tuple(part for part in found.parts if not part.settings or case.setting in part.settings),
    )


def arise(duty: Duty, owed: Owed, case: Case) -> list[Event]:
    """Nothing while it stands with the same parts. It arises again after it fell away, or when other parts are asked.

    What was done under an earlier opening was done, and what the tip itself is, is done by it.
    """
    parts = tuple(part.part for part in owed.parts)
    if duty.phase == "stands" and duty.parts == parts:
        return []
    events: list[Event] = [
        DutyArose(
            tip=case.tip,
            person=case.person,
            rule=owed.rule,
            rule_version=owed.version,
            citation=owed.citation,
            opening=duty.opening + 1,
            since=owed.since,
            due_at=owed.due_at,
            parts=parts,
            acknowledged=tuple(part.part for part in owed.parts if part.acknowledged),
        )
    ]
    events.extend(
        DutyPartDone(
            tip=case.tip,
            rule=owed.rule,
            part=part.part,
            agency=case.agencies.get(part.step or "", ""),
            done_at=case.received_at,
            how=BY_THE_TIP,
            told=None,
            number=None,
        )
        for part in owed.parts
        if case.channel in part.done_by_channels and part.part not in duty.on_record
    )
    return events


def fall_away(duty: Duty, because: Because) -> list[Event]:
    """Nothing for a duty that is done or does not stand."""
    if duty.standing != "open":
        return []
    return [DutyFellAway(tip=duty.tip, rule=duty.rule, opening=duty.opening, reason=because)]


def state(
    duty: Duty, rule: str, case: Case, known_since: datetime, jurisdiction: Jurisdiction, now: datetime
) -> list[Event]:
    """A rule that arises only when stated applies, and it was known since then."""
    not_in_future("known_since", known_since, now)
    if duty.phase == "stands":
        raise Refused(DutyRefusal.STATED_ALREADY, "This is on record already.", rule=rule, citation=duty.citation)
    wanted = owed(duty, rule, case, jurisdiction, known_since=known_since)
    if wanted is None:
        raise Refused(DutyRefusal.NOT_OWED, NOT_OWED_AS_IT_STANDS, rule=rule)
    return arise(duty, wanted, case)


def take_back(duty: Duty) -> list[Event]:
    """What was stated turned out wrong. What is done was done, and stays."""
    _is_owed(duty)
    ended = fall_away(duty, NOT_SO)
    if not ended:
        raise Refused(DutyRefusal.NOTHING_CHANGES, "This is done already, and stays on record.")
    return ended


def record(duty: Duty, part: DutyPart, telling: Telling, now: datetime) -> list[Event]:
    """A part was done, whenever that was. Telling another agency than is on record replaces it from now on."""
    _is_owed(duty)
    _can_be_right(duty, part, telling.done_at, now)
    if part.numbered and telling.number is None:
        raise InvalidValue("number", "Enter the number they gave it.")
    if not part.numbered and not telling.agency and telling.told is None:
        raise InvalidValue("told", "No agency is on file for this. Say which office was told.")
    before = duty.on_record.get(part.part)
    if before is not None and before.agency == telling.agency:
        raise Refused(
            DutyRefusal.DONE_ALREADY,
            "This is on record already. If the time is wrong, record when it was really done.",
            rule=duty.rule,
            citation=duty.citation,
        )
    return [
        DutyPartDone(
            tip=duty.tip,
            rule=duty.rule,
            part=part.part,
            agency=telling.agency,
            done_at=telling.done_at,
            how=telling.how,
            told=_text(duty, telling.told),
            number=_text(duty, telling.number),
        )
    ]


def acknowledge(
    duty: Duty,
    part: str,
    acknowledged_at: datetime,
    now: datetime,
    *,
    account: UUID | None = None,
    acknowledged_by: str | None = None,
) -> list[Event]:
    """Who was told said so: `account` here itself, or somebody recorded it of them."""
    _is_owed(duty)
    on_record = _on_record(duty, part)
    if on_record.acknowledged_at is not None:
        raise Refused(DutyRefusal.ACKNOWLEDGED_ALREADY, "This was acknowledged already.")
    _acknowledged_after(on_record.done_at, acknowledged_at, now)
    return [
        DutyPartAcknowledged(
            tip=duty.tip,
            rule=duty.rule,
            part=part,
            agency=on_record.agency,
            acknowledged_at=acknowledged_at,
            account=account,
            acknowledged_by=_text(duty, acknowledged_by),
        )
    ]


def find(
    duty: Duty, part: DutyPart, done_at: datetime | None, acknowledged_at: datetime | None, reason: str, now: datetime
) -> list[Event]:
    """A part on record was in truth done, or acknowledged, at another time. The first entry stays on record."""
    _is_owed(duty)
    on_record = _on_record(duty, part.part)
    if acknowledged_at is not None and on_record.acknowledged_at is None:
        raise Refused(
            DutyRefusal.NOT_ACKNOWLEDGED, "This is not acknowledged yet, so there is no time of it to put right."
        )
    done = on_record.done_at if done_at is None else done_at
    seen = on_record.acknowledged_at if acknowledged_at is None else acknowledged_at
    if (done, seen) == (on_record.done_at, on_record.acknowledged_at):
        raise Refused(DutyRefusal.NOTHING_CHANGES, "These are the times on record already.")
    _can_be_right(duty, part, done, now)
    if seen is not None:
        _acknowledged_after(done, seen, now)
    return [
        DutyPartFound(
            tip=duty.tip,
            rule=duty.rule,
            part=part.part,
            done_at=done_at,
            acknowledged_at=acknowledged_at,
            reason=Personal(person=duty.person, text=reason),
        )
    ]


def due_by(duty: Duty, due_at: datetime) -> list[Event]:
    """Its clock was recomputed."""
    return [DutyDueTimeChanged(tip=duty.tip, rule=duty.rule, due_at=due_at)]


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
    return in_setting and (not found.channels or case.channel in found.channels)


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


def _can_be_right(duty: Duty, part: DutyPart, done_at: datetime, now: datetime) -> None:
    not_in_future("done_at", done_at, now)
    if not part.may_precede_receipt and duty.since is not None and done_at < duty.since:
        raise InvalidValue(
            "done_at", "Child Protection Services did not have the tip yet at this time. Check the date and the zone."
        )


def _acknowledged_after(done_at: datetime, at: datetime, now: datetime) -> None:
    not_in_future("acknowledged_at", at, now)
    if at < done_at:
        raise InvalidValue("acknowledged_at", "This is before they were told. Check the date and the zone.")


def _on_record(duty: Duty, part: str) -> PartOnRecord:
    found = duty.on_record.get(part)
    if found is None:
        raise Refused(DutyRefusal.NOT_DONE, "Nobody is on record as told yet. Record first who was told and when.")
    return found


def _is_owed(duty: Duty) -> None:
    if duty.phase != "stands":
        raise Refused(
            DutyRefusal.NOT_OWED,
            NOT_OWED_AS_IT_STANDS,
            rule=duty.rule or None,
            citation=duty.citation or None,
        )


def _text(duty: Duty, text: str | None) -> Personal | None:
    """Free text may name anyone: it is sealed under the person the tip is about."""
    return None if text is None else Personal(person=duty.person, text=text)
