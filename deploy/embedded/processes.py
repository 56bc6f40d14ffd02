"""Which process is which. A pid alone may have been given to a stranger; with its start time it is one process."""

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple, Self

LOOK_AGAIN_SECONDS = 0.02


class ProcessRecord(NamedTuple):
    """One process for all time: its pid, and a text that differs for every other process that had this pid."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """None when no such process runs (one that has ended but was not yet collected counts as not running)."""
        started = _started(pid)
        return None if started is None else cls(pid, started)

    def alive(self) -> bool:
        """Whether this very process still runs."""
        return _started(self.pid) == self.started


def write_record(path: Path, record: ProcessRecord) -> None:
    """Replaced in one step: a reader sees the old record or the new one, never half."""
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(record._asdict()))
    beside.replace(path)


def read_record(path: Path) -> ProcessRecord | None:
    """None when the file is absent or was cut short by a crash."""
    try:
        written = json.loads(path.read_bytes())
        return ProcessRecord(int(written["pid"]), str(written["started"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def end(record: ProcessRecord, first: signal.Signals, seconds: float, *, whole_group: bool) -> None:
    """Asks with `first`; after `seconds` insists with SIGKILL. Returns when the process is gone.

    A process that is not our child is watched, since it cannot be waited for.
    """
    for sign, patience in ((first, seconds), (signal.SIGKILL, 10.0)):
        if not record.alive():
            return
        with contextlib.suppress(ProcessLookupError):
            if sign is signal.SIGKILL and whole_group:
                os.killpg(record.pid, sign)
            else:
                os.kill(record.pid, sign)
        until = time.monotonic() + patience
        while record.alive() and time.monotonic() < until:
            time.sleep(LOOK_AGAIN_SECONDS)


def _started(pid: int) -> str | None:
    stat = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():
        return _started_by_ps(pid)
    try:
        # The name in parentheses may itself contain blanks and parentheses, so count from the last one.
        fields = stat.read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    state, ticks_since_boot = fields[0], fields[19]
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return None if state in "ZX" else f"{boot}:{ticks_since_boot}"


def command_of(pid: int) -> str:
    """The command line of a running process; empty when there is none."""
    if not Path("/proc/self/stat").exists():
        return _ask_ps(pid, "command=")
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def standing_in(folder: Path) -> list[ProcessRecord]:
    """The running processes whose working directory is this folder. Without a /proc to read, none are found."""
    found = []
    wanted = folder.resolve()
    for stands in Path("/proc").glob("[0-9]*/cwd"):
        # A process that ended meanwhile, or is not ours to look at.
        with contextlib.suppress(OSError):
            if stands.readlink() == wanted and (record := ProcessRecord.of(int(stands.parent.name))) is not None:
                found.append(record)
    return found


def _started_by_ps(pid: int) -> str | None:
    answer = _ask_ps(pid, "state=,lstart=")
    return None if not answer or answer.startswith("Z") else answer.partition(" ")[2].strip()


def _ask_ps(pid: int, columns: str) -> str:
    # Not Linux: there is no /proc to read.
    command = ["ps", "-o", columns, "-p", str(pid)]
    answer = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"PATH": os.defpath, "LC_ALL": "C"}
    )
    return answer.stdout.strip()
