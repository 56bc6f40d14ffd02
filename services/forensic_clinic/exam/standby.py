"""The standby list: who waits for a time that comes free, and who is first. Pure.

First is whose evidence is lost soonest by waiting; of those alike, who was put on the list first. A window that has
closed puts nobody off the list.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from contracts.jurisdictions import ExamRules
from contracts.language import Event, Refused
from services.forensic_clinic.exam.decisions import give_up
from services.forensic_clinic.exam.events import ExamHeld, MovedUp, PutOnStandby, TakenOffStandby
from services.forensic_clinic.exam.refusals import ExamRefusal
from services.forensic_clinic.exam.state import Exam, Slot
from services.forensic_clinic.exam.windows import Window, last_chance, sure_until


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An exam on the list, and since when."""

    exam: UUID
    since: datetime
    windows: tuple[Window, ...]


def put_on(exam: Exam) -> list[Event]:
    """Raises `Refused` for an exam that has ended, has a time, or is on the list."""
    if exam.ended:
        raise Refused(ExamRefusal.ENDED, "This exam was completed or cancelled. Request another if need be.")
    if exam.phase == "booked":
        raise Refused(ExamRefusal.BOOKED, "This exam is booked. Release the booking first.")
    if exam.standby:
        raise Refused(ExamRefusal.ON_STANDBY, "This exam is on the standby list already.")
    return [PutOnStandby(exam=exam.exam)]


def take_off(exam: Exam) -> list[Event]:
    """What is held for it stays held. Raises `Refused` for an exam that is not on the list."""
    if not exam.standby:
        raise Refused(ExamRefusal.NOT_ON_STANDBY, "This exam is not on the standby list.")
    return [TakenOffStandby(exam=exam.exam, cause="asked")]


def back_on_list(exam: Exam) -> list[Event]:
    """Whose nurse cannot come is given another time as soon as there is one, without anybody having to ask."""
    return [*give_up(exam), *([] if exam.standby else [PutOnStandby(exam=exam.exam)])]


def move_up(exam: Exam, slot: Slot, rules: ExamRules, now: datetime) -> list[Event]:
    """Holds a time that was found free for it. Nothing where it does not wait any more."""
    if not exam.standby or exam.phase != "requested":
        return []
    held = ExamHeld(
        exam=exam.exam,
        nurse=slot.nurse,
        room=slot.room,
        since=slot.since,
        until=slot.until,
        held_until=hold_ends(slot, rules, now),
    )
    return [held, MovedUp(exam=exam.exam)]


def hold_ends(slot: Slot, rules: ExamRules, now: datetime) -> datetime:
    """When what came up falls away: before it begins, in any case."""
    return min(now + timedelta(minutes=rules.planning.standby_hold_minutes), slot.since)


def in_turn(waiting: Sequence[Waiting], now: datetime) -> list[Waiting]:
    """Who is first."""

    def turn(each: Waiting) -> tuple[bool, datetime, datetime]:
        closes = sure_until(each.windows, now) or last_chance(each.windows, now)
        return closes is None, closes or each.since, each.since

    return sorted(waiting, key=turn)
