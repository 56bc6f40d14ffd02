"""The boards of duties show what the policies show, in the order of due times, however many there are."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.kernel.http.gate import Gate, Record
from services.tips.main import DEFINITION
from services.tips.views.duty_board import PAGE
from tests.services.policy import caller_of, fill_view
from tests.services.tips.duty.house import OTHER_PROSECUTOR, PROSECUTOR, acknowledged, tell
from tests.services.tips.house import COORDINATOR, INTAKE, a_tip, act, received
from tests.support.running_service import NOON, Person, RunningService
from tests.support.waiting import eventually

HOUR = timedelta(hours=1)


async def test_what_is_missing_stands_on_the_board_due_soonest_first_until_it_is_in(tips: RunningService) -> None:
    tip = await received(tips, received_at=NOON.isoformat())
    earlier = await received(tips, received_at=(NOON - 30 * HOUR).isoformat())
    for part in ("prosecutor", "statewide_coordinator"):
        await tell(tips, tip, "C11", part, NOON)
    done = await acknowledged(tips, tip, "C11", "prosecutor", NOON)

    rows = (await tips.get("/duties", by=COORDINATOR, after=done)).json()

    timed = [(row["rule"], row["tip"]) for row in rows if row["due_at"]]
    assert timed == [
        ("C12", earlier),
        ("C31", earlier),
        ("C11", earlier),
        ("C12", tip),
        ("C31", tip),
        ("C13", earlier),
        ("C11", tip),
        ("C13", tip),
    ]
    assert [row["rule"] for row in rows[len(timed) :]] == ["C08", "C09", "C10", "C17"] * 2
    assert [row["missed"] for row in rows if row["rule"] == "C12"] == [True, False]
    (c11,) = (row for row in rows if (row["rule"], row["tip"]) == ("C11", tip))
    assert c11["missing"] == ["statewide_coordinator"]

    done = await acknowledged(tips, tip, "C11", "statewide_coordinator", NOON)
    of_one_rule = (await tips.get("/duties", by=COORDINATOR, after=done, params={"rule": "C11"})).json()
    assert [row["tip"] for row in of_one_rule] == [earlier]


async def test_a_warning_and_a_miss_show_and_what_fell_away_does_not(tips: RunningService) -> None:
    tip = await received(tips, received_at=NOON.isoformat())

    async def marks(warned: bool, missed: bool) -> bool:
        rows = (await tips.get("/duties", by=INTAKE, params={"rule": "C12"})).json()
        return [(row["warned"], row["missed"]) for row in rows] == [(warned, missed)]

    assert await marks(False, False)
    tips.time.turn(20 * HOUR)
    await eventually(lambda: marks(True, False))
    tips.time.turn(4 * HOUR)
    await eventually(lambda: marks(True, True))

    adult = await act(tips, tip, "screening", {"age": "adult", "exploitation": "sex", "indicators": []})
    assert (await tips.get("/duties", by=Person(("cps_intake",)), after=adult)).json() == []


async def test_an_agency_told_after_another_has_acknowledged_nothing(tips: RunningService) -> None:
    tip = await received(tips)
    await tell(tips, tip, "C11", "prosecutor", NOON)
    await acknowledged(tips, tip, "C11", "prosecutor", NOON)
    tips.time.turn(HOUR)
    again = await tell(tips, tip, "C11", "prosecutor", NOON + HOUR, agency="DA-20")

    (row,) = (await tips.get("/duties", by=INTAKE, after=again, params={"rule": "C11"})).json()
    assert row["missing"] == ["prosecutor", "statewide_coordinator"]
    assert (await tips.get("/duties/told", by=PROSECUTOR, after=again)).json() == []
    (told,) = (await tips.get("/duties/told", by=OTHER_PROSECUTOR, after=again)).json()
    assert (told["told_at"], told["acknowledged_at"]) == ("2026-11-03T19:00:00Z", None)


@pytest.mark.parametrize("rule", ["C99", "C02", "", "\x00"])
async def test_a_rule_that_is_no_reporting_duty_is_refused(tips: RunningService, rule: str) -> None:
    answer = await tips.get("/duties", by=INTAKE, params={"rule": rule})

    assert (answer.status_code, answer.json()["field"]) == (422, "rule")


@pytest.mark.parametrize("seed", range(2))
async def test_each_caller_sees_exactly_what_cedar_lets_them_see(tips: RunningService, seed: int) -> None:
    made = await tips.post("/tips", a_tip(age="adult"), by=INTAKE)
    gate, chance = Gate(DEFINITION.policies.read_text()), random.Random(seed)
    workers = [Person((chance.choice(["cps_intake", "cps_coordinator"]),)) for _ in range(3)]
    told = [Person(("prosecutor",), agency=chance.choice(["DA-01", "DA-02"])) for _ in range(3)]
    everyone = [*workers, *told]
    cases = [
        (UUID(int=number + 1), chance.sample([who.account for who in everyone], chance.randrange(len(everyone))))
        for number in range(PAGE * 5)
    ]
    agency = {tip: chance.choice(["DA-01", "DA-01", "DA-02", "DA-02", ""]) for tip, _ in cases}
    for path, who in (("/duties", INTAKE), ("/duties/told", PROSECUTOR)):
        assert (await tips.get(path, by=who, after=made)).status_code == 200
    whom: list[tuple[Any, ...]] = [(tip, "", False, None, [], named) for tip, named in cases]
    duties: list[tuple[Any, ...]] = [(tip, "C09", True, NOON, ["youth_court_intake"], []) for tip, _ in cases]
    await fill_view(tips, "duty_board", ("tip", "rule", "stands", "since", "parts", "named"), [*whom, *duties])
    shut_out = [(tip, "", "", "", None, named) for tip, named in cases]
    parts: list[tuple[Any, ...]] = [(tip, "C11", "prosecutor", agency[tip], NOON, []) for tip, _ in cases]
    await fill_view(tips, "duty_told", ("tip", "rule", "part", "agency", "told_at", "named"), [*shut_out, *parts])

    for person in workers:
        allowed = {
            str(tip)
            for tip, named in cases
            if gate.may_touch(caller_of(person), "list_duties", Record("Tip", tip, accounts={"named": named}))
        }
        assert 0 < len(allowed) < len(cases)
        assert [row["tip"] for row in (await tips.get("/duties", by=person)).json()] == sorted(allowed)[:PAGE]
    for person in told:
        allowed = {
            str(tip)
            for tip, named in cases
            if gate.may_touch(
                caller_of(person),
                "list_told",
                Record("DutyPart", tip, accounts={"named": named}, words={"told": agency[tip]}),
            )
        }
        assert 0 < len(allowed) < len(cases)
        assert [row["tip"] for row in (await tips.get("/duties/told", by=person)).json()] == sorted(allowed)[:PAGE]
        assert (await tips.get("/duties", by=person)).status_code == 403


async def test_the_next_few_come_with_the_numbers_of_all_that_the_caller_sees(tips: RunningService) -> None:
    named = Person(("cps_coordinator",), agency="MDCPS-HTC")
    late = await received(tips, received_at=(NOON - 30 * HOUR).isoformat())
    await received(tips, received_at=NOON.isoformat(), named_accounts=[str(named.account)])

    everything = (await tips.get("/duties/next", by=COORDINATOR, params={"limit": 2})).json()
    of_one = (await tips.get("/duties/next", by=named, params={"limit": 2})).json()

    assert [row["rule"] for row in everything["duties"]] == ["C12", "C31"]
    assert (everything["total"], everything["overdue"]) == (16, 2)
    assert {row["tip"] for row in of_one["duties"]} == {late}
    assert (of_one["total"], of_one["overdue"]) == (8, 2)
    assert (await tips.get("/duties/next", by=PROSECUTOR)).status_code == 403
    assert (await tips.get("/duties/next", by=COORDINATOR, params={"limit": 0})).status_code == 422
