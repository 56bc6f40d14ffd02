"""The boards show what the policies show, record by record, however many teams and notices there are."""

import json
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.events.tips import AccountNamed, TipCorrected
from services.kernel.http.gate import Gate, Record
from services.rapid_assessment.main import DEFINITION
from services.rapid_assessment.views.team_board import PAGE
from tests.services.policy import caller_of, fill_view
from tests.services.rapid_assessment.given import USUAL
from tests.services.rapid_assessment.house import ADVOCATE, COORDINATOR, DETECTIVE, INVESTIGATOR, LAW_ENFORCEMENT, House
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

ROLES = ("cps_coordinator", "cps_intake", "cps_investigator", "trafficking_investigator", "victim_advocate")
COLUMNS = ("team", "tip", "phase", "received_at", "due_at", "held", "proposed", "excluded")
GATE = Gate(DEFINITION.policies.read_text())


@pytest.mark.parametrize("seed", range(2))
async def test_each_caller_sees_exactly_the_teams_that_cedar_lets_them_see(house: House, seed: int) -> None:
    chance = random.Random(seed)
    people = [Person((role,)) for role in ROLES] + [Person(("victim_advocate", "trafficking_investigator"))]
    everybody = [person.account for person in people]
    records = []
    for number in range(60):
        seated = dict(zip(USUAL, chance.sample(everybody, 3), strict=True))
        held = {seat: str(who) for seat, who in seated.items() if chance.random() < 0.3}
        proposed = {seat: str(who) for seat, who in seated.items() if seat not in held and chance.random() < 0.3}
        excluded = chance.sample(everybody, chance.randrange(3))
        phase = chance.choice(["open", "formed", "stood_down"])
        records.append((UUID(int=number + 1), phase, held, proposed, excluded))
    await fill_view(
        house.service,
        "team_board",
        COLUMNS,
        [
            (team, team, phase, NOON, NOON, json.dumps(held), json.dumps(proposed), excluded)
            for team, phase, held, proposed, excluded in records
        ],
    )

    for person in people:
        for wanted in (None, "open", "formed", "stood_down"):
            allowed = {
                str(team)
                for team, of_phase, held, proposed, excluded in records
                if wanted in {None, of_phase}
                and GATE.may_touch(
                    caller_of(person),
                    "list_teams",
                    Record(
                        "Team",
                        team,
                        accounts={
                            "excluded": excluded,
                            "members": [UUID(who) for who in (*held.values(), *proposed.values())],
                        },
                        roles={"shared": ()},
                    ),
                )
            }
            params = {"phase": wanted} if wanted else None
            rows = (await house.service.get("/teams", by=person, params=params)).json()
            assert {row["team"] for row in rows} == allowed, (person.roles, wanted)


async def test_a_member_finds_their_team_behind_any_number_of_others_and_open_ones_come_first(house: House) -> None:
    mine = UUID(int=PAGE * 3)
    others: list[tuple[Any, ...]] = [
        (UUID(int=number + 1), UUID(int=1), "formed", NOON, NOON - timedelta(days=number), "{}", "{}", [])
        for number in range(PAGE * 2)
    ]
    held = json.dumps({"victim_advocate": str(ADVOCATE.account)})
    own: tuple[Any, ...] = (mine, mine, "open", NOON, NOON + timedelta(hours=24), held, "{}", [])
    await fill_view(house.service, "team_board", COLUMNS, [*others, own])

    members = (await house.service.get("/teams", by=ADVOCATE)).json()
    coordinators = (await house.service.get("/teams", by=COORDINATOR)).json()

    assert [row["team"] for row in members] == [str(mine)]
    assert (coordinators[0]["team"], len(coordinators)) == (str(mine), PAGE)


async def test_notices_are_shown_to_the_role_told_and_to_nobody_the_case_is_kept_from(house: House) -> None:
    open_to_all = await house.open_team(received_at=NOON - timedelta(hours=25))
    hidden = await house.open_team(received_at=NOON - timedelta(hours=25))
    for tip in (open_to_all, hidden):
        await house.until_told(tip, ("cps_coordinator", "clock_missed"), ("law_enforcement", "clock_missed"))
    officer = Person(("law_enforcement",), agency="LOCAL-LE")
    await house.tips.tell(hidden, AccountNamed(tip=hidden, account=officer.account), case=hidden)

    async def gone() -> bool:
        rows = (await house.service.get("/notices", by=officer)).json()
        return {row["tip"] for row in rows} == {str(open_to_all)}

    await eventually(gone)
    seen = {
        name: {(row["tip"], row["role"]) for row in (await house.service.get("/notices", by=by)).json()}
        for name, by in {"all": COORDINATOR, "told": LAW_ENFORCEMENT, "kept out": officer, "other": ADVOCATE}.items()
    }
    # That this house sends nothing to whoever is asked is no news of a case: the statewide coordinator is told of none.
    roles = {"cps_coordinator", "law_enforcement"}
    assert seen["all"] == {(str(tip), role) for tip in (open_to_all, hidden) for role in roles}
    assert seen["told"] == {(str(tip), "law_enforcement") for tip in (open_to_all, hidden)}
    assert seen["kept out"] == {(str(open_to_all), "law_enforcement")}
    assert seen["other"] == set()
    notices = (await house.service.get("/notices", by=LAW_ENFORCEMENT, params={"tip": str(hidden)})).json()
    path = f"/notices/{notices[0]['notice']}/acknowledgement"
    assert (await house.service.post(path, by=officer)).status_code == 404
    # That the police know is for the police to say, though the coordinator sees the notice.
    assert (await house.service.post(path, by=COORDINATOR)).status_code == 404
    assert (await house.service.post(path, by=LAW_ENFORCEMENT)).status_code == 200


