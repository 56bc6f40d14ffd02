"""A notice as it really goes out: over SMTP and by a webhook, to servers on this machine."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

import services
from services.kernel.carrier import AppriseCarrier, StaysHere, carrier_of, stays_here
from services.kernel.settings import Settings
from services.rapid_assessment.main import DEFINITION
from tests.architecture.wired import settings_of
from tests.services.rapid_assessment.house import COORDINATOR, LAW_ENFORCEMENT, House
from tests.support.left_behind import LogLines
from tests.support.post_office import RECIPIENT, PostOffice, open_post_office
from tests.support.running_service import NOON, Founded, RunningService, running_service
from tests.support.servers import Nats
from tests.support.waiting import eventually

SERVICES = Path(services.__path__[0])


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


def test_no_service_sends_past_what_its_house_may(tmp_path: Path) -> None:
    demonstration = settings_of("rapid_assessment", tmp_path)
    assert isinstance(carrier_of(demonstration), StaysHere)
    assert isinstance(carrier_of(msgspec.structs.replace(demonstration, data_kind="real")), AppriseCarrier)
    written = {file for file in SERVICES.rglob("*.py") if re.search("apprise", file.read_text(), re.IGNORECASE)}
    assert written == {SERVICES / "kernel" / "carrier.py"}


async def test_a_demonstration_sends_to_its_own_machine_and_nowhere_else(post_office: PostOffice) -> None:
    carrier = StaysHere(AppriseCarrier())
    assert await carrier.send(post_office.address, "Muster", "Open the case in Muster now.") is True
    before = len(post_office.mails)
    elsewhere = post_office.address.replace("&mode", f"&smtp=127.0.0.1:{post_office.port}&mode")
    with LogLines("rapid_assessment") as lines:
        assert await carrier.send(elsewhere, "Muster", "A text.") is False
    assert len(post_office.mails) == before
    assert "zqx" not in "\n".join(lines.lines)
    assert "beyond this machine" in "\n".join(lines.lines)


@pytest.mark.parametrize(
    "address",
    [
        "mailtos://user:secret@mail.example.org/?to=night@example.org",
        "mailto://127.0.0.1/?to=night@example.org",
        "mailto://127.0.0.1:25/?to=night@example.org",
        "mailto://127.0.0.1:1023/?to=night@example.org",
        "mailto://127.0.0.1:70000/?to=night@example.org",
        "mailto://127.0.0.1:2525/?smtp=mail.example.org&to=night@example.org",
        "mailto://127.0.0.1:2525/?to=night@example.org&%73mtp=mail.example.org",
        "mailto://127.0.0.1:2525/?from=somebody@example.org&to=night@example.org",
        "mailto://somebody:secret@127.0.0.1:2525/?to=night@example.org",
        "mailto://127.0.0.1:2525@mail.example.org/?to=night@example.org",
        "mailto://127.0.0.1.example.org:2525/?to=night@example.org",
        "mailto://localhost:2525/?to=night@example.org",
        "json://127.0.0.1:8101@example.org/hook",
        "twilio://account:secret@6015550100/6015550101",
        "mailto://127.0.0.1:2525/?to=night@example.org\n&smtp=mail.example.org",
    ],
)
def test_whatever_could_lead_elsewhere_is_taken_for_elsewhere(address: str) -> None:
    assert not stays_here(address)


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


def addressed(office: PostOffice) -> Callable[[Settings], Settings]:
    def told(settings: Settings) -> Settings:
        (settings.secrets / "notices.json").write_text(json.dumps({"task_force": [office.address]}))
        return settings

    return told


async def is_lost(service: RunningService, next_try: datetime | None) -> None:
    """Every answer that tells of it says so: lost, and tried again at that moment; not lost where there is none."""
    at = next_try.isoformat().replace("+00:00", "Z") if next_try else None

    async def told() -> bool:
        standing = (await service.get("/standing", by=LAW_ENFORCEMENT)).json()
        rows = (await service.get("/notices/waiting", by=COORDINATOR)).json()["notices"]
        lost = [(each["role"], each["next_try"]) for each in rows if each["lost"]]
        says = standing["notices_lost"], standing["next_try"]
        return says == (at is not None, at) and lost == ([("task_force", at)] if at else [])

    await eventually(told)


async def test_what_no_carrier_took_is_tried_again_after_a_rest_and_a_stop_and_every_answer_says_when(
    with_responders: Founded[None], nats_server: Nats, post_office: PostOffice
) -> None:
    minute, told = timedelta(minutes=1), addressed(post_office)
    post_office.refuses = True
    with with_responders.copied() as database:
        async with running_service(DEFINITION, database, nats_server, founded=with_responders, told=told) as service:
            await House(service).tip(age="adult")
            await is_lost(service, NOON + minute)
        async with running_service(DEFINITION, database, nats_server, founded=with_responders, told=told) as service:
            await is_lost(service, NOON + minute)
            service.time.turn(minute)
            await is_lost(service, NOON + 6 * minute)
            post_office.refuses = False
            service.time.turn(5 * minute)
            await is_lost(service, None)
            happened = [name for name in service.names() if name.startswith("notice.") and name != "notice.requested"]
    assert happened == [
        *("notice.sent", "notice.failed", "notice.sent"),
        *("notice.tried_again", "notice.failed", "notice.tried_again", "notice.sent"),
    ]
    assert (len(post_office.recipients), len(post_office.mails)) == (3, 1)
