"""The service with a nurse and a room."""

from collections.abc import AsyncIterator, Iterator

import pytest

from services.forensic_clinic.main import DEFINITION
from tests.services.forensic_clinic.house import House
from tests.support.founding import Begun
from tests.support.running_service import running_service
from tests.support.servers import Database, Nats


@pytest.fixture
def database(begun: Begun) -> Iterator[Database]:
    """In which the service was started before, and nothing else has happened."""
    with begun(DEFINITION) as copy:
        yield copy


@pytest.fixture
async def empty_house(database: Database, nats_server: Nats) -> AsyncIterator[House]:
    async with running_service(DEFINITION, database, nats_server) as running:
        yield House(running)


@pytest.fixture
async def house(empty_house: House) -> House:
    await empty_house.nurse()
    await empty_house.room()
    return empty_house
