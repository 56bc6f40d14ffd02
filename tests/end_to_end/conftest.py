"""One house for the tests of this folder."""

import asyncio
from collections.abc import Iterator

import pytest

from deploy.embedded.stack import Stack
from services.kernel.time_source import TimeFile
from tests.end_to_end.town import Town, free_ports_of_a_house, let_in
from tests.support.running_service import NOON
from tests.support.servers import temporary_folder


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    """Real servers and the four services as processes, in a demonstration folder whose time is held."""
    time = TimeFile("held", told=NOON)
    with (
        temporary_folder() as folder,
        Stack(folder / "data", kind="demonstration", time=time, port_base=free_ports_of_a_house()) as stack,
    ):
        yield Town(stack, asyncio.run(let_in(stack)), NOON)
