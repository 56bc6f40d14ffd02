"""A PostgreSQL server of our own: made once, reached by TCP on this machine only, by password only."""

import contextlib
import secrets
import shutil
import signal
import time
from pathlib import Path

import psycopg
from psycopg import conninfo

from deploy.embedded.binaries import run_as_servers_user, server_user
from deploy.embedded.children import Child
from deploy.embedded.errors import ALREADY_RUNNING, StackError, full_disk
from deploy.embedded.files import give_to, private_folder, write_private
from deploy.embedded.processes import command_of, end, standing_in

ADMIN = "muster_admin"
START_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.05
ORPHAN_SECONDS = 1.0

# No statement, parameter or key value may reach a log: error texts stay terse and nothing is logged with its SQL.
CONFIGURATION = """\
# Written anew by Muster at every start.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 200
fsync = {durable}
full_page_writes = {durable}
synchronous_commit = on
shared_buffers = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] '
log_min_messages = warning
log_statement = 'none'
log_min_error_statement = panic
log_min_duration_statement = -1
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""
WHO_MAY_CONNECT = """\
# Written anew by Muster at every start.
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""


class PostgresServer:
    """`home` is the folder for its data; `programs` the folder of its binaries."""

    def __init__(
        self,
        home: Path,
        *,
        programs: Path,
        port: int,
        password_file: Path,
        record: Path,
        log: Path,
        durable: bool = True,
    ) -> None:
        """`durable` False spares the fsync: a killed process loses nothing, a machine without power may."""
        self.port = port
        self._home = home
        self._programs = programs
        self._password_file = password_file
        self._durable = durable
        self.child = Child(
            "PostgreSQL",
            [programs / "postgres", "-D", home],
            record=record,
            log=log,
            user=server_user(),
            environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGTZ": "UTC"},
            ask=signal.SIGINT,
            patience=30.0,
            own_group_ends=False,
        )

    def admin(self, database: str = "postgres") -> str:
        """The superuser's connection string: for the installer, never for a service."""
        return conninfo.make_conninfo(
            host="127.0.0.1",
            port=self.port,
            dbname=database,
            user=ADMIN,
            password=self._password_file.read_text().strip(),
            connect_timeout=5,
        )

    def made(self) -> bool:
        """Whether the data folder was made before."""
        return (self._home / "PG_VERSION").exists()

    def make(self) -> None:
        """Makes the data folder, beside and then renamed, so a start cut short leaves no half of one."""
        if self.made():
            if not self._password_file.exists():
                raise StackError(f"{self._password_file} is missing: put it back from your copy and start again.")
            return
        if not self._password_file.exists():
            write_private(self._password_file, secrets.token_urlsafe(32))
        beside = self._home.with_name(self._home.name + ".new")
        shutil.rmtree(beside, ignore_errors=True)
        private_folder(beside, owner=server_user())
        # initdb runs as the servers' user, who must be able to read the password for this one moment.
        password = beside.with_name(beside.name + ".password")
        try:
            write_private(password, self._password_file.read_text())
            give_to(password, server_user())
            self._run_initdb(beside, password)
        finally:
            password.unlink(missing_ok=True)
        if self._home.exists():
            self._home.rmdir()
        beside.rename(self._home)

    def configure(self) -> None:
        """Writes the configuration for the next start."""
        durable = "on" if self._durable else "off"
        for name, text in (
            ("postgresql.conf", CONFIGURATION.format(port=self.port, durable=durable)),
            ("pg_hba.conf", WHO_MAY_CONNECT),
        ):
            write_private(self._home / name, text)
            give_to(self._home / name, server_user())
        self._clear_stale_pid_file()

    def start(self) -> None:
        """Makes, configures, starts, and waits until it answers. Raises `StackError` with a sentence."""
        self.make()
        self.configure()
        self.child.start()
        self.wait_until_ready()

    def ready(self) -> bool:
        """Whether it answers a question."""
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.admin()) as connection:
            return connection.execute("SELECT 1").fetchone() is not None
        return False

    def wait_until_ready(self) -> None:
        """Raises `StackError` when it ended instead, or took too long."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.child.ended() is not None:
                raise self._did_not_start()
            if self.ready():
                return
            time.sleep(LOOK_AGAIN_SECONDS)
        raise self._did_not_start()

    def stop(self) -> None:
        """Ends open sessions and stops in good order."""
        self.child.stop()

    def _run_initdb(self, folder: Path, password: Path) -> None:
        answer = run_as_servers_user(
            [
                self._programs / "initdb",
                f"--pgdata={folder}",
                f"--username={ADMIN}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--data-checksums",
                *([] if self._durable else ["--no-sync"]),
            ]
        )
        if answer.returncode == 0:
            return
        shutil.rmtree(folder, ignore_errors=True)
        if "No space left" in answer.stderr:
            raise full_disk(folder.parent)
        raise StackError(f"PostgreSQL could not make its data folder {folder.parent}: {answer.stderr.strip()}")

    def _clear_stale_pid_file(self) -> None:
        # Left by a kill. Another program of the same user may have that pid by now, and PostgreSQL would not start.
        file = self._home / "postmaster.pid"
        if not file.exists():
            return
        pid = file.read_text().partition("\n")[0].strip()
        if pid.isdigit() and str(self._home) in command_of(int(pid)):
            raise StackError(
                f"A PostgreSQL that Muster did not start (process {pid}) uses {self._home}: end it and start again.",
                ALREADY_RUNNING,
            )
        # Its server processes may be at work yet, and PostgreSQL does not start beside them.
        for orphan in standing_in(self._home):
            end(orphan, signal.SIGQUIT, ORPHAN_SECONDS, whole_group=False)
        file.unlink()

    def _did_not_start(self) -> StackError:
        words = self.child.last_words()
        self.stop()
        if "No space left" in words:
            return full_disk(self._home)
        return StackError(f"PostgreSQL did not start; the end of its log {self.child.log} says:\n{words}")
