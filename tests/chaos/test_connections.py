"""After the database ended every connection, nobody is handed one of the dead."""

import asyncio

import psycopg

from services.tips.main import DEFINITION
from tests.support.running_service import Person, running_service
from tests.support.servers import Database, Nats

INTAKE = Person(("cps_intake",))
ROUNDS = 5
END_ALL = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


async def test_readers_do_not_meet_connections_that_died_while_they_lay_idle(
    database: Database, nats_server: Nats
) -> None:
    async with running_service(DEFINITION, database, nats_server) as tips:
        for _ in range(ROUNDS):
            await asyncio.gather(*(tips.get("/tips", by=INTAKE) for _ in range(8)))
            with psycopg.connect(database.admin) as admin:
                admin.execute(END_ALL, (database.name,))
            answers = [await tips.get("/tips", by=INTAKE) for _ in range(8)]
            assert [answer.status_code for answer in answers] == [200] * 8
