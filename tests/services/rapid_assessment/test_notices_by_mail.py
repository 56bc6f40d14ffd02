"""A notice as it really goes out: over SMTP, to a server on this machine."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.rapid_assessment.processes.deliver_notices import AppriseCarrier
from tests.support.running_service import LogLines
from tests.support.servers import free_ports

RECIPIENT = "example.coordinator.zqx@house.example"


class PostOffice:
    """As much of SMTP (RFC 5321) as one mail needs. `refuses` turns every recipient away."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.refuses = False
        self.recipients: list[str] = []
        self.mails: list[str] = []

    @property
    def address(self) -> str:
        return f"mailto://127.0.0.1:{self.port}/?from=muster@house.example&to={RECIPIENT}&mode=insecure"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 post office\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(":")[0].upper()
            if verb == "RCPT TO":
                self.recipients.append(line)
                writer.write(b"550 no\r\n" if self.refuses else b"250 yes\r\n")
            elif verb == "DATA":
                writer.write(b"354 go on\r\n")
                self.mails.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                writer.write(b"250 taken\r\n")
            else:
                writer.write(b"221 bye\r\n" if verb == "QUIT" else b"250 yes\r\n")
        writer.close()


@pytest.fixture
async def post_office() -> AsyncIterator[PostOffice]:
    (port,) = free_ports(1)
    office = PostOffice(port)
    server = await asyncio.start_server(office.serve, "127.0.0.1", port)
    yield office
    server.close()
    await server.wait_closed()


async def test_a_notice_arrives_and_no_address_is_logged(post_office: PostOffice) -> None:
    with LogLines("rapid_assessment") as lines:
        taken = await AppriseCarrier().send(post_office.address, "Muster", "Open the case in Muster now.")

    assert taken is True
    assert RECIPIENT in post_office.recipients[0]
    assert "Open the case in Muster now." in post_office.mails[0]
    assert "zqx" not in "\n".join(lines.lines)


async def test_a_refused_notice_is_said_to_be_refused_and_no_address_is_logged(post_office: PostOffice) -> None:
    post_office.refuses = True

    with LogLines("rapid_assessment") as lines:
        taken = await AppriseCarrier().send(post_office.address, "Muster", "Open the case in Muster now.")

    assert taken is False
    assert post_office.mails == []
    assert "zqx" not in "\n".join(lines.lines)


async def test_an_address_that_cannot_be_read_is_not_logged_with_its_secret() -> None:
    with LogLines("rapid_assessment") as lines:
        taken = await AppriseCarrier().send("mailto://user:secret-zqx@:bad:port", "Muster", "A text.")

    assert taken is False
    assert "zqx" not in "\n".join(lines.lines)
