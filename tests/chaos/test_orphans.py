"""What a killed PostgreSQL leaves at work must be gone before its successor touches the same files."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from deploy.embedded.postgres import PostgresServer
from deploy.embedded.processes import ProcessRecord
from tests.support.servers import running_servers
from tests.support.waiting import WITHIN_SECONDS, eventually

STATE = "SELECT state FROM pg_stat_activity WHERE pid = %s"
# Never ends, waits for nothing, and so never notices that its postmaster is gone.
BUSY = "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$"


@contextmanager
def at_work(postgres: PostgresServer) -> Iterator[ProcessRecord]:
    """A server process that is busy for ever."""
    connection = psycopg.connect(postgres.admin(), autocommit=True)
    record = ProcessRecord.of(connection.info.backend_pid)
    assert record is not None

    def work() -> None:
        with contextlib.suppress(psycopg.OperationalError):
            connection.execute(BUSY)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        _until_busy(postgres, record.pid)
        yield record
    finally:
        if record.alive():
            os.kill(record.pid, signal.SIGKILL)
        thread.join()
        connection.close()


def _until_busy(postgres: PostgresServer, pid: int) -> None:
    until = time.monotonic() + WITHIN_SECONDS
    with psycopg.connect(postgres.admin(), autocommit=True) as admin:
        while admin.execute(STATE, (pid,)).fetchone() != ("active",):
            assert time.monotonic() < until, "the server process did not get to work"


async def test_no_server_process_of_a_killed_postgres_outlives_the_start_of_the_next() -> None:
    with running_servers() as servers, at_work(servers.postgres) as orphan:
        former = servers.postgres.child.pid
        assert former is not None
        os.kill(former, signal.SIGKILL)

        async def ended() -> bool:
            return servers.postgres.child.ended() is not None

        await eventually(ended)
        assert orphan.alive()
        servers.postgres.start()
        assert not orphan.alive()
