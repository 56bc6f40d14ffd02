"""Keeps every row of another service's log as it is, in order; notes what never came, and keeps it when it comes."""

from collections.abc import Sequence

import msgspec

from contracts.language import Event
from services.audit.comparison.comparing import declared_lost, digest_of
from services.audit.copy.kept import Copy
from services.audit.finding.book import FINDINGS, findings_of, found_by_itself
from services.audit.finding.decisions import ABSENT, Span, gap_before, touched, uncovered
from services.audit.finding.events import FindingFound, FindingResolved, GapFound
from services.audit.finding.state import FindingKind, Findings, How
from services.kernel.batch import Effect
from services.kernel.follower import Reacted
from services.kernel.messages import Incoming
from services.kernel.operations import LOST, LogWentBack
from services.kernel.proof.leaves import Row
from services.kernel.store import Change, Changes, EventStore, Loaded
from services.kernel.time_source import TimeSource


class Copying:
    """The process that copies `source`. `policy` is on record with what it finds."""

    def __init__(self, source: str, copy: Copy, store: EventStore, time: TimeSource, policy: str) -> None:
        self._source = source
        self._copy = copy
        self._store = store
        self._time = time
        self._policy = policy

    async def __call__(self, incoming: Incoming) -> Reacted | None:
        """Raises `BadState`. What stands in the copy already is never overwritten."""
        row = _row(incoming)
        reached = await self._copy.reached()
        if row.position <= reached:
            return await self._again(row)
        gap = gap_before(reached, row.position)
        if gap is None:
            return self._reacted((), [self._copy.keep(row)])
        loaded = await self._findings()
        found = [
            GapFound(source=self._source, after=left.first - 1, before=left.last + 1)
            for left in uncovered(loaded.state, [gap])
        ]
        return self._reacted(self._change(loaded, found), [self._copy.keep(row)])

    async def _again(self, row: Row) -> Reacted | None:
        """A row that was missing, one that differs from what was kept, or, as a rule, nothing new."""
        if row.name in LOST:
            return await self._went_back(row)
        standing = await self._copy.between(row.position - 1, row.position)
        if not standing:
            return await self._late(row)
        if standing[0] == row:
            return None
        loaded = await self._findings()
        found = [
            FindingFound(
                source=self._source,
                kind=left.kind,
                first=left.first,
                last=left.last,
                there=digest_of([row]),
                here=digest_of(standing),
            )
            for left in uncovered(loaded.state, [Span(FindingKind.NOT_THE_SAME, row.position, row.position)])
        ]
        return self._reacted(self._change(loaded, found), ()) if found else None

    async def _went_back(self, row: Row) -> Reacted | None:
        """The log says that it lost what stands here: found once, by the first row that says so."""
        if row.name != LogWentBack.NAME or declared_lost(row, await self._copy.restored()):
            return None
        known = msgspec.json.decode(row.state, type=_State).data.known
        loaded = await self._findings()
        found = [
            FindingFound(source=self._source, kind=left.kind, first=left.first, last=left.last, there="", here="")
            for left in uncovered(loaded.state, [Span(FindingKind.ROLLED_BACK, row.position, known)])
        ]
        return self._reacted(self._change(loaded, found), ()) if found else None

    async def _late(self, row: Row) -> Reacted:
        keep = [self._copy.keep(row)]
        # Rows that come again come in order: only the last of those that were missing can make a finding whole.
        if await self._lacks(row.position + 1):
            return self._reacted((), keep)
        loaded = await self._findings()
        resolved = [
            FindingResolved(source=self._source, number=each.number, how=How.ROAD)
            for each in touched(loaded.state, [Span(kind, row.position, row.position) for kind in ABSENT])
            if await self._copy.is_whole(each, [row])
        ]
        return self._reacted(self._change(loaded, resolved), keep)

    async def _lacks(self, position: int) -> bool:
        return position <= await self._copy.reached() and not await self._copy.between(position - 1, position)

    async def _findings(self) -> Loaded[Findings]:
        return await self._store.load(FINDINGS, findings_of(self._source))

    @staticmethod
    def _change(loaded: Loaded[Findings], events: Sequence[Event]) -> Sequence[Change]:
        return [Change(loaded.id, loaded.version, events)] if events else ()

    def _reacted(self, streams: Sequence[Change], effects: Sequence[Effect]) -> Reacted:
        return Reacted(Changes(streams, effects), found_by_itself(self._source, self._policy), self._time.now())


class _Data(msgspec.Struct):
    known: int


class _State(msgspec.Struct):
    data: _Data


def _row(incoming: Incoming) -> Row:
    event = incoming.notification
    return Row(event.id, incoming.stream, event.originator_version, event.topic, event.state)
