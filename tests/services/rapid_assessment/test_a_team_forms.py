"""From a tip to a standing team, over messages and HTTP, on the real database and message server."""

from datetime import timedelta
from uuid import uuid4

from contracts.events.tips import AccountNamed, TipCorrected, TipLinked, TipScreened
from services.rapid_assessment.cases import team_of
from tests.services.rapid_assessment.house import (
    ADVOCATE,
    COORDINATOR,
    DETECTIVE,
    INVESTIGATOR,
    LAW_ENFORCEMENT,
    SPARE_ADVOCATE,
    TRIED,
    House,
)
from tests.support.credentials import ISSUING, granted
from tests.support.running_service import NOON, Person, says
from tests.support.waiting import eventually

DAY = timedelta(hours=24)


async def test_three_accepted_seats_form_the_team_and_meet_its_clock(house: House) -> None:
    tip = await house.open_team()

    await house.fill(tip)

    page = await house.page(tip)
    assert (page["phase"], page["late"], page["empty_seats"]) == ("formed", False, [])
    assert house.clock_events(tip, "C06") == ["clock.started", "clock.met"]


async def test_filling_two_seats_does_not_quiet_the_third(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip, "cps_investigator", "trafficking_investigator")

    for hours in (12, 20, 23):
        house.service.time.turn(NOON + timedelta(hours=hours) - house.service.time.now())
        expected = 1 + (12, 20, 23).index(hours)

        async def warned(count: int = expected) -> bool:
            return house.clock_events(tip, "C06").count("clock.warned") == count

        await eventually(warned)
    house.service.time.turn(timedelta(hours=1))
    await house.until_clock(tip, "C06", "clock.missed")

    page = await house.page(tip)
    assert (page["phase"], page["empty_seats"]) == ("open", ["victim_advocate"])
    await house.until_told(tip, ("cps_coordinator", "clock_missed"))
    assert house.clock_events(tip, "C06") == ["clock.started", *["clock.warned"] * 3, "clock.missed"]


async def test_a_team_formed_late_stands_and_the_miss_stays(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip, "cps_investigator", "trafficking_investigator")
    house.service.time.turn(DAY)
    await house.until_clock(tip, "C06", "clock.missed")

    await house.fill(tip, "victim_advocate")

    page = await house.page(tip)
    assert (page["phase"], page["late"]) == ("formed", True)
    assert house.clock_events(tip, "C06").count("clock.missed") == 1
    assert "clock.met" not in house.clock_events(tip, "C06")


async def test_a_tip_typed_in_after_25_hours_is_missed_at_once_without_stale_warnings(house: House) -> None:
    tip = await house.open_team(received_at=NOON - timedelta(hours=25))

    assert house.clock_events(tip, "C06") == ["clock.started", "clock.missed"]
    missed = next(s for _, _, n, s in house.service.rows() if n == "clock.missed" and s["data"]["rule"] == "C06")
    assert missed["data"]["late_seconds"] == 3600
    await house.until_told(tip, ("cps_coordinator", "clock_missed"))
    assert ("cps_coordinator", "clock_warned") not in await house.told(tip)


async def test_a_credential_that_ends_before_the_third_acceptance_keeps_the_team_from_standing(house: House) -> None:
    await house.register(SPARE_ADVOCATE, until="2026-11-03")
    tip = await house.open_team()
    assert (await house.propose(tip, "victim_advocate", SPARE_ADVOCATE)).status_code == 200
    assert (await house.act(tip, "seats/victim_advocate/acceptance", by=SPARE_ADVOCATE)).status_code == 200
    await house.fill(tip, "cps_investigator")
    assert (await house.propose(tip, "trafficking_investigator", DETECTIVE)).status_code == 200
    house.service.time.turn(timedelta(hours=13))

    await house.act(tip, "seats/trafficking_investigator/acceptance", by=DETECTIVE)

    page = await house.page(tip)
    assert (page["phase"], page["empty_seats"]) == ("open", ["victim_advocate"])
    await house.fill(tip, "victim_advocate")
    assert (await house.page(tip))["phase"] == "formed"


async def test_one_person_cannot_hold_two_seats(house: House) -> None:
    path, both = f"/responders/{INVESTIGATOR.account}/credentials", granted("trafficking_investigator")
    assert (await house.service.post(path, both, by=ISSUING["MHTOTF"], version=3)).status_code == 200
    tip = await house.open_team()
    await house.fill(tip, "cps_investigator")

    refused = await house.propose(tip, "trafficking_investigator", INVESTIGATOR)

    assert (refused.status_code, refused.json()["code"]) == (409, "already_on_team")


