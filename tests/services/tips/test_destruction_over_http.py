"""A court's order over HTTP: entered, confirmed, carried out by every service, and held off by a legal hold."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.events import forensic_clinic, prosecution, rapid_assessment
from contracts.language import Event
from tests.services.tips.house import COORDINATOR, INTAKE, NAME, OPERATOR, STORY, received
from tests.support.running_service import NOON, Person, RunningService
from tests.support.waiting import eventually

STATEWIDE = Person(("statewide_coordinator",), agency="SHTC")
SEVENTH = Person(("prosecutor",), agency="DA-07", places=("Hinds",))
TWENTIETH = Person(("prosecutor",), agency="DA-20", places=("Rankin",))
COURT, NUMBER = "Youth Court of Example County", "YC-Zqx-17"
ORDERED_AT = NOON - timedelta(days=3)
ELSEWHERE: dict[str, type[Any]] = {
    "rapid_assessment": rapid_assessment.KeysDestroyed,
    "forensic_clinic": forensic_clinic.KeysDestroyed,
    "prosecution": prosecution.KeysDestroyed,
}


async def person_of(tips: RunningService, tip: str) -> str:
    return str((await tips.get(f"/tips/{tip}", by=INTAKE)).json()["state"]["person"])


async def requested(tips: RunningService, tip: str) -> str:
    body = {
        "person": await person_of(tips, tip),
        "court": COURT,
        "number": NUMBER,
        "ordered_at": ORDERED_AT.isoformat(),
    }
    answer = await tips.post(f"/tips/{tip}/destructions", body, by=COORDINATOR)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["reference"])


async def page(tips: RunningService, tip: str, by: Person = COORDINATOR) -> dict[str, Any]:
    (found,) = (await tips.get(f"/tips/{tip}/destructions", by=by)).json()
    return dict(found)


async def answers_from(tips: RunningService, service: str, tip: str, order: str) -> None:
    event: Event = ELSEWHERE[service](order=UUID(order), tip=UUID(tip), keys=1, fields=2, positions=(5, 8))
    await tips.upstream(service).tell(uuid4(), event, case=UUID(tip))


async def test_it_is_confirmed_by_a_second_agency_and_certified_when_every_service_has_answered(
    tips: RunningService,
) -> None:
    tip, other = await received(tips), await received(tips)
    assert NAME in (await tips.get(f"/tips/{tip}/persons", by=INTAKE)).text
    order = await requested(tips, tip)
    path = f"/tips/{tip}/destructions/{order}/confirmation"
    (row,) = (await tips.get("/destructions", by=STATEWIDE)).json()
    assert (row["order_id"], row["tip"], row["phase"], row["due_at"][:10]) == (order, tip, "requested", "2026-11-30")

    # Whoever may not, and whoever entered it: nothing goes.
    assert [(await tips.post(path, {}, by=who)).status_code for who in (COORDINATOR, INTAKE, OPERATOR)] == [403] * 3
    both = Person(("statewide_coordinator",), agency="MDCPS-HTC")
    assert (await tips.post(path, {}, by=both)).json()["code"] == "second_agency_needed"
    assert NAME in (await tips.get(f"/tips/{tip}/persons", by=INTAKE)).text

    assert (await tips.post(path, {}, by=STATEWIDE)).status_code == 200
    assert (await tips.post(path, {}, by=STATEWIDE)).json()["code"] == "destruction_not_waiting"

    async def own_is_gone() -> bool:
        return "destruction.carried_out" in tips.names()

    await eventually(own_is_gone)
    (subject,) = (await tips.get(f"/tips/{tip}/persons", by=INTAKE)).json()
    assert (subject["name"], subject["contact"], subject["narrative"]) == (None, None, None)
    assert subject["sealed_by_order"] == ["name", "narrative"]
    (neighbour,) = (await tips.get(f"/tips/{other}/persons", by=INTAKE)).json()
    assert (neighbour["name"], neighbour["sealed_by_order"]) == (NAME, [])
    waiting = await page(tips, tip)
    assert (waiting["phase"], waiting["outstanding"]) == ("confirmed", list(ELSEWHERE))

    tips.time.turn(timedelta(days=1))
    for service in ELSEWHERE:
        await answers_from(tips, service, tip, order)

    async def completed() -> bool:
        return "destruction.completed" in tips.names()

    await eventually(completed)
    done = await page(tips, tip, STATEWIDE)
    assert (done["court"], done["number"], done["phase"], done["outstanding"]) == (COURT, NUMBER, "completed", [])
    assert (done["requested_by"], done["confirmed_by"]) == (str(COORDINATOR.account), str(STATEWIDE.account))
    assert [each["phase"] for each in (await tips.get("/destructions", by=COORDINATOR)).json()] == ["completed"]
    own, *others = done["carried_out"]
    assert (own["service"], {each["service"] for each in others}) == ("tips", set(ELSEWHERE))
    assert (own["keys"], own["fields"], len(own["positions"])) == (1, 2, 1)
    assert {(each["fields"], tuple(each["positions"])) for each in others} == {(2, (5, 8))}
    # Where its own log says so is where the certificate says that it does.
    name, state = next((name, state) for _, _, name, state in tips.rows() if name == "destruction.keys_destroyed")
    assert (name, state["event_id"]) == ("destruction.keys_destroyed", own["event"])
    assert tips.names().count("clock.met") == 1
    stored = tips.everything_stored()
    assert not [secret for secret in (NAME, STORY, COURT, NUMBER) if secret in stored]


async def test_a_legal_hold_of_the_circuits_prosecutor_goes_first(tips: RunningService) -> None:
    tip = await received(tips)
    order = await requested(tips, tip)
    authority = {"authority": "Example State v. Example Zqx: discovery pending"}
    assert (await tips.post(f"/tips/{tip}/holds", authority, by=TWENTIETH)).status_code == 404
    hold = (await tips.post(f"/tips/{tip}/holds", authority, by=SEVENTH)).json()["reference"]

    refused = await tips.post(f"/tips/{tip}/destructions/{order}/confirmation", {}, by=STATEWIDE)
    assert (refused.status_code, refused.json()["code"], refused.json()["citation"]) == (
        409,
        "legal_hold",
        "Miss. Code 43-21-265",
    )
    assert (await page(tips, tip))["held"]
    (read,) = (await tips.get(f"/tips/{tip}/holds", by=COORDINATOR)).json()
    assert read == {"hold": hold, "agency": "DA-07", "lifted": False, **authority}
    assert "tips.destruction_ordered" not in tips.names()

    lifting = f"/tips/{tip}/holds/{hold}/lifting"
    assert (await tips.post(lifting, authority, by=COORDINATOR)).json()["code"] == "hold_of_another_agency"
    assert (await tips.post(lifting, authority, by=SEVENTH)).status_code == 200
    assert (await tips.post(f"/tips/{tip}/destructions/{order}/confirmation", {}, by=STATEWIDE)).status_code == 200
    assert (await tips.post(f"/tips/{tip}/holds", authority, by=SEVENTH)).json()["code"] == "hold_too_late"


async def test_what_was_entered_wrongly_is_taken_back_and_its_clock_excused(tips: RunningService) -> None:
    tip = await received(tips)
    order = await requested(tips, tip)
    reason = {"reason": "The paper is about another child."}
    assert (await tips.post(f"/tips/{tip}/destructions/{order}/dropping", reason, by=STATEWIDE)).status_code == 200
    found = await page(tips, tip)
    assert (found["phase"], found["reason"], found["confirmed_by"]) == ("dropped", reason["reason"], None)
    assert "clock.excused" in tips.names()


async def test_an_order_not_carried_out_in_time_is_told_once_with_whom_its_rule_names(tips: RunningService) -> None:
    tip = await received(tips)
    await requested(tips, tip)
    tips.time.turn(timedelta(days=28))

    def pressing() -> list[tuple[bool, list[str]]]:
        told = [state["data"] for _, _, name, state in tips.rows() if name == "tips.timed_duty_pressing"]
        return [(each["missed"], each["told"]) for each in told if each["rule"] == "C66"]

    async def told() -> bool:
        return bool(pressing())

    await eventually(told)
    assert pressing() == [(True, ["cps_coordinator", "statewide_coordinator"])]


async def test_of_a_case_there_is_not_and_of_one_without_an_order_the_answer_is_the_same(tips: RunningService) -> None:
    tip = await received(tips)
    absent = await tips.get(f"/tips/{uuid4()}/destructions", by=STATEWIDE)
    without = await tips.get(f"/tips/{tip}/destructions", by=STATEWIDE)
    assert (absent.status_code, without.status_code, absent.content) == (404, 404, without.content)
