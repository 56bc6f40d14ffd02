"""The console among stand-ins, and a browser that is signed in as a coordinator."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.services.console.house import Browser, Console, running
from tests.support.servers import Nats


@pytest.fixture
async def console(tmp_path: Path, nats_server: Nats) -> AsyncIterator[Console]:
    async with running(tmp_path, nats_server) as started:
        yield started


@pytest.fixture
async def browser(console: Console) -> AsyncIterator[Browser]:
    async with console.browser() as found:
        answer = await found.sign_in()
        assert answer.status_code == 303, answer.text
        console.others.asked.clear()
        yield found
