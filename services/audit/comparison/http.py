"""Compares the copy with a service's own rows, asked for in the caller's own name."""

import asyncio
import base64
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx
import msgspec
from litestar import Controller, Request, Response, post
from litestar.exceptions import ServiceUnavailableException
from psycopg_pool import AsyncConnectionPool

from contracts.language import Event, InvalidValue
from services.audit.comparison.own_log import OwnLog
from services.audit.comparison.verifying import Beside, Pages, Read, Verification
from services.audit.copy.kept import Copy
from services.audit.finding.book import FINDINGS, findings_of
from services.audit.finding.events import CopyCompared, LogFingerprinted, TreeRecomputed
from services.audit.finding.state import Finding, Findings, evolve, severity_of
from services.audit.sources import NAMES, OWN
from services.audit.witness.heads import Heads, brought, log_keys
from services.audit.witness.recomputing import Recomputing
from services.kernel.http.commands import POSITION_HEADER, Commands, Decided, Intent
from services.kernel.http.problems import NeverAllowed, NotFound, NotSignedIn
from services.kernel.log import Log
from services.kernel.proof.leaves import Row
from services.kernel.store import Change, Changes, EventStore
from services.kernel.time_source import TimeSource

ANSWER_WITHIN_SECONDS = 20.0
TOLD_AT_ONCE = 100
MOST_BROUGHT = 200


class Compare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which service's log, and signed heads of it that were kept elsewhere, to hold it against."""

    source: str
    against: Annotated[list[str], msgspec.Meta(max_length=MOST_BROUGHT)] = []


