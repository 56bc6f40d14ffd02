"""By a court's order, which people of two agencies answer for, nothing written about a child opens anywhere."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from deploy.command_line.certificate import REMAINS
from deploy.demo.interfaces import Person
from tests.end_to_end.clinic_and_court import an_exam, referred
from tests.end_to_end.test_after_a_revoke import browser
from tests.end_to_end.town import Town, Visit, administrator_of, ok, register_agency
from tests.support.waiting import eventually

HOUR = timedelta(hours=1)
STATEWIDE, BUREAU = "statewide_coordinator", "SHTC"
SERVICES = ("tips", "rapid_assessment", "forensic_clinic", "prosecution")
SEALED = "Sealed by a court’s order. Nobody can read it any more."
SEALED_IN_REPLAY = "Sealed by order of a court: what was written can never be read again."
A_HEAD_IS_SIGNED_WITHIN = 60.0


class Shows(NamedTuple):
    """A route that shows a text of this case, the page of it, and who reads them."""

    role: str
    service: str
    path: str
    page: str
    says: str


async def test_what_was_written_about_a_child_is_gone_from_every_service_and_proven_so(town: Town) -> None:
    async with town.open() as visit:
        tip, other = [await visit.tip(age="child", received_at=town.now - HOUR) for _ in range(2)]
        shown = await written_everywhere(visit, tip)
        for each in shown:
            assert each.says in await told(visit, each), each.path

        order = await ordered(visit, tip)
        page = await until_completed(visit, tip, order)

        done = {each["service"]: each for each in page["carried_out"]}
        assert done.keys() == set(SERVICES)
        assert all(each["keys"] == 1 and each["fields"] and each["positions"] for each in done.values()), done
        for each in shown:
            assert each.says not in await told(visit, each), each.path
            async with browser(visit, town.people[each.role]) as http:
                assert SEALED in ok(await http.get(each.page)).text, each.page
        neighbour = ok(await visit.get("cps_intake", "tips", f"/tips/{other}/persons")).json()
        assert [person["name"] for person in neighbour] == ["Example Child Zqx"], "another child's stays"

        await until_signed(visit, done)
        auditor = await visit.sign_in("auditor")
    it_is_certified(town, tip, auditor)
    the_replay_says_so(town, tip, auditor, done)


async def written_everywhere(visit: Visit, tip: str) -> list[Shows]:
    """Each service seals a text of its own about the child."""
    now, coordinator = visit.town.now, "cps_coordinator"
    team = (await visit.until_team(tip, lambda page: page["phase"] == "open"))["reference"]
    attempt = {"attempted_at": now.isoformat(), "how": "visit", "result": "nobody_there", "what": "Asked at Zqx Road."}
    ok(await visit.act(tip, coordinator, "contact/attempts", attempt))
    exam = await an_exam(visit, tip, note="Afraid of Zqx lights.")
    case = await referred(visit, tip, note="Zqx told a teacher.")
    return [
        Shows("cps_intake", "tips", f"/tips/{tip}/persons", f"/cases/{tip}/people", "Example Child Zqx"),
        Shows(coordinator, "rapid_assessment", f"/teams/{team}/contact", f"/cases/{tip}/contact", "Asked at Zqx Road."),
        Shows(
            "clinic_coordinator",
            "forensic_clinic",
            f"/exams/{exam}/notes",
            f"/exams/{exam}/notes",
            "Afraid of Zqx lights.",
        ),
        Shows("prosecutor", "prosecution", f"/cases/{case}/notes", f"/court/{case}/notes", "Zqx told a teacher."),
    ]


async def told(visit: Visit, shows: Shows) -> str:
    return ok(await visit.get(shows.role, shows.service, shows.path)).text


async def ordered(visit: Visit, tip: str) -> str:
    """Entered by Child Protection Services, confirmed by the Bureau of Investigation."""
    place = f"/tips/{tip}"
    person = ok(await visit.get("cps_coordinator", "tips", place)).json()["state"]["person"]
    paper = {
        "person": person,
        "court": "Youth Court of Example County",
        "number": "YC-17",
        "ordered_at": (visit.town.now - 24 * HOUR).isoformat(),
    }
    order = ok(await visit.post("cps_coordinator", "tips", f"{place}/destructions", paper)).json()["reference"]
    await let_in_the_bureau(visit)
    ok(await visit.post(STATEWIDE, "tips", f"{place}/destructions/{order}/confirmation", {}))
    return str(order)


async def let_in_the_bureau(visit: Visit) -> None:
    """One person of it, and of no other test."""
    people, interfaces = visit.town.people, visit.interfaces
    administrator = await register_agency(interfaces, people["operator"], BUREAU)
    people[administrator_of(BUREAU)] = administrator
    who = Person(STATEWIDE, sign_in_name="statewide@example.org")
    body = {
        "name": "Example Coordinator of the Bureau",
        "sign_in_name": who.sign_in_name,
        "agency": BUREAU,
        "roles": [STATEWIDE],
    }
    opened = ok(await interfaces.post(administrator, "identity", "/accounts", body)).json()
    who.account = opened["reference"]
    await interfaces.set_up(who, opened["invitation"])
    people[STATEWIDE] = who


async def until_completed(visit: Visit, tip: str, order: str) -> Mapping[str, Any]:
    """The order's page, as the auditors read it, once every service has answered."""
    found: dict[str, Any] = {}

    async def completed() -> bool:
        (page,) = ok(await visit.get("auditor", "tips", f"/tips/{tip}/destructions")).json()
        assert page["order"] == order
        found.update(page)
        return bool(page["phase"] == "completed")

    await eventually(completed, within=30.0)
    return found


