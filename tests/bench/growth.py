"""Appends a second on a log that has a thousand events, and on one that has millions."""

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial

import psycopg

from tests.bench.contenders import CALLERS, TOPIC, Ours, stamped_event
from tests.bench.measuring import Result, at_least, beside, in_turn
from tests.bench.stage import Stage
from tests.support.servers import Database

KEPT_AT_LEAST = 0.85
FILL = """
    INSERT INTO stored_events (originator_id, originator_version, topic, state, notification_id)
    SELECT gen_random_uuid(), 1, %s, %s, number FROM generate_series(1, %s) AS number
"""


def measure(stage: Stage) -> Sequence[Result]:
    """Each beside the smallest."""
    sizes = stage.size.stored
    with ExitStack() as stack:
        databases = {stored: stack.enter_context(stage.database()) for stored in sizes}
        for stored, database in databases.items():
            fill(database, stored)
        ours = {stored: stack.enter_context(Ours(database)) for stored, database in databases.items()}
        works = {f"{stored:,} stored": partial(_rate, each, stage.size.seconds) for stored, each in ours.items()}
        found = in_turn(works, stage.size.rounds)
    first, *others = works
    what, goal = f"{CALLERS} concurrent", at_least(KEPT_AT_LEAST)
    return [
        beside(f"{what}, {name}", "appends/s", found[name], f"ours at {first}", found[first], goal) for name in others
    ]


def _rate(ours: Ours, seconds: float) -> float:
    return ours.run(seconds).per_second


def fill(database: Database, events: int) -> None:
    """With as many, each of a stream of its own, and no work left for the background."""
    with psycopg.connect(database.admin, autocommit=True) as connection:
        connection.execute(FILL, (TOPIC, stamped_event().state, events))
        connection.execute("VACUUM ANALYZE stored_events")
        connection.execute("CHECKPOINT")
