"""A court's order on its page: what is offered to whom, what is sent, what the certificate says."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.services.console.boards import name
from tests.services.console.clinic_given import signed_in
from tests.services.console.house import COORDINATOR, NOW, STORED, Console
from tests.support.running_service import Person

PERSON, ORDER = UUID(int=51), UUID(int=52)
SUBJECT = {"person": str(PERSON), "part": "subject", "name": "Example Child Zqx"}
DONE = {
    "service": "forensic_clinic",
    "said_at": NOW.isoformat(),
    "keys": 1,
    "fields": 3,
    "positions": [41, 57],
    "event": str(uuid4()),
    "at": 60,
}


def an_order(**changes: Any) -> dict[str, Any]:
    given = {
        "order": str(ORDER),
        "persons": [str(PERSON)],
        "phase": "requested",
        "court": "Youth Court of Example County",
        "number": "YC-17",
        "ordered_at": NOW.isoformat(),
        "due_at": (NOW + timedelta(days=30)).isoformat(),
        "requested_by": str(COORDINATOR.account),
        "requested_at": NOW.isoformat(),
        "confirmed_by": None,
        "confirmed_at": None,
        "reason": None,
        "held": False,
        "carried_out": [],
        "outstanding": [],
    }
    return given | changes


def a_page(console: Console, tip: UUID, *orders: dict[str, Any], holds: tuple[dict[str, Any], ...] = ()) -> str:
    name(console.others, Coordinator=COORDINATOR.account)
    console.others.say("GET", "tips", f"/tips/{tip}/destructions", list(orders))
    console.others.say("GET", "tips", f"/tips/{tip}/holds", list(holds))
    console.others.say("GET", "tips", f"/tips/{tip}/persons", [SUBJECT])
    return f"/cases/{tip}/destruction"


async def test_the_coordinator_enters_an_order_and_is_not_offered_to_confirm_it(console: Console) -> None:
    tip = uuid4()
    path = a_page(console, tip, an_order(held=True))
    console.others.say("POST", "tips", f"/tips/{tip}/destructions", STORED, 201)
    typed = {
        "person": str(PERSON), "court": "Youth Court", "number": "YC-17", "key": "k",
        "ordered_at_day": "2026-11-02", "ordered_at": "0900",
    }  # fmt: skip
    async with signed_in(console, "coordinator") as browser:
        text = (await browser.get(path)).text
        assert "Youth Court of Example County, YC-17" in text
        assert "waits for a second person" in text
        assert "A legal hold forbids it." in text
        assert f"/{ORDER}/confirmation" not in text
        assert (await browser.post(path, typed | {"court": ""})).status_code == 422
        assert console.others.commands == []
        assert (await browser.post(path, typed)).status_code == 303
    (sent,) = console.others.commands
    assert (sent.body["person"], sent.body["by"]) == (str(PERSON), None)
    assert sent.body["ordered_at"].startswith("2026-11-02T15:00:00")


async def test_the_second_person_confirms_and_is_led_back_to_the_orders_since_the_case_is_not_theirs(
    console: Console,
) -> None:
    tip = uuid4()
    path = a_page(console, tip, an_order())
    console.others.say("POST", "tips", f"/tips/{tip}/destructions/{ORDER}/confirmation", STORED)
    console.others.people["statewide@example.org"] = Person(("statewide_coordinator",), agency="SHTC")
    async with signed_in(console, "statewide") as browser:
        text = (await browser.get(path)).text
        assert "Destroy for ever" in text
        assert 'href="/orders">Back to the orders' in text
        assert f'href="/cases/{tip}"' not in text
        assert (await browser.post(f"{path}/{ORDER}/confirmation", {"key": "k"})).status_code == 303
    (sent,) = console.others.commands
    assert sent.path == f"/tips/{tip}/destructions/{ORDER}/confirmation"


async def test_the_certificate_says_what_went_where_and_what_is_outstanding(console: Console) -> None:
    path = a_page(console, uuid4(), an_order(phase="confirmed", carried_out=[DONE], outstanding=["prosecution"]))
    async with signed_in(console, "coordinator") as browser:
        text = (await browser.get(path)).text
        assert "<b>Forensic clinic</b>, " in text
        assert "keys destroyed: 1; texts gone: 3. At positions 41, 57 of its log." in text
        assert "Not answered yet:" in text
        assert "Destroy for ever" not in text
        spanish = (await browser.get(path, **{"accept-language": "es"})).text
        assert "<b>Clínica forense</b>, " in spanish
        assert "claves destruidas: 1; textos destruidos: 3." in spanish


async def test_who_answers_for_orders_finds_those_that_wait(console: Console) -> None:
    tip = uuid4()
    a_page(console, tip)
    waits = {
        "order_id": str(ORDER), "tip": str(tip), "account": str(COORDINATOR.account), "agency": "MDCPS-HTC",
        "phase": "requested", "ordered_at": NOW.isoformat(), "entered_at": NOW.isoformat(), "due_at": None,
    }  # fmt: skip
    console.others.say("GET", "tips", "/destructions", [waits])
    async with signed_in(console, "coordinator") as browser:
        text = (await browser.get("/orders")).text
        assert "Waits for a second person" in text
        assert f'href="/cases/{tip}/destruction#order-{ORDER}"' in text
    async with signed_in(console, "prosecutor") as browser:
        assert (await browser.get("/orders")).status_code == 403


async def test_a_prosecutor_places_a_hold_and_lifts_none_of_another_agency(console: Console) -> None:
    tip, own, other = uuid4(), uuid4(), uuid4()
    holds = (
        {"hold": str(own), "agency": "DA-07", "lifted": False, "authority": "State v. Another"},
        {"hold": str(other), "agency": "DA-20", "lifted": False, "authority": None},
    )
    path = a_page(console, tip, an_order(), holds=holds)
    console.others.say("POST", "tips", f"/tips/{tip}/holds", STORED, 201)
    async with signed_in(console, "prosecutor") as browser:
        text = (await browser.get(path)).text
        assert f"/holds/{own}/lifting" in text
        assert f"/holds/{other}/lifting" not in text
        assert "State v. Another" in text
        assert "YC-17" not in text
        done = await browser.post(f"{path}/holds", {"authority": "State v. Example", "key": "k"})
        assert done.status_code == 303
    (sent,) = console.others.commands
    assert sent.body == {"authority": "State v. Example"}
