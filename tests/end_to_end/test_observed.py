"""The house as it is seen from outside: traces, metrics and the sign of life of real processes, naming nobody."""

import http.server
import json
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from deploy.embedded.heartbeat import FILE, STANDS_STILL_AFTER_SECONDS, Heartbeat
from deploy.embedded.listening import ONLY_HERE
from deploy.topology import HOUSE, SERVICES
from services.kernel.tries import RESTS
from tests.chaos.house import SUPERVISOR
from tests.deploy.test_observed import expressions, metrics_in
from tests.end_to_end.town import Town, Visit
from tests.soak.memory import IDLE_LIMIT, TELLS, look, whole
from tests.support.waiting import eventually

NAMED = "Zqx"
LATE = timedelta(hours=25)


@pytest.mark.skipif(not TELLS.exists(), reason="only Linux tells what a process takes of memory")
def test_an_idle_house_takes_less_than_one_and_a_half_gigabytes(town: Town) -> None:
    """And no more once other tests went through it. Its supervisor is this very process here, which takes more than
    `muster up`.
    """
    seen = look(town.stack.folder.run)
    assert {each.name for each in seen} == {*(service.name for service in HOUSE), "postgres", "nats", SUPERVISOR}
    assert all(each.memory.rss > each.memory.own > 0 for each in seen)
    assert whole(seen).pss < IDLE_LIMIT, [(each.name, each.memory) for each in seen]


async def test_a_tip_is_followed_to_the_team_that_another_service_opened(town: Town) -> None:
    async with town.open() as visit:
        tip = await visit.tip(age="child", received_at=town.now)
        await visit.until_team(tip, lambda page: page["phase"] == "open")

        async def written() -> bool:
            trees = json.loads(_shown(town, tip, "--json").stdout)["trees"]
            found = [span for tree in trees for _, span in _spans(tree)]
            names = {span["name"] for span in found}
            # The service that opened it reacts, too: to be followed is somebody else who does.
            others = {span["service"] for span in found if span["name"] == "react rapid_assessment.team_opened"}
            return "publish rapid_assessment.team_opened" in names and bool(others & {"tips", "audit"})

        await eventually(written)
    answer = _shown(town, tip, "--json")
    (told,) = [tree for tree in json.loads(answer.stdout)["trees"] if tree["span"]["name"] == "POST /tips"]
    spans = _spans(told)
    led_to = dict(spans)
    received = "POST /tips", "append tips.tip_received"
    opened = *received, "react tips.tip_received", "append rapid_assessment.team_opened"
    assert led_to["POST /tips",]["service"] == led_to[received]["service"] == "tips"
    assert led_to["POST /tips", "decide"]
    assert led_to[*received, "publish tips.tip_received"]["service"] == "tips"
    assert led_to[opened]["service"] == "rapid_assessment"
    assert led_to[*opened, "publish rapid_assessment.team_opened"]
    heard = {span["service"] for path, span in spans if path == (*opened, "react rapid_assessment.team_opened")}
    assert heard & {"tips", "audit"}
    assert all(span["start"] <= span["end"] for _, span in spans)
    assert min(span["start"] for _, span in spans) == told["span"]["start"]


async def test_a_case_nobody_traced_is_told_as_such(town: Town) -> None:
    answer = _shown(town, "00000000-0000-4000-8000-00000000000f")
    assert answer.returncode == 1
    assert len(answer.stderr.strip().splitlines()) == 1


async def test_the_files_of_the_traces_name_nobody_and_are_their_owners_alone(town: Town) -> None:
    async with town.open() as visit:
        await visit.tip(age="child", received_at=town.now)
    files = sorted(town.stack.folder.traces.iterdir())
    assert {"tips.jsonl", "rapid_assessment.jsonl", "audit.jsonl"} <= {file.name for file in files}
    assert not [file for file in files if file.stat().st_mode & 0o077]
    assert not town.stack.folder.traces.stat().st_mode & 0o077
    for text in (file.read_text() for file in files):
        assert NAMED not in text
        assert "example.org" not in text
        assert not [person.account for person in town.people.values() if f'"{person.account}"' in text]


async def test_every_metric_that_alerts_and_dashboard_ask_for_is_told_by_somebody(town: Town) -> None:
    told = {"up"} | {name for address in _addresses(town) for name in _names(_scraped(address))}
    for where, expression in expressions():
        assert metrics_in(expression) <= told, where


async def test_no_name_and_no_reference_of_a_case_is_in_any_metric(town: Town) -> None:
    async with town.open() as visit:
        tip = await visit.tip(age="child", received_at=town.now)
        await visit.until_team(tip, lambda page: page["phase"] == "open")
        await visit.fill(tip, "cps_investigator")
        assert (await visit.get("cps_coordinator", "tips", f"/tips/{tip}/persons")).status_code in {200, 403}
    for address in _addresses(town):
        text = _scraped(address)
        assert "muster_" in text
        assert NAMED not in text
        assert tip not in text
        assert "example.org" not in text
        assert not [who for who, person in town.people.items() if person.account and person.account in text]


