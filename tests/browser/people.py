"""People of the town with everything there is to sign in with, and how they do it at a browser."""

import base64
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.async_api import CDPSession, Page

from deploy.demo.authenticator import Authenticator
from deploy.demo.interfaces import Interfaces, Person
from tests.end_to_end.town import ok

PASSPHRASE = "four plain example words"
IN_THE_HOUSE = re.compile(r"^(?!.*/sign-in)")
"""An address at which nobody is asked, or refused, any more: who was refused stands at `/sign-in/passkey`."""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(frozen=True)
class VirtualAuthenticator:
    """The part of a device that keeps passkeys, of one tab (WebDriver's, over the browser's own protocol)."""

    line: CDPSession
    mine: Mapping[str, str]

    async def put(self, credential: Mapping[str, Any]) -> None:
        """A passkey that was made elsewhere."""
        await self.line.send("WebAuthn.addCredential", {**self.mine, "credential": credential})

    async def kept(self) -> list[dict[str, Any]]:
        """The passkeys on it."""
        told = await self.line.send("WebAuthn.getCredentials", dict(self.mine))
        passkeys: list[dict[str, Any]] = told["credentials"]
        return passkeys


@asynccontextmanager
async def authenticator_of(page: Page) -> AsyncIterator[VirtualAuthenticator]:
    """An empty one, whose holder is there and shows a finger."""
    line = await page.context.new_cdp_session(page)
    await line.send("WebAuthn.enable")
    added = await line.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield VirtualAuthenticator(line, {"authenticatorId": added["authenticatorId"]})
    await line.detach()


class Device(Authenticator):
    """A passkey that a browser can be lent: its counter goes on from where the other left it."""

    @classmethod
    def holding(cls, other: Authenticator) -> "Device":
        """The passkey of another, which is used no more: it goes on from where that one left it."""
        device = cls.__new__(cls)
        vars(device).update(vars(other))
        return device

    @asynccontextmanager
    async def lent_to(self, page: Page) -> AsyncIterator[None]:
        """As a virtual authenticator."""
        key = self._key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        credential = {
            "credentialId": _text(self._id),
            "isResidentCredential": True,
            "rpId": "localhost",
            "privateKey": _text(key),
            "userHandle": _text(self._user),
            "signCount": self._count,
        }
        async with authenticator_of(page) as authenticator:
            await authenticator.put(credential)
            yield
            (kept,) = await authenticator.kept()
            self._count = kept["signCount"]


@dataclass
class Holder:
    """Somebody, and what they sign in with. The app's code is good once; then one off the paper."""

    person: Person
    device: Device
    app: str
    codes: list[str]
    app_used: bool = False

    def code(self) -> str:
        """The second factor beside the passphrase."""
        if self.app_used:
            return self.codes.pop()
        self.app_used = True
        # Each is good once, and half a minute early: the one that set the app up may still be shown.
        return code_of(self.app, steps=1)

    async def sign_in_with_passphrase(self, page: Page) -> None:
        """Needs no script."""
        await page.goto("/sign-in")
        await page.fill("#sign_in_name", self.person.sign_in_name)
        await page.fill("#passphrase", PASSPHRASE)
        await page.fill("#code", self.code())
        await page.click("form[action='/sign-in'] button")
        await page.wait_for_url(IN_THE_HOUSE)

    async def sign_in_with_passkey(self, page: Page) -> None:
        """One button."""
        await page.goto("/sign-in")
        async with self.device.lent_to(page):
            await page.click("form[action='/sign-in/passkey'] button")
            await page.wait_for_url(IN_THE_HOUSE)


async def equip(interfaces: Interfaces, administrator: Person, person: Person) -> Holder:
    """Invited once more by their administrator, they set up a passkey, a passphrase and an app."""
    read = ok(await interfaces.get(administrator, "identity", f"/accounts/{person.account}"))
    version = read.json()["version"]
    invite = f"/accounts/{person.account}/invite"
    invitation = ok(await interfaces.post(administrator, "identity", invite, version=version)).json()["invitation"]
    told = ok(await interfaces.post(None, "identity", "/invitation/options", {"invitation": invitation})).json()
    device = Device(interfaces.origin)
    body: dict[str, Any] = {
        "invitation": invitation,
        "passphrase": PASSPHRASE,
        "totp_code": code_of(told["totp"]["secret"]),
        "passkey": device.create(told["passkey"]),
        "challenge": told["challenge"],
    }
    done = ok(await interfaces.post(None, "identity", "/invitation", body)).json()
    person.device, person.session, person.token = device, "", ""
    return Holder(person, device, told["totp"]["secret"], list(done["recovery_codes"]))


def app_of(shown: str) -> str:
    """The secret as somebody types it off the page."""
    return "".join(shown.split())


def code_of(app: str, *, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return pyotp.TOTP(app).at(datetime.now(UTC) + steps * timedelta(seconds=30))


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
