"""The supervisor over real servers: what starts, what is restarted, what is left behind, and what is refused."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest
from psycopg import conninfo

from deploy.embedded import supervision
from deploy.embedded.children import Child
from deploy.embedded.errors import ALREADY_RUNNING, BUSY_PORT, FULL_DISK, WRONG_FOLDER, StackError
from deploy.embedded.folder import DataFolder
from deploy.embedded.installation import POSTGRES_PORT
from deploy.embedded.processes import ProcessRecord
from deploy.embedded.stack import Stack
from deploy.embedded.supervision import Backoff, Supervised
from services.kernel.settings import Settings, load_settings
from services.kernel.time_source import TimeFile
from tests.deploy.stand_in_stack import SERVICES, stand_in_stack
from tests.support.ports import free_port_base
from tests.support.servers import temporary_folder

EVERYTHING = {"postgres", "nats", "identity", "tips"}
CODE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def running() -> Iterator[Stack]:
    """One running stack for the tests that leave it running."""
    with temporary_folder() as folder, stand_in_stack(folder / "data", free_port_base()) as stack:
        yield stack


@contextmanager
def supervisor(folder: Path, port_base: int) -> Iterator[tuple[subprocess.Popen[str], dict[str, int]]]:
    """A supervisor as a process of its own, and the processes it says it runs."""
    command = [sys.executable, "-m", "tests.deploy.run_stack", str(folder), str(port_base)]
    process = subprocess.Popen(command, cwd=CODE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline() or "{}")
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def eventually(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    """Looks again and again until it holds, and fails when it never does."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "did not come to hold in time"
        time.sleep(0.02)


def end_of(stack: Stack) -> StackError:
    """How a start that cannot succeed is refused."""
    with pytest.raises(StackError) as refused:
        stack.start()
    assert not stack.pids(), "a refused start leaves nothing running"
    return refused.value


def who(pids: dict[str, int]) -> list[ProcessRecord]:
    return [record for pid in pids.values() if (record := ProcessRecord.of(pid)) is not None]


def test_everything_is_ready_once_started(running: Stack) -> None:
    assert set(running.pids()) == EVERYTHING
    assert all(running.ready(service.name) for service in SERVICES)


def test_a_service_can_read_the_settings_it_is_started_with(running: Stack) -> None:
    settings = load_settings(running.settings_file("tips"), Settings)
    assert settings.service == "tips"
    assert settings.peers == {"identity": running.url("identity")}
    assert settings.time_file is None
    assert (settings.secrets / "digest.key").exists()
    assert settings.verify_key_file.exists()
    with psycopg.connect(settings.database.conninfo()) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("muster_tips",)


def test_only_the_owner_may_open_what_the_folder_holds(running: Stack) -> None:
    secrets = running.folder.secrets
    paths = [secrets, *secrets.rglob("*")]
    assert len(paths) > 10
    assert not [path for path in paths if path.stat().st_mode & 0o077]
    assert not running.folder.path.stat().st_mode & 0o066


def test_each_login_role_is_refused_on_every_other_database(running: Stack) -> None:
    for service in SERVICES:
        password = (running.folder.secrets / service.name / "database.password").read_text().strip()
        for database in ("muster_identity", "muster_tips", "postgres", "template1"):
            admin = running.admin_conninfo(service.name)
            login = conninfo.make_conninfo(admin, dbname=database, user=f"muster_{service.name}", password=password)
            if database == f"muster_{service.name}":
                with psycopg.connect(login) as connection:
                    assert connection.execute("SELECT count(*) FROM stored_events").fetchone() == (0,)
            else:
                with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                    psycopg.connect(login)


