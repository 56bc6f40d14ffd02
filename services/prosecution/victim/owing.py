"""Which notices a victim is owed by what happened (C45-C49). Pure: what is owed already is not owed again.

What the law wants told on a written request is owed from what happens while one stands, and, when one comes, of the
charges as they stand, the hearings that are set, and the end of a sentence that is stated.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from contracts.events.prosecution import OutcomeRecorded
from contracts.jurisdictions import Charging
from contracts.jurisdictions.victims import NoticeKind
from services.prosecution.case.events import (
    AccusedReleased,
    CountFiled,
    HearingMoved,
    HearingSet,
    HearingVacated,
    StageEntered,
)
from services.prosecution.case.state import Case
from services.prosecution.victim.events import RequestReceived, SentenceEndStated
from services.prosecution.victim.state import Victim

OfCase = AccusedReleased | CountFiled | HearingMoved | HearingSet | HearingVacated | OutcomeRecorded | StageEntered
"""What happens in a case, by which its victims may be owed something."""

Owing = OfCase | RequestReceived | SentenceEndStated
"""By these something is owed."""


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that is owed: `due_from` is what its clock is measured from, where its rule gives a number."""

    notice: UUID
    kind: NoticeKind
    about: UUID
    arose_at: datetime
    due_from: datetime


def victims_of(case: Case) -> tuple[UUID, ...]:
    """The person the tip is about, and whom the counts name."""
    return case.victims


def concerned(case: Case, event: OfCase) -> tuple[UUID, ...]:
    """The victims to whom it means something."""
    match event:
        case CountFiled(victim=victim):
            return (victim,)
        case StageEntered(count=count) | OutcomeRecorded(count=count):
            return (case.counts[count].victim,)
        case AccusedReleased(accused=accused):
            return _of_accused(case, (accused,))
        case HearingSet(hearing=hearing) | HearingMoved(hearing=hearing) | HearingVacated(hearing=hearing):
            return _of_accused(case, case.hearings[hearing].accused)


def owed(
    case: Case, who: UUID, victim: Victim, event: Owing, cause: UUID, at: datetime, charging: Charging
) -> list[Owed]:
    """By an event, whose id is `cause` and which happened `at`; none of a kind that waits for a request."""
    found = (
        Owed(notice=uuid5(cause, f"{kind.notice} {about} {who}"), kind=kind, about=about, arose_at=at, due_from=since)
        for kind, about, since in _told_of(case, who, victim, event, at, charging)
    )
    return [
        each
        for each in found
        if each.notice not in victim.notices and (victim.requested_at is not None or not each.kind.on_request)
    ]


def _told_of(
    case: Case, who: UUID, victim: Victim, event: Owing, at: datetime, charging: Charging
) -> Iterator[tuple[NoticeKind, UUID, datetime]]:
    """Kind, what it is about, and since when."""
    rules = charging.victims
    match event:
        case CountFiled(count=count):
            yield rules.notice("charges"), count, at
        case HearingSet(hearing=hearing) | HearingMoved(hearing=hearing) | HearingVacated(hearing=hearing):
            if case.hearings[hearing].kind not in rules.hearings_not_told:
                yield rules.notice("hearing"), hearing, at
        case StageEntered(count=count, stage=stage):
            yield from ((kind, count, at) for kind in rules.notices if stage in kind.stages)
        case OutcomeRecorded(count=count, stage=stage):
            yield from ((kind, count, at) for kind in rules.notices if stage in kind.outcomes_at)
        case AccusedReleased(accused=accused):
            yield rules.notice("release"), accused, at
        case SentenceEndStated(count=count, ends_at=ends_at):
            yield rules.notice("sentence_end"), count, ends_at
        case RequestReceived():
            yield from _as_it_stands(case, who, victim, at, charging)


def _as_it_stands(
    case: Case, who: UUID, victim: Victim, at: datetime, charging: Charging
) -> Iterator[tuple[NoticeKind, UUID, datetime]]:
    rules = charging.victims
    for count in case.counts.values():
        if count.victim == who and count.phase in ("open", "ended"):
            yield rules.notice("charges"), count.count, at
    for hearing in case.hearings.values():
        to_tell = hearing.phase == "set" and hearing.kind not in rules.hearings_not_told
        if to_tell and who in _of_accused(case, hearing.accused):
            yield rules.notice("hearing"), hearing.hearing, at
    for sentenced, ends_at in victim.ends_at.items():
        if ends_at > at:
            yield rules.notice("sentence_end"), sentenced, ends_at


def _of_accused(case: Case, accused: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """Of whom an accused stands accused of an act against them; the count may be over by now."""
    counts = (each for each in case.counts.values() if each.accused in accused and each.phase in ("open", "ended"))
    return tuple(dict.fromkeys(each.victim for each in counts))
