"""Whether an exam may be in a slot: what nobody can answer for, and which rules somebody may break with a reason. Pure.

That nothing is taken twice is the database's to keep; what is taken as far as one can see is refused here in words.
Rest and the hours of a day are reckoned on what is booked as far as one can see, too: a booking of the same moment
makes it be decided again (`cases.rested`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from contracts.jurisdictions import AgeBand, ExamRules
from contracts.language import EARLIEST, InvalidValue, Refused
from contracts.periods import Period, covers
from services.forensic_clinic.exam.ground import Examiner, Ground
from services.forensic_clinic.exam.hours import busiest_day, rests
from services.forensic_clinic.exam.refusals import Breakable, ExamRefusal
from services.forensic_clinic.exam.state import Exam, Slot

ADULT = "adult"
FURTHEST = timedelta(days=366)
SHORTEST = timedelta(minutes=15)


def refuse_slot(exam: Exam, slot: Slot, ground: Ground, rules: ExamRules, now: datetime) -> None:
    """Raises `Refused` for the first rule the slot breaks, `InvalidValue` for times that no exam can have."""
    plain_slot(slot, rules, now)
    nurse = _nurse(exam, slot, ground)
    for refused in _unfit(exam, slot, nurse, ground, rules).values():
        raise refused
    _refuse_the_rest(exam, slot, ground)
    for refused in _tired(slot, ground.beside, rules, now).values():
        raise refused


def broken_rules(exam: Exam, slot: Slot, ground: Ground, rules: ExamRules, now: datetime) -> tuple[Breakable, ...]:
    """The rules that somebody answers for who books the slot all the same.

    Raises `Refused` for what nobody can answer for, `InvalidValue` for times that no exam can have.
    """
    plain_slot(slot, rules, now)
    nurse = _nurse(exam, slot, ground)
    band = band_of(exam, ground.patient.age, rules)
    if not _certified_at_all(nurse.certified_for(band), slot, now):
        raise _not_certified(band, rules)
    _refuse_the_rest(exam, slot, ground)
    return (*_unfit(exam, slot, nurse, ground, rules), *_tired(slot, ground.beside, rules, now))


def _nurse(exam: Exam, slot: Slot, ground: Ground) -> Examiner:
    """Raises `Refused` for one who is not to be had for this exam at all."""
    nurse = ground.nurse
    # One answer for a nurse who is unknown, elsewhere, gone or kept out of the case: it tells nothing of the case.
    if (
        nurse is None
        or nurse.clinic != exam.clinic
        or nurse.account in ground.patient.kept_out
        or (nurse.works_until is not None and slot.until > nurse.works_until)
    ):
        raise _nurse_not_available()
    return nurse


def _unfit(exam: Exam, slot: Slot, nurse: Examiner, ground: Ground, rules: ExamRules) -> dict[Breakable, Refused]:
    found: dict[Breakable, Refused] = {}
    if not covers(nurse.available, slot.period):
        found[Breakable.STATED_HOURS] = _nurse_not_available()
    band = band_of(exam, ground.patient.age, rules)
    if not covers(nurse.certified_for(band), slot.period):
        found[Breakable.CERTIFICATE_LAPSES] = _not_certified(band, rules)
    return found


def _refuse_the_rest(exam: Exam, slot: Slot, ground: Ground) -> None:
    room, patient = ground.room, ground.patient
    if room is None or room.clinic != exam.clinic or not covers(room.available, slot.period):
        raise Refused(ExamRefusal.ROOM_NOT_AVAILABLE, "This room is not available at that time. Choose another.")
    for helper in ground.helpers:
        if helper is None or helper.clinic != exam.clinic or not covers(helper.available, slot.period):
            words = "This interpreter or advocate is not there at that time. Choose another."
            raise Refused(ExamRefusal.HELPER_NOT_AVAILABLE, words)
    helpers = [("The interpreter or advocate", each.helper) for each in ground.helpers if each is not None]
    for code, words, resource in (
        (ExamRefusal.NURSE_TAKEN, "The nurse", slot.nurse),
        (ExamRefusal.ROOM_TAKEN, "The room", slot.room),
        (ExamRefusal.PATIENT_TAKEN, "The patient", patient.person),
        *((ExamRefusal.HELPER_TAKEN, *each) for each in helpers),
    ):
        if resource in ground.taken:
            raise Refused(code, f"{words} is taken at that time. Choose another time, nurse or room.")


def _certified_at_all(certified: Sequence[Period], slot: Slot, now: datetime) -> bool:
    """For all of the slot, or for its beginning, or now: who lets a certificate lapse has shown what it is about."""
    return covers(certified, slot.period) or any(
        each.since <= moment < each.until for each in certified for moment in (slot.since, now)
    )


def _tired(slot: Slot, beside: Sequence[Period], rules: ExamRules, now: datetime) -> dict[Breakable, Refused]:
    planning, found = rules.planning, dict[Breakable, Refused]()
    if slot.since <= now:
        # What was done already is typed in as it was: nobody rests longer for a refusal.
        return found
    if not rests(slot.period, beside, timedelta(minutes=planning.rest_minutes)):
        found[Breakable.REST] = Refused(
            ExamRefusal.REST_TOO_SHORT,
            f"The nurse has another exam within {planning.rest_minutes} minutes of this one. Choose another time, or"
            " book it anyway with a reason.",
        )
    if busiest_day(slot.period, beside) > timedelta(hours=planning.most_hours_a_day):
        found[Breakable.HOURS_A_DAY] = Refused(
            ExamRefusal.TOO_MANY_HOURS,
            f"The nurse would examine for more than {planning.most_hours_a_day} hours within a day. Choose another"
            " time, or book it anyway with a reason.",
        )
    return found


def _nurse_not_available() -> Refused:
    return Refused(
        ExamRefusal.NURSE_NOT_AVAILABLE, "This nurse is not available for this exam at that time. Choose another."
    )


def _not_certified(band: AgeBand, rules: ExamRules) -> Refused:
    return Refused(
        ExamRefusal.NURSE_NOT_CERTIFIED,
        f"To examine {band.words} this nurse needs a certificate that is valid the whole time. Choose another.",
        citation=_citation(band, rules),
    )


def band_of(exam: Exam, age: str, rules: ExamRules) -> AgeBand:
    """Whom the nurse must be certified for: no adult, as long as the tip does not say so when a slot is decided."""
    band = band_named(exam.age_band, rules)
    if not band.grown or age == ADULT:
        return band
    return band_named("not_known", rules)


def plain_slot(slot: Slot, rules: ExamRules, now: datetime) -> None:
    """Raises `InvalidValue` for times that no exam can have."""
    if slot.since < EARLIEST or slot.since > now + FURTHEST:
        raise InvalidValue("since", "Give a time at most a year ahead. Check the date.")
    if slot.until - slot.since < SHORTEST:
        raise InvalidValue("until", "The end must be at least a quarter of an hour after the beginning.")
    if slot.until - slot.since > timedelta(minutes=rules.longest_minutes):
        raise InvalidValue("until", f"An exam is planned for at most {rules.longest_minutes} minutes.")


def band_named(name: str, rules: ExamRules) -> AgeBand:
    """Raises `InvalidValue` where there is none."""
    band = rules.age_band(name)
    if band is None:
        raise InvalidValue("age_band", f"Choose one of: {', '.join(each.band for each in rules.age_bands)}.")
    return band


def _citation(band: AgeBand, rules: ExamRules) -> str | None:
    certificate = rules.certificate(band.certificates[0])
    return certificate.citation if certificate else None
