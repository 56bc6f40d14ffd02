"""What is hidden is answered as if it were not there: in every byte and header, and with the same work in the database.

Statements are counted where psycopg sends them, for the request alone, and compared word for word.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from contracts.events.tips import AccountNamed
from contracts.jurisdictions import load_mississippi
from services.forensic_clinic.census.counting import Difference
from services.forensic_clinic.views.claims import claim_of
from services.kernel import clock as clocks
from services.kernel.http.gate import Gate
from services.rapid_assessment.cases import team_of
from services.tips.duty.duties import duty_of
from services.tips.tip.events import TipClosed
from tests.architecture.make_table import Stated, answer_to, named_in_code
from tests.architecture.wired import definition_of
from tests.services import walk
from tests.services.audit.copied import SourceLog
from tests.services.audit.given import a_tip as a_copied_tip
from tests.services.forensic_clinic import house as clinic
from tests.services.identity import house as people
from tests.services.policy import caller_of
from tests.services.prosecution import house as prosecution
from tests.services.rapid_assessment import house as rapid_assessment
from tests.services.tips import house as intake
from tests.services.tips.duty.house import tell
from tests.services.walk import Answer, Naming, World, everybody, naming_routes, statements_counted, tried
from tests.support.running_service import NOON, Person, RunningService, running_service
from tests.support.servers import Database, Nats
from tests.support.waiting import eventually

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AUDITOR = Person(("auditor",), agency="AG-PID")
REFUSED_TRIED = 3
"""Of those who never use a route, so many try what is hidden: all are refused by the route, whatever it is about."""
FEW = 2
"""Of those who use it, so many in every test run, others at each route; `make attack` tries them all."""
ISSUER = Person(("credential_issuer",), agency="AG-BVA")


async def tips(service: RunningService) -> World:
    """One tip, shared with everybody's roles, names them all; their agency was told of a duty of it."""
    shut_out, others = await intake.received(service), await intake.received(service)
    await tell(service, shut_out, "C11", "prosecutor", NOON, agency="DA-07")
    await tell(service, others, "C11", "prosecutor", NOON, agency="DA-20")
    reason, asker, opener = "Invented.", Person(("prosecutor",), "DA-04"), Person(("prosecutor",), "DA-20")
    shared = {"purpose": "prosecution", "agency": asker.agency, "role": "prosecutor", "reason": reason}
    await service.post(f"/tips/{others}/shares", shared | {"until": (NOON + HOUR).isoformat()}, by=intake.COORDINATOR)
    ask = {"purpose": "prosecution", "reason": reason, "to_whom": reason, "authority": reason}
    asked = await service.post(f"/tips/{others}/reporter/releases", ask, by=asker)
    assert asked.status_code == 201, asked.text
    opened = await service.post(f"/tips/{others}/openings", {"reason": "It cannot wait."}, by=opener)
    assert opened.status_code == 201, opened.text
    for tip in (shut_out, others):
        page = (await service.get(f"/tips/{tip}", by=intake.COORDINATOR)).json()
        order = {"person": page["state"]["person"], "court": "Youth Court", "number": "YC-1"}
        ordered = await service.post(
            f"/tips/{tip}/destructions", order | {"ordered_at": NOON.isoformat()}, by=intake.COORDINATOR
        )
        assert ordered.status_code == 201, ordered.text
    for purpose in load_mississippi().sharing.purposes:
        for role in purpose.roles:
            shared = {"purpose": purpose.purpose, "agency": "DA-07", "role": role, "reason": "Needed."}
            until = (NOON + HOUR).isoformat()
            await service.post(f"/tips/{shut_out}/shares", shared | {"until": until}, by=intake.COORDINATOR)
    for who in everybody("DA-07"):
        named = await intake.act(service, shut_out, "named-accounts", {"account": str(who.account)})
        assert named.status_code == 200, named.text
    return World(
        service,
        "DA-07",
        shut_out={"tip": UUID(shut_out), "duty": duty_of(UUID(shut_out), "C11")},
        others={"tip": UUID(others), "duty": duty_of(UUID(others), "C11")},
        theirs=[(intake.INTAKE, f"/tips/{shut_out}"), (intake.COORDINATOR, f"/tips/{others}/duties")],
        rest={"rule": "C11", "part": "prosecutor", "clock": "C11"},
    )


