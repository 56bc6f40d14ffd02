"""The service with its three usual responders."""

from collections.abc import AsyncIterator, Iterator

import pytest

from services.rapid_assessment.main import DEFINITION
from tests.services.rapid_assessment.house import SEATS, House
from tests.support.founding import founded
from tests.support.running_service import Founded, RunningService, running_service
from tests.support.servers import Nats, Servers


@pytest.fixture(scope="session")
def with_responders(servers: Servers) -> Iterator[Founded[None]]:
    """Registering them is most of what a test would wait for."""

    async def register(running: RunningService) -> None:
        for who in SEATS.values():
            await House(running).register(who)

    with founded(DEFINITION, servers, register) as begun:
        yield begun


@pytest.fixture
async def house(with_responders: Founded[None], nats_server: Nats) -> AsyncIterator[House]:
    with with_responders.copied() as database:
        async with running_service(DEFINITION, database, nats_server, founded=with_responders) as running:
            yield House(running)
