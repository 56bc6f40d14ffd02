"""Real servers for tests: one PostgreSQL and one nats-server a run, a fresh database and empty streams a test."""

import os
import shutil
import signal
import socket
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import conninfo, sql

from deploy.embedded.binaries import find_nats_server, find_postgres
from deploy.embedded.databases import as_owner, close_to_strangers, make_database, make_role
from deploy.embedded.nats import NatsServer, run
from deploy.embedded.postgres import ADMIN, PostgresServer
from deploy.topology import HOUSE, LISTENERS
from services.kernel.install import install_tables
from tests.support.warden import warden

OWNER = "test_owner"
LOGIN = "test_login"
PASSWORD = "only-for-tests"
TEMPLATE = "test_template"
ROOM = 12 * 1024**3
"""Bytes. A test run leaves a thousand databases of 8 MB behind."""


class Servers(NamedTuple):
    """The two servers of a test run, and the folder they live in."""

    folder: Path
    postgres: PostgresServer
    nats: NatsServer

    def seed(self, service: str) -> str:
        """The private key of a service's NATS user."""
        return (self.folder / f"{service}.seed").read_text()


class Database(NamedTuple):
    """A fresh database with the kernel's tables. Three connection strings, by who may do what.

    `owner` may change tables (the installer's view), `login` is what a service runs as, `admin` is the superuser.
    `begun` is the service that was started on what this is a copy of: its tables and views stand.
    """

    name: str
    owner: str
    login: str
    admin: str
    begun: str = ""


class Nats(NamedTuple):
    """Where the message server is; `admin_seed` may do everything, `seeds` are the services' own keys."""

    url: str
    admin_seed: str
    seeds: dict[str, str]


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@contextmanager
def temporary_folder(within: Path | None = None) -> Iterator[Path]:
    """A folder the servers' unprivileged user can reach, whoever runs the tests; removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="muster-test-", dir=within))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def running_servers(*, durable: bool = False) -> Iterator[Servers]:
    """Both servers in a temporary folder, stopped afterwards.

    Not durable by default: without fsync a killed process still loses nothing, only a machine without power would.
    """
    with temporary_folder(None if durable else in_memory()) as folder:
        postgres_port, nats_port = free_ports(2)
        programs = folder / "programs"
        postgres = PostgresServer(
            folder / "postgres",
            programs=find_postgres(programs),
            port=postgres_port,
            password_file=folder / "admin.password",
            record=folder / "postgres.json",
            log=folder / "postgres.log",
            durable=durable,
        )
        nats = NatsServer(
            folder / "nats",
            program=find_nats_server(programs),
            port=nats_port,
            admin_seed=folder / "admin.seed",
            seeds={service.name: folder / f"{service.name}.seed" for service in HOUSE},
            listeners=LISTENERS,
            record=folder / "nats.json",
            log=folder / "nats.log",
        )
        with warden(folder, postgres.child.record, nats.child.record):
            try:
                postgres.start()
                nats.start()
                _make_template(postgres.admin())
                if not durable:
                    _leave_unswept(postgres.admin())
                yield Servers(folder, postgres, nats)
            finally:
                nats.stop()
                # Nobody reads these data again. In good order it was seen to take half a minute.
                if (pid := postgres.child.pid) is not None:
                    os.kill(pid, signal.SIGQUIT)
                postgres.stop()


def in_memory() -> Path | None:
    """A file system in memory with room for the databases of a test run, where the machine has one."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None


@contextmanager
def fresh_database(servers: Servers, template: str = TEMPLATE, begun: str = "") -> Iterator[Database]:
    """A copy of the template with the kernel's tables, or of a database nobody uses. It goes when the server goes.

    Not dropped: PostgreSQL 18 was seen to wait a minute in DROP DATABASE for a process of its own that slept.
    """
    name = f"test_{uuid.uuid4().hex}"
    admin = servers.postgres.admin()
    _copy(admin, template, name)
    login = conninfo.make_conninfo(servers.postgres.admin(name), user=LOGIN, password=PASSWORD)
    yield Database(name, as_owner(admin, name, OWNER), login, servers.postgres.admin(name), begun)


def leave(database: Database) -> None:
    """Ends whatever connection to it is left, so that it can be copied."""
    with psycopg.connect(database.admin, dbname="postgres", autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database.name,)
        )


def _copy(admin: str, template: str, name: str) -> None:
    with psycopg.connect(admin, autocommit=True) as connection:
        named, owner, login = (sql.Identifier(each) for each in (name, OWNER, LOGIN))
        # File by file: through the write-ahead log it takes four times as long.
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
                named, owner, sql.Identifier(template)
            )
        )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(named))
        connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(named, login))


def empty_nats(servers: Servers) -> Nats:
    """The message server without any stream."""
    run(_delete_streams(servers.nats))
    seeds = {service.name: servers.seed(service.name) for service in HOUSE}
    return Nats(servers.nats.url, servers.nats.admin_seed.read_text(), seeds)


def _leave_unswept(admin: str) -> None:
    """It would look after a thousand databases, ten a second, and none of them lives long enough to need it."""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET autovacuum = off")
        connection.execute("SELECT pg_reload_conf()")


def _make_template(admin: str) -> None:
    close_to_strangers(admin)
    make_role(admin, OWNER)
    # A verifier of one round: a test signs in some twenty times, and 4,096 rounds each are paid by the test's process.
    in_one_round = conninfo.make_conninfo(admin, options="-c scram_iterations=1")
    make_role(in_one_round, LOGIN, PASSWORD)
    make_role(in_one_round, ADMIN, str(conninfo.conninfo_to_dict(admin)["password"]))
    make_database(admin, TEMPLATE, OWNER, LOGIN)
    install_tables(as_owner(admin, TEMPLATE, OWNER), LOGIN)


async def _delete_streams(server: NatsServer) -> None:
    admin = await server.connect_admin()
    try:
        jetstream = admin.jetstream()
        for stream in await jetstream.streams_info():
            await jetstream.delete_stream(str(stream.config.name))
    finally:
        await admin.close()
