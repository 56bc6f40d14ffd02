"""Whoever is shown a case's record is on record before they see it: what, as it stood at which position, and once.

And what is shown of a past moment is what was shown at it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.kernel.http.reading import SAME_VISIT
from services.kernel.operations import ListSearched, RecordShown
from tests.architecture.wired import definition_of
from tests.services.looking_back import hides_all_its_past, shown_to_auditors, tells_no_other_story
from tests.services.test_absent_and_forbidden import cases, exams, teams, tips
from tests.services.tips.house import COORDINATOR, INTAKE, act, received
from tests.services.walk import World
from tests.support.running_service import RunningService, running_service
from tests.support.servers import Database, Nats

SERVICES = (("tips", tips), ("rapid_assessment", teams), ("forensic_clinic", exams), ("prosecution", cases))


def shown(service: RunningService) -> list[dict[str, Any]]:
    return [state for _, _, name, state in service.rows() if name == RecordShown.NAME]


@pytest.mark.parametrize(("name", "made"), SERVICES)
async def test_every_record_shown_is_on_record_once(
    name: str, made: Callable[[RunningService], Awaitable[World]], database: Database, nats_server: Nats
) -> None:
    async with running_service(definition_of(name), database, nats_server) as service:
        world = await made(service)
        # A responder's entry is no case's.
        for who, path in (each for each in world.theirs if not each[1].startswith("/responders")):
            before = len(shown(service))
            for _ in range(2):
                answer = await service.get(path, by=who)
                assert answer.status_code == 200, (path, answer.text)
            (read,) = shown(service)[before:]
            assert read["actor"] == f"account:{who.account}"
            assert read["data"]["records"]
            stood = [str(service.rows()[position - 1][0]) for position in read["data"]["positions"]]
            assert stood == read["data"]["records"], path
        records: list[Mapping[str, UUID | str]] = [world.shut_out, world.others, world.rest]
        names = {name for group in records for name in group}
        known = {each: [group[each] for group in records if each in group] for each in names}
        # No world has a drill, an accused, a victim or an item of evidence that is found by its reference.
        known = {"drill": [uuid4()], "accused": [uuid4()], "victim": [uuid4()], "item": [uuid4()], **known}
        paths = shown_to_auditors(definition_of(name), known)
        await tells_no_other_story(service, paths)
        (auditor,) = (each for each in world.everybody() if each.roles == ("auditor",))
        await hides_all_its_past(service, paths, auditor, list(world.shut_out.values()))


@pytest.fixture
async def service(database: Database, nats_server: Nats) -> AsyncIterator[RunningService]:
    async with running_service(definition_of("tips"), database, nats_server) as running:
        yield running


async def test_what_changed_is_another_read_and_so_is_another_person_and_another_visit(service: RunningService) -> None:
    tip = await received(service)
    page = f"/tips/{tip}"
    await service.get(page, by=INTAKE)
    await act(service, tip, "screening", {"age": "child", "exploitation": "sex", "indicators": ["debt"]})
    await service.get(page, by=INTAKE)
    await service.get(page, by=COORDINATOR)
    service.time.turn(SAME_VISIT - timedelta(seconds=1))
    await service.get(page, by=INTAKE)
    assert len(shown(service)) == 3
    service.time.turn(timedelta(seconds=1))
    await service.get(page, by=INTAKE)
    first, second, other, again = shown(service)
    assert first["data"]["positions"] < second["data"]["positions"] == again["data"]["positions"]
    assert other["actor"] == f"account:{COORDINATOR.account}"
    assert {each["correlation_id"] for each in (first, second, other, again)} == {tip}


async def test_what_is_hidden_leaves_nothing_on_record(service: RunningService) -> None:
    tip = await received(service)
    await act(service, tip, "named-accounts", {"account": str(INTAKE.account)}, by=COORDINATOR)
    before = len(service.names())
    assert (await service.get(f"/tips/{tip}", by=INTAKE)).status_code == 404
    assert len(service.names()) == before


async def test_a_search_is_on_record_with_what_it_returned_and_a_list_that_nothing_narrows_is_none(
    service: RunningService,
) -> None:
    hinds, _ = await received(service, county="Hinds"), await received(service, county="Rankin")
    for _ in range(2):
        for asked in ({}, {"county": "Hinds"}):
            assert (await service.get("/tips", params=asked, by=INTAKE)).status_code == 200
    typed = await service.get("/tips", params={"county": "Somebody Zqx"}, by=INTAKE)
    assert typed.status_code == 422
    (search,) = [state for _, _, name, state in service.rows() if name == ListSearched.NAME]
    assert search["actor"] == f"account:{INTAKE.account}"
    assert search["data"] == {"question": "tips", "narrowed": ["county=Hinds"], "rows": 1, "records": [hinds]}
    # It is of no case: its record of many would be in the story of one.
    assert search["correlation_id"] != hinds
