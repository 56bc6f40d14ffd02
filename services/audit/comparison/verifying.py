"""Reads a service's log from its first row to its last, beside the copy of it, and keeps book of what is found."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import NamedTuple, Protocol
from uuid import UUID

from contracts.language import Event
from services.audit.comparison.comparing import (
    NOTHING,
    chained,
    declared_lost,
    differences,
    digest_of,
    out_of_time,
    unled,
)
from services.audit.finding.book import FINDINGS, findings_of, found_by_itself
from services.audit.finding.decisions import ABSENT, Span, first_of, settled, touched, uncovered
from services.audit.finding.events import (
    CopyCompared,
    FindingFound,
    FindingResolved,
    LogFingerprinted,
    TreeRecomputed,
)
from services.audit.finding.state import Finding, FindingKind, Findings, How, Vouched, evolve
from services.audit.witness.recomputing import Recomputing
from services.kernel.batch import Effect, EffectRefused, StaleVersion
from services.kernel.http.problems import Stale
from services.kernel.operations import LOST
from services.kernel.proof.leaves import Row
from services.kernel.store import Change, Changes, EventStore, Loaded
from services.kernel.stored_form import BadState
from services.kernel.time_source import TimeSource

PATIENCE_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 0.1
READ_LIMIT = 200
AGAIN_TIMES = 20

Pages = Callable[[int], Awaitable[Sequence[Row]]]
"""The rows of a log after a position, in order, some hundred at a time; none at its end."""


class Beside(Protocol):
    """What a log is read beside: the copy of it, or, for the audit service's own, itself."""

    async def reached(self) -> int: ...
    async def last(self) -> int: ...
    async def between(self, after: int, until: int, limit: int | None = None) -> Sequence[Row]: ...
    async def is_whole(self, finding: Finding, adding: Sequence[Row]) -> bool: ...
    async def elsewhere(self, rows: Sequence[Row]) -> frozenset[int]: ...
    async def unled(self, rows: Sequence[Row]) -> Sequence[int]: ...
    async def restored(self) -> Sequence[Span]: ...
    def keep(self, row: Row) -> Effect: ...


class Read(NamedTuple):
    """A log read through. `last_events` are to be recorded, after version `version`, with whoever had it read."""

    stream: UUID
    version: int
    last_events: Sequence[Event]


