"""A post office on this machine, to which mail really goes over SMTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.servers import free_ports

RECIPIENT = "example.coordinator.zqx@house.example"


class PostOffice:
    """As much of SMTP (RFC 5321) as one mail needs. `refuses` turns every recipient away, `turns_away` only these."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.refuses = False
        self.turns_away: set[str] = set()
        self.recipients: list[str] = []
        self.mails: list[str] = []

    @property
    def address(self) -> str:
        return self.to(RECIPIENT)

    def to(self, recipient: str) -> str:
        """A carrier's address for one recipient."""
        return f"mailto://127.0.0.1:{self.port}/?from=muster@house.example&to={recipient}&mode=insecure"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 post office\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(":")[0].upper()
            if verb == "RCPT TO":
                self.recipients.append(line)
                refused = self.refuses or any(f"<{each}>" in line for each in self.turns_away)
                writer.write(b"550 no\r\n" if refused else b"250 yes\r\n")
            elif verb == "DATA":
                writer.write(b"354 go on\r\n")
                self.mails.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                writer.write(b"250 taken\r\n")
            else:
                writer.write(b"221 bye\r\n" if verb == "QUIT" else b"250 yes\r\n")
        writer.close()


@asynccontextmanager
async def open_post_office() -> AsyncIterator[PostOffice]:
    (port,) = free_ports(1)
    office = PostOffice(port)
    server = await asyncio.start_server(office.serve, "127.0.0.1", port)
    yield office
    server.close()
    await server.wait_closed()
