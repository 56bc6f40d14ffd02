"""Days that pass while the service does not run are counted when it is back, each once."""

from datetime import timedelta

import psycopg

from services.forensic_clinic.census.gathering import CENSUS_DAY
from services.forensic_clinic.main import DEFINITION
from tests.support.running_service import NOON, RunningService, running_service
from tests.support.servers import Database, Nats
from tests.support.waiting import eventually


def days(service: RunningService) -> list[str]:
    return [row[3]["data"]["day"] for row in service.rows() if row[2] == "census.day_counted"]


def waiting(service: RunningService) -> int:
    """How many days are to be counted."""
    with psycopg.connect(service.database.admin) as connection:
        asked = "SELECT count(*) FROM due_moments WHERE moment LIKE %s"
        row = connection.execute(asked, (f"{CENSUS_DAY} %",)).fetchone()
    return int(row[0]) if row else 0


async def test_days_of_a_standstill_are_counted_once_each_when_the_service_is_back(
    database: Database, nats_server: Nats
) -> None:
    async with running_service(DEFINITION, database, nats_server) as running:

        async def is_set() -> bool:
            return waiting(running) == 1

        await eventually(is_set)
        assert days(running) == []
    async with running_service(DEFINITION, database, nats_server, at=NOON + timedelta(days=3)) as running:

        async def caught_up() -> bool:
            return len(days(running)) == 3 and waiting(running) == 1

        await eventually(caught_up)
        assert days(running) == ["2026-11-03", "2026-11-04", "2026-11-05"]
