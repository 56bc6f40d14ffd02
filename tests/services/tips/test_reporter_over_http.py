"""Who reported is shown by two persons to one, for hours, and each read of it is on record."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from services.kernel.operations import PageRead
from tests.services.tips.house import COORDINATOR, INTAKE, act, received
from tests.support.running_service import Person, RunningService

PROSECUTOR = Person(("prosecutor",), agency="DA-07")
COLLEAGUE = Person(("prosecutor",), agency="DA-07")
INVESTIGATOR = Person(("cps_investigator",), agency="MDCPS")
NURSE = Person(("forensic_nurse",), agency="BRIDGE")
HOURS = timedelta(hours=4)
WHO = "Example Neighbor Wqy"
PERSONS = [
    {"part": "subject", "name": "Example Child Zqx", "narrative": "Invented."},
    {"part": "reporter", "name": WHO, "contact": "601-555-0100"},
]
ASK = {
    "purpose": "prosecution",
    "reason": "Wqy may have seen it.",
    "to_whom": "The office's investigator, to speak with Wqy.",
    "authority": "Miss. Code 43-21-353(4)",
}


async def a_shared_tip(tips: RunningService, **changes: Any) -> str:
    tip = await received(tips, persons=PERSONS, **changes)
    assert (await share(tips, tip)).status_code == 201
    return tip


async def share(tips: RunningService, tip: str, **changes: Any) -> httpx.Response:
    until = (tips.time.now() + timedelta(days=1)).isoformat()
    body = {"purpose": "prosecution", "agency": "DA-07", "role": "prosecutor", "reason": "Charges.", "until": until}
    return await tips.post(f"/tips/{tip}/shares", body | changes, by=COORDINATOR)


async def ask(tips: RunningService, tip: str, *, by: Person = PROSECUTOR, **changes: Any) -> httpx.Response:
    return await tips.post(f"/tips/{tip}/reporter/releases", ASK | changes, by=by)


async def answer(
    tips: RunningService, tip: str, release: str, *, by: Person = COORDINATOR, how: str = "agreement"
) -> httpx.Response:
    body = {"reason": "Not for this."} if how == "refusal" else None
    return await tips.post(f"/tips/{tip}/reporter/releases/{release}/{how}", body, by=by)


async def read(tips: RunningService, tip: str, *, by: Person = PROSECUTOR) -> httpx.Response:
    return await tips.get(f"/tips/{tip}/reporter", by=by)


async def test_two_persons_show_it_to_one_for_hours_and_each_read_is_on_record(tips: RunningService) -> None:
    tip = await a_shared_tip(tips)
    assert (await read(tips, tip)).status_code == 404
    release = (await ask(tips, tip)).json()["reference"]
    assert (await read(tips, tip)).status_code == 404

    assert (await answer(tips, tip, release)).status_code == 200

    (told,) = (await read(tips, tip)).json()
    assert (told["part"], told["name"], told["contact"]) == ("reporter", WHO, "601-555-0100")
    # To nobody else, by no other page, and not of another tip.
    assert (await read(tips, tip, by=COLLEAGUE)).status_code == 404
    assert WHO not in (await tips.get(f"/tips/{tip}/persons", by=PROSECUTOR)).text
    assert (await read(tips, await a_shared_tip(tips))).status_code == 404
    pages = [state for _, _, name, state in tips.rows() if name == PageRead.NAME]
    shown = [each for each in pages if each["data"]["question"] == "who reported a tip"]
    assert [each["actor"] for each in shown] == [f"account:{PROSECUTOR.account}"]

    tips.time.turn(HOURS - timedelta(seconds=1))
    assert (await read(tips, tip)).status_code == 200
    tips.time.turn(timedelta(seconds=1))
    assert (await read(tips, tip)).status_code == 404
    stored = tips.everything_stored()
    assert [each for each in (WHO, ASK["reason"], ASK["to_whom"]) if each in stored] == []


async def test_child_protection_is_shown_it_by_a_courts_order_alone(tips: RunningService) -> None:
    tip = await received(tips, persons=PERSONS)
    given = await share(tips, tip, purpose="investigation", agency="MDCPS", role="cps_investigator")
    assert given.status_code == 201, given.text
    refused = await ask(tips, tip, by=INVESTIGATOR)
    assert (refused.status_code, refused.json()["code"]) == (409, "release_needs_order")
    assert refused.json()["citation"] == "Miss. Code 43-21-353"
    order = {"court": "Example Youth Court Wqy", "ordered_on": "2026-11-02", "number": "Wqy-17"}
    partly = await ask(tips, tip, by=INVESTIGATOR, order={"court": "Example Youth Court"})
    assert (partly.status_code, partly.json()["field"]) == (422, "order")

    release = (await ask(tips, tip, by=INVESTIGATOR, order=order)).json()["reference"]

    assert (await read(tips, tip, by=INVESTIGATOR)).status_code == 404
    (seen,) = (await tips.get(f"/tips/{tip}/reporter/releases", by=COORDINATOR)).json()
    assert seen["order"] == order
    assert (await answer(tips, tip, release)).status_code == 200
    assert (await read(tips, tip, by=INVESTIGATOR)).json()[0]["name"] == WHO
    stored = tips.everything_stored()
    assert [each for each in (WHO, order["court"], order["number"]) if each in stored] == []


async def test_nobody_agrees_to_their_own_and_a_second_time_it_is_not_answered(tips: RunningService) -> None:
    tip = await a_shared_tip(tips)
    both = Person(("prosecutor", "cps_coordinator"), agency="DA-07")
    own = (await ask(tips, tip, by=both)).json()["reference"]
    assert (await answer(tips, tip, own, by=both)).json()["code"] == "own_release"
    other = Person(("prosecutor", "cps_coordinator"), agency="DA-07")
    assert (await answer(tips, tip, own, by=other)).json()["code"] == "same_role_and_agency"
    for nobody in (PROSECUTOR, INTAKE, NURSE):
        assert (await answer(tips, tip, own, by=nobody)).status_code == 403

    assert (await answer(tips, tip, own, how="refusal")).status_code == 200

    assert (await answer(tips, tip, own)).json()["code"] == "release_answered_already"
    assert tips.names().count("reporter.release_agreed") == 0


async def test_who_is_given_no_names_of_the_case_does_not_ask(tips: RunningService) -> None:
    tip = await received(tips, persons=PERSONS)
    hidden, absent = await ask(tips, tip), await ask(tips, str(uuid4()))
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    # No emergency opens it, either.
    reason = {"reason": "The hearing is now."}
    assert (await tips.post(f"/tips/{tip}/openings", reason, by=PROSECUTOR)).status_code == 201
    assert (await ask(tips, tip)).status_code == 404
    assert (await read(tips, tip)).status_code == 404
    for nobody in (NURSE, INTAKE, COORDINATOR):
        assert (await ask(tips, tip, by=nobody)).status_code == 403


async def test_neither_is_named_in_the_tip(tips: RunningService) -> None:
    named = Person(("cps_coordinator",), agency="MDCPS")
    tip = await a_shared_tip(tips, named_accounts=[str(named.account), str(COLLEAGUE.account)])
    assert (await ask(tips, tip, by=COLLEAGUE)).status_code == 404
    release = (await ask(tips, tip)).json()["reference"]
    assert (await answer(tips, tip, release, by=named)).status_code == 404
    assert (await answer(tips, tip, release)).status_code == 200
    assert (await read(tips, tip)).status_code == 200

    await act(tips, tip, "named-accounts", {"account": str(PROSECUTOR.account)})

    assert (await read(tips, tip)).status_code == 404


async def test_whom_the_tip_comes_to_name_while_it_waits_is_shown_nothing_by_an_agreement(tips: RunningService) -> None:
    tip = await a_shared_tip(tips)
    release = (await ask(tips, tip)).json()["reference"]
    await act(tips, tip, "named-accounts", {"account": str(PROSECUTOR.account)})

    assert (await answer(tips, tip, release)).json()["code"] == "release_to_named"


async def test_when_the_share_is_over_the_release_is(tips: RunningService) -> None:
    tip = await received(tips, persons=PERSONS)
    shared = (await share(tips, tip)).json()["reference"]
    release = (await ask(tips, tip)).json()["reference"]
    await answer(tips, tip, release)
    assert (await read(tips, tip)).status_code == 200

    await tips.post(f"/tips/{tip}/shares/{shared}/end", by=COORDINATOR)

    assert (await read(tips, tip)).status_code == 404


async def test_who_asked_sees_their_own_asks_and_who_answers_sees_all_with_their_reasons(tips: RunningService) -> None:
    tip = await a_shared_tip(tips)
    mine = (await ask(tips, tip)).json()["reference"]
    theirs = (await ask(tips, tip, by=COLLEAGUE)).json()["reference"]
    path = f"/tips/{tip}/reporter/releases"

    (own,) = (await tips.get(path, by=PROSECUTOR)).json()
    both = (await tips.get(path, by=COORDINATOR)).json()

    assert (own["release"], own["answer"], own["reason"]) == (mine, "", ASK["reason"])
    assert [each["release"] for each in both] == [theirs, mine]
    assert {name: own[name] for name in ASK} == ASK
    assert (await ask(tips, tip)).json()["code"] == "release_asked_already"


async def test_those_who_wrote_it_down_read_it_as_ever(tips: RunningService) -> None:
    tip = await received(tips, persons=PERSONS)
    for who in (INTAKE, COORDINATOR):
        assert WHO in (await tips.get(f"/tips/{tip}/persons", by=who)).text
        assert WHO in (await read(tips, tip, by=who)).text


async def test_who_asks_waits_on_the_list_of_those_who_answer_until_they_have(tips: RunningService) -> None:
    named = Person(("cps_coordinator",), agency="MDCPS")
    first, second = await a_shared_tip(tips), await a_shared_tip(tips, named_accounts=[str(named.account)])
    asked = []
    for tip in (first, second):
        asked.append((await ask(tips, tip)).json()["reference"])
        tips.time.turn(timedelta(minutes=1))

    waiting = (await tips.get("/releases", by=COORDINATOR)).json()

    assert ([each["release"] for each in waiting["releases"]], waiting["total"]) == (asked, 2)
    assert waiting["releases"][0] == {
        "release": asked[0],
        "tip": first,
        "account": str(PROSECUTOR.account),
        "agency": "DA-07",
        "purpose": "prosecution",
        "asked_at": "2026-11-03T18:00:00Z",
    }
    assert await waits_for(tips, named) == [asked[0]]
    assert (await tips.get("/releases", by=INTAKE)).status_code == 403
    await answer(tips, first, asked[0])
    await answer(tips, second, asked[1], how="refusal")
    assert await waits_for(tips, COORDINATOR) == []


async def waits_for(tips: RunningService, who: Person) -> list[str]:
    return [each["release"] for each in (await tips.get("/releases", by=who)).json()["releases"]]
