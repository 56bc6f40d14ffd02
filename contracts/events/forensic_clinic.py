"""What the forensic clinic tells the others. It names nobody: no patient, no nurse."""

from contracts.language import Event

FORENSIC_CLINIC_EVENTS: tuple[type[Event], ...] = ()
