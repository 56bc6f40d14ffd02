"""What a scenario may expect of scarce times, of an examination, and of a survivor's page. One class per kind."""

from typing import Literal

from deploy.demo.lines import Expectation, Tried, Words


class ExamOffered(Expectation, frozen=True, kw_only=True, tag="exam_offered"):
    """The time that loses least is with this nurse, so far from the patient, and loses exactly these windows."""

    exam: Words
    nurse: Words
    travel_minutes: int
    lost: tuple[Words, ...] = ()


class NoTimeInTime(Expectation, frozen=True, kw_only=True, tag="no_time_in_time"):
    """No time is free before evidence is lost; `instead` was chosen, empty where nobody has chosen yet."""

    exam: Words
    instead: str = ""


class ExaminationShows(Expectation, frozen=True, kw_only=True, tag="examination"):
    """What counts of consent to a step, and what was done about it."""

    exam: Words
    step: Words
    consent: Literal["consented", "declined", "withdrawn"]
    outcome: Literal["", "offered", "taken", "declined"]


class StepRefused(Tried, frozen=True, kw_only=True, tag="step_refused"):
    """That a step was taken is refused for this cause."""

    exam: Words
    step: Words
    because: Literal["no_consent_to_step", "step_declined", "consent_taken_back"]


class LabelsPrinted(Expectation, frozen=True, kw_only=True, tag="labels_printed"):
    """So many labels for kits, each with a serial of its own, come as a file for a printer."""

    by: Words
    labels: int


class SurvivorSees(Expectation, frozen=True, kw_only=True, tag="survivor_sees"):
    """Where the survivor's page says the kit is, whether it can be reported there, and how many answers it has."""

    kit: Words
    where: Literal["where_collected", "law_enforcement", "laboratory", "ended"]
    can_report: bool
    answers: int = 0


CareExpectation = ExamOffered | NoTimeInTime | ExaminationShows | StepRefused | LabelsPrinted | SurvivorSees
