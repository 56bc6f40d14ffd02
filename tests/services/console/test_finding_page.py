"""Finding people for a county and a time: in order, with what each is left out for, and nobody asked by looking."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.services.console.boards import name
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import NOW, Console

ONE, TWO, THREE = (UUID(int=number) for number in (91, 92, 93))
DAY = timedelta(days=1)


def found(console: Console) -> None:
    ranked = {
        "account": str(ONE), "agency": "CVP", "place": "on_call", "rota": str(UUID(int=7)), "km": 0, "load": 2,
        "certified_until": (NOW + DAY).isoformat(), "proven_at": NOW.isoformat(), "declined": False,
    }  # fmt: skip
    left_out = [
        {"account": str(TWO), "agency": "CVP", "reasons": ["on_leave"], "back_at": (NOW + DAY).isoformat(),
         "credential_ended_at": None},
        {"account": str(THREE), "agency": "CVP", "reasons": ["no_credential", "not_callable"], "back_at": None,
         "credential_ended_at": (NOW - DAY).isoformat()},
    ]  # fmt: skip
    seats: list[dict[str, Any]] = [
        {"seat": "victim_advocate", "rotas": 1, "people": [ranked], "left_out": left_out},
        {"seat": "cps_investigator", "rotas": 0, "people": [], "left_out": []},
    ]
    console.others.say(
        "GET", "rapid_assessment", "/finding", {"county": "Hinds", "at": NOW.isoformat(), "seats": seats}
    )
    name(console.others, **{"Example One": ONE, "Example Two": TWO, "Example Three": THREE})


async def test_each_seat_tells_whom_to_ask_and_who_is_left_out_with_the_reason(console: Console) -> None:
    found(console)
    async with signed_in(console, "coordinator") as browser:
        empty = (await browser.get("/finding")).text
        assert "Example One" not in empty
        page = (await browser.get("/finding?county=Hinds")).text
        spanish = (await browser.get("/finding?county=Hinds", **{"accept-language": "es"})).text
    assert "on call by the rota, serves this county, 2 open cases" in page
    assert "on leave until Sun 22 Nov" in page
    assert "the certificate ended on Fri 20 Nov" in page
    assert "not on call now, and on no rota for this county" in page
    assert "2 people are left out: why" in page
    assert "No rota for this seat holds this county." in page
    assert "Nobody can fill it then." in page
    assert "Quién puede ocupar cada puesto" in spanish
    assert [each.path for each in console.others.commands] == []


async def test_a_time_to_come_is_asked_for_and_one_that_is_past_or_no_time_is_not(console: Console) -> None:
    found(console)
    async with signed_in(console, "coordinator") as browser:
        later = await browser.get("/finding?county=Hinds&at_day=2026-11-23&at=2130")
        assert (later.status_code, "Open cases are counted as of now." in later.text) == (200, True)
        for typed in ("at_day=2026-11-20&at=2130", "at_day=2026-11-23&at=99", "at_day=2026-11-23"):
            refused = await browser.get(f"/finding?county=Hinds&{typed}")
            assert (refused.status_code, "Example One" in refused.text) == (422, False)
        now = await browser.get("/finding?county=Hinds&at_day=2026-11-21&at=0312")
        assert (now.status_code, "County, now" in now.text) == (200, True)


async def test_the_page_is_for_who_asks_people(console: Console) -> None:
    async with signed_in(console, "advocate") as browser:
        assert (await browser.get("/finding?county=Hinds")).status_code == 403