async def teams(service: RunningService) -> World:
    """One tip names everybody; everybody's roles are told of both, late as they are, where nobody of them works."""
    house = rapid_assessment.House(service)
    await house.register(rapid_assessment.ADVOCATE)
    await _put_on_a_rota(service, rapid_assessment.ADVOCATE)
    drill = await service.post("/drills", {"county": "Hinds"}, by=rapid_assessment.COORDINATOR)
    assert drill.status_code == 201, drill.text
    shut_out, others = [await house.open_team(received_at=NOON - 25 * HOUR) for _ in range(2)]
    asked = await house.propose(others, "victim_advocate", rapid_assessment.ADVOCATE)
    assert asked.status_code == 200, asked.text
    for tip in (shut_out, others):
        await house.until_told(tip, ("law_enforcement", "clock_missed"))
    notice, elsewhere = [
        (await service.get("/notices", by=rapid_assessment.LAW_ENFORCEMENT, params={"tip": str(tip)})).json()[0]
        for tip in (shut_out, others)
    ]
    for who in everybody("CVP"):
        await house.tips.tell(shut_out, AccountNamed(tip=shut_out, account=who.account), case=shut_out)

    async def all_named() -> bool:
        return service.names().count("team.account_excluded") == len(everybody("CVP"))

    await eventually(all_named)
    return World(
        service,
        "CVP",
        shut_out={"team": team_of(shut_out), "tip": shut_out, "notice": UUID(notice["notice"])},
        others={
            "team": team_of(others),
            "tip": others,
            "notice": UUID(elsewhere["notice"]),
            "responder": rapid_assessment.ADVOCATE.account,
        },
        theirs=[
            (rapid_assessment.COORDINATOR, f"/teams/{team_of(shut_out)}"),
            (rapid_assessment.ADVOCATE, f"/responders/{rapid_assessment.ADVOCATE.account}"),
            (ISSUER, f"/responders/{rapid_assessment.ADVOCATE.account}/credentials"),
        ],
        rest={"seat": "victim_advocate", "clock": "C06"},
    )


async def _put_on_a_rota(service: RunningService, who: Person) -> None:
    body = {"seat": "victim_advocate", "area": {"counties": ["Hinds"]}}
    opened = await service.post("/rotas", body, by=rapid_assessment.COORDINATOR)
    turns = {
        "participants": [str(who.account)],
        "shift_hours": 168,
        "starts_at": NOON.isoformat(),
        "all_the_same": True,
    }
    rota, version = opened.json()["reference"], opened.json()["version"]
    put = await service.post(f"/rotas/{rota}/rotation", turns, by=rapid_assessment.COORDINATOR, version=version)
    assert put.status_code == 200, put.text


async def exams(service: RunningService) -> World:
    """Everybody is of the clinic, and kept out of the case an exam and a kit are of, with what is proposed about it."""
    house = clinic.House(service)
    await house.nurse()
    tip = await house.tip()
    exam = await house.request(tip)
    booking = {
        "nurse": str(clinic.NURSE.account),
        "room": str(await house.room()),
        **clinic.span(NOON + HOUR, NOON + 4 * HOUR),
    }
    booked = await house.act(exam, "booking", booking)
    assert booked.status_code == 200, booked.text
    opening = {"exam": str(exam), "number": "ZQX-1", "consent": "reported", "opened_at": NOON.isoformat()}
    service.time.turn(2 * HOUR)
    opened = await service.post("/kits", opening | {"opened_at": service.time.now().isoformat()}, by=clinic.NURSE)
    assert opened.status_code == 201, opened.text
    kit = UUID(opened.json()["reference"])
    await _proposed_about(service, kit)
    await house.done(exam)
    matter = await _not_stated(service, kit)
    for who in everybody("BRIDGE"):
        await house.shut_out(tip, who)
    places = {clinic.COORDINATOR: (f"/exams/{exam}", f"/census/matters/{matter}"), clinic.NURSE: (f"/kits/{kit}",)}
    return World(
        service,
        "BRIDGE",
        shut_out={"exam": exam, "kit": kit, "matter": matter, "claim": claim_of(exam)},
        rest={"clock": "C54", "number": "1"},
        theirs=[(who, path) for who, paths in places.items() for path in paths],
    )


