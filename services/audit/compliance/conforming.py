"""A case laid beside the path that the rules expect: each clock with how it went, and each deviation with why. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from contracts.events.tips import TipCorrected, TipLinked, TipParted, TipReceived, TipScreened
from contracts.jurisdictions import Jurisdiction
from services.audit.compliance.circumstances import beside
from services.audit.compliance.closing import closed_at
from services.audit.compliance.history import History, Outcome, histories
from services.audit.compliance.path import expected_path, of_rule
from services.audit.compliance.starting import Owed, begun
from services.audit.replay.telling import Told
from services.kernel.clock import (
    ClockExcused,
    ClockExtended,
    ClockFoundMet,
    ClockFoundMissed,
    ClockMissed,
    ClockRecomputed,
)

Kind = Literal[
    "not_started",
    "began_again",
    "missed",
    "lawfully_missed",
    "excused",
    "extended",
    "recomputed",
    "corrected",
    "left_open",
]
"""How a clock went another way than began, and was met in time. The closed list."""

Code = Literal["event", "entered_late", "recorded_late", "authority", "reason", "none_on_record"]

LATE_AFTER = timedelta(minutes=5)


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why, as far as the record says. `what` is an event's name, or the code of an authority or of a reason.

    `times` is how often, `seat` of which seat, `event` the first of them, to ask it why; null where it is none.
    """

    code: Code
    what: str = ""
    seat: str = ""
    times: int = 1
    event: UUID | None = None


class Deviation(msgspec.Struct, frozen=True, kw_only=True):
    """`event` is the one by which it is on record; null for what is not on record at all."""

    kind: Kind
    event: UUID | None
    reasons: tuple[Reason, ...] = ()


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A clock that the rules expect, or that ran; `clock` is null for one that was never started.

    It counts from `began_at`. `outcome` is null where there is none.
    """

    rule: str
    name: str
    clock: UUID | None
    began_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    outcome: Outcome | None
    deviations: tuple[Deviation, ...]


class Conformance(msgspec.Struct, frozen=True, kw_only=True):
    """`closed_at` is null while the case is open: then what has not been reached yet is no deviation."""

    case: UUID
    closed_at: datetime | None
    steps: list[Step]

    @property
    def deviations(self) -> int:
        """How many in all."""
        return sum(len(each.deviations) for each in self.steps)


def conformance(case: UUID, events: Sequence[Told], tables: Jurisdiction) -> Conformance:
    """Of the case's own events, each log in its order. Linked cases are laid beside their own paths."""
    own = [each for each in events if case in {each.correlation_id, each.stream}]
    ran = beside(histories(own), own, tables)
    closed = closed_at(own)
    taken: Counter[str] = Counter()
    steps = []
    for each in sorted(ran, key=lambda history: (history.began_at, history.rule, history.recorded_at)):
        taken[each.rule] += 1
        steps.append(_step(each, taken[each.rule], own, tables, closed=closed is not None))
    steps += [_not_started(each, tables) for each in _lacking(_owed(case, own, tables), taken)]
    return Conformance(case=case, closed_at=closed, steps=sorted(steps, key=lambda step: (step.began_at, step.rule)))


def _step(history: History, nth: int, own: Sequence[Told], tables: Jurisdiction, *, closed: bool) -> Step:
    of_clock = [each for each in own if each.stream == history.clock]
    return Step(
        rule=history.rule,
        name=_name(history.rule, history.began_at, tables),
        clock=history.clock,
        began_at=history.began_at,
        due_at=history.due_at,
        done_at=history.done_at,
        outcome=history.outcome,
        deviations=tuple(_deviations(history, nth, of_clock, own, closed=closed)),
    )


def _deviations(
    history: History, nth: int, of_clock: Sequence[Told], own: Sequence[Told], *, closed: bool
) -> Iterator[Deviation]:
    began = of_clock[0]
    if nth > 1 and _once(history.rule):
        yield Deviation(kind="began_again", event=began.event_id)
    for each in of_clock:
        match each.name:
            case ClockRecomputed.NAME:
                why = Reason(code="reason", what=str(each.data["reason"]), event=each.event_id)
                yield Deviation(kind="recomputed", event=each.event_id, reasons=(why,))
            case ClockExtended.NAME:
                why = Reason(code="authority", what=str(each.data["reason"]), event=each.event_id)
                yield Deviation(kind="extended", event=each.event_id, reasons=(why,))
            case ClockFoundMet.NAME | ClockFoundMissed.NAME:
                late = Reason(code="entered_late", event=each.event_id)
                yield Deviation(kind="corrected", event=each.event_id, reasons=(late,))
            case _:
                pass
    if history.outcome in {"missed", "lawfully_missed"}:
        named = [each for each in of_clock if each.name in {ClockMissed.NAME, ClockFoundMissed.NAME}]
        reasons = tuple(_why(history, began, named[-1], own))
        yield Deviation(kind=_missed(history), event=named[-1].event_id, reasons=reasons)
    elif history.outcome == "excused":
        ended = next(each for each in of_clock if each.name == ClockExcused.NAME)
        yield Deviation(kind="excused", event=ended.event_id, reasons=(_excuse(history),))
    elif history.outcome == "open" and closed:
        yield Deviation(kind="left_open", event=began.event_id)


