"""Whether servers that run now store as a house's must: asked of the servers, but for the watched one of a house."""

import json
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nats
import nats.errors
import psycopg

from deploy.embedded.nats import NatsServer, run
from deploy.embedded.processes import command_of
from deploy.embedded.stack import Stack
from deploy.topology import CONSOLE
from services.kernel.settings import Settings, load_settings
from tests.support.waiting import eventually

POSTGRES: Mapping[str, str] = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
ASKED = "$SYS.REQ.SERVER.PING.VARZ"


class NotDurable(Exception):
    """A server acknowledges what it has not stored: what is measured of it says nothing."""


def require_durable(conninfo: str) -> None:
    """Of PostgreSQL, as whoever connects so has it. Raises `NotDurable`."""
    found = settings_of(conninfo)
    if found != POSTGRES:
        raise NotDurable(f"PostgreSQL runs with {found}.")


def require_synced(server: NatsServer) -> None:
    """Of the message server. Raises `NotDurable`."""
    if not synced_always(server):
        raise NotDurable("JetStream does not sync always.")


def require_durable_house(stack: Stack) -> None:
    """Of both servers of a running house. Raises `NotDurable`.

    PostgreSQL is asked as each service has it. The message server of a house is watched, and started anew when it does
    not answer, so it is not meddled with: what counts is the configuration that the running process was started with.
    """
    for service in stack.services:
        if service.name != CONSOLE.name:
            require_durable(load_settings(stack.settings_file(service.name), Settings).database.conninfo())
    command = command_of(stack.pids()["nats"]).split()
    configuration = json.loads(Path(command[command.index("--config") + 1]).read_text())
    if configuration["jetstream"]["sync_interval"] != "always":
        raise NotDurable("JetStream does not sync always.")


def settings_of(conninfo: str) -> dict[str, str]:
    """As PostgreSQL says they are in force for this connection."""
    with psycopg.connect(conninfo) as connection:
        rows = connection.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", (list(POSTGRES),)
        ).fetchall()
    return {str(name): str(setting) for name, setting in rows}


def synced_always(server: NatsServer) -> bool:
    """As the message server says. Nobody of a house may ask it that, so for a moment the watcher is let."""
    file = server._configuration
    before = file.read_text()
    let = json.loads(before)
    for account in let["accounts"].values():
        for user in account["users"]:
            user["permissions"]["publish"]["allow"].append(ASKED)
    try:
        # Written in place: the owner and the rights of the file stay. How JetStream syncs is never loaded anew.
        file.write_text(json.dumps(let))
        _load_anew(server)
        return run(_says_so(server))
    finally:
        file.write_text(before)
        _load_anew(server)


def _load_anew(server: NatsServer) -> None:
    pid = server.child.pid
    if pid is None:
        raise NotDurable("The message server does not run.")
    os.kill(pid, signal.SIGHUP)


async def _says_so(server: NatsServer) -> bool:
    watcher = await nats.connect(server.url, nkeys_seed_str=server._watcher_seed.read_text())
    answer: dict[str, Any] = {}

    async def answered() -> bool:
        try:
            message = await watcher.request(ASKED, b"", timeout=0.5)
        except (nats.errors.NoRespondersError, nats.errors.TimeoutError, TimeoutError):
            return False
        answer.update(json.loads(message.data))
        return True

    try:
        await eventually(answered)
    finally:
        await watcher.close()
    return bool(answer["data"]["jetstream"]["config"].get("sync_always"))
