"""What of FHIR is answered here, as clients ask for it at `metadata`."""

from collections.abc import Sequence
from typing import Any

from services.forensic_clinic.fhir.resources import VERSION

STATED = "2026-11-30"
"""The day on which what it says was last changed."""

_DATES = "by eq, ge, gt, le and lt, a day in the state's time or a time with its zone"


def capability(address: str) -> dict[str, Any]:
    """A CapabilityStatement; `address` is that of the FHIR interface."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": STATED,
        "kind": "instance",
        "fhirVersion": VERSION,
        "format": ["application/fhir+json"],
        "software": {"name": "Muster"},
        "implementation": {"description": "Muster: times of a forensic clinic", "url": address},
        "rest": [
            {
                "mode": "server",
                "documentation": (
                    "Read and search. References to practitioners, locations and patients are opaque; no patient is"
                    " named or referred to. What the caller may not see is answered as if it were not there."
                ),
                "security": {"description": "A bearer token of the house's identity service; it holds for a minute."},
                "resource": [
                    _resource("Schedule", [("actor", "reference", "Practitioner/… or Location/…"),
                                           ("date", "date", f"within its planning horizon, {_DATES}")]),
                    _resource("Slot", [("schedule", "reference", "Schedule/…"), ("status", "token", "one or several"),
                                       ("start", "date", f"{_DATES}; without it, 31 days from now")]),
                    _resource("Appointment", [("actor", "reference", "Practitioner/… or Location/…"),
                                              ("date", "date", f"of its start, {_DATES}"),
                                              ("status", "token", "one or several, with a comma between")]),
                ],
            }
        ],
    }  # fmt: skip


def _resource(kind: str, params: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    return {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
        "searchParam": [{"name": name, "type": type_, "documentation": said} for name, type_, said in params],
    }
