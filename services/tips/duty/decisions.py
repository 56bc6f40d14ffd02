"""What may be recorded of a report that a tip obliges to. Pure: `now` and the rules come in."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions import DutyPart, Jurisdiction
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from services.tips.duty.events import (
    DutyArose,
    DutyDueTimeChanged,
    DutyFellAway,
    DutyPartAcknowledged,
    DutyPartDone,
    DutyPartFound,
)
from services.tips.duty.owing import NOT_SO, Because, Case, Owed, owed
from services.tips.duty.state import Duty, PartOnRecord

How = Literal["telephone", "in_person", "email", "fax", "letter", "online_system"]
NOT_OWED_AS_IT_STANDS = "This is not owed for the tip as it stands. If it should be, correct the tip first."
BY_THE_TIP = "the_tip"
"""How a part is done that the tip itself is."""


class DutyRefusal(StrEnum):
    """Why a command on a duty is refused."""

    NOT_OWED = "duty_not_owed"
    DONE_ALREADY = "part_done_already"
    NOT_DONE = "part_not_done"
    ACKNOWLEDGED_ALREADY = "part_acknowledged_already"
    NOT_ACKNOWLEDGED = "part_not_acknowledged"
    NOTHING_CHANGES = "nothing_changes"
    STATED_ALREADY = "duty_stated_already"


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """Who was told, when and how. Without an agency on file, `told` says whom."""

    agency: str
    done_at: datetime
    how: How
    told: str | None = None
    number: str | None = None


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