def test_the_servers_answer_on_this_machine_only_and_by_password_only(running: Stack) -> None:
    with psycopg.connect(running.admin_conninfo("tips")) as connection:
        shown = {
            name: connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
            for name in ("listen_addresses", "unix_socket_directories", "log_statement", "fsync", "synchronous_commit")
        }
        methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
    assert shown == {
        "listen_addresses": ("127.0.0.1",),
        "unix_socket_directories": ("",),
        "log_statement": ("none",),
        "fsync": ("on",),
        "synchronous_commit": ("on",),
    }
    assert methods == [("scram-sha-256",)]


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_a_process_that_is_killed_is_started_again(running: Stack, name: str) -> None:
    before = running.pids()[name]
    os.kill(before, signal.SIGKILL)
    eventually(lambda: running.pids().get(name, before) != before)
    if name in {service.name for service in SERVICES}:
        eventually(lambda: running.ready(name))
    elif name == "postgres":
        eventually(lambda: _answers(running))


def test_a_second_supervisor_is_refused_and_the_first_goes_on(running: Stack) -> None:
    refused = end_of(stand_in_stack(running.folder.path, free_port_base()))
    assert refused.exit_code == ALREADY_RUNNING
    assert str(os.getpid()) in str(refused)
    assert all(running.ready(service.name) for service in SERVICES)


def test_a_busy_port_is_named_and_nothing_is_left_running(running: Stack) -> None:
    busy = int(running.server_places()["postgres"].rpartition(":")[2])
    with temporary_folder() as folder:
        refused = end_of(stand_in_stack(folder / "data", busy - POSTGRES_PORT))
    assert refused.exit_code == BUSY_PORT
    assert str(busy) in str(refused)
    assert "MUSTER_PORT_BASE" in str(refused)


def test_a_supervisor_that_is_killed_is_succeeded_by_the_next_with_the_same_data() -> None:
    with temporary_folder() as folder:
        port_base = free_port_base()
        with supervisor(folder / "data", port_base) as (first, pids):
            assert set(pids) == EVERYTHING
            left = who(pids)
            first.kill()
            first.wait()
        secret = (folder / "data" / "secrets" / "tips" / "database.password").read_text()
        with supervisor(folder / "data", port_base) as (second, new_pids):
            assert set(new_pids) == EVERYTHING
            assert not [record for record in left if record.alive()]
            assert (folder / "data" / "secrets" / "tips" / "database.password").read_text() == secret
            started = who(new_pids)
            second.send_signal(signal.SIGINT)
            assert second.wait(30) == 0
            assert not [record for record in started if record.alive()]
            assert not list((folder / "data" / "run").glob("*.json"))


def test_all_that_is_killed_at_once_comes_up_again() -> None:
    with temporary_folder() as folder:
        port_base = free_port_base()
        with supervisor(folder / "data", port_base) as (first, pids):
            first.kill()
            for pid in pids.values():
                os.kill(pid, signal.SIGKILL)
            first.wait()
        with supervisor(folder / "data", port_base) as (_, new_pids):
            assert set(new_pids) == EVERYTHING


def test_a_stranger_who_has_the_pid_of_a_former_process_is_left_alone() -> None:
    with temporary_folder() as folder:
        path = folder / "data"
        stack = stand_in_stack(path, free_port_base())
        stack.folder.open()
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
            stack.folder.record("tips").write_text(json.dumps({"pid": stranger.pid, "started": "another time"}))
            with stack:
                assert stranger.poll() is None
            stranger.communicate(b"\n")


def test_a_folder_of_another_version_is_refused() -> None:
    with temporary_folder() as folder:
        (folder / "muster.json").write_text('{"format":2,"kind":"real","id":"example"}')
        refused = end_of(stand_in_stack(folder, free_port_base()))
        assert refused.exit_code == WRONG_FOLDER
        assert "format 2" in str(refused)


def test_a_folder_keeps_its_kind_for_ever() -> None:
    with temporary_folder() as folder:
        stand_in_stack(folder / "real", 8100).folder.open()
        stand_in_stack(folder / "play", 8100, kind="demonstration").folder.open()
        assert end_of(stand_in_stack(folder / "real", 8100, kind="demonstration")).exit_code == WRONG_FOLDER
        assert end_of(stand_in_stack(folder / "real", 8100, kind="demonstration", fresh=True)).exit_code == WRONG_FOLDER
        assert end_of(stand_in_stack(folder / "play", 8100)).exit_code == WRONG_FOLDER