async def test_a_wrong_or_missing_credential_is_refused_with_its_rule(house: House) -> None:
    tip = await house.open_team()

    refused = await house.propose(tip, "victim_advocate", INVESTIGATOR)

    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]) == (409, "credential", "C06")


async def test_someone_not_available_is_not_proposed(house: House) -> None:
    tip = await house.open_team()
    house.service.time.turn(timedelta(hours=73))

    refused = await house.propose(tip, "victim_advocate", ADVOCATE)

    assert (refused.status_code, refused.json()["code"]) == (409, "not_available")


async def test_a_conflict_of_interest_takes_a_responder_out_for_good(house: House) -> None:
    tip = await house.open_team()
    await house.propose(tip, "victim_advocate", ADVOCATE)

    declared = await house.act(tip, "conflicts", {"reason": "A cousin is named."}, by=ADVOCATE)

    assert declared.status_code == 200, declared.text
    assert await house.page(tip, by=ADVOCATE) == {}
    assert (await house.propose(tip, "victim_advocate", ADVOCATE)).json()["code"] == "conflict"


async def test_an_account_the_tip_names_never_sees_the_case_even_as_coordinator(house: House) -> None:
    tip = await house.open_team()
    await house.tips.tell(tip, AccountNamed(tip=tip, account=COORDINATOR.account), case=tip)

    async def hidden() -> bool:
        return await house.page(tip) == {}

    await eventually(hidden)
    other = Person(("cps_coordinator",))
    listed = await house.service.get("/teams", by=COORDINATOR)
    assert (await house.page(tip, by=other))["tip"] == str(tip)
    assert listed.json() == []
    assert (await house.service.get("/notices", by=COORDINATOR)).json() == []


async def test_a_responder_not_on_the_team_sees_nothing_of_it(house: House) -> None:
    tip = await house.open_team()

    hidden = await house.service.get(f"/teams/{team_of(tip)}", by=DETECTIVE)
    absent = await house.service.get(f"/teams/{uuid4()}", by=DETECTIVE)

    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content


async def test_an_adult_gets_no_team_and_no_clock_and_the_task_force_is_told_once(house: House) -> None:
    tip = await house.tip(age="adult")
    await house.until_told(tip, ("task_force", "adult_tip"), ("rapid_response_advocate", "adult_tip"))
    screened = TipScreened(
        tip=tip, person=uuid4(), received_at=NOON, county="Hinds", age="adult", exploitation="labour"
    )
    await house.tips.tell(tip, screened, case=tip)
    later = await house.open_team()

    assert await house.page(tip) == {}
    assert house.clock_events(tip, "C06") == house.clock_events(tip, "C02") == []
    assert len((await house.service.get("/notices", by=COORDINATOR, params={"tip": str(tip)})).json()) == 2
    assert later != tip


async def test_an_adult_found_to_be_a_child_gets_a_team_whose_clock_runs_from_receipt(house: House) -> None:
    tip = await house.tip(age="adult")
    house.service.time.turn(timedelta(hours=5))
    corrected = TipCorrected(tip=tip, person=uuid4(), received_at=NOON, county="Hinds", tribal_land=False, age="child")
    await house.tips.tell(tip, corrected, case=tip)

    await house.until_clock(tip, "C06", "clock.started")

    assert (await house.page(tip))["due_at"].startswith((NOON + DAY).isoformat()[:16])


async def test_an_unknown_age_is_handled_as_a_child_until_shown_otherwise(house: House) -> None:
    tip = await house.open_team(age="not_known")
    adult = TipScreened(tip=tip, person=uuid4(), received_at=NOON, county="Hinds", age="adult", exploitation="sex")
    await house.tips.tell(tip, adult, case=tip)
    await house.until_clock(tip, "C06", "clock.excused")
    child = TipScreened(tip=tip, person=uuid4(), received_at=NOON, county="Hinds", age="child", exploitation="sex")
    await house.tips.tell(tip, child, case=tip)

    async def open_again() -> bool:
        return bool((await house.page(tip))["opening"] == 2)

    await eventually(open_again)
    assert house.clock_events(tip, "C06") == ["clock.started", "clock.excused", "clock.started"]


async def test_linked_tips_keep_one_team(house: House) -> None:
    first, later = await house.open_team(), await house.open_team()
    await house.tips.tell(later, TipLinked(tip=later, other=first, first=first), case=later)
    await house.tips.tell(first, TipLinked(tip=first, other=later, first=first), case=first)

    await house.until_clock(later, "C06", "clock.excused")

    assert (await house.page(first))["phase"] == "open"
    assert (await house.page(later))["phase"] == "stood_down"