class Verification:
    """One reading of one log. A page of it is in memory at a time.

    What a page shows is recorded page by page, with the rows the copy lacked; rows that differ are left as they are.
    """

    def __init__(
        self,
        service: str,
        pages: Pages,
        beside: Beside,
        tree: Recomputing,
        store: EventStore,
        time: TimeSource,
        policy: str,
    ) -> None:
        self._service = service
        self._pages = pages
        self._beside = beside
        self._tree = tree
        self._store = store
        self._time = time
        self._policy = policy
        self._findings: Loaded[Findings] = Loaded(findings_of(service), Findings(), 0, None)
        self._still: frozenset[int] = frozenset()
        self._unkept: set[UUID] = set()
        self._restored: Sequence[Span] = ()
        self._there = self._here = 0
        self._digest = NOTHING
        self._vouched = Vouched()
        self._vouched_then = ""
        self._recorded_at: datetime | None = None
        self._patient_until: float | None = None
        self._came_to: int | None = None

    async def read(self, *, copied: bool) -> Read:
        """`copied` is false for the one log that nobody keeps a copy of."""
        await self._reload()
        # Kept: another reading may end meanwhile and vouch for a position that this one has passed.
        self._vouched = self._findings.state.vouched
        # Ours first: what the service appends meanwhile must not look like rows that only we have.
        last_here = await self._beside.last()
        await self._tree.begin()
        self._restored = await self._beside.restored()
        position = 0
        while rows := [row for row in await self._pages(position) if row.position > position]:
            await self._page(position, rows)
            position = rows[-1].position
        await self._beyond(position, last_here)
        events = self._of_the_whole(position) + self._resolved(min(position, self._limit(position)))
        findings = reduce(evolve, events, self._findings.state)
        if self._tree.known:
            events.append(self._recomputed())
        if copied:
            events.append(self._compared(findings))
        events.append(
            LogFingerprinted(
                source=self._service,
                rows=self._there,
                position=position,
                fingerprint=self._digest.hex(),
                whole=not findings.open,
            )
        )
        return Read(self._findings.id, self._findings.version, events)

    def _compared(self, findings: Findings) -> CopyCompared:
        first = first_of([*findings.recent, *findings.open])
        return CopyCompared(
            source=self._service,
            there=self._there,
            here=self._here,
            difference=first.kind if first else "",
            at=first.first if first else 0,
        )

    def _recomputed(self) -> TreeRecomputed:
        return TreeRecomputed(
            source=self._service, heads=self._tree.count, held=self._tree.held, known=self._tree.known
        )

    async def _page(self, after: int, rows: Sequence[Row]) -> None:
        self._there += len(rows)
        as_signed, lost = await self._as_signed(after, rows)
        for row in as_signed:
            self._digest = chained(self._digest, row)
            if row.position == self._vouched.position:
                self._vouched_then = self._digest.hex()
        await self._tree.add(as_signed, lost)
        late, self._recorded_at = out_of_time(self._recorded_at, rows)
        limit = await self._copied(rows[-1].position)
        known = [row for row in rows if row.position <= limit]
        await self._compare(after, min(rows[-1].position, limit), known, late)

    async def _as_signed(self, after: int, rows: Sequence[Row]) -> tuple[Sequence[Row], frozenset[int]]:
        """With what stood there in the place of what was declared lost: so it was signed, and stays in the tree."""
        lost = frozenset(row.position for row in rows if declared_lost(row, self._restored))
        if not lost:
            return rows, lost
        kept = {row.position: row for row in await self._beside.between(after, rows[-1].position)}
        return [kept.get(row.position, row) if row.position in lost else row for row in rows], lost

    async def _compare(self, after: int, until: int, theirs: Sequence[Row], late: Sequence[Span]) -> None:
        for _ in range(AGAIN_TIMES):
            ours = await self._beside.between(after, until) if until > after else ()
            kept = {row.position: row for row in ours}
            differing = [row for row in theirs if kept.get(row.position, row) != row]
            moved = await self._beside.elsewhere(differing) if differing else frozenset()
            spans = differences(after, until, theirs, ours, moved, self._restored)
            adding = self._to_add(spans, theirs)
            led = [row for row in unled(theirs) if row.stream not in self._unkept and row.name not in LOST]
            broken = await self._beside.unled(led) if led else ()
            alone = [Span(FindingKind.VERSION_SKIPPED, each, each) for each in broken]
            try:
                await self._record([*spans, *late, *alone], theirs, ours, adding)
            except (StaleVersion, EffectRefused):
                # The follower found or kept something of this page meanwhile.
                await self._reload()
                continue
            self._here += len(ours)
            return
        raise Stale

    async def _beyond(self, position: int, last_here: int) -> None:
        """Rows of the copy after the last of the log."""
        after = position
        while rows := await self._beside.between(after, last_here, READ_LIMIT):
            await self._compare(rows[0].position - 1, rows[-1].position, (), ())
            after = rows[-1].position

    async def _record(
        self, spans: Sequence[Span], theirs: Sequence[Row], ours: Sequence[Row], adding: Mapping[Row, Effect]
    ) -> None:
        """Raises `StaleVersion` or `EffectRefused` when the ground moved."""
        state = self._findings.state
        events: list[Event] = [
            self._found(span, digest_of(_within(span, theirs)), digest_of(_within(span, ours)))
            for span in uncovered(state, spans)
        ]
        after = reduce(evolve, events, state)
        if adding:
            absent = [span for span in spans if span.kind in ABSENT]
            events += [
                FindingResolved(source=self._service, number=each.number, how=How.ROWS)
                for each in touched(after, absent)
                if await self._beside.is_whole(each, list(adding))
            ]
        await self._append(events, list(adding.values()))
        added = {row.position for row in adding}
        left = [span for span in spans if not all(each in added for each in range(span.first, span.last + 1))]
        self._still |= {each.number for each in touched(self._findings.state, left)}

    def _to_add(self, spans: Sequence[Span], theirs: Sequence[Row]) -> Mapping[Row, Effect]:
        adding = {}
        for row in theirs:
            if any(span.kind == FindingKind.MISSING_HERE and span.first <= row.position <= span.last for span in spans):
                try:
                    adding[row] = self._beside.keep(row)
                except BadState:
                    self._unkept.add(row.stream)
        return adding

    async def _append(self, events: Sequence[Event], effects: Sequence[Effect]) -> None:
        if not events and not effects:
            return
        found = self._findings
        changes = Changes([Change(found.id, found.version, events)] if events else [], effects)
        await self._store.append(changes, found_by_itself(self._service, self._policy), self._time.now())
        state = reduce(evolve, events, found.state)
        self._findings = Loaded(found.id, state, found.version + len(events), found.case)

    def _found(self, span: Span, there: str, here: str) -> FindingFound:
        return FindingFound(
            source=self._service, kind=span.kind, first=span.first, last=span.last, there=there, here=here
        )

    def _of_the_whole(self, position: int) -> list[Event]:
        """What no page shows: that the copy does not come on, and that the log's past is another than it was."""
        state = self._findings.state
        digests = {FindingKind.REWRITTEN: (self._vouched_then, self._vouched.fingerprint)}
        spans = []
        if position > self._limit(position):
            spans.append(Span(FindingKind.BEHIND, self._limit(position) + 1, position))
        if self._vouched_then != self._vouched.fingerprint:
            spans.append(Span(FindingKind.REWRITTEN, 1, self._vouched.position))
        if (differs := self._tree.differs) is not None:
            spans.append(Span(FindingKind.ROOT_DIFFERS, differs.first, differs.head.size))
            digests[FindingKind.ROOT_DIFFERS] = (differs.root.hex(), differs.head.root.hex())
        if self._tree.rolled_back(position):
            spans.append(Span(FindingKind.ROLLED_BACK, position + 1, self._tree.known))
        self._still |= {each.number for each in touched(state, spans)}
        return [self._found(span, *digests.get(span.kind, ("", ""))) for span in uncovered(state, spans)]

    def _resolved(self, until: int) -> list[Event]:
        return [
            FindingResolved(source=self._service, number=each.number, how=How.SEEN_WHOLE)
            for each in settled(self._findings.state, until, self._still)
        ]

    async def _copied(self, position: int) -> int:
        """Up to where the copy is looked at. Rows still on the road are waited for, but not for ever."""
        if self._came_to is not None:
            return self._came_to
        loop = asyncio.get_running_loop()
        while (reached := await self._beside.reached()) < position:
            self._patient_until = self._patient_until or loop.time() + PATIENCE_SECONDS
            if loop.time() >= self._patient_until:
                self._came_to = reached
                return reached
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        return position

    def _limit(self, position: int) -> int:
        return position if self._came_to is None else self._came_to

    async def _reload(self) -> None:
        self._findings = await self._store.load(FINDINGS, self._findings.id)


def _within(span: Span, rows: Sequence[Row]) -> Iterator[Row]:
    return (row for row in rows if span.first <= row.position <= span.last)
