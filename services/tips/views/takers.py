"""Who had a tip in hand of late? Those whom the next can be handed to: this service keeps no list of colleagues."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.kernel.batch import Effect
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views
from services.tips.hand.events import HandTaken, HandTakenOver

OF_LATE = timedelta(days=30)

COLUMNS = "account uuid PRIMARY KEY, last_at timestamptz NOT NULL"

_TAKE = """
    INSERT INTO {table} (account, last_at) VALUES (%s, %s)
    ON CONFLICT (account) DO UPDATE SET last_at = excluded.last_at
"""
_FOUND = "SELECT account FROM {table} WHERE last_at > %(since)s ORDER BY last_at DESC, account LIMIT 100"


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes."""
    match happening.event:
        case HandTaken(account=who) | HandTakenOver(account=who):
            return [Effect(_TAKE, (who, happening.happened_at))]
        case _:
            return ()


TAKERS = View("takers", COLUMNS, project)


async def takers_of_late(views: Views, now: datetime) -> list[UUID]:
    """The last first."""
    rows = await views.query(TAKERS.name, _FOUND, {"since": now - OF_LATE}, current=True)
    return [row["account"] for row in rows]
