"""Ends the servers of a test run that was itself killed, which could not end them.

Its standard input is a pipe from the test run: it closes when that process ends, however it ends.
"""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.embedded.processes import end, read_record

SECONDS = 5.0
ENDED = b"ended in good order"


@contextmanager
def warden(folder: Path, *records: Path) -> Iterator[None]:
    """While this holds, the recorded processes and their folder outlive this process by seconds at most."""
    command: list[str | Path] = [sys.executable, "-m", "tests.support.warden", folder, *records]
    # A session of its own: what is sent to our group, to end the run, must not end the warden first.
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:
        try:
            yield
        finally:
            process.communicate(ENDED)


def watch(folder: Path, records: list[Path]) -> None:
    """Waits for the end of whoever holds the other end of standard input, then ends what it left."""
    if sys.stdin.buffer.read() == ENDED:
        return
    for file in records:
        record = read_record(file)
        if record is not None:
            end(record, signal.SIGQUIT, SECONDS, whole_group=False)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    watch(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
