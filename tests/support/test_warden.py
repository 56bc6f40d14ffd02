"""A test run that is killed leaves no server behind."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from deploy.embedded.processes import read_record

RUN = """
import sys, time
from tests.support.servers import running_servers
with running_servers() as servers:
    print(servers.folder, flush=True)
    time.sleep(600)
"""
PATIENCE_SECONDS = 20.0


def test_the_servers_of_a_killed_run_end_and_their_folder_goes() -> None:
    with subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        folder = Path(run.stdout.readline().strip())
        records = [read_record(folder / name) for name in ("postgres.json", "nats.json")]
        assert all(record is not None and record.alive() for record in records)
        run.send_signal(signal.SIGKILL)
    until = time.monotonic() + PATIENCE_SECONDS
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not folder.exists()
    assert not any(record.alive() for record in records if record is not None)
