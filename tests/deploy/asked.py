"""A data folder whose services answer on real ports, for commands that talk to them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from click.testing import CliRunner, Result

from deploy.command_line.main import main
from tests.support.running_service import RunningService
from tests.support.waiting import eventually


@asynccontextmanager
async def on_a_port(service: RunningService) -> AsyncIterator[int]:
    """Serves a running service's own application over a socket of this machine."""
    transport = service.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    async with app_on_a_port(transport.app) as port:
        yield port


@asynccontextmanager
async def nobody_there() -> AsyncIterator[int]:
    """A service that has nothing of what it is asked for."""

    async def absent(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async with app_on_a_port(absent) as port:
        yield port


@asynccontextmanager
async def app_on_a_port(app: Any) -> AsyncIterator[int]:
    """Its life is in the hands of whoever made it."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await eventually(started)
    try:
        yield int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        await serving


def data_folder(folder: Path, ports: Mapping[str, int]) -> Path:
    """As `muster up` leaves it, as far as commands look: where each service listens."""
    (folder / "services").mkdir(parents=True)
    for name, port in ports.items():
        settings = {"service": name, "http_host": "127.0.0.1", "http_port": port}
        (folder / "services" / f"{name}.json").write_text(json.dumps(settings))
    return folder


def muster(*words: str, data: Path, token: str = "", typed: str = "") -> Result:
    """Runs the command as a person would, and answers what it said and how it ended."""
    environment = {"MUSTER_DATA": str(data), "MUSTER_TOKEN": token}
    return CliRunner().invoke(main, list(words), env=environment, input=typed)


async def muster_beside(*words: str, data: Path, token: str = "", typed: str = "") -> Result:
    """The same while services of this process answer."""
    return await asyncio.to_thread(muster, *words, data=data, token=token, typed=typed)
