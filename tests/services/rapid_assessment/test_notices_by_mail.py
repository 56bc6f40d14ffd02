"""A notice as it really goes out: over SMTP and by a webhook, to servers on this machine."""

import asyncio
import re
from collections.abc import AsyncIterator

import msgspec
import pytest

from services.kernel.carrier import AppriseCarrier
from tests.support.post_office import RECIPIENT, PostOffice, open_post_office
from tests.support.running_service import LogLines


@pytest.fixture
async def post_office() -> AsyncIterator[PostOffice]:
    async with open_post_office() as office:
        yield office


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


@pytest.mark.parametrize(("status", "taken"), [(b"200 OK", True), (b"500 Internal Server Error", False)])
async def test_a_webhook_is_called_with_the_text_and_what_it_refuses_is_said_to_be_refused(
    status: bytes, taken: bool
) -> None:
    bodies: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        (length,) = re.findall(rb"(?i)content-length: (\d+)", head)
        bodies.append(await reader.readexactly(int(length)))
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        text = "Open the case in Muster now."
        assert await AppriseCarrier().send(f"json://127.0.0.1:{port}/hook", "Muster", text) is taken

    assert msgspec.json.decode(bodies[0])["message"] == text
