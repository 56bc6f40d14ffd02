"""Every event that one service publishes for others to rely on, by the service that publishes it."""

from collections.abc import Mapping, Sequence

from contracts.events.forensic_clinic import FORENSIC_CLINIC_EVENTS
from contracts.events.identity import IDENTITY_EVENTS
from contracts.events.prosecution import PROSECUTION_EVENTS
from contracts.events.rapid_assessment import RAPID_ASSESSMENT_EVENTS
from contracts.events.tips import TIPS_EVENTS
from contracts.language import Event

PUBLISHED: Mapping[str, Sequence[type[Event]]] = {
    "identity": IDENTITY_EVENTS,
    "tips": TIPS_EVENTS,
    "rapid_assessment": RAPID_ASSESSMENT_EVENTS,
    "forensic_clinic": FORENSIC_CLINIC_EVENTS,
    "prosecution": PROSECUTION_EVENTS,
    # What auditors read and find is told to nobody.
    "audit": (),
}
