"""Whoever opens a case in an emergency reads it for minutes, on record; another person reviews it by a clock."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from services.kernel.operations import PageRead, RecordShown
from tests.services.tips.house import COORDINATOR, INTAKE, NAME, act, received
from tests.support.running_service import Person, RunningService, says
from tests.support.waiting import eventually

NURSE = Person(("forensic_nurse",), agency="BRIDGE")
OTHER_NURSE = Person(("forensic_nurse",), agency="BRIDGE")
HEAD = Person(("administrator",), agency="BRIDGE")
OTHER_HEAD = Person(("administrator",), agency="MDCPS")
OFFICES = (("DA-07", "Hinds"), ("DA-20", "Rankin"))
MINUTES = timedelta(minutes=30)


async def break_in(tips: RunningService, tip: str, *, by: Person = NURSE) -> httpx.Response:
    return await tips.post(f"/tips/{tip}/openings", {"reason": "The child Zqx is at the door now."}, by=by)


async def reads(tips: RunningService, tip: str, who: Person) -> list[int]:
    paths = (f"/tips/{tip}", f"/tips/{tip}/access", f"/tips/{tip}/history", f"/tips/{tip}/persons")
    return [(await tips.get(path, by=who)).status_code for path in paths]


async def review(tips: RunningService, tip: str, opening: str, by: Person) -> httpx.Response:
    body = {"outcome": "justified", "note": "I rang the clinic about Zqx."}
    return await tips.post(f"/tips/{tip}/openings/{opening}/review", body, by=by)


async def test_it_is_read_for_minutes_by_one_person_alone_and_every_page_is_on_record(tips: RunningService) -> None:
    tip, other = await received(tips), await received(tips)
    assert await reads(tips, tip, NURSE) == [404, 404, 404, 404]

    assert (await break_in(tips, tip)).status_code == 201

    # That she may read it is told without reading it, and is on no record.
    access = (await tips.get(f"/tips/{tip}/access", by=NURSE)).json()
    page = (await tips.get(f"/tips/{tip}", by=NURSE)).json()
    assert (
        page["opened_until"] == access["opened_until"] == (tips.time.now() + MINUTES).isoformat().replace("+00:00", "Z")
    )
    assert NAME in (await tips.get(f"/tips/{tip}/persons", by=NURSE)).text
    assert await reads(tips, tip, OTHER_NURSE) == [404, 404, 404, 404]
    assert await reads(tips, other, NURSE) == [404, 404, 404, 404]
    assert (await tips.get("/tips", by=NURSE)).json() == []
    read = [state for _, _, name, state in tips.rows() if name in {PageRead.NAME, RecordShown.NAME}]
    assert [each["data"]["question"] for each in read] == [
        "tip, opened in an emergency",
        "persons of a tip, opened in an emergency",
    ]
    assert {each["actor"] for each in read} == {f"account:{NURSE.account}"}

    tips.time.turn(MINUTES - timedelta(seconds=1))
    assert await reads(tips, tip, NURSE) == [200, 200, 200, 200]
    tips.time.turn(timedelta(seconds=1))
    assert await reads(tips, tip, NURSE) == [404, 404, 404, 404]


async def test_whoever_is_kept_out_is_answered_as_of_a_case_there_is_not(tips: RunningService) -> None:
    tip = await received(tips, named_accounts=[str(NURSE.account)])

    hidden, absent = await break_in(tips, tip), await break_in(tips, str(uuid4()))

    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert "tips.glass_broken" not in tips.names()


async def test_whoever_is_named_while_it_is_open_reads_no_more(tips: RunningService) -> None:
    tip = await received(tips)
    await break_in(tips, tip)
    assert await reads(tips, tip, NURSE) == [200, 200, 200, 200]

    await act(tips, tip, "named-accounts", {"account": str(NURSE.account)})

    assert await reads(tips, tip, NURSE) == [404, 404, 404, 404]


async def test_it_is_not_opened_twice_and_not_by_who_reads_it_anyway(tips: RunningService) -> None:
    tip = await received(tips)
    await break_in(tips, tip)
    assert (await break_in(tips, tip)).json()["code"] == "open_already"
    body = {"purpose": "medical_care", "agency": "BRIDGE", "role": "forensic_nurse", "reason": "An exam."}
    until = (tips.time.now() + timedelta(days=1)).isoformat()
    await tips.post(f"/tips/{tip}/shares", body | {"until": until}, by=COORDINATOR)
    assert (await break_in(tips, tip, by=OTHER_NURSE)).json()["code"] == "opening_not_needed"
    for nobody in (INTAKE, COORDINATOR, HEAD, Person(("law_enforcement",)), Person(("auditor",))):
        assert (await break_in(tips, tip, by=nobody)).status_code == 403


async def test_a_prosecutor_opens_cases_of_their_own_circuit_and_who_meets_the_child_wherever_it_is(
    tips: RunningService,
) -> None:
    here = await received(tips)
    seventh, twentieth = [Person(("prosecutor",), office, places=(county,)) for office, county in OFFICES]
    detective = Person(("trafficking_investigator",), "LOCAL-LE", places=("DeSoto",))
    tried = [(await break_in(tips, here, by=who)).status_code for who in (twentieth, seventh, detective)]
    assert tried == [404, 201, 201]


async def listed(tips: RunningService, by: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await tips.get("/openings", by=by)).json()
    return found


async def test_it_is_reviewed_by_another_person_of_the_agency_or_the_coordinator(tips: RunningService) -> None:
    tip = await received(tips)
    opening = (await break_in(tips, tip)).json()["reference"]
    for reviewer in (COORDINATOR, HEAD):
        (row,) = await listed(tips, reviewer)
        assert (row["opening"], row["account"], row["outcome"], row["missed"]) == (
            opening, str(NURSE.account), "", False
        )  # fmt: skip
        why = await tips.get(f"/tips/{tip}/openings/{opening}/reason", by=reviewer)
        assert why.json() == {"reason": "The child Zqx is at the door now."}
        (clock,) = (await tips.get(f"/tips/{tip}/openings/{opening}/clocks", by=reviewer)).json()
        assert (clock["clock"], clock["state"], clock["trigger"]["name"]) == ("C85-1", "running", "tips.glass_broken")
        assert tips.rows()[-1][3]["data"]["question"] == "clocks of an emergency opening"
    assert await listed(tips, OTHER_HEAD) == []
    assert (await review(tips, tip, opening, OTHER_HEAD)).status_code == 404
    assert (await tips.get(f"/tips/{tip}/openings/{opening}/reason", by=OTHER_HEAD)).status_code == 404
    asked = [(f"/tips/{tip}/openings/{which}/clocks/C85", by) for which, by in ((opening, OTHER_HEAD), (uuid4(), HEAD))]
    hidden, absent = [await tips.get(path, by=by) for path, by in asked]
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert (await tips.get(f"/tips/{tip}/clocks/C85", by=COORDINATOR)).status_code == 404
    assert (await tips.get(f"/tips/{tip}", by=HEAD)).status_code == 403
    herself = Person(("administrator", "forensic_nurse"), "BRIDGE", NURSE.account)
    assert (await review(tips, tip, opening, herself)).status_code == 404

    assert (await review(tips, tip, opening, HEAD)).status_code == 200

    (row,) = await listed(tips, COORDINATOR)
    assert (row["outcome"], row["reviewed_by"]) == ("justified", str(HEAD.account))
    assert (await review(tips, tip, opening, COORDINATOR)).json()["code"] == "reviewed_already"
    assert tips.names().count("clock.met") == 1
    assert not says("Zqx", tips.everything_stored())


async def test_a_reviewer_whom_the_tip_names_is_told_nothing(tips: RunningService) -> None:
    tip = await received(tips, named_accounts=[str(HEAD.account)])
    opening = (await break_in(tips, tip)).json()["reference"]

    assert await listed(tips, HEAD) == []
    assert (await review(tips, tip, opening, HEAD)).status_code == 404


async def test_a_review_that_is_not_done_is_warned_of_and_missed_once(tips: RunningService) -> None:
    tip = await received(tips)
    await break_in(tips, tip)

    async def pressed(times: int) -> None:
        async def came() -> bool:
            return tips.names().count("tips.review_pressing") == times

        await eventually(came)

    tips.time.turn(timedelta(hours=12))
    await pressed(1)
    other = await received(tips)
    await break_in(tips, other)
    tips.time.turn(timedelta(hours=8))
    await pressed(2)
    tips.time.turn(timedelta(hours=13))
    # Of the other, both warnings came together with the miss of the first: the last of them is told.
    await pressed(4)
    told = [state["data"] for _, _, name, state in tips.rows() if name == "tips.review_pressing"]
    of_one, of_other = ([each["told"] for each in told if each["tip"] == of] for of in (tip, other))
    assert of_one == [["cps_coordinator"], ["cps_coordinator"], ["cps_coordinator", "administrator"]]
    assert of_other == [["cps_coordinator"]]
    listed_by_tip = {row["tip"]: (row["missed"], row["outcome"]) for row in await listed(tips, COORDINATOR)}
    assert listed_by_tip == {tip: (True, ""), other: (False, "")}
