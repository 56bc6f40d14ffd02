"""Traces: the place of an event is read from what is stored, what is written is OTLP, and nothing waits for it."""

import base64
import http.server
import json
import random
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import ClassVar
from uuid import UUID, uuid4

import msgspec
import pytest
from google.protobuf import json_format  # type: ignore[import-untyped]  # carries no types
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import SpanKind

from contracts.language import Personal
from services.kernel.follower import Follower, Reactions
from services.kernel.messages import Incoming
from services.kernel.settings import TraceSettings
from services.kernel.store import Change, Changes, EventStore
from services.kernel.stored_form import Happening, Logged
from services.kernel.trace_export import FileExporter, as_otlp, tracing
from services.kernel.traces import Since, Traces, cause_of, context_of, traceparent_of
from tests.kernel.toy import Counted, Kernel, Opened, Remarked, kernel, origin, registry
from tests.support.servers import Database


class Kept(SpanProcessor):
    """Keeps every span."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def on_start(self, span: Span, parent_context: object = None) -> None: ...

    def on_end(self, span: ReadableSpan) -> None:
        self.spans.append(span)

    def named(self, name: str) -> ReadableSpan:
        """The only one of that name."""
        (found,) = [span for span in self.spans if span.name == name]
        return found


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def traces(kept: Kept) -> Traces:
    return Traces("tips", [kept])


@pytest.fixture
async def running(database: Database, tmp_path: Path) -> AsyncIterator[Kernel]:
    async with kernel(database, tmp_path) as parts:
        yield parts


def traced(running: Kernel, traces: Traces) -> EventStore:
    return EventStore(running.recorder, running.log, registry(), running.keys, traces)


async def the_row(running: Kernel, position: int) -> Logged:
    (row,) = await running.log.between(position, position, 1)
    return row


async def test_the_place_of_an_event_in_its_trace_is_read_from_its_stored_bytes(
    running: Kernel, traces: Traces, kept: Kept
) -> None:
    with traces.work("POST /boxes", SpanKind.SERVER), traces.step("decide"):
        pass
    assert kept.spans == [], "what stored nothing leaves no span"
    with traces.work("POST /boxes", SpanKind.SERVER) as work:
        with traces.step("decide"):
            pass
        by = origin()
        await traced(running, traces).append(
            Changes([Change(uuid4(), 0, [Opened(colour="red"), Counted(things=2)])]), by, running.time.now()
        )
    assert [span.name for span in kept.spans] == [
        "append tips.box_opened",
        "append box.counted",
        "decide",
        "POST /boxes",
    ]
    row = await the_row(running, 1)
    request, appended = kept.named("POST /boxes"), kept.named("append tips.box_opened")
    assert request.context is not None
    assert request.context.trace_id == by.correlation_id.int
    assert request.context.span_id == work.span
    assert appended.parent == kept.named("decide").parent == request.context
    # A relay or reader of another process knows only the row.
    assert cause_of(Incoming("tips", row)) == appended.context
    assert cause_of(Incoming("tips", row, traceparent_of(row))) == appended.context
    assert traceparent_of(row) == f"00-{by.correlation_id.hex}-{work_span(appended)}-01"


def work_span(span: ReadableSpan) -> str:
    assert span.context is not None
    return f"{span.context.span_id:016x}"


async def test_an_event_of_another_case_is_in_that_cases_trace_and_points_back(
    running: Kernel, traces: Traces, kept: Kept
) -> None:
    other = uuid4()
    with traces.work("react somewhere"):
        changes = [
            Change(uuid4(), 0, [Opened(colour="red")]),
            Change(uuid4(), 0, [Counted(things=1)], case=other),
        ]
        await traced(running, traces).append(Changes(changes), origin(), running.time.now())
    away, work = kept.named("append box.counted"), kept.named("react somewhere")
    assert away.context is not None
    assert away.context.trace_id == other.int
    assert away.parent is None
    assert [link.context for link in away.links] == [work.context]


async def test_a_reaction_hangs_below_the_event_it_is_about_also_in_another_process(
    running: Kernel, traces: Traces, kept: Kept
) -> None:
    stored = await running.store.append(
        Changes([Change(uuid4(), 0, [Opened(colour="red")])]), origin(), running.time.now()
    )
    row = await the_row(running, stored.position)

    async def count(happening: Happening) -> Changes | None:
        return Changes([Change(uuid4(), 0, [Counted(things=1)])])

    reactions = Reactions(registry(), {Opened: [count]}, running.time, "service:tips", "none")
    store = traced(running, traces)
    follower = Follower("own", reactions, store, running.log, running.pool, running.time, traces=traces)
    await follower.take(Incoming("tips", row, "not a header"))
    assert kept.spans[-1].parent is None, "a header that cannot be read is no reason to fail"
    await Follower("other", reactions, store, running.log, running.pool, running.time, traces=traces).take(
        Incoming("tips", row)
    )
    reaction = kept.spans[-1]
    assert (reaction.name, reaction.parent) == ("react tips.box_opened", cause_of(Incoming("tips", row)))
    assert kept.spans[-3].parent == reaction.context
    assert dict(reaction.attributes or {}) == {"muster.follower": "other", "muster.position": 1}


async def test_what_is_parked_leaves_a_failed_span_that_says_nothing_of_why(
    running: Kernel, traces: Traces, kept: Kept
) -> None:
    stored = await running.store.append(
        Changes([Change(uuid4(), 0, [Opened(colour="red")])]), origin(), running.time.now()
    )

    async def fail(happening: Happening) -> Changes | None:
        raise ValueError("Example Child Marked")

    reactions = Reactions(registry(), {Opened: [fail]}, running.time, "service:tips", "none")
    follower = Follower("own", reactions, running.store, running.log, running.pool, running.time, traces=traces)
    await follower.take(Incoming("tips", await the_row(running, stored.position)))
    reaction = kept.named("react tips.box_opened")
    assert not reaction.status.is_ok
    assert not reaction.status.is_unset
    assert "Marked" not in msgspec.json.encode(as_otlp(kept.spans)).decode()


async def test_no_text_of_an_event_is_in_a_span(running: Kernel, traces: Traces, kept: Kept) -> None:
    remark = Remarked(about=Personal(uuid4(), "Example Child Marked"))
    opened = Opened(colour="a-colour-nobody-has")
    with traces.work("POST /boxes"):
        await traced(running, traces).append(
            Changes([Change(uuid4(), 0, [opened, remark])]), origin(), running.time.now()
        )
    written = msgspec.json.encode(as_otlp(kept.spans)).decode()
    assert "append box.remarked" in written
    assert "Marked" not in written
    assert "a-colour" not in written


def test_a_row_that_is_not_of_the_stored_form_has_no_place() -> None:
    for state in (b"", b"{}", b'{"event_id": 5}', b"\xff"):
        row = Logged(uuid4(), 1, "tips.box_opened", state, id=1)
        assert traceparent_of(row) == ""
        assert cause_of(Incoming("tips", row)) is None


def spans(count: int, kept: Kept, traces: Traces) -> Sequence[ReadableSpan]:
    kept.spans.clear()
    for number in range(count):
        with traces.work(f"work {number}", SpanKind.CONSUMER, context_of(uuid4(), uuid4())) as work:
            work.attributes = {"muster.position": number, "muster.follower": "own"}
            work.failed = number % 2 == 0
            work.steps.append(("decide", Since().at, Since().end()))
            work.stored = True
    return list(kept.spans)


def test_what_the_file_holds_is_what_a_collector_would_be_sent(kept: Kept, traces: Traces) -> None:
    given = spans(3, kept, traces)
    sent = json_format.MessageToDict(encode_spans(given), use_integers_for_enums=True)
    (scope,) = sent["resourceSpans"][0]["scopeSpans"]
    for span in scope["spans"]:
        del span["flags"]
        # OTLP's own JSON has ids in hex, protobuf's in base64.
        span |= {
            name: base64.b64decode(span[name]).hex() for name in span.keys() & {"traceId", "spanId", "parentSpanId"}
        }
        span.setdefault("attributes", [])
        if not span.get("status"):
            span.pop("status", None)
    assert json.loads(msgspec.json.encode(as_otlp(given))) == sent


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tips.jsonl"


def test_the_files_are_rotated_and_bounded_and_the_newest_spans_are_kept(
    file: Path, kept: Kept, traces: Traces
) -> None:
    exporter = FileExporter(file, file_bytes=20_000, files_kept=3)
    for _ in range(59):
        assert exporter.export(spans(5, kept, traces)) is SpanExportResult.SUCCESS
    with traces.work("the newest") as work:
        work.stored = True
    exporter.export(kept.spans[-1:])
    files = sorted(file.parent.glob("tips.jsonl*"))
    assert [each.name for each in files] == ["tips.jsonl", "tips.jsonl.1", "tips.jsonl.2"]
    assert sum(each.stat().st_size for each in files) <= 60_000
    assert not [each for each in files if each.stat().st_mode & 0o077]
    assert "the newest" in file.read_text()


class Collector(http.server.BaseHTTPRequestHandler):
    """Takes what it is sent, over OTLP's HTTP."""

    requests: ClassVar[list[tuple[str, bytes]]] = []

    def do_POST(self) -> None:
        self.requests.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


