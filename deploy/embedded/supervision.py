"""Starts again what has crashed, soon at first and then ever more slowly."""

import time
from collections.abc import Callable, Iterable

from deploy.embedded.children import Child
from deploy.embedded.errors import StackError

FIRST_DELAY_SECONDS = 0.2
LONGEST_DELAY_SECONDS = 10.0
LONG_RUN_SECONDS = 30.0


class Backoff:
    """How long to wait before the next start: doubling, and forgotten after a long run."""

    def __init__(self) -> None:
        self.crashes = 0

    def after_run_of(self, seconds: float) -> float:
        """The seconds to wait after a run of `seconds`."""
        if seconds > LONG_RUN_SECONDS:
            self.crashes = 0
        self.crashes += 1
        # Capped before the power, so that a week of crashes is no giant number.
        return min(FIRST_DELAY_SECONDS * 2.0 ** min(self.crashes - 1, 16), LONGEST_DELAY_SECONDS)


class Supervised:
    """A child that runs again after every end that was not asked for.

    `prepare` is called before each start, for what a crash may have left behind. `restarts` are starts after such an
    end, `kills` the ends that a signal made.
    """

    def __init__(self, child: Child, say: Callable[[str], None], prepare: Callable[[], object] | None = None) -> None:
        self.child = child
        self.backoff = Backoff()
        self._say = say
        self._prepare = prepare
        self._started_at = 0.0
        self._due: float | None = None
        self.restarts = 0
        self.kills = 0

    def start(self) -> None:
        """Starts it for the first time or again."""
        self._started_at = time.monotonic()
        self._due = None
        if self._prepare is not None:
            self._prepare()
        self.child.start()

    def running(self) -> None:
        """Tells that somebody else has started the child just now."""
        self._started_at = time.monotonic()

    def look(self) -> None:
        """Notices a crash, and starts the child when its time has come. Returns at once."""
        if self._due is None:
            status = self.child.ended()
            if status is not None:
                self.kills += status < 0
                self._wait_a_little(f"ended unasked ({_how(status)})")
        elif time.monotonic() >= self._due:
            try:
                self.start()
                self.restarts += 1
            except (StackError, OSError) as error:
                self._wait_a_little(f"could not be started: {error}")

    def _wait_a_little(self, happened: str) -> None:
        now = time.monotonic()
        delay = self.backoff.after_run_of(now - self._started_at)
        self._due = now + delay
        self._say(f"{self.child.name} {happened}; it is started again in {delay:.1f} s. Its log: {self.child.log}")


def look_at_all(supervised: Iterable[Supervised]) -> None:
    """One round over everything that should run."""
    for each in supervised:
        each.look()


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit {status}"
