"""On tribal land, and across state lines, others are told besides: owed, pressed for, acknowledged, and taken back."""

from datetime import timedelta

from tests.services.tips.duty.house import acknowledged, duties_of, tell
from tests.services.tips.house import COORDINATOR, INTAKE, act, received
from tests.support.running_service import NOON, RunningService
from tests.support.waiting import eventually

HOUR = timedelta(hours=1)


async def test_across_state_lines_the_federal_bureau_is_told_and_acknowledges(tips: RunningService) -> None:
    tip = await received(tips, received_at=(NOON - 2 * HOUR).isoformat())
    assert "C86" not in await duties_of(tips, tip)
    body = {"state_lines": "crossed", "known_since": (NOON - HOUR).isoformat(), "said_by": "a_record"}

    stated = await act(tips, tip, "state-lines", body)

    assert stated.status_code == 200, stated.text
    page = (await tips.get(f"/tips/{tip}", by=INTAKE)).json()
    assert (page["state"]["state_lines"], page["state"]["state_lines_by"]) == ("crossed", "a_record")
    assert "FBI-JXN" in {agency["agency_id"] for agency in page["to_tell"]}
    owed = (await duties_of(tips, tip))["C86"]
    assert (owed["due_at"], owed["elapsed_seconds"], owed["phase"]) == (None, 3600, "open")
    assert owed["parts"][0]["recipient"]["agency_id"] == "FBI-JXN"

    async def pressed() -> bool:
        rows = [state["data"] for _, _, name, state in tips.rows() if name == "tips.duty_pressing"]
        return [(row["rule"], row["told"]) for row in rows] == [("C86", ["cps_coordinator"])]

    await eventually(pressed)
    await tell(tips, tip, "C86", "federal_investigation", NOON)
    assert (await duties_of(tips, tip))["C86"]["missing"] == ["federal investigators"]
    await acknowledged(tips, tip, "C86", "federal_investigation", NOON)
    assert (await duties_of(tips, tip))["C86"]["phase"] == "done"


async def test_what_turns_out_otherwise_is_not_owed_any_more(tips: RunningService) -> None:
    tip = await received(tips, state_lines="crossed", received_at=NOON.isoformat())
    assert (await duties_of(tips, tip))["C86"]["phase"] == "open"
    body = {"state_lines": "not_crossed", "known_since": NOON.isoformat(), "said_by": "law_enforcement"}

    assert (await act(tips, tip, "state-lines", body, by=COORDINATOR)).status_code == 200
    again = await act(tips, tip, "state-lines", body)

    assert (again.status_code, again.json()["code"]) == (409, "nothing_changes")
    fallen = (await duties_of(tips, tip))["C86"]
    assert fallen["phase"] == "fell_away"
    told = await tips.get(f"/tips/{tip}/history", by=COORDINATOR)
    reasons = [entry["facts"]["reason"] for entry in told.json() if entry["name"] == "duty.fell_away"]
    assert reasons == ["not_so"]


async def test_on_tribal_land_the_tribe_is_told_besides(tips: RunningService) -> None:
    tip = await received(tips, tribal_land=True, county="Neshoba", received_at=NOON.isoformat())

    owed = await duties_of(tips, tip)

    assert [owed[rule]["parts"][0]["recipient"]["agency_id"] for rule in ("C86", "C87")] == ["FBI-JXN", "MBCI"]
    assert owed["C87"]["parts"][0]["recipient"]["sure"] is False
    corrected = await act(tips, tip, "corrections", {"reason": "The road, not the land.", "tribal_land": False})
    assert corrected.status_code == 200, corrected.text
    assert {(await duties_of(tips, tip))[rule]["phase"] for rule in ("C86", "C87")} == {"fell_away"}
