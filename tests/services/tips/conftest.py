"""A running tips service."""

from collections.abc import AsyncIterator, Iterator

import pytest

from services.tips.main import DEFINITION
from tests.support.founding import Begun
from tests.support.running_service import RunningService, running_service
from tests.support.servers import Database, Nats


@pytest.fixture
def database(begun: Begun) -> Iterator[Database]:
    """In which the service was started before, and nothing else has happened."""
    with begun(DEFINITION) as copy:
        yield copy


@pytest.fixture
async def tips(database: Database, nats_server: Nats) -> AsyncIterator[RunningService]:
    async with running_service(DEFINITION, database, nats_server) as running:
        yield running
