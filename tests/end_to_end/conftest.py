"""One house for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.end_to_end.stopping import A_WEEK_ENDS
from tests.end_to_end.town import WEEK, Town, started
from tests.support.running_service import NOON
from tests.support.servers import in_memory, temporary_folder


@pytest.fixture(scope="package")
def town() -> Iterator[Town]:
    """Real servers and the services as processes, in a demonstration folder whose time is held.

    It stood empty for nearly two weeks: the reading of the first is to be reviewed.
    """
    more = NOON + WEEK - A_WEEK_ENDS
    with temporary_folder(in_memory()) as folder, started(folder / "data", a_week_old=True, and_more=more) as town:
        yield town
