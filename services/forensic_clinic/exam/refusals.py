"""Why a command on an exam is refused, and which rules somebody may answer for breaking."""

from enum import StrEnum


class ExamRefusal(StrEnum):
    """Why a command on an exam is refused."""

    ENDED = "exam_ended"
    BOOKED = "exam_booked"
    NOT_BOOKED = "exam_not_booked"
    NOTHING_KEPT = "nothing_kept"
    NURSE_NOT_AVAILABLE = "nurse_not_available"
    NURSE_NOT_CERTIFIED = "nurse_not_certified"
    ROOM_NOT_AVAILABLE = "room_not_available"
    NURSE_TAKEN = "nurse_taken"
    ROOM_TAKEN = "room_taken"
    PATIENT_TAKEN = "patient_taken"
    HELPER_NOT_AVAILABLE = "helper_not_available"
    HELPER_TAKEN = "helper_taken"
    REST_TOO_SHORT = "rest_too_short"
    TOO_MANY_HOURS = "too_many_hours"
    NO_RULE_BROKEN = "no_rule_broken"
    ON_STANDBY = "on_standby"
    NOT_ON_STANDBY = "not_on_standby"
    TIME_IS_KEPT = "time_is_kept"
    NO_CONSENT = "no_consent"
    NOT_SHOWN_ADULT = "not_shown_adult"


class Breakable(StrEnum):
    """Rules that a booking may break, with a reason on record. A double booking is none, nor who is kept out."""

    STATED_HOURS = "stated_hours"
    CERTIFICATE_LAPSES = "certificate_lapses"
    REST = "rest"
    HOURS_A_DAY = "hours_a_day"
