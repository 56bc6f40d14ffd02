"""Lets the people of a scenario in. The operator registers agencies and opens the administrator of each, who opens its
accounts; then responders, nurses and rooms, as their coordinators would.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

import httpx

from contracts.jurisdictions import load_mississippi
from deploy.demo.interfaces import DemoStopped, Interfaces, Person, sentence_of
from deploy.demo.scenario import Scenario, Somebody, name_of
from deploy.demo.steps import Nurse, Responder, Room, Window

OPERATOR = Person("operator", sign_in_name="operator@muster.example")
OPERATOR_AGENCY = "MDCPS"
AT_ONCE = 4
CREDENTIALS = load_mississippi().credentials

T = TypeVar("T")


class LetIn(NamedTuple):
    """Everybody of a scenario by label, those who opened their accounts by agency, and the references of its rooms."""

    people: Mapping[str, Person]
    administrators: Mapping[str, Person]
    rooms: Mapping[str, str]


async def let_in(interfaces: Interfaces, scenario: Scenario, code: str) -> LetIn:
    """All are signed in. Raises `DemoStopped`."""
    operator = await _operator(interfaces, code)
    everybody: list[Somebody] = [
        *scenario.accounts.values(),
        *scenario.responders.values(),
        *scenario.nurses.values(),
    ]
    agencies = sorted({each.agency for each in everybody} - {OPERATOR_AGENCY})
    opened = await _at_once(_administrator(interfaces, operator, agency) for agency in agencies)
    administrators = dict(zip(agencies, opened, strict=True)) | {OPERATOR_AGENCY: operator}
    accounts = await _at_once(_account(interfaces, administrators[line.agency], line) for line in everybody)
    people = {person.label: person for person in accounts}
    await _at_once(_responder(interfaces, people, each, scenario) for each in scenario.responders.values())
    await _at_once(_nurse(interfaces, people, each, scenario) for each in scenario.nurses.values())
    rooms = await _at_once(_room(interfaces, people, each, scenario) for each in scenario.rooms.values())
    return LetIn(people, administrators, dict(zip(scenario.rooms, rooms, strict=True)))


async def _at_once(doing: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(each: Coroutine[Any, Any, T]) -> T:
        async with turn:
            return await each

    return await asyncio.gather(*(one(each) for each in doing))


def _coordinator(scenario: Scenario, people: Mapping[str, Person], role: str, agency: str | None = None) -> Person:
    """Raises `DemoStopped` where the scenario has none."""
    for line in scenario.accounts.values():
        if line.role == role and agency in {None, line.agency}:
            return people[line.account]
    raise DemoStopped(f"The scenario has no account with the role {role}{f' at {agency}' if agency else ''}.")


async def _operator(interfaces: Interfaces, code: str) -> Person:
    """With the one-time code that lies on the machine; administrator of their own agency as well."""
    who = Person(OPERATOR.label, sign_in_name=OPERATOR.sign_in_name)
    body = {
        "code": code,
        "name": "Example Operator One",
        "sign_in_name": who.sign_in_name,
        "agency": OPERATOR_AGENCY,
    }
    opened = _done(await interfaces.post(None, "identity", "/first-administrator", body), "No operator")
    await _set_up(interfaces, who, opened)
    return who


async def _administrator(interfaces: Interfaces, operator: Person, agency: str) -> Person:
    """The first of an agency that takes part from now on."""
    answer = await interfaces.post(operator, "identity", "/agencies", {"agency": agency})
    _done(answer, f"{agency} could not be registered")
    label = f"administrator-{agency}"
    who = Person(label, sign_in_name=f"{label.lower()}@muster.example")
    body = {"name": f"Example Administrator of {agency}", "sign_in_name": who.sign_in_name}
    path = f"/agencies/{agency}/first-administrator"
    opened = _done(await interfaces.post(operator, "identity", path, body), f"No administrator for {agency}")
    await _set_up(interfaces, who, opened)
    return who


async def _account(interfaces: Interfaces, administrator: Person, line: Somebody) -> Person:
    label = name_of(line)
    who = Person(label, sign_in_name=f"{label}@muster.example")
    body: dict[str, object] = {
        "name": line.person,
        "sign_in_name": who.sign_in_name,
        "agency": line.agency,
        "roles": [line.role],
        "counties": [] if isinstance(line, Nurse) else line.counties,
    }
    opened = _done(await interfaces.post(administrator, "identity", "/accounts", body), f"No account for {label}")
    await _set_up(interfaces, who, opened)
    return who


async def _set_up(interfaces: Interfaces, who: Person, opened: httpx.Response) -> None:
    who.account = opened.json()["reference"]
    await interfaces.set_up(who, opened.json()["invitation"])


async def _responder(interfaces: Interfaces, people: Mapping[str, Person], line: Responder, scenario: Scenario) -> None:
    coordinator, who = _coordinator(scenario, people, "cps_coordinator"), people[line.responder]
    service, path = "rapid_assessment", f"/responders/{who.account}"
    body: dict[str, object] = {"account": who.account, "agency": line.agency}
    failed = f"{who.label} could not be registered"
    version = _version(_done(await interfaces.post(coordinator, service, "/responders", body), failed))
    for credential in line.credentials:
        issuing = _coordinator(scenario, people, "credential_issuer", credential.issuer)
        rule = CREDENTIALS[credential.kind]
        body = {
            "kind": credential.kind,
            "issuer": credential.issuer,
            "valid_from": credential.valid_from.isoformat(),
            "valid_until": credential.valid_until.isoformat(),
            "training": [{"part": part.part, "hours": part.hours} for part in rule.parts],
            "background_checked_on": credential.valid_from.isoformat() if rule.background_check else None,
        }
        answer = await interfaces.post(issuing, service, f"{path}/credentials", body, version=version)
        version = _version(_done(answer, failed))
    for window in line.available:
        answer = await interfaces.post(who, service, f"{path}/availability", _window(window, scenario), version=version)
        version = _version(_done(answer, failed))


async def _nurse(interfaces: Interfaces, people: Mapping[str, Person], line: Nurse, scenario: Scenario) -> None:
    coordinator, who = _coordinator(scenario, people, "clinic_coordinator", line.agency), people[line.nurse]
    service, path, failed = "forensic_clinic", f"/nurses/{who.account}", f"{who.label} could not be registered"
    body: dict[str, object] = {"account": who.account, "clinic": line.agency}
    version = _version(_done(await interfaces.post(coordinator, service, "/nurses", body), failed))
    for certificate in line.certificates:
        body = {
            "certificate": certificate.certificate,
            "issuer": certificate.issuer,
            "valid_from": certificate.valid_from.isoformat(),
            "valid_until": certificate.valid_until.isoformat(),
        }
        answer = await interfaces.post(coordinator, service, f"{path}/certificates", body, version=version)
        version = _version(_done(answer, failed))
    for window in line.available:
        answer = await interfaces.post(who, service, f"{path}/availability", _window(window, scenario), version=version)
        version = _version(_done(answer, failed))


async def _room(interfaces: Interfaces, people: Mapping[str, Person], line: Room, scenario: Scenario) -> str:
    coordinator = _coordinator(scenario, people, "clinic_coordinator", line.clinic)
    service, failed = "forensic_clinic", f"{line.room} could not be opened"
    body = {"clinic": line.clinic, "number": line.number}
    opened = _done(await interfaces.post(coordinator, service, "/rooms", body), failed)
    room, version = str(opened.json()["reference"]), _version(opened)
    for window in line.available:
        answer = await interfaces.post(
            coordinator, service, f"/rooms/{room}/availability", _window(window, scenario), version=version
        )
        version = _version(_done(answer, failed))
    return room


def _window(window: Window, scenario: Scenario) -> dict[str, str]:
    return {
        "since": scenario.moment(window.since).isoformat(),
        "until": scenario.moment(window.until).isoformat(),
    }


def _version(answer: httpx.Response) -> int:
    return int(answer.json()["version"])


def _done(answer: httpx.Response, failed: str) -> httpx.Response:
    if answer.is_success:
        return answer
    raise DemoStopped(f"{failed}: {sentence_of(answer)}")
