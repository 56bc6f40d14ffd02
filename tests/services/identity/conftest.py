"""A running identity service, and a house with an administrator in it."""

from collections.abc import AsyncIterator

import pytest

from services.identity.main import DEFINITION
from tests.services.identity.house import House
from tests.support.running_service import RunningService, running_service
from tests.support.servers import Database, Nats


@pytest.fixture
async def identity(database: Database, nats_server: Nats) -> AsyncIterator[RunningService]:
    """The service with nobody in it."""
    async with running_service(DEFINITION, database, nats_server) as running:
        yield running


@pytest.fixture
async def house(identity: RunningService) -> House:
    """The service with one administrator, signed in."""
    return await House.founded(identity)
