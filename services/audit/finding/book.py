"""Where the findings about a service are kept, found again without asking anyone."""

from uuid import UUID, uuid4, uuid5

from services.audit.finding.state import Findings, evolve
from services.kernel.store import Kind
from services.kernel.stored_form import Origin

FINDINGS = Kind("findings", Findings(), evolve)
_HOUSE = UUID("6d757374-6572-4a75-8469-740000000000")


def findings_of(service: str) -> UUID:
    """One stream a service."""
    return uuid5(_HOUSE, service)


def found_by_itself(service: str, policy: str) -> Origin:
    """What the audit service finds or mends, whoever had it look."""
    return Origin(
        actor="service:audit",
        agency="",
        command_id=uuid4(),
        causation_id=None,
        correlation_id=findings_of(service),
        policy=policy,
    )
