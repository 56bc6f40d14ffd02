"""What every test may ask for: the real servers, a fresh database, an empty message server."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.support.servers import Database, Nats, Servers, empty_nats, fresh_database, running_servers


def pytest_configure() -> None:
    """Property tests draw the same examples each time, and no slow machine makes one fail."""
    settings.register_profile("fixed", deadline=None, derandomize=True)
    settings.load_profile("fixed")


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """One PostgreSQL and one nats-server for the whole run."""
    with running_servers() as running:
        yield running


@pytest.fixture
def database(servers: Servers) -> Iterator[Database]:
    """A fresh database with the kernel's tables and a login role that may append but never alter."""
    with fresh_database(servers) as fresh:
        yield fresh


@pytest.fixture
def nats_server(servers: Servers) -> Nats:
    """The message server, empty of streams."""
    return empty_nats(servers)
