"""What stands beside a clock: was it lawfully noticed that it could not be met, when was the duty done after all. Pure.

The names are those of other services' own events, which the copy holds and this service does not import.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.jurisdictions import Jurisdiction
from services.audit.compliance.history import History
from services.audit.compliance.path import Done, Expected, expected_path
from services.audit.compliance.starting import holds
from services.audit.replay.telling import Told

IMPOSSIBLE = "contact.impossible"
ATTEMPTED = "contact.attempted"
PLANNED = "contact.step_planned"
REQUESTED = "notice.requested"
ACKNOWLEDGED = "notice.acknowledged"
_WHY = "contact_impossible"
# A clock that was missed tells no more when its duty was done; these events do, and name the clock's subject.
_DONE: Sequence[tuple[Expected, Done]] = [(each, each.done) for each in expected_path() if each.done is not None]
_NOTICED = next(each.rule for each in expected_path() if each.noticed)
BESIDE = (IMPOSSIBLE, ATTEMPTED, PLANNED, REQUESTED, ACKNOWLEDGED, *dict.fromkeys(done.event for _, done in _DONE))
"""The events that are read for it."""


def beside(histories: Iterable[History], events: Iterable[Told], tables: Jurisdiction) -> list[History]:
    """The same clocks with what these events say of them."""
    told = [each for each in events if each.name in BESIDE]
    noticed, done = _noticed(told, tables), _done(told)
    return [_with(each, noticed, done) for each in histories]


def _with(history: History, noticed: Collection[UUID], done: Mapping[tuple[str, UUID], Sequence[datetime]]) -> History:
    lawful = history.rule == _NOTICED and history.subject in noticed
    moments = [at for at in done.get((history.rule, history.subject), ()) if at >= history.began_at]
    after_all = history.done_at or (min(moments) if history.known == "missed" and moments else None)
    return msgspec.structs.replace(history, noticed=lawful, done_at=after_all)


def _done(told: Iterable[Told]) -> Mapping[tuple[str, UUID], Sequence[datetime]]:
    """By rule and subject, each moment at which the duty was done."""
    found: dict[tuple[str, UUID], list[datetime]] = {}
    for each in told:
        for step, done in _DONE:
            if each.name == done.event and holds(each, done.where):
                key = (step.rule, UUID(each.data[step.of or "tip"]))
                found.setdefault(key, []).append(datetime.fromisoformat(each.data[done.at]))
    return found


def _noticed(told: Sequence[Told], tables: Jurisdiction) -> frozenset[UUID]:
    """The tips of which contact could not be made in time, and all was done that the law asks for then.

    As the clock's own page has it: everybody the law names acknowledged, an attempt and a planned step are on record.
    """
    since: dict[UUID, datetime] = {}
    tried: set[UUID] = set()
    planned: set[UUID] = set()
    asked: dict[UUID, tuple[UUID, str]] = {}
    knows: dict[UUID, set[str]] = {}
    for each in told:
        data = each.data
        match each.name:
            case name if name == IMPOSSIBLE:
                tip = UUID(data["tip"])
                since[tip] = min(each.happened_at, since.get(tip, each.happened_at))
                tried |= {tip} if data["attempts"] else set()
                planned |= {tip} if data["planned_steps"] else set()
            case name if name == ATTEMPTED:
                tried.add(UUID(data["tip"]))
            case name if name == PLANNED:
                planned.add(UUID(data["tip"]))
            case name if name == REQUESTED and data["why"] == _WHY:
                asked[UUID(data["notice"])] = (UUID(data["tip"]), data["role"])
            case _:
                pass
    for each in told:
        if each.name == ACKNOWLEDGED and UUID(each.data["notice"]) in asked:
            tip, role = asked[UUID(each.data["notice"])]
            knows.setdefault(tip, set()).add(role)
    return frozenset(
        tip
        for tip, at in since.items()
        if tip in tried and tip in planned and _all_know(tables, at, knows.get(tip, set()))
    )


def _all_know(tables: Jurisdiction, at: datetime, know: Collection[str]) -> bool:
    """Whom the law names, by the notice that follows the duty of contact; where it names nobody, nobody was noticed."""
    for rule in dict.fromkeys(duty.rule for duty in tables.duties if duty.follows == _NOTICED):
        duty = tables.duty_rule_at(rule, at)
        if duty is not None and duty.told:
            return set(duty.told) <= set(know)
    return False
