"""A whole house under its own supervisor, started as an operator starts it, with means to kill any part of it."""

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import psycopg
from psycopg import conninfo

from deploy.command_line.options import DEMONSTRATION_STEP
from deploy.embedded.installation import HOST, NATS_PORT, POSTGRES_PORT
from deploy.embedded.listening import read_told
from deploy.embedded.postgres import ADMIN
from deploy.embedded.processes import ProcessRecord, read_record
from deploy.topology import SERVICES
from services.kernel.time_source import TimeFile, write_time_file
from tests.chaos.disk import Disk, small_disk
from tests.support.ports import free_port_base
from tests.support.servers import temporary_folder
from tests.support.waiting import eventually

CODE = Path(__file__).parents[2]
RATE = 1800.0
"""Half an hour a second: a day's clock runs out in 48 s, and a stop of five seconds is one of two and a half hours."""
NAMES = tuple(service.name for service in SERVICES)
BACKEND = "postgres backend"
SUPERVISOR = "supervisor"
VICTIMS = (*NAMES, SUPERVISOR, "nats", "postgres", BACKEND)
READY_WITHIN = 60.0
SAYS_READY = '"event": "ready"'
STOPPED_WITHIN = 60.0
# Told time is turned so far ahead when it is held: no process may have told a later moment by then.
AHEAD_SECONDS = 0.1


