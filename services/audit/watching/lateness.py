"""When a copy is late: rows of the log wait, and for some seconds none has come. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from services.audit.finding.decisions import Span
from services.audit.finding.state import Finding, FindingKind, Findings

LATE_AFTER_SECONDS = 3.0


class Standstill(NamedTuple):
    """The copy has come to `reached`, with more of the log to come, and that was first seen at `since` (seconds)."""

    reached: int
    since: float


def standing_still(before: Standstill | None, reached: int, last: int, now: float) -> Standstill | None:
    """None where the copy has all, or came on since the last look. The log ends at `last`."""
    if last <= reached:
        return None
    return before if before is not None and before.reached == reached else Standstill(reached, now)


def overdue(standstill: Standstill | None, now: float) -> bool:
    """Whether it has stood for so long that somebody is told."""
    return standstill is not None and now - standstill.since >= LATE_AFTER_SECONDS


def late(standstill: Standstill | None, findings: Findings, last: int, now: float) -> Sequence[Span]:
    """What is to be found: one finding a standstill, however much more waits in the end."""
    if standstill is None or not overdue(standstill, now):
        return ()
    span = Span(FindingKind.BEHIND, standstill.reached + 1, last)
    told = any(stands(each, standstill.reached) for each in findings.open)
    return () if told else [span]


def stands(finding: Finding, reached: int) -> bool:
    """Whether it says that the copy is late, and the copy has not come so far yet."""
    return finding.kind == FindingKind.BEHIND and finding.last > reached


def come(findings: Findings, reached: int) -> Sequence[int]:
    """The numbers of those that were late, and have come."""
    return [each.number for each in findings.open if each.kind == FindingKind.BEHIND and each.last <= reached]
