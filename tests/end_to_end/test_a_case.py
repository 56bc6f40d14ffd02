"""A tip becomes a standing team across the four services as they really run, and is told again afterwards."""

import json
from datetime import datetime, timedelta

from tests.end_to_end.town import SEATS, Town, Visit, administrator_of, ok
from tests.support.running_service import NOON
from tests.support.waiting import eventually

HOUR = timedelta(hours=1)


async def test_a_tip_typed_in_late_becomes_a_standing_team_and_is_told_as_known_and_as_true_then(town: Town) -> None:
    town.turn_to(NOON + 9 * HOUR)
    async with town.open() as visit:
        tip = await visit.tip(age="not_known", received_at=NOON)
        opened = await visit.until_team(tip, lambda page: page["phase"] == "open")
        town.turn_to(NOON + 10 * HOUR)
        await visit.fill(tip, *SEATS)
        town.turn_to(NOON + 14 * HOUR)
        seen = {"made_at": (NOON + 11 * HOUR).isoformat(), "place": "school office"}
        ok(await visit.act(tip, "cps_investigator", "contact", seen))
        formed = await visit.until_team(tip, lambda page: page["phase"] == "formed")
        await visit.until_told(tip, "contact.made", "rapid_assessment.team_formed", "tip.team_noted")

        assert opened["due_at"] == formed["due_at"] == _written(NOON + 24 * HOUR)
        assert (formed["late"], formed["empty_seats"], formed["contact"]["duty_open"]) == (False, [], False)
        assert {clock["phase"] for clock in formed["clocks"]} == {"met"}
        tips_page = ok(await visit.get("cps_coordinator", "tips", f"/tips/{tip}")).json()
        assert tips_page["state"]["team_news"] == "formed"
        await _told_as_known_and_as_true(visit, tip)

        auditor = await visit.sign_in("auditor")
    told = town.muster("replay", tip, by=auditor)
    assert told.returncode == 0, told.stderr
    text = " ".join(told.stdout.split())
    assert "Entered 9 hours later." in text
    assert "Contact was made" in text
    assert "Zqx" not in told.stdout
    assert "school office" not in told.stdout


async def _told_as_known_and_as_true(visit: Visit, tip: str) -> None:
    # Five hours after receipt nobody had typed it in, though it was so.
    assert await visit.told(tip, NOON + 5 * HOUR, "recorded") == []
    assert "tips.tip_received" in await visit.told(tip, NOON + 5 * HOUR, "happened")
    # Thirteen hours after receipt the child had been seen, and nobody could know from the record.
    known, true = [await visit.told(tip, NOON + 13 * HOUR, by) for by in ("recorded", "happened")]
    assert ("rapid_assessment.team_formed" in known, "contact.made" in known) == (True, False)
    assert "contact.made" in true
    whole = await visit.told(tip)
    order = ["tips.tip_received", "rapid_assessment.team_opened", "rapid_assessment.team_formed", "contact.made"]
    assert [name for name in whole if name in order] == order
    # The team and the contact are done; of the reporting duties (C11, C12, C13, C31) nothing was.
    assert (whole.count("clock.started"), whole.count("clock.met")) == (6, 2)


