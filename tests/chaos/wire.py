"""The wire between a service and the message server, in our hands: cut, held, or held in one direction."""

import asyncio
import contextlib
from typing import Literal

How = Literal["cut", "held", "deaf"]
HOWS: tuple[How, ...] = ("cut", "held", "deaf")
CHUNK = 1 << 16


class Wire:
    """Listens on a port of its own and passes everything on to `port`, as long as it is whole."""

    def __init__(self, port: int) -> None:
        self._far = port
        self._whole = asyncio.Event()
        self._whole.set()
        self._how: How | None = None
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def start(self) -> None:
        """Takes connections from now on."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def part(self, how: How) -> None:
        """cut: connections end and none is taken. held: bytes stay under way. deaf: so do the server's alone."""
        self._how = how
        self._whole.clear()
        if how == "cut":
            self._end_all()

    def mend(self) -> None:
        """Everything goes through again; what was held first."""
        self._how = None
        self._whole.set()

    async def close(self) -> None:
        """For good."""
        self.mend()
        if self._server is not None:
            self._server.close()
        self._end_all()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut():
            writer.close()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._far)
        except OSError:
            writer.close()
            return
        self._open |= {writer, far_writer}
        if self._is_cut():
            # It was, while this one was being made.
            self._end_all()
        try:
            await asyncio.gather(
                self._pass(reader, far_writer, ("held",)), self._pass(far_reader, writer, ("held", "deaf"))
            )
        finally:
            self._open -= {writer, far_writer}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, held_by: tuple[How, ...]) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                while self._how in held_by:
                    await self._whole.wait()
                writer.write(data)
                await writer.drain()
        writer.close()

    def _is_cut(self) -> bool:
        return self._how == "cut"

    def _end_all(self) -> None:
        for each in self._open:
            each.transport.abort()
