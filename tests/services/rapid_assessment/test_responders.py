"""The list of responders: whose certificate ends first, who can be called, and who may read it."""

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
from tests.support.running_service import Person

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
    assert (first["certificates"], first["since"], first["told_by"]) == ([], None, "")
    assert [each["issuer"] for each in second["certificates"]] == ["AG-BVA"]
    assert second["until"] is not None

    one = await listed(house, limit=1, skip=1)
    assert (who(one), one["total"]) == ([str(SPARE_ADVOCATE.account)], 5)
    advocates = await listed(house, credential="victim_advocate")
    assert who(advocates) == [str(SPARE_ADVOCATE.account), str(ADVOCATE.account)]


async def test_how_somebody_is_told_stands_there_and_never_where(house: House) -> None:
    path = f"/responders/{ADVOCATE.account}/address"
    stated = {"kind": "email", "address": "advocate@example.org"}
    assert (await house.service.post(path, stated, by=COORDINATOR, version=3)).status_code == 200
    found = await listed(house, credential="victim_advocate")
    assert [each["told_by"] for each in found["responders"]] == ["email"]
    assert "example.org" not in str(found)
    assert (await house.service.post(f"{path}/withdrawal", None, by=COORDINATOR, version=4)).status_code == 200
    assert [each["told_by"] for each in (await listed(house))["responders"]] == ["", "", ""]


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
