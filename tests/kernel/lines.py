"""A TCP line to PostgreSQL that can be cut at the moment of a commit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal

from psycopg import conninfo

Cut = Literal["", "before the commit arrives", "before its answer leaves"]
ADDRESS = "127.0.0.1"


class Line:
    """Forwards everything; `cut_at` is done once, at the next COMMIT."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self.cut_at: Cut = ""
        self.cuts = 0
        self.open = True
        self._writers: set[asyncio.StreamWriter] = set()
        self._calls: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Hangs up, and returns when every connection has ended."""
        self.hang_up()
        if self._calls:
            await asyncio.wait(self._calls)

    def answer(self, near: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        """A client calls."""
        call = asyncio.create_task(self._serve(near, answer))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    def hang_up(self) -> None:
        """Closes every connection."""
        for writer in self._writers:
            writer.close()

    async def _serve(self, near: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        if not self.open:
            answer.close()
            return
        far, onward = await asyncio.open_connection(ADDRESS, self._to_port)
        ends = {answer, onward}
        self._writers |= ends
        dropping = asyncio.Event()
        back = asyncio.create_task(self._back(far, answer, dropping))
        with suppress(ConnectionError):
            while data := await near.read(65536):
                if self.cut_at and b"COMMIT" in data:
                    cut, self.cut_at = self.cut_at, ""
                    self.cuts += 1
                    if cut == "before its answer leaves":
                        dropping.set()
                        onward.write(data)
                        # The server answers when the commit is durable; that answer is dropped.
                        await back
                    break
                onward.write(data)
        for writer in ends:
            writer.close()
        self._writers -= ends
        await back

    @staticmethod
    async def _back(far: asyncio.StreamReader, answer: asyncio.StreamWriter, dropping: asyncio.Event) -> None:
        committed = b""
        with suppress(ConnectionError):
            while data := await far.read(65536):
                if not dropping.is_set():
                    answer.write(data)
                    continue
                committed += data
                if b"COMMIT\x00" in committed:
                    return


@asynccontextmanager
async def line_to(login: str) -> AsyncIterator[tuple[Line, str]]:
    """A line to where `login` points, and the connection string that goes through it."""
    line = Line(int(str(conninfo.conninfo_to_dict(login)["port"])))
    server = await asyncio.start_server(line.answer, ADDRESS, 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield line, conninfo.make_conninfo(login, host=ADDRESS, port=port, sslmode="disable", gssencmode="disable")
    finally:
        server.close()
        await line.close()
