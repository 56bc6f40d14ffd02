"""Rules and reference tables of a state, as dated data, and the pure questions asked of them.

Load once when a process starts (`load_mississippi`); everything loaded is frozen.
"""

from contracts.jurisdictions.charging import Charging, Limitation, Offence
from contracts.jurisdictions.errors import DataRefused, UnknownCounty, UnknownRule
from contracts.jurisdictions.loader import load_mississippi, load_mississippi_charging
from contracts.jurisdictions.model import (
    AgeBand,
    Agency,
    Channel,
    ClockRule,
    Consent,
    County,
    CredentialKind,
    DutyPart,
    DutyRule,
    ExamRules,
    Indicator,
    Jurisdiction,
    NurseCertificate,
    ReportingDuty,
    Role,
    Seat,
    Setting,
    SharePurpose,
    SharingRules,
)
from contracts.jurisdictions.routing import AgencyToTell, Routing, route, whom_to_tell

__all__ = [
    "AgeBand",
    "Agency",
    "AgencyToTell",
    "Channel",
    "Charging",
    "ClockRule",
    "Consent",
    "County",
    "CredentialKind",
    "DataRefused",
    "DutyPart",
    "DutyRule",
    "ExamRules",
    "Indicator",
    "Jurisdiction",
    "Limitation",
    "NurseCertificate",
    "Offence",
    "ReportingDuty",
    "Role",
    "Routing",
    "Seat",
    "Setting",
    "SharePurpose",
    "SharingRules",
    "UnknownCounty",
    "UnknownRule",
    "load_mississippi",
    "load_mississippi_charging",
    "route",
    "whom_to_tell",
]
