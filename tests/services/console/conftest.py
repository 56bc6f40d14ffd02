"""The console among stand-ins, a browser that is signed in as a coordinator, and one of somebody with every role."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from tests.services.console.attacked import EVERYTHING
from tests.services.console.house import Browser, Console, a_case, running
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


@pytest.fixture
async def everybody(console: Console) -> AsyncIterator[Browser]:
    console.others.people = console.others.people | {"everything@example.org": EVERYTHING}
    async with console.browser() as found:
        assert (await found.sign_in("everything@example.org")).status_code == 303
        a_case(console.others, UUID(int=1))
        console.others.asked.clear()
        yield found
