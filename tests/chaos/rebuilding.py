"""Every view of every service is built anew from the log, and must then hold what it held before."""

import asyncio
import random
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

from services.audit.finding.events import FindingFound, FindingResolved, GapFound
from services.audit.views.finding_list import FINDING_LIST
from tests.chaos.house import NAMES, House
from tests.chaos.load import Load
from tests.chaos.records import Connections, connected
from tests.support.waiting import eventually

# Late in a hundred rounds a log holds tens of thousands of events, and each view of a service reads them all.
REBUILT_WITHIN = 180.0
_VIEWS = "SELECT view, generation FROM view_generations WHERE answering ORDER BY view"
_NOT_YET = """
    SELECT view FROM view_generations GROUP BY view
    HAVING count(*) > 1 OR max(position) < (SELECT coalesce(max(notification_id), 0) FROM stored_events)
"""

ROUNDS = 4
"""At most so often, until nothing was found in between: a view that grew meanwhile differs from what it was."""
GROWS = FINDING_LIST.name
ABOUT = (FindingFound.NAME, FindingResolved.NAME, GapFound.NAME)

Rows = list[tuple[Any, ...]]


async def rebuild_all(house: House, load: Load, dice: random.Random) -> list[str]:
    """What differs. Told time is held, everybody has read to the end, and the clients wait."""
    with connected(house) as connections:
        return await _rebuild_all(house, connections, load, dice)


async def _rebuild_all(house: House, connections: Connections, load: Load, dice: random.Random) -> list[str]:
    (operator,) = load.people.of("operator")

    async def rebuilt() -> bool:
        return not await asyncio.to_thread(lambda: [view for each in connections.values() for view in _not_yet(each)])

    # The operator signs in for the first command, and a list of accounts shows when somebody last did.
    await load.command_beside("identity", "/operator/views/agency_list/rebuild", None, operator, dice)
    await eventually(rebuilt, REBUILT_WITHIN)
    faults: list[str] = []
    for _ in range(ROUNDS):
        found, before = _findings(house), {name: read_views(house, name) for name in NAMES}
        for name, views in before.items():
            for view in views:
                await load.command_beside(name, f"/operator/views/{view}/rebuild", None, operator, dice)
        await eventually(rebuilt, REBUILT_WITHIN)
        differing = _differing(before, {name: read_views(house, name) for name in NAMES})
        grew = _findings(house) != found
        # Of all the views only this one is excused, and only where events in between account for it.
        faults += [
            f"{name}: the view {view} built anew differs" for name, view in differing if not grew or view != GROWS
        ]
        if not grew:
            return faults
    return [*faults, f"audit: the view {GROWS} was never still"]


def _differing(
    before: Mapping[str, Mapping[str, Rows]], after: Mapping[str, Mapping[str, Rows]]
) -> list[tuple[str, str]]:
    return [(name, view) for name, views in before.items() for view in views if after[name].get(view) != views[view]]


def _findings(house: House) -> int:
    """How many events there are about findings: jobs of the audit's own look after logs meanwhile and record some."""
    with psycopg.connect(house.admin("audit")) as connection:
        row = connection.execute("SELECT count(*) FROM stored_events WHERE topic = ANY(%s)", [list(ABOUT)]).fetchone()
        assert row is not None
        return int(row[0])


def read_views(house: House, service: str) -> dict[str, Rows]:
    """What each view holds."""
    with psycopg.connect(house.admin(service)) as connection:
        held = {}
        for view, generation in connection.execute(_VIEWS).fetchall():
            rows = sql.SQL("SELECT * FROM {}").format(sql.Identifier("views", f"{view}_{generation}"))
            held[view] = sorted(connection.execute(rows).fetchall(), key=repr)
        return held


def _not_yet(connection: psycopg.Connection) -> list[str]:
    with connection.transaction():
        return [view for (view,) in connection.execute(_NOT_YET).fetchall()]
