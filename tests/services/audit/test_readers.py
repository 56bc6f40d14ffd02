"""Who has read a case: pages, files and tellings, for an auditor who may see the case; and how a case is found."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.events.identity import AccountOpened
from contracts.events.tips import AccountNamed, TipCorrected
from services.kernel.clock import ClockMissed
from services.kernel.operations import ListExported, ListSearched, PageRead
from tests.services.audit.copied import SourceLog
from tests.services.audit.given import a_tip
from tests.services.audit.house import AUDITOR, a_house
from tests.support.running_service import NOON, Person, RunningService
from tests.support.servers import Database, Nats, Servers

INTAKE = UUID("3f2a0000-0000-4000-8000-000000000002")
OTHER_AUDITOR = Person(("auditor",), agency="AG-PID")
HOUR = timedelta(hours=1)


async def a_case(log: SourceLog, **changes: Any) -> UUID:
    case = uuid4()
    await log.tell(case, a_tip(case, changes.get("received_at", NOON - HOUR)), case=case)
    return case


async def readers(audit: RunningService, case: UUID, by: Person = AUDITOR, **asked: Any) -> dict[str, Any]:
    answer = await audit.get(f"/cases/{case}/readers", by=by, params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_each_page_read_each_search_and_each_file_taken_is_told_with_who_and_what(audit: RunningService) -> None:
    tips, identity = SourceLog(audit, "tips"), SourceLog(audit, "identity")
    opened = AccountOpened(account=INTAKE, agency="MDCPS", roles=("cps_intake",))
    await identity.tell(INTAKE, opened, case=INTAKE)
    case, another = await a_case(tips), await a_case(tips)
    read = PageRead(question="persons of a tip", records=(case,), positions=(1,))
    await tips.tell(uuid4(), read, case=case, actor=f"account:{INTAKE}")
    audit.time.turn(HOUR)
    taken = ListExported(question="tips", narrowed=(), rows=2, records=(another, case), position=4)
    await tips.tell(uuid4(), taken, case=uuid4(), actor=f"account:{INTAKE}")
    audit.time.turn(HOUR)
    returned = ListSearched(question="tips", narrowed=("county=Hinds",), rows=2, records=(another, case))
    await tips.tell(uuid4(), returned, case=uuid4(), actor=f"account:{INTAKE}")
    elsewhere = ListExported(question="tips", narrowed=(), rows=1, records=(another,), position=5)
    await tips.tell(uuid4(), elsewhere, case=uuid4())

    found = await readers(audit, case)

    assert found["total"] == 3
    search, file, page = found["reads"]
    assert (search["name"], search["narrowed"], search["records"]) == (
        *("operation.list_searched", ["county=Hinds"], [str(case)]),
    )
    assert "rows" not in search, "a county and a number would tell of another case"
    assert (page["account"], page["role"], page["service"]) == (str(INTAKE), "cps_intake", "tips")
    assert (page["question"], page["records"], page["positions"]) == ("persons of a tip", [str(case)], [1])
    # What else the file held is another case's.
    assert (file["name"], file["records"]) == ("operation.list_exported", [str(case)])
    assert file["positions"] == [4]
    assert file["recorded_at"] > page["recorded_at"]


async def test_what_auditors_were_told_is_told_too(audit: RunningService) -> None:
    case = await a_case(SourceLog(audit, "tips"))
    assert (await audit.get(f"/cases/{case}/replay", by=AUDITOR)).status_code == 200
    assert (await readers(audit, case))["total"] == 1
    found = await readers(audit, case)
    assert [each["name"] for each in found["reads"]] == ["audit.readers_told", "audit.case_replayed"]
    assert {each["account"] for each in found["reads"]} == {str(AUDITOR.account)}
    paged = await readers(audit, case, limit=1, skip=2)
    assert (paged["total"], [each["name"] for each in paged["reads"]]) == (3, ["audit.case_replayed"])


async def test_an_auditor_kept_out_of_a_case_is_told_nothing_of_its_readers(audit: RunningService) -> None:
    tips = SourceLog(audit, "tips")
    case = await a_case(tips)
    await tips.tell(case, AccountNamed(tip=case, account=OTHER_AUDITOR.account), case=case)
    before = audit.names()
    hidden = await audit.get(f"/cases/{case}/readers", by=OTHER_AUDITOR)
    absent = await audit.get(f"/cases/{uuid4()}/readers", by=OTHER_AUDITOR)
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    assert audit.names() == before
    assert (await readers(audit, case))["total"] == 0
    nobody = await audit.get("/cases", by=OTHER_AUDITOR, params={"reference": str(case)[:8]})
    assert nobody.json()["cases"] == []


async def test_a_case_is_found_by_its_reference_its_time_its_county_and_its_missed_clocks(
    audit: RunningService,
) -> None:
    tips = SourceLog(audit, "tips")
    old = await a_case(tips, received_at=NOON - 100 * HOUR)
    new = await a_case(tips)
    moved = TipCorrected(
        tip=new, person=uuid4(), received_at=NOON - HOUR, county="Rankin", tribal_land=False, age="child"
    )
    await tips.tell(new, moved, case=new)
    missed = ClockMissed(rule="C06", subject=old, due_at=NOON - 76 * HOUR, late_seconds=1)
    await SourceLog(audit, "rapid_assessment").tell(uuid4(), missed, case=old)

    async def found(**asked: Any) -> set[str]:
        answer = await audit.get("/cases", by=AUDITOR, params=asked)
        assert answer.status_code == 200, answer.text
        return {each["case"] for each in answer.json()["cases"]}

    assert await found() == {str(old), str(new)}
    assert await found(reference=str(old)[:9].upper()) == {str(old)}
    assert await found(received_since=(NOON - 2 * HOUR).isoformat()) == {str(new)}
    assert await found(received_before=(NOON - 2 * HOUR).isoformat()) == {str(old)}
    assert await found(county="Rankin") == {str(new)}
    assert await found(county="Hinds") == {str(old), str(new)}
    assert await found(missed=True) == {str(old)}
    assert await found(open_finding=True) == set()
    for wrong in (
        {"county": "Example Person"},
        {"received_since": "2026-11-02T18:00:00"},
        {"received_since": "0.5"},
        {"reference": "%' OR"},
    ):
        assert (await audit.get("/cases", by=AUDITOR, params=wrong)).status_code == 422
    taken = await audit.post(f"/cases/export?county=Rankin&missed=false&reference={str(new)[:4]}", by=AUDITOR)
    assert (str(new) in taken.text, str(old) in taken.text) == (True, False)
    narrowed = [state["data"]["narrowed"] for _, _, name, state in audit.rows() if name == ListExported.NAME]
    assert narrowed == [[f"reference={str(new)[:4]}", "county=Rankin"]]


async def test_a_case_whose_rows_a_finding_is_of_is_found_by_it(
    servers: Servers, database: Database, nats_server: Nats
) -> None:
    async with a_house(servers, database, nats_server) as house:
        await house.receive(2)
        listed = (await house.audit.get("/cases", by=AUDITOR)).json()["cases"]
        touched = listed[0]["case"]
        house.tamper(
            "UPDATE copied_events SET version = version + 100 WHERE source = 'tips' AND topic <> 'tips.tip_received'"
            f" AND correlation = '{touched}'",
            copy=True,
        )
        assert not (await house.verify())["same"]

        answer = await house.audit.get("/cases", by=AUDITOR, params={"open_finding": True})

        assert (len(listed), [each["case"] for each in answer.json()["cases"]]) == (2, [touched])


async def test_a_replay_hands_out_facts_for_a_picture_and_nothing_that_was_sealed(audit: RunningService) -> None:
    case = await a_case(SourceLog(audit, "tips"))
    told = (await audit.get(f"/cases/{case}/replay", by=AUDITOR)).json()
    (sentence,) = told["sentences"]
    assert sentence["stream"] == str(case)
    assert sentence["facts"]["county"] == "Hinds"
    assert not [each for each in sentence["facts"].values() if isinstance(each, dict)]