async def _not_stated(service: RunningService, kit: UUID) -> UUID:
    """The clinic states the next day that it keeps nothing, and the morning after that is found to differ."""
    service.time.turn(DAY)
    none = {"place": "freezer", "counted_at": service.time.now().isoformat(), "none": True}
    stated = await service.post("/census/statements", none, by=clinic.NURSE)
    assert stated.status_code == 201, stated.text
    service.time.turn(DAY)
    matter = Difference(kind="not_stated", subject=kit, agency="BRIDGE").matter

    async def opened() -> bool:
        # Not on its own page: that it is shown there is put on record.
        return str(matter) in (await service.get("/census/matters", by=clinic.COORDINATOR)).text

    await eventually(opened)
    return matter


async def _proposed_about(service: RunningService, kit: UUID) -> None:
    """The kit is sealed, and the police who were called propose that it is not tested."""
    now, officer = service.time.now().isoformat(), Person(("law_enforcement",), agency="LOCAL-LE")
    steps: list[tuple[Person, str, dict[str, object]]] = [
        (clinic.NURSE, "seal", {"items": 12, "seal_number": "ZQX-S", "sealed_at": now}),
        (clinic.NURSE, "calls", {"agency": "LOCAL-LE", "called_at": now, "spoke_with": "Example Officer Zqx"}),
        (
            officer,
            "decisions",
            {"decision": "no_test", "reason": "tested_elsewhere", "office": "DA-20", "explanation": "Invented."},
        ),
    ]
    for who, path, body in steps:
        version = (await service.get(f"/kits/{kit}", by=clinic.COORDINATOR)).json()["version"]
        answer = await service.post(f"/kits/{kit}/{path}", body, by=who, version=version)
        assert answer.status_code == 200, answer.text


async def people_and_rooms(service: RunningService) -> World:
    """A nurse and a room; everybody is of another agency."""
    house = clinic.House(service)
    await house.nurse()
    nurse, room = clinic.NURSE.account, await house.room()
    return World(
        service,
        "CVP",
        others={"nurse": nurse, "room": room},
        theirs=[(clinic.NURSE, f"/nurses/{nurse}"), (clinic.COORDINATOR, f"/rooms/{room}")],
    )


async def cases(service: RunningService) -> World:
    """Everybody is of the office and kept out of one case; the other is of another office."""
    house = prosecution.House(service)
    tip = await house.tip()
    shut_out, others = await house.referred(tip), await house.referred(office=prosecution.RANKIN)
    accused = await house.alerted(shut_out)
    await house.alerted(others, prosecution.OTHER_OFFICE)
    for who in everybody(prosecution.HINDS):
        await house.keep_out(tip, who)
    offer = {"office": "DA-01", "reason": "venue"}
    version = (await house.page(others, prosecution.OTHER_OFFICE))["version"]
    offered = await service.post(f"/cases/{others}/transfers", offer, by=prosecution.OTHER_OFFICE, version=version)
    assert offered.status_code == 200, offered.text
    return World(
        service,
        prosecution.HINDS,
        shut_out={"case": shut_out, "accused": accused},
        others={"case": others},
        rest={"clock": "C35", "number": "1", "template": "subpoena"},
        theirs=[(prosecution.PROSECUTOR, f"/cases/{shut_out}"), (prosecution.OTHER_OFFICE, f"/cases/{others}")],
    )


async def replays(service: RunningService) -> World:
    """A closed case with a clock, whose tip names everybody, as its copy has it."""
    case, named = uuid4(), SourceLog(service, "tips")
    await named.tell(case, a_copied_tip(case, NOON - HOUR), case=case)
    terms = load_mississippi().terms("C11", NOON - HOUR)
    assert terms is not None
    for started in clocks.start(clocks.Clock(), terms, case, uuid4(), NOON):
        await named.tell(uuid5(case, "C11"), started, case=case)
    await named.tell(case, TipClosed(tip=case), case=case)
    for who in everybody("AG-PID"):
        await named.tell(case, AccountNamed(tip=case, account=who.account), case=case)
    return World(
        service,
        "AG-PID",
        shut_out={"case": case},
        theirs=[(AUDITOR, f"/cases/{case}/{each}") for each in ("replay", "moments")],
    )


