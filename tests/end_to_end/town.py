"""The whole house as it is started on a machine, with people in it and a time that stands until a test turns it."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from deploy.demo.interfaces import Interfaces, Person
from deploy.embedded.keys import FIRST_ADMINISTRATOR, IDENTITY
from deploy.embedded.listening import read_told
from deploy.embedded.stack import Stack, service_command
from deploy.topology import SERVICES, Service
from services.kernel.time_source import TimeFile, write_time_file
from tests.support.credentials import granted
from tests.support.ports import free_port_base
from tests.support.running_service import NOON
from tests.support.waiting import as_it_stands, eventually

CODE = Path(__file__).parents[2]
WEEK = timedelta(days=7)
_WEEK_RUNS = re.compile(r'^muster_follower_position{follower="begin_weeks"} [1-9]', re.MULTILINE)
SEATS: Mapping[str, tuple[str, str]] = {
    "cps_investigator": ("MDCPS", "MDCPS"),
    "trafficking_investigator": ("MBI-HTSVU", "MHTOTF"),
    "victim_advocate": ("CVP", "AG-BVA"),
}
"""Seat, and role of the same name: the agency of whoever holds it, and who certifies them."""

AGENCIES: Mapping[str, str] = {
    "cps_intake": "MDCPS",
    "cps_coordinator": "MDCPS-HTC",
    "law_enforcement": "LOCAL-LE",
    "auditor": "AG-PID",
    "forensic_nurse": "BRIDGE",
    "clinic_coordinator": "BRIDGE",
    "laboratory": "MS-LAB",
    "prosecutor": "DA-07",
    "credential_issuer": "AG-BVA",
} | {role: agency for role, (agency, _) in SEATS.items()}

COUNTIES: Mapping[str, list[str]] = {"law_enforcement": ["Hinds"]}
"""Where those of a local agency work; everybody else, wherever their agency does."""


ISSUERS: Mapping[str, str] = {"AG-BVA": "credential_issuer", "MHTOTF": "issuer of MHTOTF", "MDCPS": "cps_intake"}
"""Who issues for an agency; at MDCPS somebody who takes tips in, too."""

ROLES: Mapping[str, list[str]] = {
    "issuer of MHTOTF": ["credential_issuer"],
    "cps_intake": ["cps_intake", "credential_issuer"],
}
"""Of those whose roles are not the one they are called by."""


class Town:
    """A started house. `people` are by role; answers are httpx responses, whatever their status."""

    def __init__(self, stack: Stack, people: dict[str, Person], told: datetime) -> None:
        self.stack = stack
        self.people = people
        self.now = told
        self._turns = 0

    def turn_to(self, moment: datetime) -> None:
        """Every process tells this time from its next look on."""
        self.now = moment
        file = self.stack.folder.time_file
        write_time_file(file, TimeFile("held", told=moment))
        # Readers go by the time of change, and two writes may fall on one tick of the file system.
        self._turns += 1
        stamp = file.stat().st_mtime_ns + self._turns
        os.utime(file, ns=(stamp, stamp))

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Visit"]:
        """The interfaces, for one test."""
        async with interfaces_of(self.stack) as interfaces:
            yield Visit(self, interfaces)

    def muster(self, *words: str, by: Person | None = None, typed: str = "") -> subprocess.CompletedProcess[str]:
        """The command line as a process of its own; `typed` is on its standard input."""
        command = [sys.executable, "-c", "from deploy.command_line.main import main; main()", *words]
        environment = os.environ | {"MUSTER_DATA": str(self.stack.folder.path), "MUSTER_TOKEN": by.token if by else ""}
        return subprocess.run(
            command, cwd=CODE, env=environment, input=typed, capture_output=True, text=True, timeout=30, check=False
        )


class Visit:
    """What people of the town do over HTTP."""

    def __init__(self, town: Town, interfaces: Interfaces) -> None:
        self.town = town
        self.interfaces = interfaces

    async def post(
        self, role: str, service: str, path: str, body: object = None, *, version: int | None = None
    ) -> httpx.Response:
        return await self.interfaces.post(self.town.people[role], service, path, body, version=version)

    async def get(self, role: str, service: str, path: str, **params: str) -> httpx.Response:
        return await self.interfaces.get(self.town.people[role], service, path, params)

    async def sign_in(self, role: str) -> Person:
        """With a token of the present time."""
        await self.interfaces.sign_in(self.town.people[role])
        return self.town.people[role]

    async def tip(
        self,
        *,
        age: str,
        received_at: datetime,
        county: str = "Hinds",
        channel: str = "cps_hotline",
        reporter: str = "",
    ) -> str:
        """Typed in now; `reporter` is a name, where they gave one."""
        persons = [{"part": "subject", "name": "Example Child Zqx", "narrative": "Invented."}]
        body = {
            "channel": channel,
            "county": county,
            "received_at": received_at.isoformat(),
            "age": age,
            "persons": persons + ([{"part": "reporter", "name": reporter}] if reporter else []),
        }
        return str(ok(await self.post("cps_intake", "tips", "/tips", body)).json()["reference"])

    async def incident(self, role: str, text: str) -> str:
        """Reported within the hour."""
        body = {"kind": "device_lost", "discovered_at": self.town.now.isoformat(), "text": text}
        return str(ok(await self.post(role, "identity", "/incidents", body)).json()["reference"])

    async def rota(self, *seats: str, counties: Sequence[str] = ()) -> str:
        """For the first of these seats; all take turns of a day, the first now. Without counties, everywhere."""
        area = {"counties": counties} if counties else {"statewide": True}
        body = {"seat": seats[0], "area": area}
        opened = ok(await self.post("cps_coordinator", "rapid_assessment", "/rotas", body)).json()
        turns = {
            "participants": [self.town.people[seat].account for seat in seats],
            "shift_hours": 24,
            "starts_at": self.town.now.isoformat(),
            "all_the_same": True,
        }
        path = f"/rotas/{opened['reference']}/rotation"
        ok(await self.post("cps_coordinator", "rapid_assessment", path, turns, version=opened["version"]))
        return str(opened["reference"])

    async def team(self, tip: str) -> dict[str, Any]:
        """As the coordinator sees it; empty while there is none."""
        answer = await self.get("cps_coordinator", "rapid_assessment", f"/teams/of-tip/{tip}")
        page: dict[str, Any] = answer.json() if answer.is_success else {}
        return page

    async def until_team(self, tip: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The team once it is so."""

        async def so() -> bool:
            page = await self.team(tip)
            return bool(page) and holds(page)

        await eventually(so)
        return await self.team(tip)

    async def act(self, tip: str, role: str, path: str, body: object = None) -> httpx.Response:
        """A command on the team as it stands now."""

        async def send() -> httpx.Response:
            page = await self.team(tip)
            part = path.partition("/")[0].partition("-")[0]
            version = page.get(f"{part}_version", page["version"])
            place = f"/teams/{page['reference']}/{path}"
            return await self.post(role, "rapid_assessment", place, body, version=version)

        return await as_it_stands(send)

    async def on_page(
        self, role: str, reader: str, service: str, place: str, path: str, body: object
    ) -> httpx.Response:
        """A command on a page as `reader` sees it now."""

        async def send() -> httpx.Response:
            version = ok(await self.get(reader, service, place)).json()["version"]
            return await self.post(role, service, f"{place}/{path}", body, version=version)

        return await as_it_stands(send)

    async def fill(self, tip: str, *seats: str) -> None:
        """Each seat by the person of that role."""
        for seat in seats:
            asked = {"responder": self.town.people[seat].account}
            ok(await self.act(tip, "cps_coordinator", f"seats/{seat}/proposal", asked))
            ok(await self.act(tip, seat, f"seats/{seat}/acceptance"))

    async def told(self, tip: str, as_of: datetime | None = None, by: str = "recorded") -> list[str]:
        """The names of the events of a case, as the auditor is told it."""
        params = {"by": by} | ({"as_of": as_of.isoformat()} if as_of else {})
        answer = await self.get("auditor", "audit", f"/cases/{tip}/replay", **params)
        return [sentence["name"] for sentence in ok(answer).json()["sentences"]] if answer.is_success else []

    async def until_told(self, tip: str, *names: str) -> None:
        """Until the audit's copy holds these."""

        async def there() -> bool:
            answer = await self.get("auditor", "audit", f"/cases/{tip}/replay")
            sentences = answer.json()["sentences"] if answer.is_success else []
            return set(names) <= {sentence["name"] for sentence in sentences}

        await eventually(there)