def _missed(history: History) -> Kind:
    return "lawfully_missed" if history.outcome == "lawfully_missed" else "missed"


def _excuse(history: History) -> Reason:
    if history.authority:
        return Reason(code="authority", what=history.authority)
    return Reason(code="reason", what=history.reason)


def _why(history: History, began: Told, ended: Told, own: Sequence[Told]) -> Iterator[Reason]:
    """What the record has between the clock's beginning and its due time; that nothing has it is said, too."""
    found = [*_entered_late(history, began, ended), *_events(history, own)]
    if history.excused_at is not None:
        found.append(_excuse(history))
    yield from found or [Reason(code="none_on_record")]


def _entered_late(history: History, began: Told, ended: Told) -> Iterator[Reason]:
    if began.recorded_at >= history.due_at:
        yield Reason(code="entered_late", event=began.event_id)
    elif ended.name == ClockMissed.NAME and ended.recorded_at - history.due_at >= LATE_AFTER:
        yield Reason(code="recorded_late", event=ended.event_id)


def _events(history: History, own: Sequence[Told]) -> Iterator[Reason]:
    """Those that the path names for the rule, counted by what happened and to which seat."""
    named_by = (each for each in expected_path() if not each.rule and _names(each.begins, history, own))
    of_it = of_rule(history.rule) or next(named_by, None)
    names = of_it.reasons if of_it is not None else ()
    until = history.done_at or max((each.happened_at for each in own), default=history.due_at)
    many: dict[tuple[str, str], list[Told]] = {}
    for each in own:
        if each.name in names and history.began_at <= each.happened_at <= until and _is_of(each, history):
            many.setdefault((each.name, str(each.data.get("seat", ""))), []).append(each)
    for (name, seat), events in many.items():
        yield Reason(code="event", what=name, seat=seat, times=len(events), event=events[0].event_id)


def _names(begins: str, history: History, own: Sequence[Told]) -> bool:
    return any(each.name == begins and each.data.get("rule") == history.rule for each in own)


def _is_of(event: Told, history: History) -> bool:
    """An event that names a rule is of that rule's clock alone."""
    return bool(event.data.get("rule", history.rule) == history.rule)


def _not_started(owed: Owed, tables: Jurisdiction) -> Step:
    return Step(
        rule=owed.rule,
        name=_name(owed.rule, owed.since, tables),
        clock=None,
        began_at=owed.since,
        due_at=None,
        done_at=None,
        outcome=None,
        deviations=(Deviation(kind="not_started", event=None, reasons=(Reason(code="none_on_record"),)),),
    )


def _lacking(owed: Iterable[Owed], ran: Counter[str]) -> Iterator[Owed]:
    """Those for which there are fewer clocks than the rules ask for: the last of them."""
    left = Counter(ran)
    for each in owed:
        left[each.rule] -= 1
        if left[each.rule] < 0:
            yield each


def _owed(case: UUID, own: Sequence[Told], tables: Jurisdiction) -> list[Owed]:
    """By events that begin a clock, and by the tip itself where it is about a child and stands alone."""
    owed = list(begun(own))
    received = next((each for each in own if each.name == TipReceived.NAME and each.stream == case), None)
    if received is not None and _of_a_child(case, own):
        since = datetime.fromisoformat(received.data["received_at"])
        known = {each.rule for each in owed}
        owed += [Owed(rule, since) for rule in _of_every_child(case, own, since, tables) if rule not in known]
    return [each for each in owed if each.rule and tables.terms(each.rule, each.since) is not None]


def _of_every_child(case: UUID, own: Sequence[Told], since: datetime, tables: Jurisdiction) -> Iterator[str]:
    """What a tip obliges to whatever else holds: its reports, and of one that stands alone a team and contact."""
    if _stands_alone(case, own):
        yield from (each.rule for each in expected_path() if each.of_every_child)
    day = tables.day_of(since)
    for duty in tables.reporting:
        conditional = duty.settings or duty.channels or duty.on or duty.when_stated
        rule = tables.rule_on(duty.rule, day)
        if not conditional and rule is not None and rule.version == duty.version:
            yield duty.rule


def _of_a_child(case: UUID, own: Sequence[Told]) -> bool:
    """By the last word about the age; unknown is handled as a child."""
    ages = [
        each.data["age"]
        for each in own
        if each.stream == case and each.name in {TipReceived.NAME, TipScreened.NAME, TipCorrected.NAME, TipParted.NAME}
    ]
    return bool(ages) and ages[-1] != "adult"


def _stands_alone(case: UUID, own: Sequence[Told]) -> bool:
    """Whether its own team holds for it: by the last link, or where it has none."""
    links = [each for each in own if each.stream == case and each.name in {TipLinked.NAME, TipParted.NAME}]
    return not links or links[-1].data["first"] == str(case)


def _once(rule: str) -> bool:
    """Whether a case has this clock once, unless something was taken up again."""
    found = of_rule(rule)
    return found is not None and found.of_every_child


def _name(rule: str, since: datetime, tables: Jurisdiction) -> str:
    found = tables.rule_at(rule, since) if any(each.rule == rule for each in tables.rules) else None
    return found.name if found is not None else rule
