"""The list of responders: whose certificate ends first, who can be called, and who may read it."""

from datetime import datetime, timedelta
from typing import Any

from tests.services.rapid_assessment.house import (
    ADVOCATE,
    COORDINATOR,
    DETECTIVE,
    INVESTIGATOR,
    LAW_ENFORCEMENT,
    SPARE_ADVOCATE,
    House,
)
from tests.support.running_service import NOON, Person

NEW = Person(("victim_advocate",), agency="CVP")


async def listed(house: House, **asked: Any) -> dict[str, Any]:
    fresh = {"Muster-At-Least": str(len(house.service.rows()))}
    headers = fresh | {"Authorization": f"Bearer {house.service.token(COORDINATOR)}"}
    answer = await house.service.http.get("/responders", headers=headers, params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def who(found: dict[str, Any]) -> list[str]:
    return [each["responder"] for each in found["responders"]]


async def test_who_has_no_certificate_comes_first_and_then_whose_last_one_ends_soonest(house: House) -> None:
    await house.register(SPARE_ADVOCATE, until="2026-12-01")
    body = {"account": str(NEW.account), "agency": NEW.agency}
    assert (await house.service.post("/responders", body, by=COORDINATOR)).status_code == 201
    found = await listed(house)
    assert found["total"] == 5
    assert who(found)[:2] == [str(NEW.account), str(SPARE_ADVOCATE.account)]
    assert {str(each.account) for each in (ADVOCATE, DETECTIVE, INVESTIGATOR)} == set(who(found)[2:])
    first, second, *_ = found["responders"]
    assert (first["certificates"], first["since"], first["channels"]) == ([], None, {})
    assert [each["issuer"] for each in second["certificates"]] == ["AG-BVA"]
    assert second["until"] is not None

    one = await listed(house, limit=1, skip=1)
    assert (who(one), one["total"]) == ([str(SPARE_ADVOCATE.account)], 5)
    advocates = await listed(house, credential="victim_advocate")
    assert who(advocates) == [str(SPARE_ADVOCATE.account), str(ADVOCATE.account)]


async def test_how_somebody_is_reached_stands_there_and_never_where(house: House) -> None:
    path = f"/responders/{ADVOCATE.account}/channels"
    stated = {"kind": "email", "address": "advocate@example.org"}
    for other in (COORDINATOR, Person(("credential_issuer",), agency="AG-BVA")):
        assert (await house.service.post(path, stated, by=other, version=3)).status_code == 403
    assert (await house.service.post(path, stated, by=DETECTIVE, version=3)).status_code == 404
    assert (await house.service.post(path, stated, by=ADVOCATE, version=3)).status_code == 200
    found = await listed(house, credential="victim_advocate")
    assert [each["channels"] for each in found["responders"]] == [{"email": None}]
    assert "example.org" not in str(found)
    assert (await house.service.post(f"{path}/email/withdrawal", None, by=ADVOCATE, version=4)).status_code == 200
    assert [each["channels"] for each in (await listed(house))["responders"]] == [{}, {}, {}]


async def test_where_they_serve_what_they_speak_and_when_they_are_away_is_said_and_listed(house: House) -> None:
    path = f"/responders/{ADVOCATE.account}"
    told = {
        "area": {"counties": ["Rankin", "Hinds"], "circuits": [12]},
        "task_force": "forrest",
        "rapid_response": True,
        "languages": ["es", "en"],
    }
    for field, wrong in (
        ("task_force", told | {"task_force": "sixth"}),
        ("rapid_response", told | {"task_force": ""}),
        ("languages", told | {"languages": ["klingon"]}),
        ("counties", told | {"area": {"counties": ["Nowhere"]}}),
    ):
        refused = await house.service.post(f"{path}/description", wrong, by=COORDINATOR, version=3)
        assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert (await house.service.post(f"{path}/description", told, by=ADVOCATE, version=3)).status_code == 403
    assert (await house.service.post(f"{path}/description", told, by=COORDINATOR, version=3)).status_code == 200
    days = [NOON + timedelta(days=each) for each in range(-2, 5)]

    def span(first: int, last: int) -> dict[str, str]:
        return {"since": days[first].isoformat(), "until": days[last].isoformat()}

    for version, (what, body) in enumerate(
        [("leave", span(0, 1)), ("leave", span(1, 6)), ("leave/withdrawals", span(3, 4))], start=4
    ):
        assert (await house.service.post(f"{path}/{what}", body, by=ADVOCATE, version=version)).status_code == 200
    (row,) = (await listed(house, credential="victim_advocate"))["responders"]
    assert (row["counties"], row["circuits"], row["statewide"]) == (["Hinds", "Rankin"], [12], False)
    assert (row["task_force"], row["rapid_response"], row["languages"]) == ("forrest", True, ["es", "en"])
    away = [(datetime.fromisoformat(each["since"]), datetime.fromisoformat(each["until"])) for each in row["leave"]]
    assert away == [(days[0], days[3]), (days[4], days[6])]


async def test_only_who_keeps_the_list_reads_it_and_taking_it_away_is_on_record(house: House) -> None:
    for other in (INVESTIGATOR, ADVOCATE, LAW_ENFORCEMENT, Person(("cps_intake",))):
        assert (await house.service.get("/responders", by=other)).status_code == 403
        assert (await house.service.post("/responders/export", by=other)).status_code == 403
    assert "operation.list_exported" not in house.service.names()
    answer = await house.service.post("/responders/export", by=COORDINATOR)
    assert answer.status_code == 200, answer.text
    assert str(ADVOCATE.account) in answer.text
    assert "operation.list_exported" in house.service.names()


async def test_a_credential_that_there_is_not_is_an_invalid_value(house: House) -> None:
    answer = await house.service.get("/responders", by=COORDINATOR, params={"credential": "pilot"})
    assert answer.status_code == 422
    assert answer.json()["field"] == "credential"
