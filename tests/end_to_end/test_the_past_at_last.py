"""Looked back at from its last position, a house tells what it tells of its present; a role no more than it is told."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from deploy.command_line.demo import BEFORE_THE_START, SCENARIO
from deploy.demo.player import Player
from deploy.demo.post import Post
from deploy.demo.scenario import load_scenario
from deploy.embedded.keys import FIRST_ADMINISTRATOR, IDENTITY
from deploy.embedded.stack import Stack
from services.kernel.time_source import TimeFile, time_source, write_time_file
from tests.end_to_end.at_the_last_position import (
    CONCEALED,
    AtLast,
    Place,
    a_console,
    pages_otherwise,
    reenacted,
    told_otherwise,
)
from tests.end_to_end.town import SEATS, Town, free_ports_of_a_house, origin_of
from tests.support.servers import in_memory, temporary_folder
from tests.support.waiting import eventually

ROLES = {
    "cps_coordinator": "MDCPS-HTC",
    "cps_intake": "MDCPS",
    "clinic_coordinator": "BRIDGE",
    "laboratory": "MS-LAB",
    "law_enforcement": "LOCAL-LE",
    "prosecutor": "DA-07",
    "statewide_coordinator": "SHTC",
}
"""Of those who hold no seat: what these see is the same for everybody in them."""


@asynccontextmanager
async def at_last(stack: Stack) -> AsyncIterator[AtLast]:
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        yield AtLast(stack, http)


async def tells_no_other_story(house: AtLast, most: int | None = None) -> list[Place]:
    """Of all that services and console tell; answers the services' places."""
    places = await house.places(most)

    async def same() -> bool:
        # What was begun before may go on by itself for a moment.
        return not await told_otherwise(house, places)

    await eventually(same, within=60)
    tips = [place.path for place in places if place.path.startswith("/teams/of-tip/")]
    pages = {f"/cases/{path.split('/')[3]}" for path in tips if len(path.split("/")) == 4}
    clocks = {f"/cases/{path.split('/')[3]}/clocks/{path.split('/')[5]}" for path in tips if path.count("/") == 5}
    async with a_console(house) as console:
        assert await pages_otherwise(house, console, ["/board", *sorted(pages), *sorted(clocks)]) == []
    return places


async def test_what_a_house_tells_of_its_last_position_is_what_it_tells_of_its_present(town: Town) -> None:
    async with town.open() as visit:
        tip = await visit.tip(age="child", received_at=town.now - timedelta(hours=2))
        await visit.until_team(tip, lambda page: page["phase"] == "open")
        await visit.fill(tip, *SEATS)
        await visit.until_team(tip, lambda page: page["phase"] == "formed")
    async with at_last(town.stack) as house:
        places = await tells_no_other_story(house, most=1)
        found = await reenacted(house, places, "cps_coordinator", ROLES["cps_coordinator"])
        assert found.wrong == []
        assert found.more.keys() <= CONCEALED
        assert found.shown


@pytest.fixture(scope="module")
def demonstration() -> Iterator[Stack]:
    """The day of `muster demo`, played to its end; then time stands."""
    scenario = load_scenario(SCENARIO)
    before, base = TimeFile("held", told=scenario.start.told - BEFORE_THE_START), free_ports_of_a_house()
    with (
        temporary_folder(in_memory()) as folder,
        Stack(folder / "data", kind="demonstration", time=before, fresh=True, port_base=base) as stack,
    ):
        player = Player(scenario, stack.folder.time_file, Post(stack.folder.mail, stack.set_up_mail), lambda _: None)
        urls = {service.name: stack.url(service.name) for service in stack.services if service.keeps_log}
        code = (stack.folder.secrets / IDENTITY / FIRST_ADMINISTRATOR).read_text().strip()
        score = asyncio.run(player.play(urls, origin_of(stack), code))
        assert score.held == score.expectations > 0
        now = time_source(stack.folder.time_file).now()
        write_time_file(stack.folder.time_file, TimeFile("held", told=now))
        yield stack


@pytest.mark.slow
@pytest.mark.timeout(1_200)
async def test_every_case_of_the_demonstration_day_tells_no_other_story(demonstration: Stack) -> None:
    async with at_last(demonstration) as house:
        places = await tells_no_other_story(house)
        assert len({place.path for place in places if place.path.startswith("/teams/of-tip/")}) >= 44
        for role, agency in ROLES.items():
            found = await reenacted(house, places, role, agency)
            assert found.wrong == [], role
            assert found.more.keys() <= CONCEALED, (role, found.more)
            assert found.shown, role
