"""What of the findings about a log a restore is about. Pure: no more than the rollback is ever cleared by it."""

from contracts.language import Event
from services.audit.finding.events import FindingResolved
from services.audit.finding.state import FindingKind, Findings, How
from services.audit.restore.state import Restore


def rolled_back(findings: Findings) -> list[tuple[int, int]]:
    """First and last position of each rollback that stands open."""
    return [(each.first, each.last) for each in findings.open if each.kind == FindingKind.ROLLED_BACK]


def cleared(findings: Findings, restore: Restore, source: str) -> list[Event]:
    """The rollback itself, and nothing else: what differs stays, in the same positions or elsewhere."""
    return [
        FindingResolved(source=source, number=each.number, how=How.RESTORED)
        for each in findings.open
        if each.kind == FindingKind.ROLLED_BACK and each.last <= restore.last and each.last >= restore.first - 1
    ]
