"""Where spans go: a file of the service's own, rotated and bounded, and a collector when the operator runs one."""

import asyncio
import logging
import os
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import INVALID_SPAN_CONTEXT

from services.kernel.settings import TraceSettings
from services.kernel.traces import Traces

FILE_BYTES = 8_000_000
FILES_KEPT = 4
# The file's last second is lost when the process is killed.
WRITE_EVERY_MILLISECONDS = 1_000
QUEUE_LIMIT = 8_192
# Written by a thread: a larger batch would keep the event loop waiting for the interpreter.
BATCH_LIMIT = 128
COLLECTOR_ANSWERS_WITHIN_SECONDS = 5.0
CLOSE_WITHIN_SECONDS = 3.0

log = logging.getLogger(__name__)


class FileExporter(SpanExporter):
    """Appends batches as lines of OTLP's own JSON, which a collector can read later.

    Never in the way: where the disk is full, spans are lost, and the log says so once.
    """

    def __init__(self, file: Path, *, file_bytes: int = FILE_BYTES, files_kept: int = FILES_KEPT) -> None:
        self._file = file
        self._file_bytes = file_bytes
        self._files_kept = files_kept
        # A killed process, or a full disk, may have left half a line.
        self._torn = True
        self._failing = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """One line for all of them."""
        line = msgspec.json.encode(as_otlp(spans)) + b"\n"
        try:
            self._append(b"\n" + line if self._torn else line)
        except OSError as error:
            self._torn = True
            if not self._failing:
                log.warning("traces not written", extra={"why": type(error).__name__})
            self._failing = True
            return SpanExportResult.FAILURE
        self._torn = self._failing = False
        return SpanExportResult.SUCCESS

    def _append(self, line: bytes) -> None:
        if self._file.exists() and self._file.stat().st_size + len(line) > self._file_bytes:
            self._rotate()
        opened = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            if os.write(opened, line) != len(line):
                raise OSError("only a part was written")
        finally:
            os.close(opened)

    def _rotate(self) -> None:
        names = [self._file, *(Path(f"{self._file}.{number}") for number in range(1, self._files_kept))]
        for older, newer in reversed(list(zip(names[1:], names[:-1], strict=True))):
            if newer.exists():
                newer.replace(older)


class Value(msgspec.Struct, frozen=True, omit_defaults=True, gc=False, rename="camel"):
    """OTLP writes whole numbers as text too."""

    int_value: str | None = None
    string_value: str | None = None


class Attribute(msgspec.Struct, frozen=True, gc=False):
    """A name and what it stands for."""

    key: str
    value: Value


class LinkTo(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A span of another trace."""

    trace_id: str
    span_id: str


class Line(msgspec.Struct, frozen=True, omit_defaults=True, gc=False, rename="camel"):
    """A span as OTLP writes it in JSON: ids in hex, nanoseconds as text."""

    trace_id: str
    span_id: str
    name: str
    kind: int
    start_time_unix_nano: str
    end_time_unix_nano: str
    attributes: list[Attribute]
    parent_span_id: str | None = None
    links: list[LinkTo] | None = None
    status: dict[str, int] | None = None


def as_otlp(spans: Sequence[ReadableSpan]) -> dict[str, Any]:
    """The spans of one service as a line of OTLP's file format."""
    scopes = [{"scope": {"name": "muster"}, "spans": [_line(span) for span in spans]}]
    resource = {"attributes": _attributes(spans[0].resource.attributes)} if spans else {}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": scopes}]}


def _line(span: ReadableSpan) -> Line:
    context, parent = span.context or INVALID_SPAN_CONTEXT, span.parent
    return Line(
        f"{context.trace_id:032x}",
        f"{context.span_id:016x}",
        span.name,
        # OTLP counts its kinds from one.
        span.kind.value + 1,
        str(span.start_time),
        str(span.end_time),
        _attributes(span.attributes or {}),
        None if parent is None else f"{parent.span_id:016x}",
        [LinkTo(f"{to.trace_id:032x}", f"{to.span_id:016x}") for to in (link.context for link in span.links)] or None,
        None if span.status.is_unset else {"code": span.status.status_code.value},
    )


def _attributes(attributes: Mapping[str, Any]) -> list[Attribute]:
    return [
        Attribute(name, Value(str(value)) if isinstance(value, int) else Value(None, str(value)))
        for name, value in attributes.items()
    ]


def processors_of(service: str, settings: TraceSettings | None) -> list[SpanProcessor]:
    """None without settings: then nothing is traced."""
    if settings is None:
        return []
    exporters: list[SpanExporter] = [FileExporter(settings.folder / f"{service}.jsonl")]
    if settings.collector_file.exists():
        # Here, since a house without a collector need not hold it in memory.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

        endpoint = settings.collector_file.read_text().strip()
        exporters.append(OTLPSpanExporter(endpoint, timeout=COLLECTOR_ANSWERS_WITHIN_SECONDS))
    return [BatchSpanProcessor(each, QUEUE_LIMIT, WRITE_EVERY_MILLISECONDS, BATCH_LIMIT) for each in exporters]


@asynccontextmanager
async def tracing(service: str, settings: TraceSettings | None) -> AsyncIterator[Traces]:
    """The service's traces, from start-up to shut-down."""
    traces = Traces(service, processors_of(service, settings))
    try:
        yield traces
    finally:
        # In a thread that may be left behind: a collector that does not answer must not hold up the end.
        closing = threading.Thread(target=traces.close, daemon=True)
        closing.start()
        await asyncio.to_thread(closing.join, CLOSE_WITHIN_SECONDS)
