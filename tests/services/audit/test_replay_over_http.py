"""A case told across services, over HTTP: what it says, to whom, and that the telling is on record."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.events.identity import AccountOpened, RoleGranted
from contracts.events.rapid_assessment import TeamOpened
from contracts.events.tips import AccountNamed, TipLinked, TipParted, TipReceived
from contracts.language import Event
from deploy.topology import SERVICES
from services.kernel.clock import ClockMissed
from tests.services.audit.copied import SourceLog
from tests.services.audit.given import a_tip
from tests.support.running_service import NOON, ORIGIN_OF_TESTS, Person, RunningService

AUDITOR = Person(("auditor",), agency="AG-PID")
HOUR = timedelta(hours=1)


async def replay(audit: RunningService, case: UUID, who: Person | None = AUDITOR, **params: Any) -> httpx.Response:
    asked = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in params.items()}
    return await audit.get(f"/cases/{case}/replay", by=who, params=asked)


async def moments(audit: RunningService, case: UUID, who: Person | None = AUDITOR) -> httpx.Response:
    return await audit.get(f"/cases/{case}/moments", by=who)


async def sentences(audit: RunningService, case: UUID, **params: Any) -> list[dict[str, Any]]:
    answer = await replay(audit, case, **params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["sentences"]
    return found


async def a_case_across_services(audit: RunningService) -> UUID:
    """Tip at noon, typed in nine hours after it was received; a team; its clock missed."""
    tip, team = uuid4(), uuid4()
    teams = SourceLog(audit, "rapid_assessment")
    received_at = NOON - 9 * HOUR
    due_at = received_at + 24 * HOUR
    received = await SourceLog(audit, "tips").tell(tip, a_tip(tip, received_at), happened_at=received_at, case=tip)
    audit.time.turn(timedelta(minutes=1))
    opened = TeamOpened(team=team, tip=tip, person=uuid4(), received_at=received_at, due_at=due_at, opening=1)
    await teams.tell(team, opened, case=tip, cause=received, actor="service:rapid_assessment")
    audit.time.turn(16 * HOUR)
    missed = ClockMissed(rule="C06", subject=team, due_at=due_at, late_seconds=0)
    await teams.tell(uuid4(), missed, happened_at=due_at, case=tip, actor="service:rapid_assessment")
    return tip


async def test_a_case_is_told_across_services_in_order(audit: RunningService) -> None:
    case = await a_case_across_services(audit)

    told = await sentences(audit, case)

    assert [(each["number"], each["service"], each["name"]) for each in told] == [
        (1, "tips", "tips.tip_received"),
        (2, "rapid_assessment", "rapid_assessment.team_opened"),
        (3, "rapid_assessment", "clock.missed"),
    ]
    assert "received" in told[0]["sentence"]
    assert told[0]["sentence"].endswith("Entered 9 hours later.")
    assert "missed" in told[2]["sentence"]
    assert told[0]["actor"] == ORIGIN_OF_TESTS
    in_spanish = await sentences(audit, case, language="es")
    assert [each["number"] for each in in_spanish] == [1, 2, 3]
    assert in_spanish[0]["sentence"].endswith("Registrado por la persona 9 horas después.")
    assert in_spanish[1]["cause"]["text"] == "a causa de la frase 1"
    assert (await replay(audit, case, language="fr")).status_code == 422
    assert told[0]["cause"] is None
    assert told[1]["cause"] == {"sentence": 1, "name": "tips.tip_received", "text": "because of 1"}
    assert datetime.fromisoformat(told[0]["happened_at"]) == NOON - 9 * HOUR
    assert datetime.fromisoformat(told[0]["recorded_at"]) == NOON
    stepped = (await moments(audit, case)).json()["moments"]
    same = ("number", "recorded_at", "happened_at", "service", "name")
    assert [[each[name] for name in same] for each in stepped] == [[each[name] for name in same] for each in told]
    due_at = (NOON + 15 * HOUR).isoformat().replace("+00:00", "Z")
    assert [set(each) - set(same) for each in stepped] == [{"position", "clock", "rule", "due_at"}] * 3
    assert [(each["rule"], each["due_at"], each["position"]) for each in stepped] == [
        ("", None, 1),
        ("", None, 1),
        ("C06", due_at, 2),
    ], "of clocks alone anything but the kind of event"


async def test_what_any_service_of_the_house_did_for_a_case_is_told(audit: RunningService) -> None:
    tip = uuid4()
    services = [each.name for each in SERVICES if each.name != "audit"]
    await SourceLog(audit, "tips").tell(tip, a_tip(tip), case=tip)
    for service in services:
        if service != "tips":
            audit.time.turn(HOUR)
            missed = ClockMissed(rule="C06", subject=uuid4(), due_at=NOON, late_seconds=0)
            await SourceLog(audit, service).tell(uuid4(), missed, case=tip, actor=f"service:{service}")

    answer = (await replay(audit, tip)).json()

    assert {each["service"] for each in answer["sentences"]} == set(services) == set(answer["positions"])


async def test_known_then_and_true_then_differ_for_what_was_typed_in_late(audit: RunningService) -> None:
    case = await a_case_across_services(audit)
    before_noon, after_noon = NOON - HOUR, NOON + timedelta(seconds=30)

    assert await sentences(audit, case, as_of=before_noon) == []
    assert [each["number"] for each in await sentences(audit, case, as_of=before_noon, by="happened")] == [1]
    assert len(await sentences(audit, case, as_of=after_noon)) == 1
    assert len(await sentences(audit, case)) == 3


async def test_who_acted_is_told_with_the_role_of_that_day(audit: RunningService) -> None:
    account = UUID(ORIGIN_OF_TESTS.partition(":")[2])
    identity = SourceLog(audit, "identity")
    await identity.tell(account, AccountOpened(account=account, agency="MDCPS", roles=("cps_intake",)), case=account)
    audit.time.turn(HOUR)
    tip = uuid4()
    await SourceLog(audit, "tips").tell(tip, a_tip(tip), case=tip)
    audit.time.turn(HOUR)
    await identity.tell(account, RoleGranted(account=account, role="cps_coordinator"), case=account)

    (told,) = await sentences(audit, tip)

    assert told["role"] == "cps_intake"
    assert "CPS hotline worker at Mississippi Department of Child Protection Services" in told["sentence"]


async def two_linked_tips(audit: RunningService) -> tuple[UUID, UUID, SourceLog]:
    """Each tip begins a case of its own; the link is recorded in the first one's, an hour later."""
    tips = SourceLog(audit, "tips")
    one, other = uuid4(), uuid4()
    for tip in (one, other):
        await tips.tell(tip, a_tip(tip), case=tip)
    audit.time.turn(HOUR)
    for tip, linked in ((one, other), (other, one)):
        await tips.tell(tip, TipLinked(tip=tip, other=linked, first=one), case=one)
    return one, other, tips


