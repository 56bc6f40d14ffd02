"""What the forensic clinic tells the others. It names nobody: no patient, no nurse."""

from typing import Annotated

from contracts.language import Code, Event, Flag, Measure, Moment, Reference, classified

Positions = Annotated[tuple[int, ...], classified("measure")]
Roles = Annotated[tuple[str, ...], classified("code")]


class ExamRequested(Event, frozen=True, kw_only=True):
    """Somebody of the case is to be examined at a clinic (an agency id). No time is settled yet."""

    NAME = "forensic_clinic.exam_requested"

    exam: Reference
    tip: Reference
    clinic: Code


class ExamBooked(Event, frozen=True, kw_only=True):
    """The exam has its time, a nurse certified for it and a room; who and which stay with the clinic."""

    NAME = "forensic_clinic.exam_booked"

    exam: Reference
    tip: Reference
    clinic: Code
    since: Moment
    until: Moment


class ExamUnbooked(Event, frozen=True, kw_only=True):
    """The booked time was given up. The exam is still to be done, and waits for another."""

    NAME = "forensic_clinic.exam_unbooked"

    exam: Reference
    tip: Reference


class ExamCompleted(Event, frozen=True, kw_only=True):
    """The exam ended at `completed_at`, however late that is typed in."""

    NAME = "forensic_clinic.exam_completed"

    exam: Reference
    tip: Reference
    completed_at: Moment


class ExamCancelled(Event, frozen=True, kw_only=True):
    """There will be no exam. `cause` is clinic, or patient: whoever consents said no."""

    NAME = "forensic_clinic.exam_cancelled"

    exam: Reference
    tip: Reference
    cause: Code


class ExamMoved(Event, frozen=True, kw_only=True):
    """The exam is to be done at another clinic (an agency id) than was asked first."""

    NAME = "forensic_clinic.exam_moved"

    exam: Reference
    tip: Reference
    clinic: Code


class ExamPressing(Event, frozen=True, kw_only=True):
    """Somebody must look at an exam now: tell these roles. A role stands alone, or as that of one agency.

    `why` is no_slot (no time is free before evidence is lost), no_sure_slot (none before it may be), moved_up (a time
    that came free is held), standby_ended, nurse_gone (she cannot come) or nurse_unfit (no certificate covers it).
    """

    NAME = "forensic_clinic.exam_pressing"

    exam: Reference
    tip: Reference
    why: Code
    told: Roles


EXAM_CONTRACT_EVENTS: tuple[type[Event], ...] = (
    ExamRequested,
    ExamBooked,
    ExamUnbooked,
    ExamCompleted,
    ExamCancelled,
    ExamMoved,
)


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


class KitDutyPressing(Event, frozen=True, kw_only=True):
    """What the law asks for with a reported kit is running out, or with `missed` has run out: tell these roles.

    A role stands alone, or as that of one agency: "clinic_coordinator of BRIDGE".
    """

    NAME = "forensic_clinic.kit_duty_pressing"

    kit: Reference
    tip: Reference
    rule: Code
    citation: Code
    missed: Flag
    told: Roles


class KitDecisionPressing(Event, frozen=True, kw_only=True):
    """What was proposed about a reported kit waits for a prosecutor's assent: tell these roles, each as of its office.

    `decision` is no_test, or destruction. Why it is proposed is told to nobody here.
    """

    NAME = "forensic_clinic.kit_decision_pressing"

    kit: Reference
    tip: Reference
    decision: Code
    told: Roles


class LegacyKitPressing(Event, frozen=True, kw_only=True):
    """Somebody must look at a reported kit from before this record, which is of no case: tell these roles.

    `why` is duty_warned or duty_missed, of the rule with its citation, or decision_waits, of neither. A role stands
    alone, or as that of one agency.
    """

    NAME = "forensic_clinic.legacy_kit_pressing"

    kit: Reference
    why: Code
    rule: Code
    citation: Code
    told: Roles


class CensusPressing(Event, frozen=True, kw_only=True):
    """The count of kits of a day found what no count before it had found, or what was settled and is not gone.

    `told` are those of the agencies that must look, once each: what was found, of which kit, they see in the census.
    """

    NAME = "forensic_clinic.census_pressing"

    count: Reference
    told: Roles


KIT_CONTRACT_EVENTS: tuple[type[Event], ...] = (
    ReportedKitSealed,
    KitHandedOver,
    KitResult,
    KitDutyPressing,
    KitDecisionPressing,
    LegacyKitPressing,
)


class KeysDestroyed(Event, frozen=True, kw_only=True):
    """By the court's order `order` nothing opens here any more that was sealed under `keys` keys of the person.

    They had sealed `fields` texts, in the events at these `positions` of this service's log.
    """

    NAME = "forensic_clinic.keys_destroyed"

    order: Reference
    tip: Reference
    keys: Measure
    fields: Measure
    positions: Positions


FORENSIC_CLINIC_EVENTS: tuple[type[Event], ...] = (
    *EXAM_CONTRACT_EVENTS,
    ExamPressing,
    *KIT_CONTRACT_EVENTS,
    CensusPressing,
    KeysDestroyed,
)
