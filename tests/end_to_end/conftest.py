"""One house for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.end_to_end.town import Town, started
from tests.support.servers import temporary_folder


@pytest.fixture(scope="package")
def town() -> Iterator[Town]:
    """Real servers and the services as processes, in a demonstration folder whose time is held."""
    with temporary_folder() as folder, started(folder / "data") as town:
        yield town
