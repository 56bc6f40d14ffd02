"""The whole house on one machine: servers, databases, streams and services, under one supervisor."""

import contextlib
import http
import os
import signal
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Self

import msgspec

from deploy.embedded.children import Child
from deploy.embedded.errors import BUSY_PORT, StackError, full_disk, is_full_disk
from deploy.embedded.folder import DataFolder, Kind, Mark
from deploy.embedded.heartbeat import Heartbeat
from deploy.embedded.installation import (
    HOST,
    MAILBOX_PORT,
    NATS_PORT,
    POSTGRES_PORT,
    SUPERVISOR_PORT,
    Installation,
    plan,
)
from deploy.embedded.listening import ONLY_HERE, Listening, status
from deploy.embedded.mailbox import mail_is_set_up, mailbox_open, set_up_mail
from deploy.embedded.processes import end, read_record
from deploy.embedded.supervision import Supervised, look_at_all
from deploy.embedded.vitals import Vitals, served
from deploy.topology import HOUSE, LISTENERS, Listener, Service
from services.kernel.time_source import TimeFile, write_time_file

READY_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.1
CRASHES_THAT_MEAN_BROKEN = 4
# What glibc begins with, held there. By itself it comes to keep blocks of up to 32 MiB, with ever more holes between
# them: services took 3 MB more after six minutes under load, in steps that looked like a leak.
LARGE_BLOCKS_GO_BACK = {"MALLOC_MMAP_THRESHOLD_": str(128 * 1024)}

Command = Callable[[Service, Path], Sequence[str]]


def service_command(service: Service, settings: Path) -> Sequence[str]:
    """How a service of the house is started."""
    return [sys.executable, "-m", "services", service.name, "--settings", str(settings)]


def say_nothing(_: str) -> None:
    """For callers who want no progress."""


