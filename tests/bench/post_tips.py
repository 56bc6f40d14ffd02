"""`POST /tips`, the whole command, beside a Litestar handler with one INSERT a request and no checks of anything.

Each is a process by itself, served alike, asked by the same client on 32 connections. Ours signs the caller in by their
token, asks the policy, decides, seals what is told of people, and appends; beside it, in the same process, its relay,
its views and its reactions go on as always.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import jwt
import msgspec
import nats
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.embedded.stack import service_command
from deploy.embedded.streams import make_streams
from deploy.topology import SERVICES
from services.kernel.http.caller import ALGORITHM, AUDIENCE
from services.kernel.time_source import TimeFile, write_time_file
from tests.bench.measuring import Result, at_least, below, beside, in_turn
from tests.bench.peer_handler import LINES, TABLE
from tests.bench.requests import Asked, asked_for, tips
from tests.bench.stage import Stage
from tests.services.tips.house import INTAKE
from tests.support.running_service import NOON, _heard_by, _settings, _write_secrets
from tests.support.servers import LOGIN, Database, Nats, empty_nats, free_ports, temporary_folder

TURNED_AWAY_AT_MOST = 1.0
STARTED_WITHIN_SECONDS = 60.0
TIPS = next(each for each in SERVICES if each.name == "tips")


def measure(stage: Stage) -> Sequence[Result]:
    """In turn, each with its own server process that stands all the time."""
    seconds = stage.size.seconds
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder())
        one, other = (stack.enter_context(stage.database()) for _ in range(2))
        port, token = stack.enter_context(_ours(folder, one, empty_nats(stage.servers)))
        peer = stack.enter_context(_peer(folder, other))
        ours_asked, peer_asked = tips(token, NOON, 1), tips(token, NOON, 1)
        works: dict[str, Callable[[], Asked]] = {
            "ours": lambda: asyncio.run(asked_for(port, LINES, ours_asked, seconds)),
            "peer": lambda: asyncio.run(asked_for(peer, LINES, peer_asked, seconds)),
        }
        for work in works.values():
            work()
        found = in_turn(works, stage.size.rounds)
    what = f"POST /tips on {LINES} connections"
    named = "a Litestar handler, one psycopg INSERT, no checks"
    ours, theirs = found["ours"], [each.a_second for each in found["peer"]]
    away = [each.turned_away * 100 for each in ours]
    return [
        beside(what, "requests/s", [each.a_second for each in ours], named, theirs, at_least(1.0)),
        below("of all that asked, turned away by 503", "%", away, TURNED_AWAY_AT_MOST),
    ]


@contextmanager
def _ours(folder: Path, database: Database, known: Nats) -> Iterator[tuple[int, str]]:
    """The tips service as a house starts it; where it listens, and the token of somebody who takes tips in."""
    key = Ed25519PrivateKey.generate()
    _write_secrets(folder, known.seeds["tips"], key)
    write_time_file(folder / "time.json", TimeFile("held", told=NOON))
    asyncio.run(_streams(known))
    (port,) = free_ports(1)
    settings = msgspec.structs.replace(_settings("tips", folder, database, known), http_port=port)
    file = folder / "settings.json"
    file.write_bytes(msgspec.json.encode(settings, enc_hook=str))
    claims = {
        "sub": str(INTAKE.account),
        "agency": INTAKE.agency,
        "roles": list(INTAKE.roles),
        "places": None,
        "iat": int(NOON.timestamp()),
        "exp": int(NOON.timestamp()) + 3600,
        "aud": AUDIENCE,
    }
    with _running(service_command(TIPS, file), port, folder / "service.log"):
        yield port, jwt.encode(claims, key, algorithm=ALGORITHM)


async def _streams(known: Nats) -> None:
    admin = await nats.connect(known.url, nkeys_seed_str=known.admin_seed)
    try:
        await make_streams(admin, *_heard_by("tips"))
    finally:
        await admin.close()


@contextmanager
def _peer(folder: Path, database: Database) -> Iterator[int]:
    with psycopg.connect(database.admin, autocommit=True) as connection:
        connection.execute(TABLE)
        connection.execute(f"GRANT INSERT ON received TO {LOGIN}".encode())
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "tests.bench.peer_handler", str(port)]
    with _running(command, port, folder / "peer.log", told=database.login):
        yield port


@contextmanager
def _running(command: Sequence[str], port: int, log: Path, told: str = "") -> Iterator[None]:
    """A process that answers, until the end. What it says is in the log."""
    with log.open("w") as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said, text=True)
    try:
        assert process.stdin is not None
        process.stdin.write(f"{told}\n")
        process.stdin.flush()
        until = time.monotonic() + STARTED_WITHIN_SECONDS
        while not _answers(port):
            assert process.poll() is None, f"{command[2]} ended before it answered: {log.read_text()[-300:]}"
            assert time.monotonic() < until, f"{command[2]} does not answer: {log.read_text()[-300:]}"
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False).is_success
    except httpx.TransportError:
        return False
