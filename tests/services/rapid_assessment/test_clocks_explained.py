"""Every clock of a case explained over HTTP: by law, in steps, with what became of it; for whoever reads the team."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from contracts.jurisdictions.clocks import Lawful
from services.kernel.operations import PageRead, RecordShown
from services.rapid_assessment import main
from services.rapid_assessment.cases import clock_of, team_of
from tests.services.rapid_assessment.given import MISSISSIPPI
from tests.services.rapid_assessment.house import (
    ATTEMPT,
    COORDINATOR,
    INVESTIGATOR,
    LAW_ENFORCEMENT,
    SEATS,
    STEP,
    TAKEN_OVER,
    TRIED,
    House,
)
from tests.services.rapid_assessment.test_custody_over_http import record
from tests.support.running_service import NOON, Person

HOUR = timedelta(hours=1)


async def explained(house: House, tip: Any, clock: str = "", by: Person = COORDINATOR) -> Any:
    answer = await house.service.get(f"/teams/{team_of(tip)}/clocks{'/' if clock else ''}{clock}", by=by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_team_s_clock_is_explained_from_receipt_to_its_end(house: House) -> None:
    tip = await house.open_team()

    clock = await explained(house, tip, "C06")

    assert (clock["clock"], clock["rule"]["version"], clock["rule"]["confidence"]) == ("C06-1", 1, "V")
    assert "43-26-3" in clock["rule"]["citation"]
    assert clock["trigger"]["name"] == "rapid_assessment.team_opened"
    _, _, name, state = house.service.rows()[clock["trigger"]["position"] - 1]
    assert (name, state["recorded_at"]) == ("rapid_assessment.team_opened", _utc(clock["trigger"]["recorded_at"]))
    (step,) = clock["arithmetic"]["steps"]
    assert (step["since"], step["until"]) == ("2026-11-03T12:00:00-06:00", "2026-11-04T12:00:00-06:00")
    assert _at(step["until"]) == _at(clock["due_at"])
    assert [each["given"] for each in clock["warnings"]] == [False, False, False]
    assert (clock["state"], [each["what"] for each in clock["course"]]) == ("running", ["started"])

    house.service.time.turn(12 * HOUR)
    await house.until_clock(tip, "C06", "clock.warned")
    await house.fill(tip)

    clock = await explained(house, tip, "C06-1", INVESTIGATOR)
    assert [each["given"] for each in clock["warnings"]] == [True, False, False]
    assert (clock["state"], [each["what"] for each in clock["course"]]) == ("met", ["started", "warned", "met"])
    # Who met it may sit on a seat that not everybody is told of.
    assert {each["by"] for each in clock["course"]} == {None}


async def test_custody_s_clock_names_the_weekend_and_every_clock_there_was_is_told(house: House) -> None:
    tip = await house.open_team()
    # Thursday noon: authorised; the hearing is due on Monday.
    house.service.time.turn(48 * HOUR)
    now = house.service.time.now()
    await record(house, tip, "taken", taken_at=now, county="Hinds", agency="MDCPS")
    await record(house, tip, "authorised", authorised_at=now, form="written")

    clock = await explained(house, tip, "C22")
    assert [step["why"] for step in clock["arithmetic"]["steps"]] == ["counted", "saturday", "sunday", "counted"]
    assert clock["trigger"]["name"] == "custody.authorised"
    assert _at(clock["arithmetic"]["ends"]["at"]) == _at(clock["due_at"]) == now + 96 * HOUR

    every = await explained(house, tip)
    assert [each["clock"] for each in every] == ["C06-1", "C02-1", "C19-1", "C22-1"]
    of_tip = await house.service.get(f"/teams/of-tip/{tip}/clocks", by=COORDINATOR)
    assert of_tip.json() == every


async def test_who_excused_a_clock_is_told_and_a_second_opening_has_clocks_of_its_own(house: House) -> None:
    tip = await house.open_team()
    stood_down = await house.end(tip)
    assert stood_down.status_code == 200, stood_down.text

    clock = await explained(house, tip, "C06")

    excused = clock["course"][-1]
    assert (clock["state"], excused["what"], excused["reason"]) == ("excused", "excused", "team_stood_down")
    assert (excused["by"], excused["agency"]) == (str(COORDINATOR.account), COORDINATOR.agency)


async def test_a_clock_is_shown_to_who_reads_the_team_and_to_nobody_else_and_the_read_is_on_record(
    house: House,
) -> None:
    tip = await house.open_team()
    path = f"/teams/{team_of(tip)}/clocks/C06"

    await explained(house, tip, "C06")
    read = [state for _, _, name, state in house.service.rows() if name == RecordShown.NAME][-1]
    assert read["actor"] == f"account:{COORDINATOR.account}"
    assert read["data"]["records"] == [str(team_of(tip)), str(clock_of(tip, "C06", 1))]
    hidden = await house.service.get(path, by=SEATS["victim_advocate"])
    stranger = await house.service.get(path, by=LAW_ENFORCEMENT)
    absent = await house.service.get(f"/teams/{tip}/clocks/C06", by=SEATS["victim_advocate"])
    none = await house.service.get(f"/teams/{team_of(tip)}/clocks/C22", by=COORDINATOR)
    assert {each.status_code for each in (hidden, stranger, absent, none)} == {404}
    assert hidden.content == stranger.content == absent.content == none.content


async def test_a_team_is_not_stood_down_while_the_child_is_owed_something_and_every_duty_is_named(house: House) -> None:
    tip = await house.open_team()
    now = house.service.time.now()
    await record(house, tip, "taken", taken_at=now, county="Hinds", agency="MDCPS")
    reason = {"reason": "Nothing more to do."}

    refused = await house.act(tip, "stand-down", reason, by=COORDINATOR)
    assert (refused.status_code, refused.json()["code"]) == (409, "duties_open")
    assert (refused.json()["rule"], refused.json()["citation"]) == ("C02, C20, C19", "Miss. Code 43-26-3(2)(a)")
    for named in ("In-person contact with the child (C02)", "Custody without an order (C19)"):
        assert named in refused.json()["detail"]

    assert (await house.rule_on(tip, "C02", TAKEN_OVER)).status_code == 200
    await record(house, tip, "judge-notified", notified_at=now, how="telephone")
    await record(house, tip, "release", released_at=now, to="parent")
    assert (await house.act(tip, "stand-down", reason, by=COORDINATOR)).status_code == 200


async def test_a_clock_is_decided_about_only_as_its_rule_lists_by_the_coordinator_and_says_so(house: House) -> None:
    tip = await house.open_team()
    allowed = {"what": "found_met", "authority": "record_made_then", "document": "Radio log of the night."}
    for ruling in (
        {"what": "extended", "authority": "court_order", "document": "Order 1", "at": NOON.isoformat()},
        {"what": "excused", "authority": "taken_over_elsewhere", "document": "A letter."},
    ):
        refused = await house.rule_on(tip, "C06", ruling)
        assert (refused.status_code, refused.json()["code"], refused.json()["rule"]) == (
            409,
            "clock_not_so_ruled",
            "C06",
        )
    assert (await house.rule_on(tip, "C06", allowed)).json()["field"] == "at"
    in_time = allowed | {"at": (NOON + HOUR).isoformat()}
    house.service.time.turn(25 * HOUR)
    await house.until_clock(tip, "C06", "clock.missed")
    assert (await house.rule_on(tip, "C06", in_time)).json()["code"] == "team_not_formed"
    await house.fill(tip)
    late = allowed | {"at": (NOON + 24 * HOUR).isoformat()}
    assert (await house.rule_on(tip, "C06", late)).json()["code"] == "clock_not_in_time"
    assert (await house.rule_on(tip, "C06", in_time, by=INVESTIGATOR)).status_code == 403

    assert (await house.rule_on(tip, "C06", in_time)).status_code == 200

    clock = await explained(house, tip, "C06")
    found = clock["course"][-1]
    assert (clock["state"], found["what"], found["authority"]) == ("found_met", "found_met", "record_made_then")
    assert (found["by"], found["document"]) == (str(COORDINATOR.account), "Radio log of the night.")
    # The hotline reads the team and not by which paper.
    assert (await explained(house, tip, "C06", Person(("cps_intake",))))["course"][-1]["document"] is None
    assert (await house.rule_on(tip, "C06", in_time)).json()["code"] == "clock_ended_otherwise"


@pytest.fixture
def a_court_may_extend(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the files of a state may say of its team's clock."""
    order = Lawful(
        what="extended", authority="court_order", words="A court", citation="Law 1", confidence="U", note=None
    )
    rules = [
        msgspec.structs.replace(each, lawfully=(order,)) if each.rule == "C06" else each for each in MISSISSIPPI.clocks
    ]
    tables = msgspec.structs.replace(MISSISSIPPI, clocks=tuple(rules))
    monkeypatch.setattr(main, "load_state", lambda _: tables)


