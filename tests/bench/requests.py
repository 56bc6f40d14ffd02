"""Asking over HTTP with next to nothing spent on it: a client that took much would make fast and slow look alike."""

import asyncio
import random
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec

PAUSE_SECONDS = 0.05
SYLLABLES = ("bar", "cor", "del", "fin", "gar", "hol", "kel", "lom", "mar", "nor", "pel", "ros", "tav")
STORY = (
    "Invented. Seen at a motel beside the highway with somebody older, twice in one week; {number} was rung from there."
)


class Unexpected(Exception):
    """Something else was answered than what is measured."""


class TurnedAway(Exception):
    """Answered 503: it may be asked again under the same key."""


class Asked(NamedTuple):
    """Answers a second, and what part of all requests was turned away."""

    a_second: float
    turned_away: float


class Line:
    """One connection that is kept open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, port: int) -> "Line":
        """This machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request: bytes) -> bytes:
        """The body of the answer. Raises `TurnedAway`, and `Unexpected` unless something was created."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
        )
        body = await self._reader.readexactly(length)
        if head.startswith(b"HTTP/1.1 503 "):
            raise TurnedAway
        if not head.startswith(b"HTTP/1.1 201 "):
            raise Unexpected(f"{head.partition(bytes([13]))[0]!r} {body[:300]!r}")
        return body

    async def ask_until_answered(self, request: bytes) -> bytes:
        """As `ask`, again and again under the same key while it is turned away."""
        while True:
            try:
                return await self.ask(request)
            except TurnedAway:
                await asyncio.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        """Without waiting."""
        self._writer.close()


async def asked_for(port: int, lines: int, requests: Iterator[bytes], seconds: float) -> Asked:
    """Each line asks anew as soon as it is answered, and a little later when it is turned away."""
    open_lines = [await Line.to(port) for _ in range(lines)]
    answered = turned_away = 0
    began = time.perf_counter()

    async def ask(line: Line) -> None:
        nonlocal answered, turned_away
        while time.perf_counter() < began + seconds:
            try:
                await line.ask(next(requests))
                answered += 1
            except TurnedAway:
                turned_away += 1
                await asyncio.sleep(PAUSE_SECONDS)

    try:
        await asyncio.gather(*map(ask, open_lines))
    finally:
        for line in open_lines:
            line.close()
    passed = time.perf_counter() - began
    return Asked(answered / passed, turned_away / max(1, answered + turned_away))


async def evenly(many: int, a_second: float, do: Callable[[int], Awaitable[None]]) -> None:
    """Begins one after the other, evenly, however long each takes."""
    began = time.perf_counter()

    async def at(number: int) -> None:
        await asyncio.sleep(max(0.0, began + number / a_second - time.perf_counter()))
        await do(number)

    await asyncio.gather(*map(at, range(many)))


def tips(token: str, received_at: datetime, seed: int) -> Iterator[bytes]:
    """Requests that take a tip in, for ever: each of somebody else, under a key of its own."""
    chance = random.Random(seed)  # the same invented people each time
    while True:
        yield request("/tips", msgspec.json.encode(tip(chance, received_at)), token)


def tip(chance: random.Random, received_at: datetime) -> dict[str, object]:
    """Somebody of a made-up name, a number nobody has, and who reported."""
    name = " ".join("".join(chance.choices(SYLLABLES, k=3)).title() for _ in range(2))
    number = f"601-555-{chance.randrange(10_000):04}"
    subject = {"part": "subject", "name": name, "contact": number, "narrative": STORY.format(number=number)}
    return {
        "channel": "cps_hotline",
        "county": "Hinds",
        "received_at": received_at.isoformat(),
        "age": "child",
        "persons": [subject, {"part": "reporter", "name": "Example Neighbor", "contact": "601-555-0100"}],
    }


def request(path: str, body: bytes, token: str) -> bytes:
    """A command under a new key."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"Idempotency-Key: {secrets.token_hex(8)}\r\nAuthorization: Bearer {token}\r\n\r\n"
    )
    return head.encode() + body