def test_a_folder_with_a_strangers_files_is_refused_and_untouched() -> None:
    with temporary_folder() as folder:
        (folder / "letters.txt").write_text("mine")
        assert end_of(stand_in_stack(folder, 8100)).exit_code == WRONG_FOLDER
        assert [path.name for path in folder.iterdir()] == ["letters.txt"]


def test_a_real_folder_refuses_a_time_of_its_own() -> None:
    with temporary_folder() as folder:
        stack = stand_in_stack(folder / "data", free_port_base())
        stack.folder.open()
        stack.folder.time_file.write_text("{}")
        assert "real time" in str(end_of(stack))


def test_a_new_rate_goes_on_from_the_time_a_demonstration_tells() -> None:
    with temporary_folder() as folder:
        ahead, now = datetime.now(UTC) + timedelta(days=30), datetime.now(UTC)
        data = DataFolder(folder / "play", "demonstration")
        data.open()
        for told in (TimeFile("held", told=ahead), TimeFile("scaled", told=now, real=now, rate=60.0)):
            Stack(data.path, kind="demonstration", time=told)._set_time()
        written = msgspec.json.decode(data.time_file.read_bytes(), type=TimeFile)
        assert written.rate == 60.0
        assert written.at(datetime.now(UTC)) - ahead < timedelta(hours=1)
        assert written.at(datetime.now(UTC)) >= ahead


def test_a_lost_sealing_key_stops_the_start_and_is_not_replaced() -> None:
    with temporary_folder() as folder:
        stack = stand_in_stack(folder / "data", free_port_base())
        stack.folder.open()
        (stack.folder.secrets / "tips").mkdir(mode=0o700)
        refused = end_of(stack)
        assert refused.exit_code == WRONG_FOLDER
        assert "wrapping" in str(refused)
        assert not list((stack.folder.secrets / "tips").iterdir())


def test_a_full_disk_is_said_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 0))
    with temporary_folder() as folder:
        refused = end_of(stand_in_stack(folder / "data", free_port_base()))
    assert refused.exit_code == FULL_DISK


def test_a_demonstration_made_anew_has_forgotten_everything() -> None:
    with temporary_folder() as folder:
        path, port_base = folder / "play", free_port_base()
        with stand_in_stack(path, port_base, kind="demonstration") as stack:
            first = (stack.folder.secrets / "tips" / "digest.key").read_text()
            with psycopg.connect(stack.admin_conninfo("tips")) as connection:
                connection.execute("INSERT INTO checkpoints (name, position) VALUES ('example', 7)")
        with stand_in_stack(path, port_base, kind="demonstration", fresh=True) as stack:
            assert (stack.folder.secrets / "tips" / "digest.key").read_text() != first
            with psycopg.connect(stack.admin_conninfo("tips")) as connection:
                assert connection.execute("SELECT count(*) FROM checkpoints").fetchone() == (0,)
            assert stack.folder.time_file.exists()


def test_a_child_that_cannot_do_its_work_twice_in_a_row_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "ASK_AGAIN_SECONDS", 0.0)
    child = Child("idler", ["/bin/sleep", "60"], record=tmp_path / "idler.json", log=tmp_path / "idler.log")
    told, said = iter([False, True, False, False]), list[str]()
    idler = Supervised(child, said.append, well=lambda: next(told, True))
    idler.start()
    try:
        eventually(lambda: child.recorded() is not None)
        for _ in range(3):
            idler.look()
        assert (child.ended(), said) == (None, [])

        def started_again() -> bool:
            idler.look()
            return idler.restarts == 1

        eventually(started_again)
        assert "cannot do its work" in said[0]
    finally:
        child.stop()


def test_restarts_come_ever_more_slowly_and_a_long_run_is_forgiven() -> None:
    backoff = Backoff()
    waits = [backoff.after_run_of(1.0) for _ in range(8)]
    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
    assert backoff.after_run_of(31.0) == 0.2


def _answers(stack: Stack) -> bool:
    try:
        with psycopg.connect(stack.admin_conninfo("tips")) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False