async def test_who_works_in_certain_counties_is_told_of_what_happens_there_and_nobody_acknowledges_it_for_them(
    house: House,
) -> None:
    tip = await house.open_team(received_at=NOON - timedelta(hours=25))
    await house.until_told(tip, ("law_enforcement", "clock_missed"))
    police = {where: Person(("law_enforcement",), "LOCAL-LE", places=where) for where in ((), ("Hinds",), ("DeSoto",))}
    (notice,) = {row["notice"] for row in await notices(house, LAW_ENFORCEMENT)}

    async def told() -> set[tuple[str, ...]]:
        return {where for where, officer in police.items() if await notices(house, officer)}

    assert await told() == {("Hinds",)}
    path = f"/notices/{notice}/acknowledgement"
    assert (await house.service.post(path, by=police["DeSoto",])).status_code == 404
    for county in ("DeSoto", ""):
        await corrected(house, tip, county)
        seen: set[tuple[str, ...]] = {("DeSoto",)} if county else set(police)

        async def so(seen: set[tuple[str, ...]] = seen) -> bool:
            return await told() == seen

        await eventually(so)
    assert (await house.service.post(path, by=police["DeSoto",])).status_code == 200


async def test_a_notice_to_the_role_of_a_seat_is_for_whoever_sits_there_or_is_asked_to(house: House) -> None:
    tip = await house.open_team()
    house.service.time.turn(timedelta(hours=13))
    await house.until_told(tip, ("cps_investigator", "clock_warned"))
    another = Person(("cps_investigator",))
    assert [await notices(house, who) for who in (INVESTIGATOR, another, DETECTIVE)] == [[], [], []]
    await house.propose(tip, "cps_investigator", INVESTIGATOR)
    await house.fill(tip, "trafficking_investigator")
    (mine,) = await notices(house, INVESTIGATOR)
    assert [await notices(house, who) for who in (another, DETECTIVE)] == [[], []]
    path = f"/notices/{mine['notice']}/acknowledgement"
    assert (await house.service.post(path, by=another)).status_code == 404
    assert (await house.service.post(path, by=INVESTIGATOR)).status_code == 200
    await house.act(tip, "seats/cps_investigator/decline", {"reason": "On another case."}, by=INVESTIGATOR)
    assert await notices(house, INVESTIGATOR) == []


async def notices(house: House, by: Person) -> list[dict[str, Any]]:
    answer = await house.service.get("/notices", by=by)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def corrected(house: House, tip: UUID, county: str) -> None:
    """The tip turned out to be about something that happens elsewhere."""
    where = {"county": county, "tribal_land": False, "age": "child"}
    event = TipCorrected(tip=tip, person=UUID(int=9), received_at=NOON - timedelta(hours=25), **where)  # type: ignore[arg-type]  # each of its type
    await house.tips.tell(tip, event, case=tip)


async def test_what_nobody_has_acknowledged_waits_oldest_first_and_is_counted(house: House) -> None:
    older = await house.open_team(received_at=NOON - timedelta(hours=25))
    await house.until_told(older, ("cps_coordinator", "clock_missed"), ("law_enforcement", "clock_missed"))
    house.service.time.turn(timedelta(minutes=1))
    newer = await house.open_team(received_at=NOON - timedelta(hours=25))
    await house.until_told(newer, ("cps_coordinator", "clock_missed"), ("law_enforcement", "clock_missed"))

    async def waiting(by: Person, limit: int = 200) -> dict[str, Any]:
        found: dict[str, Any] = (await house.service.get("/notices/waiting", by=by, params={"limit": limit})).json()
        return found

    everything, officers = await waiting(COORDINATOR), await waiting(LAW_ENFORCEMENT, limit=1)
    tips = [row["tip"] for row in everything["notices"]]
    assert tips == sorted(tips, key=[str(older), str(newer)].index)
    assert everything["total"] == len(tips)
    assert ([row["tip"] for row in officers["notices"]], officers["total"]) == ([str(older)], 2)
    path = f"/notices/{officers['notices'][0]['notice']}/acknowledgement"
    await house.service.post(path, by=LAW_ENFORCEMENT)
    left = await waiting(LAW_ENFORCEMENT)
    assert [row["tip"] for row in left["notices"]] == [str(newer)]
    assert (await waiting(COORDINATOR))["total"] == everything["total"] - 1


async def test_a_list_asked_for_wrongly_is_refused(house: House) -> None:
    garbled = await house.service.get("/notices", by=COORDINATOR, params={"tip": "that one"})
    unknown = await house.service.get("/teams", by=COORDINATOR, params={"phase": "asleep"})
    no_text = await house.service.get("/teams", by=COORDINATOR, params={"phase": "\x00"})

    assert (garbled.status_code, unknown.status_code, no_text.status_code) == (422, 422, 422)