async def accounts(service: RunningService) -> World:
    """An account and an incident of an agency that none of those who walk is of. Each of them has one that stands."""
    house = await people.House.founded(service)
    by = {agency: await house.agency(agency) for agency in ("AG-PID", "CVP")}
    walkers: list[Person] = []
    for role, rule in sorted(load_mississippi().roles.items()):
        agency = "MDCPS" if role == "operator" else rule.agency_id or "CVP"
        if agency not in by:
            by[agency] = house.token if agency == "MDCPS" else await house.agency(agency)
        name = f"{role}.walks@example.org"
        asked = people.an_account(agency=agency, roles=[role], sign_in_name=name, counties=["Hinds"])
        opened = await service.post("/accounts", asked, by=by[agency])
        assert opened.status_code == 201, opened.text
        walkers.append(Person((role,), agency, UUID(opened.json()["reference"])))
    hidden = people.an_account(agency="AG-PID", roles=["auditor"], sign_in_name="hidden@example.org")
    theirs = await service.post("/accounts", hidden, by=by["AG-PID"])
    assert theirs.status_code == 201, theirs.text
    account = UUID(theirs.json()["reference"])
    said = {"kind": "other", "discovered_at": NOON.isoformat(), "text": "Invented."}
    reported = await service.post("/incidents", said, by=by["AG-PID"])
    assert reported.status_code == 201, reported.text
    incident = UUID(reported.json()["reference"])
    listed = (await service.get("/accounts", by=by["AG-PID"])).json()["accounts"]
    (first,) = [UUID(each["account"]["reference"]) for each in listed if each["account"]["roles"] == ["administrator"]]
    return World(
        service,
        "CVP",
        others={"account": account, "incident": incident},
        rest={"clock": "C82"},
        theirs=[
            (Person(("administrator",), "AG-PID", first), page)
            for page in (f"/accounts/{account}", f"/accounts/{account}/standing", f"/incidents/{incident}")
        ],
        people=walkers,
    )


WORLDS: Sequence[tuple[str, Callable[[RunningService], Awaitable[World]]]] = (
    ("tips", tips),
    ("rapid_assessment", teams),
    ("forensic_clinic", exams),
    ("forensic_clinic", people_and_rooms),
    ("prosecution", cases),
    ("audit", replays),
    ("identity", accounts),
)


@pytest.mark.parametrize("users_tried", [FEW, pytest.param(len(walk.ROLES), marks=pytest.mark.slow)])
@pytest.mark.parametrize(("name", "made"), WORLDS)
async def test_what_is_hidden_is_answered_as_if_it_were_not_there(
    name: str,
    made: Callable[[RunningService], Awaitable[World]],
    users_tried: int,
    database: Database,
    nats_server: Nats,
) -> None:
    definition = definition_of(name)
    policies = definition.policies.read_text()
    gate, stated = Gate(policies), Stated.in_text(policies)
    asked = stated.of_records() & named_in_code(definition)
    async with running_service(definition, database, nats_server) as service:
        world = await made(service)
        for who, path in world.theirs:
            assert (await service.get(path, by=who)).status_code == 200, path
        walked: set[str] = set()
        faults: list[Any] = []
        routes = [each for each in naming_routes(service, world.parameters) if each.action in asked]
        with statements_counted():
            for turn, route in enumerate(routes):
                absent: dict[int, Answer] = {}
                tries = Counter({401: 1, 403: REFUSED_TRIED, 404: users_tried})
                for by in (None, *in_turn(world.everybody(), turn)):
                    may = "no" if by is None else cell(gate, stated, by, route)
                    expected = 401 if by is None else 403 if may == "no" else 404
                    # Whoever never uses the route is refused before anything is looked at: once is enough.
                    if (expected == 404 and tries[404]) or expected not in absent:
                        absent[expected] = await tried(world, by, route, uuid4())
                    told = (by.roles if by else "nobody", str(route))
                    if absent[expected].status != expected:
                        faults.append((*told, absent[expected].status, absent[expected].body))
                    if not tries[expected]:
                        continue
                    tries[expected] -= 1
                    for record in world.hidden_from(route, sees_all=may == "yes"):
                        walked.add(str(route))
                        found = await tried(world, by, route, record)
                        faults += [(*told, found, absent[expected])] if found != absent[expected] else []
        assert faults == []
        assert walked == {str(route) for route in routes}
        walkers = {f"account:{each.account}" for each in world.everybody()}
        assert [name for _, _, name, state in service.rows() if state["actor"] in walkers] == [], "something changed"


