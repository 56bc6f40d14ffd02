"""The service with its three usual responders."""

from collections.abc import AsyncIterator

import pytest

from services.rapid_assessment.main import DEFINITION
from tests.services.rapid_assessment.house import SEATS, House
from tests.support.running_service import running_service
from tests.support.servers import Database, Nats


@pytest.fixture
async def house(database: Database, nats_server: Nats) -> AsyncIterator[House]:
    async with running_service(DEFINITION, database, nats_server) as running:
        house = House(running)
        for who in SEATS.values():
            await house.register(who)
        yield house
