"""Puts on record what is found by itself, once, whoever else finds something at the same moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contracts.language import Event
from services.audit.finding.book import FINDINGS, findings_of, found_by_itself
from services.audit.finding.decisions import Span, uncovered
from services.audit.finding.events import FindingFound, FindingResolved
from services.audit.finding.state import Findings, How
from services.kernel.batch import StaleVersion
from services.kernel.http.problems import Stale
from services.kernel.store import Change, Changes, EventStore
from services.kernel.time_source import TimeSource

AGAIN_TIMES = 5

Digests = Callable[[Span], tuple[str, str]]
"""What the service and what the copy hold of positions, as digests; empty where that is nothing."""


def unknown(_findings: Findings, _span: Span) -> bool:
    """Nothing is known but by the findings that stand open."""
    return False


@dataclass(frozen=True)
class Recording:
    """`policy` is on record with what is found. Raises `Stale` where others find things about the log all the time."""

    store: EventStore
    time: TimeSource
    policy: str

    async def found(
        self, source: str, spans: Sequence[Span], digests: Digests, known: Callable[[Findings, Span], bool] = unknown
    ) -> bool:
        """What of `spans` no open finding tells of and is not `known` otherwise; whether there was anything new."""
        return await self._record(
            source,
            lambda findings: [
                FindingFound(
                    source=source,
                    kind=left.kind,
                    first=left.first,
                    last=left.last,
                    there=digests(left)[0],
                    here=digests(left)[1],
                )
                for left in uncovered(findings, [span for span in spans if not known(findings, span)])
            ],
        )

    async def resolved(self, source: str, numbers: Callable[[Findings], Sequence[int]], how: How) -> bool:
        """Of the open findings, those; whether there were any."""
        return await self._record(
            source,
            lambda findings: [FindingResolved(source=source, number=each, how=how) for each in numbers(findings)],
        )

    async def open(self, source: str) -> Findings:
        """As they stand."""
        return (await self.store.load(FINDINGS, findings_of(source))).state

    async def _record(self, source: str, events_of: Callable[[Findings], Sequence[Event]]) -> bool:
        for _ in range(AGAIN_TIMES):
            loaded = await self.store.load(FINDINGS, findings_of(source))
            events = events_of(loaded.state)
            if not events:
                return False
            try:
                changes = Changes([Change(loaded.id, loaded.version, events)])
                await self.store.append(changes, found_by_itself(source, self.policy), self.time.now())
            except StaleVersion:
                continue
            return True
        raise Stale