async def test_linked_cases_are_told_together_whichever_is_asked_for(audit: RunningService) -> None:
    one, other, _ = await two_linked_tips(audit)

    first, second = await replay(audit, one), await replay(audit, other)

    assert first.json()["sentences"] == second.json()["sentences"]
    assert [each["name"] for each in first.json()["sentences"]] == [TipReceived.NAME] * 2 + [TipLinked.NAME] * 2
    assert set(first.json()["cases"]) == {str(one), str(other)}


async def test_a_link_not_yet_made_was_not_known_then(audit: RunningService) -> None:
    one, other, _ = await two_linked_tips(audit)

    then = await replay(audit, other, as_of=NOON + timedelta(minutes=1))

    assert then.json()["cases"] == [str(other)]
    assert [each["case"] for each in then.json()["sentences"]] == [str(other)]
    assert one != other


async def test_cases_that_were_parted_are_told_apart_and_as_of_then_together(audit: RunningService) -> None:
    one, other, tips = await two_linked_tips(audit)
    audit.time.turn(HOUR)
    for tip, linked in ((one, other), (other, one)):
        parted = TipParted(tip=tip, other=linked, first=tip, person=uuid4(), received_at=NOON, age="child")
        await tips.tell(tip, parted, case=tip)

    now, then = await replay(audit, other), await replay(audit, other, as_of=NOON + timedelta(minutes=90))

    assert now.json()["cases"] == [str(other)]
    assert now.json()["sentences"][-1]["name"] == TipParted.NAME
    assert set(then.json()["cases"]) == {str(one), str(other)}


async def test_each_replay_is_on_record_with_who_asked_what(audit: RunningService) -> None:
    case = await a_case_across_services(audit)

    await sentences(audit, case, as_of=NOON, by="happened")
    await moments(audit, case)

    ((_, _, name, state), (_, _, stepped, of_moments)) = audit.happened()
    assert (stepped, of_moments["data"]["sentences"], of_moments["data"]["told"]) == (name, 0, [str(case)])
    assert name == "audit.case_replayed"
    assert (state["actor"], state["agency"]) == (f"account:{AUDITOR.account}", "AG-PID")
    assert state["correlation_id"] == str(case)
    data = state["data"]
    assert (data["case"], data["by"], data["told"]) == (str(case), "happened", [str(case)])
    assert dict(zip(data["sources"], data["positions"], strict=True)) == {"tips": 1, "rapid_assessment": 2}
    assert datetime.fromisoformat(data["as_of"]) == NOON
    assert data["sentences"] == 1


@pytest.mark.parametrize(
    "as_of",
    ["2026-11-03T10:00:00", "yesterday", "", "2026-11-03", "2031-01-01T00:00:00Z", "9" * 60],
)
async def test_a_moment_without_zone_or_in_the_future_is_refused(audit: RunningService, as_of: str) -> None:
    case = await a_case_across_services(audit)
    answer = await replay(audit, case, as_of=as_of)
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == "as_of"
    assert audit.names() == []


