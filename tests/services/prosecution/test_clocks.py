"""The clocks of an accused: started by what happened, met by the hearing, to the minute, also typed in late."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx

from tests.services.prosecution.house import PROSECUTOR, House, ok
from tests.support.running_service import NOON

CENTRAL = ZoneInfo("America/Chicago")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_an_arrest_gives_48_hours_and_the_miss_comes_at_its_minute(house: House) -> None:
    case = await house.charged()
    ok(await house.stage(case, "arrest", NOON))

    clock = await house.clock(case, "C35")
    assert moment(clock["due_at"]) == NOON + 48 * HOUR
    assert clock["arithmetic"] == ["2026-11-03T12:00:00-06:00 + 48 h = 2026-11-05T12:00:00-06:00"]
    assert clock["citation"] == "MRCrP 5.1(b)(3), 5.1(c)(2)(A), 5.2"
    house.service.time.turn(48 * HOUR - MINUTE)
    await house.until(lambda: house.service.names().count("clock.warned") == 3)
    assert (await house.clock(case, "C35"))["phase"] == "running"
    house.service.time.turn(MINUTE)
    await house.until(lambda: "clock.missed" in house.service.names())
    assert (await house.clock(case, "C35"))["late_seconds"] == 0


async def test_the_hour_that_daylight_saving_takes_is_not_given_to_the_clock(house: House) -> None:
    """Elapsed hours: the night of 14 March 2027 has one hour less on the wall."""
    case = await house.charged()
    arrested = datetime(2027, 3, 13, 9, 0, tzinfo=CENTRAL)
    house.service.time.turn(arrested - NOON)
    ok(await house.stage(case, "arrest", arrested))
    due_at = moment((await house.clock(case, "C35"))["due_at"])
    assert due_at == moment("2027-03-15T15:00:00+00:00")
    assert due_at.astimezone(CENTRAL).hour == 10

    accused = (await house.accused(case))["accused"]
    path = f"/cases/{case}/accused/{accused}/clocks/C35"
    clock = (await house.service.get(path, by=PROSECUTOR)).json()
    assert [(each["way"], each["minutes"]) for each in clock["arithmetic"]["turned"]] == [("forward", 60)]
    assert clock["arithmetic"]["ends"] == {"at": "2027-03-15T10:00:00-05:00", "zone": "CDT"}
    assert clock["trigger"]["name"] == "count.stage_entered"


async def test_met_by_the_hearing_to_the_minute(house: House) -> None:
    """The due time itself is too late."""
    for late, end in ((-MINUTE, ("met", "")), (timedelta(0), ("missed", ""))):
        case = await house.charged()
        arrested = house.service.time.now()
        ok(await house.stage(case, "arrest", arrested))
        at = house.service.time.turn(48 * HOUR + late)
        ok(await house.held(case, "initial_appearance", at))
        clock = await house.clock(case, "C35")
        assert (clock["phase"], clock["found"]) == end


async def test_typed_in_late_it_is_missed_as_known_then_and_met_as_true_then(house: House) -> None:
    case = await house.charged()
    ok(await house.stage(case, "arrest", NOON - 60 * HOUR))
    assert (await house.clock(case, "C35"))["late_seconds"] == 12 * 3600
    ok(await house.held(case, "initial_appearance", NOON - 13 * HOUR))
    clock = await house.clock(case, "C35")
    assert (clock["phase"], clock["found"]) == ("missed", "met")


async def test_released_in_time_nothing_is_owed_released_too_late_it_was_missed(house: House) -> None:
    for released, end in ((NOON - 10 * HOUR, ("missed", "excused")), (NOON - HOUR, ("missed", ""))):
        case = await house.charged()
        ok(await house.stage(case, "arrest", NOON - 54 * HOUR))
        accused = (await house.accused(case))["accused"]
        ok(await house.act(case, f"accused/{accused}/releases", {"at": released.isoformat()}))
        clock = await house.clock(case, "C35")
        assert (clock["phase"], clock["found"]) == end


async def test_arrested_again_there_is_a_second_clock(house: House) -> None:
    case = await house.charged()
    accused = (await house.accused(case))["accused"]
    ok(await house.stage(case, "arrest", NOON - 10 * HOUR))
    ok(await house.act(case, f"accused/{accused}/releases", {"at": (NOON - 9 * HOUR).isoformat()}))
    ok(await house.act(case, "counts", {"accused": accused, "offence": "MS-97-3-53", "act_on": "2026-08-14"}))

    ok(await house.stage(case, "arrest", NOON - HOUR))

    clocks = (await house.accused(case))["clocks"]
    assert [(each["rule"], each["number"], each["phase"]) for each in clocks] == [
        ("C35", 1, "excused"),
        ("C35", 2, "running"),
    ]


async def test_a_demand_gives_fourteen_days_and_the_indictment_meets_it(house: House) -> None:
    case = await house.charged()
    accused = (await house.accused(case))["accused"]
    ok(await house.act(case, f"accused/{accused}/hearing-demands", {"at": NOON.isoformat()}))
    assert moment((await house.clock(case, "C36"))["due_at"]) == NOON + 14 * DAY
    at = house.service.time.turn(13 * DAY)
    ok(await house.stage(case, "grand_jury", at))
    ok(await house.outcome(case, "true_bill", at))
    clock = await house.clock(case, "C36")
    assert (clock["phase"], clock["found"]) == ("met", "")


async def test_thirty_days_to_the_arraignment_and_270_from_there(house: House) -> None:
    case = await arraigned(house)
    arraignment, trial = await house.clock(case, "C39"), await house.clock(case, "C41")
    assert moment(arraignment["due_at"]) == moment(arraignment["started_at"]) + 30 * DAY
    assert arraignment["phase"] == "met"
    assert moment(trial["due_at"]) == moment(trial["started_at"]) + 270 * DAY
    assert trial["citation"] == "Miss. Code 99-17-1"


async def test_a_continuance_extends_the_trial_clock_with_its_ground_and_arithmetic(house: House) -> None:
    case = await arraigned(house)
    due_at = moment((await house.clock(case, "C41"))["due_at"])

    ok(await continued(house, case, days=60))

    clock = await house.clock(case, "C41")
    assert moment(clock["due_at"]) == due_at + 60 * DAY
    assert clock["arithmetic"][-1].startswith("continuance_witness: due ")
    accused = (await house.accused(case))["accused"]
    explained = (await house.service.get(f"/cases/{case}/accused/{accused}/clocks/C41", by=PROSECUTOR)).json()
    put_off = explained["course"][-1]
    assert (explained["state"], put_off["authority"], put_off["citation"]) == (
        "extended",
        "continuance",
        "Miss. Code 99-17-1",
    )
    assert put_off["by"] == str(PROSECUTOR.account)
    (granted,) = (await house.accused(case))["continuances"]
    assert granted["arithmetic"] == f"{due_at.isoformat()} + 60 d = {(due_at + 60 * DAY).isoformat()}"
    house.service.time.turn(271 * DAY)
    assert (await house.clock(case, "C41"))["phase"] == "running"
    house.service.time.turn(60 * DAY)
    await house.until(lambda: "clock.missed" in house.service.names())


async def test_a_continuance_granted_in_time_and_typed_in_after_the_miss_excuses_it_and_the_time_runs_on(
    house: House,
) -> None:
    case = await arraigned(house)
    clock = await house.clock(case, "C41")
    granted_at = house.service.time.turn(200 * DAY)
    house.service.time.turn(80 * DAY)
    await house.until(lambda: "clock.missed" in house.service.names())

    ok(await continued(house, case, days=60, at=granted_at))

    first, second = [each for each in (await house.accused(case))["clocks"] if each["rule"] == "C41"]
    assert (first["phase"], first["found"]) == ("missed", "excused")
    assert (second["phase"], second["started_at"]) == ("running", clock["started_at"])
    assert moment(second["due_at"]) == moment(clock["due_at"]) + 60 * DAY


async def test_a_continuance_granted_after_the_time_had_run_out_or_before_it_runs_moves_nothing(house: House) -> None:
    untried, case = await house.charged(), await arraigned(house)
    house.service.time.turn(280 * DAY)
    await house.until(lambda: "clock.missed" in house.service.names())
    for each in (untried, case):
        refused = await continued(house, each, days=60)
        assert (refused.status_code, refused.json()["rule"]) == (409, "C41")


async def test_from_the_arraignment_to_the_cross_notice_each_step_closes_what_it_was_owed_by_and_opens_what_follows(
    house: House,
) -> None:
    house.service.time.turn(40 * DAY)  # 13 December: days are counted as days
    case = await arraigned(house)
    page = await house.page(case)
    accused, count, version = page["accused"][0]["accused"], page["accused"][0]["counts"][0]["count"], page["version"]
    of_accused, now = f"accused/{accused}", house.service.time.now

    async def did(path: str, **body: str) -> httpx.Response:
        nonlocal version
        sent = {"at": now().isoformat()} | body if "reason" not in body else body
        answer = await house.service.post(f"/cases/{case}/{path}", sent, by=PROSECUTOR, version=version)
        version = answer.json().get("version", version)
        return answer

    async def clocks() -> dict[str, dict[str, Any]]:
        return {f"{each['rule']}-{each['number']}": each for each in (await house.accused(case))["clocks"]}

    def ends(clock: dict[str, Any]) -> str:
        return moment(clock["due_at"]).astimezone(CENTRAL).isoformat()[:10]

    month = {"ground": "agreed", "since": "2027-01-01", "until": "2027-01-30"}
    ok(await did(f"{of_accused}/continuances", **month))
    same = await did(f"{of_accused}/continuances", **month)
    assert (same.status_code, same.json()["code"]) == (409, "nothing_changes")
    overlapping = month | {"ground": "witness", "motion": "state", "since": "2027-01-21", "until": "2027-02-09"}
    ok(await did(f"{of_accused}/continuances", **overlapping))
    begun = await clocks()
    assert (ends(begun["C40-1"]), ends(begun["C41-1"])) == ("2027-02-12", "2027-10-20")

    house.service.time.turn(60 * DAY)
    explained = (await house.service.get(f"/cases/{case}/accused/{accused}/clocks/C41", by=PROSECUTOR)).json()
    (days,) = explained["trial_days"]
    spans = [(each["since"], each["until"], each["counts"], each["motion"]) for each in days["spans"]]
    assert spans == [
        ("2026-12-14", "2026-12-31", True, ""),
        ("2027-01-01", "2027-01-30", False, "both"),
        ("2027-01-31", "2027-02-09", False, "state"),
        ("2027-02-10", "2027-02-11", True, ""),
    ]
    assert (days["counted"], days["left"], explained["arithmetic"]["days"]) == (20, 250, 270)

    absent = await did(f"{of_accused}/continuances/7/correction", reason="not_granted")
    assert absent.status_code == 404
    ok(await did(f"{of_accused}/continuances/1/correction", reason="not_granted"))
    ok(await did(f"{of_accused}/continuances", ground="witness", since="2027-03-01", until="2027-03-02"))
    ok(await did(f"{of_accused}/stages", stage="trial_setting"))
    corrected = await clocks()
    assert (corrected["C41-1"]["phase"], corrected["C41-2"]["phase"]) == ("excused", "running")
    assert corrected["C41-2"]["started_at"] == begun["C41-1"]["started_at"]
    assert ends(corrected["C41-2"]) == "2027-10-02"
    assert corrected["C40-1"]["phase"] == "met"  # on the 60th day, 11 February

    again = (await house.service.get(f"/cases/{case}/accused/{accused}/clocks/C41", by=PROSECUTOR)).json()
    assert (again["state"], again["trigger"]["name"]) == ("extended", "accused.continuance_entered_in_error")
    assert [each["days"] for each in again["trial_days"][0]["put_off"]] == [20]  # those of March are still to come
    assert again["arithmetic"] is not None

    early = await did(f"{of_accused}/new-trial-motions")
    assert (early.status_code, early.json()["code"]) == (409, "no_judgment_yet")
    await house.not_conferred(case, count, "plea_guilty", now())
    ok(await did(f"counts/{count}/outcomes", outcome="plea_guilty"))
    ok(await did(f"{of_accused}/stages", stage="judgment"))
    house.service.time.turn(9 * DAY)
    ok(await did(f"{of_accused}/new-trial-motions"))
    judged = await clocks()
    phases = [judged[each]["phase"] for each in ("C41-2", "C42-1", "C43-1")]
    assert phases == ["excused", "met", "excused"]
    house.service.time.turn(40 * DAY)
    ok(await did(f"{of_accused}/stages", stage="post_trial_motions"))
    ok(await did(f"counts/{count}/outcomes", outcome="new_trial_denied"))
    ok(await did(f"{of_accused}/stages", stage="appeal"))
    ok(await did(f"{of_accused}/cross-notices"))
    over = await clocks()
    assert moment(over["C43-2"]["started_at"]) == now()
    assert [over[each]["phase"] for each in ("C43-2", "C44-1")] == ["met", "met"]


async def test_who_is_held_elsewhere_is_excused_from_the_arraignments_time_on_the_authority_of_its_rule(
    house: House,
) -> None:
    case = await house.charged()
    at = house.service.time.now()
    ok(await house.stage(case, "grand_jury", at))
    ok(await house.outcome(case, "true_bill", at))
    ok(await house.stage(case, "indictment_served", at))
    accused = (await house.accused(case))["accused"]
    path = f"/cases/{case}/accused/{accused}/clocks/C39"
    version = (await house.service.get(path, by=PROSECUTOR)).json()["version"]
    ruling = {"what": "excused", "authority": "held_elsewhere", "document": "Detainer of another county."}

    done = await house.service.post(f"{path}/rulings", ruling, by=PROSECUTOR, version=version)

    assert done.status_code == 200, done.text
    clock = (await house.service.get(path, by=PROSECUTOR)).json()
    excused = clock["course"][-1]
    assert (clock["state"], excused["authority"], excused["citation"]) == ("excused", "held_elsewhere", "MRCrP 15.1(a)")
    assert (excused["by"], excused["document"]) == (str(PROSECUTOR.account), "Detainer of another county.")
    other = ruling | {"authority": "the_docket"}
    refused = await house.service.post(f"{path}/rulings", other, by=PROSECUTOR, version=version + 2)
    assert (refused.status_code, refused.json()["code"]) == (409, "clock_not_so_ruled")


async def arraigned(house: House) -> UUID:
    case = await house.charged()
    at = house.service.time.now()
    ok(await house.stage(case, "grand_jury", at))
    ok(await house.outcome(case, "true_bill", at))
    ok(await house.stage(case, "indictment_served", at))
    ok(await house.held(case, "arraignment", at))
    return case


async def continued(house: House, case: UUID, *, days: int, at: datetime | None = None) -> httpx.Response:
    accused = (await house.accused(case))["accused"]
    body = {"ground": "witness", "days": days, "at": (at or house.service.time.now()).isoformat()}
    return await house.act(case, f"accused/{accused}/continuances", body, by=PROSECUTOR)
