"""The service as it runs, with its own store at hand."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from services.forensic_clinic.main import DEFINITION
from services.kernel.definition import Parts, Wiring
from tests.services.forensic_clinic.kit.house import House
from tests.support.running_service import running_service
from tests.support.servers import Database, Nats


@pytest.fixture
async def house(database: Database, nats_server: Nats) -> AsyncIterator[House]:
    held: list[Parts] = []

    def wire(parts: Parts) -> Wiring:
        held.append(parts)
        return DEFINITION.wire(parts)

    async with running_service(replace(DEFINITION, wire=wire), database, nats_server) as running:
        yield House(running, held[0])