async def test_the_sign_of_life_stops_while_the_relay_stands_still(town: Town, life: "Life") -> None:
    await life.beats()
    with _held(town, "tips", "SELECT * FROM checkpoints FOR UPDATE"):
        async with town.open() as visit:
            await visit.tip(age="child", received_at=town.now)
        assert life.after(1) == []
        assert life.after(STANDS_STILL_AFTER_SECONDS) == ["relay of tips"]
        await life.is_silent()
    await life.beats()


async def test_the_sign_of_life_stops_while_timers_stand_still(town: Town, life: "Life") -> None:
    async with town.open() as visit:
        tip = await visit.tip(age="child", received_at=town.now)
        await visit.until_team(tip, lambda page: page["phase"] == "open")
    await life.beats()
    with _held(town, "rapid_assessment", "SELECT * FROM due_moments FOR UPDATE"):
        town.turn_to(town.now + LATE)
        await life.withheld(["timers of rapid_assessment"])
        await life.is_silent()
    await life.beats()


async def test_the_sign_of_life_stops_while_notices_reach_nobody(town: Town, life: "Life") -> None:
    addresses = town.stack.folder.secrets / "rapid_assessment" / "notices.json"
    addresses.write_text(json.dumps({"cps_coordinator": [life.outside.carrier]}))
    life.outside.takes = False
    async with town.open() as visit:
        await _late_tip(visit)
        await life.withheld(["notices of rapid_assessment"])
        await life.is_silent()
    life.outside.takes = True
    town.turn_to(town.now + RESTS[0])
    await life.beats()
    assert NAMED not in "\n".join(life.outside.heard)
    addresses.unlink()


class Outside:
    """Whoever is told: it keeps what it hears, and takes a notice or not."""

    def __init__(self, address: str, heard: list[str]) -> None:
        self.url = f"http://{address}/ping"
        self.carrier = f"json://{address}/notice"
        self.heard = heard
        self.takes = True

    @property
    def beats(self) -> int:
        """How often it had a sign of life."""
        return sum(line.startswith("GET /ping") for line in self.heard)


class Life:
    """The sign of life of the town, looked at by hand on a clock that is turned by hand."""

    def __init__(self, town: Town, folder: Path, outside: Outside) -> None:
        self.outside = outside
        (folder / FILE).write_text(json.dumps({"address": outside.url, "every_seconds": 1}))
        (folder / FILE).chmod(0o600)
        services = {each.name: town.stack.url(each.name) for each in SERVICES}
        self._heartbeat = Heartbeat(folder, folder, services, lambda _: None, ONLY_HERE.asking())
        self._at = 0.0

    def after(self, seconds: float) -> Sequence[str]:
        """What stands still so much later."""
        self._at += seconds
        return self._heartbeat.look(self._at)

    async def withheld(self, expected: Sequence[str]) -> None:
        """Once exactly this stands still."""

        async def so() -> bool:
            return list(self.after(1)) == list(expected)

        await eventually(so)

    async def is_silent(self) -> None:
        """It does not tell the outside, however often it looks."""
        before = self.outside.beats
        assert all(self.after(1) for _ in range(3))
        assert self.outside.beats == before

    async def beats(self) -> None:
        """Once it tells the outside, and again."""
        before = self.outside.beats

        async def told() -> bool:
            self.after(1)
            return self.outside.beats > before + 1

        await eventually(told)


@pytest.fixture
def life(town: Town, tmp_path: Path) -> Iterator[Life]:
    with _outside() as outside:
        yield Life(town, tmp_path, outside)


@contextmanager
def _outside() -> Iterator[Outside]:
    heard: list[str] = []

    class Hears(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._hear("")
            self._answer(200)

        def do_POST(self) -> None:
            self._hear(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._answer(200 if outside.takes else 500)

        def _hear(self, body: str) -> None:
            heard.append(f"{self.command} {self.path} {self.headers} {body}")

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hears)
    outside = Outside(f"127.0.0.1:{server.server_port}", heard)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield outside
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def _held(town: Town, service: str, statement: str) -> Iterator[None]:
    """Rows that somebody holds and does not let go, as a process does that hangs."""
    with psycopg.connect(town.stack.admin_conninfo(service)) as connection:
        connection.execute(statement.encode())
        yield


async def _late_tip(visit: Visit) -> None:
    """Its deadline is missed at once, and the coordinator is told."""
    await visit.tip(age="child", received_at=visit.town.now - LATE)


def _addresses(town: Town) -> list[str]:
    return [town.stack.own_url(), *(town.stack.url(each.name) for each in SERVICES)]


def _scraped(address: str) -> str:
    return httpx.get(f"{address}/metrics", trust_env=False).text


def _names(text: str) -> set[str]:
    """Of metrics, also those that have nothing to tell at present."""
    lines = text.splitlines()
    families = {line.split()[2] for line in lines if line.startswith("# TYPE ")}
    return families | {line.partition("{")[0].partition(" ")[0] for line in lines if not line.startswith("#")}


def _shown(town: Town, case: str, *more: str) -> subprocess.CompletedProcess[str]:
    return town.muster("trace", case, *more, by=town.people["auditor"])


def _spans(tree: dict[str, Any], *above: str) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every span with the names that lead to it."""
    here = (*above, tree["span"]["name"])
    return [(here, tree["span"]), *(found for each in tree["led_to"] for found in _spans(each, *here))]
