"""How many notices have reached nobody? A view that each service which sends some feeds from its own events.

A row from when a notice is asked for until it is dealt with; and from a carrier's refusal until it is dealt with after
all, or a carrier takes a notice again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from services.kernel.batch import Effect
from services.kernel.metrics import Gauge
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.kernel.views import View, Views

DELIVERED_WITHIN = timedelta(seconds=60)
NAME = "undelivered"
COLUMNS = "notice uuid PRIMARY KEY, since timestamptz NOT NULL, refused boolean NOT NULL"

_PUT = """
    INSERT INTO {table} (notice, since, refused) VALUES (%s, %s, %s)
    ON CONFLICT (notice) DO UPDATE SET since = excluded.since, refused = excluded.refused
"""
_WAITING = "SELECT count(*) AS notices FROM {table} WHERE refused OR since < %(late)s"


def view_of(project: Callable[[Happening], Sequence[Effect]]) -> View:
    """The view of a service; `project` says of its events what each does, in the words below."""
    return View(NAME, COLUMNS, project)


def asked(notice: UUID, by: Happening) -> Effect:
    """Somebody is to be told."""
    return Effect(_PUT, (notice, by.recorded_at, False))


def dealt_with(notice: UUID) -> Effect:
    """They were told or need not be told any more."""
    return Effect("DELETE FROM {table} WHERE notice = %s", (notice,))


def taken(notice: UUID) -> Effect:
    """A carrier took it. So it works again, and what was refused before counts no more."""
    return Effect("DELETE FROM {table} WHERE refused OR notice = %s", (notice,))


def refused(notice: UUID, by: Happening) -> Effect:
    """A carrier refused it."""
    return Effect(_PUT, (notice, by.recorded_at, True))


async def waiting(views: Views, time: TimeSource) -> int:
    """How many waited for a minute, or were refused. What is read is a handful of rows at most, unless all is lost."""
    (row,) = await views.query(NAME, _WAITING, {"late": time.now() - DELIVERED_WITHIN})
    return int(row["notices"])


def count_of(views: Views, time: TimeSource, of: str) -> Gauge:
    """For a scrape."""

    async def read() -> Mapping[tuple[str, ...], float]:
        return {(): await waiting(views, time)}

    return Gauge("notices_undelivered", f"Notices {of} that waited for a minute, or that a carrier refused.", read)
