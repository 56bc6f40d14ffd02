"""Whom a case is shared with reads it while that holds, and nobody else; and nothing opens it to who is kept out."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from contracts.events.rapid_assessment import AccountKeptOut
from tests.services.tips.house import COORDINATOR, INTAKE, NAME, act, received
from tests.support.running_service import Person, RunningService, says
from tests.support.waiting import eventually

PROSECUTOR = Person(("prosecutor",), agency="DA-07")
OTHER_OFFICE = Person(("prosecutor",), agency="DA-20")
DETECTIVE = Person(("trafficking_investigator",), agency="DA-07")
NURSE = Person(("forensic_nurse",), agency="BRIDGE")
DAY = timedelta(days=1)


async def share(tips: RunningService, tip: str, *, by: Person = COORDINATOR, **changes: Any) -> httpx.Response:
    until = (tips.time.now() + DAY).isoformat()
    body = {"purpose": "prosecution", "agency": "DA-07", "role": "prosecutor", "reason": "Charges are near."}
    return await tips.post(f"/tips/{tip}/shares", body | {"until": until} | changes, by=by)


async def sees(tips: RunningService, tip: str, who: Person) -> set[str]:
    """By which ways the tip is found."""
    listed = [row["tip"] for row in (await tips.get("/tips", by=who)).json()]
    ways = {
        "page": f"/tips/{tip}",
        "access": f"/tips/{tip}/access",
        "history": f"/tips/{tip}/history",
        "people": f"/tips/{tip}/persons",
    }
    found = {way for way, path in ways.items() if (await tips.get(path, by=who)).status_code == 200}
    return found | ({"list"} if tip in listed else set())


async def test_whom_it_is_shared_with_reads_it_until_its_moment(tips: RunningService) -> None:
    tip, other = await received(tips), await received(tips)
    assert await sees(tips, tip, PROSECUTOR) == set()

    assert (await share(tips, tip)).status_code == 201

    assert await sees(tips, tip, PROSECUTOR) == {"page", "access", "history", "people", "list"}
    assert await sees(tips, other, PROSECUTOR) == set()
    for nobody in (OTHER_OFFICE, DETECTIVE, NURSE):
        assert await sees(tips, tip, nobody) == set()
    tips.time.turn(DAY)
    assert await sees(tips, tip, PROSECUTOR) == set()
    assert await sees(tips, tip, INTAKE) == {"page", "access", "history", "people", "list"}


async def test_a_share_that_is_ended_closes_every_way_at_once_and_touches_no_fact(tips: RunningService) -> None:
    tip = await received(tips)
    share_ = (await share(tips, tip)).json()["reference"]
    before = (await tips.get(f"/tips/{tip}", by=INTAKE)).json()

    ended = await tips.post(f"/tips/{tip}/shares/{share_}/end", by=COORDINATOR)

    assert ended.status_code == 200, ended.text
    assert await sees(tips, tip, PROSECUTOR) == set()
    assert (await tips.get(f"/tips/{tip}", by=INTAKE)).json() == before
    (shown,) = (await tips.get(f"/tips/{tip}/shares", by=COORDINATOR)).json()
    assert (shown["share"], shown["holds"]) == (share_, False)
    again = await tips.post(f"/tips/{tip}/shares/{share_}/end", by=COORDINATOR)
    assert (again.status_code, again.json()["code"]) == (409, "share_ended_already")


async def test_names_are_left_out_where_the_purpose_does_not_need_them(tips: RunningService) -> None:
    tip = await received(tips)

    await share(tips, tip, purpose="medical_care", role="forensic_nurse", agency="BRIDGE")

    assert (await tips.get(f"/tips/{tip}/persons", by=NURSE)).status_code == 404
    assert await sees(tips, tip, NURSE) == {"page", "access", "history", "list"}
    assert NAME not in (await tips.get(f"/tips/{tip}/persons", by=NURSE)).text


async def test_one_account_is_shared_with_and_not_its_office(tips: RunningService) -> None:
    tip = await received(tips)

    await share(tips, tip, agency=None, role=None, account=str(PROSECUTOR.account))

    assert await sees(tips, tip, PROSECUTOR) == {"page", "access", "history", "people", "list"}
    assert await sees(tips, tip, Person(("prosecutor",), agency="DA-07")) == set()
    # Whoever lost the role is let in by nothing.
    assert (await tips.get(f"/tips/{tip}", by=Person((), "DA-07", PROSECUTOR.account))).status_code == 403


@pytest.mark.parametrize("how", ["named by the tip", "declared a conflict"])
async def test_nothing_is_opened_to_whoever_is_kept_out(tips: RunningService, how: str) -> None:
    tip = await received(tips)
    await share(tips, tip)
    assert "page" in await sees(tips, tip, PROSECUTOR)

    if how == "named by the tip":
        await act(tips, tip, "named-accounts", {"account": str(PROSECUTOR.account)})
    else:
        told = AccountKeptOut(tip=UUID(tip), account=PROSECUTOR.account)
        await tips.upstream("rapid_assessment").tell(UUID(tip), told, case=UUID(tip))

        async def known() -> bool:
            return "tip.account_shut_out" in tips.names()

        await eventually(known)

    assert await sees(tips, tip, PROSECUTOR) == set()
    assert "page" in await sees(tips, tip, Person(("prosecutor",), agency="DA-07"))
    alone = await share(tips, tip, agency=None, role=None, account=str(PROSECUTOR.account))
    assert (alone.status_code, alone.json()["code"]) == (409, "account_kept_out")


async def test_only_the_coordinator_shares(tips: RunningService) -> None:
    tip = await received(tips)
    await share(tips, tip)
    for nobody in (INTAKE, PROSECUTOR, NURSE, Person(("auditor",)), Person(("administrator",))):
        assert (await share(tips, tip, by=nobody)).status_code == 403
        assert (await tips.get(f"/tips/{tip}/shares", by=nobody)).status_code == 403


async def test_whom_it_is_shared_with_changes_nothing(tips: RunningService) -> None:
    tip = await received(tips)
    await share(tips, tip)
    for path, body in (
        ("screening", {"age": "adult", "exploitation": "sex"}),
        ("corrections", {"reason": "A mistake.", "age": "adult"}),
        ("named-accounts", {"account": str(OTHER_OFFICE.account)}),
    ):
        assert (await act(tips, tip, path, body, by=PROSECUTOR)).status_code == 403


async def test_why_it_was_shared_is_sealed(tips: RunningService) -> None:
    tip = await received(tips)

    await share(tips, tip, reason="Because of Zqx.")

    assert not says("Zqx", tips.everything_stored())
    assert "Zqx" not in tips.log_lines()


async def test_who_reported_is_opened_by_no_share_and_by_no_emergency(tips: RunningService) -> None:
    reporter = {"part": "reporter", "name": "Example Neighbour Vqy"}
    tip = await received(tips, persons=[{"part": "subject", "name": NAME}, reporter])
    await share(tips, tip)
    opened = await tips.post(f"/tips/{tip}/openings", {"reason": "It cannot wait."}, by=NURSE)
    assert opened.status_code == 201, opened.text

    for who in (PROSECUTOR, NURSE):
        shown = await tips.get(f"/tips/{tip}/persons", by=who)
        assert NAME in shown.text
        assert "Vqy" not in shown.text
        assert "reporter" not in shown.text
    assert "Vqy" in (await tips.get(f"/tips/{tip}/persons", by=INTAKE)).text
