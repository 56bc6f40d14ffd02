"""Which notices about accounts have not reached anybody? A number for operators."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from services.identity.notice.events import AccountNoticeDropped, AccountNoticeFailed, AccountNoticeSent
from services.identity.notice.state import notice_of
from services.kernel.batch import Effect
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.metrics import Gauge
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.kernel.views import View, Views

DELIVERED_WITHIN = timedelta(seconds=60)
COLUMNS = "notice uuid PRIMARY KEY, since timestamptz NOT NULL, refused boolean NOT NULL DEFAULT false"

_WAITING = "SELECT count(*) AS notices FROM {table} WHERE refused OR since < %(late)s"


def project(happening: Happening) -> Sequence[Effect]:
    """A row from a warning or miss until it is dealt with; and from a refusal until a carrier takes a notice again."""
    at = happening.recorded_at
    match happening.event:
        case ClockWarned() | ClockMissed():
            insert = "INSERT INTO {table} (notice, since) VALUES (%s, %s)"
            return [Effect(insert, (notice_of(happening.event_id), at))]
        case AccountNoticeSent() as e if e.carriers:
            return [Effect("DELETE FROM {table} WHERE refused OR notice = %s", (e.notice,))]
        case AccountNoticeSent() | AccountNoticeDropped() as e:
            return [Effect("DELETE FROM {table} WHERE notice = %s", (e.notice,))]
        case AccountNoticeFailed() as e:
            insert = "INSERT INTO {table} (notice, since, refused) VALUES (%s, %s, true)"
            return [Effect(insert, (e.notice, at))]
        case _:
            return ()


UNDELIVERED = View("undelivered", COLUMNS, project)


def undelivered(views: Views, time: TimeSource) -> Gauge:
    """What a scrape reads is a handful of rows at most, unless all is lost."""

    async def read() -> Mapping[tuple[str, ...], float]:
        (row,) = await views.query(UNDELIVERED.name, _WAITING, {"late": time.now() - DELIVERED_WITHIN})
        return {(): row["notices"]}

    return Gauge("notices_undelivered", "About accounts: not delivered after a minute, or refused by a carrier.", read)
