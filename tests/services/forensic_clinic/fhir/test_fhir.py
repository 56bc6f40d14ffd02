"""FHIR R4 over HTTP: what each is answered, valid to others; what is hidden is not there; errors as outcomes."""

from typing import Any

import httpx

from tests.services.forensic_clinic.fhir.valid import require_valid
from tests.services.forensic_clinic.house import (
    COORDINATOR,
    CPS,
    HOUR,
    NURSE,
    ROOM,
    SECOND_NURSE,
    House,
    ok,
    slot,
)
from tests.support.running_service import NOON, Person

ELSEWHERE = Person(("clinic_coordinator",), agency="OTHER")


async def asked(house: House, path: str, by: Person | None = COORDINATOR, /, **params: Any) -> dict[str, Any]:
    answer = ok(await house.service.get(f"/fhir/{path}", by=by, params=params or None))
    return valid(answer)


def valid(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/fhir+json"
    return require_valid(answer.content)


def found(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return [each["resource"] for each in bundle.get("entry", ())]


def outcome(answer: httpx.Response) -> tuple[int, str, str]:
    (issue,) = valid(answer)["issue"]
    return answer.status_code, issue["code"], issue["details"]["coding"][0]["code"]


async def test_a_clinic_is_read_and_searched_and_what_is_hidden_is_not_there(house: House) -> None:
    await house.nurse(SECOND_NURSE)
    tip = await house.tip()
    booked, held, waiting = await house.request(tip), await house.request(), await house.request()
    ok(await house.act(booked, "booking", slot(NOON + HOUR)))
    ok(await house.act(held, "hold", slot(NOON + 3 * HOUR, nurse=SECOND_NURSE)))
    nurse, second, room = (str(each) for each in (NURSE.account, SECOND_NURSE.account, ROOM))

    assert (await asked(house, "metadata", None))["fhirVersion"] == "4.0.1"

    schedules = await asked(house, "Schedule")
    assert {each["id"] for each in found(schedules)} == {nurse, second, room}
    assert [each["id"] for each in found(await asked(house, "Schedule", actor=f"Location/{room}"))] == [room]
    assert found(await asked(house, "Schedule", date="lt2026-11-03")) == []
    assert len(found(await asked(house, "Schedule", date="2026-11-04"))) == 3
    one = ok(await house.service.get(f"/fhir/Schedule/{nurse}", by=COORDINATOR))
    assert (valid(one)["id"], one.headers["etag"]) == (nurse, 'W/"4"')

    day = ["ge2026-11-03", "lt2026-11-04"]
    slots = found(await asked(house, "Slot", schedule=f"Schedule/{nurse}", start=day))
    assert [(each["start"], each["end"], each["status"]) for each in slots] == [
        ("2026-11-03T12:00:00-06:00", "2026-11-03T13:00:00-06:00", "free"),
        ("2026-11-03T13:00:00-06:00", "2026-11-03T14:00:00-06:00", "busy"),
        ("2026-11-03T14:00:00-06:00", "2026-11-04T00:00:00-06:00", "free"),
    ]
    for each in slots:
        assert await asked(house, f"Slot/{each['id']}") == each
    kept = found(await asked(house, "Slot", status="busy-tentative", start=day))
    assert {each["schedule"]["reference"] for each in kept} == {f"Schedule/{second}", f"Schedule/{room}"}

    appointments = found(await asked(house, "Appointment"))
    assert {(each["id"], each["status"]) for each in appointments} == {
        (str(booked), "booked"), (str(held), "pending"), (str(waiting), "proposed"),
    }  # fmt: skip
    assert [
        each["id"] for each in found(await asked(house, "Appointment", date=day, actor=f"Practitioner/{nurse}"))
    ] == [str(booked)]
    pages, address = [], "Appointment?status=booked,pending&_count=1"
    while address:
        page = await asked(house, address)
        pages += found(page)
        ways = {link["relation"]: link["url"] for link in page["link"]}
        address = ways.get("next", "").rpartition("/fhir/")[2]
    assert [each["id"] for each in pages] == [str(booked), str(held)]
    one = ok(await house.service.get(f"/fhir/Appointment/{booked}", by=NURSE))
    assert valid(one)["participant"][0]["actor"]["reference"] == f"Practitioner/{nurse}"
    reads = [data["data"] for _, _, name, data in house.service.rows() if name == "operation.record_shown"]
    assert reads[-1]["records"] == [str(booked)], "as the page of an exam is"
    # Nothing tells who is examined, how old they are or where it happened.
    told = ok(await house.service.get("/fhir/Appointment", by=COORDINATOR)).text
    assert not any(word in told for word in (str(tip), "Hinds", "child", "Patient", "person"))

    # A nurse has her own, and nobody's elsewhere are anything to the coordinator there.
    assert [each["id"] for each in found(await asked(house, "Schedule", NURSE))] == [nurse]
    assert [each["id"] for each in found(await asked(house, "Appointment", NURSE))] == [str(booked)]
    assert {each["schedule"]["reference"] for each in found(await asked(house, "Slot", NURSE))} == {f"Schedule/{nurse}"}
    for kind in ("Schedule", "Slot", "Appointment"):
        assert found(await asked(house, kind, ELSEWHERE)) == []

    # Errors are outcomes; what is absent and what is hidden are the same bytes.
    await house.shut_out(tip, COORDINATOR)
    hidden, absent = [await house.service.get(f"/fhir/Appointment/{each}", by=COORDINATOR) for each in (booked, ROOM)]
    assert outcome(hidden) == outcome(absent) == (404, "not-found", "not-found")
    assert hidden.content == absent.content
    assert str(booked) not in {each["id"] for each in found(await asked(house, "Appointment"))}
    free = found(await asked(house, "Slot", schedule=nurse, start=day, status="busy"))
    assert free == [], "not as taken time either"
    for path in (
        f"Schedule/{second}",
        f"Slot/{slots[0]['id'].replace(nurse.replace('-', ''), room.replace('-', ''))}",
        "Slot/x",
    ):
        assert outcome(await house.service.get(f"/fhir/{path}", by=NURSE)) == (404, "not-found", "not-found")
    get = house.service.get
    assert outcome(await get("/fhir/Slot")) == (401, "login", "not-signed-in")
    assert outcome(await get("/fhir/Slot", by=CPS)) == (403, "forbidden", "not-your-role")
    wrong = {"start": "tomorrow", "status": "maybe", "schedule": "x"}
    for name, value in wrong.items():
        assert outcome(await get("/fhir/Slot", by=COORDINATOR, params={name: value})) == (
            422,
            "invalid",
            "invalid-value",
        )
    assert (await get("/fhir/Slot", by=COORDINATOR, params={"_count": "0"})).status_code in {400, 422}
