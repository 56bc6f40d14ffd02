"""Lets the people of a scenario in, as an administrator would: agencies, accounts, passphrases; then responders, nurses
and rooms, as their coordinators would.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, TypeVar

import httpx

from deploy.demo.interfaces import DemoStopped, Interfaces, Person, sentence_of
from deploy.demo.scenario import Scenario, Somebody, name_of
from deploy.demo.steps import Nurse, Responder, Room, Window

ADMINISTRATOR = Person("administrator", sign_in_name="administrator@muster.example")
ADMINISTRATOR_AGENCY = "MDCPS"
AT_ONCE = 4

T = TypeVar("T")


async def let_in(
    interfaces: Interfaces, scenario: Scenario, code: str
) -> tuple[Mapping[str, Person], Mapping[str, str]]:
    """Everybody of the scenario, signed in, by label; and the references of its rooms. Raises `DemoStopped`."""
    administrator = await _first_administrator(interfaces, code)
    everybody: list[Somebody] = [
        *scenario.accounts.values(),
        *scenario.responders.values(),
        *scenario.nurses.values(),
    ]
    for agency in sorted({each.agency for each in everybody} - {ADMINISTRATOR_AGENCY}):
        answer = await interfaces.post(administrator, "identity", "/agencies", {"agency": agency})
        _done(answer, f"{agency} could not be registered")
    accounts = await _at_once(_account(interfaces, administrator, line) for line in everybody)
    people = {person.label: person for person in accounts}
    await _at_once(_responder(interfaces, people, each, scenario) for each in scenario.responders.values())
    await _at_once(_nurse(interfaces, people, each, scenario) for each in scenario.nurses.values())
    opened = await _at_once(_room(interfaces, people, each, scenario) for each in scenario.rooms.values())
    return people, dict(zip(scenario.rooms, opened, strict=True))


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


async def _first_administrator(interfaces: Interfaces, code: str) -> Person:
    """With the one-time code that lies on the machine."""
    who = Person(ADMINISTRATOR.label, sign_in_name=ADMINISTRATOR.sign_in_name)
    body = {
        "code": code,
        "name": "Example Administrator One",
        "sign_in_name": who.sign_in_name,
        "agency": ADMINISTRATOR_AGENCY,
    }
    opened = _done(await interfaces.post(None, "identity", "/first-administrator", body), "No administrator")
    await _set_passphrase(interfaces, who, opened)
    return who


async def _account(interfaces: Interfaces, administrator: Person, line: Somebody) -> Person:
    label = name_of(line)
    who = Person(label, sign_in_name=f"{label}@muster.example")
    body = {"name": line.person, "sign_in_name": who.sign_in_name, "agency": line.agency, "roles": [line.role]}
    opened = _done(await interfaces.post(administrator, "identity", "/accounts", body), f"No account for {label}")
    await _set_passphrase(interfaces, who, opened)
    return who


async def _set_passphrase(interfaces: Interfaces, who: Person, opened: httpx.Response) -> None:
    who.account = opened.json()["reference"]
    body = {"invitation": opened.json()["invitation"], "passphrase": who.passphrase}
    _done(await interfaces.post(None, "identity", "/passphrase", body), f"No passphrase for {who.label}")
    await interfaces.sign_in(who)


async def _responder(interfaces: Interfaces, people: Mapping[str, Person], line: Responder, scenario: Scenario) -> None:
    coordinator, who = _coordinator(scenario, people, "cps_coordinator"), people[line.responder]
    service, path = "rapid_assessment", f"/responders/{who.account}"
    body: dict[str, object] = {"account": who.account, "agency": line.agency}
    failed = f"{who.label} could not be registered"
    version = _version(_done(await interfaces.post(coordinator, service, "/responders", body), failed))
    for credential in line.credentials:
        body = {
            "kind": credential.kind,
            "issuer": credential.issuer,
            "valid_from": credential.valid_from.isoformat(),
            "valid_until": credential.valid_until.isoformat(),
        }
        answer = await interfaces.post(coordinator, service, f"{path}/credentials", body, version=version)
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
