"""How many deadlines run, and how many were missed, by rule: a view the kernel keeps for every service."""

from collections.abc import Sequence

from services.kernel.batch import Effect
from services.kernel.clock import ClockExcused, ClockMet, ClockMissed, ClockStarted
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views


def project(happening: Happening) -> Sequence[Effect]:
    """A row for each clock that runs or was missed. One that was met or excused in time is of no further interest."""
    clock = happening.stream
    match happening.event:
        case ClockStarted() as e:
            insert = "INSERT INTO {table} (clock, rule, phase) VALUES (%s, %s, 'running')"
            return [Effect(insert, (clock, e.rule))]
        case ClockMissed():
            return [Effect("UPDATE {table} SET phase = 'missed' WHERE clock = %s", (clock,))]
        case ClockMet() | ClockExcused():
            # Excused after a miss, it stays missed, as it was recorded.
            return [Effect("DELETE FROM {table} WHERE clock = %s AND phase = 'running'", (clock,))]
        case _:
            return ()


CLOCK_COUNTS = View("clock_counts", "clock uuid PRIMARY KEY, rule text NOT NULL, phase text NOT NULL", project)


async def running_and_missed(views: Views) -> Sequence[tuple[str, str, int]]:
    """Rule, phase and count. Reads a row for each clock that runs or was ever missed."""
    rows = await views.query(
        CLOCK_COUNTS.name, "SELECT rule, phase, count(*) AS clocks FROM {table} GROUP BY rule, phase", {}
    )
    return [(row["rule"], row["phase"], row["clocks"]) for row in rows]