async def test_contact_made_meets_its_clock_and_closes_the_duty(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip)
    body = {"made_at": house.service.time.now().isoformat(), "place": "school office"}

    done = await house.act(tip, "contact", body, by=INVESTIGATOR)

    assert done.status_code == 200, done.text
    assert house.clock_events(tip, "C02") == ["clock.started", "clock.met"]
    assert (await house.page(tip))["contact"]["duty_open"] is False


async def test_a_child_not_found_leaves_the_duty_open_and_tells_coordinator_and_police(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip)
    assert (await house.act(tip, "contact-impossible", TRIED, by=INVESTIGATOR)).status_code == 200
    await house.until_told(tip, ("cps_coordinator", "contact_impossible"), ("law_enforcement", "contact_impossible"))
    house.service.time.turn(DAY)
    await house.until_clock(tip, "C02", "clock.missed")

    contact = (await house.page(tip))["contact"]
    assert (contact["duty_open"], contact["attempts_recorded"], contact["steps_planned"]) == (True, 1, 1)
    assert ("law_enforcement", "contact_impossible") in await house.told(tip, by=LAW_ENFORCEMENT)


async def test_contact_typed_in_later_shows_that_the_miss_was_none(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip)
    house.service.time.turn(DAY + timedelta(hours=2))
    await house.until_clock(tip, "C02", "clock.missed")
    seen = {"made_at": (NOON + timedelta(hours=3)).isoformat(), "place": "school office"}

    await house.act(tip, "contact", seen, by=INVESTIGATOR)

    assert house.clock_events(tip, "C02")[-2:] == ["clock.missed", "clock.found_met"]


async def test_a_notice_is_acknowledged_once_by_the_role_it_was_sent_to(house: House) -> None:
    tip = await house.open_team(received_at=NOON - timedelta(hours=25))
    await house.until_told(tip, ("law_enforcement", "clock_missed"))
    rows = (await house.service.get("/notices", by=LAW_ENFORCEMENT)).json()
    path = f"/notices/{rows[0]['notice']}/acknowledgement"

    done = await house.service.post(path, by=LAW_ENFORCEMENT)
    again = await house.service.post(path, by=LAW_ENFORCEMENT)
    not_theirs = await house.service.post(path, by=DETECTIVE)

    assert {row["role"] for row in rows} == {"law_enforcement"}
    assert [done.status_code, again.status_code, not_theirs.status_code] == [200, 409, 404]


async def test_a_stood_down_team_excuses_its_clocks(house: House) -> None:
    tip = await house.open_team()

    done = await house.end(tip)

    assert done.status_code == 200, done.text
    assert house.clock_events(tip, "C06") == ["clock.started", "clock.excused"]
    assert house.clock_events(tip, "C02") == ["clock.started", "clock.ruled", "clock.excused"]
    assert (await house.page(tip))["contact"]["duty_open"] is False


async def test_two_who_act_on_one_version_of_a_team_do_not_both_win(house: House) -> None:
    tip = await house.open_team()
    version = (await house.page(tip))["version"]
    path = f"/teams/{team_of(tip)}/seats/cps_investigator/proposal"
    body = {"responder": str(INVESTIGATOR.account)}

    first = await house.service.post(path, body, by=COORDINATOR, version=version)
    second = await house.service.post(path, body, by=COORDINATOR, version=version)

    assert [first.status_code, second.status_code] == [200, 412]


async def test_no_reason_or_place_is_stored_or_logged_in_plain(house: House) -> None:
    tip = await house.open_team()
    await house.propose(tip, "victim_advocate", ADVOCATE)
    await house.act(tip, "seats/victim_advocate/decline", {"reason": "Cousin Zqx is named."}, by=ADVOCATE)

    assert not says("Zqx", house.service.everything_stored())
    assert "Zqx" not in house.service.log_lines()


async def test_a_member_leaves_its_own_seat_and_nobody_elses(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip, "cps_investigator", "victim_advocate")
    reason = {"reason": "Taken ill in the night."}

    not_theirs = await house.act(tip, "seats/cps_investigator/release", reason, by=ADVOCATE)
    own = await house.act(tip, "seats/victim_advocate/release", reason, by=ADVOCATE)

    assert [not_theirs.status_code, own.status_code] == [404, 200], own.text
    assert (await house.page(tip))["seats"]["victim_advocate"]["held_by"] is None
