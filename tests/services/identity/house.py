"""The first steps of a house, taken as people take them: over HTTP."""

from typing import Any, Self
from uuid import UUID

import httpx
import msgspec

from tests.support.running_service import FIRST_CODE, RunningService

ADMINISTRATOR_NAME = "Example Administrator One"
ADMINISTRATOR_SIGN_IN_NAME = "administrator@example.org"
NAME = "Example Person Zqx"
SIGN_IN_NAME = "zqx@example.org"
PASSPHRASE = "four plain example words"


class Somebody(msgspec.Struct, frozen=True):
    """An account, and the invitation that came with it."""

    account: UUID
    invitation: str


class House:
    """`token` is the administrator's."""

    def __init__(self, identity: RunningService, administrator: UUID, token: str) -> None:
        self.identity = identity
        self.administrator = administrator
        self.token = token

    @classmethod
    async def founded(cls, identity: RunningService) -> Self:
        opened = await identity.post("/first-administrator", first_administrator())
        assert opened.status_code == 201, opened.text
        await set_passphrase(identity, opened.json()["invitation"])
        token = await token_of(identity, ADMINISTRATOR_SIGN_IN_NAME)
        return cls(identity, UUID(opened.json()["reference"]), token)

    async def open(self, **changes: Any) -> httpx.Response:
        """A command to open an account, as it is answered."""
        return await self.identity.post("/accounts", an_account(**changes), by=self.token)

    async def opened(self, **changes: Any) -> Somebody:
        """An account with an unused invitation."""
        answer = await self.open(**changes)
        assert answer.status_code == 201, answer.text
        return Somebody(UUID(answer.json()["reference"]), answer.json()["invitation"])

    async def active(self, **changes: Any) -> Somebody:
        """An account with a passphrase."""
        somebody = await self.opened(**changes)
        await set_passphrase(self.identity, somebody.invitation)
        return somebody


def first_administrator(**changes: Any) -> dict[str, Any]:
    return {
        "code": FIRST_CODE,
        "name": ADMINISTRATOR_NAME,
        "sign_in_name": ADMINISTRATOR_SIGN_IN_NAME,
        "agency": "MDCPS",
    } | changes


def an_account(**changes: Any) -> dict[str, Any]:
    return {"name": NAME, "sign_in_name": SIGN_IN_NAME, "agency": "MDCPS", "roles": ["cps_intake"]} | changes


async def sign_in(identity: RunningService, name: str = SIGN_IN_NAME, passphrase: str = PASSPHRASE) -> httpx.Response:
    return await identity.http.post("/sign-in", json={"sign_in_name": name, "passphrase": passphrase})


async def token_of(identity: RunningService, name: str = SIGN_IN_NAME) -> str:
    answer = await sign_in(identity, name)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


async def set_passphrase(identity: RunningService, invitation: str, passphrase: str = PASSPHRASE) -> None:
    answer = await identity.http.post("/passphrase", json={"invitation": invitation, "passphrase": passphrase})
    assert answer.status_code == 200, answer.text
