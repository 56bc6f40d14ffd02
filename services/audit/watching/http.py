"""Compares its copy with a log that asks for it, block by block, and keeps book of what differs and of what is late."""

import asyncio
import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from litestar import Controller, Request, post
from psycopg_pool import AsyncConnectionPool

from services.audit.comparison.comparing import differences, digest_of
from services.audit.copy.kept import Copy
from services.audit.finding.decisions import Span
from services.audit.finding.recording import Recording
from services.audit.finding.state import How
from services.audit.watching.lateness import Standstill, come, late, overdue, standing_still, stands
from services.audit.watching.recomputing import Recomputing
from services.audit.witness.heads import log_keys
from services.kernel.http.problems import Malformed, NeverAllowed, NotFound
from services.kernel.proof.blocks import (
    BLOCK,
    Compare,
    Held,
    LostFrom,
    Show,
    blocks_between,
    changes_in,
    digests_of_copy,
)
from services.kernel.proof.leaves import Row
from services.kernel.proof.notes import is_vouched_for
from services.kernel.proof.witnessing import VOUCHED

Q = TypeVar("Q", Compare, Show, LostFrom)


@dataclass
class Seen:
    """Of one log, since this process began. `begun` is when the reading that goes on began, at the log's first row."""

    whole_since: float
    begun: float | None = None
    until: int = 0
    standstill: Standstill | None = None
    late: bool = True
    """Whether a finding may stand open that says so."""


@dataclass
class Watching:
    """What logs are compared with when they ask. `keys` is the folder of what they sign with."""

    keys: Path | None
    pool: AsyncConnectionPool
    copies: Mapping[str, Copy]
    recording: Recording
    recomputing: Recomputing
    seen: dict[str, Seen] = field(default_factory=dict)
    asked: dict[str, tuple[int, dict[int, str]]] = field(default_factory=dict)
    """Up to where each log last asked, and what the digests of each block were, there and here."""
    told: dict[tuple[str, int], str] = field(default_factory=dict)
    """Those of blocks whose rows were shown, so that they are shown once: what is wrong with them stands found."""

    async def compare(self, source: str, asked: Compare) -> Held:
        """Raises `Malformed` where it asks for what the copy has not come to."""
        copy = self.copies[source]
        reached = await copy.reached()
        after = asked.first * BLOCK
        blocks = blocks_between(after, asked.until)
        if asked.until > reached or len(blocks) != len(asked.digests):
            raise Malformed("This asks for rows that are not in the copy yet, or for others than it has digests of.")
        # Counted first: what is changed while the digests are made is counted the next time.
        changes = await changes_in(self.pool, "copied_events")
        own = await digests_of_copy(self.pool, source, after, asked.until) if blocks else ()
        differ = {
            n: f"{there} {here}" for n, there, here in zip(blocks, asked.digests, own, strict=True) if there != here
        }
        self.asked[source] = asked.until, differ
        for block in blocks:
            if block not in differ:
                # Whole again: should it be changed the same way once more, that is another matter.
                self.told.pop((source, block), None)
        differing = [n for n, digests in differ.items() if self.told.get((source, n)) != digests]
        await self._look_at_time(source, asked, reached)
        return Held(reached, changes, differing)

    async def shown(self, source: str, asked: Show) -> None:
        """Rows of a block that differs: what differs in them is found. Raises `Malformed`."""
        copy = self.copies[source]
        theirs = list(_rows(asked))
        if asked.until > await copy.reached() or asked.until - asked.after > BLOCK:
            raise Malformed("These rows are not in the copy yet, or are too many.")
        ours = await copy.between(asked.after, asked.until)
        kept = {row.position: row for row in ours}
        differing = [row for row in theirs if kept.get(row.position, row) != row]
        moved = await copy.elsewhere(differing) if differing else frozenset()
        restored = await copy.restored()
        spans = differences(asked.after, asked.until, theirs, ours, moved, restored)
        await self.recording.found(
            source, spans, lambda span: (digest_of(_within(span, theirs)), digest_of(_within(span, ours)))
        )
        until, differ = self.asked.get(source, (0, {}))
        block = asked.after // BLOCK
        if (asked.after, asked.until) == (block * BLOCK, min(until, (block + 1) * BLOCK)):
            self.told[source, block] = differ.get(block, "")

    async def lost(self, source: str, first: int) -> Sequence[bytes]:
        """Raises `NotFound`."""
        for span in await self.copies[source].restored():
            if span.first <= first <= span.last:
                return await self.recomputing.leaves_from(source, first, span.last)
        raise NotFound

    async def _look_at_time(self, source: str, asked: Compare, reached: int) -> None:
        now = asyncio.get_running_loop().time()
        seen = self.seen.setdefault(source, Seen(whole_since=now))
        after = asked.first * BLOCK
        if not after:
            seen.begun = now
        elif after != seen.until:
            seen.begun = None
        seen.until = asked.until
        if asked.until >= reached and seen.begun is not None:
            seen.whole_since = seen.begun
        seen.standstill = standing_still(seen.standstill, reached, asked.last, now)
        if not seen.late and not overdue(seen.standstill, now):
            return
        findings = await self.recording.open(source)
        spans = late(seen.standstill, findings, asked.last, now)
        if spans:
            await self.recording.found(source, spans, lambda _: ("", ""))
        # While more comes in all the time there may be no moment at which it has all: each is over for itself.
        if come(findings, reached):
            await self.recording.resolved(source, lambda known: come(known, reached), How.ROAD)
        seen.late = bool(spans) or any(stands(each, reached) for each in findings.open)

    async def compared(self) -> Mapping[tuple[str], float]:
        """How old the last whole comparison of each log is, in seconds, of those that asked. For a metric."""
        now = asyncio.get_running_loop().time()
        return {(source,): now - seen.whole_since for source, seen in self.seen.items()}


