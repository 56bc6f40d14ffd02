"""An accused who turns out to have been a child, over HTTP: the alert, who sees it, and the way to expungement."""

from typing import Any
from uuid import UUID

import httpx

from tests.services.prosecution.house import (
    COORDINATOR,
    DETECTIVE,
    OTHER_OFFICE,
    PROSECUTOR,
    PROSTITUTION,
    House,
    ok,
)
from tests.support.running_service import NOON, Person
from tests.support.waiting import as_it_stands, eventually

AT = {"at": NOON.isoformat()}


async def convicted(house: House) -> UUID:
    """By a plea, of an offence that nobody under 18 is accused of."""
    case = await house.charged(PROSTITUTION)
    ok(await house.stage(case, "grand_jury", NOON))
    ok(await house.outcome(case, "true_bill", NOON))
    for stage in ("indictment_served", "arraignment"):
        ok(await house.stage(case, stage, NOON))
    (count,) = await house.counts(case)
    await house.not_conferred(case, count["count"], "plea_guilty", NOON)
    ok(await house.outcome(case, "plea_guilty", NOON))
    ok(await house.stage(case, "judgment", NOON))
    return case


async def listed(house: House, by: Person = PROSECUTOR) -> list[dict[str, Any]]:
    """What the list shows somebody."""
    found: list[dict[str, Any]] = ok(await house.service.get("/safe-harbour", by=by))  # type: ignore[assignment]
    return found


async def shown(house: House, case: UUID) -> dict[str, Any]:
    """What is on record of the first accused."""
    found: dict[str, Any] = ok(await house.service.get(f"/cases/{case}/safe-harbour", by=PROSECUTOR))[0]  # type: ignore[index]
    return found


async def act(house: House, case: UUID, path: str, body: dict[str, Any], by: Person = PROSECUTOR) -> httpx.Response:
    """A command on the first accused as they stand."""

    async def send() -> httpx.Response:
        known = await shown(house, case)
        place = f"/cases/{case}/accused/{known['accused']}/safe-harbour/{path}"
        return await house.service.post(place, body, by=by, version=known["version"])

    return await as_it_stands(send)


async def test_from_the_age_found_out_to_the_expunged_record(house: House) -> None:
    tip_kept_out = await house.tip(named=(COORDINATOR,))
    case, kept_out = await convicted(house), await house.accepted(tip_kept_out)
    assert await listed(house) == []
    accused = (await house.accused(case))["accused"]
    correction = {"born": "2010-01-01", "reason": "Invented birth record."}
    ok(await house.act(case, f"accused/{accused}/age-corrections", correction))

    async def is_listed() -> bool:
        return bool(await listed(house))

    await eventually(is_listed)
    (row,), (told,) = await listed(house), await listed(house, COORDINATOR)
    assert (row["grounds"], row["to_petition"], row["referrals_owed"]) == (["minor_at_act"], 1, ["cps_hotline"])
    assert (told["grounds"], told["to_petition"]) == (["minor_at_act"], 0), "convictions are for the office"
    assert await listed(house, OTHER_OFFICE) == []

    # Who is alerted says so, and whoever is not is answered as if there were nothing.
    seen = f"/cases/{case}/accused/{accused}/safe-harbour/seen"
    assert (await house.service.post(seen, {}, by=OTHER_OFFICE)).status_code == 404
    assert (await house.service.post(seen, {}, by=DETECTIVE)).status_code == 403
    ok(await house.service.post(seen, {}, by=COORDINATOR))
    assert (await listed(house))[0]["unseen_by"] == ["prosecutor"]
    assert (await house.service.get(f"/cases/{case}/safe-harbour", by=COORDINATOR)).status_code == 403

    # The same of a case whose tip names the coordinator: shut out of the alert, too.
    ok(await house.act(kept_out, "accused", {"name": "Example Two", "born": "1990-01-01"}))
    ok(await act(house, kept_out, "indicators", {"indicators": ["debt"]} | AT))
    assert {each["case"] for each in await listed(house)} == {str(case), str(kept_out)}
    assert [each["case"] for each in await listed(house, COORDINATOR)] == [str(case)]
    other = (await shown(house, kept_out))["accused"]
    hidden = f"/cases/{kept_out}/accused/{other}/safe-harbour/seen"
    assert (await house.service.post(hidden, {}, by=COORDINATOR)).status_code == 404

    (count,) = await house.counts(case)
    assert count["phase"] == "entered_in_error"
    ok(await act(house, case, "referrals/cps_hotline", AT))
    ok(await act(house, case, "referrals/cps_hotline/answer", {"answer": "taken"} | AT))
    ok(await act(house, case, "petitions", {"count": count["count"], "route": "vacatur"} | AT))
    petition = (await shown(house, case))["petitions"][0]["petition"]
    assert (await act(house, case, f"petitions/{petition}/decision", granted())).status_code == 409
    ok(await act(house, case, f"petitions/{petition}/letters", {"issuer": "child_protection"} | AT))
    ok(await act(house, case, f"petitions/{petition}/filing", {"court": "circuit"} | AT))
    ok(await act(house, case, f"petitions/{petition}/hearing", AT))
    ok(await act(house, case, f"petitions/{petition}/decision", granted()))
    assert (await house.counts(case))[0]["phase"] == "vacated"
    ok(await act(house, case, f"petitions/{petition}/told", {"whom": "survivor"} | AT))
    assert [(each["to_expunge"], each["to_tell"]) for each in await listed(house) if each["case"] == str(case)] == [
        (1, 3)
    ]
    ok(await act(house, case, f"petitions/{petition}/expungement", AT))
    assert (await house.counts(case))[0]["phase"] == "expunged"

    async def nothing_is_left_to_petition() -> bool:
        return not (await shown(house, case))["listed"]

    await eventually(nothing_is_left_to_petition)
    steps = [name for name, _ in (await shown(house, case))["petitions"][0]["steps"]]
    assert steps == ["opened", "filed", "heard", "granted", "expunged"]


def granted() -> dict[str, Any]:
    return {"decision": "granted", "reason": "documentation"} | AT
