"""What the forensic clinic tells the others. It names nobody: no patient, no nurse."""

from contracts.language import Code, Event, Moment, Reference


class ReportedKitSealed(Event, frozen=True, kw_only=True):
    """There is a sealed kit whose patient chose to report; of an unreported kit nothing is ever told.

    `stage` is where it is: clinic, law_enforcement or laboratory. A kit converted later is told of at conversion.
    """

    NAME = "forensic_clinic.reported_kit_sealed"

    kit: Reference
    tip: Reference
    stage: Code
    sealed_at: Moment
    reported_at: Moment


class KitHandedOver(Event, frozen=True, kw_only=True):
    """A reported kit was taken by the next stage: clinic, law_enforcement or laboratory."""

    NAME = "forensic_clinic.kit_handed_over"

    kit: Reference
    tip: Reference
    stage: Code
    handed_over_at: Moment


class KitResult(Event, frozen=True, kw_only=True):
    """`result` is tested, or outsourced to another laboratory. What was found is told to nobody here."""

    NAME = "forensic_clinic.kit_result"

    kit: Reference
    tip: Reference
    result: Code
    result_at: Moment


KIT_CONTRACT_EVENTS: tuple[type[Event], ...] = (ReportedKitSealed, KitHandedOver, KitResult)

FORENSIC_CLINIC_EVENTS: tuple[type[Event], ...] = (*KIT_CONTRACT_EVENTS,)