async def test_a_plus_sign_lost_on_the_way_still_tells_the_zone(audit: RunningService) -> None:
    case = await a_case_across_services(audit)
    answer = await audit.get(f"/cases/{case}/replay?as_of=2026-11-03T20:00:00+02:00", by=AUDITOR)
    assert answer.status_code == 200, answer.text
    assert datetime.fromisoformat(answer.json()["as_of"]) == NOON


async def test_unknown_things_are_refused_and_leave_no_record(audit: RunningService) -> None:
    await a_case_across_services(audit)
    assert (await replay(audit, uuid4())).status_code == 404
    assert (await moments(audit, uuid4())).status_code == 404
    assert (await audit.get("/cases/1/replay", by=AUDITOR)).status_code == 404
    assert audit.names() == []


async def test_a_word_that_is_neither_recorded_nor_happened_is_refused(audit: RunningService) -> None:
    case = await a_case_across_services(audit)
    assert (await replay(audit, case, by="x")).status_code == 422


@pytest.mark.parametrize(
    "role",
    ["cps_intake", "cps_coordinator", "cps_investigator", "agency_reporter", "administrator", "operator", "nobody"],
)
async def test_only_auditors_replay(audit: RunningService, role: str) -> None:
    case = await a_case_across_services(audit)
    assert (await replay(audit, case, Person((role,)))).status_code == 403
    assert (await moments(audit, case, Person((role,)))).status_code == 403
    assert (await audit.get("/cases", by=Person((role,)))).status_code == 403
    assert (await replay(audit, case, None)).status_code == 401
    assert audit.names() == []


async def test_an_auditor_named_in_a_tip_is_not_shown_the_case_nor_any_linked_with_it(audit: RunningService) -> None:
    one, other, tips = await two_linked_tips(audit)
    await tips.tell(other, AccountNamed(tip=other, account=AUDITOR.account), case=other)
    named = AUDITOR

    async def status(case: UUID, by: Person) -> int:
        return (await replay(audit, case, by, as_of=NOON)).status_code

    assert [await status(one, named), await status(other, named)] == [404, 404]
    assert [(await moments(audit, each, named)).status_code for each in (one, other)] == [404, 404]
    absent = await replay(audit, uuid4(), named)
    assert (await replay(audit, one, named)).json() == absent.json()
    assert await status(one, Person(("auditor",))) == 200


async def test_an_auditor_named_in_a_tip_is_not_told_by_the_list_that_there_is_a_case(audit: RunningService) -> None:
    one, other, tips = await two_linked_tips(audit)
    free = uuid4()
    await tips.tell(free, a_tip(free), case=free)

    async def listed(by: Person, **params: int) -> tuple[set[str], bool]:
        page = (await audit.get("/cases", by=by, params=params)).json()
        return {each["case"] for each in page["cases"]}, page["more"]

    assert await listed(AUDITOR) == ({str(one), str(other), str(free)}, False)
    await tips.tell(other, AccountNamed(tip=other, account=AUDITOR.account), case=other)

    assert await listed(AUDITOR) == ({str(free)}, False)
    assert await listed(AUDITOR, limit=1) == ({str(free)}, False)
    assert await listed(Person(("auditor",))) == ({str(one), str(other), str(free)}, False)


class ConflictDeclared(Event, frozen=True, kw_only=True):
    """As the rapid assessment service writes it; its module is not this service's to import."""

    NAME = "team.conflict_declared"

    responder: UUID


async def test_an_auditor_with_a_conflict_of_interest_is_not_shown_the_case(audit: RunningService) -> None:
    case = uuid4()
    await SourceLog(audit, "tips").tell(case, a_tip(case), case=case)
    declared = ConflictDeclared(responder=AUDITOR.account)
    assert (await replay(audit, case)).status_code == 200
    await SourceLog(audit, "rapid_assessment").tell(uuid4(), declared, case=case)
    assert (await replay(audit, case)).status_code == 404


async def test_the_list_of_cases_holds_references_and_no_more(audit: RunningService) -> None:
    case = await a_case_across_services(audit)
    account = uuid4()
    opened = AccountOpened(account=account, agency="MDCPS", roles=())
    await SourceLog(audit, "identity").tell(account, opened, case=account)

    page = (await audit.get("/cases", by=AUDITOR)).json()

    ((only,), more) = page["cases"], page["more"]
    assert (only["case"], only["events"], more) == (str(case), 3, False)
    assert datetime.fromisoformat(only["first_recorded_at"]) == NOON
    assert set(only) == {"case", "first_recorded_at", "last_recorded_at", "events", "missed_clocks"}


async def test_the_list_pages_on(audit: RunningService) -> None:
    await two_linked_tips(audit)
    one = (await audit.get("/cases", by=AUDITOR, params={"limit": 1})).json()
    other = (await audit.get("/cases", by=AUDITOR, params={"limit": 1, "skip": 1})).json()
    assert (one["more"], other["more"]) == (True, False)
    assert one["cases"][0]["case"] != other["cases"][0]["case"]
    assert (await audit.get("/cases", by=AUDITOR, params={"limit": 0})).status_code in {400, 422}
