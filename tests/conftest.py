"""What every test may ask for: the real servers, a fresh database, an empty message server."""

import gc
import logging
import os
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import settings

from services.kernel.serving import seldom_collect
from tests.support.browser import find_browser
from tests.support.servers import Database, Nats, Servers, empty_nats, fresh_database, running_servers

IN_A_BROWSER = Path(__file__).parent / "browser"
LONGEST_FIRST = (
    "tests/browser/",
    "tests/end_to_end/",
    "tests/chaos/",
    "tests/attacks/",
    "tests/deploy/",
    "tests/kernel/",
    "tests/architecture/",
    "tests/services/",
)
"""So that no process is left with a long one when the others are done."""
EXAMPLES = 40
"""Of each property, unless its test says otherwise."""
LEFT_OUT = pytest.StashKey[list[str]]()


def pytest_configure() -> None:
    """Property tests draw the same examples each time, and no slow machine makes one fail.

    `make properties` draws others each time, and many more of them.
    """
    # Each request of a test would be written down three times, and nobody reads it.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    many = os.environ.get("MUSTER_EXAMPLES")
    settings.register_profile("fixed", deadline=None, derandomize=True, max_examples=EXAMPLES)
    settings.register_profile("many", deadline=None, max_examples=int(many or EXAMPLES), print_blob=True)
    settings.load_profile("many" if many else "fixed")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All that is collected stays: to look through it for garbage meanwhile is a fifth of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser its tests cannot run. The run says so at its end."""
    _sample(items)
    out = [] if find_browser() else [item for item in items if item.path.is_relative_to(IN_A_BROWSER)]
    if out:
        items[:] = [item for item in items if item not in out]
        config.hook.pytest_deselected(items=out)
    config.stash[LEFT_OUT] = [item.nodeid for item in out]
    items.sort(key=_rank)


def _sample(items: list[pytest.Item]) -> None:
    """Each n-th variant of a test that is marked so, from one that its name decides; the others are slow."""
    before: Counter[str] = Counter()
    for item in items:
        mark = item.get_closest_marker("one_in")
        if mark:
            test = item.nodeid.partition("[")[0]
            if (crc32(test.encode()) + before[test]) % mark.args[0]:
                item.add_marker(pytest.mark.slow)
            before[test] += 1


def pytest_collection_finish() -> None:
    """Seven thousand tests are a heap that the collector of garbage need not walk again and again.

    What a test makes is looked through as seldom as in a service.
    """
    gc.collect()
    seldom_collect()


def _rank(item: pytest.Item) -> int:
    found = (rank for rank, folder in enumerate(LONGEST_FIRST) if item.nodeid.startswith(folder))
    return next(found, len(LONGEST_FIRST))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes (pytest-xdist) tells the one that people look at."""
    if told := getattr(session.config, "workeroutput", None):
        told["left_out"] = session.config.stash.get(LEFT_OUT, [])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Of several processes one does a whole file, or a whole folder whose files share a house."""
    from tests.support.by_house import ByHouse  # noqa: PLC0415  # xdist is not there in a run without it

    return ByHouse(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Each of them has collected the same tests."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says loudly what was left out."""
    if left_out := config.stash.get(LEFT_OUT, []):
        terminalreporter.section("RUN WITHOUT A BROWSER", sep="!", red=True, bold=True)
        terminalreporter.write_line(
            f"No page was looked at: {len(left_out)} tests were left out. Install a browser (on Debian: apt-get install"
            " chromium-headless-shell, or chromium) and run again.",
            red=True,
            bold=True,
        )
        for each in dict.fromkeys(name.partition("[")[0] for name in left_out):
            terminalreporter.write_line(f"left out: {each}", red=True)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """One PostgreSQL and one nats-server for the whole run."""
    with running_servers() as running:
        yield running


@pytest.fixture
def database(servers: Servers) -> Iterator[Database]:
    """A fresh database with the kernel's tables and a login role that may append but never alter."""
    with fresh_database(servers) as fresh:
        yield fresh


@pytest.fixture
def nats_server(servers: Servers) -> Nats:
    """The message server, empty of streams."""
    return empty_nats(servers)