class Stack:
    """`with Stack(folder) as stack:` starts everything, keeps it running, and ends it in order.

    `time` is for a demonstration folder only: the time it begins with when it is made. Made already, it goes on from
    where it stands, at the rate of `time`. `fresh` empties a demonstration folder first. `traced` has every service
    write what each command led to into the folder's traces. `listening` says where the services do.
    """

    def __init__(
        self,
        folder: Path,
        *,
        kind: Kind = "real",
        time: TimeFile | None = None,
        fresh: bool = False,
        traced: bool = True,
        port_base: int = 8100,
        listening: Listening = ONLY_HERE,
        services: Sequence[Service] = HOUSE,
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
        self._traced = traced
        self.port_base = port_base
        self._listening = listening
        self._listeners = listeners
        self._command = command
        self._say = say
        self._stopping = False
        self._held = contextlib.ExitStack()
        self._installation: Installation | None = None
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
        return self._listening.place(self._port(service))

    def server_places(self) -> dict[str, str]:
        """Where the two servers listen."""
        postgres, nats = self.port_base + POSTGRES_PORT, self.port_base + NATS_PORT
        return {"postgres": f"{HOST}:{postgres}", "nats": f"{HOST}:{nats}"}

    def own_url(self) -> str:
        """Where the supervisor tells its metrics, without a slash at the end."""
        return f"http://{HOST}:{self.port_base + SUPERVISOR_PORT}"

    def pids(self) -> dict[str, int]:
        """The processes that run now: `postgres`, `nats` and each service by name."""
        everything = {**self._servers, **self._running}
        return {name: pid for name, each in everything.items() if (pid := each.child.pid) is not None}

    def logs(self) -> dict[str, Path]:
        """The log file of each program."""
        return {name: each.child.log for name, each in {**self._servers, **self._running}.items()}

    def admin_conninfo(self, service: str) -> str:
        """The superuser's connection string to a service's database: for tests and the installer, never a service."""
        if self._installation is None:
            raise StackError("PostgreSQL was not started.")
        return self._installation.postgres.admin(f"muster_{service}")

    def settings_file(self, service: str) -> Path:
        """The file a service was started with."""
        return self.folder.settings / f"{service}.json"

    def set_up_mail(self) -> None:
        """From now on the demonstration reaches people by mail, which ends in its own mailbox."""
        if self.folder.kind != "demonstration":
            raise StackError("Only a demonstration has a mailbox of its own.")
        set_up_mail(self.folder, self.port_base + MAILBOX_PORT)

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
        return status(f"{self.url(service)}/health/ready", self._asking, within=2) == http.HTTPStatus.OK

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
        self._listening.check()
        mark = self.folder.open()
        self._held.enter_context(self.folder.locked())
        self.folder.check_disk()
        installation = self._plan(mark)
        self._end_what_was_left()
        if self._fresh:
            self.folder.empty_demonstration(mark)
        self._set_time()
        self._check_ports()
        self._open_mailbox()
        self._start_servers(installation)
        for name, each in self._running.items():
            if self._stopping:
                return
            self._say(f"Starting {name} …")
            each.start()
        self._wait_until_ready()
        self._begin_to_tell()

    def _plan(self, mark: Mark) -> Installation:
        """Decides where everything lies and runs; starts nothing."""
        home = self.folder.server_home(mark)
        if home != self.folder.path:
            self._say(f"The servers' own user cannot reach {self.folder.path}, so their data lies in {home}.")
        installation = plan(
            self.folder,
            home,
            self.port_base,
            self.services,
            self._listeners,
            listening=self._listening,
            traced=self._traced,
            house=mark.id,
        )
        self._installation = installation
        self._servers = {
            "postgres": Supervised(installation.postgres.child, self._say, prepare=installation.postgres.configure),
            "nats": Supervised(installation.nats.child, self._say, well=installation.nats.well),
        }
        self._running = {service.name: Supervised(self._child(service), self._say) for service in self.services}
        return installation

    def _child(self, service: Service) -> Child:
        return Child(
            service.name,
            self._command(service, self.settings_file(service.name)),
            record=self.folder.record(service.name),
            log=self.folder.log(service.name),
            environment={**LARGE_BLOCKS_GO_BACK, **os.environ, "PYTHONUNBUFFERED": "1"},
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
        now = datetime.now(UTC)
        if not file.exists():
            write_time_file(file, self._time or TimeFile("scaled", told=now, real=now, rate=1.0))
        elif self._time is not None:
            # Told time never jumps: events stand recorded at it.
            stands = msgspec.json.decode(file.read_bytes(), type=TimeFile).at(now)
            write_time_file(file, msgspec.structs.replace(self._time, told=stands, real=now))

    def _check_ports(self) -> None:
        wanted = {"PostgreSQL": self.port_base + POSTGRES_PORT, "nats-server": self.port_base + NATS_PORT}
        wanted |= {service.name: self._port(service.name) for service in self.services}
        wanted["the supervisor"] = self.port_base + SUPERVISOR_PORT
        if self.folder.kind == "demonstration":
            wanted["the demonstration's mailbox"] = self.port_base + MAILBOX_PORT
        for name, port in wanted.items():
            if not port_is_free(port, self._listening.host if name in self._running else HOST):
                raise StackError(
                    f"Port {port}, wanted for {name}, is in use by another program: end that program, or choose"
                    f" other ports, for example MUSTER_PORT_BASE={self.port_base + 200}.",
                    BUSY_PORT,
                )

    def _open_mailbox(self) -> None:
        """Before anything could send. A house that was given other ports since is told where its mailbox is now."""
        if self.folder.kind != "demonstration":
            return
        self._held.enter_context(mailbox_open(self.folder.mail, HOST, self.port_base + MAILBOX_PORT))
        if mail_is_set_up(self.folder):
            self.set_up_mail()

    def _start_servers(self, installation: Installation) -> None:
        installation.make_keys()
        once = installation.postgres.made()
        self._say("Starting PostgreSQL …" if once else "Making the database (once) and starting it …")
        installation.postgres.start()
        self._servers["postgres"].running()
        self._say("Starting nats-server …")
        installation.nats.start()
        self._servers["nats"].running()
        self._say("Making databases, roles, tables, streams and consumers where missing …")
        installation.make_databases()
        installation.make_streams()
        installation.write_settings()

    def _begin_to_tell(self) -> None:
        """The supervisor's metrics, and the sign of life to the outside, each by a thread of its own."""
        addresses = {each.name: self.url(each.name) for each in self.services}
        heartbeat = Heartbeat(self.folder.secrets, self.folder.run, addresses, self._say, self._asking)
        vitals = Vitals({**self._servers, **self._running}, lambda: heartbeat.beats)
        self._held.enter_context(served(vitals, HOST, self.port_base + SUPERVISOR_PORT))
        beating = threading.Thread(target=heartbeat.run_until, args=(lambda: self._stopping,), name="heartbeat")
        beating.start()
        self._held.callback(beating.join)

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

    @cached_property
    def _asking(self) -> ssl.SSLContext:
        return self._listening.asking()

    def _port(self, service: str) -> int:
        return self.port_base + next(each.port for each in self.services if each.name == service)


def port_is_free(port: int, host: str = HOST) -> bool:
    """Whether a server could listen there now. A port whose last connections are still fading counts as free."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError:
            return False
        return True
