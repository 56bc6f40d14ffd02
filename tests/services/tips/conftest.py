"""A running tips service."""

from collections.abc import AsyncIterator

import pytest

from services.tips.main import DEFINITION
from tests.support.running_service import RunningService, running_service
from tests.support.servers import Database, Nats


@pytest.fixture
async def tips(database: Database, nats_server: Nats) -> AsyncIterator[RunningService]:
    async with running_service(DEFINITION, database, nats_server) as running:
        yield running
