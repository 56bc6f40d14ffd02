"""A victim's rights over HTTP: a plea waits for the conferral, notices open by themselves, what is told is sealed."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.services.policy import at_once
from tests.services.prosecution.house import (
    COLLEAGUE,
    DETECTIVE,
    OTHER_OFFICE,
    PROSECUTOR,
    TRAFFICKING,
    House,
    ok,
)
from tests.support.running_service import NOON, Person
from tests.support.waiting import eventually

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CONTACT = "Example Aunt Vqxolm, 555-0100"
VIEW = "Example Victim Vqxolm does not want it."


async def on_victim(house: House, case: UUID, path: str, body: Any, *, by: Person = PROSECUTOR) -> httpx.Response:
    """A command on the person the tip is about, as they stand."""
    shown = await the_victim(house, case)
    place = f"/cases/{case}/victims/{shown['victim']}/{path}"
    return await house.service.post(place, body, by=by, version=shown["version"])


async def the_victim(house: House, case: UUID) -> dict[str, Any]:
    """The first on the page."""
    found: dict[str, Any] = ok(await house.service.get(f"/cases/{case}/victims", by=PROSECUTOR))[0]  # type: ignore[index]
    return found


async def notices(house: House, case: UUID, phase: str = "owed") -> list[str]:
    """The kinds of those that stand so."""
    return sorted(each["kind"] for each in (await the_victim(house, case))["notices"] if each["phase"] == phase)


async def until_owed(house: House, case: UUID, *kinds: str) -> None:
    """Waits for what opens by itself."""

    async def are() -> bool:
        return await notices(house, case) == sorted(kinds)

    await eventually(are)


def at(moment: datetime) -> dict[str, str]:
    return {"at": moment.isoformat()}


async def arraigned(house: House) -> UUID:
    """A count at its arraignment."""
    case = await house.charged(TRAFFICKING)
    ok(await house.stage(case, "grand_jury", NOON))
    ok(await house.outcome(case, "true_bill", NOON))
    ok(await house.stage(case, "indictment_served", NOON))
    ok(await house.stage(case, "arraignment", NOON))
    return case


async def test_a_plea_waits_for_the_conferral_and_of_two_prosecutors_one_is_told(house: House) -> None:
    case = await arraigned(house)
    count = (await house.counts(case))[0]["count"]
    house.service.time.turn(DAY)
    refused = await house.outcome(case, "plea_guilty", NOON + 5 * HOUR)
    assert (refused.status_code, refused.json()["code"]) == (409, "disposition_not_proposed")
    assert refused.json()["citation"] == "Miss. Code 99-43-11, 99-43-27"

    proposed = {"count": count, "outcome": "plea_guilty"} | at(NOON + HOUR)
    shown = await the_victim(house, case)
    place = f"/cases/{case}/victims/{shown['victim']}/proposals"
    answers = await at_once(
        *(
            lambda by=by: house.service.post(place, proposed, by=by, version=shown["version"])
            for by in (PROSECUTOR, COLLEAGUE) * 2
        )
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 3}
    refused = await house.outcome(case, "plea_guilty", NOON + 5 * HOUR)
    assert (refused.status_code, refused.json()["code"]) == (409, "victim_not_conferred_with")

    (proposal,) = (await the_victim(house, case))["proposals"]
    assert proposal["waits"]
    held = {"way": "in_person", "position": "objects", "view": VIEW} | at(NOON + 2 * HOUR)
    ok(await on_victim(house, case, f"proposals/{proposal['proposal']}/conferral", held))
    refused = await house.outcome(case, "plea_guilty", NOON + HOUR)
    assert (refused.status_code, refused.json()["code"]) == (409, "conferred_after_the_outcome")

    # The plea and a withdrawal of what it rests on, at the same moment: one of them holds, and nothing beside it.
    version, of_victim = (await house.page(case))["version"], await the_victim(house, case)
    plea = {"outcome": "plea_guilty"} | at(NOON + 5 * HOUR)
    withdrawal = f"{place}/{proposal['proposal']}/withdrawal"
    answers = await at_once(
        lambda: house.service.post(f"/cases/{case}/counts/{count}/outcomes", plea, by=PROSECUTOR, version=version),
        lambda: house.service.post(withdrawal, at(NOON + 5 * HOUR), by=COLLEAGUE, version=of_victim["version"]),
    )
    phase = (await the_victim(house, case))["proposals"][0]["phase"]
    outcome = (await house.counts(case))[0]["outcome"]
    assert (outcome, phase) in {("plea_guilty", "carried_out"), ("true_bill", "withdrawn")}
    assert sum(answer.status_code == 200 for answer in answers) == 1


async def test_notices_open_by_what_is_recorded_and_a_failed_one_is_a_task_on_the_list(house: House) -> None:
    case = await arraigned(house)
    accused = (await house.accused(case))["accused"]
    ok(await house.act(case, f"accused/{accused}/releases", at(NOON)))
    await until_owed(house, case, "release")
    ok(await on_victim(house, case, "request", {"received_at": NOON.isoformat()}))
    assert await notices(house, case) == ["charges", "release"], "at once, in the same commit"
    await house.hearing(case, "trial", NOON + 30 * DAY)
    await until_owed(house, case, "charges", "hearing", "release")

    async def row() -> dict[str, Any]:
        rows = (await house.service.get("/cases", by=PROSECUTOR)).json()
        found: dict[str, Any] = next(each for each in rows if each["case"] == str(case))
        return found

    assert ((await row())["notices_owed"], (await row())["notices_failed"]) == (3, 0)
    hearing = next(each for each in (await the_victim(house, case))["notices"] if each["kind"] == "hearing")
    step = f"notices/{hearing['notice']}/steps"
    house.service.time.turn(HOUR)
    ok(await on_victim(house, case, step, {"step": "sent", "channel": "letter"} | at(NOON)))
    assert (await row())["notices_owed"] == 2
    failed = {"step": "failed", "channel": "letter", "reason": "returned"} | at(NOON + HOUR)
    ok(await on_victim(house, case, step, failed))
    assert ((await row())["notices_owed"], (await row())["notices_failed"]) == (3, 1)
    refused = await on_victim(house, case, step, {"step": "delivered"} | at(NOON + HOUR))
    assert (refused.status_code, refused.json()["code"]) == (409, "notice_step_not_next")

    ok(await on_victim(house, case, "request/withdrawal", at(NOON + HOUR)))
    assert await notices(house, case) == ["release"]
    assert ((await row())["notices_owed"], (await row())["notices_failed"]) == (1, 0)


async def test_the_status_of_an_appeal_runs_five_business_days_and_the_end_of_a_sentence_until_its_day(
    house: House,
) -> None:
    case = await arraigned(house)
    count = (await house.counts(case))[0]["count"]
    ok(await house.stage(case, "trial", NOON))
    ok(await house.stage(case, "verdict", NOON))
    ok(await house.outcome(case, "guilty", NOON))
    ok(await house.stage(case, "judgment", NOON))
    ok(await house.stage(case, "appeal", NOON))
    await until_owed(house, case, "appeal", "sentence")
    by_kind = {each["kind"]: each for each in (await the_victim(house, case))["notices"]}
    assert (by_kind["sentence"]["due_at"], by_kind["sentence"]["rule"]) == (None, "C45")
    assert (by_kind["appeal"]["clock"], by_kind["appeal"]["rule"]) == ("running", "C46")
    due = datetime.fromisoformat(by_kind["appeal"]["due_at"])
    listed = (await house.service.get("/cases", by=PROSECUTOR)).json()
    mine = next(each for each in listed if each["case"] == str(case))
    assert ("C46", due) in [(each["what"], datetime.fromisoformat(each["due_at"])) for each in mine["due"]]

    async def stands(kind: str, about: Any = None) -> tuple[str, str]:
        found = (await the_victim(house, case))["notices"]
        (one,) = [each for each in found if each["notice"] == about or (about is None and each["kind"] == kind)]
        return one["clock"], one["found"]

    first = by_kind["appeal"]["notice"]
    ok(await on_victim(house, case, f"notices/{first}/steps", {"step": "sent", "channel": "letter"} | at(NOON)))
    assert await stands("appeal", first) == ("met", "")
    ok(await house.outcome(case, "affirmed", NOON))
    await until_owed(house, case, "appeal", "sentence")
    found = (await the_victim(house, case))["notices"]
    (second,) = [each["notice"] for each in found if each["kind"] == "appeal" and each["phase"] == "owed"]
    again = f"notices/{second}/steps"
    ok(await on_victim(house, case, again, {"step": "sent", "channel": "letter"} | at(NOON)))
    ok(await on_victim(house, case, again, {"step": "failed", "channel": "letter", "reason": "returned"} | at(NOON)))
    house.service.time.turn(due + DAY - NOON)
    ok(await on_victim(house, case, f"notices/{first}/steps", {"step": "acknowledged"} | at(due + HOUR)))
    assert await stands("appeal", first) == ("met", ""), "that they say so later does not make it late"
    ok(await on_victim(house, case, again, {"step": "sent", "channel": "telephone"} | at(due + HOUR)))
    assert await stands("appeal", second) == ("met", "missed"), "it came back, and went out again too late"

    ok(await on_victim(house, case, "request", {"received_at": NOON.isoformat()}))
    ends_on = (due + 100 * DAY).date()
    ok(await on_victim(house, case, "sentence-end", {"count": count, "ends_on": ends_on.isoformat()}))
    assert await notices(house, case) == ["charges", "sentence", "sentence_end"]
    other = (due + 40 * DAY).date()
    ok(await on_victim(house, case, "sentence-end", {"count": count, "ends_on": other.isoformat()}))
    found = [each for each in (await the_victim(house, case))["notices"] if each["kind"] == "sentence_end"]
    assert {(each["phase"], each["clock"]) for each in found} == {("owed", "running"), ("fell_away", "excused")}
    ends = datetime.fromisoformat(next(each["due_at"] for each in found if each["phase"] == "owed"))
    house.service.time.turn(ends - house.service.time.now() + HOUR)

    async def missed() -> bool:
        every = (await the_victim(house, case))["notices"]
        return [each["clock"] for each in every if (each["kind"], each["phase"]) == ("sentence_end", "owed")] == [
            "missed"
        ]

    await eventually(missed)


async def test_what_a_victim_entrusts_is_sealed_read_on_record_and_hidden_from_other_offices(house: House) -> None:
    case = await house.charged()
    who = (await the_victim(house, case))["victim"]
    stated = {"channel": "telephone", "contact": CONTACT, "reaches_accused": "no", "wishes": VIEW}
    for said, code in (("yes", "contact_reaches_accused"), ("not_known", "contact_not_cleared")):
        refused = await on_victim(house, case, "contact", stated | {"reaches_accused": said})
        assert (refused.status_code, refused.json()["code"]) == (409, code)
    unsaid = await on_victim(house, case, "contact", {"channel": "telephone", "contact": CONTACT})
    assert unsaid.status_code in {400, 422}, "nobody forgets to ask"
    ok(await on_victim(house, case, "contact", stated))
    place = f"/cases/{case}/victims/{who}/told"
    told = ok(await house.service.get(place, by=COLLEAGUE))
    assert (told["contact"], told["wishes"]) == (CONTACT, VIEW)
    assert house.service.names().count("operation.page_read") == 1
    for nobody, status in ((OTHER_OFFICE, 404), (DETECTIVE, 403)):
        assert (await house.service.get(place, by=nobody)).status_code == status
        assert (await house.service.get(f"/cases/{case}/victims", by=nobody)).status_code == status
    for where in (house.service.everything_stored(), house.service.log_lines()):
        assert "Vqxolm" not in where
    elsewhere = f"/cases/{case}/victims/{uuid4()}"
    assert (await house.service.get(f"{elsewhere}/told", by=PROSECUTOR)).status_code == 404
    answer = await house.service.post(
        f"{elsewhere}/request", {"received_at": NOON.isoformat()}, by=PROSECUTOR, version=0
    )
    assert answer.status_code == 404, "nobody but the tip's person and whom a count names"
    ok(await on_victim(house, case, "contact/end", {}))
    assert ok(await house.service.get(place, by=COLLEAGUE))["contact"] is None


async def test_a_paper_that_lets_a_victim_stay_is_kept_for_the_office_alone_and_the_day_it_ends_is_on_its_list(
    house: House,
) -> None:
    case = await house.charged(TRAFFICKING)
    ok(await on_victim(house, case, "papers", {"kind": "continued_presence"} | at(NOON)))
    (paper,) = (await the_victim(house, case))["papers"]
    place = f"papers/{paper['paper']}"
    granted = {"decision": "granted", "by": "federal_agency", "ends_on": "2027-11-03"} | at(NOON)
    other = await on_victim(house, case, f"{place}/decision", granted, by=OTHER_OFFICE)
    assert other.status_code == 404
    assert (await on_victim(house, case, f"{place}/decision", granted, by=DETECTIVE)).status_code == 403
    ok(await on_victim(house, case, f"{place}/decision", granted))
    ok(await on_victim(house, case, f"{place}/sending", at(NOON)))

    async def due() -> list[tuple[str, str]]:
        (row,) = ok(await house.service.get("/cases", by=PROSECUTOR))
        return [(each["what"], each["due_at"]) for each in row["due"]]  # type: ignore[index]

    # The day begins by the state's clocks.
    assert await due() == [("paper", "2027-11-03T00:00:00-05:00")]
    ok(await on_victim(house, case, f"{place}/extension", {"ends_on": "2028-01-01"}))
    assert await due() == [("paper", "2028-01-01T00:00:00-06:00")]
    ok(await on_victim(house, case, f"{place}/end", {"reason": "revoked"} | at(NOON)))
    assert await due() == []
    assert (await the_victim(house, case))["papers"][0]["phase"] == "ended"
    assert (await on_victim(house, case, f"papers/{uuid4()}/end", {"reason": "revoked"} | at(NOON))).status_code == 404
