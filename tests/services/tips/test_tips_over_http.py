"""Tips through the service's own interface, on the real database and message server."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.events.rapid_assessment import AccountKeptOut, TeamFormed, TeamOpened
from tests.services.tips.house import COORDINATOR, INTAKE, NAME, REPORTER, STORY, a_tip, act
from tests.support.running_service import NOON, Person, RunningService, says
from tests.support.waiting import eventually

HOUR = timedelta(hours=1)


async def test_a_received_tip_can_be_read_and_is_routed(tips: RunningService) -> None:
    received = await tips.post("/tips", a_tip(county="hinds county"), by=INTAKE)
    assert received.status_code == 201, received.text
    tip = received.json()["reference"]

    page = await tips.get(f"/tips/{tip}", by=INTAKE)

    assert page.status_code == 200, page.text
    assert page.headers["ETag"] == received.headers["ETag"] == '"2"'
    assert page.json()["state"]["county"] == "Hinds"
    assert page.json()["routing"]["circuit_court_district"] == 7
    assert {"MDCPS", "SHTC"} <= {told["agency_id"] for told in page.json()["to_tell"]}
    assert NAME not in page.text


async def test_names_are_shown_to_intake_and_the_read_is_on_record(tips: RunningService) -> None:
    tip = (await tips.post("/tips", a_tip(), by=INTAKE)).json()["reference"]

    persons = await tips.get(f"/tips/{tip}/persons", by=INTAKE)

    assert [(p["name"], p["narrative"]) for p in persons.json()] == [(NAME, STORY)]
    stream, _, name, state = tips.rows()[-1]
    assert (name, state["data"]["records"], state["actor"]) == (
        "operation.page_read",
        [tip],
        f"account:{INTAKE.account}",
    )
    assert state["correlation_id"] == tip
    assert stream != UUID(tip)


async def test_no_name_or_story_is_stored_or_logged_in_plain(tips: RunningService) -> None:
    tip = (await tips.post("/tips", a_tip(), by=INTAKE)).json()["reference"]
    await tips.get(f"/tips/{tip}/persons", by=INTAKE)

    assert not says("Zqx", tips.everything_stored())
    assert "Zqx" not in tips.log_lines()


async def test_a_reporter_learns_by_the_receipt_code_that_the_tip_arrived(tips: RunningService) -> None:
    received = await tips.post("/tips", a_tip(), by=REPORTER)
    code = received.json()["receipt_code"]

    shown = await tips.post("/receipts", {"receipt_code": code.lower()})
    wrong = await tips.post("/receipts", {"receipt_code": "AAAA-BBBB-CCCC"})

    assert shown.status_code == 200, shown.text
    assert shown.json()["looked_at"] is False
    assert wrong.status_code == 404


async def test_another_agency_hands_a_tip_in_and_reads_nothing(tips: RunningService) -> None:
    tip = (await tips.post("/tips", a_tip(), by=REPORTER)).json()["reference"]

    assert (await tips.get(f"/tips/{tip}", by=REPORTER)).status_code == 403
    assert (await tips.get(f"/tips/{tip}")).status_code == 401


async def test_someone_the_tip_names_gets_the_same_answer_as_for_no_tip(tips: RunningService) -> None:
    tip = (await tips.post("/tips", a_tip(named_accounts=[str(COORDINATOR.account)]), by=INTAKE)).json()["reference"]

    hidden = await tips.get(f"/tips/{tip}", by=COORDINATOR)
    absent = await tips.get(f"/tips/{uuid4()}", by=COORDINATOR)
    listed = await tips.get("/tips", by=COORDINATOR)

    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content
    assert listed.json() == []


async def test_a_repeated_key_has_one_effect_and_one_answer(tips: RunningService) -> None:
    first = await tips.post("/tips", a_tip(), by=INTAKE, key="one-and-the-same")
    again = await tips.post("/tips", a_tip(), by=INTAKE, key="one-and-the-same")

    assert again.status_code == first.status_code == 201
    assert again.json() == first.json()
    assert tips.names().count("tips.tip_received") == 1


@pytest.mark.parametrize("other", ["body", "caller"])
async def test_a_key_used_for_something_else_changes_nothing(tips: RunningService, other: str) -> None:
    await tips.post("/tips", a_tip(), by=INTAKE, key="one-and-the-same")
    before = tips.rows()

    refused = await tips.post(
        "/tips",
        a_tip(county="Rankin") if other == "body" else a_tip(),
        by=COORDINATOR if other == "caller" else INTAKE,
        key="one-and-the-same",
    )

    assert refused.status_code == 422
    assert refused.headers["content-type"].startswith("application/problem+json")
    assert tips.rows() == before


BAD = {
    "malformed JSON": (b'{"channel": ', 400, ""),
    "unknown county": (a_tip(county="Jeferson"), 422, "county"),
    "a time in the future": (a_tip(received_at=(NOON + timedelta(minutes=1)).isoformat()), 422, "received_at"),
    "a time without zone": (a_tip(received_at="2026-11-03T11:00:00"), 422, "received_at"),
    "unknown channel": (a_tip(channel="pigeon"), 422, "channel"),
    "a 10 MB narrative": (a_tip(persons=[{"part": "subject", "narrative": "x" * 10_000_000}]), 422, ""),
    "a long narrative": (a_tip(persons=[{"part": "subject", "narrative": "x" * 30_000}]), 422, "narrative"),
    "nobody the tip is about": (a_tip(persons=[{"part": "suspect"}]), 422, "persons"),
    "an unknown field": (a_tip(surprise=1), 422, ""),
}


@pytest.mark.parametrize("what", BAD)
async def test_bad_input_is_answered_plainly_and_changes_nothing(tips: RunningService, what: str) -> None:
    body, status, field = BAD[what]

    answer = await tips.post("/tips", body, by=INTAKE)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert field in answer.json().get("field", "")
    assert tips.names() == []


async def test_near_counties_are_named_for_a_misspelt_one(tips: RunningService) -> None:
    answer = await tips.post("/tips", a_tip(county="Jeferson"), by=INTAKE)

    assert "Jefferson" in answer.json()["detail"]


async def test_a_screening_on_a_stale_version_is_refused(tips: RunningService) -> None:
    tip = (await tips.post("/tips", a_tip(), by=INTAKE)).json()["reference"]
    screening = {"age": "child", "exploitation": "sex", "indicators": ["hotel_motel"]}

    missing = await tips.post(f"/tips/{tip}/screening", screening, by=INTAKE)
    done = await tips.post(f"/tips/{tip}/screening", screening, by=INTAKE, version=2)
    stale = await tips.post(f"/tips/{tip}/screening", screening, by=COORDINATOR, version=2)
    absent = await tips.post(f"/tips/{uuid4()}/screening", screening, by=INTAKE, version=2)

    assert [missing.status_code, done.status_code, stale.status_code, absent.status_code] == [400, 200, 412, 404]
    assert tips.names().count("tips.tip_screened") == 1


async def test_each_screening_is_told_with_its_list_its_answers_and_who_did_it(tips: RunningService) -> None:
    tip = (await tips.post("/tips", a_tip(received_at=(NOON - HOUR).isoformat()), by=INTAKE)).json()["reference"]
    asked = (await tips.get("/reference", by=INTAKE)).json()["screening"]
    by_list = {"instrument": asked["instrument"], "instrument_version": asked["version"]}
    first = {"age": "child", "exploitation": "sex", "indicators": ["debt"], "not_present": ["drugs"]} | by_list
    earlier = {"age": "adult", "exploitation": "sex", "screened_at": (NOON - HOUR / 2).isoformat()}
    unheard = first | {"instrument_version": 99}

    at_that_moment = first | {"indicators": []}
    await tips.post(f"/tips/{tip}/screening", at_that_moment, by=INTAKE, version=2)
    done = await tips.post(f"/tips/{tip}/screening", first, by=INTAKE, version=4)
    refused = await tips.post(f"/tips/{tip}/screening", unheard, by=INTAKE, version=6)
    late = await tips.post(f"/tips/{tip}/screening", earlier, by=COORDINATOR, version=6)
    told = await tips.get(f"/tips/{tip}/screenings", by=COORDINATOR)
    hidden = await tips.get(f"/tips/{uuid4()}/screenings", by=COORDINATOR)

    assert [each.status_code for each in (done, refused, late, hidden)] == [200, 422, 200, 404]
    assert refused.json()["field"] == "instrument"
    last, replaced, before = told.json()
    assert (replaced["present"], replaced["result"]) == ([], "not_all_asked")
    assert (last["result"], last["citation"]) == ("suspected", "Miss. Code 43-21-353(1)")
    assert (last["present"], last["not_present"], len(last["not_asked"])) == (["debt"], ["drugs"], 21)
    assert (last["by"], before["by"]) == (str(INTAKE.account), str(COORDINATOR.account))
    assert (before["age"], before["result"]) == ("adult", "not_all_asked")
    state = (await tips.get(f"/tips/{tip}", by=INTAKE)).json()["state"]
    assert (state["age"], state["screening_result"]) == ("child", "suspected")
    assert tips.names().count("tips.tip_screened") == 2
    assert "duty.fell_away" not in tips.names()


async def test_two_tips_about_one_child_are_linked_on_both(tips: RunningService) -> None:
    first = (await tips.post("/tips", a_tip(), by=INTAKE)).json()["reference"]
    later = (await tips.post("/tips", a_tip(received_at=NOON.isoformat()), by=INTAKE)).json()["reference"]
    decision = {"other": first, "same_person": True, "reason": "The same girl, the same motel."}

    done = await tips.post(f"/tips/{later}/duplicate-decisions", decision, by=INTAKE, version=2)

    assert done.status_code == 200, done.text
    pages = [(await tips.get(f"/tips/{tip}", by=INTAKE)).json()["state"] for tip in (first, later)]
    assert [(page["linked"], page["first"]) for page in pages] == [([later], first), ([first], first)]
    again = await tips.post(f"/tips/{later}/duplicate-decisions", decision, by=INTAKE, version=done.json()["version"])
    assert (again.status_code, again.json()["code"]) == (409, "duplicate_decided_already")


async def test_a_link_is_taken_back_on_both_by_those_who_may_link_and_by_nobody_else(tips: RunningService) -> None:
    first = (await tips.post("/tips", a_tip(), by=INTAKE)).json()["reference"]
    later = (await tips.post("/tips", a_tip(received_at=NOON.isoformat()), by=INTAKE)).json()["reference"]
    kept_out = Person(("cps_intake",))
    await act(tips, first, "named-accounts", {"account": str(kept_out.account)})
    same = {"other": first, "same_person": True, "reason": "The same girl, the same motel."}
    assert (await act(tips, later, "duplicate-decisions", same)).status_code == 200
    assert (await tips.get(f"/tips/{later}", by=kept_out)).status_code == 404
    two_people = {"other": first, "reason": "Two cousins of one name."}

    nurse = await tips.post(f"/tips/{later}/partings", two_people, by=Person(("forensic_nurse",)), version=1)
    hidden = await tips.post(f"/tips/{later}/partings", two_people, by=kept_out, version=1)
    done = await act(tips, later, "partings", two_people, by=COORDINATOR)

    assert [nurse.status_code, hidden.status_code, done.status_code] == [403, 404, 200], done.text
    pages = [(await tips.get(f"/tips/{tip}", by=INTAKE)).json()["state"] for tip in (first, later)]
    assert [(page["linked"], page["first"]) for page in pages] == [([], first), ([], later)]
    assert [page["named_by_link"] + page["readmitted"] for page in pages] == [[], []], "told to nobody"
    assert [(await tips.get(f"/tips/{tip}", by=kept_out)).status_code for tip in (first, later)] == [404, 200]
    listed = await tips.get("/tips", by=kept_out, after=done)
    assert [(row["tip"], row["linked"]) for row in listed.json()] == [(later, [])]
    again = await act(tips, later, "partings", two_people)
    assert (again.status_code, again.json()["code"]) == (409, "tips_not_linked")


async def test_whoever_declares_a_conflict_while_two_are_linked_is_out_of_both_for_good(tips: RunningService) -> None:
    first = (await tips.post("/tips", a_tip(), by=INTAKE)).json()["reference"]
    later = (await tips.post("/tips", a_tip(received_at=NOON.isoformat()), by=INTAKE)).json()["reference"]
    same = {"other": first, "same_person": True, "reason": "The same girl, the same motel."}
    assert (await act(tips, later, "duplicate-decisions", same)).status_code == 200
    cousin = Person(("cps_intake",))
    team = uuid4()
    await tips.upstream("rapid_assessment").tell(team, AccountKeptOut(tip=UUID(first), account=cousin.account))

    async def out_of_both() -> bool:
        return {(await tips.get(f"/tips/{tip}", by=cousin)).status_code for tip in (first, later)} == {404}

    await eventually(out_of_both)
    assert (await act(tips, later, "partings", {"other": first, "reason": "Two girls."})).status_code == 200
    assert await out_of_both()


async def test_a_child_is_not_referred_as_an_adult(tips: RunningService) -> None:
    tip = (await tips.post("/tips", a_tip(age="not_known"), by=INTAKE)).json()["reference"]

    refused = await tips.post(f"/tips/{tip}/referrals", {"agency": "TOWER", "agreed": True}, by=INTAKE, version=2)

    assert (refused.status_code, refused.json()["code"]) == (409, "not_shown_to_be_adult")


async def test_the_list_shows_ones_own_write(tips: RunningService) -> None:
    received = await tips.post("/tips", a_tip(), by=INTAKE)

    listed = await tips.get("/tips", by=INTAKE, after=received)

    assert [row["tip"] for row in listed.json()] == [received.json()["reference"]]


async def test_news_of_the_team_reaches_the_tip(tips: RunningService) -> None:
    tip = (await tips.post("/tips", a_tip(), by=INTAKE)).json()["reference"]
    team, upstream = uuid4(), tips.upstream("rapid_assessment")
    opened = TeamOpened(
        team=team, tip=UUID(tip), person=uuid4(), received_at=NOON, due_at=NOON + timedelta(hours=24), opening=1
    )
    await upstream.tell(team, opened, case=UUID(tip))
    await upstream.tell(team, TeamFormed(team=team, tip=UUID(tip), formed_at=NOON, late=False), case=UUID(tip))

    async def formed() -> bool:
        state = (await tips.get(f"/tips/{tip}", by=INTAKE)).json()["state"]
        return bool(state["team_news"] == "formed")

    await eventually(formed)
    noted = [state for _, _, name, state in tips.rows() if name == "tip.team_noted"]
    assert [state["correlation_id"] for state in noted] == [tip, tip]
