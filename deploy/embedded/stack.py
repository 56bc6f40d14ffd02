"""The whole house on one machine: servers, databases, streams and services, under one supervisor."""

import contextlib
import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import msgspec

from deploy.embedded.binaries import find_nats_server, find_postgres
from deploy.embedded.children import CODE, Child
from deploy.embedded.databases import close_to_strangers, install_service
from deploy.embedded.errors import BUSY_PORT, StackError, full_disk, is_full_disk
from deploy.embedded.files import private_folder, write_private
from deploy.embedded.folder import DataFolder, Kind, Mark
from deploy.embedded.keys import IDENTITY, PASSWORD, VERIFY_KEY, make_service_keys
from deploy.embedded.nats import NatsServer, run
from deploy.embedded.postgres import PostgresServer
from deploy.embedded.processes import end, read_record
from deploy.embedded.streams import make_streams
from deploy.embedded.supervision import Supervised, look_at_all
from deploy.topology import LISTENERS, SERVICES, Listener, Service
from services.kernel.settings import DatabaseSettings, NatsSettings, Settings
from services.kernel.time_source import TimeFile, write_time_file

HOST = "127.0.0.1"
POSTGRES_PORT = 32
NATS_PORT = 42
READY_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.1
CRASHES_THAT_MEAN_BROKEN = 4

Command = Callable[[Service, Path], Sequence[str]]


def service_command(service: Service, settings: Path) -> Sequence[str]:
    """How a service of the house is started."""
    return [sys.executable, "-m", f"services.{service.name}.main", "--settings", str(settings)]


def say_nothing(_: str) -> None:
    """For callers who want no progress."""


