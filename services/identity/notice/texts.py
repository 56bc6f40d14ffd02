"""What notices about accounts and incidents say: that there is something to open. No name, no agency, no account."""

from collections.abc import Mapping
from uuid import UUID

from services.identity.account.closing import RULE as CLOSED_LATE
from services.identity.attestation.attestations import RULE as ATTESTATION
from services.identity.incident.incidents import RULE as INCIDENT

WORDS: Mapping[tuple[str, bool], str] = {
    (ATTESTATION, False): "Accounts wait for your answer whether they are still needed. Open Muster now.",
    (ATTESTATION, True): "Accounts were not answered for in time. Open Muster now.",
    (CLOSED_LATE, True): "An account was live after its holder had left. Open Muster.",
}
"""Of accounts, by the rule and whether it was missed."""

REPORTED = "A security incident was reported. Open {origin}/incidents/{incident} now."


def text_of(rule: str, about: UUID, origin: str, *, missed: bool) -> str:
    """In time or late, an incident is told in the same words; the link says its reference."""
    return REPORTED.format(origin=origin, incident=about) if rule == INCIDENT else WORDS[rule, missed]
