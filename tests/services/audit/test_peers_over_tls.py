"""Another service's rows are asked for by TLS, and of nobody but the house."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from services.audit.main import DEFINITION
from services.kernel.listening import server_context
from services.kernel.settings import Settings
from tests.services.audit.test_comparison import AUDITOR, Peer, served
from tests.support.authority import ORIGIN, Authority
from tests.support.running_service import RunningService, running_service
from tests.support.servers import Database, Nats


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.made(tmp_path)


@pytest.fixture
async def audit(database: Database, nats_server: Nats, authority: Authority) -> AsyncIterator[RunningService]:
    """In a house with a certificate."""

    def secure(settings: Settings) -> Settings:
        return msgspec.structs.replace(settings, origin=ORIGIN, certificate=authority.files())

    async with running_service(DEFINITION, database, nats_server, told=secure) as running:
        yield running


async def test_the_house_is_asked_by_tls_and_a_stranger_with_its_address_gets_no_token(
    audit: RunningService, authority: Authority
) -> None:
    peer = Peer()
    assert audit.settings.certificate is not None
    for files, status in ((audit.settings.certificate, 200), (authority.files("other.example.gov", file="other"), 503)):
        with served(peer, server_context(files)) as address:
            audit.settings.peers["tips"] = address
            answer = await audit.post("/comparisons", {"source": "tips"}, by=AUDITOR)
        assert answer.status_code == status, answer.text
        assert bool(peer.asked_with) == (status == 200)
        peer.asked_with.clear()
