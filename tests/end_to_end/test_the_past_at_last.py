"""Looked back at from its last position, a house tells what it tells of its present; a role no more than it is told."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import zip_longest
from typing import get_args

import httpx
import pytest

from services.kernel.past.log import By
from tests.end_to_end.at_the_last_position import (
    AUDITOR,
    CONCEALED,
    IN_THE_PRESENT,
    NO_IDLE,
    Answer,
    AtLast,
    Place,
    a_console,
    beside,
    pages_at,
    pages_of,
)
from tests.end_to_end.demonstration import demonstration_day
from tests.end_to_end.town import SEATS, Town
from tests.support.servers import in_memory, temporary_folder

TIP = re.compile(r"/tips/[^/-]+-[^/]+")

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


async def tells_no_other_story(town: Town, roles: Iterable[str], most: int | None = None) -> int:
    """Of all that services and console tell, and nothing to a role that it is not told. How many cases there are."""
    async with httpx.AsyncClient(timeout=60, trust_env=False, limits=NO_IDLE) as http:
        house = AtLast(town, http)
        places = await house.places(most)
        async with a_console(house) as console:
            live, as_of = await still(house, places)
            for by in get_args(By):
                then = await house.all_told(places, AUDITOR, **as_of, by=by)
                told = zip(places, live, then, strict=True)
                assert [place for place, present, past in told if present != past] == [], by
            opened = [place for place, (status, *_) in zip(places, live, strict=True) if status == httpx.codes.OK]
            pages = pages_at(opened)
            # The whole day has some of each.
            wanted = {"cases", "exams", "kits", "court"} if most is None else {"cases"}
            assert wanted <= {page.split("/")[1] for page in pages}
            shown, as_of = await pages_of(console, IN_THE_PRESENT, pages), house.turn()
            looked_back = await pages_of(console, AUDITOR, pages, **as_of)
            differing = [
                (path, line, other)
                for path in pages
                for line, other in zip_longest(shown[path], looked_back[path])
                if line != other
            ]
            assert differing[:3] == []
        more: dict[str, Place] = {}
        for role in roles:
            live, as_of = await house.all_told(places, (role,), ROLES[role]), house.turn()
            then = await house.all_told(places, AUDITOR, **as_of, as_role=role, as_agency=ROLES[role])
            told_role = beside(places, live, then)
            assert told_role.wrong == [], role
            assert told_role.shown, role
            more |= told_role.more
        assert {name: place for name, place in more.items() if name not in CONCEALED} == {}
    return len([each for each in opened if TIP.fullmatch(each.path)])


async def still(house: AtLast, places: Sequence[Place]) -> tuple[list[Answer], Mapping[str, str]]:
    """What is told while nothing goes on by itself any more, and how to ask for the moment afterwards."""
    before = await house.all_told(places, IN_THE_PRESENT)
    for _ in range(5):
        now = await house.all_told(places, IN_THE_PRESENT)
        if now == before:
            return now, house.turn()
        before = now
    pytest.fail("It does not come to rest.")


async def test_what_a_house_tells_of_its_last_position_is_what_it_tells_of_its_present(town: Town) -> None:
    async with town.open() as visit:
        tip = await visit.tip(age="child", received_at=town.now - timedelta(hours=2))
        await visit.until_team(tip, lambda page: page["phase"] == "open")
        await visit.fill(tip, *SEATS)
        await visit.until_team(tip, lambda page: page["phase"] == "formed")
    assert await tells_no_other_story(town, ["cps_coordinator"], most=1)


@pytest.fixture(scope="module")
def demonstration() -> Iterator[Town]:
    """The day of `muster demo`, played to its end; then time stands."""
    with temporary_folder(in_memory()) as folder, demonstration_day(folder / "data") as town:
        yield town


@pytest.mark.slow
@pytest.mark.timeout(1_800)
async def test_every_case_of_the_demonstration_day_tells_no_other_story(demonstration: Town) -> None:
    assert await tells_no_other_story(demonstration, ROLES) >= 44
