"""The data folder: everything one installation owns, made real or demonstration once, for ever."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from deploy.embedded.binaries import run_as_servers_user, server_user
from deploy.embedded.errors import ALREADY_RUNNING, WRONG_FOLDER, StackError, full_disk
from deploy.embedded.files import private_folder, write_private

FORMAT = 1
LEAST_FREE_BYTES = 200_000_000

Kind = Literal["real", "demonstration"]


class Mark(msgspec.Struct, frozen=True):
    """`muster.json`: what kind of folder this is. `id` tells it from every other folder."""

    format: int
    kind: Kind
    id: str


class DataFolder:
    """Where things lie. Nothing is read or made before `open` is called."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path = path.absolute()
        self.kind = kind
        self.secrets = self.path / "secrets"
        self.settings = self.path / "services"
        self.logs = self.path / "logs"
        self.run = self.path / "run"
        self.traces = self.path / "traces"
        self.mail = self.path / "mail"
        self.proof = self.path / "proof"
        self.time_file = self.path / "time.json"

    def open(self) -> Mark:
        """Makes the folder, or checks that it is ours, of this version and this kind."""
        mark = read_mark(self.path)
        if mark is None:
            mark = self._make()
        if mark.kind != self.kind:
            raise StackError(
                f"{self.path} is a {mark.kind} folder and stays one for ever:"
                f" start it {'without' if mark.kind == 'real' else 'with'} --demonstration, or name another folder.",
                WRONG_FOLDER,
            )
        # The servers' user must be able to pass through, yet see nothing.
        self.path.chmod(0o711 if server_user() else 0o700)
        own = (self.secrets, self.settings, self.logs, self.run, self.traces)
        for folder in own if mark.kind == "real" else (*own, self.mail):
            private_folder(folder)
        return mark

    def server_home(self, mark: Mark) -> Path:
        """Where the servers keep their data: here, unless their user cannot come here (below root's home, say)."""
        if not server_user() or run_as_servers_user(["/bin/sh", "-c", 'test -x "$1"', "sh", self.path]).returncode == 0:
            return self.path
        home = Path("/var/lib") / f"muster-{mark.id}"
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        home.chmod(0o711)
        return home

    def check_disk(self) -> None:
        """Raises `StackError` when too little is free to start with."""
        if shutil.disk_usage(self.path).free < LEAST_FREE_BYTES:
            raise full_disk(self.path)

    def log(self, name: str) -> Path:
        """The log file of one program."""
        return self.logs / f"{name}.log"

    def record(self, name: str) -> Path:
        """The file in which one program wrote down who it is."""
        return self.run / f"{name}.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One supervisor at a time; the lock falls with the process that holds it, however that ends."""
        with (self.run / "supervisor.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                lock.seek(0)
                raise StackError(
                    f"Muster already runs on {self.path} (process {lock.read().strip() or 'unknown'}):"
                    " stop that one first, or name another folder with --data.",
                    ALREADY_RUNNING,
                ) from error
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def empty_demonstration(self, mark: Mark) -> None:
        """Forgets everything a demonstration left. A real folder is never emptied."""
        if self.kind != "demonstration":
            raise StackError("Only a demonstration folder can be made anew.", WRONG_FOLDER)
        home = self.server_home(mark)
        for tree in (
            home / "postgres",
            home / "nats",
            self.secrets,
            self.settings,
            self.logs,
            self.traces,
            self.mail,
            self.proof,
        ):
            if tree.exists():
                shutil.rmtree(tree)
        self.time_file.unlink(missing_ok=True)
        self.open()

    def _make(self) -> Mark:
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise StackError(
                f"{self.path} holds other files and no Muster data: name an empty or a new folder.", WRONG_FOLDER
            )
        mark = Mark(FORMAT, self.kind, secrets.token_hex(8))
        private_folder(self.path)
        write_private(self.path / "muster.json", msgspec.json.encode(mark).decode())
        return mark


def read_mark(path: Path) -> Mark | None:
    """None when there is no Muster folder. Raises `StackError` when it is of another version or cannot be read."""
    try:
        written = (path / "muster.json").read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StackError(f"{path / 'muster.json'} cannot be read: {error.strerror}.", WRONG_FOLDER) from error
    try:
        mark = msgspec.json.decode(written, type=Mark)
    except msgspec.MsgspecError as error:
        raise StackError(f"{path / 'muster.json'} is damaged: put it back from your copy.", WRONG_FOLDER) from error
    if mark.format != FORMAT:
        raise StackError(
            f"{path} was made by a Muster with data format {mark.format}; this one knows format {FORMAT}:"
            " start it with the Muster that fits, or name another folder.",
            WRONG_FOLDER,
        )
    return mark
