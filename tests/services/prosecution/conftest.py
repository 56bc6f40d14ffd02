"""The service with a tip it was told of."""

from collections.abc import AsyncIterator, Iterator

import pytest

from services.prosecution.main import DEFINITION
from tests.services.prosecution.house import House
from tests.support.founding import Begun
from tests.support.running_service import running_service
from tests.support.servers import Database, Nats


@pytest.fixture
def database(begun: Begun) -> Iterator[Database]:
    """In which the service was started before, and nothing else has happened."""
    with begun(DEFINITION) as copy:
        yield copy


@pytest.fixture
async def house(database: Database, nats_server: Nats) -> AsyncIterator[House]:
    async with running_service(DEFINITION, database, nats_server) as running:
        yield House(running)
