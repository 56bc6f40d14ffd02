"""Traces: what one command led to, from service to service, though no stored event holds a byte for it.

A trace is a case: its id is the correlation id of the events. The span of an event's append has the last eight bytes
of the event's id. So the place of an event in its trace is read from what is stored: by a relay that was started again
or runs elsewhere, by a reader of the stream, by a timer that fires next year.

Span names are routes and names of events; attributes are references, positions and counts, never what was said.
"""

import random
import re
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Self
from uuid import UUID

import msgspec
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.status import Status, StatusCode

from services.kernel.batch import Stored
from services.kernel.messages import Incoming
from services.kernel.stored_form import Happening, Logged

TRACEPARENT = "traceparent"
_HEADER = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_SCOPE = InstrumentationScope("muster")
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_LAST_EIGHT_BYTES = (1 << 64) - 1
_UNSET, _FAILED = Status(StatusCode.UNSET), Status(StatusCode.ERROR)


class _Place(msgspec.Struct):
    event_id: UUID
    correlation_id: UUID


def context_of(case: UUID, event: UUID) -> SpanContext:
    """The span of an event's append."""
    return _context(case.int, event.int & _LAST_EIGHT_BYTES)


def traceparent_of(event: Logged) -> str:
    """The W3C header a message carries beside those of CloudEvents; empty for a row that is not of the stored form."""
    try:
        place = msgspec.json.decode(event.state, type=_Place)
    except msgspec.MsgspecError:
        return ""
    return f"00-{place.correlation_id.hex}-{place.event_id.hex[16:]}-01"


def cause_of(incoming: Incoming) -> SpanContext | None:
    """What led to an event's being here: as its message says, or as is stored where no message carried it."""
    found = _HEADER.fullmatch(incoming.traceparent or traceparent_of(incoming.notification))
    return _context(int(found[1], 16), int(found[2], 16)) if found else None


class Since:
    """A moment of the machine's clock to measure from; a stepped clock makes no span longer or shorter."""

    __slots__ = ("_began", "at")

    def __init__(self) -> None:
        self.at = time.time_ns()
        self._began = time.perf_counter_ns()

    def end(self) -> int:
        """Now, in nanoseconds since 1970."""
        return self.at + time.perf_counter_ns() - self._began


class Work:
    """One thing a service does: a request, a reaction, a timer. It is told which case it is about while it is done.

    Used as a context manager. Written when it has stored something, or failed: a question that was answered leaves no
    span.
    """

    def __init__(self, name: str, kind: SpanKind, cause: SpanContext | None, write: "Write | None") -> None:
        """Without `write`, nothing is measured."""
        self.name = name
        self.kind = kind
        self.attributes: dict[str, str | int] = {}
        self.stored = False
        self.failed = False
        self._write = write
        if write is not None:
            self.cause = cause
            self.trace = cause.trace_id if cause else 0
            self.span = _random_span()
            self.steps: list[tuple[str, int, int]] = []
            self.since = Since()

    def caused_by(self, case: UUID, event: UUID) -> None:
        """For what learns its cause only when it has begun."""
        if self._write is not None:
            self.cause = context_of(case, event)
            self.trace = case.int

    def __enter__(self) -> Self:
        if self._write is not None:
            self._before = _current.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        if self._write is not None:
            _current.reset(self._before)
            if self.stored or self.failed:
                self._write(self)


Write = Callable[[Work], None]

_current: ContextVar[Work | None] = ContextVar("work", default=None)


class Step:
    """A part of the present work, if there is one. Used as a context manager."""

    __slots__ = ("_name", "_since", "_work")

    def __init__(self, name: str, work: Work | None) -> None:
        self._name = name
        self._work = work

    def __enter__(self) -> None:
        if self._work is not None:
            self._since = Since()

    def __exit__(self, *_: object) -> None:
        if self._work is not None:
            self._work.steps.append((self._name, self._since.at, self._since.end()))


class Traces:
    """The spans of one service. Without processors nothing is measured and nothing is written."""

    def __init__(self, service: str = "", processors: Sequence[SpanProcessor] = ()) -> None:
        self._resource = Resource({"service.name": service})
        self._processors = tuple(processors)

    def work(self, name: str, kind: SpanKind = SpanKind.INTERNAL, cause: SpanContext | None = None) -> Work:
        """Something the service begins now."""
        return Work(name, kind, cause, self._write_work if self._processors else None)

    def step(self, name: str) -> Step:
        """A part of the present work that begins now."""
        return Step(name, _current.get() if self._processors else None)

    def reaction(self, follower: str, incoming: Incoming) -> Work:
        """What a follower does about an event."""
        cause = cause_of(incoming) if self._processors else None
        work = self.work(f"react {incoming.notification.topic}", SpanKind.CONSUMER, cause)
        work.attributes = {"muster.follower": follower, "muster.position": incoming.position}
        return work

    def appended(self, happenings: Sequence[Happening], stored: Stored, since: Since) -> None:
        """A span for each event that is durable now, below the work that stored it."""
        if not self._processors:
            return
        work = _current.get()
        if work is not None:
            work.stored = True
        end = since.end()
        for happening, position in zip(happenings, stored.ids, strict=True):
            case = happening.origin.correlation_id
            if work is not None and not work.trace:
                work.trace = case.int
            by = None if work is None else _context(work.trace, work.span)
            same = by is not None and by.trace_id == case.int
            self._write(
                f"append {happening.event.NAME}",
                context_of(case, happening.event_id),
                by if same else None,
                (since.at, end),
                attributes={"muster.position": position, "muster.appends_in_commit": stored.together},
                # An event of another case than the work is about: its trace points here.
                links=(Link(by),) if by is not None and not same else (),
            )

    def published(self, event: Logged, traceparent: str, since: Since) -> None:
        """The relay has the server's word that the message is kept."""
        found = _HEADER.fullmatch(traceparent) if self._processors else None
        if found is None:
            return
        of = _context(int(found[1], 16), int(found[2], 16))
        self._write(
            f"publish {event.topic}",
            _context(of.trace_id, _random_span()),
            of,
            (since.at, since.end()),
            SpanKind.PRODUCER,
            attributes={"muster.position": event.id},
        )

    def close(self) -> None:
        """Writes what is left. Blocks; a collector that does not answer may make it long."""
        for processor in self._processors:
            processor.shutdown()

    def _write_work(self, work: Work) -> None:
        own = _context(work.trace or random.getrandbits(128) or 1, work.span)
        for name, start, end in work.steps:
            self._write(name, _context(own.trace_id, _random_span()), own, (start, end))
        times = (work.since.at, work.since.end())
        self._write(work.name, own, work.cause, times, work.kind, work.attributes, failed=work.failed)

    def _write(
        self,
        name: str,
        context: SpanContext,
        parent: SpanContext | None,
        times: tuple[int, int],
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: dict[str, str | int] | None = None,
        links: Sequence[Link] = (),
        *,
        failed: bool = False,
    ) -> None:
        # Not by a tracer, which draws every id at random.
        span = ReadableSpan(
            name,
            context,
            parent,
            self._resource,
            attributes or {},
            (),
            links,
            kind,
            status=_FAILED if failed else _UNSET,
            start_time=times[0],
            end_time=times[1],
            instrumentation_scope=_SCOPE,
        )
        for processor in self._processors:
            processor.on_end(span)


OFF = Traces()


def _context(trace: int, span: int) -> SpanContext:
    return SpanContext(trace, span, is_remote=False, trace_flags=_SAMPLED)


def _random_span() -> int:
    return random.getrandbits(64) or 1