@contextmanager
def started(
    data: Path,
    time: TimeFile | None = None,
    *,
    a_week_old: bool = False,
    and_more: timedelta = timedelta(),
    rules: Path | None = None,
) -> Iterator[Town]:
    """A house on a folder of its own, with its people let in; its time stands at noon, or goes on from there.

    One that is `a_week_old`, and maybe more, stood empty for so long: the reading of its first week is to be reviewed.
    `rules` is a folder of rules and tables to go by instead of those that are shipped.
    """
    time = time or TimeFile("held", told=NOON - (WEEK + and_more if a_week_old else timedelta()))
    command = service_command if rules is None else partial(_by_rules, rules)
    with Stack(data, kind="demonstration", time=time, port_base=free_port_base(), command=command) as stack:
        town = Town(stack, {}, NOON)
        if a_week_old:
            asyncio.run(_until_a_week_runs(stack))
            town.turn_to(NOON)
        town.people = asyncio.run(let_in(stack))
        yield town


def _by_rules(rules: Path, service: Service, settings: Path) -> Sequence[str]:
    return [sys.executable, "-m", "tests.end_to_end.by_rules", service.name, str(settings), str(rules)]


async def _until_a_week_runs(stack: Stack) -> None:
    async with httpx.AsyncClient(timeout=20, trust_env=False) as client:

        async def runs() -> bool:
            return bool(_WEEK_RUNS.search((await client.get(f"{stack.url('audit')}/metrics")).text))

        await eventually(runs, within=60)


