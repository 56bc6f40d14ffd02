"""The first steps of a house, taken as people take them: over HTTP."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID

import httpx
import msgspec
import pyotp

from deploy.demo.authenticator import Authenticator
from tests.support.running_service import FIRST_CODE, RunningService

ADMINISTRATOR_NAME = "Example Administrator One"
ADMINISTRATOR_SIGN_IN_NAME = "administrator@example.org"
NAME = "Example Person Zqx"
SIGN_IN_NAME = "zqx@example.org"
PASSPHRASE = "four plain example words"
SET_UP = 8
"""The version of an account that was opened and set up; one opened with the code has one event more."""


class Somebody(msgspec.Struct, frozen=True):
    """An account, and the invitation that came with it."""

    account: UUID
    invitation: str


class Held(msgspec.Struct):
    """What somebody has to sign in with; `codes` are the recovery codes not yet used."""

    app: str
    codes: list[str]
    device: Authenticator

    def code(self, steps: int = 0) -> str:
        """What the app shows now, or so many half minutes later."""
        return pyotp.TOTP(self.app).at(datetime.now(UTC) + steps * timedelta(seconds=30))


class House:
    """`token` is that of the operator, who is administrator of MDCPS as well. `held` is by sign-in name."""

    def __init__(self, identity: RunningService) -> None:
        self.identity = identity
        self.administrator = UUID(int=0)
        self.token = ""
        self.held: dict[str, Held] = {}

    @classmethod
    async def founded(cls, identity: RunningService) -> Self:
        house = cls(identity)
        opened = await identity.post("/first-administrator", first_administrator())
        assert opened.status_code == 201, opened.text
        house.administrator = UUID(opened.json()["reference"])
        await house.set_up(opened.json()["invitation"])
        house.token = await house.token_of(ADMINISTRATOR_SIGN_IN_NAME)
        return house

    def copied(self, identity: RunningService) -> Self:
        """The same people, in a service that began with a copy of this one's database."""
        copy = type(self)(identity)
        copy.administrator, copy.token = self.administrator, self.token
        copy.held = {name: Held(each.app, list(each.codes), each.device) for name, each in self.held.items()}
        return copy

    async def agency(self, agency: str) -> str:
        """Lets an agency take part, and answers the token of its first administrator."""
        registered = await self.identity.post("/agencies", {"agency": agency}, by=self.token)
        assert registered.status_code == 201, registered.text
        opened = await self.open_first_administrator(agency)
        assert opened.status_code == 201, opened.text
        await self.set_up(opened.json()["invitation"])
        return await self.token_of(administrator_of(agency))

    async def open_first_administrator(self, agency: str, **changes: Any) -> httpx.Response:
        """A command to open an agency's first administrator, as it is answered."""
        body = {"name": ADMINISTRATOR_NAME, "sign_in_name": administrator_of(agency)} | changes
        return await self.identity.post(f"/agencies/{agency}/first-administrator", body, by=self.token)

    async def open(self, **changes: Any) -> httpx.Response:
        """A command to open an account, as it is answered."""
        return await self.identity.post("/accounts", an_account(**changes), by=self.token)

    async def opened(self, **changes: Any) -> Somebody:
        """An account with an unused invitation."""
        answer = await self.open(**changes)
        assert answer.status_code == 201, answer.text
        return Somebody(UUID(answer.json()["reference"]), answer.json()["invitation"])

    async def active(self, **changes: Any) -> Somebody:
        """An account that is set up."""
        somebody = await self.opened(**changes)
        await self.set_up(somebody.invitation)
        return somebody

    async def set_up(self, invitation: str, passphrase: str = PASSPHRASE) -> Held:
        """A passphrase, an authenticator app and a passkey."""
        options = await self.options(invitation)
        assert options.status_code == 200, options.text
        told = options.json()
        held = Held(told["totp"]["secret"], [], Authenticator(self.identity.settings.origin))
        body = {
            "passphrase": passphrase,
            "totp_code": held.code(),
            "passkey": held.device.create(told["passkey"]),
            "challenge": told["challenge"],
        }
        answer = await self.use(invitation, body)
        assert answer.status_code == 200, answer.text
        held.codes = answer.json()["recovery_codes"]
        self.held[told["passkey"]["user"]["name"]] = held
        return held

    async def options(self, invitation: str) -> httpx.Response:
        return await self.identity.http.post("/invitation/options", json={"invitation": invitation})

    async def use(self, invitation: str, body: Mapping[str, Any]) -> httpx.Response:
        return await self.identity.http.post("/invitation", json={"invitation": invitation, **body})

    async def sign_in(
        self, name: str = SIGN_IN_NAME, passphrase: str = PASSPHRASE, code: str | None = None
    ) -> httpx.Response:
        """With a recovery code that was not used yet, unless another code is given."""
        held = self.held.get(name.lower())
        given = code if code is not None else held.codes[0] if held else "000000"
        body = {"sign_in_name": name, "passphrase": passphrase, "code": given}
        answer = await self.identity.http.post("/sign-in", json=body)
        if answer.status_code == 200 and held and given in held.codes:
            held.codes.remove(given)
        return answer

    async def sign_in_with_passkey(self, name: str = SIGN_IN_NAME) -> httpx.Response:
        asked = (await self.identity.http.post("/sign-in/passkey/options")).json()
        body = {"challenge": asked["challenge"], "credential": self.held[name].device.sign(asked["options"])}
        return await self.identity.http.post("/sign-in/passkey", json=body)

    async def token_of(self, name: str = SIGN_IN_NAME) -> str:
        answer = await self.sign_in_with_passkey(name)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])


def first_administrator(**changes: Any) -> dict[str, Any]:
    return {
        "code": FIRST_CODE,
        "name": ADMINISTRATOR_NAME,
        "sign_in_name": ADMINISTRATOR_SIGN_IN_NAME,
        "agency": "MDCPS",
    } | changes


def an_account(**changes: Any) -> dict[str, Any]:
    return {"name": NAME, "sign_in_name": SIGN_IN_NAME, "agency": "MDCPS", "roles": ["cps_intake"]} | changes


def administrator_of(agency: str) -> str:
    """The sign-in name of an agency's first administrator."""
    return f"administrator-{agency.lower()}@example.org"
