"""A service at a past moment tells what it told then, by the same routes and views, and nothing of it is changed."""

import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.kernel.operations import RecordShown
from tests.kernel.past_service import definition
from tests.support.running_service import NOON, Person, RunningService, running_service
from tests.support.servers import Database, Nats

KEEPER, AUDITOR = Person(("keeper",)), Person(("auditor",))
IN_THE_PRESENT = Person(("auditor_of_the_past",))
"""Nobody is. With a token as identity never signs it, the present is asked in the rights that a past moment gives."""

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def service(database: Database, nats_server: Nats, tmp_path: Path) -> AsyncIterator[RunningService]:
    async with running_service(definition(tmp_path / "policies.cedar"), database, nats_server) as running:
        yield running


async def step(service: RunningService, box: UUID, what: str, **more: Any) -> int:
    """Answers the position."""
    done = await service.post(f"/shelf/{box}", {"what": what, **more}, by=KEEPER)
    assert done.status_code == 200, done.text
    return int(done.json()["position"])


async def back(service: RunningService, path: str, who: Person = AUDITOR, /, **asked: object) -> httpx.Response:
    params = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asked.items()}
    return await service.get(path, by=who, params=params)


async def told(
    service: RunningService, paths: list[str], who: Person, /, **asked: object
) -> list[tuple[int, bytes, str]]:
    """What each is answered, in every byte."""
    answers = [await back(service, path, who, **asked) for path in paths]
    return [(each.status_code, each.content, each.headers.get("etag", "")) for each in answers]


@pytest.mark.parametrize("seed", range(2))
async def test_each_moment_is_told_again_as_it_was_told_then_whoever_steps_to_and_fro(
    service: RunningService, seed: int
) -> None:
    chance = random.Random(seed)
    boxes = [uuid4() for _ in range(3)]
    paths = ["/shelf", *(f"/shelf/{box}" for box in boxes)]
    for box in boxes:
        await step(service, box, "open")
    then = []
    for _ in range(8):
        late = (service.time.now() - MINUTE * chance.randrange(600)).isoformat()
        more = {"things": chance.randrange(9), "happened_at": chance.choice([None, late])}
        position = await step(service, chance.choice(boxes), "count", **more)
        then.append((service.time.now(), position, await told(service, paths, IN_THE_PRESENT)))
        service.time.turn(MINUTE * chance.randrange(1, 50))
    for moment, position, live in chance.choices(then, k=12):
        assert await told(service, paths, AUDITOR, as_of=moment) == live
        assert await told(service, paths, AUDITOR, at_position=position) == live
    # At the last position, what happened is what is known.
    now = service.time.now()
    live = await told(service, paths, IN_THE_PRESENT)
    assert await told(service, paths, AUDITOR, as_of=now) == live
    assert await told(service, paths, AUDITOR, as_of=now, by="happened") == live


async def test_what_is_typed_in_later_was_true_then_and_not_known(service: RunningService) -> None:
    box = uuid4()
    await step(service, box, "open")
    await step(service, box, "count", things=1)
    service.time.turn(10 * MINUTE)

    async def things(minutes: int, by: str) -> list[int]:
        asked = {"as_of": NOON + minutes * MINUTE, "by": by}
        page, rows = await back(service, f"/shelf/{box}", **asked), await back(service, "/shelf", **asked)
        return [page.json()["things"], rows.json()[0]["things"]]

    assert await things(5, "happened") == [1, 1]
    await step(service, box, "count", things=7, happened_at=(NOON + 3 * MINUTE).isoformat())
    assert await things(5, "recorded") == [1, 1]
    assert await things(10, "recorded") == [8, 8]
    # Asked before, with a table that is kept: what was true then is more by now.
    assert await things(5, "happened") == [8, 8]
    assert await things(2, "happened") == [1, 1]


