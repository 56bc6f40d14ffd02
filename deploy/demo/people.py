"""Lets the people of a scenario in, as an administrator would: agencies, accounts, passphrases, responders."""

import asyncio
from collections.abc import Mapping

import httpx

from deploy.demo.interfaces import DemoStopped, Interfaces, Person, sentence_of
from deploy.demo.scenario import Scenario
from deploy.demo.steps import Account, Responder

ADMINISTRATOR = Person("administrator", sign_in_name="administrator@muster.example")
ADMINISTRATOR_AGENCY = "MDCPS"
AT_ONCE = 4


async def let_in(interfaces: Interfaces, scenario: Scenario, code: str) -> Mapping[str, Person]:
    """Everybody of the scenario, signed in, by label. Raises `DemoStopped`."""
    administrator = await _first_administrator(interfaces, code)
    everybody: list[Account | Responder] = [*scenario.accounts.values(), *scenario.responders.values()]
    for agency in sorted({each.agency for each in everybody} - {ADMINISTRATOR_AGENCY}):
        answer = await interfaces.post(administrator, "identity", "/agencies", {"agency": agency})
        _done(answer, f"{agency} could not be registered")
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(line: Account | Responder) -> Person:
        async with turn:
            return await _account(interfaces, administrator, line)

    people = {person.label: person for person in await asyncio.gather(*(one(line) for line in everybody))}
    coordinator = next(people[a.account] for a in scenario.accounts.values() if a.role == "cps_coordinator")
    for responder in scenario.responders.values():
        await _responder(interfaces, coordinator, people[responder.responder], responder, scenario)
    return people


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


async def _account(interfaces: Interfaces, administrator: Person, line: Account | Responder) -> Person:
    label = line.account if isinstance(line, Account) else line.responder
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


async def _responder(
    interfaces: Interfaces, coordinator: Person, who: Person, line: Responder, scenario: Scenario
) -> None:
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
        body = {
            "since": scenario.moment(window.since).isoformat(),
            "until": scenario.moment(window.until).isoformat(),
        }
        answer = await interfaces.post(who, service, f"{path}/availability", body, version=version)
        version = _version(_done(answer, failed))


def _version(answer: httpx.Response) -> int:
    return int(answer.json()["version"])


def _done(answer: httpx.Response, failed: str) -> httpx.Response:
    if answer.is_success:
        return answer
    raise DemoStopped(f"{failed}: {sentence_of(answer)}")