@asynccontextmanager
async def interfaces_of(stack: Stack) -> AsyncIterator[Interfaces]:
    """The public interfaces of a stack."""
    async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
        yield Interfaces({service.name: stack.url(service.name) for service in SERVICES}, origin_of(stack), client)


def origin_of(stack: Stack) -> str:
    """What people would open."""
    return read_told(stack.folder.settings / f"{IDENTITY}.json").origin


async def let_in(stack: Stack) -> dict[str, Person]:
    """An operator by the one-time code, administrators, one person of each role, and three responders."""
    code = (stack.folder.secrets / IDENTITY / FIRST_ADMINISTRATOR).read_text().strip()
    async with interfaces_of(stack) as interfaces:
        operator = Person("operator", sign_in_name="operator@example.org")
        first = {
            "code": code,
            "name": "Example Operator One",
            "sign_in_name": operator.sign_in_name,
            "agency": "MDCPS",
        }
        opened = ok(await interfaces.post(None, "identity", "/first-administrator", first))
        await _set_up(interfaces, operator, opened)
        administrators = {administrator_of("MDCPS"): operator}
        accounts = dict(AGENCIES) | {"issuer of MHTOTF": "MHTOTF"}
        agencies = sorted(set(accounts.values()) - {"MDCPS"})
        registered = await asyncio.gather(*(register_agency(interfaces, operator, agency) for agency in agencies))
        administrators |= {administrator_of(agency): who for agency, who in zip(agencies, registered, strict=True)}

        async def one(role: str) -> Person:
            who = Person(role, sign_in_name=f"{role.replace('_', '.').replace(' ', '.').lower()}@example.org")
            body = {
                "name": f"Example Person {role}",
                "sign_in_name": who.sign_in_name,
                "agency": accounts[role],
                "roles": ROLES.get(role, [role]),
                "counties": COUNTIES.get(role, []),
            }
            administrator = administrators[administrator_of(accounts[role])]
            opened = ok(await interfaces.post(administrator, "identity", "/accounts", body))
            await _set_up(interfaces, who, opened)
            return who

        people = dict(zip(accounts, await asyncio.gather(*(one(role) for role in accounts)), strict=True))
        for seat in SEATS:
            await register_responder(interfaces, people, seat, people[seat])
        return people | administrators | {"operator": operator}


def administrator_of(agency: str) -> str:
    """What the town calls them."""
    return f"administrator of {agency}"


async def register_agency(interfaces: Interfaces, operator: Person, agency: str) -> Person:
    """Its first administrator, signed in."""
    ok(await interfaces.post(operator, "identity", "/agencies", {"agency": agency}))
    who = Person(administrator_of(agency), sign_in_name=f"administrator.{agency.lower()}@example.org")
    body = {"name": f"Example Administrator of {agency}", "sign_in_name": who.sign_in_name}
    opened = ok(await interfaces.post(operator, "identity", f"/agencies/{agency}/first-administrator", body))
    await _set_up(interfaces, who, opened)
    return who


async def _set_up(interfaces: Interfaces, who: Person, opened: httpx.Response) -> None:
    who.account = opened.json()["reference"]
    await interfaces.set_up(who, opened.json()["invitation"])


async def register_responder(interfaces: Interfaces, people: Mapping[str, Person], seat: str, who: Person) -> None:
    """For a seat, certified by its issuer, and available from noon on for four days."""
    agency, issuer = SEATS[seat]
    coordinator, issuing = people["cps_coordinator"], people[ISSUERS[issuer]]
    service, path = "rapid_assessment", f"/responders/{who.account}"
    window = {"since": NOON.isoformat(), "until": (NOON + timedelta(days=4)).isoformat()}
    steps: list[tuple[Person, str, object, Callable[[int], int | None]]] = [
        (coordinator, "/responders", {"account": who.account, "agency": agency}, lambda _: None),
        (issuing, f"{path}/credentials", granted(seat), lambda version: version),
        (who, f"{path}/availability", window, lambda version: version),
    ]
    version = 0
    for by, place, body, expected in steps:
        answer = ok(await interfaces.post(by, service, place, body, version=expected(version)))
        version = answer.json()["version"]


def ok(answer: httpx.Response) -> httpx.Response:
    """Fails the test with what the house said."""
    assert answer.is_success, f"{answer.request.url.path}: {answer.text}"
    return answer
