"""Starts again what has crashed, soon at first and then ever more slowly."""

import time
from collections.abc import Callable, Iterable

from deploy.embedded.children import Child
from deploy.embedded.errors import StackError

FIRST_DELAY_SECONDS = 0.2
LONGEST_DELAY_SECONDS = 10.0
LONG_RUN_SECONDS = 30.0
ASK_AGAIN_SECONDS = 5.0


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

    `prepare` is called before each start, for what a crash may have left behind. `well` tells whether a child that
    runs can still do its work: one that cannot, twice in a row, is asked to end. `restarts` are starts after an end
    that nobody outside asked for, `kills` the ends that a signal made.
    """

    def __init__(
        self,
        child: Child,
        say: Callable[[str], None],
        prepare: Callable[[], object] | None = None,
        well: Callable[[], bool] | None = None,
    ) -> None:
        self.child = child
        self.backoff = Backoff()
        self._say = say
        self._prepare = prepare
        self._well = well
        self._asked_at = 0.0
        self._unwell = False
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
        """Notices a crash, and starts the child when its time has come. Returns soon."""
        if self._due is None:
            status = self.child.ended()
            if status is not None:
                self.kills += status < 0
                self._wait_a_little(f"ended unasked ({_how(status)})")
            else:
                self._ask_how_it_is()
        elif time.monotonic() >= self._due:
            try:
                self.start()
                self.restarts += 1
            except (StackError, OSError) as error:
                self._wait_a_little(f"could not be started: {error}")

    def _ask_how_it_is(self) -> None:
        now = time.monotonic()
        if self._well is None or now - max(self._asked_at, self._started_at) < ASK_AGAIN_SECONDS:
            return
        well, self._asked_at = self._well(), now
        if not well and self._unwell:
            self._say(f"{self.child.name} cannot do its work any more, and is started again.")
            self.child.ask_to_end()
        self._unwell = not well

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