async def until_signed(visit: Visit, done: Mapping[str, Mapping[str, Any]]) -> None:
    """Each service's answer is below a head that it signed: of its own accord, half a minute after the last."""

    async def below() -> bool:
        proofs = [await visit.get("auditor", name, f"/proof/inclusion/{each['at']}") for name, each in done.items()]
        return all(each.is_success for each in proofs)

    await eventually(below, within=A_HEAD_IS_SIGNED_WITHIN)


def it_is_certified(town: Town, tip: str, auditor: Person) -> None:
    """For the court; and the heads its proofs lead to hold."""
    certificate = town.muster("certificate", tip, by=auditor)
    assert certificate.returncode == 0, certificate.stdout + certificate.stderr
    assert "Youth Court of Example County, YC-17" in certificate.stdout
    assert "NOT PROVEN" not in certificate.stdout
    assert "\n  what remains:\n" in certificate.stdout
    assert [each for each in REMAINS if f"    {each}\n" not in certificate.stdout] == []
    verified = town.muster("verify", *SERVICES, by=auditor)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "Every log compared is the same as its copy, and in order." in verified.stdout


def the_replay_says_so(town: Town, tip: str, auditor: Person, done: Mapping[str, Mapping[str, Any]]) -> None:
    """Of as many events as each service answered; and of a moment before the order, too."""
    whole = sealed_by_order(town, auditor, tip)
    assert whole == {name: len(each["positions"]) for name, each in done.items()}
    before = (town.now - HOUR / 60).isoformat()
    assert set(sealed_by_order(town, auditor, tip, "--as-of", before, "--by", "happened")) == {"tips"}


def sealed_by_order(town: Town, auditor: Person, tip: str, *when: str) -> Mapping[str, int]:
    """Of how many events of each service the auditors' story says that their text was destroyed."""
    answer = town.muster("replay", tip, "--json", *when, by=auditor)
    assert answer.returncode == 0, answer.stderr
    assert "Zqx" not in answer.stdout
    sentences = json.loads(answer.stdout)["sentences"]
    return Counter(each["service"] for each in sentences if SEALED_IN_REPLAY in each["sentence"])