class Met(msgspec.Struct, frozen=True, kw_only=True):
    """A finding about positions from `first` to `last`; `how` it was resolved, empty while it stands open."""

    number: int
    kind: str
    severity: str
    first: int
    last: int
    there: str
    here: str
    how: str


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Rows `there` and `here`, and the fingerprint of the log up to position `until`.

    `copied` is false for the audit service's own log. `findings` are those that stand open and those found or resolved
    since the time before, in the log's order, a hundred at most; `met` and `open` say how many there are. `same` when
    there are none. The tree of the log had the root of each of `heads` that were signed of it, up to the one of size
    `held`; `known` is the size of the largest there is.
    """

    source: str
    copied: bool
    there: int
    here: int
    until: int
    fingerprint: str
    same: bool
    met: int
    open: int
    heads: int
    held: int
    known: int
    findings: list[Met]
    heads_alone: bool = False
    """Whether the service gives its signed heads alone: then nothing is known here but that each continued the last."""


class _RawRow(msgspec.Struct, frozen=True):
    position: int
    stream: UUID
    version: int
    name: str
    state: str


@dataclass(frozen=True)
class Comparing:
    """What logs are compared with. One reading of a log at a time: two would only get into each other's way.

    The other services are asked at the addresses of `peers`, and known by `asking`; `logs` holds the keys they
    sign with.
    """

    copies: Mapping[str, Copy]
    peers: Mapping[str, str]
    asking: ssl.SSLContext
    store: EventStore
    time: TimeSource
    policy: str
    logs: Path | None
    reading: dict[str, asyncio.Lock] = field(default_factory=dict)

    def verification(self, source: str, pages: Pages, beside: Beside, tree: Recomputing) -> Verification:
        return Verification(source, pages, beside, tree, self.store, self.time, self.policy)

    def heads(self, source: str, pool: AsyncConnectionPool, against: Sequence[str]) -> Heads:
        """Raises `InvalidValue` for one brought that the service did not sign."""
        key = log_keys(self.logs).get(source) if self.logs and against else None
        return Heads(source, pool, brought(source, against, key))

    def one_at_a_time(self, source: str) -> asyncio.Lock:
        return self.reading.setdefault(source, asyncio.Lock())


class ComparisonController(Controller):
    """Row by row; what was found is put on record."""

    path = "/comparisons"
    tags = ["Comparison"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "compare_copy"}, status_code=200)
    async def compare(
        self,
        data: Compare,
        request: Request[Any, Any, Any],
        intent: Intent,
        commands: Commands,
        comparing: Comparing,
        events: Log,
        pool: AsyncConnectionPool,
    ) -> Response[Comparison]:
        """Reads the whole log of one service, and adds to the copy what it lacks. What differs stays as it is.

        Rows on their way are waited for some seconds. The audit service's own log has no copy; it is read for its
        order. The same key is answered with what was found the first time.
        """
        if data.source not in (*NAMES, OWN):
            raise InvalidValue("source", f"Name one of these services: {', '.join((*NAMES, OWN))}.")

        heads = comparing.heads(data.source, pool, data.against)
        alone = data.source != OWN and data.source not in comparing.copies

        async def decide(now: datetime) -> Decided:
            async with comparing.one_at_a_time(data.source):
                if alone:
                    read = await _heads_alone(data.source, comparing, heads)
                    return _decided(read, now)
                with Recomputing(heads) as tree:
                    authorization = request.headers.get("authorization", "")
                    read = await _read(data.source, authorization, comparing, tree, events, pool)
            return _decided(read, now)

        done, status = await commands.perform(intent, decide)
        happenings = await comparing.store.happenings(done.reference, until=done.version)
        answer = _answer(data.source, [each.event for each in happenings], heads_alone=alone)
        return Response(answer, status_code=status, headers={POSITION_HEADER: str(done.position)})


def _decided(read: Read, now: datetime) -> Decided:
    version = read.version + len(read.last_events)
    changes = Changes([Change(read.stream, read.version, read.last_events)])
    return Decided(changes, read.stream, version, read.stream, now)


async def _heads_alone(source: str, comparing: Comparing, heads: Heads) -> Read:
    """No row of it is asked for: it would be refused."""
    found = await comparing.store.load(FINDINGS, findings_of(source))
    last = [
        TreeRecomputed(source=source, heads=0, held=0, known=await heads.last()),
        LogFingerprinted(source=source, rows=0, position=0, fingerprint="", whole=False),
    ]
    return Read(found.id, found.version, last)


async def _read(
    source: str,
    authorization: str,
    comparing: Comparing,
    tree: Recomputing,
    events: Log,
    pool: AsyncConnectionPool,
) -> Read:
    if source == OWN:
        own = OwnLog(events, pool)
        return await comparing.verification(source, own.page, own, tree).read(copied=False)
    address = comparing.peers.get(source)
    if address is None:
        raise NotFound
    headers = {"Authorization": authorization}
    async with httpx.AsyncClient(
        base_url=address, verify=comparing.asking, headers=headers, timeout=ANSWER_WITHIN_SECONDS, trust_env=False
    ) as peer:

        async def page(after: int) -> Sequence[Row]:
            return await _rows_there(source, peer, after)

        return await comparing.verification(source, page, comparing.copies[source], tree).read(copied=True)


async def _rows_there(source: str, peer: httpx.AsyncClient, after: int) -> Sequence[Row]:
    try:
        answer = await peer.get("/operator/rows", params={"after": after})
    except httpx.TransportError as error:
        raise _unavailable(source) from error
    match answer.status_code:
        case 200:
            return _rows_in(source, answer.content)
        case 401:
            raise NotSignedIn
        case 403:
            raise NeverAllowed
        case _:
            raise _unavailable(source)


def _rows_in(source: str, content: bytes) -> Sequence[Row]:
    try:
        rows = msgspec.json.decode(content, type=list[_RawRow])
        return [Row(r.position, r.stream, r.version, r.name, base64.b64decode(r.state)) for r in rows]
    except ValueError as error:
        raise _unavailable(source) from error


def _unavailable(source: str) -> ServiceUnavailableException:
    return ServiceUnavailableException(
        detail=f"The service {source} does not answer just now, so its log was not compared. Try again in a moment."
    )


def _answer(source: str, events: Sequence[Event], *, heads_alone: bool) -> Comparison:
    """From the findings about a service as they stood when the reading was recorded, its two last events."""
    read = next((event for event in reversed(events) if isinstance(event, LogFingerprinted)), None)
    compared = next((event for event in reversed(events) if isinstance(event, CopyCompared)), None)
    tree = _recomputed(events)
    findings = reduce(evolve, events[:-1], Findings())
    met = sorted({each.number: each for each in (*findings.open, *findings.recent)}.values(), key=lambda f: f.first)
    return Comparison(
        source=source,
        copied=compared is not None,
        there=read.rows if read else compared.there if compared else 0,
        here=compared.here if compared else 0,
        until=read.position if read else 0,
        fingerprint=read.fingerprint if read else "",
        same=not met and not (compared and compared.difference),
        met=len(met),
        open=len(findings.open),
        heads=tree.heads if tree else 0,
        held=tree.held if tree else 0,
        known=tree.known if tree else 0,
        findings=[_met(each) for each in met[:TOLD_AT_ONCE]],
        heads_alone=heads_alone,
    )


def _recomputed(events: Sequence[Event]) -> TreeRecomputed | None:
    """Of the last reading, where anything was signed."""
    for event in reversed(events[:-1]):
        if isinstance(event, LogFingerprinted):
            return None
        if isinstance(event, TreeRecomputed):
            return event
    return None


def _met(finding: Finding) -> Met:
    return Met(
        number=finding.number,
        kind=finding.kind,
        severity=severity_of(finding.kind),
        first=finding.first,
        last=finding.last,
        there=finding.there,
        here=finding.here,
        how=finding.how,
    )
