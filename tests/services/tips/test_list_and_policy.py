"""The list of tips shows what the policies show, record by record, however many tips there are."""

import random
from datetime import timedelta
from uuid import UUID

import pytest

from services.kernel.http.gate import Gate, Record
from services.tips.main import DEFINITION
from services.tips.views.tip_list import PAGE
from tests.services.policy import caller_of, fill_view
from tests.services.tips.house import INTAKE, received
from tests.support.running_service import NOON, Person, RunningService

COLUMNS = ("tip", "received_at", "channel", "county", "age", "named")


@pytest.mark.parametrize("seed", range(2))
async def test_each_caller_sees_exactly_what_cedar_lets_them_see_page_by_page(tips: RunningService, seed: int) -> None:
    await received(tips)
    gate, chance = Gate(DEFINITION.policies.read_text()), random.Random(seed)
    people = [Person((chance.choice(["cps_intake", "cps_coordinator"]),)) for _ in range(4)]
    records = [
        (
            UUID(int=number + 1),
            # Few moments, so that many tips share one, and pages end among them.
            NOON - timedelta(hours=chance.randrange(6)),
            chance.sample([person.account for person in people], chance.randrange(len(people) + 1)),
        )
        for number in range(PAGE * 3)
    ]
    await _caught_up(tips, people[0])
    await fill_view(
        tips, "tip_list", COLUMNS, [(tip, at, "cps_hotline", "Hinds", "child", named) for tip, at, named in records]
    )

    for person in people:
        allowed = {
            str(tip)
            for tip, _, named in records
            if gate.may_touch(
                caller_of(person), "list_tips", Record("Tip", tip, accounts={"named": named}, roles={"shared": ()})
            )
        }
        assert 0 < len(allowed) < len(records)
        assert await _all_pages(tips, person) == allowed

    outsider = await tips.get("/tips", by=Person(("laboratory",)))
    assert outsider.status_code == 403


async def test_the_tips_of_one_county_are_asked_for_alone(tips: RunningService) -> None:
    coordinator = Person(("cps_coordinator",))
    await received(tips)
    await _caught_up(tips, coordinator)
    counties = ("Hinds", "Issaquena", "")
    rows: list[tuple[object, ...]] = [
        (UUID(int=number), NOON, "cps_hotline", at, "child", []) for number, at in enumerate(counties, 1)
    ]
    await fill_view(tips, "tip_list", COLUMNS, rows)
    for number, county in enumerate(counties, 1):
        answer = await tips.get("/tips", by=coordinator, params={"county": county})
        assert [row["tip"] for row in answer.json()] == [str(UUID(int=number))], county


async def _caught_up(tips: RunningService, by: Person) -> None:
    answer = await tips.http.get(
        "/tips", headers={"Authorization": f"Bearer {tips.token(by)}", "Muster-At-Least": str(len(tips.rows()))}
    )
    assert answer.status_code == 200, answer.text


async def _all_pages(tips: RunningService, by: Person) -> set[str]:
    seen: list[str] = []
    params: dict[str, str] = {}
    while rows := (await tips.get("/tips", by=by, params=params)).json():
        seen += [row["tip"] for row in rows]
        assert [row["received_at"] for row in rows] == sorted((row["received_at"] for row in rows), reverse=True)
        params = {"received_before": rows[-1]["received_at"]}
    assert len(seen) == len(set(seen)), "a tip was shown on two pages"
    return set(seen)


async def test_whoever_is_signed_in_reads_the_rules_and_nobody_else(tips: RunningService) -> None:
    for who in (Person(()), Person(("victim_advocate",)), Person(("operator",))):
        told = (await tips.get("/rules", by=who)).json()
        (team,) = (rule for rule in told["rules"] if rule["rule"] == "C06")
        assert (team["version"], team["in_force_from"], team["kept_by"]) == (1, "2020-07-09", "rapid_assessment")
        assert told["to_look_at"]["holidays_until"] == 2030
    assert (await tips.get("/rules")).status_code == 401
    before = (await tips.get("/rules", by=INTAKE, params={"on": "2020-07-08"})).json()
    assert {"C02", "C06"} & {rule["rule"] for rule in before["rules"]} == set()
    assert (await tips.get("/rules", by=INTAKE, params={"on": "yesterday"})).status_code in {400, 422}
