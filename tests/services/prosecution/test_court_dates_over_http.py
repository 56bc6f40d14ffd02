"""A court's file over HTTP: looked at first, set by one command, once, and only into cases that one may work on."""

import base64
import hashlib
from collections import Counter
from typing import Any
from uuid import UUID

import httpx

from tests.services.policy import at_once
from tests.services.prosecution.house import (
    COLLEAGUE,
    DETECTIVE,
    OTHER_OFFICE,
    PROSECUTOR,
    PROSTITUTION,
    TRAFFICKING,
    House,
    ok,
)
from tests.support.running_service import Person

FIRST, SECOND = "25-1-0042", "VQX-77/3"
TABLE = (
    "cause,kind,day,time\n"
    f"{FIRST},Arraignment,2026-11-16,09:00\n"
    f"{SECOND},Trial,11/17/2026,9:30 AM\n"
    "25-1-9999,Trial,2026-11-17,10:00\n"
)


def body(text: str, **further: str) -> dict[str, Any]:
    return {"file": base64.b64encode(text.encode()).decode(), "court": "circuit"} | further


def confirmed(text: str) -> dict[str, Any]:
    return body(text, digest=hashlib.sha256(text.encode()).hexdigest())


async def look(house: House, text: str = TABLE, by: Person = PROSECUTOR) -> dict[str, Any]:
    return dict(ok(await house.service.post("/court-dates/preview", body(text), by=by)))


async def bring_in(house: House, text: str = TABLE, by: Person = PROSECUTOR) -> httpx.Response:
    return await house.service.post("/court-dates", confirmed(text), by=by)


async def numbered(house: House, case: UUID, number: str | None) -> httpx.Response:
    accused = (await house.accused(case))["accused"]
    return await house.act(case, f"accused/{accused}/cause-numbers", {"court": "circuit", "number": number})


async def test_a_file_is_looked_at_then_set_once_and_finds_only_the_cases_one_may_work_on(house: House) -> None:
    service = house.service
    mine, also = await house.charged(TRAFFICKING), await house.charged(PROSTITUTION)
    assert (await numbered(house, mine, "=1+1")).json()["field"] == "number"
    ok(await numbered(house, mine, " 25-1-0042 "))
    last = await numbered(house, also, SECOND.lower())
    await service.get("/cases", by=PROSECUTOR, after=last)

    before = service.names()
    seen = await look(house)
    assert service.names() == before, "looking at it records nothing"
    assert [(each["row"], each["case"], each["kind"]) for each in seen["dates"]] == [
        (2, str(mine), "arraignment"),
        (3, str(also), "trial"),
    ]
    assert seen["wrong"] == [{"row": 4, "faults": ["cause_unknown"]}]
    assert seen["digest"] == hashlib.sha256(TABLE.encode()).hexdigest()

    changed = await service.post("/court-dates", confirmed(TABLE) | body(TABLE + "\n"), by=PROSECUTOR)
    assert (changed.status_code, changed.json()["code"]) == (409, "court_dates_changed")
    answers = await at_once(*(lambda by=by: bring_in(house, by=by) for by in (PROSECUTOR, COLLEAGUE) * 2))
    assert Counter(answer.status_code for answer in answers) == {201: 4}
    assert {answer.json()["hearings"] for answer in answers} == {2}
    assert service.names().count("hearing.set") == 2, "whoever was second set nothing again"
    assert service.names().count("court_dates.brought_in") == 1
    (hearing,) = (await house.page(mine))["hearings"]
    assert (hearing["set_for"], hearing["phase"]) == ("2026-11-16T15:00:00Z", "set")
    page = await service.get("/cases", by=PROSECUTOR, after=answers[0])
    assert "hearing:arraignment" in page.text

    # Another file with the same dates, and a vacated one: nothing is set again.
    ok(await house.act(mine, f"hearings/{hearing['hearing']}/vacation", {"reason": "court"}))
    again = await look(house, TABLE.replace(SECOND, f" {SECOND} "))
    assert (again["dates"], again["on_file"]) == ([], [2, 3])
    none_right = await bring_in(house, "cause,kind,day,time\n1-2-3,Trial,2026-11-17,10:00\n")
    assert (none_right.status_code, none_right.json()["code"]) == (409, "court_dates_none_right")
    unreadable = await bring_in(house, "BEGIN:VCALENDAR\nnothing")
    assert (unreadable.status_code, unreadable.json()["code"]) == (409, "court_dates_unreadable")

    # The number is sealed, and shown with the names alone, on record.
    named = (await service.get(f"/cases/{mine}/accused", by=PROSECUTOR)).json()
    assert named[0]["causes"] == [["circuit", FIRST]]
    rows = str([state["data"] for _, _, name, state in service.rows() if name != "operation.page_read"])
    assert FIRST not in rows
    assert FIRST not in str(await house.page(mine))

    # To another office, and to whoever is kept out, a number that is hidden is one nobody has.
    assert (await look(house, by=OTHER_OFFICE))["wrong"] == [
        {"row": row, "faults": ["cause_unknown"]} for row in (2, 3, 4)
    ]
    await house.keep_out(UUID((await house.page(mine))["tip"]), COLLEAGUE)
    hidden = await look(house, by=COLLEAGUE)
    assert hidden["wrong"] == [{"row": row, "faults": ["cause_unknown"]} for row in (2, 4)]
    assert (await service.post("/court-dates/preview", body(TABLE), by=DETECTIVE)).status_code == 403

    # Taken back, the number finds nothing any more.
    last = await numbered(house, also, None)
    await service.get("/cases", by=PROSECUTOR, after=last)
    assert {"row": 3, "faults": ["cause_unknown"]} in (await look(house))["wrong"]
    assert (await numbered(house, also, None)).json()["code"] == "nothing_changes"
    nobody = await service.post("/court-dates/preview", body(TABLE) | {"court": "moot"}, by=PROSECUTOR)
    assert nobody.json()["field"] == "court"


async def test_dates_of_a_calendar_are_set_in_their_zone(house: House) -> None:
    case = await house.charged(TRAFFICKING)
    last = await numbered(house, case, FIRST)
    await house.service.get("/cases", by=PROSECUTOR, after=last)
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        f"SUMMARY:Status conference {FIRST}\r\nDTSTART;TZID=America/Chicago:20261112T083000\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    assert [each["kind"] for each in (await look(house, text))["dates"]] == ["status"]
    ok(await bring_in(house, text))
    assert [each["set_for"] for each in (await house.page(case))["hearings"]] == ["2026-11-12T14:30:00Z"]
