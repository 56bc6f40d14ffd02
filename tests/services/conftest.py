"""What each service begins its tests with."""

from collections.abc import Iterator

import pytest

from tests.support.founding import Begun, begun_once
from tests.support.servers import Servers


@pytest.fixture(scope="session")
def begun(servers: Servers) -> Iterator[Begun]:
    """Making its tables and views is most of a service's start, and the same each time."""
    with begun_once(servers) as copies:
        yield copies
