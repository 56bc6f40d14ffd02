"""Which clocks the rules expect of a case by the events on its record. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from services.audit.compliance.path import After, Expected, expected_path
from services.audit.replay.telling import Told


class Owed(msgspec.Struct, frozen=True):
    """The rules ask for a clock of this rule, counted from then."""

    rule: str
    since: datetime


def begun(own: Sequence[Told]) -> Iterator[Owed]:
    """By the events of a case, in the order they are given; each log must be in its own."""
    known: set[tuple[str, str]] = set()
    for place, event in enumerate(own):
        for step in expected_path():
            since = _since(step, event, own[:place], own)
            if since is None:
                continue
            if step.once:
                once = (step.rule, str(event.data[step.of]))
                if once in known:
                    continue
                known.add(once)
            yield Owed(step.rule or str(event.data["rule"]), since)


def holds(event: Told, where: Mapping[str, str]) -> bool:
    """Whether its fields say this."""
    return all(event.data.get(field) == value for field, value in where.items())


def _since(step: Expected, event: Told, before: Sequence[Told], own: Sequence[Told]) -> datetime | None:
    """From when the event begins the step's clock; None where it begins none."""
    # What the law gives no number arises as a duty without a clock.
    has_number = "due_at" not in event.data or event.data["due_at"] is not None
    if event.name != step.begins or not holds(event, step.where) or not has_number:
        return None
    if any(_is_of_same(step, each, event) for each in before):
        return None
    at = datetime.fromisoformat(event.data[step.at]) if step.at else event.happened_at
    if step.after is None:
        return at
    other = _after(step.after, event.data[step.of], step.of, own)
    return None if other is None else max(at, other)


def _is_of_same(step: Expected, before: Told, event: Told) -> bool:
    """Whether it is one of those that leave nothing owed, of the same kit, say."""
    of_same = before.data.get(step.of) == event.data.get(step.of)
    return of_same and any(before.name == each.event and holds(before, each.where) for each in step.unless)


def _after(after: After, subject: object, of: str, own: Sequence[Told]) -> datetime | None:
    named = {each.data[after.by] for each in own if each.name == after.named_by and each.data.get(of) == subject}
    moments = [each.data[after.at] for each in own if each.name == after.event and each.data[after.by] in named]
    return datetime.fromisoformat(moments[0]) if moments else None