class WatchingController(Controller):
    """Whoever asks is known by the signature of the log, as when it asks to be countersigned."""

    path = "/witness"
    tags = ["Witness"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/compare", opt={"action": "countersign"}, status_code=200)
    async def compare(self, request: Request[Any, Any, Any], watching: Watching) -> Held:
        """Which of these blocks of the log are others in the copy; the log then shows their rows."""
        source, asked = await _asked(request, watching, Compare)
        return await watching.compare(source, asked)

    @post("/lost", opt={"action": "countersign"}, status_code=200)
    async def lost(self, request: Request[Any, Any, Any], watching: Watching) -> list[str]:
        """The leaves, in base64, of what stood in a log that was put back: as many as are made, once it is declared.

        404 for positions of which that was not declared. A wrong one would show in the next head, which is not signed.
        """
        source, asked = await _asked(request, watching, LostFrom)
        return [base64.b64encode(each).decode() for each in await watching.lost(source, asked.first)]

    @post("/rows", opt={"action": "countersign"}, status_code=204)
    async def rows(self, request: Request[Any, Any, Any], watching: Watching) -> None:
        """The log's rows of a block that differs; in what they do is put on record. Nothing is changed by it."""
        source, asked = await _asked(request, watching, Show)
        await watching.shown(source, asked)


async def _asked(request: Request[Any, Any, Any], watching: Watching, kind: type[Q]) -> tuple[str, Q]:
    """Raises `Malformed`, `NotFound` for a log that is not copied here, `NeverAllowed` for what it did not sign."""
    body = await request.body()
    try:
        asked = msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise Malformed("This is no question of a log to its witness.") from error
    keys = log_keys(watching.keys) if watching.keys else {}
    for source, key in keys.items():
        if source in watching.copies and key.name == asked.origin:
            if not is_vouched_for(body, request.headers.get(VOUCHED, ""), key):
                raise NeverAllowed
            return source, asked
    raise NotFound


def _rows(asked: Show) -> Iterator[Row]:
    """In order, within what it is said to be. Raises `Malformed`."""
    position = asked.after
    for each in asked.rows:
        if not position < each.position <= asked.until:
            raise Malformed("These rows are not in order, or not those they are said to be.")
        position = each.position
        try:
            yield each.row
        except ValueError as error:
            raise Malformed("The state of a row is no base64.") from error


def _within(span: Span, rows: Sequence[Row]) -> Iterator[Row]:
    return (row for row in rows if span.first <= row.position <= span.last)
