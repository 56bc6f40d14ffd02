"""Programs we start: how one is launched, written down, watched and ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.embedded.errors import StackError, full_disk, is_full_disk
from deploy.embedded.processes import ProcessRecord, end, read_record

LAST_LINES = 5
# Started from here, `python -m services.…` finds the code whether or not it was installed.
CODE = Path(__file__).parents[2]


class Child:
    """One program in a process group of its own, so that Ctrl-C at the terminal reaches the supervisor alone."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        record: Path,
        log: Path,
        user: str = "",
        environment: Mapping[str, str] | None = None,
        ask: signal.Signals = signal.SIGTERM,
        patience: float = 10.0,
        own_group_ends: bool = True,
    ) -> None:
        """`ask` is the signal that ends it in good order; `patience` the seconds before SIGKILL follows.

        `own_group_ends` False spares the group from SIGKILL (PostgreSQL's own children end by themselves).
        """
        self.name = name
        self.command = [str(part) for part in command]
        self.record = record
        self.log = log
        self._user = user
        self._environment = dict(environment) if environment is not None else None
        self._ask = ask
        self._patience = patience
        self._whole_group = own_group_ends
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The running program's pid; None when it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Returns at once; whether it is ready is asked by who knows how."""
        # It becomes another program at once: what is installed it has no use for, and to find that takes half its time.
        launcher = [sys.executable, "-S", "-m", "deploy.embedded.launch", str(self.record), self._user, *self.command]
        try:
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    launcher,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    env=self._environment,
                    cwd=CODE,
                )
        except OSError as error:
            if is_full_disk(error):
                raise full_disk(self.log.parent) from error
            raise StackError(f"{self.name} could not be started: {error.strerror}.") from error

    def ended(self) -> int | None:
        """The exit status once it has ended, else None."""
        return None if self._process is None else self._process.poll()

    def ask_to_end(self) -> None:
        """Asks it to end and does not wait."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self._ask)

    def stop(self) -> None:
        """Ends it in good order, then by force. Nothing happens when it does not run."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            if process.poll() is None:
                process.send_signal(self._ask)
            process.wait(self._patience)
        except subprocess.TimeoutExpired:
            self._kill(process.pid)
            process.wait()
        self.record.unlink(missing_ok=True)

    def end_former(self) -> bool:
        """Ends the process a killed supervisor left behind, if it still runs; whether there was one."""
        former = read_record(self.record)
        if former is None or not former.alive() or former.pid == os.getpid():
            self.record.unlink(missing_ok=True)
            return False
        end(former, self._ask, self._patience, whole_group=self._whole_group)
        self.record.unlink(missing_ok=True)
        return True

    def recorded(self) -> ProcessRecord | None:
        """Who it is, by the record it wrote itself."""
        return read_record(self.record)

    def last_words(self) -> str:
        """The end of its log, for a message that says why it did not start."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-LAST_LINES:])

    def _kill(self, pid: int) -> None:
        if self._whole_group:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)
