"""Rules and reference tables of a state, as dated data, and the pure questions asked of them.

Load once when a process starts (`load_state`); everything loaded is frozen.
"""

from contracts.jurisdictions.access import SharePurpose, SharingRules
from contracts.jurisdictions.agencies import Agency, Condition, Role
from contracts.jurisdictions.areas import Area, area_on_file, counties_in, distance_km
from contracts.jurisdictions.charging import Charging, Limitation, Offence
from contracts.jurisdictions.clocks import ClockRule, DutyRule, WaitingRule
from contracts.jurisdictions.county import County
from contracts.jurisdictions.errors import DataRefused, UnknownCounty, UnknownRule
from contracts.jurisdictions.evidence import EvidenceWindow
from contracts.jurisdictions.exam import AgeBand, Consent, ExamRules, NurseCertificate, Planning, TravelRules
from contracts.jurisdictions.house import (
    LOCAL,
    load_mississippi,
    load_mississippi_charging,
    load_state,
    load_state_charging,
)
from contracts.jurisdictions.jurisdiction import Jurisdiction
from contracts.jurisdictions.ladder import LadderRule, Rung
from contracts.jurisdictions.planning import travel_time
from contracts.jurisdictions.reporting import DutyPart, ReportingDuty, Setting, StateLines
from contracts.jurisdictions.routing import AgencyToTell, Routing, conditions, prosecutor_of, route, whom_to_tell
from contracts.jurisdictions.screening import Indicator, Instrument
from contracts.jurisdictions.serving import circuit_of
from contracts.jurisdictions.team import CredentialKind, Language, ResponderRules, Seat, TaskForce, TrainingPart
from contracts.jurisdictions.tip import Channel
from contracts.jurisdictions.unusual import UnusualReading, UnusualRule

__all__ = [
    "LOCAL",
    "AgeBand",
    "Agency",
    "AgencyToTell",
    "Area",
    "Channel",
    "Charging",
    "ClockRule",
    "Condition",
    "Consent",
    "County",
    "CredentialKind",
    "DataRefused",
    "DutyPart",
    "DutyRule",
    "EvidenceWindow",
    "ExamRules",
    "Indicator",
    "Instrument",
    "Jurisdiction",
    "LadderRule",
    "Language",
    "Limitation",
    "NurseCertificate",
    "Offence",
    "Planning",
    "ReportingDuty",
    "ResponderRules",
    "Role",
    "Routing",
    "Rung",
    "Seat",
    "Setting",
    "SharePurpose",
    "SharingRules",
    "StateLines",
    "TaskForce",
    "TrainingPart",
    "TravelRules",
    "UnknownCounty",
    "UnknownRule",
    "UnusualReading",
    "UnusualRule",
    "WaitingRule",
    "area_on_file",
    "circuit_of",
    "conditions",
    "counties_in",
    "distance_km",
    "load_mississippi",
    "load_mississippi_charging",
    "load_state",
    "load_state_charging",
    "prosecutor_of",
    "route",
    "travel_time",
    "whom_to_tell",
]
