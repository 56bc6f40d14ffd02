"""The demonstration day, played to its end, with the second agency's witness beside it; then time stands."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.command_line.demo import BEFORE_THE_START, SCENARIO
from deploy.demo.player import Player
from deploy.demo.post import Post
from deploy.demo.scenario import load_scenario
from deploy.demo.second_witness import NAME, second_witness
from deploy.embedded.keys import FIRST_ADMINISTRATOR, IDENTITY
from deploy.embedded.stack import Stack
from services.kernel.time_source import TimeFile, time_source
from tests.end_to_end.town import Town, origin_of
from tests.support.ports import free_port_base

SECOND_KEY = f"{NAME}/witness.vkey"
"""Of the second agency's witness, in the house's folder of proofs."""


@contextmanager
def demonstration_day(data: Path) -> Iterator[Town]:
    """The day of `muster demo` on a folder of its own; its people are by their labels in the scenario."""
    scenario = load_scenario(SCENARIO)
    before, base = TimeFile("held", told=scenario.start.told - BEFORE_THE_START), free_port_base()
    stack = Stack(data, kind="demonstration", time=before, fresh=True, port_base=base)
    with stack, second_witness(stack):
        player = Player(scenario, stack.folder.time_file, Post(stack.folder.mail, stack.set_up_mail), lambda _: None)
        urls = {service.name: stack.url(service.name) for service in stack.services if service.keeps_log}
        code = (stack.folder.secrets / IDENTITY / FIRST_ADMINISTRATOR).read_text().strip()
        everybody = asyncio.run(player.load(urls, origin_of(stack), code, passphrase=""))
        assert player.score.held == player.score.expectations > 0
        town = Town(stack, dict(everybody.people), time_source(stack.folder.time_file).now())
        town.turn_to(town.now)
        yield town