async def test_a_collector_whose_address_the_operator_gave_is_sent_the_same_as_the_file(tmp_path: Path) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    (tmp_path / "collector.url").write_text(f"http://127.0.0.1:{server.server_port}/v1/traces\n")
    try:
        async with tracing("tips", TraceSettings(tmp_path, tmp_path / "collector.url")) as traces:
            with traces.work("POST /boxes") as work:
                work.stored = True
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    ((path, body),) = Collector.requests
    assert path == "/v1/traces"
    assert b"POST /boxes" in body
    assert "POST /boxes" in (tmp_path / "tips.jsonl").read_text(), "what is left is written before the end"


def test_half_a_line_of_a_killed_process_costs_no_other(file: Path, kept: Kept, traces: Traces) -> None:
    file.write_text('{"resourceSpans": [{"resou')
    FileExporter(file).export(spans(1, kept, traces))
    assert json.loads(file.read_text().splitlines()[1])


def test_a_disk_that_takes_nothing_is_no_failure_of_the_service(
    tmp_path: Path, kept: Kept, traces: Traces, caplog: pytest.LogCaptureFixture
) -> None:
    exporter = FileExporter(tmp_path / "absent" / "tips.jsonl")
    for _ in range(3):
        assert exporter.export(spans(1, kept, traces)) is SpanExportResult.FAILURE
    assert [record.message for record in caplog.records] == ["traces not written"]
    (tmp_path / "absent").mkdir()
    assert exporter.export(spans(1, kept, traces)) is SpanExportResult.SUCCESS


def test_ids_are_never_nothing_whatever_is_drawn(monkeypatch: pytest.MonkeyPatch, kept: Kept, traces: Traces) -> None:
    monkeypatch.setattr(random, "getrandbits", lambda _: 0)
    with traces.work("work") as work:
        work.failed = True
    assert kept.spans[0].context is not None
    assert kept.spans[0].context.is_valid


async def test_without_processors_nothing_is_kept_and_everything_works(running: Kernel) -> None:
    off = Traces("tips")
    with off.work("POST /boxes") as work, off.step("decide"):
        await traced(running, off).append(
            Changes([Change(UUID(int=7), 0, [Opened(colour="red")])]), origin(), running.time.now()
        )
    assert not work.stored
    assert await running.log.last_position() == 1
