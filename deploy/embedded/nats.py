"""A nats-server of our own: JetStream on disk, each user known by its key and held to its subjects."""

import asyncio
import contextlib
import json
import secrets
import shutil
import signal
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import nats
import nats.errors
import nkeys
from nats.aio.client import Client

from deploy.embedded.binaries import server_user
from deploy.embedded.children import Child
from deploy.embedded.errors import StackError
from deploy.embedded.files import give_to, private_folder, write_private
from deploy.topology import CONSOLE, WATCHED, Listener, stream_name, watched_subject

START_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.05
ANSWER_SECONDS = 2.0
HEALTH = "$SYS.REQ.SERVER.PING.HEALTHZ"
SYSTEM = "$SYS"
# Below this a server that cannot write is left as it is: started again it could not either.
ROOM_TO_WRITE_BYTES = 50_000_000

Answer = TypeVar("Answer")


class NatsServer:
    """`home` is the folder for its streams; the keys of its users lie in `seeds`, one file each, and `admin_seed`."""

    def __init__(
        self,
        home: Path,
        *,
        program: Path,
        port: int,
        admin_seed: Path,
        seeds: dict[str, Path],
        listeners: Sequence[Listener],
        record: Path,
        log: Path,
    ) -> None:
        """`seeds` maps each service to the file with its key; absent files are made."""
        self.url = f"nats://127.0.0.1:{port}"
        self.admin_seed = admin_seed
        self._watcher_seed = admin_seed.with_name("watcher.seed")
        self._port = port
        self._home = home
        self._seeds = seeds
        self._listeners = listeners
        self._configuration = home / "nats.conf"
        self.child = Child(
            "nats-server",
            [program, "--config", self._configuration],
            record=record,
            log=log,
            user=server_user(),
            environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            ask=signal.SIGINT,
        )

    def configure(self) -> None:
        """Makes what keys are missing and writes the configuration, which holds public keys only."""
        private_folder(self._home, owner=server_user())
        for file in (self.admin_seed, self._watcher_seed, *self._seeds.values()):
            if not file.exists():
                write_private(file, make_seed())
        users: list[dict[str, object]] = [{"nkey": public_key(self.admin_seed)}]
        users += [
            {"nkey": public_key(file), "permissions": permissions(service, self._listeners)}
            for service, file in self._seeds.items()
        ]
        # The server reads JSON as its own format. `always`: a message is on disk before it is acknowledged.
        configuration = {
            "listen": f"127.0.0.1:{self._port}",
            "server_name": "muster",
            "jetstream": {"store_dir": str(self._home / "jetstream"), "sync_interval": "always"},
            "authorization": {"users": users},
            "accounts": {SYSTEM: {"users": [{"nkey": public_key(self._watcher_seed), "permissions": WATCHER}]}},
        }
        write_private(self._configuration, json.dumps(configuration, indent=2))
        give_to(self._configuration, server_user())

    def start(self) -> None:
        """Configures, starts, and waits until JetStream answers. Raises `StackError` with a sentence."""
        self.configure()
        self.child.start()
        self.wait_until_ready()

    def ready(self) -> bool:
        """Whether JetStream answers."""
        return run(self._answers())

    def wait_until_ready(self) -> None:
        """Raises `StackError` when it ended instead, or took too long."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.child.ended() is None:
            if self.ready():
                return
            time.sleep(LOOK_AGAIN_SECONDS)
        words = self.child.last_words()
        self.stop()
        raise StackError(f"nats-server did not start; the end of its log {self.child.log} says:\n{words}")

    def well(self) -> bool:
        """False when it says that a stream takes nothing more, though there is room to write.

        After one write that failed, on a full disk say, a stream refuses all others until the server is started again.
        """
        return run(self._well())

    def stop(self) -> None:
        """Stops in good order."""
        self.child.stop()

    async def connect_admin(self) -> Client:
        """A connection that may do everything: for the installer, never for a service."""
        return await self._connect(self.admin_seed.read_text())

    async def _connect(self, seed: str) -> Client:
        return await nats.connect(
            self.url,
            nkeys_seed_str=seed,
            allow_reconnect=False,
            connect_timeout=2,
            max_reconnect_attempts=0,
            reconnect_time_wait=LOOK_AGAIN_SECONDS,
            error_cb=_say_nothing,
        )

    async def _well(self) -> bool:
        # Whether it runs at all is asked elsewhere.
        with contextlib.suppress(OSError, nats.errors.Error, asyncio.TimeoutError):
            watcher = await self._connect(self._watcher_seed.read_text())
            try:
                answer = await watcher.request(HEALTH, b"{}", timeout=ANSWER_SECONDS)
                says_well = json.loads(answer.data)["data"]["status"] == "ok"
                return says_well or shutil.disk_usage(self._home).free < ROOM_TO_WRITE_BYTES
            finally:
                await watcher.close()
        return True

    async def _answers(self) -> bool:
        with contextlib.suppress(OSError, nats.errors.Error, asyncio.TimeoutError):
            admin = await self.connect_admin()
            try:
                await admin.jetstream(timeout=2).account_info()
                return True
            finally:
                await admin.close()
        return False


WATCHER = {"publish": {"allow": [HEALTH]}, "subscribe": {"allow": ["_INBOX.>"]}}
"""What the supervisor needs to ask how the server is."""


def permissions(service: str, listeners: Sequence[Listener]) -> dict[str, object]:
    """The least a service needs: to publish its own log, to read its consumers, to hear answers to itself.

    The console says nothing, and hears only that something changed.
    """
    if service == CONSOLE.name:
        return {"publish": {"deny": [">"]}, "subscribe": {"allow": [watched_subject(each) for each in WATCHED]}}
    publish = [f"evt.{service}.>", f"log.{service}.>"]
    for listener in listeners:
        if listener.service == service:
            stream, durable = stream_name(listener.upstream), listener.durable
            publish += [
                f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
                f"$JS.API.CONSUMER.INFO.{stream}.{durable}",
                f"$JS.ACK.{stream}.{durable}.>",
                # The newer form, with domain and account in front.
                f"$JS.ACK.*.*.{stream}.{durable}.>",
            ]
    return {"publish": {"allow": publish}, "subscribe": {"allow": [f"_INBOX_{service}.>"]}}


def make_seed() -> str:
    """A new user's private key, as text."""
    return str(nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER).decode())


def public_key(seed_file: Path) -> str:
    """What the server knows a user by."""
    return str(nkeys.from_seed(bytearray(seed_file.read_text().strip().encode())).public_key.decode())


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Runs a coroutine to its end, also where an event loop already runs in this thread."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()


async def _say_nothing(_: Exception) -> None:
    # A server that is not up yet is the ordinary case here; the caller hears of it by the exception.
    return
