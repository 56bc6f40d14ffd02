"""Strangers who knock at every service with a reference of nobody's, and are not let in.

Each process of ours keeps what it made of the last thousand addresses it was asked for: its web framework does. That
is some two megabytes, which the steady load alone takes a quarter of an hour to fill, and which would look like a leak
for as long. With strangers it is full while a life warms up.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx

from tests.chaos.house import House

EACH_PER_SECOND = 5.0
DOORS: Mapping[str, str] = {
    "tips": "/tips",
    "rapid_assessment": "/teams",
    "forensic_clinic": "/exams",
    "prosecution": "/cases",
    "audit": "/reviews",
    "identity": "/accounts",
}
"""By service, a path that takes a reference."""

NOT_LET_IN = {401, 503}
"""Told to sign in; or the service has only just come back."""


@asynccontextmanager
async def passing(house: House) -> AsyncIterator[None]:
    """They knock until it is left. Raises AssertionError then, if one of them was answered anything else."""
    async with httpx.AsyncClient(trust_env=False, timeout=20.0) as http:
        knocking = [asyncio.create_task(_knock(http, house.url(name) + path)) for name, path in DOORS.items()]
        try:
            yield
            for each in knocking:
                if each.done():
                    each.result()
        finally:
            for each in knocking:
                each.cancel()
            await asyncio.gather(*knocking, return_exceptions=True)


async def _knock(http: httpx.AsyncClient, door: str) -> None:
    while True:
        # While a part is down, nobody answers.
        with contextlib.suppress(httpx.TransportError):
            answer = await http.get(f"{door}/{uuid4()}", params={"limit": str(uuid4().int % 1_000_000)})
            assert answer.status_code in NOT_LET_IN, f"{door} answered {answer.status_code} to a stranger"
        await asyncio.sleep(1.0 / EACH_PER_SECOND)
