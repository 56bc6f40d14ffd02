"""Why an event of a case came about, what came of it, and what its maker had looked at: told in sentences. Pure.

The sentences are those of the story, so that what it withholds is withheld here, too. Of what is not of the case the
name of an event alone is told: who did it, and when, may tell of whom.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from services.audit.replay import causes
from services.audit.replay.causes import Causes, Step
from services.audit.replay.deciding import Looked, is_decision, looked_before
from services.audit.replay.telling import Sentence, Told
from services.audit.replay.words import WITHHELD

OutsideWhy = Literal["command", "reaction", "another_case", "not_on_record"]


class Fired(msgspec.Struct, frozen=True, kw_only=True):
    """The clock that ran out or warned, by the rule under which its due time was set."""

    rule: str
    rule_version: int
    citation: str
    due_at: datetime


class Because(msgspec.Struct, frozen=True, kw_only=True):
    """An event with how it came about (`causes.Why`). `came_at` is the moment that came, `clock` what fired at it.

    `followed` is how many events came of it in the end.
    """

    why: causes.Why
    sentence: Sentence
    came_at: datetime | None = None
    clock: Fired | None = None
    followed: int = 0


class Outside(msgspec.Struct, frozen=True):
    """An event that is not of the case, by its name."""

    service: str
    name: str
    why: OutsideWhy


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A page that was opened or a file that was taken, for the last time before the decision.

    `since` are the numbers of the sentences that tell what was recorded of its records between look and decision.
    """

    recorded_at: datetime
    service: str
    name: str
    question: str
    records: list[UUID]
    since: list[int]


class Seen(msgspec.Struct, frozen=True):
    """What whoever decided had opened. `withheld` where it is not told who that was (28 CFR 94.115)."""

    withheld: bool
    looks: list[Look]


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """`causes` begin with the event itself and go back; `outside` goes on where they leave the case.

    `seen` is None for what is no decision of the closed list.
    """

    case: UUID
    cases: list[UUID]
    causes: list[Because]
    outside: list[Outside]
    led_to: list[Because]
    seen: Seen | None


def because(step: Step, links: Causes, sentences: Mapping[UUID, Sentence]) -> Because:
    """One step, as it is told."""
    event, link = step
    return Because(
        why=link.why,
        sentence=sentences[event.event_id],
        came_at=link.came_at,
        clock=_fired(links, link) if link.why == "clock" else None,
        followed=links.followed(event.event_id),
    )


def _fired(links: Causes, link: causes.Link) -> Fired | None:
    """The rule stands where the clock was started or recomputed last; an extension leaves it as it was."""
    if link.before is None:
        return None
    ruled = [
        each
        for each in links.of_record(link.before)
        if "citation" in each.data and "rule_version" in each.data and each.position <= link.before.position
    ]
    if not ruled:
        return None
    return Fired(
        rule=ruled[-1].data["rule"],
        rule_version=ruled[-1].data["rule_version"],
        citation=ruled[-1].data["citation"],
        due_at=datetime.fromisoformat(link.before.data["due_at"]),
    )


def outside(events: Sequence[Told]) -> list[Outside]:
    """The events that led to the chain's last from outside the case, nearest first."""
    told = []
    for place, event in enumerate(events):
        why: OutsideWhy = "reaction"
        if event.causation_id == event.command_id:
            why = "command"
        elif place == len(events) - 1:
            why = "not_on_record" if event.causation_id is None else "another_case"
        told.append(Outside(event.source, event.name, why))
    return told


def seen_by(
    decision: Told, reads: Sequence[Told], events: Sequence[Told], sentences: Mapping[UUID, Sentence]
) -> Seen | None:
    """What the maker of a decision had looked at; None for any other event."""
    if not is_decision(decision):
        return None
    if sentences[decision.event_id].actor == WITHHELD:
        return Seen(withheld=True, looks=[])
    looks = looked_before(decision, reads, events)
    return Seen(withheld=False, looks=[_look(each, sentences) for each in looks])


def _look(looked: Looked, sentences: Mapping[UUID, Sentence]) -> Look:
    read = looked.read
    return Look(
        recorded_at=read.recorded_at,
        service=read.source,
        name=read.name,
        question=read.data.get("question", ""),
        records=list(looked.records),
        since=[sentences[each.event_id].number for each in looked.since],
    )
