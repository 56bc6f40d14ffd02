"""Each policy set in force is on record once, with its text: what was decided under it can be decided again."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.events.identity import AccountOpened, RoleGranted, RoleRemoved
from contracts.jurisdictions import load_mississippi
from contracts.jurisdictions.serving import works_in
from contracts.language import Event
from services.audit.replay.rights import rights_given
from services.audit.replay.telling import RightsGiven
from services.identity.account.events import CountiesStated
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate, Record
from services.kernel.policies import POLICY_SETS, policies_of, put_on_record
from tests.kernel.toy import Kernel, kernel
from tests.kernel.toy_service import POLICIES, definition
from tests.services.audit.given import row
from tests.support.running_service import Person, RunningService, running_service
from tests.support.servers import Database, Nats

SET = "operation.policies_set"
KEEPER = Person(("keeper",), places=("Hinds",))
IN_HINDS = (
    POLICIES
    + """
forbid (principal, action, resource is Box) unless { principal.everywhere || principal.places.contains("Hinds") };
"""
)
STRICTER = POLICIES.replace('permit (principal in Role::"keeper"', 'permit (principal in Role::"master"')
DAY = timedelta(days=1)
MISSISSIPPI = load_mississippi()


@asynccontextmanager
async def started(policies: str, folder: Path, database: Database, nats_server: Nats) -> AsyncIterator[RunningService]:
    """The toy service under these policies, on the log as it stands."""
    toy = definition(folder / "policies.cedar")
    toy.policies.write_text(policies)
    async with running_service(toy, database, nats_server) as running:
        yield running


def on_record(service: RunningService) -> Sequence[Mapping[str, Any]]:
    """What was recorded of policies, oldest first."""
    return [state for _, _, name, state in service.rows() if name == SET]


async def test_a_service_records_its_policies_when_they_are_not_the_last_on_record(
    database: Database, nats_server: Nats, tmp_path: Path
) -> None:
    told: list[list[str]] = []
    for policies in (POLICIES, POLICIES, STRICTER, POLICIES):
        async with started(policies, tmp_path, database, nats_server) as service:
            told.append([state["data"]["policy"] for state in on_record(service)])
            assert on_record(service)[-1]["data"]["text"] == policies
            assert on_record(service)[-1]["actor"] == "service:tips"

    first, stricter = Gate(POLICIES).version, Gate(STRICTER).version
    assert told == [[first], [first], [first, stricter], [first, stricter, first]]


async def test_every_event_names_policies_whose_text_is_on_record(
    database: Database, nats_server: Nats, tmp_path: Path
) -> None:
    for policies in (POLICIES, POLICIES + "\n"):
        async with started(policies, tmp_path, database, nats_server) as service:
            assert (await service.post("/boxes/", {"colour": "red"}, by=KEEPER)).status_code == 201
            texts = {state["data"]["policy"]: state["data"]["text"] for state in on_record(service)}
            assert {state["policy"] for _, _, _, state in service.rows()} == set(texts)
            assert {Gate(text).version: text for text in texts.values()} == texts
            assert texts[service.rows()[-1][3]["policy"]] == policies


@pytest.mark.parametrize("instances", [2, 8])
async def test_instances_that_start_at_once_record_it_once(database: Database, tmp_path: Path, instances: int) -> None:
    async def start(one: Kernel, policies: str) -> None:
        await put_on_record("tips", Gate(policies), one.store, one.time)

    async with kernel(database, tmp_path) as here, kernel(database, tmp_path) as there:
        for policies in (POLICIES, STRICTER):
            await asyncio.gather(*(start((here, there)[each % 2], policies) for each in range(instances)))
        sets = [each.event for each in await here.store.happenings(policies_of("tips"))]
        recorded = (await here.store.load(POLICY_SETS, policies_of("tips"))).state

    assert len(sets) == 2
    assert recorded.texts == {Gate(each).version: each for each in (POLICIES, STRICTER)}


async def test_a_decision_of_a_past_day_is_made_again_from_the_logs_alone(
    database: Database, nats_server: Nats, tmp_path: Path
) -> None:
    async with started(IN_HINDS, tmp_path, database, nats_server) as service:
        box = (await service.post("/boxes/", {"colour": "red"}, by=KEEPER)).json()["reference"]
        counted = await service.post(f"/boxes/{box}/count", {"things": 3}, by=KEEPER, version=1)
        assert counted.status_code == 200
        that_day = service.time.now()
    async with started(STRICTER, tmp_path, database, nats_server) as service:
        refused = await service.post(f"/boxes/{box}/count", {"things": 3}, by=KEEPER, version=2)
        assert refused.status_code == 403
        # What follows is read from the toy's log and from identity's, and nowhere else.
        texts = {state["data"]["policy"]: state["data"]["text"] for state in on_record(service)}
        (decided,) = [state for _, _, name, state in service.rows() if name == "box.counted"]
    asked = Record("Box", UUID(box), {"named": ()})

    def again(policy: str, moment: datetime) -> bool:
        rights = rights_at(moment)[decided["actor"]]
        where = works_in(rights.roles, rights.agency, rights.counties, rights.served, MISSISSIPPI)
        who = Caller(KEEPER.account, decided["agency"], rights.roles, where)
        return Gate(texts[policy]).may_touch(who, "count_box", asked)

    def rights_at(moment: datetime) -> Mapping[str, RightsGiven]:
        given = rights_given(row(each, case=KEEPER.account, recorded_at=at) for at, each in identitys_log(that_day))
        return {
            actor: next((each for each in reversed(history) if each.since <= moment), RightsGiven(moment))
            for actor, history in given.items()
        }

    assert again(decided["policy"], that_day)
    assert not again(decided["policy"], that_day - 2 * DAY), "before the role was given"
    assert not again(decided["policy"], that_day - DAY), "before the county was stated"
    assert not again(decided["policy"], that_day + DAY), "after another county was stated"
    assert again(decided["policy"], that_day + 2 * DAY), "after that was taken back"
    assert not again(decided["policy"], that_day + 3 * DAY), "after the role was taken"
    assert not again(Gate(STRICTER).version, that_day), "by the policies that came after"


def identitys_log(that_day: datetime) -> list[tuple[datetime, Event]]:
    """What identity recorded of the keeper, and when."""
    who = KEEPER.account
    return [
        (that_day - 9 * DAY, AccountOpened(account=who, agency=KEEPER.agency, roles=("visitor",))),
        (that_day - 9 * DAY, CountiesStated(account=who, counties=("Rankin",))),
        (that_day - DAY, RoleGranted(account=who, role="keeper")),
        (that_day - DAY / 2, CountiesStated(account=who, counties=("Hinds",))),
        (that_day + DAY, CountiesStated(account=who, counties=("Rankin",))),
        (that_day + 2 * DAY, CountiesStated(account=who, counties=("Hinds", "Rankin"))),
        (that_day + 3 * DAY, RoleRemoved(account=who, role="keeper")),
    ]