async def test_nothing_of_the_past_is_changed_and_nothing_opens(service: RunningService) -> None:
    box = uuid4()
    await step(service, box, "open")
    await step(service, box, "remark", who=str(uuid4()))
    before = len(service.rows())
    now = {"as_of": NOON.isoformat()}
    posted = await service.http.post(f"/shelf/{box}", params=now, json={"what": "count"}, headers=service._by(AUDITOR))
    assert (posted.status_code, posted.json()["field"]) == (422, "as_of")
    careless = await back(service, f"/shelf/{box}/careless", **now)
    assert (careless.status_code, careless.json()["field"]) == (422, "as_of")
    assert len(service.rows()) == before
    assert (await service.get(f"/shelf/{box}", by=KEEPER)).json()["remarks"] == ["Example Child Marked"]
    assert (await back(service, f"/shelf/{box}", **now)).json()["remarks"] == [None]


async def test_what_was_shown_of_the_past_is_on_record_in_the_present_once_and_before(service: RunningService) -> None:
    box = uuid4()
    opened = await step(service, box, "open")
    service.time.turn(30 * MINUTE)
    await step(service, box, "count", things=1)
    for _ in range(2):
        assert (await back(service, f"/shelf/{box}", as_of=NOON)).status_code == 200
    (read,) = [state for _, _, name, state in service.rows() if name == RecordShown.NAME]
    assert read["data"] == {
        "question": "box, as recorded by 2026-11-03T18:00:00+00:00",
        "records": [str(box)],
        "positions": [opened],
    }
    assert (read["actor"], read["correlation_id"]) == (f"account:{AUDITOR.account}", str(box))
    assert read["happened_at"].startswith("2026-11-03T18:30")


async def test_the_past_is_for_who_may_replay_and_has_come(service: RunningService) -> None:
    path = "/shelf"
    ago: dict[str, Any] = {"as_of": (NOON - MINUTE).isoformat()}
    assert (await service.http.get(path, params=ago)).status_code == 401
    assert (await back(service, path, KEEPER, **ago)).status_code == 403
    # Neither role opens the other's moment.
    assert (await service.get(path, by=AUDITOR)).status_code == 403
    assert (await back(service, "/operator/parked", **ago)).status_code == 403
    assert (await back(service, path, **ago)).json() == []
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("as_of", {"as_of": NOON + MINUTE}),
        ("as_of", {"as_of": "2026-11-03T18:00:00"}),
        ("as_of", {"as_of": "then"}),
        ("by", ago | {"by": "hearsay"}),
        ("at_position", ago | {"at_position": 1}),
        ("at_position", {"at_position": 1, "by": "happened"}),
        ("at_position", {"at_position": "-1"}),
        ("at_position", {"at_position": 0}),
        ("at_position", {"at_position": 10**12}),
    ]
    for field, asked in wrong:
        answer = await back(service, path, **asked)
        assert (answer.status_code, answer.json().get("field")) == (422, field), asked


async def test_who_is_shut_out_today_is_shut_out_of_all_that_was(service: RunningService) -> None:
    closed, other = uuid4(), uuid4()
    for box in (closed, other):
        await step(service, box, "open")
    colleague = Person(("auditor",))
    then = {"as_of": service.time.now()}
    service.time.turn(MINUTE)

    async def seen(who: Person, /, **asked: object) -> list[str]:
        return [row["id"] for row in (await back(service, "/shelf", who, **asked)).json()]

    assert await seen(AUDITOR, **then) == sorted([str(closed), str(other)])
    await step(service, closed, "close", who=str(AUDITOR.account))
    for by in ("recorded", "happened"):
        assert await seen(AUDITOR, **then, by=by) == [str(other)]
        hidden, absent = [await back(service, f"/shelf/{box}", **then, by=by) for box in (closed, uuid4())]
        assert (hidden.status_code, hidden.content, hidden.headers) == (404, absent.content, absent.headers)
        assert len(await seen(colleague, **then, by=by)) == 2
    await step(service, closed, "let in", who=str(AUDITOR.account))
    assert len(await seen(AUDITOR, **then)) == 2
