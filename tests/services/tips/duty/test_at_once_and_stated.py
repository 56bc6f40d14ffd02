"""What is to be done at once is pressed for until done; a foreign child's report is owed once stated."""

from datetime import datetime, timedelta

from tests.services.tips.duty.house import OFFICER, PROSECUTOR, clock_events, duties_of, on_part, tell
from tests.services.tips.given import MISSISSIPPI
from tests.services.tips.house import COORDINATOR, INTAKE, received
from tests.services.tips.test_sharing_over_http import share
from tests.support.running_service import NOON, RunningService
from tests.support.waiting import eventually

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
FROM = MISSISSIPPI.duty_rule("C14").in_force_from


def pressed(tips: RunningService, rule: str = "C01") -> list[tuple[str, ...]]:
    """Whom the service told of, each time; of no other rule."""
    rows = [state["data"] for _, _, name, state in tips.rows() if name == "tips.duty_pressing"]
    assert {row["rule"] for row in rows} <= {rule}
    return [tuple(row["told"]) for row in rows]


async def until_pressed(tips: RunningService, times: int, rule: str = "C01") -> None:
    async def so_often() -> bool:
        return len(pressed(tips, rule)) == times

    await eventually(so_often)


async def test_the_coordinator_is_told_at_once_and_again_until_the_caseworker_is_sent(tips: RunningService) -> None:
    tip = await received(tips, channel="officer_request", received_at=NOON.isoformat())
    await until_pressed(tips, 1)
    tips.time.turn(15 * MINUTE)
    await until_pressed(tips, 2)
    assert (await duties_of(tips, tip))["C01"]["elapsed_seconds"] == 15 * 60

    await tell(tips, tip, "C01", "caseworker", NOON + 15 * MINUTE)
    tips.time.turn(24 * HOUR)

    async def clocks_ran_on() -> bool:
        return "clock.missed" in clock_events(tips, "C12")

    await eventually(clocks_ran_on)
    assert pressed(tips) == [("cps_coordinator",)] * 2
    assert (await duties_of(tips, tip))["C01"]["phase"] == "done"


async def test_typed_in_long_after_or_back_from_a_standstill_it_is_told_of_once(tips: RunningService) -> None:
    await received(tips, channel="officer_request", received_at=(NOON - 2 * HOUR).isoformat())
    await until_pressed(tips, 1)
    tips.time.turn(HOUR)
    await received(tips, channel="officer_request", received_at=(NOON + HOUR).isoformat())
    await until_pressed(tips, 2)
    # What was due after 15 and after 30 minutes comes together.
    tips.time.turn(HOUR)

    async def all_handled() -> bool:
        return bool((await tips.get("/health/ready")).json()["overdue_moments"] == 0)

    await eventually(all_handled)
    assert len(pressed(tips)) == 3


async def test_a_referral_out_of_home_presses_who_takes_tips_in_until_both_have_it(tips: RunningService) -> None:
    began = datetime.combine(FROM, NOON.time(), tzinfo=NOON.tzinfo)
    tips.time.turn(began - NOON)
    tip = await received(tips, received_at=began.isoformat(), setting="out_of_home")
    await until_pressed(tips, 1, "C14")
    await tell(tips, tip, "C14", "law_enforcement", began)
    tips.time.turn(15 * MINUTE)
    await until_pressed(tips, 2, "C14")
    await tell(tips, tip, "C14", "licensing_agency", began, told="Example licensing office")
    tips.time.turn(15 * MINUTE)
    await received(tips, received_at=(began + 30 * MINUTE).isoformat(), setting="out_of_home_unlicensed")

    await until_pressed(tips, 3, "C14")
    assert pressed(tips, "C14") == [("cps_intake",)] * 3


async def test_a_foreign_childs_report_runs_from_when_it_was_known_and_is_met_with_its_number(
    tips: RunningService,
) -> None:
    tip = await received(tips, received_at=NOON.isoformat())
    tips.time.turn(3 * HOUR)
    path, known = f"/tips/{tip}/duties/C33/statement", {"known_since": (NOON + 2 * HOUR).isoformat()}
    assert (await tips.post(path, known, by=OFFICER)).status_code == 403
    assert (await tips.post(path.replace("C33", "C11"), known, by=INTAKE)).status_code == 422
    assert "C33" not in await duties_of(tips, tip)

    stated = await tips.post(path, known, by=INTAKE, version=0)

    assert stated.status_code == 200, stated.text
    assert (await duties_of(tips, tip))["C33"]["due_at"] == "2026-11-04T20:00:00Z"
    assert (await tips.get(f"/tips/{tip}/clocks/C33", by=INTAKE)).status_code == 200
    again = await tips.post(path, known, by=INTAKE, version=1)
    assert (again.status_code, again.json()["code"]) == (409, "duty_stated_already")
    body = {"done_at": (NOON + 3 * HOUR).isoformat(), "how": "online_system"}
    unnumbered = await on_part(tips, tip, "C33", "federal_assistance", body)
    assert (unnumbered.status_code, unnumbered.json()["field"]) == (422, "number")
    await tell(tips, tip, "C33", "federal_assistance", NOON + 3 * HOUR, number="Zqx-7")
    assert clock_events(tips, "C33") == ["clock.started", "clock.met"]


async def test_stated_wrongly_it_is_taken_back_and_its_clock_excused(tips: RunningService) -> None:
    tip = await received(tips, received_at=NOON.isoformat())
    path = f"/tips/{tip}/duties/C33/statement"
    await tips.post(path, {"known_since": NOON.isoformat()}, by=INTAKE, version=0)

    taken_back = await tips.post(f"{path}/withdrawal", {}, by=COORDINATOR, version=1)

    assert taken_back.status_code == 200, taken_back.text
    assert clock_events(tips, "C33") == ["clock.started", "clock.excused"]
    assert (await duties_of(tips, tip))["C33"]["phase"] == "fell_away"
    assert (await tips.post(f"{path}/withdrawal", {}, by=COORDINATOR, version=2)).status_code == 409


async def test_with_whom_the_case_is_shared_is_not_told_that_a_child_is_foreign(tips: RunningService) -> None:
    tip = await received(tips, received_at=NOON.isoformat())
    await tips.post(f"/tips/{tip}/duties/C33/statement", {"known_since": NOON.isoformat()}, by=INTAKE, version=0)
    assert (await share(tips, tip)).status_code == 201

    told = await tips.get(f"/tips/{tip}/history", by=PROSECUTOR)
    kept = await tips.get(f"/tips/{tip}/history", by=COORDINATOR)

    assert told.status_code == 200, told.text
    assert "C33" not in told.text
    assert "C33" in kept.text