async def test_a_clock_that_an_order_extends_says_by_whom_and_on_what_authority_and_its_team_stands_by_it(
    a_court_may_extend: None, house: House
) -> None:
    tip = await house.open_team()
    later = NOON + 30 * HOUR
    ruling = {"what": "extended", "authority": "court_order", "document": "Order 1", "at": later.isoformat()}

    assert (await house.rule_on(tip, "C06", ruling)).status_code == 200

    clock = await explained(house, tip, "C06")
    put_off = clock["course"][-1]
    assert (clock["state"], put_off["authority"], put_off["citation"]) == ("extended", "court_order", "Law 1")
    assert (_at(clock["reckoned_due_at"]), _at(clock["due_at"])) == (NOON + 24 * HOUR, later)
    assert _at((await house.page(tip))["due_at"]) == later
    house.service.time.turn(25 * HOUR)
    await house.fill(tip)
    assert (await house.page(tip))["late"] is False
    assert (await explained(house, tip, "C06"))["state"] == "met"


async def test_a_child_not_seen_is_missed_lawfully_noticed_once_both_know_and_the_record_says_what_was_tried(
    house: House,
) -> None:
    tip = await house.open_team()
    await house.fill(tip)
    assert (await house.act(tip, "contact-impossible", TRIED, by=INVESTIGATOR)).status_code == 200
    await house.until_told(tip, ("cps_coordinator", "contact_impossible"), ("law_enforcement", "contact_impossible"))
    house.service.time.turn(24 * HOUR)
    await house.until_clock(tip, "C02", "clock.missed")

    for who, state in ((COORDINATOR, "missed"), (LAW_ENFORCEMENT, "lawfully_noticed")):
        (notice,) = [
            each["notice"]
            for each in (await house.service.get("/notices", by=who, params={"tip": str(tip)})).json()
            if each["why"] == "contact_impossible" and each["role"] == who.roles[0]
        ]
        acknowledged = await house.service.post(f"/notices/{notice}/acknowledgement", by=who)
        assert acknowledged.status_code == 200, acknowledged.text
        assert (await explained(house, tip, "C02"))["state"] == state
    noticed = (await explained(house, tip, "C02"))["noticed"]
    assert (noticed["rule"], noticed["attempts"], noticed["planned_steps"]) == ("C03", 1, 1)
    assert [each["role"] for each in noticed["notices"]] == ["cps_coordinator", "law_enforcement"]
    # Of the same case's other clocks nothing of it is said.
    assert (await explained(house, tip, "C06"))["noticed"] is None
    assert (await house.page(tip))["contact"]["duty_open"] is True


async def test_what_was_tried_is_read_in_words_by_the_investigators_and_the_read_is_on_record(house: House) -> None:
    tip = await house.open_team()
    await house.fill(tip)
    await house.act(tip, "contact/attempts", ATTEMPT, by=INVESTIGATOR)
    await house.act(tip, "contact/planned-steps", STEP, by=INVESTIGATOR)
    path = f"/teams/{team_of(tip)}/contact"

    for who in (COORDINATOR, INVESTIGATOR, SEATS["trafficking_investigator"]):
        record = (await house.service.get(path, by=who)).json()
        (attempt,), (step,) = record["attempts"], record["planned_steps"]
        assert (attempt["what"], attempt["result"], attempt["by"]) == (
            "Called there.",
            "no_answer",
            str(INVESTIGATOR.account),
        )
        assert (step["what"], step["who"]) == ("Ask the school.", "cps_investigator")
        assert record["noticed"] is None
    assert house.service.names().count(PageRead.NAME) == 3
    for other in (SEATS["victim_advocate"], LAW_ENFORCEMENT):
        assert (await house.service.get(path, by=other)).status_code == 403


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _utc(text: str) -> str:
    return text.replace("Z", "+00:00")