def in_turn(people: Sequence[Person], turn: int) -> Sequence[Person]:
    """So that others come first at each route."""
    first = turn % len(people)
    return [*people[first:], *people[:first]]


def cell(gate: Gate, stated: Stated, by: Person, route: Naming) -> str:
    """What the table of roles says."""
    return answer_to(gate, stated, caller_of(by), route.action, about_record=True)


async def test_a_body_that_names_what_is_hidden_is_answered_as_if_it_were_not_there(
    database: Database, nats_server: Nats
) -> None:
    async with running_service(definition_of("tips"), database, nats_server) as service:
        world = await tips(service)
        mine = await intake.received(service)
        by = everybody("DA-07")[walk.ROLES.index("cps_intake")]

        def other(tip: UUID) -> dict[str, Any]:
            return {"other": str(tip), "same_person": True, "reason": "Alike."}

        def parted(tip: UUID) -> dict[str, Any]:
            return {"other": str(tip), "reason": "Not alike."}

        await _alike(service, by, f"/tips/{mine}/duplicate-decisions", other, world.shut_out["tip"], version=2)
        await _alike(service, by, f"/tips/{mine}/partings", parted, world.shut_out["tip"], version=2)


async def test_an_exam_or_a_kit_asked_for_in_a_hidden_case_is_answered_as_in_none(
    database: Database, nats_server: Nats
) -> None:
    async with running_service(definition_of("forensic_clinic"), database, nats_server) as service:
        world = await exams(service)
        nurse, coordinator = (
            everybody("BRIDGE")[walk.ROLES.index(r)] for r in ("forensic_nurse", "clinic_coordinator")
        )
        tip = UUID((await service.get(f"/exams/{world.shut_out['exam']}", by=clinic.COORDINATOR)).json()["tip"])

        def opening(exam: UUID) -> dict[str, Any]:
            opened_at = service.time.now().isoformat()
            return {"exam": str(exam), "number": "ZQX-2", "consent": "unreported", "opened_at": opened_at}

        await _alike(service, coordinator, "/exams", clinic.wanted, tip)
        await _alike(service, nurse, "/kits", opening, world.shut_out["exam"])
        with statements_counted():
            hidden, absent = [
                await walk.answer_to(service, nurse, "POST", "/kits/find", {"number": number})
                for number in ("ZQX-1", "ZQX-0")
            ]
        assert hidden.status == 404
        assert hidden == absent


async def test_a_matter_that_is_hidden_is_referred_as_if_there_were_none(database: Database, nats_server: Nats) -> None:
    async with running_service(definition_of("prosecution"), database, nats_server) as service:
        house = prosecution.House(service)
        tip = await house.tip(named=(prosecution.DETECTIVE,))

        await _alike(service, prosecution.DETECTIVE, "/cases", lambda each: {"tip": str(each)}, tip)


async def _alike(
    service: RunningService, by: Person, path: str, body: Callable[[UUID], Any], hidden: UUID, *, version: int = 1
) -> None:
    with statements_counted():
        found, absent = [
            await walk.answer_to(service, by, "POST", path, body(each), version=version) for each in (hidden, uuid4())
        ]
    assert found.status == 404
    assert found == absent


async def test_the_walk_sees_a_statement_too_many_and_no_other_requests_statements(
    database: Database, nats_server: Nats
) -> None:
    async with running_service(definition_of("tips"), database, nats_server) as service:
        tip = await intake.received(service)
        with statements_counted():
            read, listed = [
                await walk.answer_to(service, intake.INTAKE, "GET", path, None) for path in (f"/tips/{tip}", "/tips")
            ]
    assert [len(each.asked_of_the_database) for each in (read, listed)] == [3, len(listed.asked_of_the_database)]
    assert len(listed.asked_of_the_database) > 1
    assert all("SELECT" in each for each in (*read.asked_of_the_database, *listed.asked_of_the_database))
