"""What an issuer's people grant, as a body for the service: with the hours and the check that the rule asks for."""

from collections.abc import Mapping

from contracts.jurisdictions import load_mississippi
from tests.support.running_service import Person

ISSUERS: Mapping[str, str] = {each.seat: each.issuers[0] for each in load_mississippi().seats}
"""Who certifies for which seat."""

ISSUING: Mapping[str, Person] = {
    agency: Person(("credential_issuer",), agency=agency) for agency in dict.fromkeys(ISSUERS.values())
}
"""Somebody of each issuer."""


def granted(kind: str, *, since: str = "2025-07-01", until: str = "2028-06-30") -> dict[str, object]:
    """A certificate of a kind for whole days."""
    rule = load_mississippi().credentials[kind]
    return {
        "kind": kind,
        "issuer": ISSUERS[kind],
        "valid_from": since,
        "valid_until": until,
        "training": [{"part": part.part, "hours": part.hours} for part in rule.parts],
        "background_checked_on": "2025-06-01" if rule.background_check else None,
    }
