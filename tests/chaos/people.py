"""Invented people with real accounts: opened by their agency's administrator, signed in again and again, over HTTP."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from deploy.demo.authenticator import Authenticator
from tests.chaos.house import House
from tests.support.credentials import ISSUERS, granted

SEATS = tuple(ISSUERS)
RENEW_BEFORE = timedelta(hours=1)
LONG = timedelta(days=20_000)
CLINIC, OFFICE = "BRIDGE", "DA-07"
ROOMS = 2
CERTIFICATES = ("sane_pediatric", "sane_adult_adolescent")
# As many days as any run takes, in spans as long as may be stated.
SPANS, SPAN = 4, timedelta(days=30)


class Person(msgspec.Struct):
    """`token` is None until signed in, and where the house did not take it any more."""

    role: str
    agency: str
    sign_in_name: str
    account: UUID
    device: Authenticator
    session: str | None = None
    token: str | None = None
    until: datetime | None = None
    signing_in: asyncio.Lock = msgspec.field(default_factory=asyncio.Lock)


class People:
    """Everybody of the house, and how each gets a token."""

    def __init__(self, house: House, http: httpx.AsyncClient) -> None:
        self._house = house
        self._http = http
        self.everyone: list[Person] = []

    def of(self, role: str) -> list[Person]:
        """Everyone with a role."""
        return [person for person in self.everyone if person.role == role]

    def administrator_of(self, agency: str) -> Person:
        """Who opens an agency's accounts."""
        who = (*self.of("operator"), *self.of("administrator"))
        return next(person for person in who if person.agency == agency)

    async def token(self, person: Person) -> str:
        """A token that still holds for a while. Raises httpx.HTTPError while identity is down."""
        async with person.signing_in:
            if person.token is None or person.until is None or self._house.told() > person.until - RENEW_BEFORE:
                await self._renew(person)
        return person.token or ""

    async def _renew(self, person: Person) -> None:
        """From the session, or by signing in anew when it has locked or ended."""
        answer = await (self._sign_in(person) if person.session is None else self._go_on(person.session))
        if answer.status_code == 401:
            answer = await self._sign_in(person)
        answer.raise_for_status()
        told = answer.json()
        person.session = told.get("session", person.session)
        person.token = told["token"]
        person.until = datetime.fromisoformat(told["token_expires_at"])

    async def _go_on(self, session: str) -> httpx.Response:
        headers = {"Authorization": f"Session {session}"}
        return await self._http.post(f"{self._house.url('identity')}/session/token", json={}, headers=headers)

    async def _sign_in(self, person: Person) -> httpx.Response:
        address = f"{self._house.url('identity')}/sign-in/passkey"
        asked = (await self._http.post(f"{address}/options")).raise_for_status().json()
        body = {"challenge": asked["challenge"], "credential": person.device.sign(asked["options"])}
        return await self._http.post(address, json=body)

    async def found(self) -> None:
        """The operator, by the code that lies on the machine; administrator of one agency as well."""
        who = {"name": "Example Operator", "sign_in_name": "operator@example.org", "agency": "MDCPS"}
        opened = await self._ask("first-administrator", None, {"code": self._house.first_code(), **who})
        await self._keep("operator", "MDCPS", who["sign_in_name"], opened)

    async def hire(self, role: str, agency: str, number: int) -> Person:
        """Opens an account and lets the person in."""
        name = f"{role}-{number}@example.org"
        body = {"name": f"Example {role} {number}", "sign_in_name": name, "agency": agency, "roles": [role]}
        body |= {"counties": ["Hinds"]} if agency == "LOCAL-LE" else {}
        return await self._keep(role, agency, name, await self._ask("accounts", self.administrator_of(agency), body))

    async def register_agency(self, agency: str) -> None:
        """Lets an agency take part, with its first administrator."""
        (operator,) = self.of("operator")
        await self._ask("agencies", operator, {"agency": agency})
        name = f"administrator-{agency.lower()}@example.org"
        body = {"name": f"Example administrator of {agency}", "sign_in_name": name}
        opened = await self._ask(f"agencies/{agency}/first-administrator", operator, body)
        await self._keep("administrator", agency, name, opened)

    async def register_responder(self, person: Person) -> None:
        """With the credential of the role, and available for as long as any run takes."""
        (coordinator,) = self.of("cps_coordinator")
        now = self._house.told()
        path = f"responders/{person.account}"
        issuer = ISSUERS[person.role]
        issuing = next(each for each in self.of("credential_issuer") if each.agency == issuer)
        credential = granted(person.role, since="2020-07-09", until=(now + LONG).date().isoformat())
        window = {"since": (now - timedelta(hours=1)).isoformat(), "until": (now + LONG).isoformat()}
        who = {"account": str(person.account), "agency": person.agency}
        await self._ask("responders", coordinator, who, service="rapid_assessment")
        await self._ask(f"{path}/credentials", issuing, credential, service="rapid_assessment", version=1)
        await self._ask(f"{path}/availability", person, window, service="rapid_assessment", version=2)

    async def open_clinic(self) -> None:
        """Rooms and nurses, certified and available for as long as any run takes."""
        (coordinator,) = self.of("clinic_coordinator")
        for number in range(1, ROOMS + 1):
            room = {"clinic": CLINIC, "number": number}
            opened = await self._ask("rooms", coordinator, room, service="forensic_clinic")
            await self._make_available(f"rooms/{opened['reference']}", coordinator, 1)
        for nurse in self.of("forensic_nurse"):
            path = f"nurses/{nurse.account}"
            who = {"account": str(nurse.account), "clinic": CLINIC}
            await self._ask("nurses", coordinator, who, service="forensic_clinic")
            for version, certificate in enumerate(CERTIFICATES, 1):
                body = {
                    "certificate": certificate,
                    "issuer": "IAFN",
                    "valid_from": "2020-07-01",
                    "valid_until": (self._house.told() + SPANS * SPAN).date().isoformat(),
                }
                await self._ask(f"{path}/certificates", coordinator, body, service="forensic_clinic", version=version)
            await self._make_available(path, nurse, 1 + len(CERTIFICATES))

    async def _make_available(self, path: str, by: Person, version: int) -> None:
        first = self._house.told() - timedelta(days=2)
        for number in range(SPANS):
            span = {"since": (first + number * SPAN).isoformat(), "until": (first + (number + 1) * SPAN).isoformat()}
            await self._ask(f"{path}/availability", by, span, service="forensic_clinic", version=version + number)

    async def _keep(self, role: str, agency: str, name: str, opened: dict[str, Any]) -> Person:
        device = Authenticator(self._house.origin())
        person = Person(role, agency, name, UUID(opened["reference"]), device)
        self.everyone.append(person)
        address, invitation = f"{self._house.url('identity')}/invitation", {"invitation": opened["invitation"]}
        options = (await self._http.post(f"{address}/options", json=invitation)).raise_for_status().json()
        made = {"passkey": device.create(options["passkey"]), "challenge": options["challenge"]}
        (await self._http.post(address, json=invitation | made)).raise_for_status()
        return person

    async def _ask(
        self, path: str, by: Person | None, body: Any, *, service: str = "identity", version: int | None = None
    ) -> dict[str, Any]:
        headers = {"Idempotency-Key": uuid4().hex}
        if by is not None:
            headers["Authorization"] = f"Bearer {await self.token(by)}"
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = await self._http.post(f"{self._house.url(service)}/{path}", json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        told: dict[str, Any] = answer.json()
        return told


async def found_house(people: People, several: int = 3) -> None:
    """Everyone the load needs: several people for each seat, so that one who declines can be followed by another."""
    await people.found()
    for agency in ("MDCPS-HTC", "MBI-HTSVU", "CVP", CLINIC, OFFICE, "LOCAL-LE", "MHTOTF", "AG-BVA"):
        await people.register_agency(agency)
    for role, agency, many in (
        ("cps_intake", "MDCPS", several),
        ("cps_coordinator", "MDCPS-HTC", 1),
        ("auditor", "MDCPS", 1),
        ("cps_investigator", "MDCPS", several),
        ("trafficking_investigator", "MBI-HTSVU", several),
        ("victim_advocate", "CVP", several),
        ("clinic_coordinator", CLINIC, 1),
        ("forensic_nurse", CLINIC, several),
        ("law_enforcement", "LOCAL-LE", 1),
        ("prosecutor", OFFICE, 1),
    ):
        for number in range(many):
            await people.hire(role, agency, number)
    for number, agency in enumerate(ISSUERS.values()):
        await people.hire("credential_issuer", agency, number)
    for role in SEATS:
        for person in people.of(role):
            await people.register_responder(person)
    await people.open_clinic()
