"""A running identity service, and a house with an administrator in it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from services.identity.main import DEFINITION
from tests.services.identity.house import House
from tests.support.founding import Begun, founded
from tests.support.running_service import Founded, RunningService, running_service
from tests.support.servers import Database, Nats, Servers


@pytest.fixture
def database(begun: Begun) -> Iterator[Database]:
    """In which the service was started before, and nothing else has happened."""
    with begun(DEFINITION) as copy:
        yield copy


@pytest.fixture
async def identity(database: Database, nats_server: Nats) -> AsyncIterator[RunningService]:
    """The service with nobody in it."""
    async with running_service(DEFINITION, database, nats_server) as running:
        yield running


@pytest.fixture(scope="session")
def with_administrator(servers: Servers) -> Iterator[Founded[House]]:
    """Letting the first one in is most of what a test would wait for."""
    with founded(DEFINITION, servers, House.founded) as begun:
        yield begun


@pytest.fixture
async def house(with_administrator: Founded[House], nats_server: Nats) -> AsyncIterator[House]:
    """The service with one administrator, signed in."""
    with with_administrator.copied() as database:
        async with running_service(DEFINITION, database, nats_server, founded=with_administrator) as running:
            yield with_administrator.given.copied(running)
