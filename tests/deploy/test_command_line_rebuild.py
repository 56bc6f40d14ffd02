"""`muster rebuild`, against a service that keeps a view."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.tips.main import DEFINITION
from tests.deploy.asked import data_folder, muster, muster_beside, on_a_port
from tests.support.running_service import Person, RunningService, running_service
from tests.support.servers import Database, Nats
from tests.support.waiting import eventually

OPERATOR = Person(("operator",), agency="AG-PID")


@pytest.fixture
async def tips(database: Database, nats_server: Nats) -> AsyncIterator[RunningService]:
    async with running_service(DEFINITION, database, nats_server) as running:
        yield running


@pytest.fixture
async def folder(tips: RunningService, tmp_path: Path) -> AsyncIterator[Path]:
    async with on_a_port(tips) as port:
        yield data_folder(tmp_path / "data", {"tips": port})


async def test_a_view_is_ordered_anew_on_record(tips: RunningService, folder: Path) -> None:
    async def built() -> bool:
        answer = await tips.get("/operator/views", by=OPERATOR)
        return all(position >= 0 for position in answer.json().values())

    # A service that has only just started is building them itself.
    await eventually(built)
    said = await muster_beside("rebuild", "tips", "tip_list", data=folder, token=tips.token(OPERATOR))
    assert said.exit_code == 0, said.output
    assert "the present one answers" in said.stdout
    ((_, _, name, state),) = tips.happened()
    assert (name, state["data"]) == ("operation.view_rebuilt", {"view": "tip_list"})


async def test_without_a_view_those_there_are_are_listed(tips: RunningService, folder: Path) -> None:
    token = tips.token(OPERATOR)
    said = await muster_beside("rebuild", "tips", data=folder, token=token)
    assert re.search(r"^tip_list +up to position", said.stdout, re.MULTILINE)
    machine = await muster_beside("rebuild", "tips", "--json", data=folder, token=token)
    views = {"tip_list", "duty_board", "duty_told", "openings", "releases", "orders", "takers", "clock_counts"}
    assert set(json.loads(machine.stdout)["views"]) == views
    assert tips.names() == []


async def test_a_view_there_is_not_is_said_not_to_be(tips: RunningService, folder: Path) -> None:
    said = await muster_beside("rebuild", "tips", "teams", data=folder, token=tips.token(OPERATOR))
    assert said.exit_code == 1
    assert said.stderr == "tips has no view 'teams': `muster rebuild tips` lists those it has.\n"
    assert tips.names() == []


async def test_who_is_no_operator_is_told_so(tips: RunningService, folder: Path) -> None:
    said = await muster_beside("rebuild", "tips", "tip_list", data=folder, token=tips.token(Person(("cps_intake",))))
    assert said.exit_code == 8
    assert tips.names() == []


def test_a_service_there_is_not_is_wrong_use(tmp_path: Path) -> None:
    said = muster("rebuild", "elsewhere", "tip_list", data=tmp_path, token="a-token")
    assert said.exit_code == 2
    assert "identity, tips, rapid_assessment, audit" in said.stderr
