"""Why an event came about, and what came of it: the links between the events of a case. Pure.

They are what is on record of each event: the command it was decided by, the event that a service reacted to, the clock
or the moment that came. A person's command was decided on what stood then: its link is the event before it in the same
matter, and at last the tip.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from contracts.events.tips import TipReceived
from services.audit.replay.telling import Told
from services.kernel.clock import ClockExtended, ClockMissed, ClockRecomputed, ClockStarted, ClockWarned

Why = Literal["tip", "command", "with", "reaction", "moment", "clock", "elsewhere", "not_on_record"]
"""How an event came about.

`tip` and `command`: somebody told or did it; `with`: by the same command as another; `reaction`: a service did it by
itself because of an event; `moment` and `clock`: because a time came; `elsewhere`: because of an event that is not of
this case.
"""

FIRED = frozenset({ClockWarned.NAME, ClockMissed.NAME})
SETS = frozenset({ClockStarted.NAME, ClockExtended.NAME, ClockRecomputed.NAME})
MOMENTS: Mapping[str, str] = {
    "ladder.rung_reached": "until",
    "ladder.waits": "until",
    "ladder.start_awaited": "until",
    "ladder.nobody_left": "again_at",
    "exam.held": "until",
}
"""By event, its field with the moment at which its own service looks again. A ladder that rests looks earlier, too."""
MOVED_ON = frozenset({"ladder", "team", "exam"})
"""What such a moment leads to, by the first part of its name. Anything else was a reaction to the event itself."""
ABOUT = ("exam", "kit", "count", "accused", "case", "team")
"""Fields that name another record, on which the first event of a record rests."""
MATTERS = ("hearing", "count", "accused", "seat", "part")
"""Fields that tell several matters of one record apart: what a person did in one rests on what stood in it."""


class Link(NamedTuple):
    """`before` is the event it leads back to: None where a chain ends. `came_at` is the moment that came."""

    why: Why
    before: Told | None = None
    came_at: datetime | None = None


class Step(NamedTuple):
    """An event of a chain, and how it came about."""

    event: Told
    link: Link


class Causes:
    """Of the events of one case, and of those linked with it."""

    def __init__(self, events: Iterable[Told], elsewhere: Collection[UUID] = ()) -> None:
        """`elsewhere` are events on record that are not of these cases."""
        ordered = sorted(events, key=lambda each: (each.recorded_at, each.source, each.position))
        self.events = {each.event_id: each for each in ordered}
        self._elsewhere = elsewhere
        self._of_stream: dict[tuple[str, UUID | None], list[Told]] = defaultdict(list)
        self._of_command: dict[tuple[str, UUID], list[Told]] = defaultdict(list)
        for each in ordered:
            self._of_stream[each.source, each.stream].append(each)
            self._of_command[each.source, each.command_id].append(each)
        self._links = {each.event_id: self._link(each) for each in ordered}
        self._led_to: dict[UUID, list[Told]] = defaultdict(list)
        for each in ordered:
            before = self._links[each.event_id].before
            if before is not None:
                self._led_to[before.event_id].append(each)

    def back_from(self, event: UUID) -> Sequence[Step]:
        """The event, what led to it, and so on back. It ends, even where two events claim to have led to each other."""
        chain: list[Step] = []
        passed: set[UUID] = set()
        at: Told | None = self.events[event]
        while at is not None:
            passed.add(at.event_id)
            link = self._links[at.event_id]
            if link.before is not None and link.before.event_id in passed:
                link = Link("not_on_record")
            chain.append(Step(at, link))
            at = link.before
        return chain

    def led_to(self, event: UUID) -> Sequence[Step]:
        """What came of it at once, in order of recording."""
        return [Step(each, self._links[each.event_id]) for each in self._led_to.get(event, ())]

    def followed(self, event: UUID) -> int:
        """How many events came of it in the end."""
        found = {event}
        ahead = [event]
        while ahead:
            new = [each.event_id for each in self._led_to.get(ahead.pop(), ()) if each.event_id not in found]
            found.update(new)
            ahead += new
        return len(found) - 1

    def of_record(self, event: Told) -> Sequence[Told]:
        """All events of its record, itself too, in order."""
        return self._of_stream[event.source, event.stream]

    def _link(self, event: Told) -> Link:
        if event.name in FIRED and (fired := self._clock(event)):
            return fired
        cause = event.causation_id
        if cause is None:
            return Link("not_on_record")
        if cause == event.command_id:
            return self._decided(event)
        before = self.events.get(cause)
        if before is None:
            return Link("elsewhere" if cause in self._elsewhere else "not_on_record")
        if not _may_precede(before, event):
            return Link("not_on_record")
        return _moment(event, before) or Link("reaction", before)

    def _clock(self, event: Told) -> Link | None:
        """By what last set its due time; of one past due when it was set, nothing had to come first."""
        set_by = [each for each in self._earlier(event) if each.name in SETS]
        if not set_by:
            return None
        at_once = set_by[-1].command_id == event.command_id
        came_at = event.data.get("warn_at" if event.name == ClockWarned.NAME else "due_at")
        return Link("with", set_by[-1]) if at_once else Link("clock", set_by[-1], _read(came_at))

    def _decided(self, event: Told) -> Link:
        """By a command: with the first of its events, which rests on what stood then."""
        first = self._first(event)
        if first is not event:
            return Link("with", first)
        if event.name == TipReceived.NAME:
            return Link("tip")
        return Link("command", self._stood(event))

    def _stood(self, event: Told) -> Told | None:
        found = _of_one_matter(event, self._earlier(event))
        for name in ABOUT:
            found = found or self._earlier(event, _reference(event.data.get(name)))
        if found:
            # What came with it is told by what it came with.
            first = self._first(found[-1])
            return first if first.causation_id == first.command_id else found[-1]
        tip = self._of_stream.get(("tips", event.correlation_id), [])
        received = [each for each in tip if each.name == TipReceived.NAME and _may_precede(each, event)]
        return received[0] if received else None

    def _first(self, event: Told) -> Told:
        """Of its command."""
        return min(self._of_command[event.source, event.command_id], key=lambda each: each.position)

    def _earlier(self, event: Told, stream: UUID | None = None) -> Sequence[Told]:
        """Of its own record, or of another of its service."""
        events = self._of_stream.get((event.source, stream or event.stream), [])
        return [each for each in events if each.position < event.position]


def _of_one_matter(event: Told, earlier: Sequence[Told]) -> Sequence[Told]:
    """Those of the same matter; else those of no such matter, on which all of them rest; else all."""
    own = [name for name in MATTERS if isinstance(event.data.get(name), str)]
    for name in own:
        if same := [each for each in earlier if each.data.get(name) == event.data[name]]:
            return same
    return [each for each in earlier if not any(name in each.data for name in own)] or earlier


def _moment(event: Told, before: Told) -> Link | None:
    is_set = before.name in MOMENTS and before.source == event.source
    if not is_set or event.name.partition(".")[0] not in MOVED_ON:
        return None
    return Link("moment", before, _read(before.data.get(MOMENTS[before.name])))


def _may_precede(one: Told, other: Told) -> bool:
    """By their places in one log. Of two logs nothing is asked: their clocks may differ, and an effect bear a time just
    before that of its cause, whose name it could only know from it.
    """
    return one.source != other.source or one.position < other.position


def _read(moment: object) -> datetime | None:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else None


def _reference(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
