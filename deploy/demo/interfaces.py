"""The public interfaces of a running house, as a person with a browser would use them: HTTP and nothing else."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pyotp

from deploy.demo.authenticator import Authenticator

ATTEMPTS = 20
# A line that breaks after the house has heard uses the challenge up: the next attempt has another.
SIGN_IN_ATTEMPTS = 3
PAUSE_SECONDS = 0.2
# What is worth another attempt with the same key: the part was down.
NOT_NOW = frozenset({503})


class DemoStopped(Exception):
    """A step the demonstration rests on was not possible. The message is one sentence."""


@dataclass
class Person:
    """Somebody of the scenario. The device with their passkey is made for this run only; `app` is of their codes."""

    label: str
    account: str = ""
    sign_in_name: str = ""
    device: Authenticator | None = None
    app: str = ""
    session: str = ""
    token: str = ""
    signing_in: asyncio.Lock = field(default_factory=asyncio.Lock)


class Interfaces:
    """`urls` by service; `origin` is what people would open. Answers are httpx responses, whatever their status.

    Where there is a `passphrase`, everybody sets it up as well, with an app for the codes.
    """

    def __init__(self, urls: Mapping[str, str], origin: str, client: httpx.AsyncClient, passphrase: str = "") -> None:
        self._urls = urls
        self.origin = origin
        self._client = client
        self._passphrase = passphrase

    async def post(
        self, who: Person | None, service: str, path: str, body: object = None, *, version: int | None = None
    ) -> httpx.Response:
        """A command, under one Idempotency-Key however often it is sent."""
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return await self._send(who, "POST", service, path, headers, json=body if body is not None else {})

    async def get(
        self, who: Person, service: str, path: str, params: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """A question."""
        return await self._send(who, "GET", service, path, {}, params=params)

    async def set_up(self, who: Person, invitation: str) -> None:
        """Makes a passkey and signs in with it. Raises `DemoStopped` when the house does not let the person in."""
        options = await self._send(None, "POST", "identity", "/invitation/options", {}, json={"invitation": invitation})
        _done(options, f"{who.label} could not use an invitation")
        who.device = Authenticator(self.origin)
        made = {"passkey": who.device.create(options.json()["passkey"]), "challenge": options.json()["challenge"]}
        if self._passphrase:
            who.app = options.json()["totp"]["secret"]
            made |= {"passphrase": self._passphrase, "totp_code": pyotp.TOTP(who.app).now()}
        used = await self._send(None, "POST", "identity", "/invitation", {}, json={"invitation": invitation} | made)
        _done(used, f"{who.label} could not set up a passkey")
        await self.sign_in(who)

    async def sign_in(self, who: Person) -> None:
        """A token of the present time. Raises `DemoStopped` when the house does not let the person in."""
        old = who.token
        async with who.signing_in:
            # Of many questions that meet a token run out, the first fetches another.
            if who.token == old:
                who.token = await self._token_of_session(who) or await self._token_of_sign_in(who)

    async def overdue(self) -> int:
        """How much has come due in the house and is not handled yet, as every service says to whoever asks."""
        answers = [await self._send(None, "GET", service, "/health/ready", {}) for service in self._urls]
        return sum(answer.json()["overdue_moments"] if answer.is_success else 1 for answer in answers)

    async def _token_of_session(self, who: Person) -> str:
        """Empty where there is no session, or it has locked or ended: half a day of told time passes quickly."""
        if not who.session:
            return ""
        headers = {"Authorization": f"Session {who.session}"}
        answer = await self._send(None, "POST", "identity", "/session/token", headers, json={})
        return str(answer.json()["token"]) if answer.is_success else ""

    async def _token_of_sign_in(self, who: Person) -> str:
        answer = httpx.Response(httpx.codes.UNAUTHORIZED)
        for _ in range(SIGN_IN_ATTEMPTS):
            answer = await self._with_passkey(who)
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                break
        _done(answer, f"{who.label} could not sign in")
        who.session = str(answer.json()["session"])
        return str(answer.json()["token"])

    async def _with_passkey(self, who: Person) -> httpx.Response:
        if who.device is None:
            raise DemoStopped(f"{who.label} has nothing to sign in with.")
        asked = await self._send(None, "POST", "identity", "/sign-in/passkey/options", {})
        _done(asked, f"{who.label} could not sign in")
        told = asked.json()
        body = {"challenge": told["challenge"], "credential": who.device.sign(told["options"])}
        return await self._send(None, "POST", "identity", "/sign-in/passkey", {}, json=body)

    async def _send(
        self, who: Person | None, method: str, service: str, path: str, headers: dict[str, str], **content: Any
    ) -> httpx.Response:
        answer = httpx.Response(httpx.codes.SERVICE_UNAVAILABLE)
        for _ in range(ATTEMPTS):
            used = who.token if who is not None else ""
            if used:
                headers["Authorization"] = f"Bearer {used}"
            try:
                answer = await self._client.request(method, self._urls[service] + path, headers=headers, **content)
            except httpx.TransportError:
                # The line broke, perhaps after the command was done: the same key asks whether it was.
                answer = httpx.Response(httpx.codes.SERVICE_UNAVAILABLE)
            if answer.status_code == httpx.codes.UNAUTHORIZED and who is not None and who.device:
                if who.token == used:
                    await self.sign_in(who)
            elif answer.status_code in NOT_NOW:
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                break
        return answer


def _done(answer: httpx.Response, failed: str) -> None:
    if not answer.is_success:
        raise DemoStopped(f"{failed}: {sentence_of(answer)}")


def sentence_of(answer: httpx.Response) -> str:
    """What the house said to a person, or the status where it said nothing."""
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"status {answer.status_code}"
