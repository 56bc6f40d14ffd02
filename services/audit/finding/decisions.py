"""What is a new finding, what stands already, and what is resolved. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.audit.finding.state import Finding, FindingKind, Findings

# Of these one stands for the others: a position that never came is also missing, a row moved also differs, and a log
# with another past has another fingerprint and other roots.
_ONE_MATTER = (
    frozenset({FindingKind.GAP, FindingKind.MISSING_HERE, FindingKind.SKIPPED}),
    frozenset({FindingKind.NOT_THE_SAME, FindingKind.REORDERED}),
    frozenset({FindingKind.REWRITTEN, FindingKind.ROOT_DIFFERS, FindingKind.FORKED}),
)
ABSENT = _ONE_MATTER[0]


class Span(NamedTuple):
    """Positions from `first` to `last` that are wrong in one way."""

    kind: FindingKind
    first: int
    last: int


def gap_before(tracked: int, position: int) -> Span | None:
    """What is missing when `position` arrives after `tracked`. Positions have no gaps where they are given."""
    return Span(FindingKind.GAP, tracked + 1, position - 1) if position > tracked + 1 else None


def uncovered(findings: Findings, spans: Iterable[Span]) -> Sequence[Span]:
    """What of `spans` no open finding tells of: nothing is found twice."""
    return [left for span in spans for left in _without(span, touched(findings, [span]))]


def touched(findings: Findings, spans: Sequence[Span]) -> Sequence[Finding]:
    """The open findings that `spans` show to stand still, in order of position."""
    if not spans:
        return ()
    low, high = min(span.first for span in spans), max(span.last for span in spans)
    near = [each for each in findings.open if each.first <= high and each.last >= low]
    found = [each for each in near if any(_same_matter(each, span) for span in spans)]
    return sorted(found, key=lambda each: each.first)


def was_declared(findings: Findings, span: Span) -> bool:
    """Whether two people declared all of it, as it was found then: the service's database was put back."""
    return any(
        each.kind == span.kind and each.first <= span.first <= span.last <= each.last for each in findings.restored
    )


def settled(findings: Findings, until: int, still: frozenset[int]) -> Sequence[Finding]:
    """Open findings at or before `until` that a reading up to there did not meet again. `still` are those it met."""
    return [each for each in findings.open if each.last <= until and each.number not in still]


def first_of(findings: Iterable[Finding]) -> Finding | None:
    """The one that comes first in the log."""
    return min(findings, key=lambda each: (each.first, each.number), default=None)


def _same_matter(finding: Finding, span: Span) -> bool:
    alike = finding.kind == span.kind or any({finding.kind, span.kind} <= matter for matter in _ONE_MATTER)
    return alike and finding.first <= span.last and finding.last >= span.first


def _without(span: Span, covering: Sequence[Finding]) -> Sequence[Span]:
    left = []
    first = span.first
    for each in covering:
        if each.first > first:
            left.append(Span(span.kind, first, each.first - 1))
        first = max(first, each.last + 1)
    if first <= span.last:
        left.append(Span(span.kind, first, span.last))
    return left