class Stack:
    """`with Stack(folder) as stack:` starts everything, keeps it running, and ends it in order.

    `time` is for a demonstration folder only: the time it begins with when it is made, and takes on when started
    again. `fresh` empties a demonstration folder first.
    """

    def __init__(
        self,
        folder: Path,
        *,
        kind: Kind = "real",
        time: TimeFile | None = None,
        fresh: bool = False,
        port_base: int = 8100,
        services: Sequence[Service] = SERVICES,
        listeners: Sequence[Listener] = LISTENERS,
        command: Command = service_command,
        say: Callable[[str], None] = say_nothing,
    ) -> None:
        if kind == "real" and time is not None:
            raise StackError("A real folder keeps real time: a time of its own is for demonstrations.")
        self.folder = DataFolder(folder, kind)
        self.services = services
        self._time = time
        self._fresh = fresh
        self._port_base = port_base
        self._listeners = listeners
        self._command = command
        self._say = say
        self._stopping = False
        self._held = contextlib.ExitStack()
        self._postgres: PostgresServer | None = None
        self._nats: NatsServer | None = None
        self._servers: dict[str, Supervised] = {}
        self._running: dict[str, Supervised] = {}
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        self._thread = threading.Thread(target=self.supervise, name="supervisor", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, service: str) -> str:
        """Where a service answers, without a slash at the end."""
        return f"http://{HOST}:{self._service_port(service)}"

    def server_places(self) -> dict[str, str]:
        """Where the two servers listen."""
        postgres, nats = self._port_base + POSTGRES_PORT, self._port_base + NATS_PORT
        return {"postgres": f"{HOST}:{postgres}", "nats": f"{HOST}:{nats}"}

    def pids(self) -> dict[str, int]:
        """The processes that run now: `postgres`, `nats` and each service by name."""
        everything = {**self._servers, **self._running}
        return {name: pid for name, each in everything.items() if (pid := each.child.pid) is not None}

    def logs(self) -> dict[str, Path]:
        """The log file of each program."""
        return {name: each.child.log for name, each in {**self._servers, **self._running}.items()}

    def admin_conninfo(self, service: str) -> str:
        """The superuser's connection string to a service's database: for tests and the installer, never a service."""
        if self._postgres is None:
            raise StackError("PostgreSQL was not started.")
        return self._postgres.admin(f"muster_{service}")

    def settings_file(self, service: str) -> Path:
        """The file a service was started with."""
        return self.folder.settings / f"{service}.json"

    def start(self) -> None:
        """Returns when every service is ready. Raises `StackError`; what was started by then is ended again."""
        try:
            self._start()
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError) and is_full_disk(error):
                raise full_disk(self.folder.path) from error
            raise

    def request_stop(self) -> None:
        """Makes `start` and `supervise` come to an end soon. Safe in a signal handler."""
        self._stopping = True

    @property
    def stopping(self) -> bool:
        """Whether an end was asked for."""
        return self._stopping

    def supervise(self) -> None:
        """Restarts what crashes until an end is asked for."""
        while not self._stopping:
            look_at_all([*self._servers.values(), *self._running.values()])
            time.sleep(LOOK_AGAIN_SECONDS)

    def ready(self, service: str) -> bool:
        """Whether the service says it is ready."""
        connection = http.client.HTTPConnection(HOST, self._service_port(service), timeout=2)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """Ends everything in order: services, then messages, then the database. Safe to call twice."""
        self._stopping = True
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        for each in self._running.values():
            each.child.ask_to_end()
        for each in self._running.values():
            each.child.stop()
        for name in ("nats", "postgres"):
            if name in self._servers:
                self._servers[name].child.stop()
        self._held.close()

    def _start(self) -> None:
        mark = self.folder.open()
        self._held.enter_context(self.folder.locked())
        self.folder.check_disk()
        self._plan(mark)
        self._end_what_was_left()
        if self._fresh:
            self.folder.empty_demonstration(mark)
        self._set_time()
        self._check_ports()
        self._start_servers()
        self._make_everything()
        for name, each in self._running.items():
            if self._stopping:
                return
            self._say(f"Starting {name} …")
            each.start()
        self._wait_until_ready()

    def _plan(self, mark: Mark) -> None:
        """Decides where everything lies and runs; starts nothing."""
        home = self.folder.server_home(mark)
        if home != self.folder.path:
            self._say(f"The servers' own user cannot reach {self.folder.path}, so their data lies in {home}.")
        self._postgres = PostgresServer(
            home / "postgres",
            programs=find_postgres(home / "programs"),
            port=self._port_base + POSTGRES_PORT,
            password_file=self.folder.secrets / "postgres" / "admin.password",
            record=self.folder.record("postgres"),
            log=self.folder.log("postgres"),
        )
        self._nats = NatsServer(
            home / "nats",
            program=find_nats_server(home / "programs"),
            port=self._port_base + NATS_PORT,
            admin_seed=self.folder.secrets / "nats" / "admin.seed",
            seeds={service.name: self.folder.secrets / service.name / "nats.seed" for service in self.services},
            listeners=self._listeners,
            record=self.folder.record("nats"),
            log=self.folder.log("nats"),
        )
        self._servers = {
            "postgres": Supervised(self._postgres.child, self._say, prepare=self._postgres.configure),
            "nats": Supervised(self._nats.child, self._say),
        }
        self._running = {service.name: Supervised(self._child(service), self._say) for service in self.services}

    def _child(self, service: Service) -> Child:
        return Child(
            service.name,
            self._command(service, self.settings_file(service.name)),
            record=self.folder.record(service.name),
            log=self.folder.log(service.name),
            environment={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def _end_what_was_left(self) -> None:
        """Ends what a killed supervisor left running: services first, the database last."""
        known = {**self._running, "nats": self._servers["nats"], "postgres": self._servers["postgres"]}
        for record in self.folder.run.glob("*.json"):
            former = read_record(record)
            if record.stem not in known and former is not None:
                end(former, signal.SIGTERM, 10.0, whole_group=True)
                record.unlink(missing_ok=True)
        for name, each in known.items():
            if each.child.end_former():
                self._say(f"Ended {name}, which an earlier run had left behind.")

    def _set_time(self) -> None:
        file = self.folder.time_file
        if self.folder.kind == "real":
            if file.exists():
                raise StackError(f"A real folder keeps real time: remove {file} and start again.")
            return
        if self._time is not None:
            write_time_file(file, self._time)
        elif not file.exists():
            now = datetime.now(UTC)
            write_time_file(file, TimeFile("scaled", told=now, real=now, rate=1.0))

    def _check_ports(self) -> None:
        wanted = {"PostgreSQL": self._port_base + POSTGRES_PORT, "nats-server": self._port_base + NATS_PORT}
        wanted |= {service.name: self._service_port(service.name) for service in self.services}
        for name, port in wanted.items():
            if not port_is_free(port):
                raise StackError(
                    f"Port {port}, wanted for {name}, is in use by another program: end that program, or choose"
                    f" other ports, for example MUSTER_PORT_BASE={self._port_base + 200}.",
                    BUSY_PORT,
                )

    def _start_servers(self) -> None:
        postgres, nats = self._postgres, self._nats
        if postgres is None or nats is None:
            raise StackError("The servers were not planned.")
        for name in ("postgres", "nats"):
            private_folder(self.folder.secrets / name)
        for service in self.services:
            make_service_keys(self.folder.secrets, service.name)
        self._say("Starting PostgreSQL …" if postgres.made() else "Making the database (once) and starting it …")
        postgres.start()
        self._servers["postgres"].running()
        self._say("Starting nats-server …")
        nats.start()
        self._servers["nats"].running()

    def _make_everything(self) -> None:
        postgres, nats = self._postgres, self._nats
        if postgres is None or nats is None:
            raise StackError("The servers were not planned.")
        self._say("Making databases, roles, tables, streams and consumers where missing …")
        close_to_strangers(postgres.admin())
        for service in self.services:
            password = (self.folder.secrets / service.name / PASSWORD).read_text().strip()
            own_tables = CODE / "services" / service.name / "tables.sql"
            install_service(postgres.admin(), service.name, password, own_tables)
            settings = msgspec.json.encode(self._settings(service, postgres, nats), enc_hook=str)
            write_private(self.settings_file(service.name), msgspec.json.format(settings, indent=2).decode())
        run(self._make_streams(nats))

    async def _make_streams(self, nats: NatsServer) -> None:
        admin = await nats.connect_admin()
        try:
            await make_streams(admin, [each.name for each in self.services if each.publishes], self._listeners)
        finally:
            await admin.close()

    def _settings(self, service: Service, postgres: PostgresServer, nats: NatsServer) -> Settings:
        own = self.folder.secrets / service.name
        name = f"muster_{service.name}"
        return Settings(
            service=service.name,
            http_host=HOST,
            http_port=self._service_port(service.name),
            database=DatabaseSettings(HOST, postgres.port, name, name, own / PASSWORD),
            nats=NatsSettings(nats.url, own / "nats.seed"),
            data_kind=self.folder.kind,
            secrets=own,
            verify_key_file=self.folder.secrets / IDENTITY / VERIFY_KEY,
            peers={each.name: self.url(each.name) for each in self.services if each != service},
            time_file=self.folder.time_file if self.folder.kind == "demonstration" else None,
        )

    def _wait_until_ready(self) -> None:
        waiting = set(self._running)
        until = time.monotonic() + READY_SECONDS
        while waiting and not self._stopping:
            look_at_all([*self._servers.values(), *self._running.values()])
            for name in sorted(waiting):
                each = self._running[name]
                if self.ready(name):
                    waiting.discard(name)
                    self._say(f"{name} is ready.")
                elif each.backoff.crashes >= CRASHES_THAT_MEAN_BROKEN or time.monotonic() > until:
                    raise StackError(
                        f"{name} did not become ready; the end of its log {each.child.log} says:\n"
                        f"{each.child.last_words()}"
                    )
            if waiting:
                time.sleep(LOOK_AGAIN_SECONDS)

    def _service_port(self, service: str) -> int:
        return self._port_base + next(each.port for each in self.services if each.name == service)


def port_is_free(port: int) -> bool:
    """Whether a server could listen there now. A port whose last connections are still fading counts as free."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except OSError:
            return False
        return True
