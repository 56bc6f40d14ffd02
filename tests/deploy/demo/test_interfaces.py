"""The demonstration's people ask again as a browser would: under the same key, with a fresh token, signed in anew."""

import asyncio
import json

import httpx
import pytest

from deploy.demo.authenticator import Authenticator
from deploy.demo.interfaces import Interfaces, Person

ORIGIN = "http://localhost"
CHALLENGE = "AAAA"
OPTIONS = {"rpId": "localhost", "challenge": CHALLENGE}
URLS = {"identity": "http://identity", "tips": "http://tips"}


class House:
    """Knows one token and one session at a time, and breaks the line as often as it is told to."""

    def __init__(self, *, breaks: int = 0) -> None:
        self.token = "first"
        self.session = "first"
        self.breaks = breaks
        self.sign_ins = self.renewals = 0
        self.keys: list[str] = []

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/sign-in/passkey/options":
            return httpx.Response(200, json={"options": OPTIONS, "challenge": CHALLENGE})
        if request.url.path == "/sign-in/passkey":
            self.sign_ins += 1
            await asyncio.sleep(0.01)
            return httpx.Response(200, json={"token": self.token, "session": self.session})
        if request.url.path == "/session/token":
            self.renewals += 1
            await asyncio.sleep(0.01)
            goes_on = request.headers["authorization"] == f"Session {self.session}"
            return httpx.Response(200, json={"token": self.token}) if goes_on else httpx.Response(401)
        self.keys.append(request.headers.get("idempotency-key", ""))
        if self.breaks:
            self.breaks -= 1
            raise httpx.ReadError("the line broke")
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return httpx.Response(401)
        return httpx.Response(200, json=json.loads(request.content or b"{}"))


def a_person() -> Person:
    device = Authenticator(ORIGIN)
    return Person("hotline", sign_in_name="hotline@muster.example", device=device, session="first", token="first")


def interfaces(house: House) -> Interfaces:
    return Interfaces(URLS, ORIGIN, httpx.AsyncClient(transport=httpx.MockTransport(house.answer)))


@pytest.mark.parametrize(("session", "sign_ins"), [("first", 0), ("second", 1)])
async def test_of_many_questions_that_meet_a_token_run_out_one_fetches_another(session: str, sign_ins: int) -> None:
    house, who = House(), a_person()
    house.token, house.session = "second", session
    asked = interfaces(house)
    answers = await asyncio.gather(*(asked.get(who, "tips", "/tips") for _ in range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert (house.renewals, house.sign_ins) == (1, sign_ins)
    assert (who.token, who.session) == ("second", session)


async def test_a_command_on_a_line_that_broke_is_sent_again_under_its_key() -> None:
    house = House(breaks=2)
    answer = await interfaces(house).post(a_person(), "tips", "/tips", {"county": "Hinds"})
    assert answer.json() == {"county": "Hinds"}
    assert len(house.keys) == 3
    assert len(set(house.keys)) == 1
    assert house.keys[0]
