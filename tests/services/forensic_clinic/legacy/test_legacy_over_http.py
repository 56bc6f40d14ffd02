"""A list over HTTP: looked at, brought in, the same again, and one that changed in between."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.forensic_clinic.kit.duties import RULES
from tests.services.forensic_clinic.kit.house import (
    ANALYST,
    AUDITOR,
    COORDINATOR,
    NURSE,
    OFFICER,
    PROSECUTOR,
    TO_LABORATORY,
    House,
)
from tests.services.forensic_clinic.legacy.given import BARE, FULL, OURS, a_list
from tests.support.running_service import Person, says
from tests.support.waiting import eventually

ANOTHER = Person(("clinic_coordinator",), agency="BRIDGE")
OF_RANKIN = Person(("law_enforcement",), agency="LOCAL-LE", places=("Rankin",))
WRONG = f"{OURS[:-1]},LOCAL-LE,2030-01-01,Hindz,,,,"
UNREPORTED = "MS-0044,LOCAL-LE,2020-05-06,Rankin,,,unreported,"
FILE = a_list(FULL, WRONG, BARE, UNREPORTED)


async def test_a_list_is_looked_at_and_then_its_right_rows_are_kits_like_any_other(house: House) -> None:
    await _nobody_else_uses_it(house)
    seen = await _looked_at(house, FILE)
    assert [each["serial"] for each in seen["kits"]] == ["MS0042", "MS0043", "MS0044"]
    assert [(each["row"], [one["column"] for one in each["problems"]]) for each in seen["wrong"]] == [
        (3, ["serial", "held_since", "county"])
    ]
    assert "kit.brought_in" not in _names(house)

    changed = await _bring_in(house, a_list(FULL, BARE), seen["digest"])
    assert (changed.status_code, changed.json()["code"]) == (409, "legacy_file_changed")
    assert "kit.brought_in" not in _names(house)

    key = str(uuid4())
    first = await _bring_in(house, FILE, seen["digest"], key=key)
    assert (first.status_code, first.json()["kits"]) == (201, 3)
    assert (await _bring_in(house, FILE, seen["digest"], key=key)).json() == first.json()
    again = await _bring_in(house, FILE, seen["digest"])
    assert (again.status_code, again.json()["kits"]) == (201, 3), again.text
    assert (_names(house).count("kit.brought_in"), _names(house).count("legacy_file.brought_in")) == (3, 1)
    stored = house.service.everything_stored()
    assert not [number for number in ("MS0042", "MS-0042", "MS0043") if says(number, stored)], "a number lies open"

    seen_again = await _looked_at(house, FILE)
    assert seen_again["kits"] == []
    assert [each["problems"][-1]["fault"] for each in seen_again["wrong"]].count("row_on_record") == 3
    # Another's list with one of them, and a new one: that alone comes in.
    other = a_list(FULL, "MS-0099,LOCAL-LE,,,,,,")
    more = await _bring_in(house, other, (await _looked_at(house, other))["digest"])
    assert (more.json()["kits"], _names(house).count("kit.brought_in")) == (1, 4)

    await _a_kit_like_any_other(house)
    await _who_is_shown_which(house)
    await _what_is_reported_of_the_year(house)
    await _a_paper_says_that_it_was_reported(house)
    await _the_hour_of_a_call_on_a_paper_runs_and_falls_away_with_it(house)


async def _a_kit_like_any_other(house: House) -> None:
    """Found by its box, handed on by both hands; nothing of the statute runs but what was done here."""
    found = await house.service.post("/kits/find", {"number": "ms 0042"}, by=OFFICER)
    assert found.status_code == 200, found.text
    kit, page = UUID(found.json()["reference"]), found.json()
    assert (page["state"], page["consent"], page["due_next"], page["clocks"]) == ("reported", "reported", None, [])
    assert page["held_by"]["account"] == str(OFFICER.account)
    assert (page["legacy"]["held_since"], page["legacy"]["county"], page["legacy"]["agency"]) == (
        "2019-03-04",
        "Hinds",
        "LOCAL-LE",
    )
    texts = (await house.service.get(f"/kits/{kit}/texts", by=OFFICER)).json()
    assert [(each["event"], each["text"]) for each in texts] == [("kit.brought_in", "MS0042")]
    await house.until_idle()
    assert [house.clock_events(kit, rule) for rule in RULES] == [[], [], [], []]

    # No seal number of it is on record, so the receiver's word stands.
    await house.hand_over(kit, OFFICER, ANALYST, **TO_LABORATORY)
    await house.until_clock(kit, "C57", "started")
    assert [house.clock_events(kit, rule) for rule in RULES[:3]] == [[], [], []]
    await house.done(kit, "results", {"result": "tested", "result_at": house.at()}, by=ANALYST)
    assert (await house.page(kit, by=ANALYST))["state"] == "result"

    bare = UUID((await house.service.post("/kits/find", {"number": "MS0043"}, by=OFFICER)).json()["reference"])
    refused = await house.act(bare, "offers", {"offered_at": house.at(), "seal": "whole", **TO_LABORATORY}, by=OFFICER)
    assert (refused.status_code, refused.json()["code"]) == (409, "kit_unreported")


async def _who_is_shown_which(house: House) -> None:
    """The police of a county, whoever collected it, and nobody else; the board says that they are legacy kits."""
    board = await house.board(OFFICER)
    assert len(board) == 4
    assert all(row["legacy"] for row in board.values())
    rankin = await house.board(OF_RANKIN)
    # Those that belong to Rankin, or of which nobody knows where they belong.
    assert len(rankin) == 3
    assert len(await house.board(COORDINATOR)) == 1
    assert await house.board(NURSE) == {}
    for kit in board:
        for who in (OFFICER, OF_RANKIN, COORDINATOR, NURSE, ANALYST):
            assert (kit in await house.board(who)) == await house.may_list(kit, who), who

    two = a_list("MS-1,LOCAL-LE,,Rankin,,,,", "MS-02,LOCAL-LE,,Hinds,,,,")
    of_his_own = await _looked_at(house, two, by=OF_RANKIN)
    assert [each["county"] for each in of_his_own["kits"]] == ["Rankin"]
    assert [each["problems"][0]["fault"] for each in of_his_own["wrong"]] == ["row_other_county"]


async def _what_is_reported_of_the_year(house: House) -> None:
    """As was on record when it ended, for ever; what came in later is in the next report."""
    listed = a_list(*(f"MS-1{number:03},LOCAL-LE,,Hinds,,2020-01-02,reported," for number in range(12)))
    await _bring_in(house, listed, (await _looked_at(house, listed))["digest"])
    not_over = await house.service.get("/kit-report", by=COORDINATOR, params={"year": 2026})
    assert (not_over.status_code, not_over.json()["field"]) == (422, "year")

    house.service.time.turn(timedelta(days=80))
    report = (await house.service.get("/kit-report", by=COORDINATOR, params={"year": 2026})).json()
    cells = [(each["agency"], each["state"], each["kits"]) for each in report["counts"]["cells"]]
    assert cells == [("LOCAL-LE", "reported", 12)]
    assert [each["kits"] for each in report["counts"]["cells"][0]["ages"]] == [12]
    assert report["counts"]["kits"] is None, "five others are worked out of a total"

    later = a_list(*(f"MS-2{number:03},LOCAL-LE,,Hinds,,,reported," for number in range(20)))
    await _bring_in(house, later, (await _looked_at(house, later))["digest"])
    again = await house.service.get("/kit-report", by=AUDITOR)
    assert again.json() == report
    earlier = await house.service.get("/kit-report", by=COORDINATOR, params={"year": 2025})
    assert earlier.json()["counts"] == {"kits": None, "elsewhere": None, "cells": []}

    file = await house.service.post("/kit-report/export?year=2026", by=COORDINATOR)
    assert file.status_code == 200, file.text
    assert "2026,LOCAL-LE,reported,kits,,12," in file.text
    # The eighty days that were turned are counted meanwhile.
    assert [each for each in _names(house) if "census" not in each][-1] == "operation.list_exported"
    assert (await house.service.get("/kit-report", by=OFFICER)).status_code == 403


async def _a_paper_says_that_it_was_reported(house: House) -> None:
    """By whoever keeps the kit. From when it was to be brought to the laboratory no paper says, so nothing runs."""
    kit = UUID((await house.service.post("/kits/find", {"number": "MS0043"}, by=OFFICER)).json()["reference"])
    said = {"consent": "reported", "paper": "A log of 2019, in the second drawer", "found_at": house.at()}
    assert (await house.act(kit, "papers", said, by=NURSE)).status_code == 403
    assert (await house.act(kit, "papers", said, by=COORDINATOR)).status_code == 404, "none of theirs"
    await house.done(kit, "papers", said, by=OFFICER)
    page = await house.page(kit, by=OFFICER)
    assert (page["state"], page["consent"], page["clocks"]) == ("reported", "reported", [])
    assert [each["rule"] for each in page["begun_unknown"]] == ["C56"]
    assert [each["by"] for each in page["legacy"]["papers"]] == [str(OFFICER.account)]
    assert (await house.board(OFFICER))[kit]["reported"]
    texts = (await house.service.get(f"/kits/{kit}/texts", by=OFFICER)).json()
    assert [each["event"] for each in texts] == ["kit.brought_in", "kit.paper_found"]
    assert not says("second drawer", house.service.everything_stored()), "the paper lies open"

    again = await house.act(kit, "papers", said | {"consent": "unreported"}, by=OFFICER)
    assert (again.status_code, again.json()["code"]) == (409, "kit_paper_on_record")
    await house.done(kit, "papers/1/withdrawal", {"reason": "It was of another box."}, by=OFFICER)
    assert (await house.page(kit, by=OFFICER))["state"] == "choice_not_on_file"
    assert not (await house.board(OFFICER))[kit]["reported"]


async def _the_hour_of_a_call_on_a_paper_runs_and_falls_away_with_it(house: House) -> None:
    listed = a_list("MS-0301,BRIDGE,2024-03-04,,,,,")
    await _bring_in(house, listed, (await _looked_at(house, listed, by=COORDINATOR))["digest"], by=COORDINATOR)
    kit = UUID((await house.service.post("/kits/find", {"number": "MS0301"}, by=COORDINATOR)).json()["reference"])
    said = {
        "consent": "reported",
        "call": "called",
        "police": "LOCAL-LE",
        "called_at": "2026-10-05T10:00:00-05:00",
        "paper": "A log of calls",
        "found_at": house.at(),
    }
    await house.done(kit, "papers", said, by=COORDINATOR)
    await house.until_clock(kit, "C55", "started", "missed")
    await _told_of_the_kit_and_of_no_case(house)
    assert kit in await house.board(OFFICER), "whoever was called is shown it"
    trigger = (await house.service.get(f"/kits/{kit}/clocks", by=COORDINATOR)).json()[0]["trigger"]["name"]
    assert trigger == "kit.paper_found"
    await house.done(kit, "papers/1/withdrawal", {"reason": "It was of another box."}, by=COORDINATOR)
    await house.until_clock(kit, "C55", "started", "missed", "excused")
    assert kit not in await house.board(OFFICER)
    # Somebody else reads that it was reported, and the clinic calls: that has a day of its own.
    await house.done(kit, "papers", {**said, "call": "not_called", "police": "", "called_at": None}, by=ANOTHER)
    await house.done(kit, "calls", {"agency": "LOCAL-LE", "called_at": house.at(), "spoke_with": "A desk"}, by=ANOTHER)

    async def runs_anew() -> bool:
        told = (await house.service.get(f"/kits/{kit}/clocks", by=COORDINATOR)).json()
        return [each["clock"] for each in told if each["clock"].startswith("C55")] == ["C55-1", "C55-2"]

    await eventually(runs_anew)
    assert (await house.page(kit))["due_next"]["rule"] == "C55"
    for who in (OFFICER, COORDINATOR):
        assert (kit in await house.board(who)) == await house.may_list(kit, who), who


async def _told_of_the_kit_and_of_no_case(house: House) -> None:
    """Of its clock, and of what is proposed about another."""
    found = await house.service.post("/kits/find", {"number": "MS1000"}, by=OFFICER)
    proposal = {"decision": "no_test", "reason": "no_crime_shown", "office": "DA-07", "explanation": "Nothing to show"}
    await house.done(UUID(found.json()["reference"]), "decisions", proposal, by=OFFICER)

    async def told() -> bool:
        pressing = [row[3]["data"] for row in house.service.rows() if row[2] == "forensic_clinic.legacy_kit_pressing"]
        return {(each["why"], each["rule"]) for each in pressing} >= {("duty_missed", "C55"), ("decision_waits", "")}

    await eventually(told)
    assert not {"forensic_clinic.kit_duty_pressing", "forensic_clinic.kit_decision_pressing"} & set(_names(house))


async def _nobody_else_uses_it(house: House) -> None:
    for who in (NURSE, ANALYST, PROSECUTOR):
        body = {"file": _encoded(FILE)}
        assert (await house.service.post("/legacy-kits/preview", body, by=who)).status_code == 403
        assert (await house.service.post("/legacy-kits", body | {"digest": "0" * 64}, by=who)).status_code == 403


async def _looked_at(house: House, file: bytes, by: Person = OFFICER) -> dict[str, Any]:
    answer = await house.service.post("/legacy-kits/preview", {"file": _encoded(file)}, by=by)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _bring_in(house: House, file: bytes, digest: str, key: str = "", by: Person = OFFICER) -> httpx.Response:
    body = {"file": _encoded(file), "digest": digest}
    return await house.service.post("/legacy-kits", body, by=by, key=key or str(uuid4()))


def _names(house: House) -> list[str]:
    return [name for _, _, name, _ in house.service.rows()]


def _encoded(file: bytes) -> str:
    return base64.b64encode(file).decode()
