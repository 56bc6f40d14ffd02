"""What a clock's events, and others by name, add to the table of due moments, in the transaction of those events.

Rows are only ever added here. The worker that fires one holds it locked while it appends, so an append that changed
such a row would wait for itself; the old moments of a clock extended or recomputed fire and find nothing to do.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contracts.language import Event
from services.kernel.batch import Effect
from services.kernel.clock import ClockExtended, ClockRecomputed, ClockStarted

DUE = "due"
WARN = "warn"

_ADD = """
    INSERT INTO due_moments (clock, moment, due_at) VALUES (%s, %s, %s) ON CONFLICT (clock, moment) DO NOTHING
"""


def effects_of(stream: UUID, event: Event) -> Sequence[Effect]:
    """The rows a clock's event sets; none for any other event."""
    if not isinstance(event, ClockStarted | ClockExtended | ClockRecomputed):
        return ()
    moments = [(WARN, moment) for moment in event.warn_at] + [(DUE, event.due_at)]
    return [at(stream, kind, moment) for kind, moment in moments]


def at(stream: UUID, kind: str, moment: datetime) -> Effect:
    """A moment of a service's own kind, handled by the timer it has for that kind."""
    return Effect(_ADD, (stream, name_of(kind, moment), moment))


def name_of(kind: str, moment: datetime) -> str:
    """A moment's name within its clock."""
    return f"{kind} {moment.isoformat()}"
