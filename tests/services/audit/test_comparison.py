"""The copy compared with a service's own rows, and what is said when they differ."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import msgspec
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.comparison import verifying
from services.audit.comparison.comparing import differences, digest_of, out_of_time, unled
from services.audit.finding.decisions import Span
from services.audit.finding.state import FindingKind
from services.kernel.listening import place
from services.kernel.proof.leaves import Row
from services.kernel.stored_form import Logged
from tests.services.audit.copied import copied, publish, wait_for_copy
from tests.services.audit.given import EVENING, a_tip, row
from tests.support.running_service import Person, RunningService

AUDITOR = Person(("auditor",), agency="AG-PID")
PAGE = 2


def log_of(count: int) -> list[Row]:
    return [Row(position, uuid4(), 1, "x", b"s") for position in range(1, count + 1)]


def test_the_same_rows_have_no_difference_in_whatever_order() -> None:
    rows = log_of(4)
    assert differences(0, 4, rows, list(reversed(rows)), ()) == []
    assert differences(0, 0, [], [], ()) == []


@given(st.integers(1, 9), st.sampled_from(["missing_here", "missing_there", "stream", "version", "name", "state"]))
def test_the_place_where_rows_differ_is_found(at: int, what: str) -> None:
    there = log_of(9)
    here = list(there)
    if what == "missing_here":
        here = [each for each in here if each.position != at]
    elif what == "missing_there":
        there = [each for each in there if each.position != at]
    else:
        changed: Any = {"stream": uuid4(), "version": 2, "name": "y", "state": b"t"}[what]
        here[at - 1] = here[at - 1]._replace(**{what: changed})

    kind = FindingKind(what) if what.startswith("missing") else FindingKind.NOT_THE_SAME
    assert differences(0, 9, there, here, ()) == [Span(kind, at, at)]


@given(st.sets(st.integers(1, 30)), st.sets(st.integers(1, 30)), st.sets(st.integers(1, 30)), st.integers(0, 5))
def test_every_position_is_told_of_once_and_in_one_way(
    lost: set[int], cut: set[int], changed: set[int], after: int
) -> None:
    rows = log_of(30)[after:]
    there = [row for row in rows if row.position not in cut]
    here = [row._replace(name="y") if row.position in changed else row for row in rows if row.position not in lost]

    told: dict[int, FindingKind] = {}
    for span in differences(after, 30, there, here, ()):
        for position in range(span.first, span.last + 1):
            assert position not in told
            told[position] = span.kind

    expected = {}
    for position in range(after + 1, 31):
        if position in lost and position in cut:
            expected[position] = FindingKind.SKIPPED
        elif position in lost:
            expected[position] = FindingKind.MISSING_HERE
        elif position in cut:
            expected[position] = FindingKind.MISSING_THERE
        elif position in changed:
            expected[position] = FindingKind.NOT_THE_SAME
    assert told == expected


def test_a_position_far_ahead_is_one_gap_however_far() -> None:
    far = Row(10**15, uuid4(), 1, "x", b"s")
    assert differences(0, far.position, [far], [far], ()) == [Span(FindingKind.SKIPPED, 1, 10**15 - 1)]


@given(st.lists(st.tuples(st.text(), st.binary()), min_size=1, max_size=4), st.data())
def test_two_logs_have_one_digest_only_when_they_are_the_same(
    written: list[tuple[str, bytes]], data: st.DataObject
) -> None:
    rows = [Row(at, uuid4(), 1, name, state) for at, (name, state) in enumerate(written, 1)]
    at = data.draw(st.integers(0, len(rows) - 1))
    other = rows[at]._replace(name=rows[at].name + "a", state=rows[at].state[:-1])
    assert digest_of(rows) == digest_of(list(rows))
    assert digest_of([*rows[:at], other, *rows[at + 1 :]]) != digest_of(rows)
    assert digest_of(rows[:-1]) != digest_of(rows)


def test_bytes_moved_from_one_field_to_the_next_are_another_row() -> None:
    one = Row(1, uuid4(), 1, "ab", b"c")
    assert digest_of([one]) != digest_of([one._replace(name="a", state=b"bc")])


def test_a_row_recorded_before_its_predecessor_is_out_of_time() -> None:
    early = row(a_tip(), recorded_at=EVENING)
    late = row(a_tip(), recorded_at=EVENING + timedelta(seconds=1))
    rows = [Row(1, uuid4(), 1, "x", late.state), Row(2, uuid4(), 1, "x", early.state)]
    assert out_of_time(None, rows) == ([Span(FindingKind.OUT_OF_TIME, 2, 2)], EVENING)
    assert out_of_time(EVENING, rows[1:]) == ([], EVENING)
    assert out_of_time(None, [Row(1, uuid4(), 1, "x", b"not of the stored form")]) == ([], None)


def test_a_version_without_the_one_before_it_is_asked_for_elsewhere() -> None:
    stream = uuid4()
    rows = [Row(4, stream, 3, "x", b""), Row(5, stream, 4, "x", b""), Row(6, uuid4(), 1, "x", b"")]
    assert unled(rows) == [rows[0]]


class Peer:
    """Another service as far as a comparison asks it: its rows, a page at a time, for whoever may read them."""

    def __init__(self) -> None:
        self.rows: list[Logged] = []
        self.status = 200
        self.asked_with: list[str | None] = []

    def page(self, after: int) -> bytes:
        """As the kernel serves it."""
        found = [each for each in self.rows if each.id > after][:PAGE]
        return msgspec.json.encode(
            [
                {
                    "position": each.id,
                    "stream": str(each.originator_id),
                    "version": each.originator_version,
                    "name": each.topic,
                    "state": base64.b64encode(each.state).decode(),
                }
                for each in found
            ]
        )


@contextmanager
def served(peer: Peer, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """Its address; by TLS with a context."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            peer.asked_with.append(self.headers["Authorization"])
            after = int(parse_qs(urlsplit(self.path).query)["after"][0])
            body = peer.page(after) if peer.status == 200 else b"{}"
            self.send_response(peer.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Tests need no second log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield place("127.0.0.1", server.server_port, secure=context is not None)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
async def tips(audit: RunningService) -> AsyncIterator[Peer]:
    """A tips service with five rows, all of them in the copy."""
    peer = Peer()
    with served(peer) as address:
        audit.settings.peers["tips"] = address
        for position in range(1, 6):
            made = row(a_tip())
            peer.rows.append(Logged(uuid4(), 1, made.name, made.state, id=position))
            await publish(audit, "tips", peer.rows[-1])
        await wait_for_copy(audit, "tips", 5)
        yield peer


async def compare(audit: RunningService, who: Person = AUDITOR, key: str | None = None) -> dict[str, Any]:
    answer = await audit.post("/comparisons", {"source": "tips"}, by=who, key=key)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def places(found: dict[str, Any]) -> list[tuple[str, int, int, str]]:
    return [(each["kind"], each["first"], each["last"], each["how"]) for each in found["findings"]]


async def test_an_equal_copy_is_said_to_be_equal_and_the_comparison_is_on_record(
    audit: RunningService, tips: Peer
) -> None:
    found = await compare(audit)

    fingerprint = found.pop("fingerprint")
    assert found == {
        "source": "tips",
        "copied": True,
        "there": 5,
        "here": 5,
        "until": 5,
        "same": True,
        "met": 0,
        "open": 0,
        "heads": 0,
        "heads_alone": False,
        "held": 0,
        "known": 0,
        "findings": [],
    }
    assert len(set(tips.asked_with)) == 1
    assert str(tips.asked_with[0]).startswith("Bearer ")
    (_, _, name, compared), (_, _, _, read) = audit.happened()
    assert (name, compared["data"]["there"], compared["actor"]) == (
        "audit.copy_compared",
        5,
        f"account:{AUDITOR.account}",
    )
    assert (read["data"]["fingerprint"], read["data"]["whole"]) == (fingerprint, True)


async def test_a_row_that_never_reached_the_copy_and_that_nothing_followed_is_waited_for_and_then_found(
    audit: RunningService, tips: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "PATIENCE_SECONDS", 0.2)
    made = row(a_tip())
    tips.rows.append(Logged(uuid4(), 1, made.name, made.state, id=6))
    found = await compare(audit)
    assert (found["there"], found["here"], found["same"]) == (6, 5, False)
    assert places(found) == [("behind", 6, 6, "")]
    assert places(await compare(audit)) == [("behind", 6, 6, "")]

    await publish(audit, "tips", tips.rows[-1])
    await wait_for_copy(audit, "tips", 6)

    assert places(await compare(audit)) == [("behind", 6, 6, "seen_whole")]
    assert (await compare(audit))["same"]


async def test_rows_on_their_way_are_waited_for_and_no_finding(audit: RunningService, tips: Peer) -> None:
    made = row(a_tip())
    tips.rows.append(Logged(uuid4(), 1, made.name, made.state, id=6))
    comparing = asyncio.create_task(compare(audit))
    await asyncio.sleep(0)
    await publish(audit, "tips", tips.rows[-1])
    found = await comparing
    assert (found["there"], found["here"], found["same"]) == (6, 6, True)


async def test_rows_cut_from_the_end_of_the_services_log_are_found(audit: RunningService, tips: Peer) -> None:
    whole = list(tips.rows)
    del tips.rows[3:]
    found = await compare(audit)
    assert (found["there"], found["here"]) == (3, 5)
    assert places(found) == [("missing_there", 4, 5, "")]
    tips.rows[:] = whole
    assert places(await compare(audit)) == [("missing_there", 4, 5, "seen_whole")]


async def test_rows_cut_from_the_middle_are_found_across_pages(audit: RunningService, tips: Peer) -> None:
    del tips.rows[1:3]
    found = await compare(audit)
    assert (found["there"], found["here"]) == (3, 5)
    assert places(found) == [("missing_there", 2, 3, "")]


async def test_a_log_begun_anew_is_found_to_lack_everything(
    audit: RunningService, tips: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "READ_LIMIT", 3)
    assert (await compare(audit))["same"]
    tips.rows.clear()
    assert places(await compare(audit)) == [
        ("missing_there", 1, 3, ""),
        ("rewritten", 1, 5, ""),
        ("missing_there", 4, 5, ""),
    ]


async def test_a_row_the_copy_cannot_read_stays_a_finding_and_its_stream_is_not_blamed(
    audit: RunningService, tips: Peer
) -> None:
    stream = uuid4()
    made = row(a_tip())
    unreadable = Logged(stream, 1, made.name, b'{"event_id": "1"}', id=6)
    tips.rows += [unreadable, Logged(stream, 2, made.name, made.state, id=7)]
    tips.rows.append(Logged(uuid4(), 1, made.name, row(a_tip()).state, id=8))
    await publish(audit, "tips", tips.rows[-1])
    await wait_for_copy(audit, "tips", 6)

    assert places(await compare(audit)) == [("gap", 6, 7, "")]
    assert [position for position, _, _ in copied(audit, "tips")] == [1, 2, 3, 4, 5, 7, 8]
    assert places(await compare(audit)) == [("gap", 6, 7, "")]


async def test_what_is_not_rows_is_no_answer(
    audit: RunningService, tips: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tips, "page", lambda _: b'[{"position": "two"}]')
    assert (await audit.post("/comparisons", {"source": "tips"}, by=AUDITOR)).status_code == 503
    assert audit.names() == []


async def test_a_repeated_key_is_answered_with_what_was_found_first(audit: RunningService, tips: Peer) -> None:
    first = await compare(audit, key="the-same-key")
    tips.rows.clear()
    assert await compare(audit, key="the-same-key") == first
    assert audit.names() == ["audit.copy_compared", "audit.log_fingerprinted"]


async def test_comparisons_at_once_find_one_thing_once(audit: RunningService, tips: Peer) -> None:
    old = tips.rows[2]
    tips.rows[2] = Logged(old.originator_id, 1, old.topic, old.state.replace(b"Hinds", b"Rankin"), id=old.id)
    found = await asyncio.gather(*(compare(audit) for _ in range(5)))
    assert all(places(each) == [("not_the_same", 3, 3, "")] for each in found)
    assert audit.names().count("audit.finding_found") == 1
    assert audit.names().count("audit.log_fingerprinted") == 5


@pytest.mark.parametrize(("theirs", "ours"), [(401, 401), (403, 403), (404, 503), (500, 503)])
async def test_what_the_service_refuses_is_passed_on_and_nothing_is_recorded(
    audit: RunningService, tips: Peer, theirs: int, ours: int
) -> None:
    tips.status = theirs
    answer = await audit.post("/comparisons", {"source": "tips"}, by=AUDITOR)
    assert answer.status_code == ours, answer.text
    assert audit.names() == []


async def test_a_service_that_is_down_is_said_to_be_down(audit: RunningService) -> None:
    audit.settings.peers["identity"] = "http://127.0.0.1:1"
    answer = await audit.post("/comparisons", {"source": "identity"}, by=AUDITOR)
    assert answer.status_code == 503
    assert "identity does not answer" in answer.json()["detail"]
    assert answer.headers["Retry-After"]


async def test_only_auditors_compare_and_only_known_logs(audit: RunningService) -> None:
    assert (await audit.post("/comparisons", {"source": "tips"}, by=Person(("operator",)))).status_code == 403
    assert (await audit.post("/comparisons", {"source": "elsewhere"}, by=AUDITOR)).status_code == 422
    assert (await audit.post("/comparisons", {"source": ""}, by=AUDITOR)).status_code == 422
    assert (await audit.post("/comparisons", {"source": "tips"}, by=AUDITOR)).status_code == 404
    with psycopg.connect(audit.database.owner) as connection:
        assert connection.execute("SELECT count(*) FROM command_keys").fetchone() == (0,)
