"""The wire between a service and the message server passes everything on, in order, however it was held between."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.chaos.wire import How, Wire

NO_ANSWER_SECONDS = 0.2


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """To a server that says everything back."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    wire = Wire(server.sockets[0].getsockname()[1])
    await wire.start()
    yield wire
    await wire.close()
    server.close()


async def ended(reader: asyncio.StreamReader) -> bool:
    """Whether the other side ended the connection, in good order or not."""
    try:
        return await reader.read(1) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("how", ["held", "deaf"])
async def test_what_was_held_arrives_when_the_wire_is_mended(wire: Wire, how: How) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    writer.write(b"one ")
    assert await reader.readexactly(4) == b"one "
    wire.part(how)
    writer.write(b"two ")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.readexactly(4), NO_ANSWER_SECONDS)
    wire.mend()
    assert await reader.readexactly(4) == b"two "
    writer.close()


async def test_a_cut_ends_connections_and_takes_none_until_it_is_mended(wire: Wire) -> None:
    reader, _ = await asyncio.open_connection("127.0.0.1", wire.port)
    wire.part("cut")
    assert await ended(reader)
    again, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    assert await ended(again)
    wire.mend()
    writer.close()
    whole, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    writer.write(b"three")
    assert await whole.readexactly(5) == b"three"
    writer.close()
