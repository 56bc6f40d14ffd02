"""The demonstration's people ask again as a browser would: once more under the same key, and signed in anew."""

import asyncio
import json

import httpx

from deploy.demo.interfaces import Interfaces, Person

URLS = {"identity": "http://identity", "tips": "http://tips"}


class House:
    """Knows one token at a time, and breaks the line as often as it is told to."""

    def __init__(self, *, breaks: int = 0) -> None:
        self.token = "first"
        self.breaks = breaks
        self.sign_ins = 0
        self.keys: list[str] = []

    async def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/sign-in":
            self.sign_ins += 1
            await asyncio.sleep(0.01)
            return httpx.Response(200, json={"token": self.token})
        self.keys.append(request.headers.get("idempotency-key", ""))
        if self.breaks:
            self.breaks -= 1
            raise httpx.ReadError("the line broke")
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return httpx.Response(401)
        return httpx.Response(200, json=json.loads(request.content or b"{}"))


def a_person() -> Person:
    return Person("hotline", sign_in_name="hotline@muster.example", token="first")


def interfaces(house: House) -> Interfaces:
    return Interfaces(URLS, httpx.AsyncClient(transport=httpx.MockTransport(house.answer)))


async def test_of_many_questions_that_meet_a_token_run_out_one_signs_in() -> None:
    house, who = House(), a_person()
    house.token = "second"
    asked = interfaces(house)
    answers = await asyncio.gather(*(asked.get(who, "tips", "/tips") for _ in range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert (house.sign_ins, who.token) == (1, "second")


async def test_a_command_on_a_line_that_broke_is_sent_again_under_its_key() -> None:
    house = House(breaks=2)
    answer = await interfaces(house).post(a_person(), "tips", "/tips", {"county": "Hinds"})
    assert answer.json() == {"county": "Hinds"}
    assert len(house.keys) == 3
    assert len(set(house.keys)) == 1
    assert house.keys[0]