class House:
    """`folder` is a demonstration's data folder; `port_base` is what the operator chose."""

    def __init__(self, folder: Path, port_base: int, disk: Disk, rate: float) -> None:
        self.folder = folder
        self.disk = disk
        self.rate = rate
        self._port_base = port_base
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._time_file = folder / "time.json"

    def url(self, service: str) -> str:
        """Where a service answers."""
        port = next(each.port for each in SERVICES if each.name == service)
        return f"http://{HOST}:{self._port_base + DEMONSTRATION_STEP + port}"

    def admin(self, service: str) -> str:
        """The superuser's connection string to a service's database."""
        return conninfo.make_conninfo(
            host=HOST,
            port=self._port_base + DEMONSTRATION_STEP + POSTGRES_PORT,
            dbname=f"muster_{service}",
            user=ADMIN,
            password=(self.folder / "secrets" / "postgres" / "admin.password").read_text().strip(),
            connect_timeout=5,
        )

    def first_code(self) -> str:
        """The one-time code of the first administrator, as whoever keeps the machine reads it."""
        return (self.folder / "secrets" / "identity" / "first-administrator.code").read_text().strip()

    def origin(self) -> str:
        """What people would open in their browser."""
        return read_told(self.folder / "services" / "identity.json").origin

    def digest_key(self, service: str) -> Path:
        """With this file a test finds the row a command's key left."""
        return self.folder / "secrets" / service / "digest.key"

    def told(self) -> datetime:
        """The moment every process tells now."""
        return msgspec.json.decode(self._time_file.read_bytes(), type=TimeFile).at(datetime.now(UTC))

    def hold_time(self) -> datetime:
        """Stops told time, so that nothing more comes due; answers the moment it stands at."""
        stands = self.told() + timedelta(seconds=AHEAD_SECONDS * self.rate)
        write_time_file(self._time_file, TimeFile("held", told=stands))
        return stands

    def run_time(self, ahead: timedelta = timedelta()) -> None:
        """Lets told time go on from where it stands, or from a little later, as after a machine has slept."""
        told = self.told() + ahead
        write_time_file(self._time_file, TimeFile("scaled", told=told, real=datetime.now(UTC), rate=self.rate))

    async def start(self) -> None:
        """`muster up`, and waits until it says that everything is ready."""
        up = ["up", "--json", "--demonstration", "--rate", str(self.rate)]
        command = [sys.executable, "-m", "deploy.command_line.main", *up]
        environment = os.environ | {"MUSTER_DATA": str(self.folder), "MUSTER_PORT_BASE": str(self._port_base)}
        said_before = self._said().read_text().count(SAYS_READY) if self._said().exists() else 0
        supervisor = self._supervisor = _begin(command, environment, self._said())

        async def says_ready() -> bool:
            # Asking the services would not do: those a killed supervisor left behind answer, until they are ended.
            assert supervisor.poll() is None, f"muster up ended ({supervisor.returncode}):\n{self.last_words()}"
            return self._said().read_text().count(SAYS_READY) > said_before

        await eventually(says_ready, READY_WITHIN)

    async def until_ready(self) -> None:
        """Raises AssertionError, with the supervisor's last words, when it ended or took too long."""

        async def ready() -> bool:
            supervisor = self._supervisor
            assert supervisor is not None
            assert supervisor.poll() is None, f"muster up ended ({supervisor.returncode}):\n{self.last_words()}"
            for name in NAMES:
                if not await _ready(http, self.url(name)):
                    return False
            return True

        # One for all looks: to read the machine's authorities for each would be most of what a restart costs.
        async with httpx.AsyncClient(trust_env=False, timeout=2.0) as http:
            await eventually(ready, READY_WITHIN)

    async def stop(self) -> None:
        """Ctrl-C, and waits for the end."""
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is None:
            return
        supervisor.send_signal(signal.SIGINT)
        try:
            await asyncio.to_thread(supervisor.wait, STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            supervisor.kill()
            supervisor.wait()
            raise

    def restart_postgres(self, how: signal.Signals) -> None:
        """SIGINT ends its sessions and stops in good order, SIGQUIT at once; the supervisor starts it again."""
        record = read_record(self.folder / "run" / "postgres.json")
        assert record is not None, "postgres does not run"
        os.kill(record.pid, how)

    async def lead_through(self, service: str, nats_port: int) -> None:
        """From now on the service speaks to the message server through this port; it is killed to be told."""
        file = self.folder / "services" / f"{service}.json"
        settings = json.loads(file.read_text())
        settings["nats"]["url"] = f"nats://{HOST}:{nats_port}"
        file.write_text(json.dumps(settings))
        await self.kill(service, random.Random())

    @property
    def nats_port(self) -> int:
        """Where the message server listens."""
        return self._port_base + DEMONSTRATION_STEP + NATS_PORT

    async def kill(self, victim: str, dice: random.Random) -> None:
        """kill -9 of one process, now. Returns when that very process is gone; nothing is started here."""
        if victim == SUPERVISOR:
            assert self._supervisor is not None
            self._supervisor.kill()
            await asyncio.to_thread(self._supervisor.wait)
            return
        record = self._backend(dice) if victim == BACKEND else read_record(self.folder / "run" / f"{victim}.json")
        assert record is not None, f"{victim} does not run"
        os.kill(record.pid, signal.SIGKILL)

        async def gone() -> bool:
            return not record.alive()

        await eventually(gone)

    def last_words(self) -> str:
        """The end of what the supervisor said."""
        return "\n".join(self._said().read_text(errors="replace").splitlines()[-12:])

    def failed_requests(self) -> str:
        """What the services wrote of faults of their own, the last of each."""
        lines = [line for log in (self.folder / "logs").glob("*.log") for line in log.read_text().splitlines()]
        return "\n".join(line for line in lines if "request failed" in line)[-4000:]

    def _said(self) -> Path:
        # Beside the data: a folder that holds other files is refused.
        return self.folder.with_name("supervisor.log")

    def _backend(self, dice: random.Random) -> ProcessRecord | None:
        """One of the server processes that serve a service's connection."""
        with psycopg.connect(self.admin("tips")) as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename <> current_user"
                " ORDER BY pid"
            ).fetchall()
        return ProcessRecord.of(dice.choice(found)[0])


def _begin(command: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as said:
        return subprocess.Popen(command, cwd=CODE, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said)


async def _ready(http: httpx.AsyncClient, url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return (await http.get(f"{url}/health/ready")).status_code == 200
    return False


@asynccontextmanager
async def running_house(*, small: bool = True, rate: float = RATE) -> AsyncIterator[House]:
    """A new house, `small` on a disk of its own where the machine gives one, ended and removed afterwards."""
    with temporary_folder() as folder, small_disk(folder) if small else nullcontext(Disk(folder, None)) as disk:
        house = House(disk.path / "data", free_port_base() - DEMONSTRATION_STEP, disk, rate)
        try:
            await house.start()
            yield house
        finally:
            await house.stop()
