"""Which notices have not reached anybody? A number for operators; the board has the notices themselves."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from services.kernel.batch import Effect
from services.kernel.metrics import Gauge
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.kernel.views import View, Views
from services.rapid_assessment.notice.events import NoticeAcknowledged, NoticeFailed, NoticeRequested, NoticeSent
from services.rapid_assessment.processes.deliver_notices import BOARD

DELIVERED_WITHIN = timedelta(seconds=60)
COLUMNS = "notice uuid PRIMARY KEY, requested_at timestamptz NOT NULL, refused boolean NOT NULL DEFAULT false"

_WAITING = "SELECT count(*) AS notices FROM {table} WHERE refused OR requested_at < %(late)s"


def project(happening: Happening) -> Sequence[Effect]:
    """A row from the request until it is delivered; and from a carrier's refusal until one takes a notice again."""
    at = happening.recorded_at
    match happening.event:
        case NoticeRequested() as e:
            return [Effect("INSERT INTO {table} (notice, requested_at) VALUES (%s, %s)", (e.notice, at))]
        case NoticeSent() as e if set(e.carriers) - {BOARD}:
            return [Effect("DELETE FROM {table} WHERE refused OR notice = %s", (e.notice,))]
        case NoticeSent() | NoticeAcknowledged() as e:
            return [Effect("DELETE FROM {table} WHERE notice = %s", (e.notice,))]
        case NoticeFailed() as e:
            insert = "INSERT INTO {table} (notice, requested_at, refused) VALUES (%s, %s, true)"
            return [Effect(insert, (e.notice, at))]
        case _:
            return ()


UNDELIVERED = View("undelivered", COLUMNS, project)


def undelivered(views: Views, time: TimeSource) -> Gauge:
    """What a scrape reads is a handful of rows at most, unless all is lost."""

    async def read() -> Mapping[tuple[str, ...], float]:
        (row,) = await views.query(UNDELIVERED.name, _WAITING, {"late": time.now() - DELIVERED_WITHIN})
        return {(): row["notices"]}

    return Gauge("notices_undelivered", "Requested a minute ago and not delivered, or refused by a carrier.", read)
