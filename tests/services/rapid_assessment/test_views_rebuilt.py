"""Views built anew from the log hold what the old ones held."""

from datetime import timedelta
from typing import Any

from contracts.events.tips import AccountNamed, AccountReadmitted, TipLinked, TipParted, TipScreened
from services.rapid_assessment.cases import team_of
from tests.services.policy import all_rows, generation
from tests.services.rapid_assessment.house import (
    ADVOCATE,
    COORDINATOR,
    INVESTIGATOR,
    LAW_ENFORCEMENT,
    SPARE_ADVOCATE,
    House,
)
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

OPERATOR = Person(("operator",))
VIEWS = ("team_board", "open_cases", "case_times", "notice_board", "on_call", "rotas", "drills")
REASON = {"reason": "On another case tonight."}


async def rotas_of_all_kinds(house: House) -> None:
    """One moved and overridden, one with turns swapped, one ended, one of nobody; and drills that tried them."""
    post, names = house.service.post, (ADVOCATE, SPARE_ADVOCATE)
    later = (NOON + timedelta(days=2)).isoformat()
    turns = {"participants": [str(each.account) for each in names], "shift_hours": 24, "starts_at": NOON.isoformat()}
    put = {"account": str(SPARE_ADVOCATE.account), "since": NOON.isoformat(), "until": later, "all_the_same": True}
    steps: list[list[tuple[str, Any, Person]]] = [
        [
            ("handover", {"next_at": (NOON + timedelta(hours=20)).isoformat()}, COORDINATOR),
            ("overrides", put, COORDINATOR),
        ],
        [("swaps", {"number": 2, "to": str(SPARE_ADVOCATE.account), "all_the_same": True}, ADVOCATE)],
        [("end", None, COORDINATOR)],
    ]
    for of_one in steps:
        opened = (await post("/rotas", {"seat": "victim_advocate", "area": {"statewide": True}}, by=COORDINATOR)).json()
        path = f"/rotas/{opened['reference']}"
        set_now = await post(f"{path}/rotation", turns | {"all_the_same": True}, by=COORDINATOR, version=1)
        assert set_now.status_code == 200, set_now.text
        rotation = (await house.service.get(path, by=COORDINATOR)).json()["rota"]["rotations"][0]["rotation"]
        for version, (step, body, by) in enumerate(of_one, start=2):
            told = {**body, "rotation": rotation} if step == "swaps" else body
            done = await post(f"{path}/{step}", told, by=by, version=version)
            assert done.status_code == 200, done.text
    await post("/rotas", {"seat": "victim_advocate", "area": {"counties": ["Hinds"]}}, by=COORDINATOR)
    for _ in range(4):
        drill = (await post("/drills", {"county": "Hinds"}, by=COORDINATOR)).json()
        assert (await post(f"/drills/{drill['reference']}/end", by=COORDINATOR, version=1)).status_code == 200


async def a_busy_night(house: House) -> None:
    """Every event that the boards show something of."""
    await house.register(SPARE_ADVOCATE)
    await rotas_of_all_kinds(house)
    formed, late, ended, joined = [
        await house.open_team(received_at=NOON - timedelta(hours=hours)) for hours in (0, 25, 1, 2)
    ]
    await house.fill(formed)
    await house.fill(late)
    await house.act(formed, "seats/victim_advocate/release", REASON, by=COORDINATOR)
    await house.propose(formed, "victim_advocate", SPARE_ADVOCATE)
    await house.act(formed, "seats/victim_advocate/decline", REASON, by=SPARE_ADVOCATE)
    await house.propose(formed, "victim_advocate", ADVOCATE)
    taken = {"taken_at": NOON.isoformat(), "county": "Hinds", "agency": "MDCPS"}
    authorised = {"authorised_at": NOON.isoformat(), "form": "oral"}
    for version, (step, body) in enumerate((("taken", taken), ("authorised", authorised))):
        path = f"/teams/{team_of(late)}/custody/{step}"
        done = await house.service.post(path, body, by=COORDINATOR, version=version)
        assert done.status_code == 200, done.text
    await house.act(late, "conflicts", REASON, by=INVESTIGATOR)
    await house.end(ended)
    await house.tips.tell(joined, TipLinked(tip=joined, other=formed, first=formed), case=joined)
    await house.tips.tell(formed, AccountNamed(tip=formed, account=ADVOCATE.account), case=formed)
    parted = TipParted(
        tip=joined, other=formed, first=joined, person=joined, received_at=NOON - timedelta(hours=2), age="child"
    )
    await house.tips.tell(joined, parted, case=joined)
    await house.tips.tell(formed, AccountReadmitted(tip=formed, account=ADVOCATE.account), case=formed)
    adult = await house.tip(age="adult")
    screened = TipScreened(tip=adult, person=adult, received_at=NOON, county="Hinds", age="child", exploitation="both")
    await house.tips.tell(adult, screened, case=adult)
    await house.until_told(late, ("law_enforcement", "clock_missed"))
    await house.until_told(adult, ("task_force", "adult_tip"))
    await house.until_clock(adult, "C06", "clock.started")
    notices = (await house.service.get("/notices", by=LAW_ENFORCEMENT)).json()
    await house.service.post(f"/notices/{notices[0]['notice']}/acknowledgement", by=LAW_ENFORCEMENT)


async def caught_up(house: House) -> None:
    """Nothing more is appended by itself, and the views have come to the end of the log."""

    async def quiet() -> bool:
        positions = (await house.service.get("/operator/views", by=OPERATOR)).json()
        sent = [name for name in house.service.names() if name in {"notice.requested", "notice.sent"}]
        return set(positions.values()) == {len(house.service.rows())} and sent.count("notice.sent") * 2 == len(sent)

    await eventually(quiet)


async def test_rebuilt_by_an_operator_they_are_the_same(house: House) -> None:
    await a_busy_night(house)
    await caught_up(house)
    before = {view: all_rows(house.service, view) for view in VIEWS}
    old = {view: generation(house.service, view) for view in VIEWS}

    for view in VIEWS:
        ordered = await house.service.post(f"/operator/views/{view}/rebuild", by=OPERATOR)
        assert ordered.status_code == 200, ordered.text

    async def switched() -> bool:
        return all(generation(house.service, view) == old[view] + 1 for view in VIEWS)

    await eventually(switched)
    await caught_up(house)
    assert all(len(rows) >= 4 for rows in before.values())
    assert {view: all_rows(house.service, view) for view in VIEWS} == before
    assert house.service.names().count("operation.view_rebuilt") == len(VIEWS)
