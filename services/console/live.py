"""Tells open pages that something changed. What changed they are told by asking again, in their viewer's rights.

The message server sends the headers of what was added to a service's log, and nothing of it is read here. A page that
is told asks for itself anew, so not all at once: so many a second, whoever has waited longest first.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from litestar import Controller, get
from litestar.response import ServerSentEvent, ServerSentEventMessage
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.console.asking import Unreachable
from services.console.frame.visit import Visit
from services.console.sessions import Locked, Sessions
from services.kernel.bell import Bell, set_within
from services.kernel.http.gate import Gate
from services.kernel.http.problems import NotSignedIn

WATCHED = ("tips", "rapid_assessment", "forensic_clinic", "prosecution")
WATCH = "watch"
LOOK_AGAIN_SECONDS = 1.0
# Twenty seconds for two hundred open boards; at once for the three that are open at night.
TOLD_A_SECOND = 10
QUIET_SECONDS = 20.0
CHECKED_EVERY_SECONDS = 20.0

log = logging.getLogger(__name__)


class Live:
    """Rings for every change that is heard of, and paces who is told."""

    def __init__(self, stopping: Callable[[], bool]) -> None:
        self._bell = Bell()
        self._turn = asyncio.Lock()
        self.stopping = stopping
        self.open = 0

    async def listen(self, server: Client) -> None:
        """Hears what the console's user may hear."""

        async def heard(_: Msg) -> None:
            self._bell.ring()

        for service in WATCHED:
            await server.subscribe(f"watched.{service}.>", cb=heard)

    def next(self) -> asyncio.Event:
        """Is set at the next change."""
        return self._bell.next()

    async def turn(self) -> None:
        """Returns when it is one's turn to be told."""
        async with self._turn:
            await asyncio.sleep(1 / TOLD_A_SECOND)


async def changes(live: Live, sessions: Sessions, secret: str, gate: Gate) -> AsyncIterator[ServerSentEventMessage]:
    """Until the session is over or locked, its viewer may watch no more, the process ends, or the browser goes away."""
    loop = asyncio.get_running_loop()
    live.open += 1
    try:
        changed, checked, said = live.next(), loop.time(), loop.time()
        yield ServerSentEventMessage(event="open", data="")
        while not live.stopping():
            rang = await set_within(changed, LOOK_AGAIN_SECONDS)
            if rang:
                changed = live.next()
                await live.turn()
            if rang or loop.time() - checked >= CHECKED_EVERY_SECONDS:
                checked = loop.time()
                try:
                    goes_on = await _goes_on(sessions, secret, gate)
                except Unreachable:
                    # In these rights nobody can be told anything now. The page comes again by itself.
                    return
                if not goes_on:
                    yield ServerSentEventMessage(event="over", data="")
                    return
            if rang or loop.time() - said >= QUIET_SECONDS:
                said = loop.time()
                yield ServerSentEventMessage(event="changed" if rang else "quiet", data="")
    finally:
        live.open -= 1


async def _goes_on(sessions: Sessions, secret: str, gate: Gate) -> bool:
    """A token holds for a minute and is proof; after it another is asked for, which is no use of the session.

    What its roles are by then decides, not what they were when the page was opened. Raises `Unreachable`.
    """
    try:
        caller, _ = await sessions.signed(secret, active=False)
    except (NotSignedIn, Locked):
        return False
    return gate.may_use(caller, WATCH)


class LiveController(Controller):
    """For pages with a script."""

    path = "/live"

    @get("/", opt={"action": WATCH})
    async def watch(self, live: Live, visit: Visit) -> ServerSentEvent:
        """Server-sent events: `changed`, `over`."""
        return ServerSentEvent(changes(live, visit.house.sessions, visit.secret, visit.house.gate))