async def test_a_team_that_nobody_fills_is_missed_once_told_and_shown_by_the_command_line(town: Town) -> None:
    start = town.now
    async with town.open() as visit:
        tip = await visit.tip(age="child", received_at=start)
        await visit.until_team(tip, lambda page: page["phase"] == "open")
        await visit.fill(tip, "cps_investigator", "trafficking_investigator")
        for hours in (12, 20, 23, 24, 25):
            town.turn_to(start + hours * HOUR)
            if hours < 24:
                await _until_warned(visit, tip, (12, 20, 23).index(hours) + 1)
        missed = await visit.until_team(tip, lambda page: all(c["phase"] == "missed" for c in page["clocks"]))
        await visit.until_told(tip, "clock.missed", "notice.sent")

        async def reported_too() -> bool:
            return (await visit.told(tip)).count("clock.missed") == 4

        await eventually(reported_too)
        await visit.fill(tip, "victim_advocate")
        late = await visit.until_team(tip, lambda page: page["phase"] == "formed")

        assert missed["empty_seats"] == ["victim_advocate"]
        assert late["late"] is True
        told = await _told_of_team(visit, tip)
        assert told.count("clock_missed") == 1
        assert told.count("clock_warned") == 3
        await visit.until_told(tip, "rapid_assessment.team_formed")
        auditor = await visit.sign_in("auditor")

    as_of = (start + 24 * HOUR - timedelta(seconds=1)).isoformat()
    # The preliminary report (C12) and that to law enforcement (C31) are missed with the team and the contact.
    for moment, expected in ((as_of, (0, 0)), (None, (4, 1))):
        when = ["--as-of", moment] if moment else []
        answer = town.muster("replay", tip, "--json", *when, by=auditor)
        assert answer.returncode == 0, answer.stderr
        names = [sentence["name"] for sentence in json.loads(answer.stdout)["sentences"]]
        assert (names.count("clock.missed"), names.count("rapid_assessment.team_formed")) == expected


async def test_nobody_uses_in_another_service_what_their_role_does_not_give_them(town: Town) -> None:
    async with town.open() as visit:
        tip = await visit.tip(age="child", received_at=town.now)
        page = await visit.until_team(tip, lambda page: page["phase"] == "open")
        team = f"/teams/{page['reference']}"
        refused = {
            ("cps_investigator", "tips", f"/tips/{tip}"): 404,
            ("victim_advocate", "tips", f"/tips/{tip}/persons"): 403,
            ("cps_coordinator", "audit", f"/cases/{tip}/replay"): 403,
            ("cps_intake", "audit", "/cases"): 403,
            ("auditor", "tips", f"/tips/{tip}"): 403,
            ("auditor", "rapid_assessment", team): 403,
            ("operator", "tips", "/tips"): 403,
            ("operator", "rapid_assessment", "/teams"): 403,
            ("operator", "audit", "/cases"): 403,
            (administrator_of("CVP"), "rapid_assessment", "/teams"): 403,
            (administrator_of("CVP"), "rapid_assessment", "/operator/parked"): 403,
            ("cps_coordinator", "identity", "/accounts"): 403,
            ("cps_coordinator", "rapid_assessment", "/operator/rows"): 403,
            # Of the role, and not of this team: as if it were not there.
            ("victim_advocate", "rapid_assessment", team): 404,
            # Of a role that a case can be shared with, and not shared.
            ("law_enforcement", "rapid_assessment", team): 404,
        }
        for (role, service, path), status in refused.items():
            assert (await visit.get(role, service, path)).status_code == status, (role, service, path)
        body = {"responder": town.people["victim_advocate"].account}
        proposal = await visit.post(
            "cps_intake", "rapid_assessment", f"{team}/seats/victim_advocate/proposal", body, version=page["version"]
        )
        assert proposal.status_code == 403
        stolen = town.muster("replay", tip, by=await visit.sign_in("cps_coordinator"))

    assert stolen.returncode == 8, stolen.stdout
    assert len(stolen.stderr.strip().splitlines()) == 1


async def _until_warned(visit: Visit, tip: str, times: int) -> None:
    """Of warnings that come together only the last is told: each is told before time goes on."""
    await visit.until_team(tip, lambda page: all(len(clock["warned"]) == times for clock in page["clocks"]))

    async def told() -> bool:
        return (await _told_of_team(visit, tip)).count("clock_warned") == times

    await eventually(told)


async def _told_of_team(visit: Visit, tip: str) -> list[str]:
    """Of what the coordinator had notices about the team's clock."""
    notices = ok(await visit.get("cps_coordinator", "rapid_assessment", "/notices", tip=tip)).json()
    return [each["why"] for each in notices if each["role"] == "cps_coordinator" and each["rule"] == "C06"]


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
