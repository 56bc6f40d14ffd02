"""The copy compared with a service's own rows, and what is said when they differ."""

import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import msgspec
import psycopg
import pytest
from eventsourcing.persistence import Notification
from hypothesis import given
from hypothesis import strategies as st

from services.audit.comparison.comparing import Difference, Row, first_difference
from tests.services.audit.copied import publish, wait_for_copy
from tests.services.audit.given import a_tip, row
from tests.support.running_service import Person, RunningService

AUDITOR = Person(("auditor",), agency="AG-PID")
PAGE = 2


def test_the_same_rows_have_no_difference_in_whatever_order() -> None:
    rows = [Row(position, uuid4(), 1, "x", b"s") for position in range(1, 5)]
    assert first_difference(rows, list(reversed(rows))) == Difference("", 0)
    assert first_difference([], []) == Difference("", 0)


@given(st.integers(1, 9), st.sampled_from(["missing_here", "missing_there", "stream", "version", "name", "state"]))
def test_the_first_place_where_rows_differ_is_found(at: int, what: str) -> None:
    there = [Row(position, uuid4(), 1, "x", b"s") for position in range(1, 10)]
    here = list(there)
    if what == "missing_here":
        here = [each for each in here if each.position != at]
    elif what == "missing_there":
        there = [each for each in there if each.position != at]
    else:
        changed: Any = {"stream": uuid4(), "version": 2, "name": "y", "state": b"t"}[what]
        here[at - 1] = here[at - 1]._replace(**{what: changed})

    kind = what if what.startswith("missing") else "not_the_same"
    assert first_difference(there, here) == Difference(kind, at)  # type: ignore[arg-type]  # one of its words


class Peer:
    """Another service as far as a comparison asks it: its rows, a page at a time, for whoever may read them."""

    def __init__(self) -> None:
        self.rows: list[Notification] = []
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
def served(peer: Peer) -> Iterator[str]:
    """Its address."""

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
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
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
            peer.rows.append(Notification(uuid4(), 1, made.name, made.state, id=position))
            await publish(audit, "tips", peer.rows[-1])
        await wait_for_copy(audit, "tips", 5)
        yield peer


async def compare(audit: RunningService, who: Person = AUDITOR, key: str | None = None) -> dict[str, object]:
    answer = await audit.post("/comparisons", {"source": "tips"}, by=who, key=key)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


async def test_an_equal_copy_is_said_to_be_equal_and_the_comparison_is_on_record(
    audit: RunningService, tips: Peer
) -> None:
    found = await compare(audit)

    assert found == {"source": "tips", "there": 5, "here": 5, "same": True, "difference": "", "at": 0}
    assert len(set(tips.asked_with)) == 1
    assert str(tips.asked_with[0]).startswith("Bearer ")
    ((_, _, name, state),) = audit.rows()
    assert (name, state["data"]["there"], state["actor"]) == ("audit.copy_compared", 5, f"account:{AUDITOR.account}")


async def test_a_row_changed_behind_the_services_back_is_found(audit: RunningService, tips: Peer) -> None:
    old = tips.rows[3]
    tips.rows[3] = Notification(old.originator_id, 1, old.topic, old.state.replace(b"Hinds", b"Rankin"), id=old.id)
    found = await compare(audit)
    assert (found["same"], found["difference"], found["at"]) == (False, "not_the_same", 4)


async def test_a_row_that_never_reached_the_copy_is_found(audit: RunningService, tips: Peer) -> None:
    made = row(a_tip())
    tips.rows.append(Notification(uuid4(), 1, made.name, made.state, id=6))
    found = await compare(audit)
    assert (found["there"], found["here"], found["difference"], found["at"]) == (6, 5, "missing_here", 6)


async def test_rows_cut_from_the_end_of_the_services_log_are_found(audit: RunningService, tips: Peer) -> None:
    del tips.rows[3:]
    found = await compare(audit)
    assert (found["there"], found["here"], found["difference"], found["at"]) == (3, 5, "missing_there", 4)


async def test_rows_cut_from_the_middle_are_found_across_pages(audit: RunningService, tips: Peer) -> None:
    del tips.rows[1:3]
    found = await compare(audit)
    assert (found["there"], found["here"], found["difference"], found["at"]) == (3, 5, "missing_there", 2)


async def test_a_repeated_key_is_answered_with_what_was_found_first(audit: RunningService, tips: Peer) -> None:
    first = await compare(audit, key="the-same-key")
    tips.rows.clear()
    assert await compare(audit, key="the-same-key") == first
    assert audit.names() == ["audit.copy_compared"]


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
    assert (await audit.post("/comparisons", {"source": "tips"}, by=Person(("administrator",)))).status_code == 403
    assert (await audit.post("/comparisons", {"source": "elsewhere"}, by=AUDITOR)).status_code == 422
    assert (await audit.post("/comparisons", {"source": "tips"}, by=AUDITOR)).status_code == 404
    with psycopg.connect(audit.database.owner) as connection:
        assert connection.execute("SELECT count(*) FROM command_keys").fetchone() == (0,)
