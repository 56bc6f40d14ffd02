"""Every page and board of the past tells what it told then, in every byte; and nothing to who is shut out by now."""

import random
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from contracts.events.tips import AccountNamed
from services.rapid_assessment.cases import team_of
from services.rapid_assessment.main import DEFINITION
from tests.services.looking_back import (
    AUDITOR,
    IN_THE_PRESENT,
    Taken,
    hides_all_its_past,
    shown_to_auditors,
    still,
    take,
    tells_no_other_story,
    told,
)
from tests.services.rapid_assessment.house import ADVOCATE, COORDINATOR, DETECTIVE, INVESTIGATOR, TRIED, House
from tests.services.rapid_assessment.test_hand_over_over_http import a_rota
from tests.services.rapid_assessment.test_views_rebuilt import caught_up
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

REASON = {"reason": "On another case tonight."}
HOUR = timedelta(hours=1)


async def a_night(house: House, tip: UUID, other: UUID, paths: Sequence[str]) -> list[Taken]:
    """A team forms, tries to see the child, takes it into custody, loses a member; a clock warns and is missed."""
    post = house.service.post
    taken: list[Taken] = []

    async def look() -> None:
        await caught_up(house)
        taken.append(await take(house.service, paths))

    async def acts(of: UUID, path: str, body: object = None, *, by: Person) -> None:
        done = await house.act(of, path, body, by=by)
        assert done.status_code == 200, done.text

    await look()
    await acts(tip, "seats/victim_advocate/proposal", {"responder": str(ADVOCATE.account)}, by=COORDINATOR)
    await look()
    await acts(tip, "seats/victim_advocate/acceptance", by=ADVOCATE)
    await house.fill(tip, "cps_investigator", "trafficking_investigator")
    await look()
    await acts(tip, "contact-impossible", TRIED, by=INVESTIGATOR)
    await house.until_told(tip, ("law_enforcement", "contact_impossible"))
    await look()
    body = {"taken_at": NOON.isoformat(), "county": "Hinds", "agency": "MDCPS"}
    taking = await post(f"/teams/{team_of(tip)}/custody/taken", body, by=COORDINATOR, version=0)
    assert taking.status_code == 200, taking.text
    await look()
    await acts(tip, "conflicts", REASON, by=DETECTIVE)
    assert (await house.end(other)).status_code == 200
    await look()
    house.service.time.turn(25 * HOUR)
    await house.until_clock(tip, "C02", "clock.missed")
    await look()
    await acts(tip, "contact", {"made_at": (NOON + HOUR).isoformat(), "place": "school office"}, by=INVESTIGATOR)
    await look()
    return taken


def sits_there(taken: Taken, tip: UUID) -> bool:
    """Whether an investigator held a seat of the team then, or was asked to."""
    (page,) = [body for path, _, body, _ in taken.told if path == f"/teams/of-tip/{tip}"]
    seat = msgspec.json.decode(page)["seats"]["cps_investigator"]
    return bool(seat["held_by"] or seat["proposed"])


async def seen_by_investigators(house: House, tip: UUID, moment: str) -> bool:
    """The page of the team and its row on the boards: all of them or none."""
    asked = {"as_of": moment, "as_role": "cps_investigator", "as_agency": "MDCPS"}
    page = await house.service.get(f"/teams/of-tip/{tip}", by=AUDITOR, params=asked)
    boards = [await house.service.get(path, by=AUDITOR, params=asked) for path in ("/teams", "/teams/open")]
    seen = {str(tip) in board.text for board in boards} | {page.status_code == 200}
    assert len(seen) == 1, (page.text, [board.text for board in boards])
    advocate = {"as_of": moment, "as_role": "victim_advocate", "as_agency": "CVP"}
    refused = await house.service.get(f"/teams/of-tip/{tip}", by=AUDITOR, params=advocate)
    assert (refused.status_code, refused.json()["field"]) == (422, "as_role")
    return seen.pop()


async def test_each_moment_of_a_night_is_told_again_as_it_was_told(house: House) -> None:
    tip, other = await house.open_team(), await house.open_team()
    await a_rota(house, ADVOCATE)
    drill = (await house.service.post("/drills", {"county": "Hinds"}, by=COORDINATOR)).json()["reference"]
    known = {"tip": [tip], "team": [team_of(tip)], "drill": [drill], "clock": ["C06"]}
    paths = shown_to_auditors(DEFINITION, known)
    taken = still(house.service, await a_night(house, tip, other, paths))
    assert len(taken) >= 6, "it went on while it was looked at"
    for each in taken:
        now = each.moment.isoformat()
        assert await told(house.service, paths, AUDITOR, as_of=now) == each.told
        true_then = await told(house.service, paths, AUDITOR, as_of=now, by="happened")
        assert {status for _, status, *_ in true_then} <= {200, 404}
    for each in random.Random(1).sample(taken, 3):
        now = each.moment.isoformat()
        as_coordinator = {"as_role": "cps_coordinator", "as_agency": "MDCPS-HTC"}
        assert await told(house.service, paths, AUDITOR, as_of=now, **as_coordinator) == each.told, "who saw every team"
        assert await seen_by_investigators(house, tip, now) == sits_there(each, tip)
    await tells_no_other_story(house.service, paths)
    assert {status for _, status, *_ in await told(house.service, paths, IN_THE_PRESENT)} == {200}

    # Who is shut out by now, of which no moment of the night knew.
    await house.tips.tell(tip, AccountNamed(tip=tip, account=AUDITOR.account), case=tip)

    async def known_here() -> bool:
        return "team.account_excluded" in house.service.names()

    await eventually(known_here)
    await hides_all_its_past(house.service, paths, AUDITOR, [tip, team_of(tip)])
