"""Open pages are told that something changed, one after another, and only as long as their session goes on."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import nats
import pytest

from deploy.topology import WATCHED, watched_subject
from services.console import live as live_module
from services.console.application import POLICIES
from services.console.asking import Peers
from services.console.live import Live, changes
from services.console.sessions import Sessions
from services.kernel.http.caller import TokenReader
from services.kernel.http.gate import Gate
from services.kernel.time_source import time_source
from tests.services.console.house import ENDED, LOCKED, Browser
from tests.support.running_service import Person
from tests.support.servers import Nats
from tests.support.waiting import eventually

GATE = Gate(POLICIES.read_text())


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds become hundredths, so that nobody waits for a minute."""
    monkeypatch.setattr(live_module, "LOOK_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(live_module, "CHECKED_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(live_module, "QUIET_SECONDS", 0.1)


class Page:
    """An open page, and what it has heard."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.over = asyncio.Event()

    async def listen(self, told: AsyncIterator[object]) -> None:
        async for message in told:
            self.heard.append(str(getattr(message, "event", "")))
        self.over.set()

    async def hears(self, event: str, times: int = 1) -> None:
        async def so() -> bool:
            return self.heard.count(event) >= times

        await eventually(so)


@asynccontextmanager
async def watching(browser: Browser, live: Live) -> AsyncIterator[Page]:
    """As the route does it."""
    others, settings = browser.console.others, browser.console.settings
    async with httpx.AsyncClient(transport=others) as client:
        time = time_source(settings.time_file)
        sessions = Sessions(Peers(settings.peers, client), TokenReader(settings.verify_key_file, time.now), time)
        # As the guard did when the page was opened.
        await sessions.signed(browser.secret, active=False)
        page = Page()
        task = asyncio.create_task(page.listen(changes(live, sessions, browser.secret, GATE)))
        try:
            await page.hears("open")
            yield page
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def live(message_server: Nats) -> AsyncIterator[Live]:
    found = Live(lambda: False)
    server = await nats.connect(message_server.url, nkeys_seed_str=message_server.seeds["console"])
    try:
        await found.listen(server)
        await server.flush()
        yield found
    finally:
        await server.close()


async def publish(message_server: Nats, service: str) -> None:
    server = await nats.connect(message_server.url, nkeys_seed_str=message_server.admin_seed)
    await server.jetstream().publish(f"log.{service}.example", b"what nobody is told")
    await server.close()


@pytest.mark.parametrize("service", WATCHED)
async def test_a_page_is_told_that_something_changed_and_nothing_of_it(
    browser: Browser, live: Live, message_server: Nats, service: str
) -> None:
    async with watching(browser, live) as page:
        await publish(message_server, service)
        await page.hears("changed")
    assert set(page.heard) <= {"open", "quiet", "changed"}


async def test_it_hears_of_the_services_that_are_shown_and_of_no_other(
    browser: Browser, live: Live, message_server: Nats
) -> None:
    assert [f"watched.{service}.>" for service in live_module.WATCHED] == [watched_subject(each) for each in WATCHED]
    async with watching(browser, live) as page:
        await publish(message_server, "identity")
        await page.hears("quiet", times=2)
        assert "changed" not in page.heard


@pytest.mark.parametrize("why", [ENDED, LOCKED])
async def test_a_session_that_is_over_or_locked_ends_it_within_its_minute(
    browser: Browser, live: Live, why: dict[str, object]
) -> None:
    async with watching(browser, live) as page:
        browser.console.others.refused[browser.secret] = why
        await page.hears("quiet", times=2)
        assert not page.over.is_set(), "a token of this minute still holds"
        browser.console.time.turn(timedelta(seconds=61))
        await asyncio.wait_for(page.over.wait(), 5)
    assert page.heard[-1] == "over"
    assert live.open == 0


async def test_who_may_watch_no_more_hears_nothing_more_within_their_minute(browser: Browser, live: Live) -> None:
    async with watching(browser, live) as page:
        browser.console.others.sessions[browser.secret] = Person(("agency_reporter",))
        browser.console.time.turn(timedelta(seconds=61))
        await asyncio.wait_for(page.over.wait(), 5)
    assert page.heard[-1] == "over"


async def test_it_keeps_no_session_from_locking(browser: Browser, live: Live) -> None:
    async with watching(browser, live) as page:
        browser.console.time.turn(timedelta(seconds=61))
        await page.hears("quiet", times=3)
    renewals = [each.body for each in browser.console.others.asked if each.path == "/session/token"]
    assert renewals[-2:] == [{"active": False}] * min(2, len(renewals))


async def test_when_nobody_can_say_whether_the_session_goes_on_the_line_ends_and_is_taken_up_again(
    browser: Browser, live: Live
) -> None:
    async with watching(browser, live) as page:
        browser.console.others.down.add("identity")
        browser.console.time.turn(timedelta(seconds=61))
        await asyncio.wait_for(page.over.wait(), 5)
    assert "over" not in page.heard


async def test_a_process_that_is_to_end_ends_its_lines(browser: Browser, message_server: Nats) -> None:
    stopping = False
    live = Live(lambda: stopping)
    async with watching(browser, live) as page:
        assert live.open == 1
        stopping = True
        await asyncio.wait_for(page.over.wait(), 5)
    assert live.open == 0


async def test_many_pages_are_told_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "TOLD_A_SECOND", 200)
    live = Live(lambda: False)
    loop = asyncio.get_running_loop()
    began = loop.time()
    moments: list[float] = []

    async def one() -> None:
        await live.turn()
        moments.append(loop.time() - began)

    await asyncio.gather(*(one() for _ in range(20)))
    assert moments == sorted(moments)
    assert moments[-1] >= 20 / 200


async def test_the_route_is_for_those_who_work_on_cases(browser: Browser) -> None:
    browser.http.cookies.clear()
    assert (await browser.get("/live")).status_code == 303
    await browser.sign_in("reporter@example.org")
    assert (await browser.get("/live")).status_code == 403
