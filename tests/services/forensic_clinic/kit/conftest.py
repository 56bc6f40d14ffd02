"""The service as it runs, with its own store at hand."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from services.forensic_clinic.main import DEFINITION
from services.kernel.definition import Parts, Wiring
from tests.services.forensic_clinic.kit.house import House
from tests.support.running_service import running_service
from tests.support.servers import Database, Nats

_held: list[Parts] = []


def _wire(parts: Parts) -> Wiring:
    _held[:] = [parts]
    return DEFINITION.wire(parts)


# One for all tests: what was defined once is put together once.
_WITH_ITS_PARTS = replace(DEFINITION, wire=_wire)


@pytest.fixture
async def house(database: Database, nats_server: Nats) -> AsyncIterator[House]:
    async with running_service(_WITH_ITS_PARTS, database, nats_server) as running:
        yield House(running, *_held)
