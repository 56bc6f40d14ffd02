"""The console among stand-ins, browsers of a coordinator, of an auditor, and of somebody with every role."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from tests.services.console.attacked import EVERYTHING
from tests.services.console.house import Browser, Console, a_case, running
from tests.support.servers import Nats, Servers, empty_nats


@pytest.fixture(scope="module")
def message_server(servers: Servers) -> Nats:
    """Empty of streams when the console starts."""
    return empty_nats(servers)


@pytest.fixture(scope="module")
async def started(tmp_path_factory: pytest.TempPathFactory, message_server: Nats) -> AsyncIterator[Console]:
    """One for all tests of a file: what it keeps of its own are names, for ten minutes, and how often who asked."""
    async with running(tmp_path_factory.mktemp("console"), message_server) as console:
        yield console


@pytest.fixture
def console(started: Console) -> Console:
    """Nobody is signed in, nothing is answered and no time has passed."""
    started.begin_anew()
    return started


@pytest.fixture
async def browser(console: Console) -> AsyncIterator[Browser]:
    async with console.browser() as found:
        answer = await found.sign_in()
        assert answer.status_code == 303, answer.text
        console.others.asked.clear()
        yield found


@pytest.fixture
async def auditor(console: Console) -> AsyncIterator[Browser]:
    async with console.browser() as found:
        answer = await found.sign_in("auditor@example.org")
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
